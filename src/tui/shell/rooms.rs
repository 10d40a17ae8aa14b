//! The components that stand on screen, and what they ask of the shell.

use std::any::Any;

use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{EnvironmentOpened, LeaveEnvironment};
use crate::tui::core::screen::Screen;
use crate::tui::explorer::actions as explorer;
use crate::tui::input::context::Context;
use crate::tui::input::tabs::Tab;
use crate::tui::shell::dispatch;
use crate::tui::shell::model::Model;
use crate::tui::shell::palette::choosing::Chosen;
use crate::tui::widgets::list::Move;

impl Model {
    /// The screens in the order of their tabs.
    pub(super) fn screens(&self) -> [&dyn Screen; 6] {
        [&self.accounts, &self.tools, &self.playground, &self.activity, &self.agent, &self.checks]
    }

    /// The screens, to be changed, and the state that they see.
    pub(super) fn screens_mut(&mut self) -> ([&mut dyn Screen; 6], &mut Cx) {
        let Self { accounts, tools, playground, activity, agent, checks, cx, .. } = self;
        ([accounts, tools, playground, activity, agent, checks], cx)
    }

    /// The screen that is shown.
    pub fn screen(&self) -> &dyn Screen {
        match self.cx.tab {
            Tab::Accounts => &self.accounts,
            Tab::Tools => &self.tools,
            Tab::Playground => &self.playground,
            Tab::Activity => &self.activity,
            Tab::Agent => &self.agent,
            Tab::Checks => &self.checks,
        }
    }

    /// Does something with it.
    fn in_screen<T>(&mut self, work: impl FnOnce(&mut dyn Screen, &mut Cx) -> T) -> T {
        let Self { accounts, tools, playground, activity, agent, checks, cx, .. } = self;
        match cx.tab {
            Tab::Accounts => work(accounts, cx),
            Tab::Tools => work(tools, cx),
            Tab::Playground => work(playground, cx),
            Tab::Activity => work(activity, cx),
            Tab::Agent => work(agent, cx),
            Tab::Checks => work(checks, cx),
        }
    }

    /// The component that has the keyboard.
    pub fn component(&self) -> &dyn Component {
        self.popups.last().map_or(self.screen(), |popup| popup.as_ref())
    }

    /// Does something with it.
    pub fn in_component<T>(&mut self, work: impl FnOnce(&mut dyn Component, &mut Cx) -> T) -> T {
        match self.popups.last_mut() {
            Some(popup) => work(popup.as_mut(), &mut self.cx),
            None => self.in_screen(|screen, cx| work(screen, cx)),
        }
    }

    /// Contexts of the keyboard, innermost first.
    pub fn contexts(&self) -> Vec<Context> {
        let inner = self.component().context();
        if self.popups.is_empty() && !inner.types() {
            return vec![inner, Context::Screen, Context::Everywhere];
        }
        vec![inner, Context::Everywhere]
    }

    /// Every component that is seen, those that lie on top first.
    pub fn seen(&self) -> impl Iterator<Item = &dyn Component> {
        let popups = self.popups.iter().rev().map(|popup| popup.as_ref());
        popups.chain([self.screen() as &dyn Component])
    }

    /// Moves in whatever has the keyboard.
    pub(super) fn step(&mut self, step: Move) {
        self.in_component(|component, cx| component.input(&Input::Step(step), cx));
    }

    /// Lets the screen follow its cursor.
    pub(super) fn settle(&mut self) {
        self.in_screen(|screen, cx| screen.settle(cx));
    }

    /// Shows the screen of this tab.
    fn enter(&mut self, tab: Tab) {
        if tab != self.cx.tab {
            self.in_screen(|screen, cx| screen.leave(cx));
        }
        self.cx.tab = tab;
        self.in_screen(|screen, cx| screen.enter(cx));
    }

    /// Tells everybody where the keyboard is.
    pub(super) fn note_place(&mut self) {
        self.cx.contexts = self.contexts();
        self.cx.is_covered = !self.popups.is_empty();
    }

    /// Fits everything into the terminal as it is now.
    pub(super) fn lay_out(&mut self) {
        let (whole, body) = (self.whole(), self.cx.body());
        let (screens, cx) = self.screens_mut();
        screens.into_iter().for_each(|screen| screen.layout(body, cx));
        self.popups.iter_mut().for_each(|popup| popup.layout(whole, &self.cx));
    }

    fn whole(&self) -> Body {
        Body { area: self.cx.screen, zoomed: false }
    }

    /// Does what the features have asked of the shell, in their order, until nobody asks any more.
    pub(super) fn fulfil(&mut self) {
        while let Some(request) = self.cx.next_request() {
            match request {
                Request::Open(mut popup) => {
                    popup.layout(self.whole(), &self.cx);
                    self.popups.push(popup);
                }
                Request::Close => {
                    self.popups.pop();
                }
                Request::CloseType(id) => self.popups.retain(|popup| (popup.as_ref() as &dyn Any).type_id() != id),
                Request::CloseAll => self.popups.clear(),
                Request::Send(message) => self.deliver(message),
                Request::Do(action) => dispatch::run_first_available(self, std::iter::once(action)),
                Request::Show(tab) => self.enter(tab),
            }
            self.note_place();
        }
    }

    /// Gives a message to whoever understands it: popups from the top down, then the screens, what opens environments,
    /// the program as a whole, the shell. A message that nobody understands any more is dropped: its popup is gone.
    pub(super) fn deliver(&mut self, message: Message) {
        let Self { popups, accounts, tools, playground, activity, agent, checks, opener, desktop, cx, .. } = self;
        let popups = popups.iter_mut().rev().map(|popup| popup.as_mut());
        let rest: [&mut dyn Component; 8] = [accounts, tools, playground, activity, agent, checks, opener, desktop];
        let mut left = message;
        for component in popups.chain(rest) {
            match component.receive(left, cx) {
                Ok(()) => return,
                Err(message) => left = message,
            }
        }
        if left.is::<EnvironmentOpened>() {
            self.environment_opened();
        } else if left.is::<LeaveEnvironment>() {
            self.leave_environment();
        } else if left.is::<Chosen>() {
            if let Ok(chosen) = left.take() {
                self.go_to_chosen(chosen);
            }
        } else {
            // A report of the explorer that came when its document was gone: its work is over all the same.
            let _ = explorer::receive(None, left, &mut self.cx);
        }
    }
}
