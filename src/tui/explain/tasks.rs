//! Task: ask the control questions.

use async_trait::async_trait;

use crate::domain::Fault;
use crate::flow::explain::{Diagnosis, Question, Step, Witnesses, explain};
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Finds the cause.
#[derive(Debug)]
pub struct ExplainTask {
    /// What is asked about.
    pub question: Question,
    /// Whether other environments are asked too.
    pub others: bool,
}

/// Report: a control question is asked, or answered.
#[derive(Debug)]
pub struct ExplainStep(pub Step);

/// Report: what was found.
#[derive(Debug)]
pub struct Explained(pub Result<Box<Diagnosis>, Fault>);

impl ExplainTask {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("explain").shown();
}

#[async_trait]
impl Task for ExplainTask {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(Explained(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let opened = match services.environment() {
            Ok(opened) => opened,
            Err(fault) => return reporter.send(Explained(Err(fault))),
        };
        let witnesses = Witnesses {
            opened: &opened,
            records: Some(&services.records),
            sources: services.origin.sources.as_ref().ok(),
            others: self.others,
            limits: services.origin.limits.clone(),
        };
        let finding = explain(self.question, &witnesses, &|step| reporter.send(ExplainStep(step))).await;
        reporter.send(Explained(Ok(Box::new(finding))));
    }
}
