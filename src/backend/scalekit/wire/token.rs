//! `POST /oauth/token`. Reference: section 1.2.

use serde::{Deserialize, Serialize};

use super::lenient;
use crate::domain::Secret;

/// The form that is posted.
#[derive(Serialize)]
pub struct TokenRequest<'a> {
    /// Grant type, always `client_credentials`.
    pub grant_type: &'a str,
    /// Client id: `skc_…`.
    pub client_id: &'a str,
    /// Client secret of the environment.
    pub client_secret: &'a str,
}

/// The answer to a token request.
#[derive(Debug, Deserialize)]
pub struct TokenResponse {
    /// A bearer token; opaque to us.
    pub access_token: Secret,
    /// Seconds until it expires; 86399 in the reference. None where it is not said, or not in a way that
    /// can be read.
    #[serde(default, deserialize_with = "lenient::seconds")]
    pub expires_in: Option<u64>,
}

/// The OAuth error body, presumed (a guess in the reference).
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct OAuthError {
    /// `invalid_client` and the like.
    pub error: String,
    /// Prose for people.
    #[serde(default, deserialize_with = "lenient::words", skip_serializing_if = "String::is_empty")]
    pub error_description: String,
}
