//! Starting, stopping, tokens, and who is let in.

use std::time::Duration;

use jackfield::testing::domain::FaultKind;
use jackfield::testing::sandbox::{Options, Sandbox};
use reqwest::header::{AUTHORIZATION, HOST};
use serde_json::json;

use super::{Env, client, send};

#[tokio::test]
async fn a_token_is_given_for_the_right_key_only() {
    let env = Env::start().await;
    let (id, secret) = (env.sandbox.client_id(), env.sandbox.client_secret().expose());
    assert!(id.starts_with("skc_") && secret.starts_with("sks_"));

    let answer = env.token("client_credentials", id, secret).await;
    let body = answer.json();
    assert_eq!(answer.status, 200);
    assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(86399)));
    assert!(body["access_token"].as_str().unwrap().len() >= 32);

    for (id, secret) in [(id, "sks_wrong"), ("skc_1", secret), ("", "")] {
        let answer = env.token("client_credentials", id, secret).await;
        assert_eq!((answer.status, &answer.json()["error"]), (401, &json!("invalid_client")));
        assert!(!answer.text.contains(env.sandbox.client_secret().expose()));
    }
    let answer = env.token("password", id, secret).await;
    assert_eq!((answer.status, &answer.json()["error"]), (400, &json!("unsupported_grant_type")));
}

#[tokio::test]
async fn every_call_needs_a_living_token() {
    let env = Env::start().await;
    let url = env.at("/api/v1/connected_accounts");
    let answer = send(env.http.get(&url)).await;
    answer.refused(401, 16, "UNAUTHENTICATED");
    assert_eq!(answer.json()["message"], "Token empty");
    for header in ["Bearer nonsense", "Basic abc", "Bearer ", env.sandbox.client_secret().expose()] {
        send(env.http.get(&url).header(AUTHORIZATION, header)).await.refused(401, 16, "UNAUTHENTICATED");
    }
    let other = Env::start().await;
    let token = other.token("client_credentials", other.sandbox.client_id(), other.sandbox.client_secret().expose());
    let foreign = token.await.json()["access_token"].as_str().unwrap().to_owned();
    send(env.http.get(&url).bearer_auth(foreign)).await.refused(401, 16, "UNAUTHENTICATED");
    send(env.http.post(env.at("/api/v1/execute_tool")).body("{}")).await.refused(401, 16, "UNAUTHENTICATED");
}

#[tokio::test]
async fn only_loopback_names_are_answered() {
    let env = Env::start().await;
    for path in ["/api/v1/connected_accounts", "/oauth/token", "/magicLink/x_o", "/style.css"] {
        let answer = send(env.http.get(env.at(path)).header(HOST, "rebound.example:80")).await;
        answer.refused(403, 7, "PERMISSION_DENIED");
    }
    let answer = send(env.http.get(env.at("/style.css")).header(HOST, "localhost:9999")).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn unknown_paths_and_methods_are_refused_as_a_gateway_does() {
    let env = Env::start().await;
    let answer = env.get("connected_accounts/ca_1/nothing", &[]).await;
    assert_eq!((answer.status, answer.json()), (404, json!({"code": 5, "message": "Not Found", "details": []})));
    let answer = env.post("connections/app", json!({})).await;
    assert_eq!((answer.status, &answer.json()["code"]), (501, &json!(12)));
}

#[tokio::test]
async fn some_routes_are_not_for_api_clients() {
    let env = Env::start().await;
    for path in [
        "connected_accounts/portal/redirect_url",
        "my-app-connections",
        "my-app-connections/linear:magic-link",
        "my-connected-accounts/ca_1:disconnect",
        "my-providers",
        "environments/env_1/settings/agent-actions",
    ] {
        env.get(path, &[]).await.refused(403, 7, "PERMISSION_DENIED");
    }
    env.post("connected_accounts/org_wide/authorize", json!({})).await.refused(403, 7, "PERMISSION_DENIED");
    send(env.http.get(env.at("/api/v1/my-providers"))).await.refused(401, 16, "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_body_that_is_not_json_is_the_callers_fault() {
    let env = Env::start().await;
    for body in [json!("text"), json!([]), json!({"tool_name": 5})] {
        env.post("execute_tool", body).await.refused(400, 3, "INVALID_ARGUMENT");
    }
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let running = Sandbox::start(Options::default()).await.unwrap();
    let port = running.url().port().unwrap();
    let fault = Sandbox::start(Options { port: Some(port), ..Options::default() }).await.err().expect("taken");
    assert_eq!(fault.kind, FaultKind::Local);
    assert!(fault.message.contains(&port.to_string()), "{fault}");
}

#[tokio::test]
async fn dropping_it_closes_the_port_and_kept_connections() {
    let env = Env::start().await;
    let url = env.at("/style.css");
    // One client keeps its connection open over the drop, the other comes later.
    let kept = client();
    assert_eq!(send(kept.get(&url)).await.status, 200);
    drop(env);
    let closed = async {
        while kept.get(&url).send().await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), closed).await.expect("it goes on answering");
    assert!(client().get(&url).send().await.is_err());
}

#[tokio::test]
async fn the_seed_decides_the_ids_and_never_the_secrets() {
    let ids = async |env: &Env| {
        let list = env.get("connected_accounts", &[]).await.json();
        let rows = list["connected_accounts"].as_array().unwrap().clone();
        rows.iter().map(|account| account["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let one = Env::with(Options { seed: 7, ..Options::default() }).await;
    let same = Env::with(Options { seed: 7, ..Options::default() }).await;
    let other = Env::with(Options { seed: 8, ..Options::default() }).await;
    assert_eq!(ids(&one).await, ids(&same).await);
    assert_ne!(ids(&one).await, ids(&other).await);
    assert_eq!(one.sandbox.client_id(), same.sandbox.client_id());
    assert_ne!(one.sandbox.client_secret().expose(), same.sandbox.client_secret().expose());
}
