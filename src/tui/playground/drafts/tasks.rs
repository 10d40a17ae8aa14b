//! Task: the tool of an input that an earlier run left.

use async_trait::async_trait;

use crate::domain::{Fault, Tool};
use crate::flow::tools::called;
use crate::tui::core::message::Message;
use crate::tui::core::state::unsent::UnsentInput;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Finds the tool of an unsent input, to open it in the playground.
#[derive(Clone, Debug)]
pub struct FindTool(pub UnsentInput);

/// The tool, if there is still one of its name; or the environment does not say.
#[derive(Debug)]
pub struct ToolFound(pub UnsentInput, pub Result<Option<Tool>, Fault>);

impl FindTool {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("tool of an unsent input").shown();
}

#[async_trait]
impl Task for FindTool {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ToolFound(self.0.clone(), Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let Self(input) = *self;
        let find = async {
            let opened = services.environment()?;
            let connections = [input.connection.clone()];
            let found = called(opened.backend.as_ref(), &input.identifier, &connections, &input.tool).await?;
            // One of another account may have the same name.
            let named = found.iter().position(|tool| tool.account.as_ref() == Some(&input.account));
            Ok(found.into_iter().nth(named.unwrap_or_default()))
        };
        let found = find.await;
        reporter.send(ToolFound(input, found));
    }
}
