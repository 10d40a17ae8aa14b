//! Hand-written JSON, taken from the reference, read into the types and checked field by field.

use super::accounts::*;
use super::connections::*;
use super::error::*;
use super::token::*;
use super::tools::*;

#[test]
fn a_page_of_accounts_is_read() {
    // Section 11, with the members of 1.4: empty strings emitted, unset messages null or absent.
    let page: ListAccountsResponse = serde_json::from_str(
        r#"{"connected_accounts":[{"id":"ca_1","identifier":"user_123","provider":"LINEAR","connector":"linear",
            "connection_id":"conn_1","status":"ACTIVE","authorization_type":"OAUTH",
            "token_expires_at":"2026-10-12T10:00:00Z","updated_at":"2026-10-12T09:00:00.123456Z",
            "last_used_at":null,"is_org_wide_credential":false,"something_new":{"a":1}}],
            "total_size":1,"next_page_token":"","prev_page_token":""}"#,
    )
    .expect("a page");
    assert_eq!((page.paging.total_size, page.paging.next_page_token.as_str()), (1, ""));
    let account = page.connected_accounts.first().expect("one account");
    assert_eq!(account.id, "ca_1");
    assert_eq!(account.connector, "linear");
    assert_eq!(account.identifier, "user_123");
    assert_eq!(account.connection_id, "conn_1");
    assert_eq!(account.status, "ACTIVE");
    assert_eq!(account.authorization_type, "OAUTH");
    assert_eq!(account.updated_at.as_deref(), Some("2026-10-12T09:00:00.123456Z"));
    assert_eq!(account.last_used_at, None);
}

#[test]
fn an_account_may_leave_almost_everything_out() {
    let answer: AccountResponse =
        serde_json::from_str(r#"{"connected_account":{"id":"ca_9","api_config":{"z":1,"a":2}}}"#).expect("an account");
    assert_eq!(answer.connected_account.status, "");
    assert_eq!(answer.connected_account.api_config.expect("kept").get(), r#"{"z":1,"a":2}"#);
}

#[test]
fn an_account_is_written_with_the_wires_names() {
    let account = ConnectedAccount { id: "ca_1".into(), connector: "linear".into(), ..Default::default() };
    let json: serde_json::Value = serde_json::to_value(account).expect("written");
    assert_eq!(json.get("connector"), Some(&"linear".into()));
    assert_eq!(json.get("is_org_wide_credential"), Some(&false.into()));
    assert_eq!(json.get("provider"), Some(&"".into()), "empty values are emitted");
    assert_eq!(json.get("token_expires_at"), None, "unset messages are absent");
}

#[test]
fn create_and_link_requests_look_like_the_reference() {
    let create = CreateAccountRequest {
        connector: "linear".into(),
        identifier: "user_123".into(),
        connected_account: WireNewAccount {},
    };
    assert_eq!(
        serde_json::to_string(&create).expect("written"),
        r#"{"connector":"linear","identifier":"user_123","connected_account":{}}"#
    );
    let link = MagicLinkRequest {
        connector: Some("linear".into()),
        identifier: Some("user_123".into()),
        user_verify_url: Some("https://app.example.com/verify".into()),
        state: Some("r4nd0m".into()),
        ..Default::default()
    };
    let json: serde_json::Value = serde_json::to_value(link).expect("written");
    let expected: serde_json::Value = serde_json::from_str(
        r#"{"connector":"linear","identifier":"user_123","user_verify_url":"https://app.example.com/verify","state":"r4nd0m"}"#,
    )
    .expect("JSON");
    assert_eq!(json, expected);
}

#[test]
fn a_magic_link_is_read() {
    let link: MagicLinkResponse = serde_json::from_str(
        r#"{"link":"https://acme.scalekit.dev/magicLink/fa138abe-b4a6-4ac7-9d9e-9d813e770eb2_o","expiry":"2026-10-12T09:05:00Z"}"#,
    )
    .expect("a link");
    assert!(link.link.ends_with("_o"));
    assert_eq!(link.expiry.as_deref(), Some("2026-10-12T09:05:00Z"));
}

#[test]
fn a_page_of_connections_is_read() {
    let page: ListConnectionsResponse = serde_json::from_str(
        r#"{"connections":[{"id":"conn_1","provider":"CUSTOM","type":"OAUTH","status":"COMPLETED","enabled":true,
            "organization_id":"","ui_button_title":"","domains":[],"organization_name":"","provider_key":"LINEAR",
            "key_id":"linear","created_at":"2026-01-15T14:30:00Z","mcp_server_url":"","auth_mode":"USER"}],
            "total_size":1,"next_page_token":"","prev_page_token":""}"#,
    )
    .expect("a page");
    let connection = page.connections.first().expect("one");
    assert_eq!((connection.key_id.as_str(), connection.provider_key.as_str()), ("linear", "LINEAR"));
    assert_eq!(connection.connection_type, "OAUTH");
    assert!(connection.enabled);
}

