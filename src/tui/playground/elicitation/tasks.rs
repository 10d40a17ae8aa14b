//! Task: the values of a form held against its schema, before they are sent.

use async_trait::async_trait;

use crate::domain::{Fault, JsonText};
use crate::schema::{InputCheck, Validator};
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task, compute};

/// Holds values against the schema that a server asks them by.
#[derive(Debug)]
pub struct CheckAnswer {
    /// The schema.
    pub schema: JsonText,
    /// The values.
    pub answer: JsonText,
}

/// Report: the values, and what is wrong with them.
#[derive(Debug)]
pub struct AnswerChecked(pub JsonText, pub Result<InputCheck, Fault>);

impl CheckAnswer {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("answer check");
}

#[async_trait]
impl Task for CheckAnswer {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(AnswerChecked(self.answer.clone(), Err(fault)))
    }

    async fn run(self: Box<Self>, _services: Services, reporter: Reporter) {
        let Self { schema, answer } = *self;
        let checked = answer.clone();
        let found = compute(move || Validator::compile(&schema).check(&checked));
        reporter.send(AnswerChecked(answer, Ok(found.await)));
    }
}
