//! Definitions of servers' tools, as they were trusted: a server may change what a tool is under the same name.

use async_trait::async_trait;
use tokio::sync::watch;

use crate::backend::TrustedDefinitions;
use crate::backend::local::Local;
use crate::domain::{ConnectionName, Fault, FaultKind, JsonText, Tool, ToolName, ToolOrigin, definition};

impl Local {
    /// Refuses a call of a tool whose definition is another than the one that is trusted, whoever calls.
    pub(super) async fn ensure_trusted(
        &self,
        connection: &ConnectionName,
        tool: &ToolName,
        raw: &JsonText,
    ) -> Result<(), Fault> {
        let (now, name, called) = (definition(raw), connection.clone(), tool.clone());
        let trusted = self.blocking(move |inner| inner.accounts()?.trusted_definition(&name, &called)).await?;
        if trusted.is_none_or(|trusted| trusted == now) {
            return Ok(());
        }
        let message = format!(
            "The server of {connection} has changed the definition of {tool} since it was trusted. Nothing was sent."
        );
        Err(Fault::new(FaultKind::Conflict, message))
    }
}

#[async_trait]
impl TrustedDefinitions for Local {
    async fn trusted(&self, connection: &ConnectionName, tool: &Tool) -> Result<Option<JsonText>, Fault> {
        if !matches!(tool.origin, ToolOrigin::Server(_)) {
            return Ok(None);
        }
        let (connection, name, now) = (connection.clone(), tool.name.clone(), tool.definition());
        self.blocking(move |inner| {
            let accounts = inner.accounts()?;
            accounts.trust_definitions(&connection, &[(name.clone(), now)], true)?;
            accounts.trusted_definition(&connection, &name)
        })
        .await
    }

    async fn trust(&self, connection: &ConnectionName, tool: &Tool) -> Result<(), Fault> {
        let (connection, name, now) = (connection.clone(), tool.name.clone(), tool.definition());
        self.blocking(move |inner| inner.accounts()?.trust_definitions(&connection, &[(name, now)], false)).await
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.0.servers.changes()
    }
}
