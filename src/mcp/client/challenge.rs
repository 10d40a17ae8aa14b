//! The challenge of a server that wants a token. RFC 6750 section 3, RFC 9728 section 5.1.

use url::Url;

use crate::domain::Untrusted;

/// What a server says of the token that it wants, in `WWW-Authenticate`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Challenge {
    /// URL of the metadata that name its authorization server; http or https.
    pub resource_metadata: Option<Url>,
    /// Scopes that the request needs.
    pub scopes: Vec<String>,
    /// Error code: `invalid_token`, `insufficient_scope`.
    pub error: Option<Untrusted>,
    /// The error in words.
    pub description: Option<Untrusted>,
}
