//! What the tasks of the list report, and what it asks them for.

use crate::domain::{AccountId, AccountRef};
use crate::tui::accounts::actions::AccountFound;
use crate::tui::accounts::authorize::show as show_popup;
use crate::tui::accounts::board::Board;
use crate::tui::accounts::proof::tasks::LoadProofs;
use crate::tui::accounts::screen::Accounts;
use crate::tui::accounts::tasks::{AccountRead, AccountsEnd, LoadAccounts, ReadAccount};
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::messages::{AccountRefreshed, AccountsLoaded, GoToAccount};
use crate::tui::core::toast::Level;
use crate::tui::input::tabs::Tab;

impl Accounts {
    pub(super) fn read_again(&mut self, id: AccountId, cx: &mut Cx) {
        self.looking.begin(&id);
        cx.start(ReadAccount(AccountRef::Id(id)));
    }

    pub(super) fn loaded(&mut self, AccountsEnd(result): AccountsEnd, cx: &mut Cx) {
        cx.jobs.finish(LoadAccounts::SLOT);
        let said = match &result {
            Ok(mismatch) => mismatch.map(|mismatch| (mismatch.missing() > 0, mismatch.told("account"))),
            Err(fault) => Some((true, fault.to_string())),
        };
        if result.is_ok() {
            // The first time, what is known of them follows.
            if cx.accounts.read_at.is_none() && cx.accounts.proofs.is_empty() {
                cx.start(LoadProofs);
            }
            cx.accounts.read_at = Some(cx.now.wall);
        }
        let is_told = self.live.ended(result.is_ok(), cx.now.uptime);
        self.end(&mut cx.accounts, result);
        // Where nothing came, a card says it.
        if let Some((bad, words)) = said.filter(|_| self.shown() > 0 && is_told) {
            cx.say(if bad { Level::Problem } else { Level::Note }, words);
        }
        cx.send(AccountsLoaded);
    }

    pub(super) fn take_detail(&mut self, AccountRead(result): AccountRead, cx: &mut Cx) {
        cx.jobs.finish(ReadAccount::SLOT);
        if let Ok(account) = &result {
            cx.send(AccountRefreshed(Box::new(account.clone())));
        }
        self.read(&mut cx.accounts, result);
    }

    /// Puts an account that was just made into the list, whatever becomes of it.
    pub(super) fn found(&mut self, AccountFound(account): AccountFound, cx: &mut Cx) {
        if cx.accounts.by_id(&account.id).is_none() {
            self.put(&mut cx.accounts, *account);
        }
    }

    pub(super) fn go_to_account(&mut self, GoToAccount(id): GoToAccount, cx: &mut Cx) {
        cx.request(Request::Show(Tab::Accounts));
        self.reveal();
        self.arrange(&cx.accounts);
        self.go_to(&cx.accounts, &id);
    }
}

/// Shows the authorization that somebody most likely asks for; of several the board.
pub(super) fn show_authorization(cx: &mut Cx) {
    if cx.authorizations.len() > 1 {
        Board::open(cx);
    } else if let Some(id) = cx.authorizations.to_show() {
        show_popup(id, cx);
    }
}

pub(super) fn load(cx: &mut Cx) {
    cx.accounts.begin();
    cx.start(LoadAccounts);
}
