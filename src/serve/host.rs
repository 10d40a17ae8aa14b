//! The open environment as a host of tools.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

use super::call::{Caller, mode_sentence};
use super::catalogue::{self, Catalogue};
use super::runs::Runs;
use crate::domain::{Fault, FaultKind, JsonText};
use crate::flow::approval::tell_of_calls;
use crate::flow::delegated_call::Permissions;
use crate::flow::environment::Opened;
use crate::flow::offer::ServeOrder;
use crate::flow::record::Recorder;
use crate::flow::server_content;
use crate::mcp::server::{HostRefusal, OfferedTool, Peer, ServerName, ToolAnswer, ToolHost};

/// Tools that one person may call in one environment.
pub struct EnvironmentHost {
    opened: Arc<Opened>,
    recorder: Recorder,
    order: ServeOrder,
    catalogue: Arc<Catalogue>,
    runs: Runs,
    permissions: Permissions,
    /// Follows the servers behind the tools, where there are some.
    _following: Option<AbortOnDropHandle<()>>,
}

impl EnvironmentHost {
    /// A host of what `order` offers in `opened`; calls are written down by `recorder`. Made within a runtime.
    pub fn new(opened: Arc<Opened>, recorder: Recorder, order: ServeOrder) -> Self {
        let catalogue = Arc::new(Catalogue::new(order.scope.clone()));
        let following = server_content::changes(opened.backend.as_ref()).map(|changes| {
            let follow = catalogue::follow(Arc::clone(&catalogue), Arc::clone(&opened), changes);
            AbortOnDropHandle::new(tokio::spawn(follow))
        });
        Self {
            catalogue,
            opened,
            recorder,
            order,
            runs: Runs::default(),
            permissions: Permissions::default(),
            _following: following,
        }
    }

    /// Reads the list for the first time. Returns what keeps tools away, in sentences.
    ///
    /// # Errors
    /// The list cannot be read, and will not be either where nobody does something about it.
    pub async fn look(&self) -> Result<Vec<String>, Fault> {
        match self.catalogue.list(&self.opened).await {
            Ok(listed) => {
                let count = crate::domain::pluralize(listed.tools.len() as u64, "tool");
                Ok([format!("{count} offered.")].into_iter().chain(self.catalogue.remarks()).collect())
            }
            // It may work once somebody calls.
            Err(fault) if fault.kind.is_passing() => Ok(vec![fault.message.to_string()]),
            Err(fault) => Err(fault),
        }
    }
}

#[async_trait]
impl ToolHost for EnvironmentHost {
    fn server(&self) -> ServerName {
        ServerName { title: Some(format!("jackfield: {}", self.opened.about().name)), ..ServerName::default() }
    }

    async fn tools(&self, _peer: &Peer) -> Result<Vec<Arc<OfferedTool>>, Fault> {
        self.catalogue.list(&self.opened).await.map(|listed| listed.tools.clone())
    }

    async fn call(&self, tool: &OfferedTool, arguments: JsonText, peer: &Peer) -> Result<ToolAnswer, HostRefusal> {
        let listed = self.catalogue.list(&self.opened).await?;
        let gone = || Fault::new(FaultKind::NotFound, "This tool is not offered any more. Nothing was sent.");
        let offer = listed.offer(tool).ok_or_else(gone)?;
        let caller = Caller {
            opened: &self.opened,
            recorder: &self.recorder,
            order: &self.order,
            runs: &self.runs,
            permissions: &self.permissions,
            catalogue: &self.catalogue,
            peer,
        };
        let answered = caller.call(offer, arguments).await;
        if let Some(state) = &self.order.state {
            tell_of_calls(state).await;
        }
        answered
    }

    fn changes(&self) -> Option<watch::Receiver<u64>> {
        Some(self.catalogue.changes())
    }

    fn instructions(&self) -> Option<String> {
        let (name, identifier) = (&self.opened.about().name, &self.order.scope.identifier);
        let mut words = vec![format!("These tools act as {identifier} in {name}, through this person's own accounts.")];
        words.extend(mode_sentence(self.opened.mode.get(), self.order.approval_limit).map(|words| words.to_string()));
        words.extend(self.catalogue.remarks());
        Some(words.join(" "))
    }
}
