//! Whatever changes something: the answer is what REST says of it afterwards.

use serde_json::{Value, json};

use super::super::{Env, query};
use super::Sdk;
use super::json::plain;

const ADA: &str = "ada@acme.dev";

fn accounts(method: &str) -> String {
    format!("connected_accounts.ConnectedAccountService/{method}")
}

fn pair(connector: &str, identifier: &str) -> Value {
    json!({"connector": connector, "identifier": identifier})
}

/// Takes the key out of an answer, which reading the account does not tell.
fn told(account: &mut Value) -> Value {
    account.as_object_mut().unwrap().remove("authorization_details").unwrap()["static_auth"]["details"].clone()
}

#[tokio::test]
async fn an_account_is_made_changed_disconnected_and_deleted() {
    let Sdk { env, grpc } = Sdk::start().await;
    let mut create = pair("freshdesk", "zoe@acme.dev");
    let details = json!({"domain": "acme.freshdesk.com", "api_key": "ada-1234"});
    create["connected_account"] = json!({
        "authorization_details": {"static_auth": {"details": details}},
        "api_config": {"rate": 5, "ratio": 0.5, "nested": {"list": [1, null, false]}},
    });
    let mut made = grpc.answer(&accounts("CreateConnectedAccount"), create).await["connected_account"].clone();
    assert_eq!(told(&mut made), details);
    let rest = env.account("freshdesk", "zoe@acme.dev").await;
    assert_eq!((plain(&made), &rest["status"]), (plain(&rest), &json!("ACTIVE")));
    assert_eq!(rest["api_config"], json!({"rate": 5, "ratio": 0.5, "nested": {"list": [1, null, false]}}));
    let auth = env.get("connected_accounts/auth", &[("connector", "freshdesk"), ("identifier", "zoe@acme.dev")]).await;
    assert_eq!(auth.json()["connected_account"]["authorization_details"]["static_auth"]["details"], details);

    let update = json!({"id": made["id"], "connected_account": {"api_config": {"rate": 6}}});
    let mut updated = grpc.answer(&accounts("UpdateConnectedAccount"), update).await["connected_account"].clone();
    assert_eq!(told(&mut updated), details);
    let rest = env.account("freshdesk", "zoe@acme.dev").await;
    assert_eq!((plain(&updated), &rest["api_config"]["rate"]), (plain(&rest), &json!(6)));

    let ended = grpc.answer(&accounts("DisconnectConnectedAccount"), json!({"id": made["id"]})).await;
    let rest = env.account("freshdesk", "zoe@acme.dev").await;
    assert_eq!((plain(&ended["connected_account"]), &rest["status"]), (plain(&rest), &json!("DISCONNECTED")));

    assert_eq!(grpc.answer(&accounts("DeleteConnectedAccount"), pair("freshdesk", "zoe@acme.dev")).await, json!({}));
    let gone = env.get("connected_accounts/details", &[("id", made["id"].as_str().unwrap())]).await;
    gone.refused(404, 5, "RESOURCE_NOT_FOUND");
}

#[tokio::test]
async fn an_account_without_credentials_waits_as_either_sdk_asks_for_it() {
    let Sdk { env, grpc } = Sdk::start().await;
    let forms = [json!({}), json!({"authorization_details": {"oauth_token": {}}})];
    for (at, connected_account) in forms.into_iter().enumerate() {
        let identifier = format!("new-{at}@acme.dev");
        // Consent, a key, a name and password: Node's sends an empty token for each of them.
        for connection in ["linear", "freshdesk", "gong"] {
            let mut create = pair(connection, &identifier);
            create["connected_account"] = connected_account.clone();
            let made = grpc.answer(&accounts("CreateConnectedAccount"), create).await;
            assert_eq!(made["connected_account"]["status"], "PENDING_AUTH", "{connection}");
            assert_eq!(plain(&made["connected_account"]), plain(&env.account(connection, &identifier).await));
        }
    }
}

