//! A tool to be tried, and as whom.

use crate::domain::{Account, AccountId, ConnectionName, Identifier, Status, Tool};

/// A tool, and the account it runs with.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The tool.
    pub tool: Tool,
    /// The account it runs with.
    pub account: AccountId,
    /// For whom.
    pub identifier: Identifier,
    /// On which connection.
    pub connection: ConnectionName,
    /// What the account was last known to be; none when it is not in the list.
    pub status: Option<Status>,
}

impl Subject {
    /// The tool, to be tried with this account.
    pub fn new(tool: &Tool, account: &Account) -> Self {
        Self {
            tool: tool.clone(),
            account: account.id.clone(),
            identifier: account.identifier.clone(),
            connection: account.connection.clone(),
            status: Some(account.status.clone()),
        }
    }
}
