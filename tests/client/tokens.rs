//! The token: fetched once, renewed when it must be, and never for somebody else's refusal.

use futures_util::future::join_all;
use jackfield::testing::domain::FaultKind;

use super::server::{Reply, Server};
use super::{NO_ACCOUNTS, TOOL_UNAUTHORIZED, UNAUTHENTICATED, call, everything};

#[tokio::test]
async fn the_key_is_posted_as_a_form_and_the_token_sent_with_every_call() {
    let server = Server::with_tokens(|_, _| Reply::json(200, NO_ACCOUNTS)).await;
    let client = server.client();
    for _ in 0..2 {
        client.accounts(&everything(), None).await.expect("a page");
    }
    let seen = server.seen();
    assert_eq!(seen.len(), 3, "one token for both: {seen:?}");
    assert_eq!((seen[0].method.as_str(), seen[0].header("authorization")), ("POST", None));
    assert_eq!(seen[0].header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(seen[0].body, "grant_type=client_credentials&client_id=skc_1&client_secret=sks_hunter2+%26%3D");
    for call in server.calls() {
        assert_eq!(call.header("authorization"), Some("Bearer token-1"));
    }
}

#[tokio::test]
async fn fifty_calls_at_once_fetch_one_token() {
    let server = Server::with_tokens(|_, _| Reply::json(200, NO_ACCOUNTS)).await;
    let client = server.client();
    let filter = everything();
    for page in join_all((0..50).map(|_| client.accounts(&filter, None))).await {
        page.expect("a page");
    }
    assert_eq!((server.token_requests(), server.calls().len()), (1, 50));
}

#[tokio::test]
async fn fifty_calls_at_once_share_one_refusal_of_the_key() {
    let server = Server::start(|_, _| Reply::json(401, r#"{"error":"invalid_client"}"#)).await;
    let client = server.client();
    let filter = everything();
    for page in join_all((0..50).map(|_| client.accounts(&filter, None))).await {
        let fault = page.expect_err("refused");
        assert_eq!(fault.kind, FaultKind::KeyRefused);
        assert!(!format!("{fault:?}").contains("hunter2"));
    }
    assert_eq!((server.token_requests(), server.calls().len()), (1, 0));
    client.accounts(&filter, None).await.expect_err("refused");
    assert_eq!(server.token_requests(), 2, "the next call asks anew");
}

#[tokio::test]
async fn a_token_is_renewed_before_it_runs_out() {
    let server = Server::start(|seen, before| match seen.is_token_request() {
        true => Reply::json(200, &format!(r#"{{"access_token":"token-{}","expires_in":0}}"#, before + 1)),
        false => Reply::json(200, NO_ACCOUNTS),
    })
    .await;
    let client = server.client();
    for _ in 0..3 {
        client.accounts(&everything(), None).await.expect("a page");
    }
    let tokens: Vec<_> = server.calls().iter().map(|call| call.header("authorization").map(str::to_owned)).collect();
    let expected = ["Bearer token-1", "Bearer token-2", "Bearer token-3"].map(|token| Some(token.to_owned()));
    assert_eq!(tokens, expected);
}

#[tokio::test]
async fn a_refused_token_is_renewed_and_the_call_sent_again_once() {
    let server = Server::with_tokens(|seen, _| match seen.header("authorization") {
        Some("Bearer token-1") => Reply::json(401, UNAUTHENTICATED),
        _ => Reply::json(200, r#"{"data":{},"execution_id":"exec_1"}"#),
    })
    .await;
    let execution = server.client().execute(&call()).await.expect("it ran");
    assert_eq!(execution.id.expect("an id").raw(), "exec_1");
    let calls = server.calls();
    assert_eq!((calls.len(), server.token_requests()), (2, 2));
    assert_eq!(calls[0].body, calls[1].body);
}

#[tokio::test]
async fn many_refused_calls_renew_the_token_once() {
    let server = Server::with_tokens(|seen, _| match seen.header("authorization") {
        Some("Bearer token-1") => Reply::json(401, UNAUTHENTICATED),
        _ => Reply::json(200, NO_ACCOUNTS),
    })
    .await;
    let client = server.client();
    let filter = everything();
    for page in join_all((0..20).map(|_| client.accounts(&filter, None))).await {
        page.expect("a page");
    }
    assert_eq!(server.token_requests(), 2);
}

#[tokio::test]
async fn a_second_refusal_is_final() {
    let server = Server::with_tokens(|_, _| Reply::json(401, UNAUTHENTICATED)).await;
    let fault = server.client().accounts(&everything(), None).await.expect_err("refused");
    assert_eq!((fault.kind, fault.http_status), (FaultKind::KeyRefused, Some(401)));
    assert_eq!((server.token_requests(), server.calls().len()), (2, 2));
}

#[tokio::test]
async fn a_providers_401_does_not_touch_our_token() {
    let server = Server::with_tokens(|_, _| Reply::json(401, TOOL_UNAUTHORIZED)).await;
    let fault = server.client().execute(&call()).await.expect_err("refused");
    assert_eq!(fault.kind, FaultKind::NeedsAuthorization);
    assert_eq!(fault.said.expect("words").raw(), "Provider token expired");
    assert_eq!(fault.execution_id.expect("an id").raw(), "exec-401");
    assert_eq!((server.token_requests(), server.calls().len()), (1, 1));
}

#[tokio::test]
async fn a_caller_that_gives_up_leaves_the_token_to_the_others() {
    let server = Server::start(|seen, before| match (seen.is_token_request(), before) {
        (true, 0) => Reply::raw("").then_hang(),
        (true, _) => Reply::token("token-2"),
        _ => Reply::json(200, NO_ACCOUNTS),
    })
    .await;
    let client = server.client();
    let filter = everything();
    let mut abandoned = Box::pin(client.accounts(&filter, None));
    while server.token_requests() == 0 {
        // Lets the request out, but never lets the call finish.
        tokio::select! {
            biased;
            _ = &mut abandoned => panic!("nobody answered it"),
            () = tokio::task::yield_now() => {}
        }
    }
    drop(abandoned);
    client.accounts(&filter, None).await.expect("a page");
}

#[tokio::test]
async fn a_url_without_a_token_route_is_no_environment() {
    let server = Server::start(|_, _| Reply::with(404, "content-type: text/html\r\n", "<h1>Not here</h1>")).await;
    let fault = server.client().accounts(&everything(), None).await.expect_err("no environment");
    assert_eq!((fault.kind, fault.said.expect("words").raw()), (FaultKind::NoEnvironment, "Not here"));
}

#[tokio::test]
async fn an_answer_without_a_token_is_a_bad_answer() {
    for body in ["{}", r#"{"access_token":""}"#, r#"{"access_token":7}"#, "ok"] {
        let server = Server::start(move |_, _| Reply::json(200, body)).await;
        let fault = server.client().accounts(&everything(), None).await.expect_err(body);
        assert_eq!((fault.kind, server.calls().len()), (FaultKind::BadAnswer, 0), "{body}");
    }
}
