//! What is asked of a broker about one account.

use jiff::Timestamp;
use url::Url;

use crate::domain::{AccountId, Credentials, JsonText, Secret, Untrusted};

/// What changes about an account. Reference: section 3.1.
#[derive(Clone, Debug, Default)]
pub struct AccountUpdate {
    /// Take the place of those of the same names.
    pub credentials: Option<Credentials>,
    /// A JSON object, merged into the connector's settings (wire: `api_config`).
    pub settings: Option<JsonText>,
}

/// What an authorization link is made for. Reference: section 5.
#[derive(Clone, Debug)]
pub struct LinkRequest {
    /// The account to authorize.
    pub account: AccountId,
    /// Custom verification: where the browser comes back to.
    pub verify: Option<VerifyReturn>,
}

/// Where custom verification sends the browser, and what it must bring along.
#[derive(Clone, Debug)]
pub struct VerifyReturn {
    /// The application's verification URL.
    pub url: Url,
    /// Random, used once; comes back in the query.
    pub state: Secret,
}

/// A link that lets one person authorize one account. Whoever holds it can use it.
#[derive(Clone, Debug)]
pub struct AuthorizationLink {
    /// The page to open; `http` or `https`, checked.
    pub url: Url,
    /// When it stops working, where the broker says so.
    pub expires_at: Option<Timestamp>,
}

/// Names one pending authorization; opaque, single use.
#[derive(Clone, Debug)]
pub struct AuthRequestId(Untrusted);

impl AuthRequestId {
    /// As it came in the query of the verification URL.
    pub fn new(id: impl Into<Untrusted>) -> Self {
        Self(id.into())
    }

    /// As it goes back onto the wire.
    pub fn raw(&self) -> &str {
        self.0.raw()
    }
}
