//! Refusals: the code, the words and the details that REST has.

use axum::http::HeaderValue;
use serde_json::{Value, json};

use super::super::{Env, query};
use super::{Sdk, stranger};
use crate::support::grpc_client::{GrpcClient, frame, plaintext};

const ADA: &str = "ada@acme.dev";
const ACCOUNTS: &str = "connected_accounts.ConnectedAccountService";
const EXECUTE: &str = "tools.ToolService/ExecuteTool";
const LIST: &str = "connected_accounts.ConnectedAccountService/ListConnectedAccounts";

fn tool(name: &str, connector: &str, identifier: &str, params: Value) -> Value {
    json!({"tool_name": name, "connector": connector, "identifier": identifier, "params": params})
}

#[tokio::test]
async fn every_kind_of_refusal_is_that_of_rest() {
    let sdk = Sdk::start().await;
    let env = &sdk.env;
    // INVALID_ARGUMENT, with violations and without.
    let long = json!({"identifier": "x".repeat(101), "query": "y".repeat(101)});
    let identifier = "x".repeat(101);
    let text = "y".repeat(101);
    let query = [("identifier", identifier.as_str()), ("query", &text)];
    let rest = env.get("connected_accounts", &query);
    sdk.refused_alike(LIST, long, rest).await;
    let both = json!({"connector": "gmail", "connection_names": ["gmail"]});
    let rest = env.get("connected_accounts", &[("connector", "gmail"), ("connection_names", "gmail")]);
    sdk.refused_alike(LIST, both, rest).await;
    // NOT_FOUND.
    let rest = env.get("connected_accounts/ca_1", &[]);
    sdk.refused_alike(&format!("{ACCOUNTS}/GetConnectedAccount"), json!({"id": "ca_1"}), rest).await;
    let rest = env.get("connected_accounts/this", &[]);
    sdk.refused_alike(&format!("{ACCOUNTS}/GetConnectedAccount"), json!({}), rest).await;
    let rest = env.post("connected_accounts/-:disconnect", json!({}));
    sdk.refused_alike(&format!("{ACCOUNTS}/DisconnectConnectedAccount"), json!({}), rest).await;
    // ALREADY_EXISTS.
    let existing = json!({"connector": "linear", "identifier": ADA, "connected_account": {}});
    let rest = env.post("connected_accounts", existing.clone());
    sdk.refused_alike(&format!("{ACCOUNTS}/CreateConnectedAccount"), existing, rest).await;
    // FAILED_PRECONDITION.
    let call = tool("linear_viewer_get", "linear", ADA, json!({}));
    sdk.refused_alike(EXECUTE, call.clone(), env.post("execute_tool", call)).await;
    // A required field of the path that is empty.
    let empty = sdk.grpc.call("mcp.McpService/GetMcpConfig", json!({})).await;
    empty.refused(3);
    let details = sdk.grpc.details(&empty).expect("details");
    let violation = details.pointer("/details/0/validation_error_info/field_violations/0").unwrap();
    assert_eq!(violation, &json!({"field": "config_id", "description": "value is required", "constraint": "required"}));
}

#[tokio::test]
async fn a_tool_that_failed_says_so_in_its_details() {
    let sdk = Sdk::start().await;
    let env = &sdk.env;
    // The provider of this account takes its token no more.
    let call = tool("linear_viewer_get", "linear", "grace@acme.dev", json!({}));
    let outcome = sdk.grpc.call(EXECUTE, call.clone()).await;
    let rest = env.post("execute_tool", call).await;
    let info = rest.refused(401, 16, "TOOL_ERROR");
    assert_eq!(outcome.refused(16), "provider error");
    let details = sdk.grpc.details(&outcome).expect("details");
    let ours = &details["details"][0];
    assert_eq!((&details["code"], &details["message"]), (&json!(16), &json!("provider error")));
    assert_eq!((&ours["@type"], &ours["error_code"]), (&info["@type"], &info["error_code"]));
    for field in ["tool_error_code", "tool_error_message"] {
        assert_eq!(ours["tool_error_info"][field], info["tool_error_info"][field]);
    }
    let execution = ours["tool_error_info"]["execution_id"].as_str().unwrap();
    assert_eq!(env.get(&format!("agentkit/tool_call_logs/{execution}"), &[]).await.json()["status"], "provider_error");
}

