//! Abilities that an environment may lack, and the sentences that say so.

use async_trait::async_trait;

use jiff::Timestamp;
use tokio::sync::watch;

use super::{Backend, Batches, ProxyCall};
use crate::domain::{
    Connection, ConnectionName, Fault, FaultKind, Identifier, JsonText, LoggedCall, Prompt, PromptMessage, Provider,
    ProviderInfo, ProxyRequest, ProxyResponse, Resource, ResourceContent, ServerAccount, Tool, Untrusted,
};

/// Access to the configured providers.
pub trait Connections: Send + Sync {
    /// Streams all connections.
    fn stream(&self) -> Batches<'_, Connection>;
}

/// Forms for credentials that a person types in.
#[async_trait]
pub trait CredentialForms: Send + Sync {
    /// Catalogue entry of one provider; none where it is not listed.
    async fn provider(&self, provider: &Provider) -> Result<Option<ProviderInfo>, Fault>;
}

/// The environment's own log of calls.
pub trait CallLog: Send + Sync {
    /// All calls, or those that began at `since` or later by the environment's clock, the newest first.
    fn stream(&self, since: Option<Timestamp>) -> Batches<'_, LoggedCall>;
}

/// Requests to a provider's own API.
#[async_trait]
pub trait Proxy: Send + Sync {
    /// Passes a request on. Whatever the provider answers is an answer and no fault; a fault is what
    /// stands between here and there. Sent once; a request that only reads is sent again once if the
    /// answer is a 401.
    async fn send(&self, request: &ProxyRequest) -> Result<ProxyResponse, Fault>;

    /// The same as part of a tool's call, for environments that get a credential for each.
    async fn send_for(&self, request: &ProxyRequest, call: &ProxyCall) -> Result<ProxyResponse, Fault> {
        let _ = call;
        self.send(request).await
    }

    /// True if the API behind a connection is known to be on this machine, so that what it asks for may stay there
    /// without TLS.
    async fn is_on_this_machine(&self, connection: &ConnectionName) -> bool {
        let _ = connection;
        false
    }
}

/// Resources and prompts, which servers offer beside their tools.
#[async_trait]
pub trait ServerContent: Send + Sync {
    /// Resources and templates of resources that one person sees on these connections. Case matters.
    fn resources(&self, identifier: Identifier, connections: Vec<ConnectionName>) -> Batches<'_, Resource>;

    /// Content of a resource; `uri` is whole, with nothing left to fill in.
    async fn read(&self, whose: &ServerAccount, uri: &Untrusted) -> Result<Vec<ResourceContent>, Fault>;

    /// Prompts that one person sees on these connections. Case matters.
    fn prompts(&self, identifier: Identifier, connections: Vec<ConnectionName>) -> Batches<'_, Prompt>;

    /// Messages of a prompt with these values: a JSON object of texts.
    async fn prompt(
        &self,
        whose: &ServerAccount,
        name: &Untrusted,
        arguments: &JsonText,
    ) -> Result<Vec<PromptMessage>, Fault>;
}

/// Definitions of tools as they were when a person last trusted them, and news of tools that changed.
#[async_trait]
pub trait TrustedDefinitions: Send + Sync {
    /// The definition that is trusted; the one at hand where the tool was not seen before, which is trusted from now on.
    /// None for a tool that is the environment's own word and needs no trust.
    async fn trusted(&self, connection: &ConnectionName, tool: &Tool) -> Result<Option<JsonText>, Fault>;

    /// Trusts this definition from now on.
    async fn trust(&self, connection: &ConnectionName, tool: &Tool) -> Result<(), Fault>;

    /// Tells of every change of what a server offers, by a count.
    fn changes(&self) -> watch::Receiver<u64>;
}

/// One ability that an environment may lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ability {
    /// Makes links that nobody here has to wait for: [`Links`](super::Links).
    Links,
    /// Lists connections: [`Connections`].
    Connections,
    /// Makes and changes connections: [`ConnectionAdmin`](super::ConnectionAdmin).
    ConnectionAdmin,
    /// Makes, changes and ends accounts: [`AccountAdmin`](super::AccountAdmin).
    AccountAdmin,
    /// Tells the fields of credentials: [`CredentialForms`].
    CredentialForms,
    /// Keeps a log of calls: [`CallLog`].
    CallLog,
    /// Passes requests on to providers: [`Proxy`].
    Proxy,
    /// Writes calls down as programs: [`Snippets`](super::Snippets).
    Snippets,
    /// Provisions MCP servers: [`McpServers`](super::McpServers).
    McpServers,
    /// Lists and reads resources and prompts: [`ServerContent`].
    ServerContent,
}

