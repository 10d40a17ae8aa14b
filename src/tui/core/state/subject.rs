//! A tool to be tried, and as whom.

use crate::domain::{Account, AccountId, ConnectionName, Identifier, Status, Tool};

/// A tool, and the account it runs with.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Tool to call.
    pub tool: Tool,
    /// The account it runs with.
    pub account: AccountId,
    /// Identifier that the account belongs to.
    pub identifier: Identifier,
    /// Connection of the account.
    pub connection: ConnectionName,
    /// Status of the account as last known; none when it is not in the list.
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
