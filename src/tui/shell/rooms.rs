//! The components that stand on screen, and what they ask of the shell.

use std::any::Any;

use crate::tui::accounts::perform as accounts;
use crate::tui::core::component::Component;
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::effect::{Effect, Saving, Slot, Task};
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::core::screen::Screen as _;
use crate::tui::core::toast::Level;
use crate::tui::explorer::actions as explorer;
use crate::tui::explorer::jq::{KeepQuery, QueryKept};
use crate::tui::explorer::json_view::JsonView;
use crate::tui::input::tabs::Tab;
use crate::tui::playground::form_actions::FillRow;
use crate::tui::playground::form_perform as form;
use crate::tui::playground::perform as playground;
use crate::tui::playground::perform::SendCall;
use crate::tui::shell::confirm::Question;
use crate::tui::shell::desktop;
use crate::tui::shell::model::Model;
use crate::tui::shell::perform;
use crate::tui::shell::picker::Picker;
use crate::tui::shell::popup::Popup;
use crate::tui::tools::blocked::Blocked;

impl Model {
    /// The component that has the keyboard.
    pub fn room(&self) -> Option<&dyn Component> {
        match self.popups.last() {
            Some(Popup::Room(room)) => Some(room.as_ref()),
            Some(_) => None,
            None => self.screen_room(),
        }
    }

    /// Does something with it.
    pub fn in_room<T>(&mut self, work: impl FnOnce(&mut dyn Component, &mut Cx) -> T) -> Option<T> {
        match self.popups.last_mut() {
            Some(Popup::Room(room)) => Some(work(room.as_mut(), &mut self.cx)),
            Some(_) => None,
            None => match self.cx.tab {
                Tab::Tools => Some(work(&mut self.tools, &mut self.cx)),
                Tab::Accounts | Tab::Playground | Tab::Activity => None,
            },
        }
    }

    /// The screen that is shown.
    pub fn screen_room(&self) -> Option<&dyn Component> {
        match self.cx.tab {
            Tab::Tools => Some(&self.tools),
            Tab::Accounts | Tab::Playground | Tab::Activity => None,
        }
    }

    /// Every component, those that lie on top first.
    pub fn rooms(&self) -> impl Iterator<Item = &dyn Component> {
        let popups = self.popups.iter().rev().filter_map(|popup| match popup {
            Popup::Room(room) => Some(room.as_ref()),
            _ => None,
        });
        popups.chain(self.screen_room())
    }

    /// Tells everybody where the keyboard is.
    pub fn note_place(&mut self) {
        self.cx.contexts = self.contexts();
        self.cx.is_covered = !self.popups.is_empty();
    }

    /// Fits everything into the terminal as it is now.
    pub fn lay_out(&mut self) {
        let whole = self.whole();
        for popup in &mut self.popups {
            if let Popup::Room(room) = popup {
                room.layout(whole, &self.cx);
            }
        }
        let body = self.cx.body();
        self.tools.layout(body, &self.cx);
    }

    fn whole(&self) -> Body {
        Body { area: self.cx.screen, zoomed: false }
    }

    /// Does what the features have asked of the shell, in their order, until nobody asks any more.
    pub fn fulfil(&mut self) -> Vec<Effect> {
        let mut effects = self.cx.take_effects();
        while let Some(request) = self.cx.next_request() {
            match request {
                Request::Open(mut popup) => {
                    popup.layout(self.whole(), &self.cx);
                    self.popups.push(Popup::Room(popup));
                }
                Request::Close => {
                    self.popups.pop();
                }
                Request::CloseType(id) => {
                    let is_it = |room: &dyn Component| (room as &dyn Any).type_id() == id;
                    self.popups.retain(|popup| !matches!(popup, Popup::Room(room) if is_it(room.as_ref())));
                }
                Request::CloseAll => self.popups.clear(),
                Request::Send(message) => effects.extend(self.deliver(message)),
                Request::Do(action) => effects.extend(perform::attempt(self, std::iter::once(action))),
                Request::Show(tab) => self.enter(tab),
            }
            self.note_place();
            effects.extend(self.cx.take_effects());
        }
        effects
    }

    /// Shows a screen.
    fn enter(&mut self, tab: Tab) {
        self.cx.tab = tab;
        match tab {
            Tab::Tools => self.tools.enter(&mut self.cx),
            Tab::Accounts | Tab::Playground | Tab::Activity => {}
        }
    }

