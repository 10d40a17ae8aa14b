//! Floor 2: what a broker can do for us, behind one trait.
//!
//! Fronts and flows know only [`Backend`]; [`scalekit`] is the one that speaks REST. The sandbox is
//! not a second implementation: it is one more URL for the same client.

mod accounts;
pub mod clock;
mod filters;
pub mod http_log;
pub mod pages;
pub mod scalekit;
pub mod tally;

use async_trait::async_trait;
use url::Url;

pub use self::accounts::{AccountUpdate, AuthRequestId, AuthorizationLink, LinkRequest, VerifyReturn};
pub use self::filters::{AccountFilter, CallFilter, CatalogFilter, ToolFilter};
pub use self::pages::{Page, PageToken};
use crate::domain::{
    Account, AccountId, AccountRef, Connection, ConnectionName, Credentials, Execution, ExecutionId, Fault, Identifier,
    LoggedCall, ProviderInfo, ProxyRequest, ProxyResponse, StoredCredentials, Tool, ToolCall, ToolMatch,
};

/// A broker of connected accounts: one environment of it, with its key.
///
/// Every method sends at most what its name says. Reads may be sent again after a passing failure;
/// whatever changes something never is. All errors are [`Fault`]s that say whose they are; where an
/// environment lacks a route, the fault is [`NotOffered`](crate::domain::FaultKind::NotOffered).
#[async_trait]
pub trait Backend: Send + Sync {
    /// One page of connected accounts.
    async fn accounts(&self, filter: &AccountFilter, page: Option<&PageToken>) -> Result<Page<Account>, Fault>;

    /// One page of the accounts that fit `query`, 3 to 200 characters. What it is compared with is
    /// the broker's own business.
    async fn search_accounts(&self, query: &str, page: Option<&PageToken>) -> Result<Page<Account>, Fault>;

    /// One account with its details; [`NotFound`](crate::domain::FaultKind::NotFound) when there is none.
    async fn account(&self, account: &AccountRef) -> Result<Account, Fault>;

    /// The credentials that the broker holds for one account; none where nobody has authorized it.
    /// Only for a person who asked to see them: show them and drop them at once.
    async fn account_credentials(&self, account: &AccountRef) -> Result<Option<StoredCredentials>, Fault>;

    /// Creates an account: one that waits for authorization, or with `credentials` one that is ready;
    /// [`Conflict`](crate::domain::FaultKind::Conflict) when it exists.
    async fn create_account(
        &self,
        connection: &ConnectionName,
        identifier: &Identifier,
        credentials: Option<&Credentials>,
    ) -> Result<Account, Fault>;

    /// Replaces an account's credentials, changes its settings, or both.
    async fn update_account(&self, account: &AccountRef, update: &AccountUpdate) -> Result<Account, Fault>;

    /// Drops an account's credentials and keeps the account, which can be authorized again.
    async fn disconnect_account(&self, account: &AccountId) -> Result<Account, Fault>;

    /// Deletes an account with all that belongs to it, for good.
    async fn delete_account(&self, account: &AccountRef) -> Result<(), Fault>;

    /// One page of connections.
    async fn connections(&self, page: Option<&PageToken>) -> Result<Page<Connection>, Fault>;

    /// One page of the catalogue of providers, the environment's own included.
    async fn providers(&self, page: Option<&PageToken>) -> Result<Page<ProviderInfo>, Fault>;

    /// Makes an authorization link for an existing account.
    async fn authorization_link(&self, request: &LinkRequest) -> Result<AuthorizationLink, Fault>;

    /// Confirms that the person who just consented is `identifier`. Returns where the broker wants
    /// the browser sent next, if it says so.
    async fn verify_user(&self, request: &AuthRequestId, identifier: &Identifier) -> Result<Option<Url>, Fault>;

    /// One page of the tools that `filter.identifier` may call.
    async fn scoped_tools(&self, filter: &ToolFilter, page: Option<&PageToken>) -> Result<Page<Tool>, Fault>;

    /// One page of the environment's tools, whoever may call them.
    async fn tools(&self, filter: &CatalogFilter, page: Option<&PageToken>) -> Result<Page<Tool>, Fault>;

    /// The tools that fit `query` (1 to 256 characters) best, at most `top_k` of them and never more
    /// than 50, with whether `identifier` could call them now.
    async fn search_tools(
        &self,
        query: &str,
        identifier: Option<&Identifier>,
        top_k: Option<u32>,
    ) -> Result<Vec<ToolMatch>, Fault>;

    /// Runs a tool. Not idempotent: sent once, and again only if the broker turned away our own
    /// token at the door.
    async fn execute(&self, call: &ToolCall) -> Result<Execution, Fault>;

    /// One page of the environment's log of calls.
    async fn tool_calls(&self, filter: &CallFilter, page: Option<&PageToken>) -> Result<Page<LoggedCall>, Fault>;

    /// One call out of the log; [`NotFound`](crate::domain::FaultKind::NotFound) when it is not there.
    async fn tool_call(&self, execution: &ExecutionId) -> Result<LoggedCall, Fault>;

    /// Passes a request on to the provider's own API. Whatever the provider answers is an answer and
    /// no fault; a fault is what the broker itself refuses, or what breaks on the way. Sent once; a
    /// request that only reads is sent again once if the answer is a 401.
    async fn proxy(&self, request: &ProxyRequest) -> Result<ProxyResponse, Fault>;
}
