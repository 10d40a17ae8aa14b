//! Whatever only reads, field by field as REST answers it.

use jackfield::testing::sandbox::{Options, Unset};
use serde_json::{Value, json};

use super::super::mcp_configs::create;
use super::Sdk;

const ADA: &str = "ada@acme.dev";

#[tokio::test]
async fn accounts_are_read() {
    let sdk = Sdk::start().await;
    let env = &sdk.env;
    let accounts = |method: &str| format!("connected_accounts.ConnectedAccountService/{method}");
    let all = json!({"page_size": 50});
    let list =
        sdk.same(&accounts("ListConnectedAccounts"), all, env.get("connected_accounts", &[("page_size", "50")])).await;
    let rows = list["connected_accounts"].as_array().unwrap();
    assert!(rows.len() > 15, "{list}");
    let named = json!({"connection_names": ["gmail", "linear"], "query": "ada", "page_size": 1});
    let query = [("connection_names", "gmail"), ("connection_names", "linear"), ("query", "ada"), ("page_size", "1")];
    let first = sdk.same(&accounts("ListConnectedAccounts"), named, env.get("connected_accounts", &query)).await;
    let token = first["next_page_token"].as_str().expect("a second page");
    let next = json!({"connection_names": ["gmail", "linear"], "query": "ada", "page_size": 1, "page_token": token});
    let query = [&query[..], &[("page_token", token)]].concat();
    sdk.same(&accounts("ListConnectedAccounts"), next, env.get("connected_accounts", &query)).await;
    let org_wide = json!({"is_org_wide_credential": false, "page_size": 5});
    let query = [("is_org_wide_credential", "false"), ("page_size", "5")];
    sdk.same(&accounts("ListConnectedAccounts"), org_wide, env.get("connected_accounts", &query)).await;

    let search = json!({"query": "grace"});
    sdk.same(&accounts("SearchConnectedAccounts"), search, env.get("connected_accounts:search", &[("query", "grace")]))
        .await;

    let pair = [("connector", "linear"), ("identifier", ADA)];
    let selection = json!({"connector": "linear", "identifier": ADA});
    let details = sdk
        .same(&accounts("GetConnectedAccountDetails"), selection, env.get("connected_accounts/details", &pair))
        .await;
    assert_eq!(details["connected_account"]["status"], "EXPIRED");
    let id = details["connected_account"]["id"].as_str().unwrap();
    let path = format!("connected_accounts/{id}");
    sdk.same(&accounts("GetConnectedAccount"), json!({"id": id}), env.get(&path, &[])).await;
    sdk.same(
        &accounts("GetConnectedAccountDetails"),
        json!({"id": id}),
        env.get("connected_accounts/details", &[("id", id)]),
    )
    .await;
    for (connector, identifier, kind) in
        [("gmail", "grace@acme.dev", "oauth_token"), ("freshdesk", "margaret@acme.dev", "static_auth")]
    {
        let selection = json!({"connector": connector, "identifier": identifier});
        let query = [("connector", connector), ("identifier", identifier)];
        let rest = env.get("connected_accounts/auth", &query);
        let auth = sdk.same(&accounts("GetConnectedAccountAuth"), selection, rest).await;
        assert!(auth["connected_account"]["authorization_details"][kind].is_object(), "{auth}");
    }
}

#[tokio::test]
async fn a_status_that_the_wire_does_not_know_is_zero() {
    let sdk = Sdk::start().await;
    let rest = sdk.env.account("linear", "margaret@acme.dev").await;
    assert_eq!(rest["status"], "REVOKED");
    let selection = json!({"connector": "linear", "identifier": "margaret@acme.dev"});
    let answer =
        sdk.grpc.answer("connected_accounts.ConnectedAccountService/GetConnectedAccountDetails", selection).await;
    assert_eq!((&answer["connected_account"]["id"], answer["connected_account"].get("status")), (&rest["id"], None));
}

