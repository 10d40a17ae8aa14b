//! Changes that take something away from accounts: the question before them, and one after the other.

use crate::domain::{Account, AccountId};
use crate::tui::accounts::confirm_text;
use crate::tui::accounts::screen::Accounts;
use crate::tui::accounts::tasks::{Delete, Deleted, Disconnect, Disconnected};
use crate::tui::core::cx::Cx;
use crate::tui::core::messages::{AccountChanged, Ask};
use crate::tui::core::state::account_store::CHANGING;
use crate::tui::core::toast::Level;
use crate::tui::input::action::Action;

/// Order: changes that were said yes to, one after the other.
#[derive(Debug)]
pub struct ChangeOrder(pub Vec<Change>);

/// Change to an account.
#[derive(Debug)]
pub enum Change {
    /// Drop the credentials of this account.
    Disconnect(AccountId),
    /// Delete this account at the broker.
    Delete(AccountId),
}

impl Accounts {
    /// The question before anything is lost.
    pub(super) fn question(&self, action: Action, account: &Account, cx: &Cx) -> Ask {
        let now = cx.server_now();
        if action == Action::Disconnect {
            return confirm_text::disconnecting(account, now);
        }
        let is_beside = self.beside(&cx.accounts).is_some_and(|beside| beside.id == account.id);
        confirm_text::deleting(account, is_beside && !self.looking.extra().settings.is_empty(), now)
    }

    /// Takes note that an account is deleted, or could not be.
    pub(super) fn deleted(&mut self, Deleted(id, result): Deleted, cx: &mut Cx) {
        cx.jobs.finish(CHANGING);
        match result {
            Ok(()) => {
                let name = cx.accounts.by_id(&id).map_or_else(|| id.to_string(), Account::label);
                cx.say(Level::Done, format!("Deleted {name}."));
                self.remove(&mut cx.accounts, &id);
            }
            Err(fault) => cx.say(Level::Problem, fault.to_string()),
        }
        self.next_change(cx);
    }

    /// Takes note that an account is disconnected, or could not be.
    pub(super) fn disconnected(&mut self, Disconnected(result): Disconnected, cx: &mut Cx) {
        cx.jobs.finish(CHANGING);
        match result {
            Ok(account) => changed(account, cx),
            Err(fault) => cx.say(Level::Problem, fault.to_string()),
        }
        self.next_change(cx);
    }

    /// Carries out changes that were said yes to, one after the other.
    pub(super) fn change(&mut self, ChangeOrder(changes): ChangeOrder, cx: &mut Cx) {
        self.clear_marks();
        self.changes = changes.into();
        self.next_change(cx);
    }

    fn next_change(&mut self, cx: &mut Cx) {
        match self.changes.pop_front() {
            Some(Change::Disconnect(id)) => cx.start(Disconnect(id)),
            Some(Change::Delete(id)) => cx.start(Delete(id)),
            None => {}
        }
    }
}

/// Says how an account is after a change, and tells everybody.
pub(super) fn changed(account: Account, cx: &mut Cx) {
    cx.say(Level::Done, format!("{} is {} now.", account.label(), account.status.word()));
    cx.send(AccountChanged(Box::new(account)));
}
