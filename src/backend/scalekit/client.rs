//! The routes of one Scalekit environment, one method each, with pages and tokens as the wire has them.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use jiff::Timestamp;
use url::Url;

use super::api::Api;
use super::authorization::{AuthRequestId, LinkRequest};
use super::pages::{ListPage, PageToken};
use super::{accounts, authorization, calls, catalogue, connections, proxy, tools};
use crate::backend::clock::Clock;
use crate::backend::credential_log::CredentialLog;
use crate::backend::http_log::HttpLog;
use crate::backend::scalekit::Limits;
use crate::backend::{AccountFilter, Answered, AuthorizationLink, Watch};
use crate::domain::{
    Account, AccountId, AccountRef, Connection, ConnectionName, Credentials, Environment, EnvironmentUrl, Execution,
    Fault, Identifier, LoggedCall, Provider, ProviderInfo, ProxyRequest, ProxyResponse, Tool, ToolCall, ToolName,
};

/// The REST client of one environment. Reference: section 1.
pub struct Client {
    api: Api,
    /// Authorizations that are followed at this time.
    followed: Arc<AtomicU32>,
}

impl Client {
    /// A client of `environment`. Does nothing yet: the first call fetches the first token.
    pub fn new(environment: Environment) -> Self {
        Self::with_limits(environment, Limits::default())
    }

    /// The same with other limits of time and size.
    pub fn with_limits(environment: Environment, limits: Limits) -> Self {
        Self { api: Api::new(environment, limits), followed: Arc::default() }
    }

    /// Tells `log` of every exchange, those for tokens included.
    #[must_use]
    pub fn with_log(mut self, log: Arc<HttpLog>) -> Self {
        self.api.set_log(log);
        self
    }

    /// Tells `clock` what the answers say of the broker's.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<Clock>) -> Self {
        self.api.set_clock(clock);
        self
    }

    /// Tells `log` of every credential that the broker is asked to use.
    #[must_use]
    pub fn with_uses(mut self, log: Arc<CredentialLog>) -> Self {
        self.api.set_uses(log);
        self
    }

    /// The time by the broker's clock, as far as that is known.
    pub(super) fn broker_now(&self) -> Timestamp {
        self.api.broker_now()
    }

    /// Number of authorizations that are followed at this time, to be counted along.
    pub(super) fn followed(&self) -> Arc<AtomicU32> {
        Arc::clone(&self.followed)
    }

    /// The routes below it.
    pub(super) fn api(&self) -> &Api {
        &self.api
    }

    /// The environment's base URL.
    pub(super) fn url(&self) -> &EnvironmentUrl {
        self.api.environment()
    }

    /// One page of connected accounts.
    pub async fn accounts(&self, filter: &AccountFilter, page: Option<&PageToken>) -> Result<ListPage<Account>, Fault> {
        accounts::list(&self.api, filter, page).await
    }

    /// One page of the accounts that fit `query`, 3 to 200 characters. What it is compared with is
    /// the broker's own business.
    pub async fn search_accounts(&self, query: &str, page: Option<&PageToken>) -> Result<ListPage<Account>, Fault> {
        accounts::search(&self.api, query, page).await
    }

    /// One account with its details; [`NotFound`](crate::domain::FaultKind::NotFound) when there is none.
    pub async fn account(&self, account: &AccountRef) -> Result<Account, Fault> {
        accounts::details(&self.api, account).await
    }

    /// Creates an account; [`Conflict`](crate::domain::FaultKind::Conflict) when it exists.
    pub async fn create_account(
        &self,
        connection: &ConnectionName,
        identifier: &Identifier,
        credentials: Option<&Credentials>,
    ) -> Result<Account, Fault> {
        accounts::create(&self.api, connection, identifier, credentials).await
    }

    /// Replaces an account's credentials.
    pub async fn update_account(&self, account: &AccountRef, credentials: &Credentials) -> Result<Account, Fault> {
        accounts::update(&self.api, account, credentials).await
    }

    /// Drops an account's credentials and keeps the account.
    pub async fn disconnect_account(&self, account: &AccountId) -> Result<Account, Fault> {
        accounts::disconnect(&self.api, account).await
    }

    /// Deletes an account with all that belongs to it.
    pub async fn delete_account(&self, account: &AccountRef) -> Result<(), Fault> {
        accounts::delete(&self.api, account).await
    }

    /// One page of connections.
    pub async fn connections(&self, page: Option<&PageToken>) -> Result<ListPage<Connection>, Fault> {
        connections::list(&self.api, page).await
    }

    /// One page of the catalogue of providers, the environment's own included.
    pub async fn providers(&self, page: Option<&PageToken>) -> Result<ListPage<ProviderInfo>, Fault> {
        catalogue::providers(&self.api, page).await
    }

    /// Makes an authorization link for an existing account.
    pub async fn authorization_link(&self, request: &LinkRequest) -> Result<AuthorizationLink, Fault> {
        authorization::link(&self.api, request).await
    }

    /// Confirms that the person who just consented is `identifier`. Returns where the broker wants
    /// the browser sent next, if it says so.
    pub async fn verify_user(&self, request: &AuthRequestId, identifier: &Identifier) -> Result<Option<Url>, Fault> {
        authorization::verify(&self.api, request, identifier).await
    }

    /// One page of the tools that `identifier` may call on `connections`. The wire demands at least one
    /// (reference: section 3.3).
    pub async fn scoped_tools(
        &self,
        identifier: &Identifier,
        connections: &[ConnectionName],
        names: &[ToolName],
        page: Option<&PageToken>,
    ) -> Result<ListPage<Tool>, Fault> {
        tools::scoped(&self.api, identifier, connections, names, page).await
    }

    /// One page of the environment's tools, whoever may call them; all global ones where nothing is named.
    pub async fn tools(
        &self,
        provider: Option<&Provider>,
        names: &[ToolName],
        page: Option<&PageToken>,
    ) -> Result<ListPage<Tool>, Fault> {
        catalogue::tools(&self.api, provider, names, page).await
    }

    /// Runs a tool. Sent once, and again only if the broker turned away our own token at the door.
    pub async fn execute(&self, call: &ToolCall) -> Result<Execution, Fault> {
        tools::execute(&self.api, call).await
    }

    /// The same, and tells of the result while it comes.
    pub async fn execute_watched(&self, call: &ToolCall, watch: Watch) -> Result<Answered, Fault> {
        tools::execute_watched(&self.api, call, watch).await
    }

    /// One page of the environment's log of calls: of all, or of those that began at `since` or later by its clock.
    pub async fn tool_calls(
        &self,
        since: Option<Timestamp>,
        page: Option<&PageToken>,
    ) -> Result<ListPage<LoggedCall>, Fault> {
        calls::list(&self.api, since, page).await
    }

    /// Passes a request on to the provider's own API.
    pub async fn proxy(&self, request: &ProxyRequest) -> Result<ProxyResponse, Fault> {
        proxy::pass(&self.api, request).await
    }
}
