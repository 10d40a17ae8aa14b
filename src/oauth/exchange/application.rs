//! The application that exchanges tokens, and how it proves who it is.

use super::assertion::AssertionKey;
use crate::domain::Secret;

/// Application as the authorization server knows it. It may be another than the one that the person signed in to.
#[derive(Clone, Debug)]
pub struct ExchangeApplication {
    /// Client id.
    pub client_id: String,
    /// Proof of it.
    pub proof: ClientProof,
}

/// Way in which the application proves who it is to the token endpoint.
#[derive(Clone, Debug)]
pub enum ClientProof {
    /// Its id alone: a public client.
    None,
    /// A secret in the form (`client_secret_post`).
    Body(Secret),
    /// A secret as HTTP Basic (`client_secret_basic`).
    Basic(Secret),
    /// An assertion that is signed anew for each request (`private_key_jwt`).
    Signed {
        /// Key to sign with.
        key: AssertionKey,
        /// Whom the assertion is for: the token endpoint (RFC 7523, 3) where none is named, else what the server wants to
        /// read there, which is its issuer by newer rules.
        audience: Option<String>,
    },
    /// An assertion that something else signed, such as the token that a platform gives to what runs on it. It is sent
    /// together with the client id.
    Assertion(Secret),
}

impl ClientProof {
    /// The secret that goes over the wire as it is; none where there is no such thing.
    pub(super) fn sent_secret(&self) -> Option<&Secret> {
        match self {
            Self::Body(secret) | Self::Basic(secret) | Self::Assertion(secret) => Some(secret),
            Self::None | Self::Signed { .. } => None,
        }
    }
}
