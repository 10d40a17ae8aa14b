//! Listing connections.

use serde_json::json;

use super::Env;

#[tokio::test]
async fn connections_look_like_the_reference() {
    let env = Env::start().await;
    let list = env.get("connections/app", &[("page_size", "30")]).await.json();
    assert_eq!((&list["total_size"], &list["next_page_token"]), (&json!(17), &json!("")));
    let mut linear = list["connections"][0].clone();
    assert!(linear["id"].take().as_str().unwrap().starts_with("conn_"));
    assert!(linear["created_at"].take().as_str().unwrap().ends_with('Z'));
    assert_eq!(
        linear,
        json!({
            "id": null, "provider": "CUSTOM", "type": "OAUTH", "status": "COMPLETED", "enabled": true,
            "organization_id": "", "ui_button_title": "", "domains": [], "organization_name": "",
            "provider_key": "LINEAR", "key_id": "linear", "created_at": null,
            "mcp_server_url": env.at("/mcp/v3/connections/linear"), "auth_mode": "USER"
        })
    );
    assert_eq!(list["connections"][1]["key_id"], "asana");
}

#[tokio::test]
async fn connections_are_filtered_and_paged() {
    let env = Env::start().await;
    let first = env.get("connections/app", &[("page_size", "1")]).await.json();
    let token = first["next_page_token"].as_str().unwrap();
    let second = env.get("connections/app", &[("page_size", "30"), ("page_token", token)]).await.json();
    assert_eq!((&second["connections"][0]["key_id"], &second["next_page_token"]), (&json!("asana"), &json!("")));

    for query in [[("provider", "ASANA")], [("query", "SAN")]] {
        let list = env.get("connections/app", &query).await.json();
        assert_eq!((&list["total_size"], &list["connections"][0]["key_id"]), (&json!(1), &json!("asana")));
    }
    assert_eq!(env.get("connections/app", &[("provider", "asana")]).await.json()["total_size"], 0);
}

#[tokio::test]
async fn limits_of_connections_are_kept() {
    let env = Env::start().await;
    let long = "x".repeat(101);
    for (name, value) in [("page_size", "31"), ("query", "as"), ("query", &long), ("provider", &long)] {
        env.get("connections/app", &[(name, value)]).await.violates(&[name]);
    }
}

async fn ids(env: &Env, path: &str, query: &[(&str, &str)]) -> Vec<String> {
    let list = env.get(path, query).await.json();
    let rows = list["connections"].as_array().expect("rows").clone();
    rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn two_names_may_differ_only_in_case() {
    let env = Env::start().await;
    let list = env.get("connections/app", &[("provider", "GITHUB")]).await.json();
    let names: Vec<_> = list["connections"].as_array().unwrap().iter().map(|row| &row["key_id"]).collect();
    assert_eq!(names, ["github", "Github"]);
    assert_eq!(env.get("connections/app", &[("query", "gitHUB")]).await.json()["total_size"], 2);
}

#[tokio::test]
async fn the_other_list_has_no_pages_and_hides_what_is_disabled() {
    let env = Env::start().await;
    let list = env.get("connections", &[("page_size", "1")]).await.json();
    assert_eq!(list.as_object().unwrap().keys().collect::<Vec<_>>(), ["connections"]);
    let names: Vec<_> = list["connections"].as_array().unwrap().iter().map(|row| row["key_id"].clone()).collect();
    assert_eq!(names.len(), 16);
    assert!(!names.contains(&json!("hubspot-legacy")));
    assert_eq!(ids(&env, "connections", &[("include", "all")]).await.len(), 17);
    assert_eq!(ids(&env, "connections", &[("domain", "acme.dev")]).await.len(), 0);
}

#[tokio::test]
async fn one_connection_tells_more() {
    let env = Env::start().await;
    let all = ids(&env, "connections/app", &[("page_size", "30")]).await;
    let linear = env.get(&format!("connections/{}", all[0]), &[]).await.json()["connection"].clone();
    assert_eq!((&linear["id"], &linear["key_id"]), (&json!(all[0]), &json!("linear")));
    assert_eq!(linear["oauth_config"]["scopes"], json!(["read", "issues:create"]));
    assert_eq!(linear["oauth_config"]["client_secret"], "", "never told");
    assert_eq!(linear["resolved_proxy_url"], "https://api.linear.app");
    let freshdesk = env.get(&format!("connections/{}", all[5]), &[]).await.json()["connection"].clone();
    assert_eq!((&freshdesk["type"], freshdesk.get("oauth_config")), (&json!("API_KEY"), None));
    env.get("connections/conn_1", &[]).await.refused(404, 5, "RESOURCE_NOT_FOUND");
}

#[tokio::test]
async fn a_disabled_connection_is_not_used_until_it_is_enabled() {
    let env = Env::start().await;
    let id = env.account("asana", "ada@acme.dev").await["connection_id"].as_str().unwrap().to_owned();
    let answer = env.patch(&format!("connections/{id}:disable")).await;
    assert_eq!((answer.status, answer.json()), (200, json!({"enabled": false, "error_message": ""})));
    assert_eq!(env.get(&format!("connections/{id}"), &[]).await.json()["connection"]["enabled"], false);
    let scoped = [("identifier", "ada@acme.dev"), ("filter.connection_names", "asana")];
    assert_eq!(env.get("tools/scoped", &scoped).await.json()["total_size"], 0);
    let me = async || env.execute("asana_me_get", "asana", "ada@acme.dev", json!({})).await;
    me().await.refused(400, 9, "FAILED_PRECONDITION");
    let named = json!({"connector": "asana", "identifier": "ada@acme.dev"});
    env.post("connected_accounts/magic_link", named).await.refused(400, 9, "FAILED_PRECONDITION");

    assert_eq!(env.patch(&format!("connections/{id}:enable")).await.json()["enabled"], true);
    assert_eq!(me().await.status, 200);
    env.patch("connections/conn_1:enable").await.refused(404, 5, "RESOURCE_NOT_FOUND");
    assert_eq!(env.patch(&format!("connections/{id}:destroy")).await.status, 404);
    assert_eq!(env.patch(&format!("connections/{id}")).await.status, 501);
}
