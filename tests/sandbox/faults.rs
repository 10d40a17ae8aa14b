//! What goes wrong on purpose.

use std::time::Duration;

use jackfield::testing::sandbox::{FaultRule, Options};
use serde_json::json;
use tokio::time::Instant;

use super::Env;

async fn with(rules: &[&str]) -> Env {
    let faults = rules.iter().map(|rule| rule.parse::<FaultRule>().expect("a rule")).collect();
    Env::with(Options { faults, ..Options::default() }).await
}

const LIST: &str = "connected_accounts";

#[tokio::test]
async fn a_status_comes_with_a_page_as_of_a_load_balancer() {
    let env = with(&["GET /api/v1/connected_accounts status=502"]).await;
    let answer = env.get(LIST, &[]).await;
    assert_eq!((answer.status, answer.headers["content-type"].as_bytes()), (502, &b"text/html"[..]));
    assert!(answer.text.contains("<h1>"), "{}", answer.text);
    assert_eq!(env.post(LIST, json!({})).await.status, 400, "another method");
    assert_eq!(env.get("providers", &[]).await.status, 200, "another path");
}

#[tokio::test]
async fn a_rule_may_strike_now_and_then() {
    let env = with(&["/api/v1/conn* status=503 every=3", "/api/v1/connections/app status=500"]).await;
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(env.get(LIST, &[]).await.status);
    }
    assert_eq!(statuses, [200, 200, 503, 200, 200, 503]);
    assert_eq!(env.get("connections/app", &[]).await.status, 500);
    assert_eq!(env.get("connections/app", &[]).await.status, 500);
    assert_eq!(env.get("connections/app", &[]).await.status, 503, "the first rule goes before the second");
}

#[tokio::test]
async fn connections_end_early() {
    let env = with(&["/api/v1/providers reset", "/api/v1/connected_accounts truncate"]).await;
    let get = |path: &str| env.http.get(env.at(path)).send();
    let error = get("/api/v1/providers").await.expect_err("no answer");
    assert!(error.is_request(), "{error:?}");
    let response = env.http.get(env.at("/api/v1/connected_accounts")).send().await.expect("the head comes");
    let error = response.bytes().await.expect_err("half of the body");
    assert!(error.is_body() || error.is_decode(), "{error:?}");
}

#[tokio::test]
async fn an_answer_that_never_comes_ends_with_the_sandbox() {
    let env = with(&["/api/v1/tools hang"]).await;
    let (url, http) = (env.at("/api/v1/tools"), env.http.clone());
    let hanging = tokio::spawn(http.get(url).send());
    assert_eq!(env.get("providers", &[]).await.status, 200, "others are answered");
    assert!(!hanging.is_finished());
    drop(env);
    let end = tokio::time::timeout(Duration::from_secs(60), hanging).await.expect("it goes on hanging");
    if let Ok(response) = end.expect("no panic") {
        assert_eq!(response.status(), 503);
    }
}

#[tokio::test]
async fn answers_may_be_late() {
    let late = Duration::from_millis(60);
    let slow = with(&["/api/v1/providers slow=60ms"]).await;
    let latency = Env::with(Options { latency: late, ..Options::default() }).await;
    for env in [slow, latency] {
        let asked = Instant::now();
        assert_eq!(env.get("providers", &[]).await.status, 200);
        assert!(asked.elapsed() >= late, "never early");
    }
}

#[tokio::test]
async fn bodies_may_be_nonsense() {
    let env = with(&["/api/v1/providers not-json", "/api/v1/tools not-utf8"]).await;
    let answer = env.get("providers", &[]).await;
    assert_eq!((answer.status, answer.headers["content-type"].as_bytes()), (200, &b"application/json"[..]));
    assert!(serde_json::from_str::<serde_json::Value>(&answer.text).is_err());
    let response = env.http.get(env.at("/api/v1/tools")).send().await.unwrap();
    let body = response.bytes().await.unwrap();
    assert!(std::str::from_utf8(&body).is_err());
    assert!(serde_json::from_str::<serde_json::Value>(&String::from_utf8_lossy(&body)).is_ok(), "JSON but for that");
}

#[tokio::test]
async fn bodies_may_be_huge() {
    let env = with(&["/api/v1/providers huge=5"]).await;
    let answer = env.get("providers", &[]).await;
    assert!(answer.text.len() > 5_000_000);
    assert_eq!(answer.json()["total_size"], 14, "the true answer stands behind it");
}
