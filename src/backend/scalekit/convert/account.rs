//! Accounts and the credentials in them.

use bytes::Bytes;
use indexmap::IndexMap;
use serde_json::value::RawValue;

use super::lenient::lenient;
use super::timestamp;
use crate::backend::scalekit::wire::accounts::ConnectedAccount;
use crate::backend::scalekit::wire::credentials::Scopes;
use crate::domain::{
    Account, AccountId, AuthorizationType, ConnectionId, ConnectionName, CredentialKind, Credentials, Identifier,
    JsonText, Provider, Secret, Status, StoredCredentials, Untrusted,
};

/// An account, with the text it came in: `raw` must be a part of `body`.
pub fn account(body: &Bytes, raw: &RawValue) -> Account {
    let wire: ConnectedAccount = lenient(raw);
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
        raw: without_credentials(body, raw),
    }
}

type Members<'a> = IndexMap<String, &'a RawValue>;

/// Where credentials stand in an account.
const CREDENTIALS: &str = "authorization_details";

/// The text of an account, which is kept and shown. Lists and details hold no credentials, but
/// nothing says so of the answers to changes (section 4.1).
fn without_credentials(body: &Bytes, raw: &RawValue) -> JsonText {
    let mut members = if raw.get().contains(CREDENTIALS) { members(raw) } else { Members::new() };
    match members.shift_remove(CREDENTIALS) {
        Some(_) => serde_json::value::to_raw_value(&members).map_or_else(|_| JsonText::empty_object(), JsonText::from),
        None => JsonText::within(body, raw),
    }
}

/// The credentials in an account of the auth route, of whatever kind; none where there are none.
/// Nothing but the credentials is kept of it.
pub fn held_credentials(account: &RawValue) -> Option<StoredCredentials> {
    let details = members(members(account).get(CREDENTIALS)?);
    let (kind, content) = details.iter().find(|(_, content)| content.get() != "null")?;
    let mut content = members(content);
    // Only what a person typed in lies one level deeper (section 4.1).
    if let Some(nested) = content.get("details") {
        content = members(nested);
    }
    let scopes = content
        .shift_remove("scopes")
        .and_then(|raw| serde_json::from_str::<Scopes>(raw.get()).ok())
        .unwrap_or_default()
        .0;
    // OAuth itself writes them as one text with blanks between them (RFC 6749, section 3.3).
    let scopes: Vec<Untrusted> = scopes.iter().flat_map(|text| text.split_whitespace()).map(Untrusted::from).collect();
    let fields: Credentials = content.into_iter().filter_map(|(name, raw)| Some((name, secret(raw)?))).collect();
    let held = StoredCredentials { kind: CredentialKind::from_wire(kind), fields, scopes };
    (!held.fields.is_empty() || !held.scopes.is_empty()).then_some(held)
}

fn members(raw: &RawValue) -> Members<'_> {
    serde_json::from_str(raw.get()).unwrap_or_default()
}

fn secret(raw: &RawValue) -> Option<Secret> {
    let secret = match raw.get() {
        "null" => return None,
        text if text.starts_with('"') => serde_json::from_str(text).ok()?,
        other => Secret::new(other.to_owned()),
    };
    Some(secret).filter(|secret| !secret.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::row;
    use super::*;

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

    fn held(details: &str) -> Option<(CredentialKind, Vec<String>, Vec<String>)> {
        let json = format!(r#"{{"id":"ca_1","authorization_details":{details}}}"#);
        let held = row(|_, raw| held_credentials(raw), &json)?;
        let shown = format!("{held:?}");
        assert!(!shown.contains("s3cret"), "{shown}");
        let fields = held.fields.iter().map(|(name, value)| format!("{}={}", name.raw(), value.expose())).collect();
        Some((held.kind, fields, held.scopes.iter().map(|scope| scope.raw().to_owned()).collect()))
    }

    #[test]
    fn credentials_of_every_kind_are_read() {
        use CredentialKind::*;
        let cases = [
            (
                r#"{"oauth_token":{"access_token":"s3cret","refresh_token":null,"scopes":["read","write"],"domain":""}}"#,
                OauthToken,
                vec!["access_token=s3cret"],
                vec!["read", "write"],
            ),
            (
                r#"{"oauth_token":null,"static_auth":{"details":{"domain":"acme.dev","password":"s3cret \"1","n":1.10}}}"#,
                Static,
                vec!["domain=acme.dev", "password=s3cret \"1", "n=1.10"],
                vec![],
            ),
            (
                r#"{"oauth_token":{"access_token":"s3cret","scopes":"read write"}}"#,
                OauthToken,
                vec!["access_token=s3cret"],
                vec!["read", "write"],
            ),
            (r#"{"static_auth":{"api_key":"s3cret"}}"#, Static, vec!["api_key=s3cret"], vec![]),
            (r#"{"google_dwd":{"subject":"ada@acme.dev"}}"#, GoogleDelegation, vec!["subject=ada@acme.dev"], vec![]),
            (r#"{"trusted_idp":{"access_key_id":"s3cret"}}"#, TrustedIdp, vec!["access_key_id=s3cret"], vec![]),
            (r#"{"passkey":{"a":{"b":"s3cret"}}}"#, Other("passkey".into()), vec![r#"a={"b":"s3cret"}"#], vec![]),
        ];
        for (details, kind, fields, scopes) in cases {
            let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(held(details), Some((kind, owned(fields), owned(scopes))), "{details}");
        }
    }

    #[test]
    fn no_credentials_are_none() {
        for details in ["null", "{}", "[]", r#"{"oauth_token":{}}"#, r#"{"oauth_token":{"access_token":""}}"#] {
            assert_eq!(held(details), None, "{details}");
        }
    }
}
