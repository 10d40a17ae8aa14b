//! Client of Scalekit's REST API.

mod accounts;
pub(super) mod answer;
mod api;
mod authorization;
mod authorizer;
mod calls;
mod catalogue;
mod client;
mod connections;
mod convert;
mod effect;
mod fault;
mod mcp_servers;
pub(super) mod network;
mod network_path;
pub mod pages;
mod preview;
pub(super) mod proxy;
mod recorder;
mod result;
pub(super) mod route;
mod snippets;
mod token;
mod tools;
pub(super) mod transport;
pub mod wire;
pub mod words;

use async_trait::async_trait;
use futures_util::TryStreamExt as _;
use jiff::Timestamp;

pub use self::authorization::{AuthRequestId, LinkRequest, VerifyReturn};
pub use self::client::Client;
use self::pages::batches;
pub use self::route::Limits;
use self::snippets::ScalekitSnippets;
use super::{
    About, AccountAdmin, AccountFilter, Accounts, Answered, Authorizer, Backend, Batches, CallLog, Connections,
    CredentialForms, Links, McpServers, Proxy, Snippets, ToolScope, Tools, UserVerification, Watch,
};
use crate::domain::{
    Account, AccountId, AccountRef, Connection, ConnectionName, Credentials, Environment, EnvironmentUrl, Execution,
    Fault, Identifier, LoggedCall, Provider, ProviderInfo, ProxyRequest, ProxyResponse, Tool, ToolCall, ToolName,
};

/// One Scalekit environment. It has every ability; where a route is missing all the same, that is a
/// fault of the call.
pub struct Scalekit {
    client: Client,
    about: About,
}

/// Kind of this back-end, as profiles spell it.
pub const KIND: &str = "scalekit";

/// Name of the embedded environment, whose URL is another each time.
pub const EMBEDDED: &str = "sandbox";

impl Scalekit {
    /// Calls as code. Which environment they were made in does not matter: its URL is a variable.
    pub const SNIPPETS: &'static dyn Snippets = &ScalekitSnippets;

    /// True for the name that the journal has for an environment of this kind: a base URL, or [`EMBEDDED`].
    pub fn is_recorded_as(name: &str) -> bool {
        name == EMBEDDED || EnvironmentUrl::parse(name).is_ok()
    }

    /// `client` as an environment that is called by its host, and recorded by its base URL.
    pub fn new(client: Client) -> Self {
        let url = client.url();
        let (name, recorded_as) = (url.host(), url.as_str().to_owned());
        Self { client, about: About { kind: KIND, product: "Scalekit", name, recorded_as } }
    }

    /// The same under a name that stays, where the URL is another each time.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.about.name);
        name.clone_into(&mut self.about.recorded_as);
        self
    }
}

impl From<Environment> for Scalekit {
    fn from(environment: Environment) -> Self {
        Self::new(Client::new(environment))
    }
}

impl Backend for Scalekit {
    fn about(&self) -> &About {
        &self.about
    }

    fn accounts(&self) -> &dyn Accounts {
        self
    }

    fn tools(&self) -> &dyn Tools {
        self
    }

    fn authorizer(&self) -> &dyn Authorizer {
        &self.client
    }

    fn links(&self) -> Option<&dyn Links> {
        Some(&self.client)
    }

    fn user_verification(&self) -> Option<&dyn UserVerification> {
        Some(&self.client)
    }

    fn connections(&self) -> Option<&dyn Connections> {
        Some(self)
    }

    fn account_admin(&self) -> Option<&dyn AccountAdmin> {
        Some(self)
    }

    fn credential_forms(&self) -> Option<&dyn CredentialForms> {
        Some(self)
    }

    fn call_log(&self) -> Option<&dyn CallLog> {
        Some(self)
    }

    fn proxy(&self) -> Option<&dyn Proxy> {
        Some(self)
    }

    fn mcp_servers(&self) -> Option<&dyn McpServers> {
        Some(&self.client)
    }

    fn snippets(&self) -> Option<&dyn Snippets> {
        Some(Self::SNIPPETS)
    }
}

#[async_trait]
impl Accounts for Scalekit {
    fn stream(&self, filter: AccountFilter) -> Batches<'_, Account> {
        batches(move |token| {
            let filter = filter.clone();
            async move { self.client.accounts(&filter, token.as_ref()).await }
        })
    }

    async fn get(&self, account: &AccountRef) -> Result<Account, Fault> {
        self.client.account(account).await
    }

    /// Reference: section 1.7.
    fn id_prefix(&self) -> &'static str {
        "ca_"
    }

    async fn search(&self, words: &str) -> Result<Vec<Account>, Fault> {
        Ok(self.client.search_accounts(words, None).await?.items)
    }
}

#[async_trait]
impl AccountAdmin for Scalekit {
    async fn create(
        &self,
        connection: &ConnectionName,
        identifier: &Identifier,
        credentials: Option<&Credentials>,
    ) -> Result<Account, Fault> {
        self.client.create_account(connection, identifier, credentials).await
    }

    async fn update(&self, account: &AccountRef, credentials: &Credentials) -> Result<Account, Fault> {
        self.client.update_account(account, credentials).await
    }

    async fn disconnect(&self, account: &AccountId) -> Result<Account, Fault> {
        self.client.disconnect_account(account).await
    }

    async fn delete(&self, account: &AccountRef) -> Result<(), Fault> {
        self.client.delete_account(account).await
    }
}

#[async_trait]
impl Tools for Scalekit {
    fn stream(&self, scope: ToolScope, names: Vec<ToolName>) -> Batches<'_, Tool> {
        batches(move |token| {
            let (scope, names) = (scope.clone(), names.clone());
            async move {
                let token = token.as_ref();
                match &scope {
                    ToolScope::Person(identifier, connections) => {
                        self.client.scoped_tools(identifier, connections, &names, token).await
                    }
                    ToolScope::Environment(provider) => self.client.tools(provider.as_ref(), &names, token).await,
                }
            }
        })
    }

    async fn call(&self, call: &ToolCall) -> Result<Execution, Fault> {
        self.client.execute(call).await
    }

    async fn call_watched(&self, call: &ToolCall, watch: Watch) -> Result<Answered, Fault> {
        self.client.execute_watched(call, watch).await
    }
}

impl Connections for Scalekit {
    fn stream(&self) -> Batches<'_, Connection> {
        batches(move |token| async move { self.client.connections(token.as_ref()).await })
    }
}

#[async_trait]
impl CredentialForms for Scalekit {
    async fn provider(&self, provider: &Provider) -> Result<Option<ProviderInfo>, Fault> {
        let pages = pages::all(|token| async move { self.client.providers(token.as_ref()).await });
        futures_util::pin_mut!(pages);
        while let Some(page) = pages.try_next().await? {
            if let Some(info) = page.items.into_iter().find(|info| info.key == *provider) {
                return Ok(Some(info));
            }
        }
        Ok(None)
    }
}

impl CallLog for Scalekit {
    fn stream(&self, since: Option<Timestamp>) -> Batches<'_, LoggedCall> {
        batches(move |token| async move { self.client.tool_calls(since, token.as_ref()).await })
    }
}

#[async_trait]
impl Proxy for Scalekit {
    async fn send(&self, request: &ProxyRequest) -> Result<ProxyResponse, Fault> {
        self.client.proxy(request).await
    }
}
