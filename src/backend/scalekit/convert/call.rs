//! Logged calls, from the wire to the domain.

use std::time::Duration;

use bytes::Bytes;
use serde_json::value::RawValue;

use super::lenient::lenient;
use super::{some, timestamp};
use crate::backend::scalekit::wire::logs::ToolCallLog;
use crate::backend::scalekit::words;
use crate::domain::{
    AccountId, ConnectionId, ConnectionName, ExecutionId, Identifier, JsonText, LoggedCall, Provider, ToolName,
    Untrusted,
};

/// A logged call: `raw` must be a part of `body`.
pub fn call(body: &Bytes, raw: &RawValue) -> LoggedCall {
    let wire: ToolCallLog = lenient(raw);
    let words = |wire| some(wire).map(Untrusted::from);
    LoggedCall {
        execution: some(wire.execution_id).map(ExecutionId::new),
        tool: some(wire.tool_name).map(ToolName::new),
        provider: Provider::new(wire.provider),
        account: some(wire.connected_account_id).map(AccountId::new),
        connection: ConnectionName::new(wire.connection_name),
        connection_id: ConnectionId::new(wire.connection_id),
        identifier: Identifier::new(wire.identifier),
        source: words::call_source(&wire.source),
        status: words::call_status(&wire.status),
        error_code: words(wire.error_code),
        error_message: words(wire.error_message),
        // The wire writes zero for what is not there.
        took: u64::try_from(wire.duration_ms).ok().filter(|ms| *ms > 0).map(Duration::from_millis),
        started_at: timestamp(wire.started_at),
        run: words(wire.agent_run_id),
        raw: JsonText::within(body, raw),
    }
}

#[cfg(test)]
mod tests {
    use super::super::row;
    use super::*;
    use crate::domain::{CallSource, CallStatus};

    #[test]
    fn a_logged_call_is_taken_over_field_by_field() {
        let wire = r#"{"id":"tcl_1","execution_id":"exec_1","agent_run_id":"run_1","tool_name":"linear_issue_create",
            "provider":"LINEAR","connected_account_id":"ca_1","connection_id":"conn_1","connection_name":"linear",
            "identifier":"user_123","source":"MCP","status":"provider_error","error_tier":"","error_code":"RATE_LIMITED",
            "error_message":"slow down","duration_ms":"412","started_at":"2026-10-12T09:30:00Z"}"#;
        let call = row(call, wire);
        assert_eq!(call.execution, Some("exec_1".into()));
        assert_eq!((call.tool, call.account), (Some("linear_issue_create".into()), Some("ca_1".into())));
        assert_eq!(
            (call.connection.raw(), call.connection_id.raw(), call.identifier.raw()),
            ("linear", "conn_1", "user_123")
        );
        assert_eq!((call.source, call.status), (CallSource::Mcp, CallStatus::ProviderError));
        assert_eq!(call.error_code, Some("RATE_LIMITED".into()));
        assert_eq!((call.took, call.run), (Some(Duration::from_millis(412)), Some("run_1".into())));
        assert_eq!(call.started_at, Some("2026-10-12T09:30:00Z".parse().expect("a time")));
        assert_eq!(call.raw.raw(), wire);
    }

    #[test]
    fn what_is_odd_or_missing_costs_only_itself() {
        let call =
            row(call, r#"{"execution_id":null,"tool_name":"","duration_ms":"soon","status":"timeout","source":[7]}"#);
        assert_eq!((call.execution, call.tool, call.took), (None, None, None));
        assert_eq!((call.status, call.source), (CallStatus::Other("timeout".into()), CallSource::Other("".into())));
    }
}
