//! Results of a search for tools.

use super::{AccountId, ConnectionName, Provider, ToolName, Untrusted};

/// One tool that was found. Reference: section 3.3, SearchTools.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolMatch {
    /// As it is called.
    pub name: ToolName,
    /// Key of the provider: `LINEAR`.
    pub provider: Provider,
    /// Description in the vendor's words.
    pub description: Untrusted,
    /// Rank of the match; comparable only within one search.
    pub score: f64,
    /// The identifier's connections that have it; one never touched is absent.
    pub connections: Vec<FoundOn>,
}

/// One connection that has a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundOn {
    /// Name of the connection.
    pub connection: ConnectionName,
    /// The identifier's account on it.
    pub account: Option<AccountId>,
    /// Readiness of the tool on this connection.
    pub readiness: Readiness,
}

/// Readiness of a tool for a call. Reference: section 3.3, ToolReadinessState; anything else stays visible
/// as it came and is never taken for ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// Ready: an active account can call it.
    Ready,
    /// There is an account, but it is not active.
    NeedsConnection,
    /// The account's authorization ran out.
    NeedsAuthorization,
    /// The wire's zero value.
    Unspecified,
    /// A value this program has never heard of.
    Other(Untrusted),
}
