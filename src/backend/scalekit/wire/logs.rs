//! The environment's log of tool calls. Reference: section 3.6.

use serde::{Deserialize, Serialize, Serializer};

use super::paging::Paging;
use super::{lenient, null_as_default};

/// `page_size` is 1 to 100 (section 1.6).
pub const MAX_PAGE_SIZE: u32 = 100;

/// One call. Get-by-id answers with the row itself, not wrapped.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ToolCallLog {
    /// Id of the entry: `tcl_…`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub id: String,
    /// Id of the environment: `env_…`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub environment_id: String,
    /// The execution; the row is found by it.
    #[serde(default, deserialize_with = "lenient::text")]
    pub execution_id: String,
    /// Id of the agent run it belonged to.
    #[serde(default, deserialize_with = "lenient::text")]
    pub agent_run_id: String,
    /// Name of the tool; a proxy call has none.
    #[serde(default, deserialize_with = "lenient::text")]
    pub tool_name: String,
    /// Key of the provider.
    #[serde(default, deserialize_with = "lenient::text")]
    pub provider: String,
    /// Id of the account: `ca_…`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub connected_account_id: String,
    /// Id of the connection: `conn_…`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub connection_id: String,
    /// Name of the connection.
    #[serde(default, deserialize_with = "lenient::text")]
    pub connection_name: String,
    /// Identifier of the person it acted for.
    #[serde(default, deserialize_with = "lenient::text")]
    pub identifier: String,
    /// User of the environment; the reference says no more.
    #[serde(default, deserialize_with = "lenient::text")]
    pub user_id: String,
    /// Organization of the environment.
    #[serde(default, deserialize_with = "lenient::text")]
    pub organization_id: String,
    /// `API`, `MCP`, `PROXY` or `GATEWAY`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub source: String,
    /// `success`, `provider_error` or `platform_error`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub status: String,
    /// Place of the failure; the reference lists no words.
    #[serde(default, deserialize_with = "lenient::text")]
    pub error_tier: String,
    /// Code of the error.
    #[serde(default, deserialize_with = "lenient::text")]
    pub error_code: String,
    /// Message of the error.
    #[serde(default, deserialize_with = "lenient::text")]
    pub error_message: String,
    /// Duration in milliseconds.
    #[serde(default, deserialize_with = "lenient::whole", serialize_with = "int64")]
    pub duration_ms: i64,
    /// Start of the call, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// Workspace of the environment.
    #[serde(default, deserialize_with = "lenient::text")]
    pub workspace_id: String,
    /// Id of the agent that called.
    #[serde(default, deserialize_with = "lenient::text")]
    pub agent_id: String,
}

/// Answer of `GET /api/v1/agentkit/tool_call_logs`; `L` may be raw JSON.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "L: Deserialize<'de>"))]
pub struct ListToolCallLogsResponse<L = ToolCallLog> {
    /// Calls of this page.
    #[serde(default = "Vec::new", deserialize_with = "null_as_default")]
    pub tool_call_logs: Vec<L>,
    /// Fields beside the rows.
    #[serde(flatten)]
    pub paging: Paging,
}

/// 64-bit numbers are strings on this wire (section 1.4).
fn int64<S: Serializer>(number: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_logs_is_read_with_its_numbers_in_strings() {
        let page: ListToolCallLogsResponse = serde_json::from_str(
            r#"{"tool_call_logs":[{"id":"tcl_1","environment_id":"env_1","execution_id":"exec_abc123","agent_run_id":"run_1",
                "tool_name":"linear_issue_create","provider":"LINEAR","connected_account_id":"ca_1","connection_id":"conn_1",
                "connection_name":"linear","identifier":"user_123","user_id":"","organization_id":"","source":"API",
                "status":"provider_error","error_tier":"","error_code":"RATE_LIMITED","error_message":"slow down",
                "duration_ms":"412","started_at":"2026-10-12T09:30:00Z","workspace_id":"","agent_id":""},
                {"execution_id":"exec_2","duration_ms":7,"source":"PROXY"}],
                "total_size":"2","next_page_token":"","prev_page_token":""}"#,
        )
        .expect("a page");
        assert_eq!(page.paging.total_size, 2);
        let [first, second] = page.tool_call_logs.as_slice() else { panic!("two rows") };
        assert_eq!((first.duration_ms, first.status.as_str()), (412, "provider_error"));
        assert_eq!((first.agent_run_id.as_str(), first.error_code.as_str()), ("run_1", "RATE_LIMITED"));
        assert_eq!((second.duration_ms, second.source.as_str()), (7, "PROXY"));
        assert_eq!(serde_json::to_value(first).expect("written").get("duration_ms"), Some(&"412".into()));
    }
}
