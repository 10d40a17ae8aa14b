//! Session tokens of MCP servers.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::mcp_configs::create;
use super::{Env, send};

/// Token for the server of a configuration.
pub async fn token(env: &Env, config: &Value, identifier: &str, access_level: &str) -> String {
    let path = format!("mcp/configs/{}/tokens", config["id"].as_str().unwrap());
    let answer = env.post(&path, json!({"identifier": identifier, "access_level": access_level})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["token"].as_str().unwrap().to_owned()
}

/// Header and claims.
fn open(token: &str) -> (Value, Value) {
    let parts: Vec<&str> = token.split('.').collect();
    let read = |part: &str| serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    assert_eq!(parts.len(), 3, "{token}");
    assert_eq!(BASE64_URL_SAFE_NO_PAD.decode(parts[2]).unwrap().len(), 256);
    (read(parts[0]), read(parts[1]))
}

#[tokio::test]
async fn a_token_of_a_configuration_says_who_where_and_with_what() {
    let env = Env::start().await;
    let config = create(&env, "agent", json!([{"connection_name": "gmail"}, {"connection_name": "github"}])).await;
    let path = format!("mcp/configs/{}/tokens", config["id"].as_str().unwrap());
    let answer = env.post(&path, json!({"identifier": "ada@acme.dev"})).await.json();
    assert_eq!(answer.as_object().unwrap().keys().collect::<Vec<_>>(), ["token", "expires_at"]);
    let (header, claims) = open(answer["token"].as_str().unwrap());
    assert_eq!((&header["alg"], &header["typ"]), (&json!("RS256"), &json!("JWT")));
    let keys = send(env.http.get(env.at("/keys"))).await.json();
    assert_eq!(keys["keys"][0]["kid"], header["kid"]);

    assert_eq!(claims["sub"], "ada@acme.dev");
    assert_eq!(claims["aud"], config["mcp_server_url"]);
    assert_eq!(claims["mcp_cfg"], config["id"]);
    assert_eq!(claims["access_level"], "FULL");
    assert!(claims.get("conn_id").is_none());
    let accounts = [env.account("gmail", "ada@acme.dev").await, env.account("github", "ada@acme.dev").await];
    assert_eq!(claims["ca_ids"], json!([accounts[0]["id"], accounts[1]["id"]]));
    let expires: Timestamp = answer["expires_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(claims["exp"], expires.as_second());
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3600);
    let other = env.post(&path, json!({"identifier": "ada@acme.dev"})).await.json();
    assert_ne!(other["token"], answer["token"]);
}

#[tokio::test]
async fn a_token_of_a_connection_is_bound_to_it() {
    let env = Env::start().await;
    let answer = env.post("mcp/connections/linear/tokens", json!({"identifier": "barbara@acme.dev"})).await.json();
    let (_, claims) = open(answer["token"].as_str().unwrap());
    let account = env.account("linear", "barbara@acme.dev").await;
    assert_eq!(claims["aud"], env.at("/mcp/v3/connections/linear"));
    assert_eq!((&claims["conn_id"], claims.get("mcp_cfg")), (&account["connection_id"], None));
    assert_eq!(claims["ca_ids"], json!([account["id"]]));

    let body = || json!({"identifier": "barbara@acme.dev"});
    env.post("mcp/connections/zoom/tokens", body()).await.refused(404, 5, "RESOURCE_NOT_FOUND");
    env.post("mcp/connections/Linear/tokens", body()).await.refused(404, 5, "RESOURCE_NOT_FOUND");
    env.post("mcp/connections/hubspot-legacy/tokens", body()).await.refused(400, 9, "FAILED_PRECONDITION");
    let answer = env.post("mcp/connections/linear/tokens", json!({"identifier": "ada@acme.dev"})).await;
    answer.refused(400, 9, "FAILED_PRECONDITION");
}

#[tokio::test]
async fn every_mapped_connection_needs_an_active_account() {
    let env = Env::start().await;
    let mappings = json!([{"connection_name": "gmail"}, {"connection_name": "linear"}, {"connection_name": "asana"}]);
    let config = create(&env, "agent", mappings).await;
    let path = format!("mcp/configs/{}/tokens", config["id"].as_str().unwrap());
    let answer = env.post(&path, json!({"identifier": "ada@acme.dev"})).await;
    answer.refused(400, 9, "FAILED_PRECONDITION");
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(message.ends_with("on: linear"), "{message}");
    let answer = env.post(&path, json!({"identifier": "nobody"})).await;
    assert!(answer.json()["message"].as_str().unwrap().ends_with("on: gmail, linear, asana"));
    env.post("mcp/configs/cfg_1/tokens", json!({"identifier": "a"})).await.refused(404, 5, "RESOURCE_NOT_FOUND");
}

#[tokio::test]
async fn life_and_access_of_a_token_are_checked() {
    let env = Env::start().await;
    let ask = async |field: &str, value: Value| {
        let mut body = json!({"identifier": "ada@acme.dev"});
        body[field] = value;
        env.post("mcp/connections/gmail/tokens", body).await
    };
    for (expiry, seconds) in [("60s", 60), ("86400s", 86400), ("90.5s", 90)] {
        let answer = ask("expiry", json!(expiry)).await.json();
        let (_, claims) = open(answer["token"].as_str().unwrap());
        let lasts = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
        assert!(lasts == seconds || lasts == seconds + 1, "{expiry}: {lasts}");
    }
    for expiry in ["59s", "86401s", "59.999s", "1h", "-60s", "3600", ""] {
        ask("expiry", json!(expiry)).await.violates(&["expiry"]);
    }
    ask("expiry", json!(3600)).await.refused(400, 3, "INVALID_ARGUMENT");
    for level in ["", "FULL", "READ_ONLY"] {
        assert_eq!(ask("access_level", json!(level)).await.status, 200, "{level}");
    }
    assert_eq!(ask("access_level", Value::Null).await.status, 200);
    for level in ["full", "WRITE", "READ-ONLY"] {
        ask("access_level", json!(level)).await.violates(&["access_level"]);
    }
    ask("identifier", json!("")).await.violates(&["identifier"]);
    ask("identifier", json!("x".repeat(256))).await.violates(&["identifier"]);
}