#[tokio::test]
async fn a_caller_that_comes_too_often_is_told_when_to_come_again() {
    let sdk = Sdk::start().await;
    let call = tool("github_search_issues", "github", ADA, json!({"q": "invoice is:open"}));
    let limited = loop {
        let outcome = sdk.grpc.call(EXECUTE, call.clone()).await;
        if outcome.code() != 0 {
            break outcome;
        }
    };
    limited.refused(8);
    let wait: u64 = limited.trailers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    let details = sdk.grpc.details(&limited).expect("details");
    assert_eq!(details.pointer("/details/0/tool_error_info/tool_error_code"), Some(&json!("RATE_LIMITED")));
}

#[tokio::test]
async fn somebody_else_may_not_verify() {
    let sdk = Sdk::start().await;
    let app = json!({"user_verify_url": "http://127.0.0.1:7777/verify"});
    let link = sdk.env.link("linear", ADA, app).await;
    let landed = sdk.env.decide(&link, None, "allow").await;
    let request = query(landed.location(), "auth_request_id").expect("a request");
    let verify = json!({"auth_request_id": request, "identifier": "grace@acme.dev"});
    let rest = sdk.env.post("connected_accounts/user/verify", verify.clone());
    let outcome = sdk.refused_alike(&format!("{ACCOUNTS}/VerifyConnectedAccountUser"), verify, rest).await;
    assert_eq!(outcome.code(), 7);
}

#[tokio::test]
async fn a_call_needs_a_living_token_and_the_first_one_counts() {
    let env = Env::start().await;
    let mut grpc = stranger(&env).await;
    assert_eq!(grpc.call(LIST, json!({})).await.refused(16), "Token empty");
    let outcome = grpc.call("tools.ToolService/ExecuteTool", json!({})).await;
    let details = grpc.details(&outcome).expect("details");
    assert_eq!(details.pointer("/details/0/error_code"), Some(&json!("UNAUTHENTICATED")));

    let [good, bad] = [&*env.token, "nonsense"].map(|token| HeaderValue::from_str(&format!("Bearer {token}")).unwrap());
    grpc.metadata.append("authorization", bad.clone());
    assert_eq!(grpc.call(LIST, json!({})).await.refused(16), "Token invalid");
    grpc.metadata.append("authorization", good.clone());
    assert_eq!(grpc.call(LIST, json!({})).await.refused(16), "Token invalid");
    grpc.metadata.remove("authorization");
    grpc.metadata.append("authorization", good);
    grpc.metadata.append("authorization", bad);
    assert_eq!(grpc.call(LIST, json!({})).await.code(), 0);
}

#[tokio::test]
async fn what_is_not_served_is_named() {
    let sdk = Sdk::start().await;
    let unknown = async |path: &str| sdk.grpc.send(sdk.grpc.head(path), &[frame(b"")]).await;
    for name in [
        "scalekit.v1.organizations.OrganizationService/ListOrganization",
        "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "x",
    ] {
        let message = unknown(&format!("/{name}")).await.refused(12);
        assert_eq!(
            message,
            format!(
                "The sandbox serves the calls of connected accounts, connections, tools, MCP, providers and logs, not {name}."
            )
        );
    }
    let message = unknown("/scalekit.v1.tools.ToolService/Nothing").await.refused(12);
    assert_eq!(
        message,
        "The sandbox does not serve scalekit.v1.tools.ToolService/Nothing. Of this service it has: ExecuteTool, \
         ListAvailableTools, ListScopedTools, ListTools, SearchTools."
    );
    let long = unknown(&format!("/{}", "x".repeat(5000))).await.refused(12);
    assert!(long.len() < 400, "{long}");
}

#[tokio::test]
async fn an_id_cannot_leave_its_place_in_the_path() {
    let sdk = Sdk::start().await;
    let one = "connections.ConnectionService/GetEnvironmentConnection";
    for id in ["app", "../tools", "conn_1/../../tools", "conn_1?x=y", "conn_1#", "%2e%2e", "conn_1:enable", "ü\n"] {
        assert_eq!(sdk.grpc.call(one, json!({"connection_id": id})).await.refused(5), "connection not found", "{id}");
    }
}

#[tokio::test]
async fn only_loopback_names_are_answered() {
    let env = Env::start().await;
    let requests = plaintext(env.sandbox.url().authority()).await;
    let rebound = GrpcClient::new(requests, "rebound.example:80").with_token(&env.token);
    let outcome = rebound.call(LIST, json!({})).await;
    assert_eq!(outcome.refused(7), "the sandbox answers only as 127.0.0.1 or localhost");
}
