//! The MCP servers, as clients of both eras of the protocol see them.

use jackfield::testing::sandbox::{Options, VerifyMode};
use reqwest::header::{CONTENT_TYPE, ORIGIN, WWW_AUTHENTICATE};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::mcp_client::{BOTH, McpClient, Reader, Spoken};
use super::mcp_configs::create;
use super::mcp_tokens::token;
use super::{Answer, Env, send};
use crate::waiting::soon;

const REPOSITORY: [(&str, &str); 2] = [("owner", "acme"), ("repo", "storefront")];

fn url(config: &Value) -> &str {
    config["mcp_server_url"].as_str().unwrap()
}

/// The first message of a client, as plain HTTP.
fn hello(env: &Env, url: &str) -> RequestBuilder {
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}});
    env.http.post(url).header("accept", "application/json, text/event-stream").json(&body)
}

/// Asserts a refusal at the door and returns its description.
fn turned_away(answer: &Answer) -> String {
    assert_eq!(answer.status, 401, "{}", answer.text);
    let challenge = answer.headers[WWW_AUTHENTICATE].to_str().unwrap();
    assert!(challenge.starts_with("Bearer"), "{challenge}");
    answer.json()["error_description"].as_str().unwrap().to_owned()
}

async fn newest_call(env: &Env) -> Value {
    env.get("agentkit/tool_call_logs", &[("page_size", "1")]).await.json()["tool_call_logs"][0].clone()
}

async fn digest(env: &Env) -> Value {
    let list = env.get("mcp/configs", &[]).await.json();
    list["configs"][0].clone()
}

#[tokio::test]
async fn the_mapped_tools_are_offered_and_nothing_else() {
    let env = Env::start().await;
    let config = digest(&env).await;
    let token = token(&env, &config, "ada@acme.dev", "").await;
    for spoken in BOTH {
        let client = McpClient::connect(url(&config), Some(&token), spoken).await;
        let tools = client.tools().await;
        let of = |provider: &str| tools.iter().filter(|tool| tool.starts_with(provider)).count();
        assert_eq!((of("github_"), of("gmail_")), (3, 2), "{spoken:?}: {tools:?}");
        assert_eq!(of("slack_"), tools.len() - 5, "all that slack has");
        assert!(of("slack_") >= 7);
        let tool = client.tool("github_issues_list").await;
        assert_eq!(tool["title"], "List Issues");
        assert_eq!(tool["annotations"]["readOnlyHint"], true);
        assert_eq!(tool["inputSchema"]["required"], json!(["owner", "repo"]));
        assert!(client.call("gmail_send_message", json!({})).await.is_err(), "it is not mapped");
    }
}

#[tokio::test]
async fn a_call_goes_the_way_of_any_execution() {
    let env = Env::start().await;
    let config = digest(&env).await;
    let token = token(&env, &config, "ada@acme.dev", "FULL").await;
    for spoken in BOTH {
        let client = McpClient::connect(url(&config), Some(&token), spoken).await;
        let result = client.result("github_issues_list", json!(std::collections::HashMap::from(REPOSITORY))).await;
        let params = json!({"owner": "acme", "repo": "storefront"});
        assert_eq!(result, env.run("github_issues_list", "ada@acme.dev", params).await, "a list stands in an object");
        client.result("slack_auth_test", json!({})).await;
        let row = newest_call(&env).await;
        assert_eq!((&row["source"], &row["tool_name"]), (&json!("MCP"), &json!("slack_auth_test")));
        assert_eq!((&row["identifier"], &row["status"]), (&json!("ada@acme.dev"), &json!("success")));
        assert!(row["execution_id"].as_str().unwrap().starts_with("exec_"));

        let words =
            client.failure("github_issue_get", json!({"owner": "acme", "repo": "nowhere", "issue_number": 1})).await;
        let row = newest_call(&env).await;
        assert_eq!((&row["source"], &row["status"]), (&json!("MCP"), &json!("provider_error")));
        assert!(words.contains(row["error_message"].as_str().unwrap()), "{words}");
        assert!(words.contains(row["execution_id"].as_str().unwrap()), "{words}");
    }
}

