//! Tasks: running the checks, and keeping what an environment looks like.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::domain::Fault;
use crate::flow::doctor::{self, Options, Report, Step};
use crate::flow::record::Recorder;
use crate::flow::snapshot;
use crate::journal::{AccountState, Front};
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Runs all checks.
#[derive(Debug)]
pub struct RunChecks {
    /// Number of accounts that are asked at once who they are; none where nobody is asked.
    pub prove: Option<usize>,
    /// Whether calls are recorded, and snapshots kept.
    pub recording: bool,
}

/// Report: how far the checks are.
#[derive(Debug)]
pub struct ChecksStep(pub Step);

/// Report: what was found.
#[derive(Debug)]
pub struct ChecksEnd(pub Result<Report, Fault>);

impl RunChecks {
    /// Place of the checks.
    pub const SLOT: Slot = Slot::new("checks").shown();
}

#[async_trait]
impl Task for RunChecks {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ChecksEnd(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let run = async {
            let opened = services.environment()?;
            let records = self.recording.then(|| Arc::clone(&services.records));
            let recorder = Recorder::of(&opened, Front::Screen, records);
            let options = Options { prove: self.prove, ..Options::default() };
            doctor::examine(&opened, &recorder, options, |step| reporter.send(ChecksStep(step))).await
        };
        let result = run.await;
        reporter.send(ChecksEnd(result));
    }
}

/// Time until the day's snapshot is taken: whoever only looks in is not made to pay for it.
const LATER: Duration = Duration::from_secs(20);

/// Sees, once somebody stays, whether this day has a snapshot already.
#[derive(Debug)]
pub struct LookForSnapshot;

/// Report: this day has none.
#[derive(Debug)]
pub struct SnapshotDue;

impl LookForSnapshot {
    /// Place of the snapshot.
    pub const SLOT: Slot = Slot::new("snapshot");
}

#[async_trait]
impl Task for LookForSnapshot {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, _fault: Fault) -> Message {
        Message::new(SnapshotTaken)
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        tokio::time::sleep(LATER).await;
        let Some(opened) = services.opened() else { return };
        let recent = snapshot::is_recent(&services.records, &opened.about().recorded_as, Timestamp::now()).await;
        match recent {
            Ok(false) => reporter.send(SnapshotDue),
            // Without a journal there is nothing to keep it in.
            Ok(true) | Err(_) => reporter.send(SnapshotTaken),
        }
    }
}

/// Takes the day's snapshot. The accounts were just read; the rest is read for it.
#[derive(Debug)]
pub struct TakeSnapshot(pub Vec<AccountState>);

/// Report: it was taken, or could not be.
#[derive(Debug)]
pub struct SnapshotTaken;

#[async_trait]
impl Task for TakeSnapshot {
    fn slot(&self) -> Slot {
        LookForSnapshot::SLOT
    }

    fn broken(&self, _fault: Fault) -> Message {
        Message::new(SnapshotTaken)
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        if let Some(opened) = services.opened() {
            let (backend, environment) = (opened.backend.as_ref(), &opened.about().recorded_as);
            let taken = snapshot::take(backend, &services.records, environment, Timestamp::now(), self.0).await;
            if let Err(fault) = taken {
                tracing::warn!(fault = fault.kind.slug(), "no snapshot");
            }
        }
        reporter.send(SnapshotTaken);
    }
}
