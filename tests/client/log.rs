//! What a screen is told of every exchange.

use std::sync::Arc;
use std::time::Duration;

use jackfield::testing::backend::http_log::{Exchange, HttpLog};
use jackfield::testing::backend::scalekit::{Limits, LinkRequest, VerifyReturn};
use jackfield::testing::domain::{AccountRef, Credentials, FaultKind, ProxyBody, ProxyMethod, ProxyRequest, Secret};

use super::server::{Reply, Server, limits};
use super::{NO_ACCOUNTS, UNAUTHENTICATED, everything};

fn lines(requests: &HttpLog) -> Vec<(String, u32, Option<u16>, Option<FaultKind>)> {
    let line = |e: &Arc<Exchange>| (format!("{} {}", e.method, e.target), e.attempt, e.status, e.fault);
    requests.after(0).iter().map(line).collect()
}

#[tokio::test]
async fn every_exchange_is_told_with_its_attempt() {
    let server = Server::with_tokens(|seen, before| match (before, seen.header("authorization")) {
        (0, _) => Reply::json(503, "{}"),
        (1, _) => Reply::raw("").then_reset(),
        (_, Some("Bearer token-1")) => Reply::json(401, UNAUTHENTICATED),
        _ => Reply::json(200, NO_ACCOUNTS),
    })
    .await;
    let requests = Arc::new(HttpLog::new(100));
    let mut changes = requests.subscribe();
    let client = server.client().with_log(Arc::clone(&requests));
    client.accounts(&everything(), None).await.expect("a page at last");
    let accounts = "GET /api/v1/connected_accounts?page_size=99";
    let token = "POST /oauth/token";
    assert_eq!(
        lines(&requests),
        [
            (token, 1, Some(200), None),
            (accounts, 1, Some(503), None),
            (accounts, 2, None, Some(FaultKind::Network)),
            (accounts, 3, Some(401), None),
            (token, 1, Some(200), None),
            (accounts, 4, Some(200), None),
        ]
        .map(|(line, attempt, status, fault)| (line.to_owned(), attempt, status, fault))
    );
    assert!(changes.has_changed().expect("still there"));
    assert_eq!(*changes.borrow_and_update(), 6);
    let last = requests.after(5).pop().expect("the sixth");
    assert_eq!((last.number, last.received, last.sent), (6, NO_ACCOUNTS.len() as u64, 0));
    assert!(requests.after(0)[0].sent > 0);
    let bodies: Vec<_> = requests.after(0).iter().map(|e| (e.sent_body.is_some(), e.received_body.clone())).collect();
    assert_eq!(bodies[0], (false, None), "a token is a credential");
    assert_eq!(bodies[1].1.as_ref().map(|body| body.text.as_str()), Some("{}"), "a refusal can be read");
    assert_eq!(bodies[5], (false, None), "an account holds its credentials");
}

#[tokio::test]
async fn no_secret_is_told() {
    let server = Server::with_tokens(|seen, _| match seen.target.split('?').next() {
        Some("/api/v1/connected_accounts/magic_link") => Reply::json(200, r#"{"link":"https://a.dev/hunter2"}"#),
        _ => Reply::json(
            200,
            r#"{"connected_account":{"authorization_details":{"oauth_token":{"access_token":"hunter2"}}}}"#,
        ),
    })
    .await;
    let requests = Arc::new(HttpLog::new(100));
    let client = server.client().with_log(Arc::clone(&requests));
    let secret = || Secret::new("hunter2".into());
    let credentials: Credentials = [("api_key", secret())].into_iter().collect();
    client.create_account(&"linear".into(), &"ada".into(), Some(&credentials)).await.expect("created");
    client.account(&AccountRef::Id("ca_1".into())).await.expect("an account");
    let verify = VerifyReturn { url: "http://127.0.0.1:1/verify".parse().expect("a URL"), state: secret() };
    let link = LinkRequest { account: "ca_1".into(), verify: Some(verify) };
    client.authorization_link(&link).await.expect("a link");
    let pairs =
        || vec![("code".into(), "hunter2".into()), ("state".into(), "hunter2".into()), ("id".into(), "7".into())];
    let request = ProxyRequest {
        connection: "linear".into(),
        identifier: "ada".into(),
        method: ProxyMethod::Post,
        path: "/me".into(),
        query: pairs(),
        headers: pairs(),
        body: ProxyBody::Form(pairs()),
    };
    client.proxy(&request).await.expect("an answer");
    let told = format!("{:?}", requests.after(0));
    assert!(!told.contains("hunter2") && !told.contains("token-1"), "{told}");
    assert!(told.contains("/proxy/me?code=…&state=…&id=7"), "{told}");
    assert_eq!(requests.after(0).len(), 5);
}

#[tokio::test]
async fn an_exchange_that_nobody_waits_for_is_told_too() {
    let server = Server::with_tokens(|_, _| Reply::raw("").then_hang()).await;
    let requests = Arc::new(HttpLog::new(100));
    let client = server.client().with_log(Arc::clone(&requests));
    let filter = everything();
    let mut abandoned = Box::pin(client.accounts(&filter, None));
    while server.calls().is_empty() {
        tokio::select! {
            biased;
            _ = &mut abandoned => panic!("nobody answered it"),
            () = tokio::task::yield_now() => {}
        }
    }
    drop(abandoned);
    let last = lines(&requests).pop().expect("an exchange");
    assert_eq!((last.2, last.3), (None, Some(FaultKind::Cancelled)));
    let short = Limits { control: Duration::from_millis(50), repeats: Duration::ZERO, ..limits() };
    let client = server.client_with(short).with_log(Arc::clone(&requests));
    client.accounts(&filter, None).await.expect_err("silence");
    assert_eq!(lines(&requests).pop().expect("an exchange").3, Some(FaultKind::TimedOut));
}
