//! Tells every feature that the environment is open, or is left.

use std::mem;

use crate::tui::core::account_store::AccountStore;
use crate::tui::core::effect::{Effect, Slot, Task};
use crate::tui::core::screen::Screen as _;
use crate::tui::core::server_clock::BrokersClock;
use crate::tui::core::tool_store::ToolStore;
use crate::tui::input::tabs::Tab;
use crate::tui::shell::model::Model;
use crate::tui::shell::perform;

impl Model {
    /// The environment is open.
    pub(super) fn environment_opened(&mut self) -> Vec<Effect> {
        let Some(card) = self.cx.environment.open().cloned() else { return Vec::new() };
        self.resume(&card.name);
        self.playground.environment_opened(&card, &mut self.cx);
        let mut effects = vec![self.cx.jobs.start(Slot::Clock, Task::WatchClock)];
        effects.extend(perform::load_accounts(self));
        self.tools.environment_opened(&card, &mut self.cx);
        effects
    }

    /// The environment is left: everything of it goes, but not what somebody typed.
    pub(super) fn leave_environment(&mut self) -> Vec<Effect> {
        let effects = self.cx.jobs.cancel_all();
        self.playground.environment_left(&mut self.cx);
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
