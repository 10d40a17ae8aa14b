//! A server that the environment provisions: that of a configuration, or the one that a connection has by itself.

use url::Url;

use super::connection_url;
use crate::backend::Backend;
use crate::domain::{ConnectionName, Fault, FaultKind, JsonText, ServerConfig, TokenTarget, ToolMapping, Untrusted};
use crate::export::{ClientServer, SecretVariable, ServerAccess, token_variable};
use crate::flow::suggest;

/// A server, and what its tokens are asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct ProvisionedServer {
    /// Name of the configuration or the connection.
    pub name: Untrusted,
    /// What a token for it names.
    pub target: TokenTarget,
    /// Connections whose tools it offers.
    pub mappings: Vec<ToolMapping>,
    /// Where it is; none where that is not told.
    pub url: Option<Url>,
    /// What the broker sent of it, as it came; an empty object for that of a connection.
    pub raw: JsonText,
}

impl From<&ServerConfig> for ProvisionedServer {
    fn from(config: &ServerConfig) -> Self {
        Self {
            name: config.name.raw().into(),
            target: TokenTarget::Config(config.id.clone()),
            mappings: config.mappings.clone(),
            url: config.url.clone(),
            raw: config.raw.clone(),
        }
    }
}

impl ProvisionedServer {
    /// The server that the connection of this name has, with all of its tools.
    ///
    /// # Errors
    /// [`FaultKind::NotFound`], with the nearest names; [`FaultKind::NotOffered`].
    pub async fn of_connection(backend: &dyn Backend, name: &ConnectionName) -> Result<Self, Fault> {
        let connection = suggest::connection(backend, name).await?;
        let mapping = ToolMapping {
            connection: connection.name.clone(),
            connection_id: connection.id.clone(),
            provider: connection.provider.clone(),
            tools: Vec::new(),
            account: None,
            status: None,
        };
        Ok(Self {
            name: connection.name.raw().into(),
            url: Some(connection_url(backend, &connection.name)?),
            target: TokenTarget::Connection(connection.name),
            mappings: vec![mapping],
            raw: JsonText::empty_object(),
        })
    }

    /// Connections whose tools it offers, in their order.
    pub fn connections(&self) -> Vec<ConnectionName> {
        self.mappings.iter().map(|mapping| mapping.connection.clone()).collect()
    }

    /// Its URL.
    ///
    /// # Errors
    /// [`FaultKind::BadAnswer`]: the environment tells none.
    pub fn url(&self) -> Result<Url, Fault> {
        self.url.clone().ok_or_else(|| {
            let message = format!("The environment does not say where the server of {} is.", self.name);
            Fault::new(FaultKind::BadAnswer, message)
        })
    }

    /// The server as it is handed to a program: its token is referred to.
    ///
    /// # Errors
    /// As [`Self::url`].
    pub(super) fn for_programs(&self) -> Result<ClientServer, Fault> {
        let name = self.name.raw().to_owned();
        let title = format!("session token of {}", self.name);
        let bearer = SecretVariable { variable: token_variable(&name), title };
        Ok(ClientServer { name, access: ServerAccess::Http { url: self.url()?, bearer: Some(bearer) } })
    }
}