    /// Gives a message to whoever understands it: popups from the top down, then the screens, then the shell.
    /// A message that nobody understands any more is dropped: its popup is gone.
    pub fn deliver(&mut self, mut message: Message) -> Vec<Effect> {
        for popup in self.popups.iter_mut().rev() {
            if let Popup::Room(room) = popup {
                match room.receive(message, &mut self.cx) {
                    Ok(()) => return Vec::new(),
                    Err(other) => message = other,
                }
            }
        }
        match self.tools.receive(message, &mut self.cx).or_else(|message| self.opener.receive(message, &mut self.cx)) {
            Ok(()) => Vec::new(),
            Err(message) => self.deliver_elsewhere(message).unwrap_or_default(),
        }
    }

    /// Does something with the JSON on screen, if there is any.
    pub fn in_explorer(&mut self, work: impl FnOnce(&mut JsonView, &mut Cx)) {
        let view = match self.cx.tab {
            Tab::Playground => self.playground.output.view_mut(),
            Tab::Activity => self.activity.view_mut(),
            Tab::Accounts | Tab::Tools => None,
        };
        if let Some(view) = view {
            work(view, &mut self.cx);
        }
    }

    /// For features that are no components yet.
    fn deliver_elsewhere(&mut self, message: Message) -> Result<Vec<Effect>, Message> {
        use crate::tui::core::messages as m;
        let message = match message.take::<m::Ask>() {
            Ok(ask) => {
                self.cx.open(Question::from(ask));
                return Ok(Vec::new());
            }
            Err(other) => other,
        };
        let message = match message.take::<m::Pick>() {
            Ok(pick) => {
                self.cx.open(Picker::from(pick));
                return Ok(Vec::new());
            }
            Err(other) => other,
        };
        let message = match message.take::<FillRow>() {
            Ok(what) => return Ok(form::picked(self, what)),
            Err(other) => other,
        };
        let message = match message.take::<m::CallBlocked>() {
            Ok(call) => {
                self.cx.open(Blocked::from(call));
                return Ok(Vec::new());
            }
            Err(other) => other,
        };
        let message = match message.take::<SendCall>() {
            Ok(SendCall) => return Ok(playground::run(self)),
            Err(other) => other,
        };
        let message = match message.take::<m::EnvironmentOpened>() {
            Ok(m::EnvironmentOpened) => return Ok(self.environment_opened()),
            Err(other) => other,
        };
        let message = match message.take::<m::LeaveEnvironment>() {
            Ok(m::LeaveEnvironment) => return Ok(self.leave_environment()),
            Err(other) => other,
        };
        let message = match message.take::<m::CopyText>() {
            Ok(m::CopyText { text, what }) => return Ok(desktop::put_on_clipboard(self, text, what)),
            Err(other) => other,
        };
        let message = match message.take::<m::SaveFile>() {
            Ok(m::SaveFile { name, bytes }) => {
                let task = Task::Save(Saving { name, bytes });
                return Ok(vec![self.cx.jobs.start(Slot::Save, task)]);
            }
            Err(other) => other,
        };
        let message = match message.take::<m::OpenInBrowser>() {
            Ok(m::OpenInBrowser(url)) => return Ok(vec![self.cx.jobs.start(Slot::Browser, Task::OpenBrowser(url))]),
            Err(other) => other,
        };
        let message = match message.take::<m::OpenInPlayground>() {
            Ok(m::OpenInPlayground(subject)) => return Ok(playground::open(self, *subject)),
            Err(other) => other,
        };
        let message = match message.take::<m::AuthorizeAccount>() {
            Ok(m::AuthorizeAccount(account)) => return Ok(accounts::authorize_this(self, &account)),
            Err(other) => other,
        };
        let message = match message.take::<m::ConnectAccount>() {
            Ok(m::ConnectAccount { identifier, like }) => {
                return Ok(accounts::ask_for_account(self, identifier.as_ref(), like.as_ref()));
            }
            Err(other) => other,
        };
        let message = match message.take::<m::LoadAccounts>() {
            Ok(m::LoadAccounts) => return Ok(perform::load_accounts(self)),
            Err(other) => other,
        };
        let message = match message.take::<QueryKept>() {
            Ok(QueryKept(kept)) => {
                self.cx.jobs.finish(KeepQuery::SLOT);
                if let Err(fault) = kept {
                    self.cx.say(Level::Problem, fault.to_string());
                }
                return Ok(Vec::new());
            }
            Err(other) => other,
        };
        let view = match self.cx.tab {
            Tab::Playground => self.playground.output.view_mut(),
            Tab::Activity => self.activity.view_mut(),
            Tab::Accounts | Tab::Tools => None,
        };
        explorer::receive(view, message, &mut self.cx).map(|()| Vec::new())
    }
}
