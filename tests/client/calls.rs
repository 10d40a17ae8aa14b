//! The environment's log of calls.

use jackfield::testing::backend::scalekit::pages::PageToken;
use jackfield::testing::domain::{CallStatus, FaultKind};

use super::server::{Reply, Server};

#[tokio::test]
async fn the_log_is_asked_for_and_read() {
    let server = Server::with_tokens(|_, _| {
        Reply::json(
            200,
            r#"{"tool_call_logs":[{"execution_id":"exec_1","status":"success","source":"API","duration_ms":"412"},
                {"execution_id":"exec_2","status":"NEW","tool_name":null}],"total_size":"7","next_page_token":">:2"}"#,
        )
    })
    .await;
    let client = server.client();
    let page = client.tool_calls(None, None).await.expect("a page");
    assert_eq!((page.total, page.next), (Some(7), PageToken::new(">:2".into())));
    let statuses: Vec<_> = page.items.iter().map(|call| call.status.clone()).collect();
    assert_eq!(statuses, [CallStatus::Success, CallStatus::Other("NEW".into())]);
    client.tool_calls(None, PageToken::new(">:x".into()).as_ref()).await.expect("a page");
    let since = "2026-10-12T09:30:00.25Z".parse().ok();
    client.tool_calls(since, PageToken::new("y".into()).as_ref()).await.expect("a page");
    let targets: Vec<_> = server.calls().into_iter().map(|call| call.target).collect();
    assert_eq!(
        targets,
        [
            "/api/v1/agentkit/tool_call_logs?page_size=100",
            "/api/v1/agentkit/tool_call_logs?page_size=100&page_token=%3E%3Ax",
            "/api/v1/agentkit/tool_call_logs?page_size=100&start_time=2026-10-12T09%3A30%3A00.25Z&page_token=y",
        ]
    );
}

#[tokio::test]
async fn the_log_may_be_missing() {
    for status in [403, 404, 501] {
        let server = Server::with_tokens(move |_, _| Reply::json(status, "{}")).await;
        let fault = server.client().tool_calls(None, None).await.expect_err("missing");
        assert_eq!(fault.kind, FaultKind::NotOffered, "{status}");
    }
}
