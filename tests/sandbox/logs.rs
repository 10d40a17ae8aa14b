//! The log of tool calls.

use serde_json::{Value, json};

use super::{Env, send};

const LOGS: &str = "agentkit/tool_call_logs";

fn runs(list: &Value) -> Vec<&str> {
    list["tool_call_logs"].as_array().expect("rows").iter().map(|row| row["agent_run_id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn what_agents_did_before_is_there_newest_first() {
    let env = Env::start().await;
    let list = env.get(LOGS, &[]).await.json();
    assert_eq!(list["total_size"], "15", "an int64 is a string");
    let first = &list["tool_call_logs"][0];
    assert_eq!(
        (&first["tool_name"], &first["agent_run_id"]),
        (&json!("github_issues_list"), &json!("run_triage_0714"))
    );
    assert_eq!(
        (&first["status"], &first["source"], &first["duration_ms"]),
        (&json!("success"), &json!("API"), &json!("266"))
    );
    assert_eq!((&first["provider"], &first["connection_name"]), (&json!("GITHUB"), &json!("github")));
    assert_eq!(first["connected_account_id"], env.account("github", "ada@acme.dev").await["id"]);
    let times: Vec<_> =
        list["tool_call_logs"].as_array().unwrap().iter().map(|row| row["started_at"].as_str().unwrap()).collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
}

#[tokio::test]
async fn logs_are_filtered_and_paged() {
    let env = Env::start().await;
    let list = async |query: &[(&str, &str)]| env.get(LOGS, query).await.json();
    assert_eq!(runs(&list(&[("agent_run_id", "run_digest_0712")]).await), ["run_digest_0712"; 3]);
    assert_eq!(list(&[("status", "provider_error")]).await["total_size"], "3");
    assert_eq!(list(&[("status", "provider_error"), ("status", "success")]).await["total_size"], "15");
    assert_eq!(list(&[("provider", "LINEAR"), ("provider", "ASANA")]).await["total_size"], "6");
    assert_eq!(list(&[("connection_name", "HOUSE")]).await["total_size"], "1", "part of the name is enough");
    assert_eq!(list(&[("identifier", "radia@acme.dev")]).await["total_size"], "1");
    assert_eq!(list(&[("source", "PROXY")]).await["total_size"], "0");
    let rows = list(&[("page_size", "100")]).await["tool_call_logs"].clone();
    let middle = rows[7]["started_at"].as_str().unwrap();
    assert_eq!(list(&[("start_time", middle)]).await["total_size"], "8");
    assert_eq!(list(&[("end_time", middle)]).await["total_size"], "8");

    let first = list(&[("page_size", "10")]).await;
    let token = first["next_page_token"].as_str().unwrap();
    let second = list(&[("page_size", "10"), ("page_token", token)]).await;
    assert_eq!(second["tool_call_logs"][0], rows[10]);
    assert_eq!((runs(&second).len(), &second["next_page_token"]), (5, &json!("")));
    for (name, value) in [("page_size", "101"), ("start_time", "yesterday"), ("end_time", "1")] {
        env.get(LOGS, &[(name, value)]).await.violates(&[name]);
    }
}

#[tokio::test]
async fn every_execution_writes_a_row_that_is_found_by_its_id() {
    let env = Env::start().await;
    let body = json!({"tool_name": "asana_me_get", "identifier": "ada@acme.dev", "agent_run_id": "run_1"});
    let id = env.post("execute_tool", body).await.json()["execution_id"].as_str().unwrap().to_owned();
    let row = env.get(&format!("{LOGS}/{id}"), &[]).await.json();
    assert_eq!((&row["execution_id"], &row["agent_run_id"]), (&json!(id), &json!("run_1")));
    assert!(row["id"].as_str().unwrap().starts_with("tcl_"));
    assert!(row["duration_ms"].as_str().unwrap().parse::<i64>().unwrap() >= 0);
    assert_eq!((&row["status"], &row["error_code"]), (&json!("success"), &json!("")));

    let newest = async || env.get(LOGS, &[("page_size", "1")]).await.json()["tool_call_logs"][0].clone();
    assert_eq!(newest().await, row);
    env.execute("linear_viewer_get", "linear", "grace@acme.dev", json!({})).await;
    let refused = newest().await;
    assert_eq!((&refused["status"], &refused["error_code"]), (&json!("provider_error"), &json!("UNAUTHORIZED")));
    assert!(refused["error_message"].as_str().unwrap().contains("does not accept"));

    env.execute("linear_viewer_get", "linear", "ada@acme.dev", json!({})).await;
    let turned_away = newest().await;
    assert_eq!(turned_away["status"], "platform_error");
    assert_eq!((&turned_away["connection_name"], &turned_away["execution_id"]), (&json!("linear"), &json!("")));
    env.execute("no_such_tool", "linear", "ada@acme.dev", json!({})).await;
    assert_eq!(newest().await["tool_name"], "no_such_tool");

    send(env.proxy(reqwest::Method::GET, "/user", "github", "ada@acme.dev")).await;
    let proxied = newest().await;
    assert_eq!((&proxied["source"], &proxied["status"]), (&json!("PROXY"), &json!("success")));
    assert_eq!(proxied["tool_name"], "github_user_get_authenticated");
    env.get(&format!("{LOGS}/exec_1"), &[]).await.refused(404, 5, "RESOURCE_NOT_FOUND");
    env.get(&format!("{LOGS}/{}", "x".repeat(65)), &[]).await.violates(&["execution_id"]);
}
