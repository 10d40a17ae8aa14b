//! Tool calls as the environment's own log tells of them.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    AccountId, ConnectionId, ConnectionName, ExecutionId, Identifier, JsonText, Provider, ToolName, Untrusted,
};

/// One call of anybody's. Reference: section 3.6. What went in and what came out is not logged.
#[derive(Clone, Debug, PartialEq)]
pub struct LoggedCall {
    /// What the broker calls it.
    pub execution: Option<ExecutionId>,
    /// Which tool; a proxy request has none.
    pub tool: Option<ToolName>,
    /// The provider's key.
    pub provider: Provider,
    /// With which account.
    pub account: Option<AccountId>,
    /// On which connection.
    pub connection: ConnectionName,
    /// `conn_…`; empty when the wire left it out.
    pub connection_id: ConnectionId,
    /// For whom.
    pub identifier: Identifier,
    /// How the call came in.
    pub source: CallSource,
    /// What came of it.
    pub status: CallStatus,
    /// Where it failed, in the broker's words.
    pub error_tier: Option<Untrusted>,
    /// The error's code.
    pub error_code: Option<Untrusted>,
    /// The error's words.
    pub error_message: Option<Untrusted>,
    /// How long it took.
    pub took: Option<Duration>,
    /// When it began (UTC).
    pub started_at: Option<Timestamp>,
    /// Which run it belonged to (wire: `agent_run_id`).
    pub run: Option<Untrusted>,
    /// Everything the broker sent of it, as it came.
    pub raw: JsonText,
}

/// What came of a call. Anything unknown stays visible as it came and is never taken for success.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CallStatus {
    /// It worked.
    Success,
    /// The provider failed.
    ProviderError,
    /// The broker failed.
    PlatformError,
    /// A value this program has never heard of.
    Other(Untrusted),
}

impl CallStatus {
    /// Every value the reference names.
    pub const KNOWN: [Self; 3] = [Self::Success, Self::ProviderError, Self::PlatformError];

    /// Reads the wire's word.
    pub fn from_wire(word: &str) -> Self {
        let known = Self::KNOWN.into_iter().find(|status| status.wire() == word);
        known.unwrap_or_else(|| Self::Other(word.into()))
    }

    /// The wire's word; for the wire, never for a screen.
    pub fn wire(&self) -> &str {
        match self {
            Self::Success => "success",
            Self::ProviderError => "provider_error",
            Self::PlatformError => "platform_error",
            Self::Other(word) => word.raw(),
        }
    }
}

/// How a call came in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CallSource {
    /// `execute_tool`.
    Api,
    /// An MCP server.
    Mcp,
    /// A proxy request.
    Proxy,
    /// The broker's gateway.
    Gateway,
    /// A value this program has never heard of.
    Other(Untrusted),
}

impl CallSource {
    /// Every value the reference names.
    pub const KNOWN: [Self; 4] = [Self::Api, Self::Mcp, Self::Proxy, Self::Gateway];

    /// Reads the wire's word.
    pub fn from_wire(word: &str) -> Self {
        let known = Self::KNOWN.into_iter().find(|source| source.wire() == word);
        known.unwrap_or_else(|| Self::Other(word.into()))
    }

    /// The wire's word; for the wire, never for a screen.
    pub fn wire(&self) -> &str {
        match self {
            Self::Api => "API",
            Self::Mcp => "MCP",
            Self::Proxy => "PROXY",
            Self::Gateway => "GATEWAY",
            Self::Other(word) => word.raw(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_words_survive_the_wire_and_unknown_ones_are_no_success() {
        for status in CallStatus::KNOWN {
            assert_eq!(CallStatus::from_wire(status.wire()), status);
        }
        for source in CallSource::KNOWN {
            assert_eq!(CallSource::from_wire(source.wire()), source);
        }
        for word in ["", "SUCCESS", "timeout"] {
            assert_eq!(CallStatus::from_wire(word), CallStatus::Other(word.into()));
            assert_eq!(CallSource::from_wire(word).wire(), word);
        }
    }
}
