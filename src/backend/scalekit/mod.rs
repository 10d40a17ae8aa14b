//! The Scalekit REST client.

mod accounts;
mod answer;
mod api;
mod authorization;
mod calls;
mod catalogue;
mod connections;
mod convert;
mod effect;
mod fault;
mod network;
mod preview;
mod proxy;
mod recorder;
mod route;
mod token;
mod tools;
mod transport;
mod way;
pub mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use url::Url;

use self::api::Api;
pub use self::route::Limits;
use super::clock::Clock;
use super::http_log::HttpLog;
use super::{
    AccountFilter, AccountUpdate, AuthRequestId, AuthorizationLink, Backend, CallFilter, CatalogFilter, LinkRequest,
    Page, PageToken, ToolFilter,
};
use crate::domain::{
    Account, AccountId, AccountRef, Connection, ConnectionName, Credentials, Environment, Execution, ExecutionId,
    Fault, Identifier, LoggedCall, ProviderInfo, ProxyRequest, ProxyResponse, StoredCredentials, Tool, ToolCall,
    ToolMatch,
};

/// One Scalekit environment over REST. Reference: section 1.
pub struct Scalekit {
    api: Api,
}

impl Scalekit {
    /// A client of `environment`. Does nothing yet: the first call fetches the first token.
    pub fn new(environment: Environment) -> Self {
        Self::with_limits(environment, Limits::default())
    }

    /// The same with other limits of time and size.
    pub fn with_limits(environment: Environment, limits: Limits) -> Self {
        Self { api: Api::new(environment, limits) }
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
}

#[async_trait]
impl Backend for Scalekit {
    async fn accounts(&self, filter: &AccountFilter, page: Option<&PageToken>) -> Result<Page<Account>, Fault> {
        accounts::list(&self.api, filter, page).await
    }

    async fn search_accounts(&self, query: &str, page: Option<&PageToken>) -> Result<Page<Account>, Fault> {
        accounts::search(&self.api, query, page).await
    }

    async fn account(&self, account: &AccountRef) -> Result<Account, Fault> {
        accounts::details(&self.api, account).await
    }

    async fn account_credentials(&self, account: &AccountRef) -> Result<Option<StoredCredentials>, Fault> {
        accounts::credentials(&self.api, account).await
    }

    async fn create_account(
        &self,
        connection: &ConnectionName,
        identifier: &Identifier,
        credentials: Option<&Credentials>,
    ) -> Result<Account, Fault> {
        accounts::create(&self.api, connection, identifier, credentials).await
    }

    async fn update_account(&self, account: &AccountRef, update: &AccountUpdate) -> Result<Account, Fault> {
        accounts::update(&self.api, account, update).await
    }

    async fn disconnect_account(&self, account: &AccountId) -> Result<Account, Fault> {
        accounts::disconnect(&self.api, account).await
    }

    async fn delete_account(&self, account: &AccountRef) -> Result<(), Fault> {
        accounts::delete(&self.api, account).await
    }

    async fn connections(&self, page: Option<&PageToken>) -> Result<Page<Connection>, Fault> {
        connections::list(&self.api, page).await
    }

    async fn providers(&self, page: Option<&PageToken>) -> Result<Page<ProviderInfo>, Fault> {
        catalogue::providers(&self.api, page).await
    }

    async fn authorization_link(&self, request: &LinkRequest) -> Result<AuthorizationLink, Fault> {
        authorization::link(&self.api, request).await
    }

    async fn verify_user(&self, request: &AuthRequestId, identifier: &Identifier) -> Result<Option<Url>, Fault> {
        authorization::verify(&self.api, request, identifier).await
    }

    async fn scoped_tools(&self, filter: &ToolFilter, page: Option<&PageToken>) -> Result<Page<Tool>, Fault> {
        tools::scoped(&self.api, filter, page).await
    }

    async fn tools(&self, filter: &CatalogFilter, page: Option<&PageToken>) -> Result<Page<Tool>, Fault> {
        catalogue::tools(&self.api, filter, page).await
    }

    async fn search_tools(
        &self,
        query: &str,
        identifier: Option<&Identifier>,
        top_k: Option<u32>,
    ) -> Result<Vec<ToolMatch>, Fault> {
        catalogue::search_tools(&self.api, query, identifier, top_k).await
    }

    async fn execute(&self, call: &ToolCall) -> Result<Execution, Fault> {
        tools::execute(&self.api, call).await
    }

    async fn tool_calls(&self, filter: &CallFilter, page: Option<&PageToken>) -> Result<Page<LoggedCall>, Fault> {
        calls::list(&self.api, filter, page).await
    }

    async fn tool_call(&self, execution: &ExecutionId) -> Result<LoggedCall, Fault> {
        calls::one(&self.api, execution).await
    }

    async fn proxy(&self, request: &ProxyRequest) -> Result<ProxyResponse, Fault> {
        proxy::pass(&self.api, request).await
    }
}
