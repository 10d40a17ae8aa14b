//! The server over HTTP: who gets in, and that both eras work.

use std::collections::HashMap;

use jackfield::testing::domain::{Mode, Secret};
use jackfield::testing::journal::CallOutcome;
use jackfield::testing::serve::HttpFront;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, ORIGIN};
use rmcp::service::ClientServiceExt as _;
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::environment::{Served, Wanted};
use super::{Agent, eras, request, text};
use crate::waiting::soon;

const TOKEN: &str = "token-of-this-test-0123";

struct Listening {
    served: Served,
    url: String,
    stop: CancellationToken,
    task: tokio::task::JoinHandle<Result<(), jackfield::testing::domain::Fault>>,
}

async fn listening() -> Listening {
    let served = Served::new(Wanted::new("ada@acme.dev", Mode::Free)).await;
    let stop = CancellationToken::new();
    let front = HttpFront::bind_with(0, Some(Secret::new(TOKEN.into())), served.host.clone(), stop.clone());
    let front = front.await.unwrap();
    assert!(front.own_token().is_none());
    let url = front.url().to_string();
    Listening { served, url, stop, task: tokio::spawn(front.serve()) }
}

fn client() -> reqwest::Client {
    // Another test may have been faster.
    let _ = tokio_rustls::rustls::crypto::ring::default_provider().install_default();
    // Whatever proxy this machine has is not asked for loopback.
    reqwest::Client::builder().no_proxy().build().unwrap()
}

#[tokio::test]
async fn both_eras_work_and_a_session_is_a_run() {
    let listening = listening().await;
    for era in eras() {
        let config = StreamableHttpClientTransportConfig::with_uri(listening.url.clone()).auth_header(TOKEN);
        let transport = StreamableHttpClientTransport::with_client(client(), config);
        let (agent, _hears) = Agent::new(None);
        let client = soon("a session", agent.serve_with_lifecycle(transport, era)).await.unwrap();
        assert!(soon("the tools", client.list_all_tools()).await.unwrap().len() > 10);
        for _ in 0..2 {
            let result = soon("an answer", client.call_tool(request("asana_me_get", json!({})))).await.unwrap();
            assert!(text(&result).contains("Ada Marlow"));
        }
        client.cancel().await.unwrap();
    }
    let mut runs: HashMap<String, usize> = HashMap::new();
    for call in listening.served.calls("client:test-agent").await {
        *runs.entry(call.agent_run.unwrap().raw().to_owned()).or_default() += 1;
    }
    assert_eq!(runs.values().collect::<Vec<_>>(), [&2, &2], "{runs:?}");
    listening.stop.cancel();
    soon("the end", listening.task).await.unwrap().unwrap();
}

#[tokio::test]
async fn nobody_gets_in_without_the_token_nor_from_a_page_of_elsewhere() {
    let listening = listening().await;
    let post = || {
        let body = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
        let request = client().post(&listening.url).header(CONTENT_TYPE, "application/json").body(body);
        request.header(ACCEPT, "application/json, text/event-stream")
    };
    let status =
        async |request: reqwest::RequestBuilder| soon("an answer", request.send()).await.unwrap().status().as_u16();
    assert_eq!(status(post()).await, 401);
    assert_eq!(status(post().header(AUTHORIZATION, "Bearer token-of-this-test-012")).await, 401);
    assert_eq!(status(post().header(AUTHORIZATION, format!("Basic {TOKEN}"))).await, 401);
    let right = || post().header(AUTHORIZATION, format!("Bearer {TOKEN}"));
    assert_eq!(status(right()).await, 400, "in, but without a session");
    assert_eq!(status(right().header(ORIGIN, "https://evil.example")).await, 403);
    assert_eq!(status(right().header(HOST, "evil.example")).await, 403);
    let large = right().body("x".repeat(5 << 20));
    let refused = soon("an answer", large.send()).await;
    assert!(refused.is_err() || refused.unwrap().status().is_client_error(), "a request has a largest size");
    listening.stop.cancel();
    soon("the end", listening.task).await.unwrap().unwrap();
}

