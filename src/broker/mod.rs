//! Floor 2: what a broker can do for us, behind one trait.
//!
//! Fronts and flows know only [`Broker`]; [`scalekit`] is the one that speaks REST. The sandbox is
//! not a second implementation: it is one more URL for the same client.

pub mod pages;
pub mod scalekit;

use async_trait::async_trait;
use jiff::Timestamp;
use url::Url;

use crate::domain::{
    Account, AccountId, AccountRef, Connection, ConnectionName, Execution, Fault, Identifier, Secret, Tool, ToolCall,
    Untrusted,
};

/// A broker of connected accounts: one environment of it, with its key.
///
/// Every method sends at most what its name says. Reads may be sent again after a passing failure;
/// [`Broker::execute`] never is. All errors are [`Fault`]s that say whose they are.
#[async_trait]
pub trait Broker: Send + Sync {
    /// One page of connected accounts.
    async fn accounts(&self, filter: &AccountFilter, page: Option<&PageToken>) -> Result<Page<Account>, Fault>;

    /// One account with its details; [`NotFound`](crate::domain::FaultKind::NotFound) when there is none.
    async fn account(&self, account: &AccountRef) -> Result<Account, Fault>;

    /// Creates an account that waits for authorization;
    /// [`Conflict`](crate::domain::FaultKind::Conflict) when it exists.
    async fn create_account(&self, connection: &ConnectionName, identifier: &Identifier) -> Result<Account, Fault>;

    /// One page of connections.
    async fn connections(&self, page: Option<&PageToken>) -> Result<Page<Connection>, Fault>;

    /// Makes an authorization link for an existing account.
    async fn authorization_link(&self, request: &LinkRequest) -> Result<AuthorizationLink, Fault>;

    /// Confirms that the person who just consented is `identifier`. Returns where the broker wants
    /// the browser sent next, if it says so.
    async fn verify_user(&self, request: &AuthRequestId, identifier: &Identifier) -> Result<Option<Url>, Fault>;

    /// One page of the tools that `filter.identifier` may call.
    async fn scoped_tools(&self, filter: &ToolFilter, page: Option<&PageToken>) -> Result<Page<Tool>, Fault>;

    /// Runs a tool. Not idempotent: sent once, and again only if the broker turned away our own
    /// token at the door.
    async fn execute(&self, call: &ToolCall) -> Result<Execution, Fault>;
}

/// One page of anything.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// What stands on it.
    pub items: Vec<T>,
    /// How to ask for the next one; none on the last.
    pub next: Option<PageToken>,
    /// How many the broker says there are in all.
    pub total: Option<u64>,
}

/// An opaque page token, as the broker gave it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageToken(Untrusted);

impl PageToken {
    /// None for the empty token that stands on the last page.
    pub fn new(token: String) -> Option<Self> {
        (!token.is_empty()).then(|| Self(token.into()))
    }

    /// As it goes back onto the wire.
    pub fn raw(&self) -> &str {
        self.0.raw()
    }
}

/// Which accounts to list; everything when empty. The wire has no filter by status.
#[derive(Clone, Debug, Default)]
pub struct AccountFilter {
    /// Only of this connection.
    pub connection: Option<ConnectionName>,
    /// Only of this identifier.
    pub identifier: Option<Identifier>,
}

/// Whose tools to list.
#[derive(Clone, Debug)]
pub struct ToolFilter {
    /// For whom.
    pub identifier: Identifier,
    /// Only of these connections. The wire demands at least one filter (reference: section 3.3),
    /// so this must not be empty; case matters.
    pub connections: Vec<ConnectionName>,
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
