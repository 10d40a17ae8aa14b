//! Searching tools in words. Reference: section 3.3, SearchTools.

use serde::{Deserialize, Serialize};

use super::{lenient, null_as_default};

/// Body of `POST /api/v1/tools:search`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct SearchToolsRequest {
    /// 1 to 256 characters.
    #[serde(default)]
    pub query: String,
    /// Identifier of the person whose connections are told of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// Most results wanted; 10 when left out, 50 at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
}

/// Its answer, best first; `T` may be raw JSON.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct SearchToolsResponse<T = FoundTool> {
    /// Matches, the best first.
    #[serde(default = "Vec::new", deserialize_with = "null_as_default")]
    pub tools: Vec<T>,
}

/// One tool that was found; its connections `C` may be raw JSON.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "C: Deserialize<'de>"))]
pub struct FoundTool<C = ToolConnection> {
    /// As it is called.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: String,
    /// Key of the provider.
    #[serde(default, deserialize_with = "lenient::text")]
    pub provider: String,
    /// Description in the vendor's words.
    #[serde(default, deserialize_with = "lenient::text")]
    pub description: String,
    /// Rank of the match; only the order means anything.
    #[serde(default, deserialize_with = "lenient::number")]
    pub score: f64,
    /// The identifier's connections that have it; one never touched is absent.
    #[serde(default = "Vec::new", deserialize_with = "null_as_default")]
    pub connections: Vec<C>,
}

/// Readiness of a tool on one connection.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ToolConnection {
    /// Name of the connection.
    #[serde(default, deserialize_with = "lenient::text")]
    pub connection_name: String,
    /// Id of the account: `ca_…`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub connected_account_id: String,
    /// ToolReadinessState, see section 3.3.
    #[serde(default, deserialize_with = "lenient::text")]
    pub readiness_state: String,
}

/// ToolReadinessState of a tool that can be called.
pub const READY: &str = "TOOL_READINESS_STATE_READY";
/// ToolReadinessState: there is a row, but it is not active.
pub const NEEDS_CONNECTION: &str = "TOOL_READINESS_STATE_NEEDS_CONNECTION";
/// ToolReadinessState: it has expired.
pub const NEEDS_REAUTH: &str = "TOOL_READINESS_STATE_NEEDS_REAUTH";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn found_tools_say_whether_they_could_be_called() {
        let answer: SearchToolsResponse = serde_json::from_str(
            r#"{"tools":[{"name":"gmail_fetch_mails","provider":"GMAIL","description":"…","score":0.83,"connections":[
                {"connection_name":"gmail","connected_account_id":"ca_1","readiness_state":"TOOL_READINESS_STATE_NEEDS_REAUTH"}]},
                {"name":"slack_send_message","provider":"SLACK","score":1,"connections":null}]}"#,
        )
        .expect("an answer");
        let [first, second] = answer.tools.as_slice() else { panic!("two tools") };
        assert_eq!((first.name.as_str(), first.score), ("gmail_fetch_mails", 0.83));
        assert_eq!(first.connections.first().expect("one").readiness_state, NEEDS_REAUTH);
        assert!(second.connections.is_empty());
    }

    #[test]
    fn a_search_is_written_with_the_wires_names() {
        let request = SearchToolsRequest { query: "send mail".into(), top_k: Some(5), ..Default::default() };
        assert_eq!(serde_json::to_string(&request).expect("written"), r#"{"query":"send mail","top_k":5}"#);
    }
}
