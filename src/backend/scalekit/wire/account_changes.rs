//! Requests that create or change an account, as they are written: borrowing, so that no credential
//! is copied. [`credentials`](super::credentials) reads them. Reference: section 3.1.

use serde::{Serialize, Serializer};

use crate::domain::{Credentials, JsonText};

/// Body of `PUT /api/v1/connected_accounts`.
#[derive(Serialize)]
pub struct UpdateAccountBody<'a> {
    /// Account id; wins over the pair.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<&'a str>,
    /// Name of the connection; with the identifier it selects the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connector: Option<&'a str>,
    /// Identifier of the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<&'a str>,
    /// Fields to change; the rest stays as it is.
    pub connected_account: AccountBody<'a>,
}

/// The `connected_account` part of both requests; empty where nothing is given.
#[derive(Default, Serialize)]
pub struct AccountBody<'a> {
    /// Replaces what it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_details: Option<DetailsBody<'a>>,
    /// Merged into what is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_config: Option<&'a JsonText>,
}

/// The one kind of credentials that is ours to give.
#[derive(Serialize)]
pub struct DetailsBody<'a> {
    /// Values that a person typed in.
    pub static_auth: StaticAuthBody<'a>,
}

/// REST nests the fields under `details`.
#[derive(Serialize)]
pub struct StaticAuthBody<'a> {
    /// Values by their names.
    #[serde(serialize_with = "fields")]
    pub details: &'a Credentials,
}

impl<'a> AccountBody<'a> {
    /// With these credentials, if any.
    pub fn with(credentials: Option<&'a Credentials>) -> Self {
        let details = credentials.map(|details| DetailsBody { static_auth: StaticAuthBody { details } });
        Self { authorization_details: details, api_config: None }
    }
}

fn fields<S: Serializer>(credentials: &Credentials, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(credentials.iter().map(|(name, value)| (name.raw(), value.expose())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::scalekit::wire::accounts::CreateAccountRequest;
    use crate::domain::Secret;

    #[test]
    fn credentials_are_written_below_details() {
        // Section 11, a create request.
        let fields = [("domain", "acme.freshdesk.com"), ("username", "u"), ("password", "p")];
        let credentials = fields.into_iter().map(|(name, value)| (name, Secret::new(value.into()))).collect();
        let create = CreateAccountRequest {
            connector: "freshdesk-8".into(),
            identifier: "user_123".into(),
            connected_account: AccountBody::with(Some(&credentials)),
        };
        assert_eq!(
            serde_json::to_string(&create).expect("written"),
            r#"{"connector":"freshdesk-8","identifier":"user_123","connected_account":{"authorization_details":{"static_auth":{"details":{"domain":"acme.freshdesk.com","username":"u","password":"p"}}}}}"#
        );
    }

    #[test]
    fn an_update_says_only_what_changes() {
        let settings = JsonText::parse(r#"{ "rate": 5.0 }"#).expect("JSON");
        let body = AccountBody { api_config: Some(&settings), ..AccountBody::default() };
        let update = UpdateAccountBody { id: Some("ca_1"), connector: None, identifier: None, connected_account: body };
        assert_eq!(
            serde_json::to_string(&update).expect("written"),
            r#"{"id":"ca_1","connected_account":{"api_config":{ "rate": 5.0 }}}"#
        );
    }
}
