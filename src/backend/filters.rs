//! Which part of a list is wanted.

use jiff::Timestamp;

use crate::domain::{
    AccountId, AccountRef, CallSource, CallStatus, ConnectionName, Identifier, Provider, ToolName, Untrusted,
};

/// Which accounts to list; everything when empty. The wire has no filter by status.
#[derive(Clone, Debug, Default)]
pub struct AccountFilter {
    /// Only of this connection.
    pub connection: Option<ConnectionName>,
    /// Only of this identifier.
    pub identifier: Option<Identifier>,
}

/// Whose tools to list.
#[derive(Clone, Debug)]
pub struct ToolFilter {
    /// For whom.
    pub identifier: Identifier,
    /// Only of these connections. The wire demands at least one filter (reference: section 3.3),
    /// so this must not be empty; case matters.
    pub connections: Vec<ConnectionName>,
    /// Only tools of these names; all where it is empty.
    pub names: Vec<ToolName>,
}

/// Which of the environment's tools to list; all global ones when empty. Reference: section 3.3.
#[derive(Clone, Debug, Default)]
pub struct CatalogFilter {
    /// Only of this provider; case matters.
    pub provider: Option<Provider>,
    /// With this account's custom MCP tools as well.
    pub account: Option<AccountRef>,
    /// Only these.
    pub names: Vec<ToolName>,
    /// Only those whose name holds every one of these words; 3 to 100 characters.
    pub query: Option<Untrusted>,
}

/// Which calls of the log to list; everything when empty. Reference: section 3.6.
#[derive(Clone, Debug, Default)]
pub struct CallFilter {
    /// Begun at this time or later.
    pub from: Option<Timestamp>,
    /// Begun before this time.
    pub until: Option<Timestamp>,
    /// Only with one of these results.
    pub statuses: Vec<CallStatus>,
    /// Only of these providers.
    pub providers: Vec<Provider>,
    /// Only of connections that have this in their name.
    pub connection: Option<ConnectionName>,
    /// Only with this account.
    pub account: Option<AccountId>,
    /// Only for this identifier.
    pub identifier: Option<Identifier>,
    /// Only of this run (wire: `agent_run_id`).
    pub run: Option<Untrusted>,
    /// Only those that came in one of these ways.
    pub sources: Vec<CallSource>,
}
