//! A tool to be tried, and as whom.

use crate::domain::{AccountId, ConnectionName, Identifier, Status, Tool};

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
