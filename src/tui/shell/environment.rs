//! Tells every feature that the environment is open, or is left.

use crate::tui::core::state::account_store::AccountStore;
use crate::tui::core::state::authorization::Authorizations;
use crate::tui::core::state::catalogue::Catalogue;
use crate::tui::core::state::server_clock::ServerClock;
use crate::tui::core::state::tool_store::ToolStore;
use crate::tui::input::tabs::Tab;
use crate::tui::shell::model::Model;

impl Model {
    /// Tells everybody that the environment is open.
    pub(super) fn environment_opened(&mut self) {
        let Some(card) = self.cx.environment.open().cloned() else { return };
        self.resume(&card.name);
        let (screens, cx) = self.screens_mut();
        screens.into_iter().for_each(|screen| screen.environment_opened(&card, cx));
    }

    /// Forgets everything of the environment that is left, but not what somebody typed.
    pub(super) fn leave_environment(&mut self) {
        self.cx.cancel_all();
        let (screens, cx) = self.screens_mut();
        screens.into_iter().for_each(|screen| screen.environment_left(cx));
        self.cx.clock = ServerClock::default();
        self.cx.accounts = AccountStore::default();
        self.cx.tools = ToolStore::default();
        self.cx.authorizations = Authorizations::default();
        self.cx.catalogue = Catalogue::default();
        self.cx.acting_as = None;
        self.cx.tab = Tab::Accounts;
        self.popups.clear();
    }
}
