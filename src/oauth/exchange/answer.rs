//! The good answer of an exchange.

use jiff::Timestamp;

use crate::domain::{Secret, Untrusted};

/// Token that an exchange gave, for one call. Whoever has used it drops it, and with that it is wiped.
#[derive(Debug)]
pub struct ExchangedToken {
    /// The token; for a resource whose secret the server keeps, that secret.
    pub token: Secret,
    /// How it is used, as the server has it.
    pub issued_use: IssuedUse,
    /// Kind of token (RFC 8693, 3); none where the server left it out, which it must not.
    pub issued_type: Option<Untrusted>,
    /// End of it by this machine's clock, reckoned from the answer; none where the server named none.
    pub expires_at: Option<Timestamp>,
    /// Scopes that were given, which may be fewer or more than were asked for; none where the server told none, which means
    /// as asked (RFC 8693, 2.2.1).
    pub given: Option<Vec<Untrusted>>,
}

/// Use of an issued token (`token_type`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IssuedUse {
    /// As a bearer token.
    Bearer,
    /// It is no access token (`N_A`): a stored secret, for which the resource has a form of its own.
    NotAnAccessToken,
    /// In a way that only the resource knows.
    Other(Untrusted),
}
