//! Task: an input that was changed, held against the schema of its tool.

use async_trait::async_trait;

use crate::domain::{ConnectionName, Fault, Identifier, JsonText, ToolName};
use crate::flow::tools::called;
use crate::schema::Validator;
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task, compute};

/// Check an input.
#[derive(Clone, Debug)]
pub struct CheckCall {
    /// Tool that it is for.
    pub tool: ToolName,
    /// Connection of the call.
    pub connection: ConnectionName,
    /// Person of the call.
    pub identifier: Identifier,
    /// The input.
    pub input: JsonText,
}

/// Report: an input, and what is wrong with it in sentences, safe to show.
#[derive(Debug)]
pub struct CallChecked(pub JsonText, pub Result<Vec<String>, Fault>);

impl CheckCall {
    /// Place of the check.
    pub const SLOT: Slot = Slot::new("changed input of a call");
}

#[async_trait]
impl Task for CheckCall {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(CallChecked(self.input.clone(), Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let Self { tool, connection, identifier, input } = *self;
        let checked = input.clone();
        let check = async {
            let opened = services.environment()?;
            let found = called(opened.backend.as_ref(), &identifier, &[connection], &tool).await?;
            let schema = found.into_iter().find_map(|tool| tool.input_schema);
            let Some(schema) = schema else { return Ok(Vec::new()) };
            let found = compute(move || Validator::compile(&schema).check(&checked)).await;
            Ok(found.problems.iter().map(ToString::to_string).collect())
        };
        let result = check.await;
        reporter.send(CallChecked(input, result));
    }
}
