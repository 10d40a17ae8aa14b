//! Task: a rehearsal of verification.

use async_trait::async_trait;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

use crate::domain::{ConnectionName, Fault};
use crate::flow::rehearsal::{Rehearsal, RehearsalStep, rehearse};
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Rehearses verification on a connection.
#[derive(Debug)]
pub struct Rehearse {
    /// The connection.
    pub connection: ConnectionName,
    /// Ends it early, once it is cancelled.
    pub stop: CancellationToken,
}

/// Report: it came a step further.
#[derive(Debug)]
pub struct RehearsalProgress(pub RehearsalStep);

/// Report: it is over, or could not be begun.
#[derive(Debug)]
pub struct RehearsalEnded(pub Result<Rehearsal, Fault>);

impl Rehearse {
    /// Place of the rehearsal.
    pub const SLOT: Slot = Slot::new("rehearsal");
}

#[async_trait]
impl Task for Rehearse {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(RehearsalEnded(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let Self { connection, stop } = *self;
        let teller = reporter.clone();
        let rehearsed = async {
            let backend = Arc::clone(&services.environment()?.backend);
            let step = move |step| teller.send(RehearsalProgress(step));
            rehearse(backend, connection, Some(services.records), stop, step).await
        };
        reporter.send(RehearsalEnded(rehearsed.await));
    }
}
