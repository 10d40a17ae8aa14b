//! What is sent again, and what never is.

use std::time::Duration;

use jackfield::testing::backend::scalekit::{AuthRequestId, Limits, LinkRequest};
use jackfield::testing::domain::FaultKind;

use super::server::{Reply, Server, limits};
use super::{NO_ACCOUNTS, call, everything};

const UNAVAILABLE: &str = r#"{"code":14,"message":"unavailable","details":[]}"#;

#[tokio::test]
async fn a_read_is_sent_again_after_passing_failures() {
    let server = Server::with_tokens(|_, before| match before {
        0 => Reply::json(503, UNAVAILABLE),
        1 => Reply::raw("").then_reset(),
        2 => Reply::with(429, "retry-after: 0\r\n", "{}"),
        _ => Reply::json(200, NO_ACCOUNTS),
    })
    .await;
    server.client().accounts(&everything(), None).await.expect("a page at last");
    assert_eq!((server.calls().len(), server.token_requests()), (4, 1));
}

#[tokio::test]
async fn a_token_that_cannot_be_had_for_a_moment_is_asked_for_again_by_a_read() {
    let server = Server::start(|seen, before| match (seen.is_token_request(), before) {
        (true, 0) => Reply::with(502, "", "<html>bad gateway</html>"),
        (true, _) => Reply::token("token"),
        _ => Reply::json(200, NO_ACCOUNTS),
    })
    .await;
    server.client().accounts(&everything(), None).await.expect("a page at last");
}

#[tokio::test]
async fn a_wait_longer_than_our_patience_is_passed_on() {
    let server = Server::with_tokens(|_, _| Reply::with(429, "retry-after: 3600\r\n", "{}")).await;
    let fault = server.client().accounts(&everything(), None).await.expect_err("limited");
    assert_eq!((fault.kind, fault.retry_after), (FaultKind::RateLimited, Some(Duration::from_secs(3600))));
    assert_eq!(server.calls().len(), 1, "nothing is sent before the environment wants it");
}

#[tokio::test]
async fn repeats_come_to_an_end() {
    let server = Server::with_tokens(|_, _| Reply::json(503, UNAVAILABLE)).await;
    let fault = server.client().accounts(&everything(), None).await.expect_err("unavailable");
    assert_eq!((fault.kind, fault.http_status), (FaultKind::BrokerFailed, Some(503)));
    assert_eq!(server.calls().len(), 5);
    let hasty = server.client_with(Limits { repeats: Duration::ZERO, ..limits() });
    hasty.accounts(&everything(), None).await.expect_err("unavailable");
    assert_eq!(server.calls().len(), 6);
}

#[tokio::test]
async fn a_read_that_is_refused_for_good_is_not_sent_again() {
    for status in [400, 403, 404, 409, 501] {
        let server = Server::with_tokens(move |_, _| Reply::json(status, "{}")).await;
        server.client().accounts(&everything(), None).await.expect_err("refused");
        assert_eq!(server.calls().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn what_acts_is_sent_once() {
    let link = LinkRequest { account: "ca_1".into(), verify: None };
    for reply in [
        || Reply::json(503, UNAVAILABLE),
        || Reply::with(429, "retry-after: 0\r\n", "{}"),
        || Reply::raw("").then_reset(),
    ] {
        let server = Server::with_tokens(move |_, _| reply()).await;
        let client = server.client();
        client.execute(&call()).await.expect_err("failed");
        client.create_account(&"linear".into(), &"user_123".into(), None).await.expect_err("failed");
        client.authorization_link(&link).await.expect_err("failed");
        client.verify_user(&AuthRequestId::new("req"), &"user_123".into()).await.expect_err("failed");
        let paths: Vec<_> = server.calls().into_iter().map(|call| call.target).collect();
        let expected =
            ["execute_tool", "connected_accounts", "connected_accounts/magic_link", "connected_accounts/user/verify"];
        assert_eq!(paths, expected.map(|path| format!("/api/v1/{path}")));
    }
}

#[tokio::test]
async fn a_call_that_may_have_run_says_so() {
    let server = Server::with_tokens(|_, _| Reply::raw("").then_reset()).await;
    let fault = server.client().execute(&call()).await.expect_err("reset");
    assert_eq!(fault.kind, FaultKind::Network);
    assert!(fault.message.contains("Whether it was carried out is not known"), "{fault}");
}
