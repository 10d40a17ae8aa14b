//! Instances of MCP servers, the older generation.

use serde_json::{Value, json};

use super::Env;
use super::mcp_configs::create;

const INSTANCES: &str = "mcp/instances";

async fn ensure(env: &Env, name: &str, config: &str, identifier: &str) -> Value {
    let answer = env.post(INSTANCES, json!({"name": name, "config_name": config, "user_identifier": identifier})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["instance"].clone()
}

fn names(list: &Value) -> Vec<&str> {
    list["instances"].as_array().expect("rows").iter().map(|row| row["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_instance_looks_like_the_reference() {
    let env = Env::start().await;
    create(&env, "agent", json!([{"connection_name": "linear"}, {"connection_name": "asana"}])).await;
    let mut instance = ensure(&env, "mine", "agent", "grace@acme.dev").await;
    let id = instance["id"].take().as_str().unwrap().to_owned();
    assert!(id.starts_with("inst_"), "{id}");
    assert!(instance["url"].take().as_str().unwrap().starts_with(&env.at("/mcp/instances/")));
    assert!(instance["updated_at"].take().as_str().unwrap().ends_with('Z'));
    let mut config = instance["config"].take();
    assert_eq!(
        instance,
        json!({"id": null, "name": "mine", "user_identifier": "grace@acme.dev", "config": null,
               "last_used_at": "0001-01-01T00:00:00Z", "updated_at": null, "url": null})
    );
    assert_eq!(config["name"], "agent");
    let linear = config["connection_tool_mappings"][0].take();
    let account = env.account("linear", "grace@acme.dev").await;
    assert_eq!(linear["connected_account_id"], account["id"]);
    assert_eq!(linear["connected_account_status"], "ACTIVE");
    let read = env.get(&format!("{INSTANCES}/{id}"), &[]).await.json();
    assert_eq!(
        read["instance"]["config"]["connection_tool_mappings"][1]["connected_account_status"],
        "PENDING_VERIFICATION"
    );
}

#[tokio::test]
async fn the_same_three_names_give_the_same_instance() {
    let env = Env::start().await;
    create(&env, "agent", json!([])).await;
    let first = ensure(&env, "mine", "agent", "ada@acme.dev").await;
    assert_eq!(ensure(&env, "mine", "agent", "ada@acme.dev").await, first);
    let unnamed = ensure(&env, "", "agent", "ada@acme.dev").await;
    assert_eq!(unnamed["name"], "agent");
    assert_eq!(ensure(&env, "agent", "agent", "ada@acme.dev").await["id"], unnamed["id"]);
    for other in [
        ensure(&env, "mine", "agent", "grace@acme.dev").await,
        ensure(&env, "mine", "morning-digest", "ada@acme.dev").await,
        ensure(&env, "theirs", "agent", "ada@acme.dev").await,
    ] {
        assert!(other["id"] != first["id"] && other["url"] != first["url"], "{other}");
    }
    assert_eq!(env.get(INSTANCES, &[]).await.json()["total_size"], 6);
}

#[tokio::test]
async fn what_an_instance_needs_is_checked() {
    let env = Env::start().await;
    env.post(INSTANCES, json!({})).await.violates(&["config_name", "user_identifier"]);
    let body = json!({"name": "x".repeat(101), "config_name": "agent", "user_identifier": "x".repeat(256)});
    env.post(INSTANCES, body).await.violates(&["name", "user_identifier"]);
    let unknown = json!({"config_name": "agent", "user_identifier": "ada@acme.dev"});
    env.post(INSTANCES, unknown).await.refused(404, 5, "RESOURCE_NOT_FOUND");
}

#[tokio::test]
async fn an_instance_is_renamed_moved_and_deleted() {
    let env = Env::start().await;
    create(&env, "agent", json!([{"connection_name": "asana"}])).await;
    let before = ensure(&env, "mine", "morning-digest", "ada@acme.dev").await;
    let path = format!("{INSTANCES}/{}", before["id"].as_str().unwrap());
    let renamed = env.patch_with(&path, json!({"name": "ours"})).await.json()["instance"].clone();
    assert_eq!((&renamed["name"], &renamed["config"]["name"]), (&json!("ours"), &json!("morning-digest")));
    assert_eq!(renamed["url"], before["url"]);
    let moved = env.patch_with(&path, json!({"config_name": "agent"})).await.json()["instance"].clone();
    assert_eq!((&moved["name"], &moved["config"]["name"]), (&json!("ours"), &json!("agent")));
    assert_eq!(moved["config"]["connection_tool_mappings"][0]["connection_name"], "asana");

    ensure(&env, "taken", "agent", "ada@acme.dev").await;
    env.patch_with(&path, json!({"name": "taken"})).await.refused(409, 6, "ALREADY_EXISTS");
    env.patch_with(&path, json!({"config_name": "nothing"})).await.refused(404, 5, "RESOURCE_NOT_FOUND");
    assert_eq!(env.get(&path, &[]).await.json()["instance"], moved);

    let answer = env.delete(&path).await;
    assert_eq!((answer.status, answer.json()), (200, json!({})));
    for answer in [env.get(&path, &[]).await, env.delete(&path).await, env.patch_with(&path, json!({})).await] {
        answer.refused(404, 5, "RESOURCE_NOT_FOUND");
    }
}

#[tokio::test]
async fn instances_are_filtered_and_paged() {
    let env = Env::start().await;
    create(&env, "agent", json!([])).await;
    for person in ["grace", "linus", "margaret"] {
        ensure(&env, &format!("of-{person}"), "agent", &format!("{person}@acme.dev")).await;
    }
    let list = async |query: &[(&str, &str)]| env.get(INSTANCES, query).await.json();
    let all = list(&[]).await;
    assert_eq!(names(&all), ["ada-morning", "of-grace", "of-linus", "of-margaret"]);
    assert!(all["instances"][0]["last_used_at"].as_str().unwrap().starts_with("20"), "it was used");
    let first = list(&[("page_size", "2")]).await;
    let token = first["next_page_token"].as_str().unwrap();
    assert_eq!(names(&list(&[("page_size", "2"), ("page_token", token)]).await), ["of-linus", "of-margaret"]);
    env.get(INSTANCES, &[("page_size", "31")]).await.violates(&["page_size"]);
    assert_eq!(names(&list(&[("filter.id", all["instances"][1]["id"].as_str().unwrap())]).await), ["of-grace"]);
    assert_eq!(names(&list(&[("filter.name", "of-linus")]).await), ["of-linus"]);
    assert_eq!(names(&list(&[("filter.config_name", "morning-digest")]).await), ["ada-morning"]);
    assert_eq!(names(&list(&[("filter.user_identifier", "margaret@acme.dev")]).await), ["of-margaret"]);
    assert_eq!(names(&list(&[("search", "GRACE")]).await), ["of-grace"]);
}

#[tokio::test]
async fn a_verb_that_does_not_exist_is_no_route() {
    let env = Env::start().await;
    let answer = env.post("mcp/instances/inst_1:explode", json!({})).await;
    assert_eq!((answer.status, answer.json()), (404, json!({"code": 5, "message": "Not Found", "details": []})));
    assert_eq!(env.post("mcp/instances/inst_1", json!({})).await.status, 501);
    env.post("mcp/instances/inst_1:get_auth_state", json!({})).await.refused(404, 5, "RESOURCE_NOT_FOUND");
}