#[tokio::test]
async fn a_person_connects_an_account_and_the_application_verifies_it() {
    let Sdk { env, grpc } = Sdk::start().await;
    let mut ask = pair("linear", ADA);
    ask["user_verify_url"] = json!("http://127.0.0.1:7777/verify");
    ask["state"] = json!("r4nd&m ü");
    let answer = grpc.answer(&accounts("GetMagicLinkForConnectedAccount"), ask).await;
    let expiry: jiff::Timestamp = answer["expiry"].as_str().unwrap().parse().unwrap();
    assert!(expiry > jiff::Timestamp::now());
    let landed = env.decide(answer["link"].as_str().unwrap(), None, "allow").await;
    let back = landed.location();
    assert_eq!(query(back, "state").as_deref(), Some("r4nd&m ü"));
    let request = query(back, "auth_request_id").expect("a request");
    let verify = json!({"auth_request_id": request, "identifier": ADA});
    let answer = grpc.answer(&accounts("VerifyConnectedAccountUser"), verify).await;
    let done = env.open(answer["post_user_verify_redirect_url"].as_str().unwrap()).await;
    assert!(done.text.contains("Linear is connected"), "{}", done.text);
    assert_eq!(env.account("linear", ADA).await["status"], "ACTIVE");
}

#[tokio::test]
async fn connections_are_switched() {
    let Sdk { env, grpc } = Sdk::start().await;
    let id = env.account("asana", ADA).await["connection_id"].clone();
    let path = format!("connections/{}", id.as_str().unwrap());
    for (method, enabled) in [("Disable", false), ("Enable", true)] {
        let name = format!("connections.ConnectionService/{method}EnvironmentConnection");
        let answer = grpc.answer(&name, json!({"connection_id": id})).await;
        assert_eq!(answer.get("enabled").is_some_and(|flag| flag == true), enabled, "{answer}");
        assert_eq!(env.get(&path, &[]).await.json()["connection"]["enabled"], enabled);
    }
}

/// Runs a tool over gRPC, and gives its result.
async fn run(sdk: &Sdk, tool: &str, params: Value) -> Value {
    let connector = tool.split('_').next().unwrap();
    let call = json!({"tool_name": tool, "connector": connector, "identifier": ADA, "params": params, "agent_run_id": "run-1"});
    sdk.grpc.answer("tools.ToolService/ExecuteTool", call).await
}

#[tokio::test]
async fn tools_are_run_and_logged() {
    let sdk = Sdk::start().await;
    let answer = run(&sdk, "gmail_fetch_mails", json!({"max_results": 3})).await;
    let rest = sdk.env.run("gmail_fetch_mails", ADA, json!({"max_results": 3})).await;
    let result = |data: &Value| plain(&json!({ "data": data }));
    assert_eq!(result(&answer["data"]), result(&rest));
    assert!(rest.as_object().is_some_and(|fields| !fields.is_empty()));
    let path = format!("agentkit/tool_call_logs/{}", answer["execution_id"].as_str().unwrap());
    let logged = sdk.env.get(&path, &[]).await.json();
    assert_eq!(
        (&logged["tool_name"], &logged["agent_run_id"], &logged["status"]),
        (&json!("gmail_fetch_mails"), &json!("run-1"), &json!("success"))
    );
}

#[tokio::test]
async fn whole_numbers_and_other_texts_reach_a_tool_as_they_are() {
    let sdk = Sdk::of(Env::without_verification().await).await;
    sdk.env.connect("linear", ADA, "ada").await;
    let viewer = sdk.env.run("linear_viewer_get", ADA, json!({})).await;
    let team = &viewer["viewer"]["teams"]["nodes"][0]["id"];
    let params = json!({"teamId": team, "title": "Zwei \u{1F980}\n\"Türme\"", "estimate": 3});
    let call = json!({"tool_name": "linear_issue_create", "identifier": ADA, "params": params});
    let answer = sdk.grpc.answer("tools.ToolService/ExecuteTool", call).await;
    let made = &answer["data"]["issueCreate"]["issue"];
    let found = sdk.env.run("linear_issues_list", ADA, json!({"first": 1})).await["issues"]["nodes"][0].clone();
    assert_eq!(
        (&found["id"], &found["title"], &found["estimate"]),
        (&made["id"], &params["title"], &json!(3)),
        "a whole number is none with a decimal point"
    );
}

