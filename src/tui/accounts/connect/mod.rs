//! Popup: connecting a provider to an environment of one's own. A provider is chosen, then what it needs is filled in;
//! consent goes on as every authorization does.

pub mod command;
pub mod form;
pub mod offers;
mod server_view;
pub mod tasks;
mod view;
pub mod ways;

use crossterm::event::KeyEvent;

use crate::domain::{Account, AccountRef, Fault, Identifier};
use crate::flow::connect::{ConnectGuide, ConnectTarget, ConnectionAuth, ME, UnlockedTools};
use crate::tui::accounts::actions::PointAt;
use crate::tui::accounts::authorize::links::{authorize, connect};
use crate::tui::accounts::changes::changed;
use crate::tui::accounts::connect::command::CommandForm;
use crate::tui::accounts::connect::form::ConnectForm;
use crate::tui::accounts::connect::offers::{OfferList, Offers};
use crate::tui::accounts::connect::tasks::{
    AskGuide, ConnectByKey, ConnectionSaved, GuideAsked, KeyConnected, KeyHeld, ListOffers, OffersListed, SLOT,
    SaveConnection,
};
use crate::tui::accounts::connect::ways::WayChoice;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::layout::{self, Body};
use crate::tui::core::message::Message;
use crate::tui::core::messages::OpenInBrowser;
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::typed::{Line, Typed};
use crate::tui::widgets::canvas::Canvas;

/// Work that the popup waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// The provider's needs are found out.
    Guide,
    /// The connection is saved.
    Saving,
    /// The key is handed over, and the provider asked whose it is.
    Key,
}

/// State of the popup.
pub struct Connect {
    /// Providers to choose from.
    pub offers: Offers,
    /// Ways of the provider that was chosen, where it has several that differ much.
    pub ways: Option<WayChoice>,
    /// Command of a server on this machine, being typed.
    pub command: Option<CommandForm>,
    /// Way that was chosen before the provider's needs were known.
    wanted_way: Option<ConnectionAuth>,
    /// Form of the one that was chosen.
    pub form: Option<ConnectForm>,
    /// Work under way.
    pub waits: Option<Waiting>,
    /// Fault with which the last step failed.
    pub refusal: Option<Fault>,
    /// Identifier that is likely meant.
    identifier: Identifier,
}

impl Component for Connect {
    fn context(&self) -> Context {
        if self.form.is_some() || self.command.is_some() { Context::Credentials } else { Context::NewAccount }
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        let is_idle = self.waits.is_none();
        match (action, &self.form) {
            (Action::Submit, None) if !is_idle => Availability::No("It is on its way already.".into()),
            (Action::Submit, None) => {
                let chosen = self.ways.is_some() || self.command.is_some() || self.offers.is_on_command();
                let chosen = chosen || self.offers.target().is_some();
                Availability::when(chosen, "Choose a provider, or type the URL of a server or an API.")
            }
            (Action::NextField | Action::PreviousField, None) => Availability::here(self.command.is_some()),
            (Action::Submit, Some(_)) => Availability::when(is_idle, "It is on its way already.")
                .unless_lacking(|| cx.environment.refuses_writes()),
            (Action::NextField | Action::PreviousField, Some(_)) => Availability::Yes,
            (Action::Reveal, Some(form)) => Availability::here(form.is_masked()),
            (Action::OpenBrowser, Some(form)) => Availability::here(form.page().is_some()),
            (Action::Back, _) => {
                let inside = self.form.is_some() || self.ways.is_some() || self.command.is_some();
                Availability::here(!is_idle || inside)
            }
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match (action, &mut self.form) {
            (Action::Submit, None) => self.choose(cx),
            (Action::Submit, Some(_)) => self.submit(cx),
            (Action::NextField | Action::PreviousField, None) => {
                self.command.iter_mut().for_each(CommandForm::step);
            }
            (Action::NextField, Some(form)) => form.step(1),
            (Action::PreviousField, Some(form)) => form.step(-1),
            (Action::Reveal, Some(form)) => form.revealed = !form.revealed,
            (Action::OpenBrowser, Some(form)) => {
                if let Some(page) = form.page() {
                    cx.send(OpenInBrowser(page.clone()));
                }
            }
            (Action::Back, _) => self.back(cx),
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        match (input, &mut self.form) {
            (_, None) if self.waits.is_some() => {}
            (Input::Typed(typed), None) if self.command.is_some() => {
                self.command.iter_mut().for_each(|command| command.typed(typed));
            }
            (Input::Step(step), None) if self.ways.is_some() => {
                self.ways.iter_mut().for_each(|ways| ways.step(*step));
            }
            (Input::Typed(_), None) if self.ways.is_some() => {}
            (Input::Typed(typed), None) => self.offers.take(typed),
            (Input::Step(step), None) => self.offers.step(*step),
            (Input::Click(Target::Entry(row)), None) => {
                match &mut self.ways {
                    Some(ways) => ways.cursor.row = *row,
                    None => self.offers.cursor.row = *row,
                }
                cx.request(Request::Do(Action::Submit));
            }
            (Input::Typed(typed), Some(_)) => self.typed(typed),
            (Input::Click(Target::Entry(row)), Some(form)) => form.go_to(*row),
            _ => {}
        }
    }

    fn line(&self) -> Option<Line> {
        match &self.form {
            None => match (&self.command, &self.ways) {
                (Some(command), _) => Some(command.input().capacity(false)),
                (None, Some(_)) => None,
                (None, None) => Some(self.offers.wanted.capacity()),
            },
            Some(form) => form.focus().and_then(|cell| form.input(cell)).map(|input| input.capacity(false)),
        }
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        message
            .take()
            .map(|OffersListed(listed)| {
                cx.jobs.finish(SLOT);
                self.offers.list = match listed {
                    Ok(offers) => OfferList::Here(offers),
                    Err(fault) => OfferList::Failed(fault),
                };
            })
            .or_else(|message| message.take().map(|GuideAsked(guide)| self.guided(guide, cx)))
            .or_else(|message| message.take().map(|ConnectionSaved(saved)| self.saved(saved.err(), cx)))
            .or_else(|message| message.take().map(|KeyHeld(account)| changed(account, cx)))
            .or_else(|message| message.take().map(|end| self.key_connected(end, cx)))
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        // The last row is that of a server on this machine, whatever is listed above it.
        self.offers.height = layout::palette_rows(body.area).saturating_sub(2);
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, self, cx);
    }

    fn close(&mut self, cx: &mut Cx) {
        cx.cancel(SLOT);
    }

    fn holds_back_quit(&self, _cx: &Cx) -> Option<&'static str> {
        let form = self.form.as_ref().is_some_and(ConnectForm::holds_input);
        let command = self.command.as_ref().is_some_and(CommandForm::holds_input);
        (form || command).then_some("The account has not been connected.")
    }
}

