//! Tool calls as the environment's own log tells of them.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    AccountId, ConnectionId, ConnectionName, ExecutionId, Identifier, JsonText, Provider, ToolName, Untrusted,
};

/// One call of anybody's. What went in and what came out is not logged.
#[derive(Clone, Debug, PartialEq)]
pub struct LoggedCall {
    /// Execution id, by which the journal finds its own entry.
    pub execution: Option<ExecutionId>,
    /// Name of the tool; a proxy request has none.
    pub tool: Option<ToolName>,
    /// Key of the provider: `LINEAR`.
    pub provider: Provider,
    /// Id of the account, where the log has one.
    pub account: Option<AccountId>,
    /// Name of the connection.
    pub connection: ConnectionName,
    /// Id of its connection; empty where that is not told.
    pub connection_id: ConnectionId,
    /// Identifier of the person it acted for.
    pub identifier: Identifier,
    /// Door through which the call came in.
    pub source: CallSource,
    /// Outcome as the broker logged it.
    pub status: CallStatus,
    /// Code of the error, as the provider or the broker gave it.
    pub error_code: Option<Untrusted>,
    /// Message of the error, foreign text.
    pub error_message: Option<Untrusted>,
    /// Time from request to answer, where the log has it.
    pub took: Option<Duration>,
    /// Time of its start (UTC).
    pub started_at: Option<Timestamp>,
    /// Id of the agent run it belonged to.
    pub run: Option<Untrusted>,
    /// Everything the broker sent of it, as it came.
    pub raw: JsonText,
}

/// Outcome of a call. Anything unknown stays visible as it came and is never taken for success.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CallStatus {
    /// The provider carried it out.
    Success,
    /// The provider refused or failed.
    ProviderError,
    /// The broker failed, before or after the provider.
    PlatformError,
    /// A value this program has never heard of.
    Other(Untrusted),
}

impl CallStatus {
    /// Name, as it came for one that is unheard of; for no screen before it is scrubbed.
    pub fn name(&self) -> &str {
        match self {
            Self::Success => "success",
            Self::ProviderError => "provider_error",
            Self::PlatformError => "platform_error",
            Self::Other(word) => word.raw(),
        }
    }
}

/// Door through which a call came in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CallSource {
    /// `execute_tool` of the REST API.
    Api,
    /// MCP server of the broker.
    Mcp,
    /// Request passed on to the provider's own API.
    Proxy,
    /// Gateway of the broker.
    Gateway,
    /// A value this program has never heard of.
    Other(Untrusted),
}

impl CallSource {
    /// Every value but unheard-of ones.
    pub const KNOWN: [Self; 4] = [Self::Api, Self::Mcp, Self::Proxy, Self::Gateway];

    /// Name, as it came for one that is unheard of; for no screen before it is scrubbed.
    pub fn name(&self) -> &str {
        match self {
            Self::Api => "API",
            Self::Mcp => "MCP",
            Self::Proxy => "PROXY",
            Self::Gateway => "GATEWAY",
            Self::Other(word) => word.raw(),
        }
    }
}
