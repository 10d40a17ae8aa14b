//! Which server is meant: that of a configuration, or that of a connection.

use clap::Args;

use super::super::completions;
use crate::backend::Backend;
use crate::domain::{Fault, FaultKind};
use crate::flow::mcp_servers::{ProvisionedServer, lookup};

/// A server.
#[derive(Debug, Args)]
pub(in crate::cli) struct ServerSelector {
    /// Name or id of the configuration whose server it is
    #[arg(value_name = "CONFIG", required_unless_present = "connection", add = completions::server_configs())]
    pub(in crate::cli) config: Option<String>,
    /// Connection whose own server it is, with all of its tools
    #[arg(long, value_name = "CONNECTION", add = completions::connections())]
    pub(in crate::cli) connection: Option<String>,
}

impl ServerSelector {
    /// The server.
    ///
    /// # Errors
    /// There is none, or not just one is named.
    pub(super) async fn find(&self, backend: &dyn Backend) -> Result<ProvisionedServer, Fault> {
        match (&self.config, &self.connection) {
            (Some(_), Some(_)) => {
                Err(Fault::new(FaultKind::Usage, "Name a configuration, or a connection with --connection, not both."))
            }
            (None, None) => {
                Err(Fault::new(FaultKind::Usage, "Name a configuration, or a connection with --connection."))
            }
            (Some(word), None) => Ok((&lookup::config(backend, word).await?).into()),
            (None, Some(name)) => ProvisionedServer::of_connection(backend, &name.as_str().into()).await,
        }
    }
}