impl Ability {
    /// Sentence that says why a command that needs it cannot be done.
    pub fn refusal(self) -> &'static str {
        match self {
            Self::Links => "Accounts of this environment are authorized only while somebody waits for it here.",
            Self::Connections => "This environment has no connections to choose from.",
            Self::ConnectionAdmin => "Connections of this environment cannot be made or changed from here.",
            Self::AccountAdmin => "Accounts of this environment cannot be created, changed or deleted from here.",
            Self::CredentialForms => "This environment does not say what its providers ask for.",
            Self::CallLog => "This environment keeps no log of calls.",
            Self::Proxy => "This environment passes no requests on to a provider's own API.",
            Self::McpServers => "This environment provisions no MCP servers.",
            Self::ServerContent => "This environment has no servers with resources and prompts.",
            Self::Snippets => "Calls of this environment cannot be written as code for other programs.",
        }
    }

    /// The same as a fault, for whoever asks for it all the same.
    pub fn fault(self) -> Fault {
        Fault::new(FaultKind::NotOffered, self.refusal())
    }

    /// Makes sure of this ability before anything is asked or sent that would be in vain without it.
    ///
    /// # Errors
    /// [`FaultKind::NotOffered`], in words; [`FaultKind::ReadOnly`] for one that changes something where the environment
    /// is open read-only.
    pub fn require(self, backend: &dyn Backend) -> Result<(), Fault> {
        if !Abilities::new(backend).has(self) {
            return Err(self.fault());
        }
        if self.writes() { backend.mode().require_writes() } else { Ok(()) }
    }

    /// Whether whatever is done with it changes the environment.
    pub fn writes(self) -> bool {
        matches!(self, Self::Links | Self::ConnectionAdmin | Self::AccountAdmin)
    }
}

/// Abilities of one environment, as plain data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Abilities {
    /// True with [`Links`](super::Links).
    pub links: bool,
    /// True with [`Connections`].
    pub connections: bool,
    /// True with [`ConnectionAdmin`](super::ConnectionAdmin).
    pub connection_admin: bool,
    /// True with [`AccountAdmin`](super::AccountAdmin).
    pub account_admin: bool,
    /// True with [`CredentialForms`].
    pub credential_forms: bool,
    /// True with [`CallLog`].
    pub call_log: bool,
    /// True with [`Proxy`].
    pub proxy: bool,
    /// True with [`Snippets`](super::Snippets).
    pub snippets: bool,
    /// True with [`McpServers`](super::McpServers).
    pub mcp_servers: bool,
    /// True with [`ServerContent`].
    pub server_content: bool,
}

impl Abilities {
    /// Everything there is, for environments and tests that lack nothing.
    pub const ALL: Self = Self {
        links: true,
        connections: true,
        connection_admin: true,
        account_admin: true,
        credential_forms: true,
        call_log: true,
        proxy: true,
        snippets: true,
        mcp_servers: true,
        server_content: true,
    };

    /// Those of a back-end.
    pub fn new(backend: &dyn Backend) -> Self {
        Self {
            links: backend.links().is_some(),
            connections: backend.connections().is_some(),
            connection_admin: backend.connection_admin().is_some(),
            account_admin: backend.account_admin().is_some(),
            credential_forms: backend.credential_forms().is_some(),
            call_log: backend.call_log().is_some(),
            proxy: backend.proxy().is_some(),
            snippets: backend.snippets().is_some(),
            mcp_servers: backend.mcp_servers().is_some(),
            server_content: backend.server_content().is_some(),
        }
    }

    /// True if the environment has this ability.
    pub fn has(self, ability: Ability) -> bool {
        match ability {
            Ability::Links => self.links,
            Ability::Connections => self.connections,
            Ability::ConnectionAdmin => self.connection_admin,
            Ability::AccountAdmin => self.account_admin,
            Ability::CredentialForms => self.credential_forms,
            Ability::CallLog => self.call_log,
            Ability::Proxy => self.proxy,
            Ability::Snippets => self.snippets,
            Ability::McpServers => self.mcp_servers,
            Ability::ServerContent => self.server_content,
        }
    }
}
