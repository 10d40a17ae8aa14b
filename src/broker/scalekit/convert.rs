//! From the wire's shapes to the words of the field. Lenient: what makes no sense is left out, what
//! is unknown is kept, and no row is lost for either.

use std::collections::HashMap;

use bytes::Bytes;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use url::Url;

use super::effect::effect;
use crate::broker::{Page, PageToken};
use crate::domain::{
    Account, AccountId, AuthorizationType, Connection, ConnectionId, ConnectionName, ConnectionStatus, Identifier,
    JsonText, Provider, Status, Tool, ToolName,
};
use crate::wire::accounts::ConnectedAccount;
use crate::wire::connections::ListConnection;
use crate::wire::tools::{Definition, ScopedTool};

/// One page. A total of nothing beside something that did come says nothing.
pub(super) fn page<W, T>(items: Vec<W>, convert: impl Fn(W) -> T, next: String, total: u64) -> Page<T> {
    let total = (total > 0 || items.is_empty()).then_some(total);
    Page { items: items.into_iter().map(convert).collect(), next: PageToken::new(next), total }
}

/// An account, with the text it came in: `raw` must be a part of `body`.
pub(super) fn account(body: &Bytes, raw: &RawValue) -> Account {
    let wire: ConnectedAccount = serde_json::from_str(raw.get()).unwrap_or_else(|_| readable_parts(raw));
    Account {
        id: AccountId::new(wire.id),
        identifier: Identifier::new(wire.identifier),
        connection: ConnectionName::new(wire.connector),
        connection_id: ConnectionId::new(wire.connection_id),
        provider: Provider::new(wire.provider),
        status: Status::from_wire(&wire.status),
        authorization: AuthorizationType::from_wire(&wire.authorization_type),
        token_expires_at: timestamp(wire.token_expires_at),
        updated_at: timestamp(wire.updated_at),
        last_used_at: timestamp(wire.last_used_at),
        org_wide: wire.is_org_wide_credential,
        raw: JsonText::within(body, raw),
    }
}

/// An account in which something has another type than it should: every member read for itself, so
/// that one odd row costs neither its neighbours nor what is right about it.
fn readable_parts(raw: &RawValue) -> ConnectedAccount {
    let members = serde_json::from_str(raw.get()).unwrap_or_default();
    ConnectedAccount {
        id: member(&members, "id"),
        identifier: member(&members, "identifier"),
        provider: member(&members, "provider"),
        connector: member(&members, "connector"),
        connection_id: member(&members, "connection_id"),
        status: member(&members, "status"),
        authorization_type: member(&members, "authorization_type"),
        token_expires_at: member(&members, "token_expires_at"),
        updated_at: member(&members, "updated_at"),
        last_used_at: member(&members, "last_used_at"),
        api_config: member(&members, "api_config"),
        is_org_wide_credential: member(&members, "is_org_wide_credential"),
    }
}

fn member<T: DeserializeOwned + Default>(members: &HashMap<String, &RawValue>, name: &str) -> T {
    members.get(name).and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
}

pub(super) fn connection(wire: ListConnection) -> Connection {
    Connection {
        id: ConnectionId::new(wire.id),
        name: ConnectionName::new(wire.key_id),
        provider: Provider::new(wire.provider_key),
        authorization: AuthorizationType::from_wire(&wire.connection_type),
        status: ConnectionStatus::from_wire(&wire.status),
        enabled: wire.enabled,
    }
}

/// A tool without a name is shown under its id.
/// `raw` must be a part of `body`.
pub(super) fn tool(body: &Bytes, raw: &RawValue) -> Tool {
    let wire: ScopedTool = serde_json::from_str(raw.get()).unwrap_or_default();
    let definition = wire.tool.definition.map(|raw| definition(&raw)).unwrap_or_default();
    let (effect, effect_source) = effect(&definition);
    let name = if definition.name.is_empty() { wire.tool.id } else { definition.name };
    Tool {
        name: ToolName::new(name),
        title: definition.display_name.into(),
        description: definition.description.into(),
        provider: Provider::new(wire.tool.provider),
        input_schema: definition.input_schema.map(JsonText::from),
        effect,
        effect_source,
        account: some(wire.connected_account_id).map(AccountId::new),
        identifier: some(wire.identifier).map(Identifier::new),
        raw: JsonText::within(body, raw),
    }
}

/// A definition is free-form (section 8): where it is not as expected, every member is read for
/// itself.
fn definition(raw: &RawValue) -> Definition {
    serde_json::from_str(raw.get()).unwrap_or_else(|_| {
        let members = serde_json::from_str(raw.get()).unwrap_or_default();
        let schema: Option<Box<RawValue>> = member(&members, "input_schema");
        Definition {
            name: member(&members, "name"),
            display_name: member(&members, "display_name"),
            description: member(&members, "description"),
            input_schema: schema.or_else(|| member(&members, "input")),
            annotations: member(&members, "annotations"),
            rest_api_info: member(&members, "rest_api_info"),
        }
    })
}

/// RFC 3339, or nothing. The year 1 is the zero of Go's clock and means never.
pub(super) fn timestamp(wire: Option<String>) -> Option<Timestamp> {
    wire?.parse().ok().filter(|at: &Timestamp| *at >= Timestamp::UNIX_EPOCH)
}

