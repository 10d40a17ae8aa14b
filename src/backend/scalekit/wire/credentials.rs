//! Credentials and the requests that carry them. Reference: sections 3.1 and 4.1.
//!
//! Types that hold secrets are only ever read; nothing here writes or shows one.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{lenient, null_as_default};
use crate::domain::Secret;

/// `authorization_details`: exactly one of these is set.
#[derive(Default, Deserialize)]
pub struct AuthorizationDetails {
    /// Token, for OAuth connections.
    #[serde(default)]
    pub oauth_token: Option<OauthToken>,
    /// For keys, passwords and tokens that a person types in.
    #[serde(default)]
    pub static_auth: Option<StaticAuth>,
    /// Google domain-wide delegation; not looked into.
    #[serde(default)]
    pub google_dwd: Option<Box<RawValue>>,
    /// A trusted identity provider; not looked into.
    #[serde(default)]
    pub trusted_idp: Option<Box<RawValue>>,
}

/// Token that an OAuth provider gave out.
#[derive(Debug, Default, Deserialize)]
pub struct OauthToken {
    /// Acts for the person.
    #[serde(default)]
    pub access_token: Option<Secret>,
    /// Brings the next access token.
    #[serde(default)]
    pub refresh_token: Option<Secret>,
    /// Scopes that it allows.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub scopes: Vec<String>,
    /// The person's own host, where a provider has many.
    #[serde(default, deserialize_with = "lenient::text")]
    pub domain: String,
}

/// Values that a person typed in. REST nests them under `details`.
#[derive(Default, Deserialize)]
pub struct StaticAuth {
    /// `api_key`, or `username` and `password`, or `token`, …: what the provider's auth pattern asks for.
    #[serde(default, deserialize_with = "null_as_default")]
    pub details: Map<String, Value>,
}

/// The `connected_account` part of create and update requests.
#[derive(Default, Deserialize)]
pub struct AccountChange {
    /// Replaces what it names.
    #[serde(default)]
    pub authorization_details: Option<AuthorizationDetails>,
    /// Merged into what is there.
    #[serde(default)]
    pub api_config: Option<Map<String, Value>>,
}

/// Body of `PUT /api/v1/connected_accounts`.
#[derive(Default, Deserialize)]
pub struct UpdateAccountRequest {
    /// Account id; wins over the pair.
    #[serde(default)]
    pub id: Option<String>,
    /// Name of the connection; with the identifier it selects the account.
    #[serde(default)]
    pub connector: Option<String>,
    /// Identifier of the person.
    #[serde(default)]
    pub identifier: Option<String>,
    /// Organization that narrows the selection.
    #[serde(default)]
    pub organization_id: Option<String>,
    /// User that narrows the selection.
    #[serde(default)]
    pub user_id: Option<String>,
    /// Fields to change; the rest stays as it is.
    #[serde(default)]
    pub connected_account: Option<AccountChange>,
    /// For OAUTH_M2M and GOOGLE_DWD only.
    #[serde(default)]
    pub scope_selection: Option<ScopeSelection>,
}

/// Scopes to ask for.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ScopeSelection {
    /// Scopes by their names at the provider.
    #[serde(default, deserialize_with = "null_as_default")]
    pub scopes: Vec<String>,
    /// Wanted if they can be had.
    #[serde(default, deserialize_with = "null_as_default")]
    pub optional_scopes: Vec<String>,
}

/// Body of `POST /api/v1/connected_accounts:delete`, and of `…/-:disconnect`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct SelectAccountRequest {
    /// Account id; wins over the pair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Name of the connection; with the identifier it selects the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connector: Option<String>,
    /// Identifier of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// Organization that narrows the selection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
    /// User that narrows the selection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::scalekit::wire::accounts::{AccountResponse, CreateAccountRequest};

    #[test]
    fn an_oauth_token_is_read_and_never_shown() {
        // Section 11, the answer of `auth`.
        #[derive(Deserialize)]
        struct Row {
            authorization_details: AuthorizationDetails,
        }
        let answer: AccountResponse<Row> = serde_json::from_str(
            r#"{"connected_account":{"id":"ca_1","identifier":"user_123","provider":"LINEAR","status":"ACTIVE",
                "authorization_details":{"oauth_token":{"access_token":"t0p","refresh_token":"s3cret",
                "scopes":["read"],"domain":""}},"is_org_wide_credential":false}}"#,
        )
        .expect("an account");
        let token = answer.connected_account.authorization_details.oauth_token.expect("a token");
        assert_eq!(token.access_token.as_ref().map(Secret::expose), Some("t0p"));
        assert_eq!(token.scopes, ["read"]);
        let shown = format!("{token:?}");
        assert!(!shown.contains("t0p") && !shown.contains("s3cret"), "{shown}");
    }

    #[test]
    fn static_credentials_stand_under_details() {
        // Section 11, a create request.
        let create: CreateAccountRequest<AccountChange> = serde_json::from_str(
            r#"{"connector":"freshdesk-8","identifier":"user_123","connected_account":{"authorization_details":
                {"static_auth":{"details":{"domain":"acme.freshdesk.com","username":"u","password":"p"}}}}}"#,
        )
        .expect("a request");
        let details = create.connected_account.authorization_details.expect("details");
        assert!(details.oauth_token.is_none());
        let details = details.static_auth.expect("static").details;
        assert_eq!(details.get("domain"), Some(&"acme.freshdesk.com".into()));
    }

    #[test]
    fn an_update_names_one_account_and_what_changes() {
        let update: UpdateAccountRequest = serde_json::from_str(
            r#"{"id":"ca_1","connected_account":{"api_config":{"rate":5}},"scope_selection":{"scopes":["a"],"optional_scopes":null}}"#,
        )
        .expect("a request");
        assert_eq!((update.id.as_deref(), update.connector), (Some("ca_1"), None));
        let change = update.connected_account.expect("a change");
        assert_eq!(change.api_config.expect("settings").get("rate"), Some(&5.into()));
        assert_eq!(update.scope_selection.expect("scopes").scopes, ["a"]);
    }

    #[test]
    fn a_selection_writes_only_what_is_set() {
        let select = SelectAccountRequest {
            connector: Some("linear".into()),
            identifier: Some("user_123".into()),
            ..Default::default()
        };
        assert_eq!(
            serde_json::to_string(&select).expect("written"),
            r#"{"connector":"linear","identifier":"user_123"}"#
        );
    }
}
