//! Listing, reading and creating connected accounts.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Env;

fn pairs(list: &Value) -> Vec<String> {
    let rows = list["connected_accounts"].as_array().expect("rows");
    rows.iter().map(|a| format!("{}/{}", a["connector"].as_str().unwrap(), a["identifier"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn the_world_begins_with_every_status_and_one_nobody_knows() {
    let env = Env::start().await;
    let answer = env.get("connected_accounts", &[("page_size", "99")]).await;
    let list = answer.json();
    assert_eq!((answer.status, &list["total_size"]), (200, &json!(23)));
    assert_eq!((&list["next_page_token"], &list["prev_page_token"]), (&json!(""), &json!("")));
    let statuses: BTreeSet<_> = list["connected_accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|account| account["status"].as_str().unwrap().to_owned())
        .collect();
    for known in
        ["ACTIVE", "EXPIRED", "PENDING_AUTH", "PENDING_VERIFICATION", "DISCONNECTED", "CONNECTION_STATUS_UNSPECIFIED"]
    {
        assert!(statuses.contains(known), "{known}");
    }
    assert_eq!(statuses.len(), 7, "{statuses:?}");

    let ada = env.account("linear", "ada@acme.dev").await;
    assert_eq!(ada["status"], "EXPIRED");
    let expired: Timestamp = ada["token_expires_at"].as_str().unwrap().parse().unwrap();
    assert!(expired < Timestamp::now());
}

#[tokio::test]
async fn an_account_has_the_wires_fields_and_no_credentials() {
    let env = Env::start().await;
    let account = env.account("linear", "ada@acme.dev").await;
    let names: Vec<_> = account.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "id",
            "identifier",
            "provider",
            "connector",
            "connection_id",
            "status",
            "authorization_type",
            "token_expires_at",
            "updated_at",
            "last_used_at",
            "is_org_wide_credential"
        ]
    );
    assert_eq!((&account["provider"], &account["authorization_type"]), (&json!("LINEAR"), &json!("OAUTH")));
    assert!(account["id"].as_str().unwrap().starts_with("ca_"));
    assert!(account["connection_id"].as_str().unwrap().starts_with("conn_"));
    let pending = env.account("linear", "linus@acme.dev").await;
    assert_eq!(pending.get("token_expires_at"), None, "what was never set is absent");
}

#[tokio::test]
async fn filters_narrow_the_list() {
    let env = Env::start().await;
    let list = async |query: &[(&str, &str)]| pairs(&env.get("connected_accounts", query).await.json());
    let adas = ["linear", "asana", "gmail", "slack", "github"].map(|connection| format!("{connection}/ada@acme.dev"));
    assert_eq!(list(&[("identifier", "ada@acme.dev")]).await, adas);
    assert_eq!(list(&[("connector", "asana"), ("identifier", "ada@acme.dev")]).await, ["asana/ada@acme.dev"]);
    assert_eq!(list(&[("connector", "Asana")]).await, [""; 0], "case matters");
    assert_eq!(list(&[("provider", "LINEAR")]).await.len(), 5);
    let graces = ["linear/grace@acme.dev", "asana/grace@acme.dev", "gmail/grace@acme.dev"];
    assert_eq!(list(&[("query", "GRACE")]).await, graces);
    assert_eq!(list(&[("connection_names", "linear"), ("connection_names", "asana")]).await.len(), 9);
    assert_eq!(list(&[("connection_names", "linear")]).await.len(), 5);
    assert_eq!(list(&[("organization_id", "org_1")]).await, [""; 0]);
    assert_eq!(list(&[("something_new", "1"), ("connector", "")]).await.len(), 10);
    assert_eq!(list(&[("is_org_wide_credential", "true")]).await, [""; 0]);
    assert_eq!(list(&[("is_org_wide_credential", "false")]).await.len(), 10);
    assert_eq!(list(&[("connector", "github")]).await, ["github/ada@acme.dev", "github/linus@acme.dev"]);
    assert_eq!(list(&[("connector", "Github")]).await, ["Github/radia@acme.dev"]);
}

#[tokio::test]
async fn pages_follow_each_other_both_ways() {
    let env = Env::start().await;
    let all = pairs(&env.get("connected_accounts", &[("page_size", "99")]).await.json());
    let (mut seen, mut token) = (Vec::new(), String::new());
    let back = loop {
        let page = env.get("connected_accounts", &[("page_size", "3"), ("page_token", &token)]).await.json();
        assert_eq!(page["total_size"], 23);
        seen.extend(pairs(&page));
        token = page["next_page_token"].as_str().unwrap().to_owned();
        if token.is_empty() {
            break page["prev_page_token"].as_str().unwrap().to_owned();
        }
        assert!(token.starts_with(">:") && token.len() <= 32, "{token}");
    };
    assert_eq!(seen, all);
    let page = env.get("connected_accounts", &[("page_size", "3"), ("page_token", &back)]).await.json();
    assert_eq!(pairs(&page), all[18..21]);
}

#[tokio::test]
async fn ten_stand_on_a_page_unless_asked_otherwise() {
    let env = Env::start().await;
    for n in 0..5 {
        let body = json!({"connector": "linear", "identifier": format!("user-{n}"), "connected_account": {}});
        assert_eq!(env.post("connected_accounts", body).await.status, 201);
    }
    for size in ["", "0"] {
        let page = env.get("connected_accounts", &[("page_size", size)]).await.json();
        assert_eq!((pairs(&page).len(), &page["total_size"]), (10, &json!(28)));
    }
}

#[tokio::test]
async fn limits_of_the_list_are_kept() {
    let env = Env::start().await;
    let long = |n: usize| "x".repeat(n);
    let refused =
        async |name: &str, value: &str| env.get("connected_accounts", &[(name, value)]).await.violates(&[name]);
    refused("page_size", "100").await;
    refused("page_size", "-1").await;
    refused("page_size", "ten").await;
    refused("page_token", "bogus").await;
    refused("page_token", &long(101)).await;
    refused("connector", "a/b").await;
    refused("connector", &long(401)).await;
    refused("identifier", &long(101)).await;
    refused("provider", &long(51)).await;
    refused("query", &long(101)).await;
    refused("organization_id", &long(33)).await;
    refused("user_id", &long(33)).await;
    refused("is_org_wide_credential", "perhaps").await;
    refused("connection_names", &long(401)).await;
    assert_eq!(env.get("connected_accounts", &[("page_size", "99")]).await.status, 200);
    assert_eq!(env.get("connected_accounts", &[("identifier", &long(100))]).await.status, 200);

    let both = [("connector", "linear"), ("connection_names", "asana")];
    env.get("connected_accounts", &both).await.refused(400, 3, "INVALID_ARGUMENT");
    env.get("connected_accounts", &[("connection_names", "a"); 21]).await.violates(&["connection_names"]);
    let two = [("identifier", long(101)), ("provider", long(51))];
    let two: Vec<_> = two.iter().map(|(name, value)| (*name, value.as_str())).collect();
    env.get("connected_accounts", &two).await.violates(&["identifier", "provider"]);
}

#[tokio::test]
async fn details_are_found_by_id_or_by_pair() {
    let env = Env::start().await;
    let by_pair = env.account("asana", "ada@acme.dev").await;
    let id = by_pair["id"].as_str().unwrap();
    let path = "connected_accounts/details";
    assert_eq!(env.get(path, &[("id", id)]).await.json()["connected_account"], by_pair);
    let other = [("id", id), ("connector", "linear"), ("identifier", "grace@acme.dev")];
    assert_eq!(env.get(path, &other).await.json()["connected_account"], by_pair, "the id wins");

    for missing in [[("id", "ca_1"), ("x", "")], [("connector", "linear"), ("identifier", "nobody")]] {
        env.get(path, &missing).await.refused(404, 5, "RESOURCE_NOT_FOUND");
    }
    env.get(path, &[("connector", "Linear"), ("identifier", "ada@acme.dev")]).await.refused(
        404,
        5,
        "RESOURCE_NOT_FOUND",
    );
    env.get(path, &[("id", "conn_1")]).await.violates(&["id"]);
    env.get(path, &[("id", &format!("ca_{}", "1".repeat(30)))]).await.violates(&["id"]);
    env.get(path, &[("connector", "linear")]).await.refused(400, 3, "INVALID_ARGUMENT");
}

#[tokio::test]
async fn a_new_account_waits_to_be_authorized() {
    let env = Env::start().await;
    let body = json!({"connector": "asana", "identifier": "zoe@acme.dev", "connected_account": {}});
    let answer = env.post("connected_accounts", body.clone()).await;
    assert_eq!(answer.status, 201);
    let created = answer.json()["connected_account"].clone();
    assert_eq!((&created["status"], &created["provider"]), (&json!("PENDING_AUTH"), &json!("ASANA")));
    assert_eq!(env.account("asana", "zoe@acme.dev").await, created);

    env.post("connected_accounts", body).await.refused(409, 6, "ALREADY_EXISTS");
    let existing = json!({"connector": "linear", "identifier": "ada@acme.dev", "connected_account": {}});
    env.post("connected_accounts", existing).await.refused(409, 6, "ALREADY_EXISTS");
    let unknown = json!({"connector": "zoom", "identifier": "zoe@acme.dev", "connected_account": {}});
    env.post("connected_accounts", unknown).await.refused(404, 5, "RESOURCE_NOT_FOUND");
}

#[tokio::test]
async fn limits_of_create_are_kept() {
    let env = Env::start().await;
    let create = async |connector: &str, identifier: &str| {
        let body = json!({"connector": connector, "identifier": identifier, "connected_account": {}});
        env.post("connected_accounts", body).await
    };
    create("", "").await.violates(&["connector", "identifier"]);
    create("a/b", &"x".repeat(101)).await.violates(&["connector", "identifier"]);
    let bare = json!({"connector": "linear", "identifier": "zoe@acme.dev"});
    env.post("connected_accounts", bare).await.refused(400, 3, "INVALID_ARGUMENT");
}
