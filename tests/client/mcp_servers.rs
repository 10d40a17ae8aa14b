//! Configurations, instances, authorization and tokens of provisioned MCP servers.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use jackfield::testing::backend::McpServers;
use jackfield::testing::backend::scalekit::Client;
use jackfield::testing::domain::{
    AccessLevel, Fault, FaultKind, ServerConfigDraft, ServerInstanceFilter, ServerOfPerson, Status, TokenRequest,
    TokenTarget, ToolSelection,
};

use super::coded;
use super::server::{Reply, Server};

const CONFIG: &str = r#"{"config":{"id":"cfg_1","name":"mail","description":"","connection_tool_mappings":[
    {"connection_id":"conn_1","connection_name":"gmail","provider":"GMAIL","tools":["gmail_fetch_mails"]}],
    "mcp_server_url":"https://acme.scalekit.dev/mcp/v3/servers/1"}}"#;
const INSTANCE: &str = r#"{"instance":{"id":"inst_1","name":"ada","user_identifier":"ada","config":{"name":"mail"},"url":"https://acme.dev/mcp/hunter2"}}"#;
const STATES: &str = r#"[{"connection_id":"conn_1","connection_name":"gmail","provider":"GMAIL","connected_account_id":"ca_1","connected_account_status":"active","authentication_link":""},
    {"connection_name":"linear","authentication_link":"https://acme.dev/magicLink/1"}]"#;

fn draft() -> ServerConfigDraft {
    let gmail = ToolSelection { connection: "gmail".into(), tools: vec!["gmail_fetch_mails".into()] };
    let linear = ToolSelection { connection: "linear".into(), tools: Vec::new() };
    ServerConfigDraft { name: "mail".into(), description: "Reads \"mail\"".into(), mappings: vec![gmail, linear] }
}

fn token(target: TokenTarget, lifetime: Option<u64>, access: AccessLevel) -> TokenRequest {
    TokenRequest { target, identifier: "ada".into(), lifetime: lifetime.map(Duration::from_secs), access }
}

