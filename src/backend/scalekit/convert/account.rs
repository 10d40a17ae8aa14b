//! Accounts, from the wire to the domain.

use bytes::Bytes;
use serde_json::value::RawValue;

use super::lenient::lenient;
use super::members::without_member;
use super::timestamp;
use crate::backend::scalekit::wire::accounts::ConnectedAccount;
use crate::backend::scalekit::words;
use crate::domain::{Account, AccountId, ConnectionId, ConnectionName, Identifier, Provider};

/// An account, with the text it came in: `raw` must be a part of `body`.
pub fn account(body: &Bytes, raw: &RawValue) -> Account {
    let wire: ConnectedAccount = lenient(raw);
    Account {
        id: AccountId::new(wire.id),
        identifier: Identifier::new(wire.identifier),
        connection: ConnectionName::new(wire.connector),
        connection_id: ConnectionId::new(wire.connection_id),
        provider: Provider::new(wire.provider),
        status: words::status(&wire.status),
        authorization: words::authorization(&wire.authorization_type),
        token_expires_at: timestamp(wire.token_expires_at),
        updated_at: timestamp(wire.updated_at),
        last_used_at: timestamp(wire.last_used_at),
        org_wide: wire.is_org_wide_credential,
        // Lists and details hold no credentials, but nothing says so of the answers to changes (section 4.1).
        raw: without_member(body, raw, CREDENTIALS),
    }
}

/// Member of an account that holds its credentials; it is taken out of what is shown raw.
const CREDENTIALS: &str = "authorization_details";

#[cfg(test)]
mod tests {
    use super::super::row;
    use super::*;
    use crate::domain::Status;

    fn account_of(json: &str) -> Account {
        row(account, json)
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
    fn a_field_of_another_type_is_read_as_far_as_it_can_be() {
        let account = account_of(
            r#"{"id":"ca_1","identifier":7,"connector":null,"status":"EXPIRED","is_org_wide_credential":"true"}"#,
        );
        assert_eq!((account.id.raw(), account.identifier.raw(), account.connection.raw()), ("ca_1", "7", ""));
        assert_eq!((account.status, account.org_wide), (Status::Expired, true));
        let account = account_of(r#"{"id":"ca_1","identifier":["a"],"status":"EXPIRED","is_org_wide_credential":"x"}"#);
        assert_eq!((account.id.raw(), account.identifier.raw()), ("ca_1", ""), "it costs only itself");
        assert_eq!((account.status, account.org_wide), (Status::Expired, false));
    }

    #[test]
    fn credentials_that_nobody_asked_for_are_not_kept() {
        let account = account_of(r#"{"id":"ca_1", "authorization_details":{"x":"s3cret"}, "api_config":{ "b":1.10}}"#);
        assert_eq!(account.raw.raw(), r#"{"id":"ca_1","api_config":{ "b":1.10}}"#);
    }
}
