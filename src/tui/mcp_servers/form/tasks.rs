//! Tasks: the connections that a configuration may have, and the tools of one.

use async_trait::async_trait;

use crate::domain::{Connection, Fault, Provider, Tool};
use crate::flow::{connections, tools};
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};
use crate::tui::mcp_servers::form::state::ToolChoice;

/// Lists the connections.
#[derive(Debug)]
pub struct OfferConnections;

/// Report: the connections.
#[derive(Debug)]
pub struct ConnectionsOffered(pub Result<Vec<Connection>, Fault>);

impl OfferConnections {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("mcp-form-connections").shown();
}

#[async_trait]
impl Task for OfferConnections {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ConnectionsOffered(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let offered = async {
            let opened = services.environment()?;
            connections::load(opened.backend.as_ref()).await
        };
        reporter.send(ConnectionsOffered(offered.await));
    }
}

/// Lists the tools of a connection: those of its provider, whoever may call them.
#[derive(Debug)]
pub struct OfferTools {
    /// Place of the connection in the form.
    pub at: usize,
    /// Its provider.
    pub provider: Provider,
}

/// Report: the tools.
#[derive(Debug)]
pub struct ToolsOffered {
    /// Place of the connection in the form.
    pub at: usize,
    /// Its tools.
    pub result: Result<Vec<ToolChoice>, Fault>,
}

impl OfferTools {
    /// Slot of the task for the connection at this place.
    pub fn slot_of(at: usize) -> Slot {
        Slot::new("mcp-form-tools").shown().numbered(u32::try_from(at).unwrap_or(u32::MAX))
    }
}

#[async_trait]
impl Task for OfferTools {
    fn slot(&self) -> Slot {
        Self::slot_of(self.at)
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ToolsOffered { at: self.at, result: Err(fault) })
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let Self { at, provider } = *self;
        let offered = async {
            let opened = services.environment()?;
            let mut found = Vec::new();
            let choice = |tool: &Tool| ToolChoice { name: tool.name.clone(), summary: tool.summary() };
            let on_page = |page: Vec<Tool>, _| {
                found.extend(page.iter().filter(|tool| tool.origin.contract().is_none()).map(choice))
            };
            tools::catalogue(opened.backend.as_ref(), Some(provider), Vec::new(), on_page).await?;
            Ok(found)
        };
        reporter.send(ToolsOffered { at, result: offered.await });
    }
}
