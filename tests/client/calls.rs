//! The environment's log of calls.

use jackfield::backend::{Backend as _, CallFilter, PageToken};
use jackfield::domain::{CallSource, CallStatus, FaultKind};

use super::coded;
use super::server::{Reply, Server};

#[tokio::test]
async fn the_log_is_asked_for_and_read() {
    let server = Server::with_tokens(|seen, _| match seen.target.contains('?') {
        true => Reply::json(
            200,
            r#"{"tool_call_logs":[{"execution_id":"exec_1","status":"success","source":"API","duration_ms":"412"},
                {"execution_id":"exec_2","status":"NEW","tool_name":null}],"total_size":"7","next_page_token":">:2"}"#,
        ),
        false => Reply::json(200, r#"{"execution_id":"exec/1","status":"platform_error"}"#),
    })
    .await;
    let client = server.client();
    let page = client.tool_calls(&CallFilter::default(), None).await.expect("a page");
    assert_eq!((page.total, page.next), (Some(7), PageToken::new(">:2".into())));
    let statuses: Vec<_> = page.items.iter().map(|call| call.status.clone()).collect();
    assert_eq!(statuses, [CallStatus::Success, CallStatus::Other("NEW".into())]);
    let filter = CallFilter {
        from: Some("2026-10-12T09:00:00Z".parse().expect("a time")),
        until: Some("2026-10-13T09:00:00.5Z".parse().expect("a time")),
        statuses: vec![CallStatus::ProviderError, CallStatus::PlatformError],
        providers: vec!["LINEAR".into()],
        connection: Some("lin".into()),
        account: Some("ca_1".into()),
        identifier: Some("ada".into()),
        run: Some("run_1".into()),
        sources: vec![CallSource::Proxy],
    };
    client.tool_calls(&filter, PageToken::new(">:x".into()).as_ref()).await.expect("a page");
    let call = client.tool_call(&"exec/1".into()).await.expect("a call");
    assert_eq!((call.execution, call.status), (Some("exec/1".into()), CallStatus::PlatformError));
    let targets: Vec<_> = server.calls().into_iter().map(|call| call.target).collect();
    assert_eq!(
        targets,
        [
            "/api/v1/agentkit/tool_call_logs?page_size=100",
            "/api/v1/agentkit/tool_call_logs?page_size=100&page_token=%3E%3Ax&start_time=2026-10-12T09%3A00%3A00Z\
             &end_time=2026-10-13T09%3A00%3A00.5Z&status=provider_error&status=platform_error&provider=LINEAR&connection_name=lin\
             &connected_account_id=ca_1&identifier=ada&agent_run_id=run_1&source=PROXY",
            "/api/v1/agentkit/tool_call_logs/exec%2F1",
        ]
    );
}

#[tokio::test]
async fn the_log_may_be_missing() {
    for status in [403, 404, 501] {
        let server = Server::with_tokens(move |_, _| Reply::json(status, "{}")).await;
        let client = server.client();
        let fault = client.tool_calls(&CallFilter::default(), None).await.expect_err("missing");
        assert_eq!(fault.kind, FaultKind::NotOffered, "{status}");
        assert_eq!(client.tool_call(&"exec_1".into()).await.expect_err("missing").kind, FaultKind::NotOffered);
    }
    let server = Server::with_tokens(|_, _| coded(404, "RESOURCE_NOT_FOUND")).await;
    let fault = server.client().tool_call(&"exec_1".into()).await.expect_err("not there");
    assert_eq!(fault.kind, FaultKind::NotFound);
}

#[tokio::test]
async fn a_call_is_looked_up_by_a_real_id_and_comes_as_an_object() {
    let server = Server::with_tokens(|_, _| Reply::json(200, "null")).await;
    let client = server.client();
    for id in ["", ".", ".."] {
        assert_eq!(client.tool_call(&id.into()).await.expect_err("refused").kind, FaultKind::InvalidInput, "{id}");
    }
    assert!(server.seen().is_empty());
    assert_eq!(client.tool_call(&"exec_1".into()).await.expect_err("nothing").kind, FaultKind::BadAnswer);
}
