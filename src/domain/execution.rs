//! One tool call and what came of it.

use std::time::Duration;

use super::{AccountId, ConnectionName, ExecutionId, Identifier, JsonText, ToolName, Untrusted};

/// One call as it goes out. Reference: section 3.3, ExecuteTool.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolCall {
    /// Name of the tool.
    pub tool: ToolName,
    /// Id of the account; always sent, so that the broker cannot pick another.
    pub account: AccountId,
    /// Identifier of the account, for the record and the screen.
    pub identifier: Identifier,
    /// On which connection, for the record and the screen.
    pub connection: ConnectionName,
    /// The input, a JSON object.
    pub input: JsonText,
    /// The run of an agent it belongs to; groups calls in the broker's log. At most 255 characters.
    pub agent_run: Option<Untrusted>,
}

/// Result of a call that the provider carried out.
#[derive(Clone, Debug, PartialEq)]
pub struct Execution {
    /// The broker's name for it, if it gave one.
    pub id: Option<ExecutionId>,
    /// The result, byte for byte as it came.
    pub data: JsonText,
    /// HTTP status of the broker's answer.
    pub http_status: u16,
    /// Time from sending the request to the last byte of the answer.
    pub took: Duration,
}