#[tokio::test]
async fn two_people_see_their_own_data() {
    let env = Env::start().await;
    let config = create(&env, "agent", json!([{"connection_name": "github"}, {"connection_name": "slack"}])).await;
    for spoken in BOTH {
        let mut seen = Vec::new();
        for person in ["ada@acme.dev", "linus@acme.dev"] {
            let token = token(&env, &config, person, "").await;
            let client = McpClient::connect(url(&config), Some(&token), spoken).await;
            let login = client.result("github_user_get_authenticated", json!({})).await["login"].clone();
            let channels = client.result("slack_list_channels", json!({})).await;
            assert_eq!(channels, env.run("slack_list_channels", person, json!({})).await);
            seen.push((login, channels));
        }
        assert_ne!(seen[0].0, seen[1].0, "{spoken:?}");
        assert_ne!(seen[0].1, seen[1].1, "{spoken:?}");
    }
}

#[tokio::test]
async fn who_may_only_read_is_offered_only_what_reads() {
    let env = Env::start().await;
    let config = create(&env, "agent", json!([{"connection_name": "github"}, {"connection_name": "gmail"}])).await;
    let token = token(&env, &config, "ada@acme.dev", "READ_ONLY").await;
    let calls = env.get("agentkit/tool_call_logs", &[]).await.json()["total_size"].clone();
    for spoken in BOTH {
        let client = McpClient::connect(url(&config), Some(&token), spoken).await;
        let tools = client.tools().await;
        assert!(tools.contains(&"github_issues_list".into()) && tools.contains(&"gmail_fetch_mails".into()));
        for writing in ["github_issue_create", "github_issue_comment_delete", "gmail_send_message"] {
            assert!(!tools.contains(&writing.into()), "{writing}");
            let words = client.failure(writing, json!({})).await;
            assert!(words.contains("token is read-only"), "{words}");
        }
        assert!(client.call("slack_auth_test", json!({})).await.is_err(), "it is not mapped");
    }
    assert_eq!(env.get("agentkit/tool_call_logs", &[]).await.json()["total_size"], calls, "nothing was called");
}

#[tokio::test]
async fn a_connection_has_a_server_of_its_own() {
    let env = Env::start().await;
    let minted = env.post("mcp/connections/Github/tokens", json!({"identifier": "radia@acme.dev"})).await.json();
    let connections = env.get("connections/app", &[("query", "Github")]).await.json();
    let row =
        connections["connections"].as_array().unwrap().iter().find(|row| row["key_id"] == "Github").unwrap().clone();
    let url = row["mcp_server_url"].as_str().unwrap();
    for spoken in BOTH {
        let client = McpClient::connect(url, minted["token"].as_str(), spoken).await;
        assert!(client.tools().await.iter().all(|tool| tool.starts_with("github_")));
        let result = client.result("github_user_get_authenticated", json!({})).await;
        assert_eq!(
            result,
            env.execute("github_user_get_authenticated", "Github", "radia@acme.dev", json!({})).await.json()["data"]
        );
    }
}

#[tokio::test]
async fn connections_of_one_provider_are_told_apart_by_their_names() {
    let env = Env::without_verification().await;
    env.post(
        "connected_accounts",
        json!({"connector": "Github", "identifier": "ada@acme.dev", "connected_account": {}}),
    )
    .await;
    env.connect("Github", "ada@acme.dev", "radia").await;
    let tools = json!(["github_user_get_authenticated"]);
    let mappings =
        json!([{"connection_name": "github", "tools": tools}, {"connection_name": "Github", "tools": tools}]);
    let config = create(&env, "agent", mappings).await;
    let token = token(&env, &config, "ada@acme.dev", "").await;
    let client = McpClient::connect(url(&config), Some(&token), Spoken::Stateless).await;
    let names = client.tools().await;
    assert_eq!(names, ["github__github_user_get_authenticated", "Github__github_user_get_authenticated"]);
    let (one, other) = (client.result(&names[0], json!({})).await, client.result(&names[1], json!({})).await);
    assert_ne!(one["login"], other["login"]);
}

