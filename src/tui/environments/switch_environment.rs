//! From one environment to another: everything of the old one goes, but not what somebody typed.

use std::mem;

use crate::domain::{Fault, FaultKind};
use crate::profile::{OpenTarget, TrustQuestion};
use crate::tui::activity::screen::Activity;
use crate::tui::core::account_store::AccountStore;
use crate::tui::core::effect::{Effect, Opening, Slot, Task};
use crate::tui::core::server_clock::BrokersClock;
use crate::tui::core::toast::Level;
use crate::tui::core::tool_store::ToolStore;
use crate::tui::input::tabs::Tab;
use crate::tui::playground::screen::Output;
use crate::tui::shell::model::{Environment, Model};

impl Model {
    /// Drops what is open, and opens what `request` asks for, once the answer to a question is kept.
    pub fn switch_to(&mut self, request: OpenTarget, answer: Option<(TrustQuestion, bool)>) -> Vec<Effect> {
        self.wanted = Some(request);
        let mut effects = self.leave();
        effects.push(self.open_wanted(answer));
        effects
    }

    /// Opens what is wanted, once the answer to a question is kept.
    pub fn open_wanted(&mut self, answer: Option<(TrustQuestion, bool)>) -> Effect {
        self.cx.environment = Environment::Opening;
        let request = self.wanted.clone();
        self.cx.jobs.start(Slot::Environment, Task::OpenEnvironment(Box::new(Opening { request, answer })))
    }

    /// The person does not want to wait for it any longer.
    pub fn stop_opening(&mut self) -> Vec<Effect> {
        let what = match &self.cx.environment {
            Environment::AtKeychain(name) => format!("the keychain to open profile {name}"),
            _ => "the environment to open".to_owned(),
        };
        let message = format!("You stopped waiting for {what}.");
        self.cx.environment = Environment::Failed(Fault::new(FaultKind::Cancelled, message));
        vec![self.cx.jobs.cancel(Slot::Environment)]
    }

    /// Comes back to what was typed here before.
    pub fn arrive(&mut self, url: &str) -> Vec<Effect> {
        let Some(playground) = self.shelf.remove(url) else { return Vec::new() };
        let before = mem::replace(&mut self.playground, playground);
        self.playground.preferred = before.preferred;
        let review = self.playground.review();
        self.review(review)
    }

    fn leave(&mut self) -> Vec<Effect> {
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
            self.shelf.insert(card.recorded_as.clone(), playground);
        }
        // How lists are arranged is the person's, not the environment's.
        let before = mem::take(&mut self.accounts);
        (self.accounts.by, self.accounts.group) = (before.by, before.group);
        let by = mem::take(&mut self.tools).by;
        self.tools.by = by;
        self.activity = Activity::default();
        self.cx.clock = BrokersClock::default();
        self.cx.accounts = AccountStore::default();
        self.cx.tools = ToolStore::default();
        self.cx.acting_as = None;
        self.cx.tab = Tab::Accounts;
        self.popups.clear();
        effects
    }
}
