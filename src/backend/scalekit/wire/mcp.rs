//! MCP servers that the broker provisions: configurations, instances, session tokens. Reference: section 3.5.

use serde::{Deserialize, Serialize};

use super::paging::Paging;
use super::{lenient, null_as_default};
use crate::domain::Secret;

/// `page_size` of configurations and instances is at most 30 (section 1.6).
pub const MAX_PAGE_SIZE: u32 = 30;

/// Access level of a session token that is offered tools that read, and no others.
pub const READ_ONLY: &str = "READ_ONLY";

/// Configuration of a server. It is the bare body of a request to create one; answers wrap it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "M: Deserialize<'de>"))]
pub struct McpConfig<M = McpToolMapping> {
    /// Id: `cfg_…`. The broker's to give.
    #[serde(default, deserialize_with = "lenient::text", skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// 1 to 100 of `a-z0-9_-`; it cannot change.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: String,
    /// Prose for people.
    #[serde(default, deserialize_with = "lenient::text")]
    pub description: String,
    /// Connections with their tools; 25 at most.
    #[serde(default = "Vec::new", deserialize_with = "null_as_default")]
    pub connection_tool_mappings: Vec<M>,
    /// `{environment}/mcp/v3/servers/{uuid}`. The broker's to give.
    #[serde(default, deserialize_with = "lenient::text", skip_serializing_if = "String::is_empty")]
    pub mcp_server_url: String,
}

/// One connection of a configuration, and the tools of it that are offered.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct McpToolMapping {
    /// Id of the connection: `conn_…`; in answers only.
    #[serde(default, deserialize_with = "lenient::text", skip_serializing_if = "String::is_empty")]
    pub connection_id: String,
    /// Name of the connection.
    #[serde(default, deserialize_with = "lenient::text")]
    pub connection_name: String,
    /// Key of the provider; in answers only.
    #[serde(default, deserialize_with = "lenient::text", skip_serializing_if = "String::is_empty")]
    pub provider: String,
    /// Names of tools; all where it is empty.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub tools: Vec<String>,
    /// Id of the account: `ca_…`; in answers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connected_account_id: Option<String>,
    /// Status of that account, in capitals or not; in answers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connected_account_status: Option<String>,
}

/// Body of `PUT /api/v1/mcp/configs/{config_id}`: what it does not name is not kept.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct UpdateMcpConfigRequest {
    /// Prose for people.
    #[serde(default)]
    pub description: String,
    /// All mappings from now on.
    #[serde(default)]
    pub connection_tool_mappings: Vec<McpToolMapping>,
}

/// Answer about one configuration; `C` may be raw JSON.
#[derive(Debug, Serialize, Deserialize)]
pub struct McpConfigResponse<C = McpConfig> {
    /// Configuration that was read, made or changed.
    pub config: C,
}

/// Answer of `GET /api/v1/mcp/configs`; `C` may be raw JSON.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "C: Deserialize<'de>"))]
pub struct ListMcpConfigsResponse<C = McpConfig> {
    /// Configurations of this page.
    #[serde(default = "Vec::new", deserialize_with = "null_as_default")]
    pub configs: Vec<C>,
    /// Fields beside the rows.
    #[serde(flatten)]
    pub paging: Paging,
}

/// A configuration for one identifier, with a URL of its own. `C` may be raw JSON.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct McpInstance<C = McpConfig> {
    /// Id: `inst_…`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub id: String,
    /// Name; the broker makes one up where none is given.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: String,
    /// Identifier of the person.
    #[serde(default, deserialize_with = "lenient::text")]
    pub user_identifier: String,
    /// The configuration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<C>,
    /// Last use, RFC 3339; the year 1 where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<String>,
    /// Last change, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    /// URL of the server. It needs no token, so it is a credential itself.
    #[serde(default, deserialize_with = "lenient::text")]
    pub url: String,
}

/// Body of `POST /api/v1/mcp/instances`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct EnsureMcpInstanceRequest {
    /// Name; made up where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Name of the configuration.
    #[serde(default)]
    pub config_name: String,
    /// Identifier of the person.
    #[serde(default)]
    pub user_identifier: String,
}

/// Body of `PATCH /api/v1/mcp/instances/{instance_id}`: what it does not name stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct UpdateMcpInstanceRequest {
    /// New name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Name of another configuration, whose mappings take the place of the old ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_name: Option<String>,
}

/// Answer about one instance; `I` may be raw JSON.
#[derive(Debug, Serialize, Deserialize)]
pub struct McpInstanceResponse<I = McpInstance> {
    /// Instance that was read, made or changed.
    pub instance: I,
}

/// Answer of `GET /api/v1/mcp/instances`; `I` may be raw JSON.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "I: Deserialize<'de>"))]
pub struct ListMcpInstancesResponse<I = McpInstance> {
    /// Instances of this page.
    #[serde(default = "Vec::new", deserialize_with = "null_as_default")]
    pub instances: Vec<I>,
    /// Fields beside the rows.
    #[serde(flatten)]
    pub paging: Paging,
}

/// Authorization of one connection, for one identifier.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct McpConnectionAuthState {
    /// Id of the connection: `conn_…`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub connection_id: String,
    /// Name of the connection.
    #[serde(default, deserialize_with = "lenient::text")]
    pub connection_name: String,
    /// Key of the provider.
    #[serde(default, deserialize_with = "lenient::text")]
    pub provider: String,
    /// Id of the account: `ca_…`; left out where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connected_account_id: Option<String>,
    /// Its status, in capitals or not; left out where there is no account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connected_account_status: Option<String>,
    /// Link to authorize it, good for a minute; empty where none was asked for, or none is needed.
    #[serde(default, deserialize_with = "lenient::text")]
    pub authentication_link: String,
}

