//! Accounts that an MCP server needs, and links that authorize them.

use jackfield::testing::sandbox::{Options, VerifyMode};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::mcp_configs::create;
use super::{Env, attribute};

/// A configuration with an account that works, one that has expired, and one that nobody has.
async fn config(env: &Env) -> String {
    let mappings =
        json!([{"connection_name": "gmail"}, {"connection_name": "linear"}, {"connection_name": "freshdesk"}]);
    create(env, "agent", mappings).await["id"].as_str().unwrap().to_owned()
}

async fn accounts(env: &Env, config: &str, body: Value) -> Vec<Value> {
    let answer = env.post(&format!("mcp/configs/{config}/connected_accounts"), body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["connected_accounts"].as_array().expect("rows").clone()
}

#[tokio::test]
async fn without_links_nothing_is_made_and_what_is_unknown_is_left_out() {
    let env = Env::start().await;
    let config = config(&env).await;
    let rows = accounts(&env, &config, json!({"identifier": "ada@acme.dev"})).await;
    let gmail = env.account("gmail", "ada@acme.dev").await;
    assert_eq!(
        rows[0],
        json!({"connection_id": gmail["connection_id"], "connection_name": "gmail", "provider": "GMAIL",
               "connected_account_id": gmail["id"], "connected_account_status": "ACTIVE", "authentication_link": ""})
    );
    assert_eq!(rows[1]["connected_account_status"], "EXPIRED");
    assert_eq!(
        rows[2].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["connection_id", "connection_name", "provider", "authentication_link"]
    );
    let again = accounts(&env, &config, json!({"identifier": "ada@acme.dev", "include_auth_link": false})).await;
    assert_eq!(again, rows);
}

#[tokio::test]
async fn links_are_made_for_what_is_not_active_and_missing_accounts_with_them() {
    let env = Env::without_verification().await;
    let config = config(&env).await;
    let body = json!({"identifier": "ada@acme.dev", "include_auth_link": true});
    let rows = accounts(&env, &config, body.clone()).await;
    assert_eq!(rows[0]["authentication_link"], "", "it works already");
    let freshdesk = env.account("freshdesk", "ada@acme.dev").await;
    assert_eq!((&rows[2]["connected_account_id"], &freshdesk["status"]), (&freshdesk["id"], &json!("PENDING_AUTH")));
    assert!(env.open(rows[2]["authentication_link"].as_str().unwrap()).await.text.contains("for <strong"));

    let link = rows[1]["authentication_link"].as_str().unwrap();
    assert!(link.starts_with(&env.at("/magicLink/")), "{link}");
    let answer = env.decide(link, Some("ada"), "allow").await;
    assert!(answer.location().ends_with("/done"));
    let rows = accounts(&env, &config, body).await;
    assert_eq!((&rows[1]["connected_account_status"], &rows[1]["authentication_link"]), (&json!("ACTIVE"), &json!("")));
}

#[tokio::test]
async fn a_link_lives_for_a_minute() {
    let env = Env::start().await;
    let config = config(&env).await;
    let asked = Timestamp::now();
    let rows = accounts(&env, &config, json!({"identifier": "ada@acme.dev", "include_auth_link": true})).await;
    let answered = Timestamp::now();
    let page = env.open(rows[1]["authentication_link"].as_str().unwrap()).await;
    let ends: Timestamp = attribute(&page.text, "<time", "datetime").parse().unwrap();
    let minute = SignedDuration::from_secs(60);
    // The page shows whole seconds.
    assert!(ends >= asked + minute - SignedDuration::from_secs(1) && ends <= answered + minute, "{ends}");
}

#[tokio::test]
async fn a_connection_that_is_switched_off_has_no_link() {
    let env = Env::start().await;
    let id =
        create(&env, "crm", json!([{"connection_name": "hubspot-legacy"}])).await["id"].as_str().unwrap().to_owned();
    let rows = accounts(&env, &id, json!({"identifier": "ada@acme.dev", "include_auth_link": true})).await;
    assert_eq!((&rows[0]["authentication_link"], rows[0].get("connected_account_id")), (&json!(""), None));
}

#[tokio::test]
async fn an_instance_says_the_same_with_empty_texts() {
    let env = Env::with(Options { verify: VerifyMode::None, ..Options::default() }).await;
    config(&env).await;
    let body = json!({"config_name": "agent", "user_identifier": "ada@acme.dev"});
    let instance = env.post("mcp/instances", body).await.json()["instance"]["id"].as_str().unwrap().to_owned();
    let path = format!("mcp/instances/{instance}:get_auth_state");
    let state = async |query: &str| env.post(&format!("{path}{query}"), json!({})).await.json()["connections"].clone();
    let rows = state("").await;
    assert_eq!(rows[0]["connected_account_status"], "ACTIVE");
    assert_eq!((&rows[2]["connected_account_id"], &rows[2]["connected_account_status"]), (&json!(""), &json!("")));
    assert_eq!(state("?include_auth_links=false").await, rows);
    let rows = state("?include_auth_links=true").await;
    assert_eq!(
        (&rows[0]["authentication_link"], &rows[2]["connected_account_status"]),
        (&json!(""), &json!("PENDING_AUTH"))
    );
    let link = rows[1]["authentication_link"].as_str().unwrap();
    assert!(env.decide(link, Some("ada"), "allow").await.location().ends_with("/done"));
    env.post(&format!("{path}?include_auth_links=perhaps"), json!({})).await.violates(&["include_auth_links"]);
}

#[tokio::test]
async fn whose_accounts_are_meant_must_be_said() {
    let env = Env::start().await;
    let config = config(&env).await;
    let path = format!("mcp/configs/{config}/connected_accounts");
    env.post(&path, json!({"include_auth_link": true})).await.violates(&["identifier"]);
    env.post(&path, json!({"identifier": "x".repeat(256)})).await.violates(&["identifier"]);
    env.post("mcp/configs/cfg_1/connected_accounts", json!({"identifier": "a"})).await.refused(
        404,
        5,
        "RESOURCE_NOT_FOUND",
    );
}
