//! Tasks of the playground: running a tool, checking an input, reading what was sent last.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::Mutex;

use crate::backend::{Answered, Arrival, Watch};
use crate::background;
use crate::domain::{AccountId, Execution, Fault, FaultKind, Identifier, JsonText, Tool, ToolCall, ToolName};
use crate::flow::preflight::{self, Claim, Claimant};
use crate::flow::record::{Recorder, blocking};
use crate::flow::tool_trust;
use crate::journal::{Front, SentArguments};
use crate::json::Document;
use crate::schema::InputCheck;
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task, compute};
use crate::tui::playground::modifiers::CallModifiers;
use crate::tui::playground::validator_cache::{Check, Validators};

/// Task: run a tool.
#[derive(Debug)]
pub struct RunTool {
    /// The call, as it stands on screen.
    pub call: ToolCall,
    /// Its tool, whose effect is held against the mode.
    pub tool: Box<Tool>,
    /// Modifiers that take part: the input is what they made of it.
    pub modifiers: CallModifiers,
    /// Whether it goes into the journal.
    pub recording: Recording,
    /// Number of the run.
    pub number: u64,
    /// Whether its tool is trusted as it is now, before the call goes out.
    pub trusts: bool,
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
    /// Result as the modifiers made it, or why they could not; none where there are none.
    pub shown: Option<Result<Document, Fault>>,
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
        let Self { call, tool, modifiers, recording, number, trusts } = self;
        let opened = services.opened().ok_or_else(|| Fault::new(FaultKind::Local, "No environment is open."))?;
        let backend = opened.backend.as_ref();
        if let CallModifiers::As(shown) = &modifiers
            && opened.modifiers_for(&tool.name).await? != *shown
        {
            let message = "The modifiers of this tool are others than those shown. Nothing was sent; run it again.";
            return Err(Fault::new(FaultKind::Conflict, message));
        }
        let modifiers = modifiers.selection();
        let records = (recording == Recording::On).then_some(services.records);
        let recorder = Recorder::of(&opened, Front::Screen, records).modified_by(modifiers.names());
        let account = preflight::resolve_account(backend, &Claim::from_call(&call, Claimant::Screen)).await?;
        let tool_connection = call.connection.clone();
        let call = account.call(backend, &tool, call.input, call.agent_run)?;
        if trusts {
            tool_trust::trust(backend, &tool_connection, &tool).await?;
        }
        reporter.announce(CallSent(number));
        let watcher = reporter.clone();
        let changes_result = modifiers.changes_result();
        let watch: Watch = Arc::new(move |arrival| {
            // What would be taken away again at the end is not shown on the way.
            let is_result = matches!(arrival, Arrival::Coming { .. } | Arrival::Broken { .. });
            if !(changes_result && is_result) {
                watcher.announce(ResultArrived(number, arrival));
            }
        });
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
        let document = match document {
            Some(document) => document,
            None => index(execution.data.clone()).await.map_err(Fault::after_it_was_carried_out)?,
        };
        let shown = match changes_result {
            true => Some(match modifiers.after(&execution.data).await {
                Ok(shown) => index(shown).await,
                Err(fault) => Err(fault),
            }),
            false => None,
        };
        Ok(RunResult { execution, document, reported, shown })
    }
}

/// A result to explore. A large one takes a while to index; the threads that wait for the network must not.
async fn index(data: JsonText) -> Result<Document, Fault> {
    match background::blocking(move || Document::index(data)).await {
        Ok(Ok(document)) => Ok(document),
        Ok(Err(fault)) => Err(Fault::new(FaultKind::TooLarge, fault.to_string())),
        Err(_) => Err(Fault::new(FaultKind::Local, "The result could not be read into the explorer.")),
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