/// Body of `POST /api/v1/mcp/configs/{config_id}/connected_accounts`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ListMcpConnectedAccountsRequest {
    /// Identifier of the person.
    #[serde(default)]
    pub identifier: String,
    /// Asks for links; accounts that do not exist are made for them.
    #[serde(default)]
    pub include_auth_link: bool,
}

/// Its answer; `S` may be raw JSON.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "S: Deserialize<'de>"))]
pub struct ListMcpConnectedAccountsResponse<S = McpConnectionAuthState> {
    /// One for each mapping.
    #[serde(default = "Vec::new", deserialize_with = "null_as_default")]
    pub connected_accounts: Vec<S>,
}

/// Answer of `POST /api/v1/mcp/instances/{instance_id}:get_auth_state`; `S` may be raw JSON.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "S: Deserialize<'de>"))]
pub struct McpInstanceAuthStateResponse<S = McpConnectionAuthState> {
    /// One for each mapping.
    #[serde(default = "Vec::new", deserialize_with = "null_as_default")]
    pub connections: Vec<S>,
}

/// Body of `POST /api/v1/mcp/configs/{mcp_config_id}/tokens` and `POST /api/v1/mcp/connections/{key_id}/tokens`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CreateMcpSessionTokenRequest {
    /// Identifier of the person: 1 to 255 characters.
    #[serde(default)]
    pub identifier: String,
    /// Seconds and an `s`, from `60s` to `86400s`; an hour where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiry: Option<String>,
    /// `FULL` or [`READ_ONLY`]; full where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_level: Option<String>,
}

/// Its answer.
#[derive(Debug, Deserialize)]
pub struct McpSessionTokenResponse {
    /// The token: an RS256 JWT, opaque to us.
    pub token: Secret,
    /// End of it, RFC 3339.
    #[serde(default, deserialize_with = "lenient::text")]
    pub expires_at: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_is_written_bare_and_read_wrapped() {
        let mapping = McpToolMapping {
            connection_name: "gmail".into(),
            tools: vec!["gmail_fetch_mails".into()],
            ..McpToolMapping::default()
        };
        let config: McpConfig =
            McpConfig { name: "email-agent".into(), connection_tool_mappings: vec![mapping], ..McpConfig::default() };
        assert_eq!(
            serde_json::to_string(&config).expect("written"),
            r#"{"name":"email-agent","description":"","connection_tool_mappings":[{"connection_name":"gmail","tools":["gmail_fetch_mails"]}]}"#
        );
        let read: McpConfigResponse = serde_json::from_str(
            r#"{"config":{"id":"cfg_1","name":"email-agent","description":null,"connection_tool_mappings":[
                {"connection_id":"conn_1","connection_name":"gmail","provider":"GMAIL","tools":null,
                 "connected_account_status":"active"}],
                "mcp_server_url":"https://acme.scalekit.dev/mcp/v3/servers/550e8400-e29b-41d4-a716-446655440000"}}"#,
        )
        .expect("a configuration");
        let [mapping] = read.config.connection_tool_mappings.as_slice() else { panic!("one mapping") };
        assert_eq!((read.config.id.as_str(), mapping.connection_id.as_str()), ("cfg_1", "conn_1"));
        assert!(mapping.tools.is_empty());
        assert_eq!(mapping.connected_account_status.as_deref(), Some("active"));
    }

    #[test]
    fn pages_and_states_are_read_with_what_is_left_out() {
        let page: ListMcpInstancesResponse = serde_json::from_str(
            r#"{"instances":[{"id":"inst_1","name":"ada","user_identifier":"ada","config":null,
                "last_used_at":"0001-01-01T00:00:00Z","updated_at":null,"url":"https://x"}],"total_size":1,"next_page_token":"a"}"#,
        )
        .expect("a page");
        assert_eq!((page.instances.len(), page.paging.next_page_token.as_str()), (1, "a"));
        let states: ListMcpConnectedAccountsResponse = serde_json::from_str(
            r#"{"connected_accounts":[{"connection_id":"conn_1","connection_name":"gmail","provider":"GMAIL"},
                {"connection_name":"linear","connected_account_id":"ca_1","connected_account_status":"ACTIVE"}]}"#,
        )
        .expect("states");
        assert_eq!(states.connected_accounts[0].connected_account_id, None);
        assert_eq!(states.connected_accounts[1].connected_account_status.as_deref(), Some("ACTIVE"));
        let states: McpInstanceAuthStateResponse = serde_json::from_str(r#"{"connections":null}"#).expect("none");
        assert!(states.connections.is_empty());
    }

    #[test]
    fn a_token_is_asked_for_with_what_is_said_only() {
        let request = CreateMcpSessionTokenRequest { identifier: "user_123".into(), ..Default::default() };
        assert_eq!(serde_json::to_string(&request).expect("written"), r#"{"identifier":"user_123"}"#);
        let request = CreateMcpSessionTokenRequest {
            expiry: Some("3600s".into()),
            access_level: Some(READ_ONLY.into()),
            ..request
        };
        assert_eq!(
            serde_json::to_string(&request).expect("written"),
            r#"{"identifier":"user_123","expiry":"3600s","access_level":"READ_ONLY"}"#
        );
        let answer: McpSessionTokenResponse =
            serde_json::from_str(r#"{"token":"eyJ.a.b","expires_at":"2026-10-12T10:00:00Z"}"#).expect("a token");
        assert_eq!((answer.token.expose(), answer.expires_at.as_str()), ("eyJ.a.b", "2026-10-12T10:00:00Z"));
    }
}
