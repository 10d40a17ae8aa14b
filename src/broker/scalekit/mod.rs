//! The Scalekit REST client.

mod accounts;
mod api;
mod connections;
mod convert;
mod effect;
mod excerpt;
mod fault;
mod network;
mod route;
mod token;
mod tools;
mod transport;

use async_trait::async_trait;
use url::Url;

use self::api::Api;
pub use self::route::Limits;
use super::{AccountFilter, AuthRequestId, AuthorizationLink, Broker, LinkRequest, Page, PageToken, ToolFilter};
use crate::domain::{
    Account, AccountRef, Connection, ConnectionName, Environment, Execution, Fault, Identifier, Tool, ToolCall,
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
}

#[async_trait]
impl Broker for Scalekit {
    async fn accounts(&self, filter: &AccountFilter, page: Option<&PageToken>) -> Result<Page<Account>, Fault> {
        accounts::list(&self.api, filter, page).await
    }

    async fn account(&self, account: &AccountRef) -> Result<Account, Fault> {
        accounts::details(&self.api, account).await
    }

    async fn create_account(&self, connection: &ConnectionName, identifier: &Identifier) -> Result<Account, Fault> {
        accounts::create(&self.api, connection, identifier).await
    }

    async fn connections(&self, page: Option<&PageToken>) -> Result<Page<Connection>, Fault> {
        connections::list(&self.api, page).await
    }

    async fn authorization_link(&self, request: &LinkRequest) -> Result<AuthorizationLink, Fault> {
        accounts::link(&self.api, request).await
    }

    async fn verify_user(&self, request: &AuthRequestId, identifier: &Identifier) -> Result<Option<Url>, Fault> {
        accounts::verify(&self.api, request, identifier).await
    }

    async fn scoped_tools(&self, filter: &ToolFilter, page: Option<&PageToken>) -> Result<Page<Tool>, Fault> {
        tools::scoped(&self.api, filter, page).await
    }

    async fn execute(&self, call: &ToolCall) -> Result<Execution, Fault> {
        tools::execute(&self.api, call).await
    }
}
