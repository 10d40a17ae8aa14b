//! Tasks: reading accounts, and changing one.

use async_trait::async_trait;

use crate::backend::AccountFilter;
use crate::domain::{Account, AccountId, AccountRef, Fault, JsonText, SharedTexts};
use crate::flow::tally::Mismatch;
use crate::flow::{account_changes, accounts};
use crate::tui::core::message::Message;
use crate::tui::core::state::account_store::CHANGING;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Loads every account, page by page.
#[derive(Debug)]
pub struct LoadAccounts;

/// Report: some more accounts, and how many there are in all if the back-end says so.
#[derive(Debug)]
pub struct AccountsPage(pub Vec<Account>, pub Option<u64>);

/// Report: no more will come; with the difference from what was announced.
#[derive(Debug)]
pub struct AccountsEnd(pub Result<Option<Mismatch>, Fault>);

impl LoadAccounts {
    /// Place of the list that is loaded.
    pub const SLOT: Slot = Slot::new("accounts").shown();
}

#[async_trait]
impl Task for LoadAccounts {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(AccountsEnd(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let load = async {
            let opened = services.environment()?;
            let mut shared = SharedTexts::default();
            let page = |mut items: Vec<Account>, total| {
                compact(&mut items, &mut shared);
                reporter.send(AccountsPage(items, total));
            };
            accounts::load(opened.backend.as_ref(), &AccountFilter::default(), page).await
        };
        reporter.send(AccountsEnd(load.await));
    }
}

/// Lets accounts take little room: texts that many have are kept once, and the JSON they came in is packed, which is
/// read of one at a time.
fn compact(accounts: &mut [Account], shared: &mut SharedTexts) {
    for account in accounts.iter_mut() {
        account.connection.share(shared);
        account.connection_id.share(shared);
        account.provider.share(shared);
    }
    JsonText::pack(accounts.iter_mut().map(|account| &mut account.raw));
    // The page that they came in is gone before the next one is read.
    accounts.iter_mut().for_each(|account| account.raw.close());
}

/// Reads one account again, with everything that its list holds back.
#[derive(Debug)]
pub struct ReadAccount(pub AccountRef);

/// Report: the account with its details.
#[derive(Debug)]
pub struct AccountRead(pub Result<Account, Fault>);

impl ReadAccount {
    /// Place of the account that is read.
    pub const SLOT: Slot = Slot::new("account");
}

#[async_trait]
impl Task for ReadAccount {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(AccountRead(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let read = async { accounts::get(services.environment()?.backend.as_ref(), &self.0).await };
        reporter.send(AccountRead(read.await));
    }
}

/// Drops an account's credentials.
#[derive(Debug)]
pub struct Disconnect(pub AccountId);

/// Report: the account without them.
#[derive(Debug)]
pub struct Disconnected(pub Result<Account, Fault>);

#[async_trait]
impl Task for Disconnect {
    fn slot(&self) -> Slot {
        CHANGING
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(Disconnected(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let change = async { account_changes::disconnect(services.environment()?.backend.as_ref(), &self.0).await };
        reporter.send(Disconnected(change.await));
    }
}

/// Task: delete an account.
#[derive(Debug)]
pub struct Delete(pub AccountId);

/// Report: the account is gone, or not.
#[derive(Debug)]
pub struct Deleted(pub AccountId, pub Result<(), Fault>);

#[async_trait]
impl Task for Delete {
    fn slot(&self) -> Slot {
        CHANGING
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(Deleted(self.0.clone(), Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let change = async { account_changes::delete(services.environment()?.backend.as_ref(), &self.0).await };
        let result = change.await;
        reporter.send(Deleted(self.0, result));
    }
}
