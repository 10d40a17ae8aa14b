//! What a search for tools finds.

use super::{AccountId, ConnectionName, Provider, ToolName, Untrusted};

/// One tool that was found. Reference: section 3.3, SearchTools.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolMatch {
    /// As it is called.
    pub name: ToolName,
    /// The provider's key.
    pub provider: Provider,
    /// What it does, in the vendor's words.
    pub description: Untrusted,
    /// How well it fits; means something only beside others of the same search.
    pub score: f64,
    /// The identifier's connections that have it; one never touched is absent.
    pub connections: Vec<FoundOn>,
}

/// One connection that has a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundOn {
    /// Which.
    pub connection: ConnectionName,
    /// The identifier's account on it.
    pub account: Option<AccountId>,
    /// Whether it could be called right now.
    pub readiness: Readiness,
}

/// Whether a tool could be called right now. Reference: section 3.3, ToolReadinessState; anything
/// else stays visible as it came and is never taken for ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// It could.
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