fn mcp(method: &str) -> String {
    format!("mcp.McpService/{method}")
}

#[tokio::test]
async fn servers_are_made_changed_and_deleted() {
    let Sdk { env, grpc } = Sdk::start().await;
    let mappings = json!([{"connection_name": "gmail", "tools": ["gmail_fetch_mails"]}, {"connection_name": "linear"}]);
    let config = json!({"config": {"name": "agent", "description": "d", "connection_tool_mappings": mappings}});
    let made = grpc.answer(&mcp("CreateMcpConfig"), config).await;
    let id = made["config"]["id"].as_str().unwrap();
    let path = format!("mcp/configs/{id}");
    let read = async || env.get(&path, &[]).await;
    assert_eq!(plain(&made), plain(&read().await.json()));
    let change =
        json!({"config_id": id, "description": "e", "connection_tool_mappings": [{"connection_name": "gmail"}]});
    let changed = grpc.answer(&mcp("UpdateMcpConfig"), change).await;
    assert_eq!(plain(&changed), plain(&read().await.json()));
    assert_eq!(changed["config"]["connection_tool_mappings"].as_array().unwrap().len(), 1);

    let wanted = json!({"name": "mine", "config_name": "agent", "user_identifier": ADA});
    let instance = grpc.answer(&mcp("EnsureMcpInstance"), wanted.clone()).await;
    let instance_id = instance["instance"]["id"].as_str().unwrap();
    let instance_path = format!("mcp/instances/{instance_id}");
    assert_eq!(plain(&instance), plain(&env.get(&instance_path, &[]).await.json()));
    assert_eq!(grpc.answer(&mcp("EnsureMcpInstance"), wanted).await, instance, "there already");
    let renamed = grpc.answer(&mcp("UpdateMcpInstance"), json!({"instance_id": instance_id, "name": "other"})).await;
    assert_eq!(plain(&renamed), plain(&env.get(&instance_path, &[]).await.json()));
    assert_eq!(renamed["instance"]["name"], "other");
    assert_eq!(grpc.answer(&mcp("DeleteMcpInstance"), json!({"instance_id": instance_id})).await, json!({}));
    env.get(&instance_path, &[]).await.refused(404, 5, "RESOURCE_NOT_FOUND");

    assert_eq!(grpc.answer(&mcp("DeleteMcpConfig"), json!({"config_id": id})).await, json!({}));
    read().await.refused(404, 5, "RESOURCE_NOT_FOUND");
}

#[tokio::test]
async fn links_are_asked_for_where_a_server_needs_them() {
    let sdk = Sdk::of(Env::without_verification().await).await;
    let Sdk { env, grpc } = &sdk;
    let config = json!({"config": {"name": "agent", "connection_tool_mappings": [{"connection_name": "linear"}]}});
    let id = grpc.answer(&mcp("CreateMcpConfig"), config).await["config"]["id"].clone();
    let ask = json!({"config_id": id, "identifier": ADA, "include_auth_link": true});
    let rows = grpc.answer(&mcp("ListMcpConnectedAccounts"), ask).await["connected_accounts"].clone();
    assert_eq!(env.open(rows[0]["authentication_link"].as_str().unwrap()).await.status, 200);

    let wanted = json!({"config_name": "agent", "user_identifier": ADA});
    let instance = grpc.answer(&mcp("EnsureMcpInstance"), wanted).await["instance"]["id"].clone();
    let ask = json!({"instance_id": instance, "include_auth_links": true});
    let rows = grpc.answer(&mcp("GetMcpInstanceAuthState"), ask).await["connections"].clone();
    assert_eq!(rows[0]["connected_account_status"], "EXPIRED");
    assert_eq!(env.open(rows[0]["authentication_link"].as_str().unwrap()).await.status, 200);
}

