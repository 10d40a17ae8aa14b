//! What goes wrong on purpose, as a gRPC client sees it. Rules name REST paths.

use std::time::Duration;

use axum::http::HeaderValue;
use jackfield::testing::sandbox::{FaultRule, Options};
use serde_json::json;
use tokio::time::Instant;

use super::super::Env;
use super::Sdk;
use crate::waiting::soon;

const LIST: &str = "connected_accounts.ConnectedAccountService/ListConnectedAccounts";
const PROVIDERS: &str = "providers.ProviderService/ListProviders";

async fn with(rules: &[&str]) -> Sdk {
    let faults = rules.iter().map(|rule| rule.parse::<FaultRule>().expect("a rule")).collect();
    Sdk::of(Env::with(Options { faults, ..Options::default() }).await).await
}

#[tokio::test]
async fn a_status_is_what_proxies_make_of_it() {
    for (status, code) in [
        ("502", 14),
        ("503", 14),
        ("504", 14),
        ("429", 8),
        ("500", 2),
        ("401", 16),
        ("403", 7),
        ("404", 12),
        ("400", 13),
    ] {
        let sdk = with(&[&format!("GET /api/v1/connected_accounts status={status}")]).await;
        let message = sdk.grpc.call(LIST, json!({})).await.refused(code);
        assert!(message.contains(status), "{message}");
        assert_eq!(sdk.grpc.call(PROVIDERS, json!({})).await.code(), 0, "another path");
    }
}

#[tokio::test]
async fn a_rule_counts_calls_and_requests_alike() {
    let sdk = with(&["GET /api/v1/connected_accounts status=503 every=3"]).await;
    let mut codes = Vec::new();
    for _ in 0..2 {
        codes.push(sdk.grpc.call(LIST, json!({})).await.code());
        assert_eq!(sdk.env.get("connected_accounts", &[]).await.status, 200);
        codes.push(sdk.grpc.call(LIST, json!({})).await.code());
    }
    assert_eq!(codes, [0, 14, 0, 14]);
}

#[tokio::test]
async fn connections_end_early() {
    let sdk = with(&["/api/v1/providers reset"]).await;
    assert_eq!(sdk.grpc.call(LIST, json!({})).await.code(), 0);
    assert!(sdk.grpc.try_call(PROVIDERS, json!({})).await.is_err(), "the connection itself ends, as with REST");
    let sdk = with(&["/api/v1/connected_accounts truncate"]).await;
    let message = sdk.grpc.call(LIST, json!({})).await.refused(13);
    assert!(message.starts_with("The answer broke off after "), "{message}");
}

#[tokio::test]
async fn bodies_may_be_nonsense() {
    let sdk = with(&["/api/v1/providers not-json", "/api/v1/connected_accounts not-utf8"]).await;
    let message = sdk.grpc.call(PROVIDERS, json!({})).await.refused(13);
    assert!(message.starts_with("The answer is no ListProvidersResponse: "), "{message}");
    sdk.grpc.call(LIST, json!({})).await.refused(13);
}

#[tokio::test]
async fn bodies_may_be_huge() {
    // White space is no message; what cannot be read whole is none either.
    let sdk = with(&["/api/v1/providers huge=5", "/api/v1/connected_accounts huge=17"]).await;
    let rest = sdk.env.get("providers", &[]);
    sdk.same(PROVIDERS, json!({}), rest).await;
    let message = sdk.grpc.call(LIST, json!({})).await.refused(8);
    assert!(message.contains("more than 16 MB"), "{message}");
}

#[tokio::test]
async fn a_caller_waits_as_long_as_it_says() {
    let mut sdk = with(&["/api/v1/providers hang"]).await;
    sdk.grpc.metadata.insert("grpc-timeout", HeaderValue::from_static("50m"));
    let asked = Instant::now();
    let outcome = soon("the end of a call", sdk.grpc.call(PROVIDERS, json!({}))).await;
    outcome.refused(4);
    assert!(asked.elapsed() >= Duration::from_millis(50), "never early");
}

#[tokio::test]
async fn a_call_that_its_caller_gave_up_was_not_made() {
    let mut sdk = Sdk::start().await;
    let call = json!({"tool_name": "slack_search_messages", "connector": "slack", "identifier": "ada@acme.dev",
                      "params": {"query": "invoice"}});
    sdk.grpc.metadata.insert("grpc-timeout", HeaderValue::from_static("10m"));
    // It takes four seconds.
    sdk.grpc.call("tools.ToolService/ExecuteTool", call).await.refused(4);
    let logs = sdk.env.get("agentkit/tool_call_logs", &[("page_size", "1")]).await.json();
    assert_ne!(logs["tool_call_logs"][0]["tool_name"], "slack_search_messages");
}

#[tokio::test]
async fn answers_may_be_late() {
    let late = Duration::from_millis(60);
    let slow = with(&["/api/v1/providers slow=60ms"]).await;
    let latency = Sdk::of(Env::with(Options { latency: late, ..Options::default() }).await).await;
    for sdk in [slow, latency] {
        let asked = Instant::now();
        assert_eq!(sdk.grpc.call(PROVIDERS, json!({})).await.code(), 0);
        assert!(asked.elapsed() >= late, "never early");
    }
}

#[tokio::test]
async fn an_answer_that_never_comes_ends_with_the_sandbox() {
    let Sdk { env, grpc } = with(&["/api/v1/providers hang"]).await;
    let hanging = grpc.call(PROVIDERS, json!({}));
    let stop = async move {
        assert_eq!(env.get("connected_accounts", &[]).await.status, 200, "others are answered");
        drop(env);
    };
    let (outcome, ()) = soon("the end", async { tokio::join!(hanging, stop) }).await;
    outcome.refused(14);
}