#[tokio::test]
async fn an_instance_is_open_to_whoever_knows_its_url() {
    let env = Env::start().await;
    let instance = env.get("mcp/instances", &[]).await.json()["instances"][0].clone();
    for spoken in BOTH {
        let client = McpClient::connect(instance["url"].as_str().unwrap(), None, spoken).await;
        assert!(client.tools().await.contains(&"slack_auth_test".into()));
        client.result("slack_auth_test", json!({})).await;
        assert_eq!(newest_call(&env).await["identifier"], instance["user_identifier"]);
    }
    let after = env.get("mcp/instances", &[]).await.json()["instances"][0].clone();
    let used = |row: &Value| row["last_used_at"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert!(used(&after) > used(&instance));
    let wrong = format!("{}x", instance["url"].as_str().unwrap());
    send(hello(&env, &wrong)).await.refused(404, 5, "RESOURCE_NOT_FOUND");
}

#[tokio::test]
async fn only_a_token_of_this_server_opens_it() {
    let env = Env::start().await;
    let config = digest(&env).await;
    let other_config = create(&env, "other", json!([{"connection_name": "gmail"}])).await;
    let server = url(&config);
    let answer = send(hello(&env, server)).await;
    assert_eq!(turned_away(&answer), "a session token is missing");
    assert_eq!(answer.headers[WWW_AUTHENTICATE], "Bearer");

    let with = async |token: &str| turned_away(&send(hello(&env, server).bearer_auth(token)).await);
    let for_other = token(&env, &other_config, "ada@acme.dev", "").await;
    assert_eq!(with(&for_other).await, "the session token was made for another MCP server");
    let gmail = env.post("mcp/connections/gmail/tokens", json!({"identifier": "ada@acme.dev"})).await.json();
    assert_eq!(with(gmail["token"].as_str().unwrap()).await, "the session token was made for another MCP server");
    let elsewhere = Env::start().await;
    let foreign = token(&elsewhere, &digest(&elsewhere).await, "ada@acme.dev", "").await;
    let own = token(&env, &config, "ada@acme.dev", "").await;
    let (signed, _) = own.rsplit_once('.').unwrap();
    for bad in
        [foreign, format!("{signed}."), format!("{own}A"), "x".into(), env.sandbox.client_secret().expose().to_owned()]
    {
        assert!(with(&bad).await.starts_with("the session token is not one that this environment made"), "{bad}");
    }
    let key = env.token("client_credentials", env.sandbox.client_id(), env.sandbox.client_secret().expose()).await;
    let key = key.json()["access_token"].as_str().unwrap().to_owned();
    assert!(with(&key).await.starts_with("the session token is not"), "an access token of the API is none");

    assert_eq!(send(hello(&env, server).bearer_auth(&own)).await.status, 200);
    for method in [Method::GET, Method::DELETE] {
        turned_away(&send(env.http.request(method, server)).await);
    }
    for path in ["/mcp/v3/servers/nothing", "/mcp/v3/connections/zoom"] {
        send(hello(&env, &env.at(path)).bearer_auth(&own)).await.refused(404, 5, "RESOURCE_NOT_FOUND");
    }
    let error = McpClient::with(server, Some("x"), Spoken::Stateless, Reader::default()).await.err().expect("refused");
    assert!(error.contains("invalid_token") || error.contains("401") || error.contains("Auth"), "{error}");
}

#[tokio::test]
async fn a_server_that_was_deleted_is_gone_for_its_tokens() {
    let env = Env::start().await;
    let config = digest(&env).await;
    let token = token(&env, &config, "ada@acme.dev", "").await;
    assert_eq!(send(hello(&env, url(&config)).bearer_auth(&token)).await.status, 200);
    env.delete(&format!("mcp/configs/{}", config["id"].as_str().unwrap())).await;
    send(hello(&env, url(&config)).bearer_auth(&token)).await.refused(404, 5, "RESOURCE_NOT_FOUND");
}

#[tokio::test]
async fn a_changed_configuration_holds_at_once() {
    let env = Env::start().await;
    let config = create(&env, "agent", json!([{"connection_name": "gmail"}])).await;
    let token = token(&env, &config, "ada@acme.dev", "").await;
    let reader = Reader::default();
    let client = McpClient::with(url(&config), Some(&token), Spoken::Session, reader.clone()).await.unwrap();
    assert!(client.tools().await.len() > 1);
    let mappings = json!([{"connection_name": "gmail", "tools": ["gmail_get_profile"]}, {"connection_name": "slack"}]);
    let path = format!("mcp/configs/{}", config["id"].as_str().unwrap());
    env.put(&path, json!({"connection_tool_mappings": mappings})).await;
    soon("news of it", reader.changed.notified()).await;
    assert_eq!(client.tools().await, ["gmail_get_profile"], "the token has no account on slack");
}

#[tokio::test]
async fn a_session_belongs_to_whoever_began_it() {
    let env = Env::start().await;
    let config = create(&env, "agent", json!([{"connection_name": "github"}])).await;
    let ada = token(&env, &config, "ada@acme.dev", "").await;
    let linus = token(&env, &config, "linus@acme.dev", "").await;
    let begun = send(hello(&env, url(&config)).bearer_auth(&ada)).await;
    let session = begun.headers["mcp-session-id"].to_str().unwrap().to_owned();
    let list = |token: &str| {
        let body = json!({"jsonrpc": "2.0", "id": 2, "method": "tools/list"});
        let request = hello(&env, url(&config)).bearer_auth(token).header("mcp-session-id", &session);
        send(request.header("mcp-protocol-version", "2025-11-25").json(&body))
    };
    assert_eq!(list(&linus).await.status, 404);
    let again = token(&env, &config, "ada@acme.dev", "").await;
    let initialized = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    let request = hello(&env, url(&config)).bearer_auth(&ada).header("mcp-session-id", &session).json(&initialized);
    assert_eq!(send(request).await.status, 202);
    assert_eq!(list(&again).await.status, 200, "another token of the same person");
}

#[tokio::test]
async fn a_client_that_listens_does_not_keep_the_sandbox_alive() {
    let env = Env::start().await;
    let config = digest(&env).await;
    let token = token(&env, &config, "ada@acme.dev", "").await;
    let begun = send(hello(&env, url(&config)).bearer_auth(&token)).await;
    let listen = env.http.get(url(&config)).header("accept", "text/event-stream").bearer_auth(&token);
    let listen = listen.header("mcp-session-id", begun.headers["mcp-session-id"].clone());
    let listening = listen.header("mcp-protocol-version", "2025-11-25").send().await.unwrap();
    assert_eq!(listening.status(), 200);
    drop(env);
    // Whether the stream ends properly or breaks off, it ends.
    let _ = tokio::time::timeout(std::time::Duration::from_secs(60), listening.bytes()).await.expect("it goes on");
}

#[tokio::test]
async fn pages_of_strangers_and_faults_are_as_everywhere() {
    let rule = "POST /mcp/* status=502".parse().unwrap();
    let env = Env::with(Options { faults: vec![rule], ..Options::default() }).await;
    let config = digest(&env).await;
    let token = token(&env, &config, "ada@acme.dev", "").await;
    let from_page = hello(&env, url(&config)).bearer_auth(&token).header(ORIGIN, "https://stranger.example");
    send(from_page).await.refused(403, 7, "PERMISSION_DENIED");
    let answer = send(hello(&env, url(&config)).bearer_auth(&token)).await;
    assert_eq!((answer.status, answer.headers[CONTENT_TYPE].to_str().unwrap()), (502, "text/html"));
    let rebound = hello(&env, url(&config)).bearer_auth(&token).header("host", "stranger.example");
    send(rebound).await.refused(403, 7, "PERMISSION_DENIED");
}

/// A client of ada's with a token, and an account that is disconnected after it was made.
async fn with_an_account_gone(spoken: Spoken, reader: Reader) -> (Env, McpClient) {
    let env = Env::with(Options { verify: VerifyMode::None, ..Options::default() }).await;
    let config = create(&env, "agent", json!([{"connection_name": "github"}])).await;
    let token = token(&env, &config, "ada@acme.dev", "").await;
    let client = McpClient::with(url(&config), Some(&token), spoken, reader).await.unwrap();
    let account = env.account("github", "ada@acme.dev").await["id"].as_str().unwrap().to_owned();
    assert_eq!(env.post(&format!("connected_accounts/{account}:disconnect"), json!({})).await.status, 200);
    (env, client)
}

#[tokio::test]
async fn an_account_that_is_gone_meanwhile_is_told_with_a_link() {
    for spoken in BOTH {
        let (env, client) = with_an_account_gone(spoken, Reader::default()).await;
        assert!(client.tools().await.contains(&"github_user_get_authenticated".into()));
        let words = client.failure("github_user_get_authenticated", json!({})).await;
        assert!(words.contains("DISCONNECTED") && words.contains("ada@acme.dev"), "{words}");
        let row = newest_call(&env).await;
        assert_eq!((&row["source"], &row["status"]), (&json!("MCP"), &json!("platform_error")));
        let link = words.split_whitespace().find(|word| word.starts_with("http://")).expect("a link");
        assert!(env.decide(link, Some("ada"), "allow").await.location().ends_with("/done"));
        client.result("github_user_get_authenticated", json!({})).await;
    }
}

#[tokio::test]
async fn a_person_who_can_be_asked_authorizes_in_the_middle_of_the_call() {
    for spoken in BOTH {
        let reader = Reader { can_be_asked: true, signs_in_as: Some("ada"), ..Reader::default() };
        let (_env, client) = with_an_account_gone(spoken, reader.clone()).await;
        let result = client.result("github_user_get_authenticated", json!({})).await;
        assert!(result["login"].is_string(), "{spoken:?}: {result}");
        assert_eq!(reader.asked.lock().unwrap().len(), 1, "{spoken:?}");
    }
}

#[tokio::test]
async fn a_person_who_says_no_ends_the_call() {
    for spoken in BOTH {
        let reader = Reader { can_be_asked: true, ..Reader::default() };
        let (env, client) = with_an_account_gone(spoken, reader.clone()).await;
        let words = client.failure("github_user_get_authenticated", json!({})).await;
        assert!(words.contains("did not want to"), "{words}");
        assert_eq!(env.account("github", "ada@acme.dev").await["status"], "DISCONNECTED");
        assert_eq!(reader.asked.lock().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_token_that_the_provider_does_not_take_any_more_is_mended_in_the_same_way() {
    for spoken in BOTH {
        let env = Env::without_verification().await;
        let minted = env.post("mcp/connections/linear/tokens", json!({"identifier": "grace@acme.dev"})).await.json();
        let (server, token) = (env.at("/mcp/v3/connections/linear"), minted["token"].as_str());
        let client = McpClient::connect(&server, token, spoken).await;
        let words = client.failure("linear_viewer_get", json!({})).await;
        assert!(words.contains("does not accept") && words.contains("/magicLink/"), "{words}");

        let reader = Reader { can_be_asked: true, signs_in_as: Some("grace"), ..Reader::default() };
        let client = McpClient::with(&server, token, spoken, reader).await.unwrap();
        assert_eq!(client.result("linear_viewer_get", json!({})).await["viewer"]["email"], "grace@acme.dev");
    }
}

#[tokio::test]
async fn an_instance_says_what_its_person_has_never_connected() {
    let env = Env::without_verification().await;
    create(&env, "agent", json!([{"connection_name": "asana"}])).await;
    let body = json!({"config_name": "agent", "user_identifier": "new@acme.dev"});
    let instance = env.post("mcp/instances", body).await.json()["instance"].clone();
    let client = McpClient::connect(instance["url"].as_str().unwrap(), None, Spoken::Session).await;
    let words = client.failure("asana_me_get", json!({})).await;
    assert!(words.contains("PENDING_AUTH") && words.contains("/magicLink/"), "{words}");
    assert_eq!(env.account("asana", "new@acme.dev").await["status"], "PENDING_AUTH");
}
