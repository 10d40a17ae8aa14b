//! Provisioned MCP servers, from the wire to the domain.

use bytes::Bytes;
use serde_json::value::RawValue;

use super::lenient::lenient;
use super::members::without_member;
use super::{some, timestamp, web_url};
use crate::backend::scalekit::wire::mcp::{McpConfig, McpConnectionAuthState, McpInstance, McpToolMapping};
use crate::backend::scalekit::words;
use crate::domain::{
    AccountId, ConnectionAuthState, ConnectionId, ConnectionName, Identifier, JsonText, Provider, Secret, ServerConfig,
    ServerConfigId, ServerConfigName, ServerInstance, ServerInstanceId, Status, ToolMapping, ToolName,
};

/// A configuration, with the text it came in: `raw` must be a part of `body`.
pub fn server_config(body: &Bytes, raw: &RawValue) -> ServerConfig {
    let wire: McpConfig<Box<RawValue>> = lenient(raw);
    ServerConfig {
        id: ServerConfigId::new(wire.id),
        name: ServerConfigName::new(wire.name),
        description: wire.description.into(),
        mappings: wire.connection_tool_mappings.iter().map(|raw| mapping(lenient(raw))).collect(),
        url: web_url(&wire.mcp_server_url),
        raw: JsonText::within(body, raw),
    }
}

fn mapping(wire: McpToolMapping) -> ToolMapping {
    ToolMapping {
        connection: ConnectionName::new(wire.connection_name),
        connection_id: ConnectionId::new(wire.connection_id),
        provider: Provider::new(wire.provider),
        tools: wire.tools.into_iter().map(ToolName::new).collect(),
        account: wire.connected_account_id.and_then(some).map(AccountId::new),
        status: wire.connected_account_status.and_then(some).map(|word| status(&word)),
    }
}

/// An instance. Its URL is a credential, and is not in the text that is kept of it.
pub fn server_instance(body: &Bytes, raw: &RawValue) -> ServerInstance {
    let wire: McpInstance<Box<RawValue>> = lenient(raw);
    let config: McpConfig<Box<RawValue>> = wire.config.as_deref().map(lenient).unwrap_or_default();
    ServerInstance {
        id: ServerInstanceId::new(wire.id),
        name: wire.name.into(),
        identifier: Identifier::new(wire.user_identifier),
        config: ServerConfigName::new(config.name),
        url: Secret::new(wire.url),
        last_used_at: timestamp(wire.last_used_at),
        updated_at: timestamp(wire.updated_at),
        raw: without_member(body, raw, URL),
    }
}

/// Member of an instance that opens its server.
const URL: &str = "url";

/// Authorization of one connection.
pub fn auth_state(raw: &RawValue) -> ConnectionAuthState {
    let wire: McpConnectionAuthState = lenient(raw);
    ConnectionAuthState {
        connection: ConnectionName::new(wire.connection_name),
        connection_id: ConnectionId::new(wire.connection_id),
        provider: Provider::new(wire.provider),
        account: wire.connected_account_id.and_then(some).map(AccountId::new),
        status: wire.connected_account_status.map_or(Status::Unspecified, |word| status(&word)),
        link: web_url(&wire.authentication_link),
    }
}

/// Status of an account where it is a plain text, which is written in capitals in one place and not in another.
fn status(word: &str) -> Status {
    match words::status(&word.to_ascii_uppercase()) {
        // As it came.
        Status::Other(_) => Status::Other(word.into()),
        known => known,
    }
}

#[cfg(test)]
mod tests {
    use super::super::row;
    use super::*;

    #[test]
    fn a_configuration_is_taken_over_field_by_field() {
        let wire = r#"{"id":"cfg_1","name":"mail","description":"Reads mail","connection_tool_mappings":[
            {"connection_id":"conn_1","connection_name":"gmail","provider":"GMAIL","tools":["a",null,7],
             "connected_account_id":"ca_1","connected_account_status":"active"},
            {"connection_name":"linear","tools":null,"connected_account_id":""},
            7,{"connection_name":["x"],"tools":"one"}],
            "mcp_server_url":"https://acme.scalekit.dev/mcp/v3/servers/1"}"#;
        let config = row(server_config, wire);
        assert_eq!((config.id.raw(), config.name.raw(), config.raw.raw()), ("cfg_1", "mail", wire));
        assert_eq!(config.url.as_ref().expect("a URL").path(), "/mcp/v3/servers/1");
        let [gmail, linear, nothing, odd] = config.mappings.as_slice() else { panic!("four: {config:?}") };
        assert_eq!((gmail.status.clone(), gmail.tools.len()), (Some(Status::Active), 2));
        assert_eq!((linear.connection.raw(), linear.is_whole(), linear.account.clone()), ("linear", true, None));
        assert!(nothing.connection.is_empty());
        assert_eq!((odd.connection.raw(), odd.tools.len()), ("", 1), "what is odd costs only itself");
        assert_eq!(row(server_config, r#"{"id":"cfg_2","mcp_server_url":"javascript:x"}"#).url, None);
    }

    #[test]
    fn an_instance_keeps_its_url_apart() {
        let wire = r#"{"id":"inst_1","name":"ada","user_identifier":"ada@acme.dev","config":{"name":"mail"},
            "last_used_at":"0001-01-01T00:00:00Z","updated_at":"2026-10-12T10:00:00Z","url":"https://a.dev/mcp/hunter2"}"#;
        let instance = row(server_instance, wire);
        assert_eq!((instance.identifier.raw(), instance.config.raw()), ("ada@acme.dev", "mail"));
        assert_eq!((instance.last_used_at, instance.updated_at.is_some()), (None, true));
        assert_eq!(instance.url.expose(), "https://a.dev/mcp/hunter2");
        assert!(!instance.raw.raw().contains("hunter2") && instance.raw.raw().contains("inst_1"));
    }

    #[test]
    fn a_status_is_a_word_in_any_case_and_an_unknown_one_stays() {
        let state = |json: &str| auth_state(&RawValue::from_string(json.to_owned()).expect("JSON"));
        for (word, status) in [
            ("ACTIVE", Status::Active),
            ("active", Status::Active),
            ("Pending_Auth", Status::PendingAuth),
            ("revoked", Status::Other("revoked".into())),
            ("", Status::Unspecified),
        ] {
            assert_eq!(state(&format!(r#"{{"connected_account_status":"{word}"}}"#)).status, status, "{word}");
        }
        let none =
            state(r#"{"connection_name":"gmail","connected_account_id":null,"authentication_link":"file:///x"}"#);
        assert_eq!((none.account, none.status, none.link), (None, Status::Unspecified, None));
    }
}
