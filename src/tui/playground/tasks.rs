//! Tasks of the playground: running a tool, checking an input, reading what was sent last.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::Mutex;

use crate::backend::{Answered, Arrival, Watch};
use crate::domain::{AccountId, Execution, Fault, FaultKind, Identifier, Tool, ToolCall, ToolName};
use crate::flow::preflight::{self, Claim, Claimant};
use crate::flow::record::{Recorder, blocking};
use crate::journal::{Front, SentArguments};
use crate::json::Document;
use crate::schema::InputCheck;
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task, compute};
use crate::tui::playground::validator_cache::{Check, Validators};

/// Task: run a tool.
#[derive(Debug)]
pub struct RunTool {
    /// The call, as it stands on screen.
    pub call: ToolCall,
    /// Its tool, whose effect is held against the mode.
    pub tool: Box<Tool>,
    /// Whether it goes into the journal.
    pub recording: Recording,
    /// Number of the run.
    pub number: u64,
}

/// Whether a call is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recording {
    /// The call is recorded.
    On,
    /// The call is not recorded.
    Off,
}

/// The account of the call is the one that is meant, and the run of this number goes out.
#[derive(Debug)]
pub struct CallSent(pub u64);

/// Something has come of the result of the run of this number. Told of a call that was given up, too.
#[derive(Debug)]
pub struct ResultArrived(pub u64, pub Arrival);

/// The call came back, or was given up.
#[derive(Debug)]
pub struct CallEnded(pub Result<RunResult, Fault>);

/// A call, or what came of it, could not be written down.
#[derive(Debug)]
pub struct NotRecorded(pub Fault);

/// A result that is ready to be explored.
pub struct RunResult {
    /// Answer of the back-end.
    pub execution: Execution,
    /// Data of the result, indexed.
    pub document: Document,
    /// Failure that the answer reports of itself.
    pub reported: Option<Fault>,
}

impl fmt::Debug for RunResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RunResult({:?})", self.execution)
    }
}

impl RunTool {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("run").shown();

    async fn execute(self, services: Services, reporter: &Reporter) -> Result<RunResult, Fault> {
        let Self { call, tool, recording, number } = self;
        let opened = services.opened().ok_or_else(|| Fault::new(FaultKind::Local, "No environment is open."))?;
        let backend = opened.backend.as_ref();
        let records = (recording == Recording::On).then_some(services.records);
        let recorder = Recorder::new(&opened.about().recorded_as, Front::Screen, records);
        let account = preflight::resolve_account(backend, &Claim::from_call(&call, Claimant::Screen)).await?;
        let call = account.call(backend, &tool, call.input, call.agent_run)?;
        reporter.announce(CallSent(number));
        let watcher = reporter.clone();
        let watch: Watch = Arc::new(move |arrival| watcher.announce(ResultArrived(number, arrival)));
        let recorded = recorder.run_watched(backend, &call, watch).await;
        let announcer = reporter.clone();
        // Not a part of this task: it goes on when the next call begins.
        tokio::spawn(async move {
            if let Some(fault) = recorded.writing.end().await {
                announcer.announce(NotRecorded(fault));
            }
        });
        let Answered { execution, document } = recorded.result?;
        let reported = recorded.reported;
        if let Some(document) = document {
            return Ok(RunResult { execution, document, reported });
        }
        let data = execution.data.clone();
        // A large result takes a while to index; the threads that wait for the network must not.
        match tokio::task::spawn_blocking(move || Document::index(data)).await {
            Ok(Ok(document)) => Ok(RunResult { execution, document, reported }),
            Ok(Err(fault)) => Err(Fault::new(FaultKind::TooLarge, fault.to_string()).after_it_was_carried_out()),
            Err(_) => {
                let message = "The result could not be read into the explorer.";
                Err(Fault::new(FaultKind::Local, message).after_it_was_carried_out())
            }
        }
    }
}

#[async_trait]
impl Task for RunTool {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(CallEnded(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        reporter.send(CallEnded(self.execute(services, &reporter).await));
    }
}

/// Validators of the schemas used lately, one user at a time.
pub(crate) type SharedValidators = Arc<Mutex<Validators>>;

/// Holds an input against its schema, off the thread that draws.
#[derive(Debug)]
pub struct CheckInput {
    /// The input and the schema.
    pub check: Check,
    pub(crate) validators: SharedValidators,
}

/// The input was held against its schema.
#[derive(Debug)]
pub struct InputChecked(pub Result<InputCheck, Fault>);

impl CheckInput {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("input check");
}

#[async_trait]
impl Task for CheckInput {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(InputChecked(Err(fault)))
    }

    /// Checks one input at a time: a check that is cancelled while it waits for its turn is never begun, so that
    /// fast typing does not pile them up.
    async fn run(self: Box<Self>, _services: Services, reporter: Reporter) {
        let Self { check, validators } = *self;
        let mut validators = validators.lock_owned().await;
        let found = compute(move || validators.check(&check)).await;
        reporter.send(InputChecked(Ok(found)));
    }
}

/// Finds out what was sent last for a tool, by this person with this account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadLastArguments {
    /// Name of the environment in the journal.
    pub environment: String,
    /// Tool that was called.
    pub tool: ToolName,
    /// Account that it was called with.
    pub account: AccountId,
    /// Identifier of the account.
    pub identifier: Identifier,
}

/// Arguments that were sent last, if any were.
#[derive(Debug)]
pub struct LastArguments(pub Result<Option<SentArguments>, Fault>);

impl ReadLastArguments {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("last arguments");
}

#[async_trait]
impl Task for ReadLastArguments {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(LastArguments(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let Self { environment, tool, account, identifier } = *self;
        let read = async {
            let journal = services.records.journal().await?;
            blocking(move || journal.last_arguments(&environment, &tool, &account, &identifier)).await
        };
        reporter.send(LastArguments(read.await));
    }
}
