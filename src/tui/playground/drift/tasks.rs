//! Task: the definition of a tool held against the one that is trusted.

use async_trait::async_trait;

use crate::domain::{ConnectionName, Fault, Tool, ToolName};
use crate::flow::tool_trust::{self, DefinitionChange};
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Holds the definition of a tool against the one that is trusted.
#[derive(Debug)]
pub struct CheckDefinition {
    /// Connection of its server.
    pub connection: ConnectionName,
    /// The tool.
    pub tool: Box<Tool>,
    /// Whether its call was sent before.
    pub again: bool,
}

/// Report: the difference, where there is one.
#[derive(Debug)]
pub struct DefinitionChecked {
    /// The tool.
    pub tool: ToolName,
    /// Whether its call was sent before.
    pub again: bool,
    /// The difference; none where it is trusted as it is.
    pub result: Result<Option<DefinitionChange>, Fault>,
}

impl CheckDefinition {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("definition check");
}

#[async_trait]
impl Task for CheckDefinition {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(DefinitionChecked { tool: self.tool.name.clone(), again: self.again, result: Err(fault) })
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let Self { connection, tool, again } = *self;
        let result = async {
            let opened = services.environment()?;
            tool_trust::change(opened.backend.as_ref(), &connection, &tool).await
        };
        let result = result.await;
        reporter.send(DefinitionChecked { tool: tool.name, again, result });
    }
}
