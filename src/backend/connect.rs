//! Connecting a provider: what a person is told of it before, and the connection that they make.

use async_trait::async_trait;
use url::Url;

use super::local::{ConnectionAuth, ConnectionSpec, ServerNeeds, ServerSpec};
use crate::domain::{Connection, ConnectionName, Fault, Provider, Secret};
use crate::provider::{ScopeSpec, SecretNeed};

/// Connections, to make and change.
#[async_trait]
pub trait ConnectionAdmin: Send + Sync {
    /// Providers that are known by name, by their titles.
    fn offers(&self) -> Vec<ConnectOffer>;

    /// Facts that a person needs before they can connect a provider, by a connection of this name or of the provider's.
    /// May ask its authorization server for its endpoints.
    async fn guide(&self, target: &ConnectTarget, name: Option<&ConnectionName>) -> Result<ConnectGuide, Fault>;

    /// Makes a connection, or changes the one of its name. Its accounts stay.
    async fn save(&self, draft: ConnectionDraft) -> Result<Connection, Fault>;

    /// Forgets that this program registered itself for the server of a connection, so that the next consent registers it
    /// anew. False where there was no registration.
    async fn forget_registration(&self, spec: &ConnectionSpec) -> Result<bool, Fault>;
}

/// Place to connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectTarget {
    /// A provider by its key.
    Provider(Provider),
    /// A server by its URL: an MCP server, the base of an API, or its authorization server.
    Url(Url),
    /// An MCP server, whatever it answers.
    Server(ServerSpec),
}

/// Provider that can be connected by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectOffer {
    /// Its key.
    pub provider: Provider,
    /// Name of the provider for people.
    pub title: String,
    /// Ways that are known to work there, the best first.
    pub ways: Vec<ConnectionAuth>,
    /// URL of its MCP server, to which one connects without registering anything.
    pub mcp_url: Option<Url>,
}

/// Facts that a person needs before they can connect a provider.
#[derive(Clone, Debug)]
pub struct ConnectGuide {
    /// Name of the provider for people.
    pub title: String,
    /// Ways that are known to work there, the best first; all of them where nothing is known of it.
    pub ways: Vec<ConnectionAuth>,
    /// Page on which one registers an app.
    pub register_app: Option<Url>,
    /// Redirect URIs that such an app must have.
    pub redirect_uris: Vec<String>,
    /// Page on which one makes a key.
    pub get_key: Option<Url>,
    /// Whether such an app has a secret.
    pub secret: SecretNeed,
    /// Scopes with their meanings.
    pub scopes: Vec<ScopeSpec>,
    /// Actors that tokens may be for; the first is the usual one.
    pub actors: Vec<String>,
    /// URL of its MCP server, where the connection leads to its API and there is one.
    pub mcp_url: Option<Url>,
    /// Needs of the MCP server that the connection leads to, as far as it said; none for an API.
    pub server: Option<ServerNeeds>,
    /// True where there is a connection of this name already, which `spec` is.
    pub is_known: bool,
    /// Connection as far as it is known before the person has said anything: provider, name, and found endpoints.
    pub spec: ConnectionSpec,
}

/// A connection to save.
#[derive(Clone, Debug)]
pub struct ConnectionDraft {
    /// The connection.
    pub spec: ConnectionSpec,
    /// Secret of the app, where it has one that is to be kept.
    pub client_secret: Option<Secret>,
}
