//! Task: reading a tool that ran lately, and the account that it ran with.

use async_trait::async_trait;

use crate::domain::Fault;
use crate::flow::preflight::{self, Claim, Claimant};
use crate::flow::target;
use crate::journal::RecentTool;
use crate::tui::core::message::Message;
use crate::tui::core::state::subject::Subject;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Reads a tool and its account.
#[derive(Debug)]
pub struct ReadTool(pub RecentTool);

/// Report: they were read.
#[derive(Debug)]
pub struct ToolRead(pub Result<Box<Subject>, Fault>);

impl ReadTool {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("recent tool").shown();
}

#[async_trait]
impl Task for ReadTool {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ToolRead(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let RecentTool { tool, account, connection, identifier } = self.0;
        let read = async {
            let opened = services.environment()?;
            let backend = opened.backend.as_ref();
            let claim =
                Claim { by: Claimant::History, account: Some(account), identifier, connection: Some(connection) };
            let account = preflight::resolve_account(backend, &claim).await?;
            let tool = target::definition(backend, &account, &tool).await?;
            Ok(Box::new(Subject::new(&tool, &account)))
        };
        reporter.send(ToolRead(read.await));
    }
}
