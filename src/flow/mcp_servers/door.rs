//! The environment with a provisioned server as the door that its calls go through.

use std::sync::Arc;

use async_trait::async_trait;

use super::ProvisionedServer;
use super::trial::{open, require_object};
use crate::backend::call_watcher::CallWatcher;
use crate::backend::{About, Accounts, Answered, Authorizer, Backend, Batches, ToolScope, Tools, Watch};
use crate::domain::{AccessLevel, Execution, Fault, FaultKind, Mode, Tool, ToolCall, ToolName};
use crate::flow::environment::Opened;
use crate::mcp::client::{CallListener, NoListener};

/// An environment whose calls go through one of its servers, so that they are examined and written down like any other.
pub(super) struct ServerDoor<'a> {
    opened: &'a Opened,
    server: &'a ProvisionedServer,
    access: AccessLevel,
}

impl<'a> ServerDoor<'a> {
    /// The environment that is open, with `server` for a door.
    pub fn new(opened: &'a Opened, server: &'a ProvisionedServer, access: AccessLevel) -> Self {
        Self { opened, server, access }
    }

    fn inner(&self) -> &dyn Backend {
        self.opened.backend.as_ref()
    }

    async fn send(&self, call: &ToolCall, listener: Arc<dyn CallListener>) -> Result<Execution, Fault> {
        require_object(&call.input)?;
        let client = open(self.inner(), &self.opened.http_log, self.server, &call.identifier, self.access).await?;
        let calling = client.call(call.tool.raw(), &call.input, listener);
        let called = match self.opened.call_limit {
            None => Ok(calling.await),
            Some(limit) => tokio::time::timeout(limit, calling).await.map_err(|_| limit),
        };
        client.close().await;
        let answer = called.map_err(|limit| {
            let message = format!("The server did not answer within {} s.", limit.as_secs_f32());
            Fault::new(FaultKind::TimedOut, message).perhaps_carried_out()
        })??;
        // Status of an answer that is one, whatever it says.
        Ok(Execution { id: None, data: answer.result, http_status: 200, took: answer.took })
    }
}

impl Backend for ServerDoor<'_> {
    fn about(&self) -> &About {
        self.inner().about()
    }

    fn mode(&self) -> Mode {
        self.inner().mode()
    }

    fn accounts(&self) -> &dyn Accounts {
        self.inner().accounts()
    }

    fn tools(&self) -> &dyn Tools {
        self
    }

    fn authorizer(&self) -> &dyn Authorizer {
        self.inner().authorizer()
    }
}

#[async_trait]
impl Tools for ServerDoor<'_> {
    fn stream(&self, scope: ToolScope, names: Vec<ToolName>) -> Batches<'_, Tool> {
        self.inner().tools().stream(scope, names)
    }

    async fn call(&self, call: &ToolCall) -> Result<Execution, Fault> {
        self.send(call, Arc::new(NoListener)).await
    }

    async fn call_watched(&self, call: &ToolCall, watch: Watch) -> Result<Answered, Fault> {
        let execution = self.send(call, Arc::new(CallWatcher(watch))).await?;
        Ok(Answered { execution, document: None })
    }
}
