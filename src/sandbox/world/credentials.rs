//! Credentials of an account, and the person they act as.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::backend::scalekit::wire::credentials::OauthToken;
use crate::domain::Secret;
use crate::sandbox::people::{People, Persona};

/// Credentials that came through the API or a form.
#[derive(Debug)]
pub enum CredentialRecord {
    Oauth(OauthToken),
    Static(StaticDetails),
}

/// JSON object that a person typed in, kept as text so that it is wiped.
#[derive(Debug)]
pub struct StaticDetails(Secret);

impl StaticDetails {
    pub fn new(details: Map<String, Value>) -> Self {
        Self(Secret::new(Value::Object(details).to_string()))
    }

    /// Names of its fields.
    pub fn names(&self) -> Vec<String> {
        self.read().into_iter().map(|(name, _)| name).collect()
    }

    fn read(&self) -> Map<String, Value> {
        serde_json::from_str(self.0.expose()).unwrap_or_default()
    }
}

/// Fields that name whoever the key belongs to, the first that is there.
pub const KEY_FIELDS: [&str; 4] = ["api_key", "token", "password", "username"];

impl CredentialRecord {
    /// Person who acts with them. No provider hands out keys here, so a key says itself whose it is: a person's key
    /// from the data file, then a hyphen and anything. Others belong to nobody.
    pub fn person(&self, people: &People) -> Option<Arc<Persona>> {
        let owner = |key: &str| people.find(key.split('-').next().unwrap_or_default()).cloned();
        match self {
            Self::Oauth(token) => owner(token.access_token.as_ref()?.expose()),
            Self::Static(details) => {
                let details = details.read();
                KEY_FIELDS.iter().find_map(|field| owner(details.get(*field)?.as_str()?))
            }
        }
    }

    /// The same again, for what was typed in.
    pub fn copy_static(&self) -> Option<Self> {
        match self {
            Self::Oauth(_) => None,
            Self::Static(details) => Some(Self::Static(StaticDetails(details.0.clone()))),
        }
    }

    /// As `authorization_details` has it. Reference: section 4.1.
    pub fn wire(&self) -> Value {
        match self {
            Self::Oauth(OauthToken { access_token, refresh_token, scopes, domain }) => {
                let text = |secret: &Option<Secret>| secret.as_ref().map(|s| s.expose().to_owned()).unwrap_or_default();
                json!({"oauth_token": {
                    "access_token": text(access_token),
                    "refresh_token": text(refresh_token),
                    "scopes": scopes,
                    "domain": domain,
                }})
            }
            Self::Static(details) => json!({"static_auth": {"details": details.read()}}),
        }
    }
}
