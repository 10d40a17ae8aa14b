//! Providers that the environment's owner makes.

use jackfield::testing::sandbox::{CreateStatus, Options};
use serde_json::{Value, json};
use tempfile::tempdir;

use super::Env;

fn workspace() -> Value {
    json!({
        "display_name": "Google Workspace",
        "description": "Mail and calendar",
        "auth_patterns": [{
            "type": "BEARER", "display_name": "Token", "is_mcp": true,
            "account_fields": [{"field_name": "token", "label": "Token", "input_type": "password", "required": true}],
            "auth_header_key_override": "X-Token",
        }],
        "proxy_url": "https://mcp.example.com/mcp",
        "proxy_enabled": true,
        "icon_src": "https://example.com/icon.svg",
        "metadata": {"region": "eu-1"},
    })
}

async fn created(env: &Env, provider: Value) -> Value {
    let answer = env.post("custom-providers", provider).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()["provider"].clone()
}

async fn listed(env: &Env, query: &[(&str, &str)]) -> Vec<String> {
    let list = env.get("providers", query).await.json();
    let rows = list["providers"].as_array().unwrap().iter();
    rows.map(|row| row["identifier"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn one_is_made_found_changed_and_deleted() {
    let env = Env::start().await;
    let provider = created(&env, workspace()).await;
    let identifier = provider["identifier"].as_str().unwrap().to_owned();
    let (name, digits) = identifier.split_once(':').unwrap();
    assert!(
        name == "GOOGLEWORKSPACE" && digits.len() == 5 && digits.bytes().all(|c| c.is_ascii_digit()),
        "{identifier}"
    );
    assert!(provider["id"].as_str().unwrap().starts_with("prv_"));
    for (field, value) in workspace().as_object().unwrap() {
        assert_eq!(provider[field], *value, "{field}");
    }
    assert_eq!((&provider["is_custom"], &provider["is_custom_mcp"]), (&json!(true), &json!(true)));

    let custom = [("filter.provider_type", "CUSTOM")];
    assert_eq!(listed(&env, &custom).await, ["WAREHOUSE:20417", &identifier]);
    assert_eq!(listed(&env, &[("identifier", &identifier)]).await, [identifier.as_str()], "by its identifier alone");
    assert!(listed(&env, &[("identifier", &identifier), ("filter.provider_type", "DEFAULT")]).await.is_empty());
    assert!(!listed(&env, &[("page_size", "100")]).await.contains(&identifier), "the catalogue's own by default");

    let change = json!({"display_name": "Workspace 2", "auth_patterns": [], "proxy_url": "https://other.example"});
    // The colon as clients encode it, and as they do not.
    for path in [identifier.clone(), identifier.replace(':', "%3A")] {
        let answer = env.put(&format!("custom-providers/{path}"), change.clone()).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let changed = &answer.json()["provider"];
        assert_eq!((&changed["identifier"], &changed["id"]), (&json!(identifier), &provider["id"]));
        assert_eq!((&changed["display_name"], &changed["is_custom_mcp"]), (&json!("Workspace 2"), &json!(false)));
        for kept in ["description", "metadata", "icon_src", "proxy_enabled"] {
            assert_eq!(changed[kept], provider[kept], "{kept}");
        }
    }

    let answer = env.delete(&format!("custom-providers/{identifier}")).await;
    assert_eq!((answer.status, answer.json()), (200, json!({})));
    assert_eq!(listed(&env, &custom).await, ["WAREHOUSE:20417"]);
    env.delete(&format!("custom-providers/{identifier}")).await.refused(404, 5, "RESOURCE_NOT_FOUND");
    env.put(&format!("custom-providers/{identifier}"), change).await.refused(404, 5, "RESOURCE_NOT_FOUND");
    let again = created(&env, workspace()).await;
    assert_ne!(again["id"], provider["id"], "no id is given twice");
}

#[tokio::test]
async fn what_the_schema_forbids_is_refused() {
    let env = Env::start().await;
    let with = |field: &str, value: Value| {
        let mut provider = workspace();
        provider[field] = value;
        provider
    };
    for (field, value) in [
        ("display_name", json!("")),
        ("display_name", json!("Ware-house")),
        ("display_name", json!("x".repeat(201))),
        ("display_name", Value::Null),
        ("proxy_url", json!("http://mcp.example.com")),
        ("proxy_url", Value::Null),
        ("icon_src", json!("http://example.com/icon.svg")),
        ("auth_patterns", json!(["OAUTH"])),
        ("auth_patterns", json!([[]])),
        ("metadata", json!({"ab": "too short a key"})),
        ("metadata", json!({"region": ""})),
        ("metadata", json!({"region": 5})),
        ("metadata", (0..21).map(|n| (format!("key-{n}"), json!("x"))).collect::<serde_json::Map<_, _>>().into()),
    ] {
        env.post("custom-providers", with(field, value.clone())).await.violates(&[field]);
        env.put("custom-providers/WAREHOUSE:20417", with(field, value)).await.violates(&[field]);
    }
    env.post("custom-providers", with("auth_patterns", Value::Null)).await.violates(&["auth_patterns"]);
    env.post("custom-providers", json!({"display_name": "?", "proxy_url": "x"}))
        .await
        .violates(&["display_name", "proxy_url"]);
    created(&env, workspace()).await;
    env.post("custom-providers", with("display_name", json!("google workspace"))).await.refused(
        409,
        6,
        "ALREADY_EXISTS",
    );
    let options = Options { create_status: CreateStatus::Ok, ..Options::default() };
    assert_eq!(Env::with(options).await.post("custom-providers", workspace()).await.status, 200);
}

#[tokio::test]
async fn one_in_use_is_not_deleted_and_its_connection_sees_what_changes() {
    let env = Env::start().await;
    env.delete("custom-providers/WAREHOUSE:20417").await.refused(403, 7, "PERMISSION_DENIED");
    // The catalogue's own are not custom.
    env.delete("custom-providers/LINEAR").await.refused(404, 5, "RESOURCE_NOT_FOUND");
    env.put("custom-providers/LINEAR", workspace()).await.refused(404, 5, "RESOURCE_NOT_FOUND");

    let before = env.account("warehouse", "radia@acme.dev").await;
    let answer = env.put("custom-providers/WAREHOUSE:20417", workspace()).await;
    assert_eq!(answer.json()["provider"]["identifier"], "WAREHOUSE:20417", "{}", answer.text);
    let id = before["connection_id"].as_str().unwrap();
    let connection = env.get(&format!("connections/{id}"), &[]).await.json();
    assert_eq!(connection["connection"]["resolved_proxy_url"], "https://mcp.example.com/mcp");
    assert_eq!(env.account("warehouse", "radia@acme.dev").await, before, "its accounts stay");
    let new = json!({"connector": "warehouse", "identifier": "new@acme.dev", "connected_account": {}});
    env.post("connected_accounts", new).await;
    let page = env.open(&env.link("warehouse", "new@acme.dev", json!({})).await).await;
    assert!(page.text.contains("Google Workspace"), "{}", page.text);
}

#[tokio::test]
async fn they_are_kept_in_the_state_file() {
    let folder = tempdir().unwrap();
    let options = || Options { state: Some(folder.path().join("state.json")), ..Options::default() };
    let env = Env::with(options()).await;
    let kept = created(&env, workspace()).await;
    let mut other = workspace();
    other["display_name"] = json!("Other");
    other["metadata"] = json!({"token": "ghp_abcdefghijklmnopqrstuvwxyz0123456789"});
    let deleted = created(&env, other.clone()).await;
    env.delete(&format!("custom-providers/{}", deleted["identifier"].as_str().unwrap())).await;
    assert_eq!(env.put("custom-providers/WAREHOUSE:20417", other.clone()).await.status, 200);
    drop(env);
    assert!(!std::fs::read_to_string(folder.path().join("state.json")).unwrap().contains("ghp_"));

    let env = Env::with(options()).await;
    let list = env.get("providers", &[("filter.provider_type", "CUSTOM")]).await.json();
    assert_eq!((&list["providers"][0]["display_name"], &list["providers"][1]), (&json!("Other"), &kept));
    other["display_name"] = json!("Third");
    assert_ne!(created(&env, other).await["id"], deleted["id"]);
    let account = env.account("warehouse", "radia@acme.dev").await;
    assert_eq!((&account["provider"], &account["status"]), (&json!("WAREHOUSE:20417"), &json!("ACTIVE")));
}
