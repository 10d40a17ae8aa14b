//! Task: opening a server as one person.

use async_trait::async_trait;

use crate::domain::{AccessLevel, Fault, Identifier, ServerConfig};
use crate::flow::mcp_servers::trial::{self, Trial};
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Opens a server, and lists what it offers.
#[derive(Debug)]
pub struct TryServer {
    /// Its configuration.
    pub config: Box<ServerConfig>,
    /// The person.
    pub identifier: Identifier,
    /// Freedom of the token.
    pub access: AccessLevel,
}

/// Report: what was found.
#[derive(Debug)]
pub struct ServerTried(pub Result<Trial, Fault>);

impl TryServer {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("mcp-trial").shown();
}

#[async_trait]
impl Task for TryServer {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ServerTried(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let tried = async {
            let opened = services.environment()?;
            trial::look(&opened, &self.config.as_ref().into(), &self.identifier, self.access).await
        };
        reporter.send(ServerTried(tried.await));
    }
}
