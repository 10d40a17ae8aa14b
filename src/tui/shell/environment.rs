//! Tells every feature that the environment is open, or is left.

use std::mem;

use crate::tui::core::account_store::AccountStore;
use crate::tui::core::effect::{Effect, Slot, Task};
use crate::tui::core::screen::Screen as _;
use crate::tui::core::server_clock::BrokersClock;
use crate::tui::core::toast::Level;
use crate::tui::core::tool_store::ToolStore;
use crate::tui::input::tabs::Tab;
use crate::tui::playground::screen::Output;
use crate::tui::shell::model::{Environment, Model};
use crate::tui::shell::perform;

impl Model {
    /// The environment is open.
    pub(super) fn environment_opened(&mut self) -> Vec<Effect> {
        let Some(card) = self.cx.environment.open().cloned() else { return Vec::new() };
        self.resume(&card.name);
        let mut effects = self.arrive(&card.recorded_as);
        effects.push(self.cx.jobs.start(Slot::Clock, Task::WatchClock));
        effects.extend(perform::load_accounts(self));
        self.tools.environment_opened(&card, &mut self.cx);
        effects
    }

    /// Comes back to what was typed here before.
    fn arrive(&mut self, url: &str) -> Vec<Effect> {
        let Some(playground) = self.shelf.remove(&url.to_owned()) else { return Vec::new() };
        let before = mem::replace(&mut self.playground, playground);
        self.playground.preferred = before.preferred;
        let review = self.playground.review();
        self.review(review)
    }

    /// The environment is left: everything of it goes, but not what somebody typed.
    pub(super) fn leave_environment(&mut self) -> Vec<Effect> {
        if self.cx.jobs.is_running(Slot::Run) {
            let text = "Stopped waiting for the call that was out; the provider may have carried it out all the same.";
            self.cx.toasts.say(Level::Note, text, self.cx.now.uptime);
        }
        let effects = self.cx.jobs.cancel_all();
        if let Environment::Open(card) = &self.cx.environment {
            let mut playground = mem::take(&mut self.playground);
            self.playground.preferred = playground.preferred;
            playground.output = Output::Empty;
            if let Some(subject) = &playground.subject {
                let tool = &subject.tool.name;
                let text = format!("What you typed for {tool} is kept until you are back in {}.", card.name);
                self.cx.toasts.say(Level::Note, text, self.cx.now.uptime);
            }
            let weight = playground.weight();
            self.shelf.insert(card.recorded_as.clone(), playground, weight);
        }
        // How lists are arranged is the person's, not the environment's.
        let before = mem::take(&mut self.accounts);
        (self.accounts.by, self.accounts.group) = (before.by, before.group);
        self.tools.environment_left(&mut self.cx);
        self.activity.environment_left(&mut self.cx);
        self.cx.clock = BrokersClock::default();
        self.cx.accounts = AccountStore::default();
        self.cx.tools = ToolStore::default();
        self.cx.acting_as = None;
        self.cx.tab = Tab::Accounts;
        self.popups.clear();
        effects
    }
}
