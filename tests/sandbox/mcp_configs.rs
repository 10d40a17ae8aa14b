//! Configurations of MCP servers.

use jackfield::testing::sandbox::{CreateStatus, Options};
use serde_json::{Value, json};

use super::{Env, send};

const CONFIGS: &str = "mcp/configs";

/// A configuration with one connection.
pub async fn create(env: &Env, name: &str, mappings: Value) -> Value {
    let body = json!({"name": name, "description": "", "connection_tool_mappings": mappings});
    let answer = env.post(CONFIGS, body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()["config"].clone()
}

fn names(list: &Value) -> Vec<&str> {
    list["configs"].as_array().expect("rows").iter().map(|config| config["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_configuration_looks_like_the_reference() {
    let env = Env::start().await;
    let body = json!({
        "name": "email-agent", "description": "Reads mail",
        "connection_tool_mappings": [
            {"connection_name": "gmail", "tools": ["gmail_fetch_mails", "gmail_fetch_mails"]},
            {"connection_name": "Github", "tools": null, "provider": "ignored", "connection_id": "ignored"},
        ],
        "id": "cfg_1", "mcp_server_url": "ignored",
    });
    let answer = env.post(CONFIGS, body).await;
    assert_eq!(answer.status, 201);
    let mut config = answer.json()["config"].clone();
    let id = config["id"].take().as_str().unwrap().to_owned();
    assert!(id.starts_with("cfg_") && id.len() == 22, "{id}");
    let url = config["mcp_server_url"].take().as_str().unwrap().to_owned();
    let server = url.strip_prefix(&env.at("/mcp/v3/servers/")).expect("its place");
    assert_eq!(server.len(), 36, "{server}");
    let connections = env.get("connections/app", &[("page_size", "30")]).await.json();
    let connection = |name: &str| {
        let rows = connections["connections"].as_array().unwrap();
        rows.iter().find(|row| row["key_id"] == name).expect("it")["id"].clone()
    };
    assert_eq!(
        config,
        json!({
            "id": null, "name": "email-agent", "description": "Reads mail", "mcp_server_url": null,
            "connection_tool_mappings": [
                {"connection_id": connection("gmail"), "connection_name": "gmail", "provider": "GMAIL",
                 "tools": ["gmail_fetch_mails"]},
                {"connection_id": connection("Github"), "connection_name": "Github", "provider": "GITHUB", "tools": []},
            ],
        })
    );
    let read = env.get(&format!("{CONFIGS}/{id}"), &[]).await.json();
    assert_eq!(read, answer.json());
    let list = env.get(CONFIGS, &[]).await.json();
    assert_eq!((names(&list), &list["total_size"]), (vec!["morning-digest", "email-agent"], &json!(2)));
    assert_eq!(list["configs"][1], answer.json()["config"]);
}

#[tokio::test]
async fn the_status_of_a_create_is_the_one_that_was_chosen() {
    let env = Env::with(Options { create_status: CreateStatus::Ok, ..Options::default() }).await;
    assert_eq!(env.post(CONFIGS, json!({"name": "empty"})).await.status, 200);
}

#[tokio::test]
async fn names_connections_and_tools_are_checked() {
    let env = Env::start().await;
    let refused = async |body: Value, fields: &[&str]| env.post(CONFIGS, body).await.violates(fields);
    for name in ["", "My agent", "UPPER", "a.b", "ü", &"x".repeat(101)] {
        refused(json!({"name": name}), &["config.name"]).await;
    }
    // The body is the configuration itself, without a wrapping.
    refused(json!({"config": {"name": "agent"}}), &["config.name"]).await;
    let with = |mappings: Value| json!({"name": "agent", "connection_tool_mappings": mappings});
    let field = "config.connection_tool_mappings";
    refused(with(json!([{"connection_name": "gmail"}, {"tools": []}])), &[&format!("{field}[1].connection_name")])
        .await;
    refused(with(json!([{"connection_name": "zoom"}])), &[&format!("{field}[0].connection_name")]).await;
    refused(
        with(json!([{"connection_name": "gmail"}, {"connection_name": "gmail"}])),
        &[&format!("{field}[1].connection_name")],
    )
    .await;
    let tools = json!([{"connection_name": "gmail", "tools": ["gmail_fetch_mails", "gmail_fly", "slack_auth_test"]}]);
    refused(with(tools), &[&format!("{field}[0].tools[1]"), &format!("{field}[0].tools[2]")]).await;
    let many: Vec<Value> = (0..26).map(|_| json!({"connection_name": "gmail"})).collect();
    refused(with(json!(many)), &[field]).await;
    env.post(CONFIGS, json!({"name": 5})).await.refused(400, 3, "INVALID_ARGUMENT");
    env.post(CONFIGS, with(json!({}))).await.refused(400, 3, "INVALID_ARGUMENT");

    env.post(CONFIGS, json!({"name": "morning-digest"})).await.refused(409, 6, "ALREADY_EXISTS");
    assert_eq!(env.get(CONFIGS, &[]).await.json()["total_size"], 1, "nothing came of it");
}

#[tokio::test]
async fn everything_but_the_name_is_replaced_where_it_is_given() {
    let env = Env::start().await;
    let config = create(&env, "agent", json!([{"connection_name": "gmail"}])).await;
    let path = format!("{CONFIGS}/{}", config["id"].as_str().unwrap());
    let body =
        json!({"name": "other", "description": "new", "connection_tool_mappings": [{"connection_name": "slack"}]});
    let answer = env.put(&path, body).await;
    let updated = answer.json()["config"].clone();
    assert_eq!((answer.status, &updated["name"], &updated["description"]), (200, &json!("agent"), &json!("new")));
    assert_eq!(updated["connection_tool_mappings"][0]["provider"], "SLACK");
    assert_eq!((&updated["id"], &updated["mcp_server_url"]), (&config["id"], &config["mcp_server_url"]));
    assert_eq!(env.put(&path, json!({})).await.json()["config"], updated);
    let described = env.put(&path, json!({"description": "newer"})).await.json()["config"].clone();
    assert_eq!(described["connection_tool_mappings"], updated["connection_tool_mappings"]);
    let nothing = json!({"description": "", "connection_tool_mappings": []});
    let emptied = env.put(&path, nothing).await.json()["config"].clone();
    assert_eq!((&emptied["description"], &emptied["connection_tool_mappings"]), (&json!(""), &json!([])));

    let wrong = json!({"connection_tool_mappings": [{"connection_name": "zoom"}]});
    env.put(&path, wrong).await.violates(&["connection_tool_mappings[0].connection_name"]);
    for id in ["cfg_1", "cfg_x", "1", "inst_1"] {
        env.put(&format!("{CONFIGS}/{id}"), json!({})).await.refused(404, 5, "RESOURCE_NOT_FOUND");
        env.get(&format!("{CONFIGS}/{id}"), &[]).await.refused(404, 5, "RESOURCE_NOT_FOUND");
        env.delete(&format!("{CONFIGS}/{id}")).await.refused(404, 5, "RESOURCE_NOT_FOUND");
    }
}

#[tokio::test]
async fn a_deleted_configuration_takes_its_instances_along() {
    let env = Env::start().await;
    let list = env.get(CONFIGS, &[]).await.json();
    let path = format!("{CONFIGS}/{}", list["configs"][0]["id"].as_str().unwrap());
    assert_eq!(env.get("mcp/instances", &[]).await.json()["total_size"], 1);
    let answer = env.delete(&path).await;
    assert_eq!((answer.status, answer.json()), (200, json!({})));
    env.get(&path, &[]).await.refused(404, 5, "RESOURCE_NOT_FOUND");
    assert_eq!(env.get("mcp/instances", &[]).await.json()["total_size"], 0);
}

#[tokio::test]
async fn configurations_are_filtered_and_paged() {
    let env = Env::start().await;
    for number in 0..22 {
        create(&env, &format!("agent-{number:02}"), json!([{"connection_name": "asana"}])).await;
    }
    let list = async |query: &[(&str, &str)]| env.get(CONFIGS, query).await.json();
    let first = list(&[]).await;
    assert_eq!((names(&first).len(), &first["total_size"]), (20, &json!(23)));
    let token = first["next_page_token"].as_str().unwrap();
    let second = list(&[("page_token", token)]).await;
    assert_eq!((names(&second), &second["next_page_token"]), (vec!["agent-19", "agent-20", "agent-21"], &json!("")));
    assert_eq!(names(&list(&[("page_size", "30")]).await).len(), 23);
    env.get(CONFIGS, &[("page_size", "31")]).await.violates(&["page_size"]);
    env.get(CONFIGS, &[("page_token", "x")]).await.violates(&["page_token"]);

    let row = second["configs"][1].clone();
    let (id, url) = (row["id"].as_str().unwrap(), row["mcp_server_url"].as_str().unwrap());
    assert_eq!(names(&list(&[("filter.id", id)]).await), ["agent-20"]);
    assert_eq!(names(&list(&[("filter.mcp_server_url", url)]).await), ["agent-20"]);
    assert_eq!(names(&list(&[("filter.name", "AGENT-20")]).await), ["agent-20"]);
    assert!(names(&list(&[("filter.name", "agent-2")]).await).is_empty(), "the whole name is meant");
    assert_eq!(names(&list(&[("search", "-2")]).await), ["agent-20", "agent-21"]);
    assert_eq!(names(&list(&[("search", "YESTERDAY")]).await), ["morning-digest"]);
    assert_eq!(names(&list(&[("filter.provider", "SLACK")]).await), ["morning-digest"]);
    assert!(names(&list(&[("filter.provider", "slack")]).await).is_empty());
}

#[tokio::test]
async fn the_oldest_generation_is_gone_and_all_others_want_a_key() {
    let env = Env::start().await;
    for path in ["mcp", "mcp/res_1"] {
        let answer = env.get(path, &[]).await;
        assert_eq!((answer.status, &answer.json()["message"]), (404, &json!("Not Found")));
    }
    assert_eq!(env.post("mcp", json!({})).await.status, 404);
    for path in [CONFIGS, "mcp/configs/cfg_1", "mcp/instances", "mcp/instances/inst_1"] {
        send(env.http.get(env.at(&format!("/api/v1/{path}")))).await.refused(401, 16, "UNAUTHENTICATED");
    }
    for path in [
        "mcp/configs/cfg_1/tokens",
        "mcp/connections/gmail/tokens",
        "mcp/configs/cfg_1/connected_accounts",
        "mcp/instances/inst_1:get_auth_state",
    ] {
        let answer = send(env.http.post(env.at(&format!("/api/v1/{path}"))).body("{}")).await;
        answer.refused(401, 16, "UNAUTHENTICATED");
    }
}