#[test]
fn scoped_tools_are_nested_and_keep_their_definition_raw() {
    let page: ListScopedToolsResponse<ScopedTool<WireTool<'_>>> = serde_json::from_str(
        r#"{"tools":[{"tool":{"id":"tol_1","provider":"LINEAR","definition":{"name":"linear_issue_create",
            "description":"…","input_schema":{"type":"object","properties":{},"required":["teamId","title"]}},
            "tags":[],"is_default":true},"identifier":"user_123","connected_account_id":"ca_1"}],
            "total_size":62,"next_page_token":">:WyJ0b2xfMSJd","prev_page_token":""}"#,
    )
    .expect("a page");
    assert_eq!(page.paging.total_size, 62);
    let scoped = page.tools.first().expect("one");
    assert_eq!(scoped.connected_account_id, "ca_1");
    let raw = scoped.tool.definition.expect("kept").get();
    let definition: Definition<'_> = serde_json::from_str(raw).expect("a definition");
    assert_eq!(definition.name, "linear_issue_create");
    assert!(definition.input_schema.expect("a schema").get().contains("teamId"));
}

#[test]
fn plain_tools_come_with_their_names_beside_them() {
    // Section 3.3: a real answer carried both.
    let page: ListToolsResponse<WireTool<'_>> = serde_json::from_str(
        r#"{"tools":[{"id":"tol_113451701398144156","provider":"GOOGLEDRIVE","definition":{"name":"googledrive_search_files"},
            "metadata":{},"tags":[],"is_default":true,"updated_at":null}],"tool_names":["googledrive_search_files"],
            "next_page_token":">:WyJ0b2xfMTEzNjczMDU5NDk5NTA3ODMwIl0=","prev_page_token":"","total_size":2}"#,
    )
    .expect("a page");
    assert_eq!((page.tools.len(), page.paging.total_size), (1, 2));
    assert_eq!(page.paging.next_page_token, ">:WyJ0b2xfMTEzNjczMDU5NDk5NTA3ODMwIl0=");
}

