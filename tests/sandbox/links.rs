//! Asking for authorization links, and verifying users, at the API.

use std::time::Duration;

use jackfield::testing::sandbox::Options;
use jiff::Timestamp;
use serde_json::json;

use super::Env;

#[tokio::test]
async fn a_link_is_made_and_changes_nothing() {
    let env = Env::start().await;
    let before = env.account("linear", "ada@acme.dev").await;
    for named in [json!({"id": before["id"]}), json!({"connector": "linear", "identifier": "ada@acme.dev"})] {
        let answer = env.post("connected_accounts/magic_link", named).await.json();
        let link = answer["link"].as_str().unwrap();
        assert!(link.starts_with(&env.at("/magicLink/")) && link.ends_with("_o"), "{link}");
        let expiry: Timestamp = answer["expiry"].as_str().unwrap().parse().unwrap();
        assert!(expiry > Timestamp::now());
    }
    assert_eq!(env.account("linear", "ada@acme.dev").await, before);
}

#[tokio::test]
async fn a_link_needs_a_connection_or_an_account_that_exists() {
    let env = Env::start().await;
    let path = "connected_accounts/magic_link";
    for body in [
        json!({"connector": "zoom", "identifier": "ada@acme.dev"}),
        json!({"connector": "Linear", "identifier": "ada@acme.dev"}),
        json!({"id": "ca_1"}),
    ] {
        env.post(path, body).await.refused(404, 5, "RESOURCE_NOT_FOUND");
    }
    for body in [json!({}), json!({"connector": "linear"}), json!({"identifier": "ada@acme.dev"})] {
        env.post(path, body).await.refused(400, 3, "INVALID_ARGUMENT");
    }
}

#[tokio::test]
async fn a_link_makes_the_account_that_is_missing() {
    let env = Env::start().await;
    env.link("linear", "nobody@acme.dev", json!({})).await;
    let made = env.account("linear", "nobody@acme.dev").await;
    assert_eq!(made["status"], "PENDING_AUTH");
    env.link("linear", "nobody@acme.dev", json!({})).await;
    assert_eq!(env.account("linear", "nobody@acme.dev").await["id"], made["id"], "once");
}

#[tokio::test]
async fn limits_of_a_link_request_are_kept() {
    let env = Env::start().await;
    let ask = async |field: &str, value: &str| {
        let mut body = json!({"connector": "linear", "identifier": "ada@acme.dev"});
        body[field] = json!(value);
        env.post("connected_accounts/magic_link", body).await
    };
    let long_url = format!("https://app.example/{}", "x".repeat(2048));
    ask("user_verify_url", "javascript:alert(1)").await.violates(&["user_verify_url"]);
    ask("user_verify_url", "ftp://app.example").await.violates(&["user_verify_url"]);
    ask("user_verify_url", &long_url).await.violates(&["user_verify_url"]);
    ask("state", &"s".repeat(513)).await.violates(&["state"]);
    ask("id", "x").await.violates(&["id"]);
    assert_eq!(ask("user_verify_url", "").await.status, 200);
    assert_eq!(ask("state", &"s".repeat(512)).await.status, 200);
}

#[tokio::test]
async fn a_verification_that_nobody_waits_for_is_not_found() {
    let env = Env::start().await;
    let verify = async |id: &str, identifier: &str| {
        let body = json!({"auth_request_id": id, "identifier": identifier});
        env.post("connected_accounts/user/verify", body).await
    };
    let answer = verify("nonsense", "ada@acme.dev").await;
    answer.refused(404, 5, "RESOURCE_NOT_FOUND");
    assert!(answer.json()["message"].as_str().unwrap().contains("auth request not found or no longer valid"));
    verify("", "").await.violates(&["auth_request_id", "identifier"]);
    verify(&"x".repeat(1001), &"x".repeat(201)).await.violates(&["auth_request_id", "identifier"]);
}

#[tokio::test]
async fn a_link_runs_out() {
    let env = Env::with(Options { link_lifetime: Duration::ZERO, ..Options::default() }).await;
    let link = env.link("linear", "ada@acme.dev", json!({})).await;
    let page = env.open(&link).await;
    assert_eq!(page.status, 410);
    assert!(page.text.contains("This link has expired"), "{}", page.text);
}

#[tokio::test]
async fn the_longest_lifetime_is_no_trouble() {
    let env = Env::with(Options { link_lifetime: Duration::MAX, ..Options::default() }).await;
    let link = env.link("linear", "ada@acme.dev", json!({})).await;
    assert_eq!(env.open(&link).await.status, 200);
}
