//! The environment with a provisioned server as the door that its calls go through.

use std::time::Duration;

use async_trait::async_trait;

use super::trial::{open, require_object};
use crate::backend::{About, Accounts, Authorizer, Backend, Batches, ToolScope, Tools};
use crate::domain::{AccessLevel, Execution, Fault, FaultKind, Mode, ServerConfig, Tool, ToolCall, ToolName};
use crate::mcp::client::NoListener;

/// Time that a call through a server may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// An environment whose calls go through one of its servers, so that they are examined and written down like any other.
pub(super) struct ServerDoor<'a> {
    inner: &'a dyn Backend,
    config: &'a ServerConfig,
    access: AccessLevel,
}

impl<'a> ServerDoor<'a> {
    /// `inner`, with the server of `config` for a door.
    pub fn new(inner: &'a dyn Backend, config: &'a ServerConfig, access: AccessLevel) -> Self {
        Self { inner, config, access }
    }
}

impl Backend for ServerDoor<'_> {
    fn about(&self) -> &About {
        self.inner.about()
    }

    fn mode(&self) -> Mode {
        self.inner.mode()
    }

    fn accounts(&self) -> &dyn Accounts {
        self.inner.accounts()
    }

    fn tools(&self) -> &dyn Tools {
        self
    }

    fn authorizer(&self) -> &dyn Authorizer {
        self.inner.authorizer()
    }
}

#[async_trait]
impl Tools for ServerDoor<'_> {
    fn stream(&self, scope: ToolScope, names: Vec<ToolName>) -> Batches<'_, Tool> {
        self.inner.tools().stream(scope, names)
    }

    async fn call(&self, call: &ToolCall) -> Result<Execution, Fault> {
        require_object(&call.input)?;
        let client = open(self.inner, self.config, &call.identifier, self.access).await?;
        let listener = std::sync::Arc::new(NoListener);
        let called = tokio::time::timeout(PATIENCE, client.call(call.tool.raw(), &call.input, listener)).await;
        client.close().await;
        let answer = called.map_err(|_| {
            let message = "The server did not answer within a minute.";
            Fault::new(FaultKind::TimedOut, message).perhaps_carried_out()
        })??;
        // Status of an answer that is one, whatever it says.
        Ok(Execution { id: None, data: answer.result, http_status: 200, took: answer.took })
    }
}