#[tokio::test]
async fn session_tokens_are_for_a_configuration_or_a_connection() {
    let Sdk { env, grpc } = Sdk::start().await;
    let config = json!({"config": {"name": "agent", "connection_tool_mappings": [{"connection_name": "gmail"}]}});
    let config = grpc.answer(&mcp("CreateMcpConfig"), config).await["config"].clone();
    let of_config =
        json!({"mcp_config_id": config["id"], "identifier": ADA, "expiry": "90s", "access_level": "READ_ONLY"});
    let of_connection = json!({"key_id": "gmail", "identifier": ADA});
    for (ask, audience) in
        [(of_config, config["mcp_server_url"].clone()), (of_connection, env.at("/mcp/v3/connections/gmail").into())]
    {
        let answer = grpc.answer(&mcp("CreateMcpSessionToken"), ask).await;
        let claims = answer["token"].as_str().unwrap().split('.').nth(1).expect("claims").to_owned();
        let claims = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, claims).unwrap();
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        assert!(claims["aud"] == audience || claims["aud"][0] == audience, "{claims} {audience}");
        let expires: jiff::Timestamp = answer["expires_at"].as_str().unwrap().parse().unwrap();
        assert_eq!(claims["exp"], expires.as_second());
    }
}

#[tokio::test]
async fn custom_providers_are_answered_as_rest_answers_them() {
    let sdk = Sdk::start().await;
    let Sdk { env, grpc } = &sdk;
    let providers = |method: &str| format!("providers.ProviderService/{method}");
    let body = |name: &str| {
        json!({"display_name": name, "description": "d", "proxy_url": "https://crm.example", "proxy_enabled": true,
               "auth_patterns": [{"type": "BEARER", "display_name": "Key", "fields": []}], "metadata": {"team": "crm"}})
    };
    for (method, missing) in [("UpdateCustomProvider", Some(body("Two"))), ("DeleteCustomProvider", None)] {
        let mut message = json!({"identifier": "NOT-THERE:1"});
        let path = "custom-providers/NOT-THERE%3A1";
        let rest = match missing {
            Some(body) => {
                message["provider"] = body.clone();
                env.put(path, body).await.json()
            }
            None => env.delete(path).await.json(),
        };
        let outcome = grpc.call(&providers(method), message).await;
        assert_eq!(
            (rest["code"].as_i64(), rest["message"].as_str()),
            (Some(outcome.code().into()), Some(&*outcome.message()))
        );
    }

    let create = json!({"provider": body("Our CRM")});
    let rest = env.post("custom-providers", json!({})).await;
    if rest.json()["message"] == "Not Found" {
        // Without the route, a call is told what a request is told.
        assert_eq!(grpc.call(&providers("CreateCustomProvider"), create).await.refused(5), "Not Found");
        return;
    }
    let made = grpc.answer(&providers("CreateCustomProvider"), create).await;
    let identifier = made["provider"]["identifier"].as_str().expect("an identifier").to_owned();
    let read = async || env.get("providers", &[("identifier", identifier.as_str())]).await.json()["providers"].clone();
    assert_eq!(plain(&json!([made["provider"]])), plain(&read().await));
    assert_eq!(made["provider"]["metadata"], json!({"team": "crm"}));
    let change = json!({"identifier": identifier, "provider": body("CRM 2")});
    let changed = grpc.answer(&providers("UpdateCustomProvider"), change).await;
    assert_eq!(plain(&json!([changed["provider"]])), plain(&read().await));
    assert_eq!(changed["provider"]["display_name"], "CRM 2");
    assert_eq!(grpc.answer(&providers("DeleteCustomProvider"), json!({ "identifier": identifier })).await, json!({}));
    assert_eq!(read().await, json!([]));
}