#[test]
fn the_schema_may_stand_under_either_name_or_both() {
    let definition: Definition<'_> = serde_json::from_str(
        r#"{"name":"x","display_name":null,"input":{"type":"object"},"input_schema":{"type":"string"},
            "annotations":{"read_only_hint":true},"rest_api_info":{"method":"GET","base_url":"https://x"}}"#,
    )
    .expect("a definition");
    assert_eq!(definition.input.expect("a schema").get(), r#"{"type":"object"}"#);
    assert_eq!(definition.input_schema.expect("a schema").get(), r#"{"type":"string"}"#);
    assert_eq!(definition.annotations.expect("hints").read_only_hint, Some(true));
    assert_eq!(definition.rest_api_info.expect("a mapping").method, "GET");
}

#[test]
fn a_list_may_say_nothing_of_its_size_or_its_next_page() {
    let nothing = r#"{"total_size":null,"next_page_token":null,"prev_page_token":null}"#;
    let page: ListAccountsResponse = serde_json::from_str(nothing).expect("a page");
    assert_eq!((page.paging.total_size, page.paging.next_page_token.as_str()), (0, ""));
    let page: ListConnectionsResponse = serde_json::from_str(nothing).expect("a page");
    assert_eq!((page.paging.total_size, page.paging.next_page_token.as_str()), (0, ""));
    let page: ListToolsResponse<WireTool<'_>> = serde_json::from_str(nothing).expect("a page");
    assert_eq!((page.paging.total_size, page.paging.next_page_token.as_str()), (0, ""));
}

#[test]
fn a_total_in_another_shape_costs_nothing_but_itself() {
    for (written, read) in [("3", 3), (r#""3""#, 3), ("null", 0), (r#""many""#, 0), ("-1", 0), ("{}", 0), ("1.5", 0)] {
        let page: ListAccountsResponse =
            serde_json::from_str(&format!(r#"{{"total_size":{written},"next_page_token":"x"}}"#)).expect("a page");
        assert_eq!((page.paging.total_size, page.paging.next_page_token.as_str()), (read, "x"), "{written}");
    }
}

#[test]
fn an_execution_request_is_read_and_its_answer_borrowed() {
    let request: ExecuteToolRequest = serde_json::from_str(
        r#"{"tool_name":"linear_issue_create","connector":"linear","identifier":"user_123",
            "params":{"teamId":"…","title":"Bug"},"agent_run_id":"run_1"}"#,
    )
    .expect("a request");
    assert_eq!(request.tool_name, "linear_issue_create");
    assert_eq!(request.connected_account_id, None);

    let body = r#"{"data":{"issueCreate":{"success":true,"n":1.10}},"execution_id":"exec_1"}"#;
    let answer: ExecuteToolResponseRef<'_> = serde_json::from_str(body).expect("an answer");
    assert_eq!(answer.data.expect("data").get(), r#"{"issueCreate":{"success":true,"n":1.10}}"#);
    assert_eq!(answer.execution_id.expect("an id").get(), r#""exec_1""#);
}

#[test]
fn a_tool_error_carries_the_providers_words() {
    // Section 6.1, verbatim.
    let status: RpcStatus = serde_json::from_str(
        r#"{"code":16,"message":"provider error","details":[{"@type":"type.googleapis.com/scalekit.v1.errdetails.ErrorInfo",
            "error_code":"TOOL_ERROR","tool_error_info":{"execution_id":"exec-401","tool_error_code":"UNAUTHORIZED",
            "tool_error_message":"Provider token expired"}}]}"#,
    )
    .expect("a status");
    let info = status.details.first().expect("one detail");
    assert_eq!((status.code, info.type_url.as_str(), info.error_code.as_str()), (16, ERROR_INFO_TYPE, "TOOL_ERROR"));
    let tool = info.tool_error_info.as_ref().expect("tool error");
    assert_eq!(tool.tool_error_message, "Provider token expired");
    assert_eq!(tool.execution_id, "exec-401");
}

#[test]
fn field_violations_are_read_and_foreign_details_skipped() {
    let status: RpcStatus = serde_json::from_str(
        r#"{"code":3,"message":"invalid","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1s"},
            {"@type":"x","error_code":"INVALID_ARGUMENT","validation_error_info":{"field_violations":[
            {"field":"page_size","description":"value must be less than 100","constraint":"uint32.lt"}]}}]}"#,
    )
    .expect("a status");
    let info = status.details.get(1).expect("the second");
    let violation = info.validation_error_info.as_ref().and_then(|v| v.field_violations.first()).expect("one");
    assert_eq!(violation.field, "page_size");
}

#[test]
fn the_token_form_and_answer() {
    let token: TokenResponse =
        serde_json::from_str(r#"{"access_token":"eyJ…","token_type":"Bearer","expires_in":86399,"scope":"openid"}"#)
            .expect("a token");
    assert_eq!((token.access_token.expose(), token.expires_in), ("eyJ…", Some(86399)));
    for (written, read) in
        [(r#""3600""#, Some(3600)), ("3600.5", Some(3600)), (r#""soon""#, None), ("null", None), ("{}", None)]
    {
        let answer = format!(r#"{{"access_token":"t","expires_in":{written}}}"#);
        let token: TokenResponse = serde_json::from_str(&answer).expect(written);
        assert_eq!(token.expires_in, read, "{written}");
    }
    let form = TokenRequest { grant_type: "client_credentials", client_id: "skc_1", client_secret: "s" };
    let written = serde_json::to_value(form).expect("written");
    assert_eq!(
        written.as_object().map(|o| o.keys().cloned().collect::<Vec<_>>()).unwrap_or_default(),
        ["grant_type", "client_id", "client_secret"]
    );
}

#[test]
fn a_verification_is_written_and_read() {
    let request = VerifyUserRequest { auth_request_id: "req_xyz".into(), identifier: "user_123".into() };
    assert_eq!(
        serde_json::to_string(&request).expect("written"),
        r#"{"auth_request_id":"req_xyz","identifier":"user_123"}"#
    );
    let answer: VerifyUserResponse =
        serde_json::from_str(r#"{"post_user_verify_redirect_url":"https://app.example.com/connect/success"}"#)
            .expect("an answer");
    assert_eq!(answer.post_user_verify_redirect_url, "https://app.example.com/connect/success");
}
