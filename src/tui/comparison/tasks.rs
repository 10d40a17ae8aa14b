//! Tasks: the calls, and the comparison of what came of them.

use std::sync::Arc;

use async_trait::async_trait;

use crate::domain::Fault;
use crate::flow::compare::{self, Comparison, ComparisonRequest, PersonResult, Refusal, Step};
use crate::flow::record::Recorder;
use crate::journal::Front;
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Task: run the call as everybody, and compare what they are given.
#[derive(Debug)]
pub struct RunComparison {
    /// The call, and everybody to make it as.
    pub request: ComparisonRequest,
    /// Whether the calls are recorded.
    pub recorded: bool,
}

/// Task: compare what has come, after the calls were stopped.
#[derive(Debug)]
pub struct CompareSoFar(pub Vec<PersonResult>);

/// One person's call is this far.
#[derive(Debug)]
pub struct ComparisonStep(pub usize, pub Step);

/// Everybody's call is over and compared, or nothing was sent.
#[derive(Debug)]
pub struct ComparisonEnded(pub Result<Box<Comparison>, Refusal>);

impl RunComparison {
    /// Slot of the calls, and of what is compared after they were stopped.
    pub const SLOT: Slot = Slot::new("comparison").shown();

    async fn execute(self, services: &Services, reporter: &Reporter) -> Result<Box<Comparison>, Refusal> {
        let Self { request, recorded } = self;
        let opened = services.environment().map_err(Refusal::Final)?;
        let records = recorded.then(|| Arc::clone(&services.records));
        let recorder = Recorder::of(&opened, Front::Screen, records);
        let report = |at, step| reporter.send(ComparisonStep(at, step));
        let people = compare::run(opened.backend.as_ref(), &recorder, &request, report).await?;
        compared(people).await
    }
}

async fn compared(people: Vec<PersonResult>) -> Result<Box<Comparison>, Refusal> {
    Comparison::new(people).await.map(Box::new).map_err(Refusal::Final)
}

#[async_trait]
impl Task for RunComparison {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ComparisonEnded(Err(Refusal::Final(fault))))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let ended = self.execute(&services, &reporter).await;
        reporter.send(ComparisonEnded(ended));
    }
}

#[async_trait]
impl Task for CompareSoFar {
    fn slot(&self) -> Slot {
        RunComparison::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ComparisonEnded(Err(Refusal::Final(fault))))
    }

    async fn run(self: Box<Self>, _services: Services, reporter: Reporter) {
        reporter.send(ComparisonEnded(compared(self.0).await));
    }
}
