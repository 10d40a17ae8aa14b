//! Executing: which account, in what state, and how failures look.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Answer, Env};

const ME: &str = "asana_me_get";

fn tool_error(answer: &Answer, status: u16, code: i64) -> Value {
    let detail = answer.refused(status, code, "TOOL_ERROR");
    let info = detail["tool_error_info"].clone();
    for field in ["execution_id", "tool_error_code", "tool_error_message"] {
        assert!(info[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {info}");
    }
    info
}

#[tokio::test]
async fn an_account_is_named_by_id_by_pair_or_by_identifier() {
    let env = Env::start().await;
    let before = env.account("asana", "ada@acme.dev").await;
    let mut executions = Vec::new();
    for named in [
        json!({"connected_account_id": before["id"]}),
        json!({"connector": "asana", "identifier": "ada@acme.dev"}),
        json!({"identifier": "ada@acme.dev"}),
        json!({"connected_account_id": before["id"], "connector": "linear", "identifier": "linus@acme.dev"}),
    ] {
        let mut body = json!({"tool_name": ME, "params": {}, "agent_run_id": "run_1"});
        body.as_object_mut().unwrap().extend(named.as_object().unwrap().clone());
        let answer = env.post("execute_tool", body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.json()["data"]["data"]["email"], "ada@acme.dev");
        executions.push(answer.json()["execution_id"].as_str().unwrap().to_owned());
    }
    executions.sort();
    executions.dedup();
    assert_eq!(executions.len(), 4, "each execution has its own id");
    let after = env.account("asana", "ada@acme.dev").await;
    let used = |account: &Value| account["last_used_at"].as_str().unwrap().parse::<Timestamp>().unwrap();
    assert!(used(&after) > used(&before));
    assert_eq!(after["updated_at"], before["updated_at"]);
}

#[tokio::test]
async fn params_may_be_left_out_and_must_be_an_object() {
    let env = Env::start().await;
    let body = |params: Value| json!({"tool_name": ME, "identifier": "ada@acme.dev", "params": params});
    assert_eq!(env.post("execute_tool", body(Value::Null)).await.status, 200);
    env.post("execute_tool", body(json!([1]))).await.violates(&["params"]);
    env.post("execute_tool", body(json!("x"))).await.violates(&["params"]);
}

#[tokio::test]
async fn only_an_active_account_is_used() {
    let env = Env::start().await;
    for (tool, connector, identifier, status) in [
        ("linear_viewer_get", "linear", "ada@acme.dev", "EXPIRED"),
        ("linear_viewer_get", "linear", "linus@acme.dev", "PENDING_AUTH"),
        ("linear_viewer_get", "linear", "margaret@acme.dev", "REVOKED"),
        (ME, "asana", "grace@acme.dev", "PENDING_VERIFICATION"),
        (ME, "asana", "linus@acme.dev", "DISCONNECTED"),
        (ME, "asana", "margaret@acme.dev", "CONNECTION_STATUS_UNSPECIFIED"),
    ] {
        let before = env.account(connector, identifier).await;
        assert_eq!(before["status"], status);
        let answer = env.execute(tool, connector, identifier, json!({})).await;
        answer.refused(400, 9, "FAILED_PRECONDITION");
        assert!(answer.json()["message"].as_str().unwrap().contains(status));
        assert_eq!(env.account(connector, identifier).await, before, "it was not used");
    }
}

#[tokio::test]
async fn an_account_that_claims_to_be_active_may_be_refused_until_authorized_again() {
    let env = Env::without_verification().await;
    assert_eq!(env.account("linear", "grace@acme.dev").await["status"], "ACTIVE");
    let answer = env.execute("linear_viewer_get", "linear", "grace@acme.dev", json!({})).await;
    assert_eq!(tool_error(&answer, 401, 16)["tool_error_code"], "UNAUTHORIZED");
    env.connect("linear", "grace@acme.dev", "grace").await;
    let viewer = env.run("linear_viewer_get", "grace@acme.dev", json!({})).await;
    assert_eq!(viewer["viewer"]["email"], "grace@acme.dev");
}

#[tokio::test]
async fn wrong_names_are_refused_before_anything_runs() {
    let env = Env::start().await;
    let answer = env.execute("asana_task_destroy", "asana", "ada@acme.dev", json!({})).await;
    answer.refused(404, 5, "RESOURCE_NOT_FOUND");
    assert!(answer.json()["message"].as_str().unwrap().contains("tool not found"));
    env.execute(ME, "asana", "nobody@acme.dev", json!({})).await.refused(404, 5, "RESOURCE_NOT_FOUND");
    env.execute(ME, "linear", "grace@acme.dev", json!({})).await.refused(400, 3, "INVALID_ARGUMENT");
    let by = |named: Value| {
        let mut body = json!({"tool_name": ME});
        body.as_object_mut().unwrap().extend(named.as_object().unwrap().clone());
        env.post("execute_tool", body)
    };
    by(json!({"identifier": "nobody@acme.dev"})).await.refused(404, 5, "RESOURCE_NOT_FOUND");
    by(json!({"connected_account_id": "ca_1"})).await.refused(404, 5, "RESOURCE_NOT_FOUND");
    by(json!({"connector": "asana"})).await.refused(400, 3, "INVALID_ARGUMENT");
}

#[tokio::test]
async fn limits_of_an_execution_are_kept() {
    let env = Env::start().await;
    let refused = async |field: &str, value: String| {
        let mut body = json!({"tool_name": ME, "identifier": "ada@acme.dev"});
        body[field] = json!(value);
        env.post("execute_tool", body).await.violates(&[field]);
    };
    refused("tool_name", String::new()).await;
    refused("connected_account_id", "x".repeat(101)).await;
    refused("identifier", "x".repeat(101)).await;
    refused("connector", "a/b".into()).await;
    refused("agent_run_id", "x".repeat(256)).await;
}

#[tokio::test]
async fn what_the_provider_refuses_is_a_tool_error() {
    let env = Env::without_verification().await;
    env.connect("linear", "ada@acme.dev", "ada").await;
    let create = async |params: Value| env.execute("linear_issue_create", "linear", "ada@acme.dev", params).await;
    let team =
        env.run("linear_viewer_get", "ada@acme.dev", json!({})).await["viewer"]["teams"]["nodes"][0]["id"].clone();

    let info = tool_error(&create(json!({"teamId": "TEAM-1", "title": "x"})).await, 400, 3);
    assert_eq!(info["tool_error_code"], "INPUT_ERROR");
    assert!(info["tool_error_message"].as_str().unwrap().contains("Entity not found: Team"), "{info}");
    for (params, field) in [
        (json!({"title": "x"}), "teamId"),
        (json!({"teamId": team}), "title"),
        (json!({"teamId": team, "title": "  "}), "title"),
        (json!({"teamId": team, "title": 5}), "title"),
        (json!({"teamId": team, "title": "x", "priority": "9"}), "priority"),
        (json!({"teamId": team, "title": "x", "priority": "high"}), "priority"),
        (json!({"teamId": team, "title": "x", "labelIds": "Bug"}), "labelIds"),
        (json!({"teamId": team, "title": "x", "labelIds": ["Bug"]}), "IssueLabel"),
        (json!({"teamId": team, "title": "x", "assigneeId": "me"}), "User"),
        (json!({"teamId": team, "title": "x", "stateId": "Done"}), "WorkflowState"),
        (json!({"teamId": team, "title": "x", "projectId": "P"}), "Project"),
    ] {
        let info = tool_error(&create(params).await, 400, 3);
        assert!(info["tool_error_message"].as_str().unwrap().contains(field), "{field}: {info}");
    }
    let asana = async |params: Value| env.execute("asana_task_create", "asana", "ada@acme.dev", params).await;
    let info = tool_error(&asana(json!({"name": "x", "projects": "99"})).await, 404, 5);
    assert_eq!(info["tool_error_message"], "projects: Unknown object: 99");
    for (params, field) in [
        (json!({}), "name"),
        (json!({"name": "x"}), "workspace"),
        (json!({"name": "x", "workspace_gid": 5}), "workspace_gid"),
    ] {
        let info = tool_error(&asana(params).await, 400, 3);
        assert!(info["tool_error_message"].as_str().unwrap().contains(field), "{field}: {info}");
    }
}