#[tokio::test]
async fn connections_and_providers_are_read() {
    let sdk = Sdk::start().await;
    let env = &sdk.env;
    let connections = |method: &str| format!("connections.ConnectionService/{method}");
    let query = [("page_size", "30")];
    let list = sdk
        .same(&connections("ListAppConnections"), json!({"page_size": 30}), env.get("connections/app", &query))
        .await;
    for row in list["connections"].as_array().unwrap() {
        let id = row["id"].as_str().unwrap();
        let path = format!("connections/{id}");
        sdk.same(&connections("GetEnvironmentConnection"), json!({"connection_id": id}), env.get(&path, &[])).await;
    }
    let everything = env.get("connections", &[("include", "all")]);
    sdk.same(&connections("ListConnections"), json!({"include": "all"}), everything).await;
    sdk.same(&connections("ListConnections"), json!({}), env.get("connections", &[])).await;
    let found = env.get("connections/app", &[("provider", "GITHUB"), ("query", "git")]);
    sdk.same(&connections("ListAppConnections"), json!({"provider": "GITHUB", "query": "git"}), found).await;

    let providers = "providers.ProviderService/ListProviders";
    let all = json!({"page_size": 100, "filter": {"provider_type": "ALL"}});
    let list =
        sdk.same(providers, all, env.get("providers", &[("page_size", "100"), ("filter.provider_type", "ALL")])).await;
    assert!(list["providers"].as_array().unwrap().iter().all(|row| row["auth_patterns"].is_array()), "{list}");
    sdk.same(providers, json!({"identifier": "LINEAR"}), env.get("providers", &[("identifier", "LINEAR")])).await;
    // The zero of an enum cannot be told from none.
    sdk.same(providers, json!({"filter": {"provider_type": "DEFAULT"}}), env.get("providers", &[])).await;
}

#[tokio::test]
async fn tools_are_read() {
    let sdk = Sdk::start().await;
    let env = &sdk.env;
    let tools = |method: &str| format!("tools.ToolService/{method}");
    let list =
        sdk.same(&tools("ListTools"), json!({"page_size": 1000}), env.get("tools", &[("page_size", "1000")])).await;
    assert!(list["tools"].as_array().unwrap().iter().all(|tool| tool["definition"]["input_schema"].is_object()));
    let filter =
        json!({"provider": "LINEAR", "tool_name": ["linear_viewer_get", "linear_issue_create"], "summary": true});
    let query = [
        ("filter.provider", "LINEAR"),
        ("filter.tool_name", "linear_viewer_get"),
        ("filter.tool_name", "linear_issue_create"),
        ("filter.summary", "true"),
    ];
    let list = sdk.same(&tools("ListTools"), json!({"filter": filter}), env.get("tools", &query)).await;
    assert_eq!((list["tool_names"].as_array().unwrap().len(), list.get("tools")), (2, None));

    let scoped = json!({"identifier": ADA, "filter": {"connection_names": ["gmail", "slack"]}, "page_size": 100});
    let query = [
        ("identifier", ADA),
        ("filter.connection_names", "gmail"),
        ("filter.connection_names", "slack"),
        ("page_size", "100"),
    ];
    sdk.same(&tools("ListScopedTools"), scoped, env.get("tools/scoped", &query)).await;
    let query = [("identifier", ADA), ("page_size", "100")];
    sdk.same(
        &tools("ListAvailableTools"),
        json!({"identifier": ADA, "page_size": 100}),
        env.get("tools/available", &query),
    )
    .await;
    let search = json!({"query": "send a mail", "identifier": ADA, "top_k": 5});
    let found = sdk.same(&tools("SearchTools"), search.clone(), env.post("tools:search", search)).await;
    assert!(found["tools"][0]["score"].as_f64().unwrap() > 0.0, "{found}");
}

#[tokio::test]
async fn an_empty_filter_of_scoped_tools_allows_everything_and_none_is_refused() {
    let sdk = Sdk::start().await;
    let scoped = "tools.ToolService/ListScopedTools";
    let all = sdk.grpc.answer(scoped, json!({"identifier": ADA, "filter": {}, "page_size": 1000})).await;
    let available = sdk.env.get("tools/available", &[("identifier", ADA), ("page_size", "1000")]).await.json();
    let names = |rows: &Value, name: &str| -> Vec<String> {
        let mut names: Vec<_> =
            rows.as_array().unwrap().iter().map(|row| row.pointer(name).unwrap().to_string()).collect();
        names.sort();
        names.dedup();
        names
    };
    assert_eq!(names(&all["tools"], "/tool/definition/name"), names(&available["tools"], "/definition/name"));
    let rest = sdk.env.get("tools/scoped", &[("identifier", ADA)]);
    sdk.refused_alike(scoped, json!({"identifier": ADA}), rest).await;
}

