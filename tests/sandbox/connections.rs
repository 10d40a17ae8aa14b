//! Listing connections.

use serde_json::json;

use super::Env;

#[tokio::test]
async fn connections_look_like_the_reference() {
    let env = Env::start().await;
    let list = env.get("connections/app", &[("page_size", "30")]).await.json();
    assert_eq!((&list["total_size"], &list["next_page_token"]), (&json!(2), &json!("")));
    let mut linear = list["connections"][0].clone();
    assert!(linear["id"].take().as_str().unwrap().starts_with("conn_"));
    assert!(linear["created_at"].take().as_str().unwrap().ends_with('Z'));
    assert_eq!(
        linear,
        json!({
            "id": null, "provider": "CUSTOM", "type": "OAUTH", "status": "COMPLETED", "enabled": true,
            "organization_id": "", "ui_button_title": "", "domains": [], "organization_name": "",
            "provider_key": "LINEAR", "key_id": "linear", "created_at": null, "mcp_server_url": "", "auth_mode": "USER"
        })
    );
    assert_eq!(list["connections"][1]["key_id"], "asana");
}

#[tokio::test]
async fn connections_are_filtered_and_paged() {
    let env = Env::start().await;
    let first = env.get("connections/app", &[("page_size", "1")]).await.json();
    let token = first["next_page_token"].as_str().unwrap();
    let second = env.get("connections/app", &[("page_size", "1"), ("page_token", token)]).await.json();
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