#[tokio::test]
async fn sessions_are_bounded() {
    let listening = listening().await;
    let client = client();
    let hello = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "many", "version": "0"}}});
    let mut last = 0;
    for _ in 0..80 {
        let request = client.post(&listening.url).header(AUTHORIZATION, format!("Bearer {TOKEN}")).json(&hello);
        let request = request.header(ACCEPT, "application/json, text/event-stream");
        last = soon("an answer", request.send()).await.unwrap().status().as_u16();
        if last != 200 {
            break;
        }
    }
    assert_eq!(last, 503);
    listening.stop.cancel();
    soon("the end", listening.task).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_token_that_can_be_guessed_is_refused_and_a_random_one_is_long() {
    let served = Served::new(Wanted::new("ada@acme.dev", Mode::Free)).await;
    let bind = |token: Option<&str>| {
        let token = token.map(|token| Secret::new(token.to_owned()));
        HttpFront::bind_with(0, token, served.host.clone(), CancellationToken::new())
    };
    let fault = bind(Some("short")).await.err().unwrap();
    assert!(fault.message.contains("fewer than 16 characters"), "{fault}");
    let front = bind(None).await.unwrap();
    assert!(front.own_token().unwrap().expose().len() >= 40);
}

#[tokio::test]
async fn a_session_that_its_client_ends_is_gone_and_the_client_is_told_so() {
    let listening = listening().await;
    let client = client();
    let request = |method| {
        let request = client.request(method, &listening.url).header(AUTHORIZATION, format!("Bearer {TOKEN}"));
        request.header(ACCEPT, "application/json, text/event-stream")
    };
    let hello = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "short", "version": "0"}}});
    let opened = soon("a session", request(reqwest::Method::POST).json(&hello).send()).await.unwrap();
    let session = opened.headers()["mcp-session-id"].clone();
    let delete = || request(reqwest::Method::DELETE).header("mcp-session-id", session.clone());
    assert_eq!(soon("the end", delete().send()).await.unwrap().status().as_u16(), 204);
    let list = json!({"jsonrpc": "2.0", "id": 2, "method": "tools/list"});
    let after = request(reqwest::Method::POST).header("mcp-session-id", session.clone()).json(&list);
    assert_eq!(soon("a refusal", after.send()).await.unwrap().status().as_u16(), 404);
    listening.stop.cancel();
    soon("the end", listening.task).await.unwrap().unwrap();
}

#[tokio::test]
async fn an_end_in_the_middle_of_a_call_is_told_to_its_client_and_the_call_is_settled() {
    let faults = &["POST /api/v1/execute_tool hang"];
    let served = Served::new(Wanted { faults, ..Wanted::new("ada@acme.dev", Mode::Free) }).await;
    let stop = CancellationToken::new();
    let front = HttpFront::bind_with(0, Some(Secret::new(TOKEN.into())), served.host.clone(), stop.clone());
    let front = front.await.unwrap();
    let config = StreamableHttpClientTransportConfig::with_uri(front.url().to_string()).auth_header(TOKEN);
    let task = tokio::spawn(front.serve());
    let transport = StreamableHttpClientTransport::with_client(client(), config);
    let [_, era] = eras();
    let (agent, _hears) = Agent::new(None);
    let client = soon("a client", agent.serve_with_lifecycle(transport, era)).await.unwrap();
    let peer = client.peer().clone();
    let call = tokio::spawn(async move { peer.call_tool_once(request("asana_me_get", json!({}))).await });
    let running = async {
        while served.calls("status:running").await.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    soon("a call under way", running).await;
    stop.cancel();
    soon("the end", task).await.unwrap().unwrap();
    let _ = soon("the end of the call", call).await;
    let calls = served.calls("").await;
    assert_eq!((calls.len(), calls[0].outcome), (1, CallOutcome::Stopped));
}