#[tokio::test]
async fn servers_are_read() {
    let sdk = Sdk::start().await;
    let env = &sdk.env;
    let mcp = |method: &str| format!("mcp.McpService/{method}");
    create(env, "agent", json!([{"connection_name": "gmail"}, {"connection_name": "linear"}])).await;
    let configs = sdk
        .same(&mcp("ListMcpConfigs"), json!({"page_size": 30}), env.get("mcp/configs", &[("page_size", "30")]))
        .await;
    let filter = json!({"filter": {"name": "AGENT", "provider": "GMAIL"}, "search": "age"});
    let query = [("filter.name", "AGENT"), ("filter.provider", "GMAIL"), ("search", "age")];
    let one = sdk.same(&mcp("ListMcpConfigs"), filter, env.get("mcp/configs", &query)).await;
    assert_eq!(one["total_size"], 1);
    let id = configs["configs"][0]["id"].as_str().unwrap();
    sdk.same(&mcp("GetMcpConfig"), json!({"config_id": id}), env.get(&format!("mcp/configs/{id}"), &[])).await;
    let body = json!({"identifier": ADA});
    let rest = format!("mcp/configs/{id}/connected_accounts");
    let message = json!({"config_id": id, "identifier": ADA});
    sdk.same(&mcp("ListMcpConnectedAccounts"), message, env.post(&rest, body)).await;

    let instances = env.get("mcp/instances", &[("filter.user_identifier", ADA)]);
    let list = sdk.same(&mcp("ListMcpInstances"), json!({"filter": {"user_identifier": ADA}}), instances).await;
    let id = list["instances"][0]["id"].as_str().unwrap();
    sdk.same(&mcp("GetMcpInstance"), json!({"instance_id": id}), env.get(&format!("mcp/instances/{id}"), &[])).await;
    let rest = format!("mcp/instances/{id}:get_auth_state");
    sdk.same(&mcp("GetMcpInstanceAuthState"), json!({"instance_id": id}), env.post(&rest, json!({}))).await;
}

#[tokio::test]
async fn logs_are_read() {
    let sdk = Sdk::start().await;
    let env = &sdk.env;
    let logs = |method: &str| format!("agentkit_logs.AgentkitLogsService/{method}");
    let query = [("status", "provider_error"), ("status", "success"), ("page_size", "7")];
    let message = json!({"status": ["provider_error", "success"], "page_size": 7});
    let list = sdk.same(&logs("ListToolCallLogs"), message, env.get("agentkit/tool_call_logs", &query)).await;
    let rows = list["tool_call_logs"].as_array().unwrap();
    assert!(rows.len() == 7 && list["total_size"].is_string(), "an int64 is a text in JSON: {list}");
    let middle = rows[3]["started_at"].as_str().unwrap();
    let since = json!({"start_time": middle, "connection_name": "git"});
    let query = [("start_time", middle), ("connection_name", "git")];
    let rest = env.get("agentkit/tool_call_logs", &query);
    sdk.same(&logs("ListToolCallLogs"), since, rest).await;
    let id = rows[0]["execution_id"].as_str().unwrap();
    let path = format!("agentkit/tool_call_logs/{id}");
    sdk.same(&logs("GetToolCallLog"), json!({"execution_id": id}), env.get(&path, &[])).await;
}

#[tokio::test]
async fn null_and_absent_are_the_same_message() {
    let nulls = Sdk::with(Options { unset: Unset::Null, ..Options::default() }).await;
    let accounts = "connected_accounts.ConnectedAccountService/ListConnectedAccounts";
    let rest = nulls.env.get("connected_accounts", &[("page_size", "50")]);
    nulls.same(accounts, json!({"page_size": 50}), rest).await;
    let tools = nulls.env.get("tools", &[]);
    nulls.same("tools.ToolService/ListTools", json!({}), tools).await;
}
