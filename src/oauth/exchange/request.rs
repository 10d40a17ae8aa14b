//! The request of an exchange, and when it is sent again.

use std::time::Duration;

use url::Url;

use super::answer::ExchangedToken;
use super::application::ExchangeApplication;
use super::fault::ExchangeFault;
use crate::domain::Secret;
use crate::oauth::http::OAuthHttp;

/// One exchange.
#[derive(Clone, Copy, Debug)]
pub struct TokenExchange<'a> {
    /// Token endpoint.
    pub token_url: &'a Url,
    /// Application that asks.
    pub application: &'a ExchangeApplication,
    /// Access token of the person's sign-in.
    pub subject: &'a Secret,
    /// What is asked for.
    pub target: &'a ExchangeTarget,
}

/// What an exchange asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExchangeTarget {
    /// Resource, letter by letter as the server has it.
    pub resource: Option<String>,
    /// Name that the server has for the service, where it goes by names.
    pub audience: Option<String>,
    /// Scopes; where there are none, the server decides.
    pub scopes: Vec<String>,
    /// Kind of token (RFC 8693, 3); where there is none, the server decides.
    pub requested_type: Option<String>,
}

/// Exchanges tokens. Clones share connections.
#[derive(Clone, Debug)]
pub struct TokenExchanger {
    http: OAuthHttp,
    first_pause: Duration,
}

impl TokenExchanger {
    /// One that sends by `http`.
    pub fn new(http: OAuthHttp) -> Self {
        Self { http, first_pause: Duration::from_millis(300) }
    }

    /// The same with another pause before the second try.
    #[must_use]
    pub fn with_first_pause(self, first_pause: Duration) -> Self {
        Self { first_pause, ..self }
    }

    /// Exchanges a token. An exchange changes nothing at the server, so that one which failed by the way is tried again.
    ///
    /// # Errors
    /// [`ExchangeFault`].
    pub async fn exchange(&self, _exchange: TokenExchange<'_>) -> Result<ExchangedToken, ExchangeFault> {
        Err(ExchangeFault::failed(crate::domain::Fault::new(crate::domain::FaultKind::Local, "Not yet.")))
    }
}