/// A URL that a browser may be sent to.
pub(super) fn web_url(wire: &str) -> Option<Url> {
    Url::parse(wire).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

fn some(wire: String) -> Option<String> {
    (!wire.is_empty()).then_some(wire)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Effect, EffectSource};

    fn tool_of(json: &str) -> Tool {
        let body = Bytes::copy_from_slice(json.as_bytes());
        tool(&body, serde_json::from_slice(&body).expect("JSON"))
    }

    fn account_of(json: &str) -> Account {
        let body = Bytes::copy_from_slice(json.as_bytes());
        account(&body, serde_json::from_slice(&body).expect("JSON"))
    }

    #[test]
    fn an_account_is_taken_over_field_by_field() {
        let wire = r#"{"id":"ca_1","identifier":"user_123","provider":"LINEAR","connector":"linear",
            "connection_id":"conn_1","status":"ACTIVE","authorization_type":"OAUTH",
            "token_expires_at":"2026-10-12T10:00:00Z","updated_at":"2026-10-12T09:00:00.123456Z",
            "last_used_at":null,"api_config":{"b":1.10,"a":2},"is_org_wide_credential":true}"#;
        let account = account_of(wire);
        assert_eq!(account.label(), "linear/user_123");
        assert_eq!(
            (account.id.raw(), account.connection_id.raw(), account.provider.raw()),
            ("ca_1", "conn_1", "LINEAR")
        );
        assert_eq!((account.status, account.authorization.is_oauth()), (Status::Active, true));
        assert_eq!(account.token_expires_at, Some("2026-10-12T10:00:00Z".parse().expect("a time")));
        assert_eq!(account.updated_at, Some("2026-10-12T09:00:00.123456Z".parse().expect("a time")));
        assert_eq!(account.last_used_at, None);
        assert_eq!(account.raw.raw(), wire, "kept as it came");
        assert!(account.org_wide);
    }

    #[test]
    fn nonsense_costs_only_itself() {
        let wire = r#"{"id":"ca_1","status":"REVOKED","authorization_type":"NEW","updated_at":"yesterday",
            "last_used_at":"0001-01-01T00:00:00Z"}"#;
        let account = account_of(wire);
        assert_eq!(account.status, Status::Other("REVOKED".into()));
        assert_eq!(account.authorization.to_string(), "NEW");
        assert_eq!((account.updated_at, account.last_used_at), (None, None));
    }

    #[test]
    fn a_field_of_another_type_costs_only_itself() {
        let account = account_of(r#"{"id":"ca_1","identifier":7,"status":"EXPIRED","is_org_wide_credential":"yes"}"#);
        assert_eq!((account.id.raw(), account.identifier.raw()), ("ca_1", ""));
        assert_eq!((account.status, account.org_wide), (Status::Expired, false));
    }

    #[test]
    fn a_connection_goes_by_its_key_id() {
        let wire = r#"{"id":"conn_1","provider":"CUSTOM","type":"OAUTH","status":"COMPLETED","enabled":true,
            "provider_key":"LINEAR","key_id":"linear"}"#;
        let connection = connection(serde_json::from_str(wire).expect("a connection"));
        assert_eq!((connection.name.raw(), connection.provider.raw()), ("linear", "LINEAR"));
        assert_eq!((connection.status, connection.enabled), (ConnectionStatus::Completed, true));
    }

    #[test]
    fn a_tool_is_taken_out_of_its_nest() {
        let tool = tool_of(
            r#"{"tool":{"id":"tol_1","provider":"GOOGLEDRIVE","definition":{"name":"googledrive_search_files",
            "display_name":"Search Drive Files","description":"…","input_schema":{"type":"object","required":["q"]},
            "rest_api_info":{"method":"GET","base_url":"https://www.googleapis.com"}}},
            "identifier":"user_123","connected_account_id":"ca_1"}"#,
        );
        assert_eq!((tool.name.raw(), tool.title.raw()), ("googledrive_search_files", "Search Drive Files"));
        assert_eq!(tool.input_schema.expect("a schema").raw(), r#"{"type":"object","required":["q"]}"#);
        assert_eq!((tool.effect, tool.effect_source), (Effect::Reads, EffectSource::Guessed));
        assert_eq!((tool.account, tool.identifier), (Some("ca_1".into()), Some("user_123".into())));
    }

    #[test]
    fn a_definition_that_cannot_be_read_costs_only_what_is_wrong_with_it() {
        let tool = tool_of(
            r#"{"tool":{"id":"tol_1","provider":"LINEAR","definition":{"name":"linear_issue_delete","description":7,
            "input":{"type":"object"},"input_schema":null,"annotations":"none"}},"connected_account_id":""}"#,
        );
        assert_eq!((tool.name.raw(), tool.description.raw()), ("linear_issue_delete", ""));
        assert_eq!(tool.input_schema.expect("the other name").raw(), r#"{"type":"object"}"#);
        assert_eq!((tool.effect, tool.account), (Effect::Destroys, None));
    }

    #[test]
    fn a_tool_without_a_definition_still_appears() {
        for definition in ["null", "[]", "\"x\"", "{}"] {
            let tool =
                tool_of(&format!(r#"{{"tool":{{"id":"tol_1","provider":"LINEAR","definition":{definition}}}}}"#));
            assert_eq!((tool.name.raw(), tool.provider.raw()), ("tol_1", "LINEAR"), "{definition}");
            assert_eq!((tool.input_schema, tool.effect), (None, Effect::Unknown), "{definition}");
        }
    }

    #[test]
    fn a_total_is_believed_unless_it_denies_what_came() {
        assert_eq!(page(vec![1], |n: u8| n, String::new(), 0).total, None);
        assert_eq!(page(vec![1], |n: u8| n, String::new(), 7).total, Some(7));
        assert_eq!(page(vec![], |n: u8| n, String::new(), 0).total, Some(0));
    }

    #[test]
    fn a_browser_is_sent_to_web_addresses_only() {
        assert!(web_url("https://acme.scalekit.dev/magicLink/1_o").is_some());
        for bad in ["", "javascript:alert(1)", "file:///etc/passwd", "/magicLink/1", "https://"] {
            assert_eq!(web_url(bad), None, "{bad}");
        }
    }
}