async fn server() -> Server {
    Server::with_tokens(|seen, _| {
        let path = seen.target.split('?').next().unwrap_or_default();
        let body = match path {
            _ if seen.method == "DELETE" => "{}".to_owned(),
            path if path.ends_with("/tokens") => {
                r#"{"token":"eyJ.hunter2","expires_at":"2026-10-12T10:00:00Z"}"#.to_owned()
            }
            path if path.ends_with("/connected_accounts") => format!(r#"{{"connected_accounts":{STATES}}}"#),
            path if path.ends_with(":get_auth_state") => format!(r#"{{"connections":{STATES}}}"#),
            path if path.contains("/instances") && seen.method != "GET" => INSTANCE.to_owned(),
            path if path.ends_with("/instances") => r#"{"instances":[],"total_size":0}"#.to_owned(),
            path if path.ends_with("/configs") && seen.method == "GET" => r#"{"configs":[]}"#.to_owned(),
            _ => CONFIG.to_owned(),
        };
        Reply::json(200, &body)
    })
    .await
}

#[tokio::test]
async fn every_request_goes_out_as_the_wire_wants_it() {
    let server = server().await;
    let client = server.client();
    let config = client.config(&"cfg_1".into()).await.expect("a configuration");
    assert_eq!((config.name.raw(), config.mappings.len()), ("mail", 1));
    client.create_config(&draft()).await.expect("created");
    client.update_config(&"cfg_1".into(), &draft()).await.expect("changed");
    client.delete_config(&"cfg_1".into()).await.expect("deleted");
    let filter = ServerInstanceFilter { config: Some("mail".into()), identifier: Some("ada b".into()) };
    let _: Vec<_> = client.configs().try_collect().await.expect("a list");
    let _: Vec<_> = client.instances(filter).try_collect().await.expect("a list");
    let instance = client.ensure_instance(&"mail".into(), &"ada".into(), None).await.expect("an instance");
    assert_eq!(instance.url.expose(), "https://acme.dev/mcp/hunter2");
    assert!(!format!("{instance:?}").contains("hunter2"));
    client.ensure_instance(&"mail".into(), &"ada".into(), Some("mine")).await.expect("an instance");
    client.rename_instance(&"inst_1".into(), "other").await.expect("renamed");
    client.delete_instance(&"inst_1".into()).await.expect("deleted");
    let sent: Vec<_> = server.calls().into_iter().map(|call| (call.method, call.target, call.body)).collect();
    let mappings = r#""connection_tool_mappings":[{"connection_name":"gmail","tools":["gmail_fetch_mails"]},{"connection_name":"linear","tools":[]}]"#;
    let expected = [
        ("GET", "configs/cfg_1", String::new()),
        ("POST", "configs", format!(r#"{{"name":"mail","description":"Reads \"mail\"",{mappings}}}"#)),
        ("PUT", "configs/cfg_1", format!(r#"{{"description":"Reads \"mail\"",{mappings}}}"#)),
        ("DELETE", "configs/cfg_1", String::new()),
        ("GET", "configs?page_size=30", String::new()),
        ("GET", "instances?page_size=30&filter.config_name=mail&filter.user_identifier=ada+b", String::new()),
        ("POST", "instances", r#"{"config_name":"mail","user_identifier":"ada"}"#.into()),
        ("POST", "instances", r#"{"name":"mine","config_name":"mail","user_identifier":"ada"}"#.into()),
        ("PATCH", "instances/inst_1", r#"{"name":"other"}"#.into()),
        ("DELETE", "instances/inst_1", String::new()),
    ];
    assert_eq!(sent, expected.map(|(method, path, body)| (method.to_owned(), format!("/api/v1/mcp/{path}"), body)));
}

#[tokio::test]
async fn both_generations_tell_which_connections_are_authorized() {
    let server = server().await;
    let client = server.client();
    let of_config = ServerOfPerson::Config("cfg_1".into(), "ada".into());
    let of_instance = ServerOfPerson::Instance("inst_1".into());
    for (of, with_links) in [(&of_config, false), (&of_config, true), (&of_instance, false), (&of_instance, true)] {
        let states = client.auth_states(of, with_links).await.expect("states");
        let [gmail, linear] = states.as_slice() else { panic!("two: {states:?}") };
        assert_eq!((gmail.status.clone(), gmail.link.clone(), gmail.is_ready()), (Status::Active, None, true));
        assert_eq!((linear.account.clone(), linear.status.clone()), (None, Status::Unspecified));
        assert_eq!(linear.link.as_ref().map(|link| link.path()), Some("/magicLink/1"));
    }
    let sent: Vec<_> = server.calls().into_iter().map(|call| (call.target, call.body)).collect();
    let expected = [
        ("configs/cfg_1/connected_accounts", r#"{"identifier":"ada","include_auth_link":false}"#),
        ("configs/cfg_1/connected_accounts", r#"{"identifier":"ada","include_auth_link":true}"#),
        ("instances/inst_1:get_auth_state", ""),
        ("instances/inst_1:get_auth_state?include_auth_links=true", ""),
    ];
    assert_eq!(sent, expected.map(|(path, body)| (format!("/api/v1/mcp/{path}"), body.to_owned())));
}

#[tokio::test]
async fn a_token_is_minted_by_both_bindings_and_told_by_nothing() {
    let server = server().await;
    let client = server.client();
    let config = TokenTarget::Config("cfg_1".into());
    let minted = client.mint_token(&token(config, None, AccessLevel::Full)).await.expect("a token");
    assert_eq!(minted.token.expose(), "eyJ.hunter2");
    assert_eq!(minted.expires_at, Some("2026-10-12T10:00:00Z".parse().expect("a time")));
    assert!(!format!("{minted:?}").contains("hunter2"));
    let connection = TokenTarget::Connection("my conn".into());
    client.mint_token(&token(connection, Some(90), AccessLevel::ReadOnly)).await.expect("a token");
    let sent: Vec<_> = server.calls().into_iter().map(|call| (call.target, call.body)).collect();
    let expected = [
        ("configs/cfg_1/tokens", r#"{"identifier":"ada"}"#),
        ("connections/my%20conn/tokens", r#"{"identifier":"ada","expiry":"90s","access_level":"READ_ONLY"}"#),
    ];
    assert_eq!(sent, expected.map(|(path, body)| (format!("/api/v1/mcp/{path}"), body.to_owned())));
    let url = client.connection_url(&"my conn".into()).expect("a URL");
    assert_eq!(url.path(), "/mcp/v3/connections/my%20conn");
}

/// Every change there is, one after the other.
async fn every_change(client: &Client) -> Vec<Result<(), Fault>> {
    let of_config = ServerOfPerson::Config("cfg_1".into(), "ada".into());
    let config = TokenTarget::Config("cfg_1".into());
    vec![
        client.create_config(&draft()).await.map(drop),
        client.update_config(&"cfg_1".into(), &draft()).await.map(drop),
        client.delete_config(&"cfg_1".into()).await,
        client.ensure_instance(&"mail".into(), &"ada".into(), None).await.map(drop),
        client.rename_instance(&"inst_1".into(), "other").await.map(drop),
        client.delete_instance(&"inst_1".into()).await,
        client.auth_states(&of_config, true).await.map(drop),
        client.mint_token(&token(config, None, AccessLevel::Full)).await.map(drop),
    ]
}

#[tokio::test]
async fn a_change_is_sent_once_and_says_when_its_end_is_not_known() {
    for reply in
        [|| Reply::json(503, r#"{"code":14,"message":"unavailable","details":[]}"#), || Reply::raw("").then_reset()]
    {
        let server = Server::with_tokens(move |_, _| reply()).await;
        let changes = every_change(&server.client()).await;
        let count = changes.len();
        for change in changes {
            let fault = change.expect_err("failed");
            assert!(fault.may_have_been_carried_out(), "{fault}");
        }
        assert_eq!(server.calls().len(), count);
    }
}

#[tokio::test]
async fn refusals_tell_a_missing_thing_from_a_missing_route() {
    use FaultKind::{Forbidden, NotFound, NotOffered};
    for (reply, kind) in [
        (coded as fn(u16, &str) -> Reply, NotFound),
        (|status, _| Reply::json(status, r#"{"code":5,"message":"Not Found","details":[]}"#), NotOffered),
    ] {
        let server = Server::with_tokens(move |_, _| reply(404, "RESOURCE_NOT_FOUND")).await;
        for change in every_change(&server.client()).await {
            assert_eq!(change.expect_err("refused").kind, kind);
        }
    }
    let server = Server::with_tokens(|_, _| coded(403, "FORBIDDEN")).await;
    for change in every_change(&server.client()).await {
        assert_eq!(change.expect_err("refused").kind, Forbidden);
    }
}

#[tokio::test]
async fn a_token_for_accounts_that_are_not_ready_is_their_matter_and_not_the_inputs() {
    let config = || TokenTarget::Config("cfg_1".into());
    for words in ["connected account for gmail is not active", "no active account for connection gmail"] {
        let body = format!(r#"{{"code":9,"message":"{words}","details":[]}}"#);
        let server = Server::with_tokens(move |_, _| Reply::json(400, &body)).await;
        let fault = server.client().mint_token(&token(config(), None, AccessLevel::Full)).await.expect_err("refused");
        assert_eq!(fault.kind, FaultKind::NeedsAuthorization, "{words}");
    }
    let body = r#"{"code":3,"message":"bad","details":[{"validation_error_info":{"field_violations":[{"field":"expiry","description":"too long"}]}}]}"#;
    let server = Server::with_tokens(move |_, _| Reply::json(400, body)).await;
    let fault = server.client().mint_token(&token(config(), Some(60), AccessLevel::Full)).await.expect_err("refused");
    assert_eq!((fault.kind, fault.violations.len()), (FaultKind::InvalidInput, 1));
}

#[tokio::test]
async fn answers_that_hold_credentials_are_never_quoted() {
    let bodies =
        [r#"{"token":"","expires_at":""}"#, r#"{"token":"hunter2"#, r#"hunter2"#, r#"{"token":{"hunter2":1}}"#];
    for body in bodies {
        let server = Server::with_tokens(move |_, _| Reply::json(200, body)).await;
        let target = TokenTarget::Config("cfg_1".into());
        let fault = server.client().mint_token(&token(target, None, AccessLevel::Full)).await.expect_err("no token");
        assert_eq!(fault.kind, FaultKind::BadAnswer, "{body}");
        assert!(!format!("{fault} {fault:?}").contains("hunter2"), "{fault:?}");
    }
}
