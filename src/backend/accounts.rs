//! Connected accounts: reading them, and changing them where that is possible.

use async_trait::async_trait;

use super::Batches;
use crate::domain::{Account, AccountId, AccountRef, ConnectionName, Credentials, Fault, Identifier};

/// Connected accounts, to read.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The accounts that fit `filter`.
    fn stream(&self, filter: AccountFilter) -> Batches<'_, Account>;

    /// One account with its details; [`NotFound`](crate::domain::FaultKind::NotFound) when there is none.
    async fn get(&self, account: &AccountRef) -> Result<Account, Fault>;

    /// Beginning of every account's id; empty where ids have no form of their own.
    fn id_prefix(&self) -> &'static str {
        ""
    }

    /// Some accounts that a search for `words` finds. They serve as hints, so an environment without a
    /// search finds none.
    async fn search(&self, words: &str) -> Result<Vec<Account>, Fault> {
        let _ = words;
        Ok(Vec::new())
    }
}

/// Conditions on accounts to list; everything when empty.
#[derive(Clone, Debug, Default)]
pub struct AccountFilter {
    /// Only of this connection.
    pub connection: Option<ConnectionName>,
    /// Only of this identifier.
    pub identifier: Option<Identifier>,
}

/// Accounts, to create, change and delete.
#[async_trait]
pub trait AccountAdmin: Send + Sync {
    /// Creates an account: one that waits for authorization, or with `credentials` one that is ready;
    /// [`Conflict`](crate::domain::FaultKind::Conflict) when it exists.
    async fn create(
        &self,
        connection: &ConnectionName,
        identifier: &Identifier,
        credentials: Option<&Credentials>,
    ) -> Result<Account, Fault>;

    /// Replaces those of an account's credentials that are named.
    async fn update(&self, account: &AccountRef, credentials: &Credentials) -> Result<Account, Fault>;

    /// Drops an account's credentials and keeps the account, which can be authorized again.
    async fn disconnect(&self, account: &AccountId) -> Result<Account, Fault>;

    /// Deletes an account with all that belongs to it, for good.
    async fn delete(&self, account: &AccountRef) -> Result<(), Fault>;
}
