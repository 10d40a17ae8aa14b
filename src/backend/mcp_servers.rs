//! MCP servers that an environment provisions for agents.

use async_trait::async_trait;
use url::Url;

use super::Batches;
use crate::domain::{
    ConnectionAuthState, ConnectionName, Fault, Identifier, ServerConfig, ServerConfigDraft, ServerConfigId,
    ServerConfigName, ServerInstance, ServerInstanceFilter, ServerInstanceId, ServerOfPerson, SessionToken,
    TokenRequest,
};

/// MCP servers of the environment: their configurations, their instances, and the tokens that open them.
#[async_trait]
pub trait McpServers: Send + Sync {
    /// All configurations.
    fn configs(&self) -> Batches<'_, ServerConfig>;

    /// One configuration; [`NotFound`](crate::domain::FaultKind::NotFound) where there is none.
    async fn config(&self, id: &ServerConfigId) -> Result<ServerConfig, Fault>;

    /// Makes a configuration; [`Conflict`](crate::domain::FaultKind::Conflict) where its name is taken.
    async fn create_config(&self, draft: &ServerConfigDraft) -> Result<ServerConfig, Fault>;

    /// Changes a configuration to all that `draft` says. Its name stays.
    async fn update_config(&self, id: &ServerConfigId, draft: &ServerConfigDraft) -> Result<ServerConfig, Fault>;

    /// Deletes a configuration, for good. Its server answers no more.
    async fn delete_config(&self, id: &ServerConfigId) -> Result<(), Fault>;

    /// Instances that fit `filter`.
    fn instances(&self, filter: ServerInstanceFilter) -> Batches<'_, ServerInstance>;

    /// The instance of this configuration, person and name; made where there is none.
    async fn ensure_instance(
        &self,
        config: &ServerConfigName,
        identifier: &Identifier,
        name: Option<&str>,
    ) -> Result<ServerInstance, Fault>;

    /// Gives an instance another name.
    async fn rename_instance(&self, id: &ServerInstanceId, name: &str) -> Result<ServerInstance, Fault>;

    /// Deletes an instance, for good. Its URL opens nothing any more.
    async fn delete_instance(&self, id: &ServerInstanceId) -> Result<(), Fault>;

    /// Authorization of each connection of a server, for its person. With links, accounts that do not exist are made: it
    /// is a change then.
    async fn auth_states(&self, server: &ServerOfPerson, with_links: bool) -> Result<Vec<ConnectionAuthState>, Fault>;

    /// Mints a token; [`NeedsAuthorization`](crate::domain::FaultKind::NeedsAuthorization) where an account that the
    /// server needs is not active.
    async fn mint_token(&self, request: &TokenRequest) -> Result<SessionToken, Fault>;

    /// URL of the server that this connection has by itself.
    fn connection_url(&self, connection: &ConnectionName) -> Option<Url>;
}