impl Connect {
    /// Asks what is to be connected, for whom is acted as.
    pub(super) fn open(cx: &mut Cx) {
        let identifier = cx.acting_as.clone().unwrap_or_else(|| ME.into());
        cx.start(ListOffers);
        cx.open(Self {
            offers: Offers::default(),
            ways: None,
            command: None,
            wanted_way: None,
            form: None,
            waits: None,
            refusal: None,
            identifier,
        });
    }

    fn choose(&mut self, cx: &mut Cx) {
        if let Some(command) = &mut self.command {
            if let Some(target) = command.target() {
                self.ask(target, cx);
            }
        } else if let Some(way) = self.ways.as_ref().and_then(WayChoice::chosen) {
            self.wanted_way = way.auth;
            self.ask(way.target.clone(), cx);
        } else if self.offers.is_on_command() {
            (self.command, self.refusal) = (Some(CommandForm::begun(self.offers.unfit())), None);
        } else if let Some(ways) = self.offers.offer().and_then(WayChoice::new) {
            (self.ways, self.refusal) = (Some(ways), None);
        } else if let Some(target) = self.offers.target() {
            self.wanted_way = None;
            self.ask(target, cx);
        }
    }

    fn ask(&mut self, target: ConnectTarget, cx: &mut Cx) {
        (self.waits, self.refusal) = (Some(Waiting::Guide), None);
        cx.start(AskGuide(target));
    }

    fn guided(&mut self, guide: Result<(ConnectGuide, UnlockedTools), Fault>, cx: &mut Cx) {
        cx.jobs.finish(SLOT);
        self.waits = None;
        match guide {
            Ok((guide, unlocked)) => {
                let mut form = ConnectForm::new(guide, unlocked, &self.identifier);
                self.wanted_way.into_iter().for_each(|way| form.choose_way(way));
                self.form = Some(form);
            }
            Err(fault) => self.refusal = Some(fault),
        }
    }

    fn typed(&mut self, typed: &Typed) {
        let Some(form) = self.form.as_mut().filter(|_| self.waits.is_none()) else { return };
        match typed {
            Typed::Key(key) => form.key(KeyEvent::clone(key)),
            Typed::Paste(text) => form.paste(text),
        }
    }

    /// Hands over what is filled in, or says what is missing.
    fn submit(&mut self, cx: &mut Cx) {
        let Some(form) = &mut self.form else { return };
        let Some(request) = form.filled_in() else { return };
        (self.refusal, form.revealed) = (None, false);
        if request.typed.is_some() {
            self.waits = Some(Waiting::Key);
            cx.start(ConnectByKey { request, recording: cx.recording });
        } else {
            self.waits = Some(Waiting::Saving);
            cx.start(SaveConnection(request));
        }
    }

    /// The connection is there: consent is the next step.
    fn saved(&mut self, fault: Option<Fault>, cx: &mut Cx) {
        cx.jobs.finish(SLOT);
        self.waits = None;
        let Some(form) = &self.form else { return };
        if fault.is_some() {
            self.refusal = fault;
            return;
        }
        let AccountRef::Pair(connection, identifier) = form.account() else { return };
        cx.close_popup::<Self>();
        let is_it = |account: &&Account| account.connection == connection && account.identifier == identifier;
        match cx.accounts.all().iter().find(is_it).cloned() {
            Some(account) => authorize(&account, cx),
            None => connect(connection, identifier, cx),
        }
    }

    fn key_connected(&mut self, KeyConnected(end): KeyConnected, cx: &mut Cx) {
        cx.jobs.finish(SLOT);
        self.waits = None;
        match end {
            Ok((account, receipt)) => {
                let level = if receipt.is_clean() { Level::Done } else { Level::Note };
                let text = format!("{}: {}", account.label(), receipt.headline());
                let id = account.id.clone();
                changed(account, cx);
                cx.close_popup::<Self>();
                cx.say(level, text);
                cx.send(PointAt(id));
            }
            Err(fault) => self.refusal = Some(fault),
        }
    }

    /// Stops waiting, or goes back to the providers.
    fn back(&mut self, cx: &mut Cx) {
        self.refusal = None;
        if self.waits.take().is_some() {
            cx.cancel(SLOT);
            cx.say(Level::Note, "Stopped waiting. What you typed is still here.");
        } else if self.form.take().is_none() && self.command.take().is_none() {
            self.ways = None;
        }
    }
}
