//! The Scalekit client against scripted servers on loopback.

mod answers;
mod authorizing;
mod calls;
mod catalogue;
mod changes;
mod clock;
mod credentials;
mod loading;
mod log;
mod mcp_servers;
mod proxy;
mod requests;
mod results;
mod retries;
pub mod server;
mod tokens;

use jackfield::testing::backend::AccountFilter;
use jackfield::testing::domain::{JsonText, ToolCall};

/// A good, empty page of accounts.
const NO_ACCOUNTS: &str = r#"{"connected_accounts":[],"total_size":0,"next_page_token":"","prev_page_token":""}"#;

/// The broker's refusal of a token. Reference: section 6.1.
pub const UNAUTHENTICATED: &str = r#"{"code":16,"message":"Token empty","details":[{"@type":"type.googleapis.com/scalekit.v1.errdetails.ErrorInfo","error_code":"UNAUTHENTICATED"}]}"#;

/// A provider's refusal of an account's token. Reference: section 6.1.
const TOOL_UNAUTHORIZED: &str = r#"{"code":16,"message":"provider error","details":[{"@type":"type.googleapis.com/scalekit.v1.errdetails.ErrorInfo","error_code":"TOOL_ERROR","tool_error_info":{"execution_id":"exec-401","tool_error_code":"UNAUTHORIZED","tool_error_message":"Provider token expired"}}]}"#;

/// A refusal with a code of the broker's own. Reference: section 6.1.
fn coded(status: u16, code: &str) -> server::Reply {
    let body = format!(
        r#"{{"code":5,"message":"so it is","details":[{{"@type":"type.googleapis.com/scalekit.v1.errdetails.ErrorInfo","error_code":"{code}"}}]}}"#
    );
    server::Reply::json(status, &body)
}

fn everything() -> AccountFilter {
    AccountFilter::default()
}

fn call() -> ToolCall {
    ToolCall {
        tool: "linear_issue_create".into(),
        account: "ca_1".into(),
        identifier: "user_123".into(),
        connection: "linear".into(),
        input: JsonText::parse(r#"{ "title": "Bug", "n": 1.10 }"#).expect("JSON"),
        agent_run: None,
    }
}
