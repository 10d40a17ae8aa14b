//! Tasks: asking the providers who accounts are, and reading what is known of that.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;

use crate::background;
use crate::domain::{Account, Fault, Proof};
use crate::flow::identity::{self, Swept};
use crate::flow::record::Recorder;
use crate::flow::sources;
use crate::journal::Front;
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Shortest time between two reports of proofs: one of each of thousands would keep the screen busy.
const TOGETHER: Duration = Duration::from_millis(60);

/// Reads the proofs that are kept of the open environment.
#[derive(Debug)]
pub struct LoadProofs;

/// Report: the proofs that are kept.
#[derive(Debug)]
pub struct ProofsKept(pub Result<Vec<Proof>, Fault>);

impl LoadProofs {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("kept proofs");
}

#[async_trait]
impl Task for LoadProofs {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ProofsKept(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let read = async {
            let opened = services.environment()?;
            let records = Some(Arc::clone(&services.records));
            identity::kept(&Recorder::new(&opened.about().recorded_as, Front::Screen, records)).await
        };
        reporter.send(ProofsKept(read.await));
    }
}

/// Asks who accounts are.
pub struct ProveAccounts {
    /// Accounts, as they were read.
    pub accounts: Vec<Account>,
    /// Accounts to ask about at once.
    pub at_once: usize,
    /// Whether the calls and the proofs are written down.
    pub recording: bool,
}

impl fmt::Debug for ProveAccounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProveAccounts({} accounts, {} at once)", self.accounts.len(), self.at_once)
    }
}

/// Report: some more accounts were asked about.
#[derive(Debug)]
pub struct ProofsFound(pub Vec<Proof>);

/// Report: nothing is sent for this long, for a rate limit.
#[derive(Debug)]
pub struct ProvingWaits(pub Duration);

/// Report: something that does not keep anybody from proving.
#[derive(Debug)]
pub struct ProvingRemark(pub String);

/// Report: all were asked about, or it broke down.
#[derive(Debug)]
pub struct ProvingEnded(pub Option<Fault>);

impl ProveAccounts {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("proving").shown();

    async fn prove(self, services: &Services, reporter: &Reporter) -> Result<(), Fault> {
        let opened = services.environment()?;
        let records = self.recording.then(|| Arc::clone(&services.records));
        let recorder = Recorder::of(&opened, Front::Screen, records).probing();
        let (table, problems) = background::blocking(|| identity::table(sources::home().ok().as_ref()))
            .await
            .unwrap_or_else(|_| identity::table(None));
        for problem in problems {
            reporter.send(ProvingRemark(format!("providers/{} does not count. {}", problem.file, problem.sentence)));
        }
        let (mut found, mut told) = (Vec::new(), Instant::now());
        let on = |swept| match swept {
            Swept::Proof(proof) => {
                found.push(proof);
                if told.elapsed() >= TOGETHER {
                    told = Instant::now();
                    reporter.send(ProofsFound(std::mem::take(&mut found)));
                }
            }
            Swept::Waits(wait) => {
                reporter.send(ProofsFound(std::mem::take(&mut found)));
                reporter.send(ProvingWaits(wait));
            }
            Swept::NotKept(fault) => reporter.send(ProvingRemark(format!("Proofs are not kept. {fault}"))),
        };
        identity::sweep(opened.backend.as_ref(), &recorder, &table, self.accounts, self.at_once, on).await;
        reporter.send(ProofsFound(found));
        Ok(())
    }
}

#[async_trait]
impl Task for ProveAccounts {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ProvingEnded(Some(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let ended = self.prove(&services, &reporter).await;
        reporter.send(ProvingEnded(ended.err()));
    }
}
