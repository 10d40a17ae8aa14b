//! Carries effects out as cancellable tasks, and brings back what they have to say as events.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::{AbortHandle, JoinHandle};
use tokio_util::task::TaskTracker;

use crate::backend::clock::Clock;
use crate::backend::{AccountFilter, Backend};
use crate::domain::{AuthorizationType, ClockOffset, Fault, FaultKind, ToolCall};
use crate::flow::credentials::Asked;
use crate::flow::environment::Opened;
use crate::flow::preflight::{self, Claim, Claimant};
use crate::flow::record::{Recorder, Records};
use crate::flow::{account_changes, accounts, authorize, browser, connections, credentials};
use crate::journal::Front;
use crate::json::Document;
use crate::tui::activity::loader as history;
use crate::tui::core::effect::{Job, Recording, Slot, Task};
use crate::tui::core::event::{Event, Outcome, Ran};
use crate::tui::core::event_queue::EventSender;
use crate::tui::core::opened::{Current, Origin};
use crate::tui::core::reporter::Reporter;
use crate::tui::core::task::{Services, Task as RoomTask};
use crate::tui::playground::presets::store as presets;
use crate::tui::playground::validator_cache::{Check, Validators};
use crate::tui::runtime::clipboard::Clipboard;

/// The tasks of one program.
pub struct Runner {
    origin: Origin,
    current: Current,
    records: Arc<Records>,
    running: HashMap<Slot, AbortHandle>,
    validators: Arc<tokio::sync::Mutex<Validators>>,
    clipboard: Clipboard,
    events: EventSender,
    tasks: TaskTracker,
}

impl Runner {
    /// A runner with nothing open yet; its events go to `events`.
    pub fn new(origin: Origin, events: EventSender) -> Self {
        let tasks = TaskTracker::new();
        // Whoever waits for an end of all of them does so when no more are started.
        tasks.close();
        Self {
            origin,
            current: Current::default(),
            records: Arc::new(Records::for_this_user()),
            running: HashMap::new(),
            validators: Arc::default(),
            clipboard: Clipboard::default(),
            events,
            tasks,
        }
    }

    /// What the program writes down.
    pub fn records(&self) -> Arc<Records> {
        Arc::clone(&self.records)
    }

    /// Every task there is, cancelled ones that still have something to put in order included.
    pub fn tasks(&self) -> TaskTracker {
        self.tasks.clone()
    }

    /// Starts a task in its slot; what ran there before is cancelled.
    pub fn start(&mut self, job: Job, task: Task) {
        self.cancel(job.slot);
        let reporter = Reporter { job, events: self.events.clone() };
        let work = match task {
            Task::Room(task) => return self.run(job, task, reporter),
            Task::Validate(check) => self.tasks.spawn(validate(check, reporter, self.validators.clone())),
            Task::Copy(text) => {
                let clipboard = self.clipboard.clone();
                self.tasks.spawn(async move { reporter.say(Outcome::Copied(clipboard.put(text).await)) })
            }
            Task::Recall(_) | Task::Save(_) | Task::Presets(_) => {
                self.tasks.spawn(look_back(task, reporter, self.records.clone()))
            }
            task => self.tasks.spawn(carry_out(task, reporter, self.current.get(), self.records.clone())),
        };
        self.look_after(job, work);
    }

    fn run(&mut self, job: Job, task: Box<dyn RoomTask>, reporter: Reporter) {
        let services =
            Services { origin: self.origin.clone(), current: self.current.clone(), records: self.records.clone() };
        task.prepare(&services, job);
        let last_words = task.broken(broken());
        let work = self.tasks.spawn(task.run(services, reporter.clone()));
        self.running.insert(job.slot, work.abort_handle());
        tokio::spawn(async move {
            if work.await.is_err_and(|error| error.is_panic()) {
                reporter.say(Outcome::Room(last_words));
            }
        });
    }

    /// Sees to it that a task can be cancelled, and that one that panics says so.
    fn look_after(&mut self, job: Job, work: JoinHandle<()>) {
        self.running.insert(job.slot, work.abort_handle());
        let reporter = Reporter { job, events: self.events.clone() };
        tokio::spawn(async move {
            if work.await.is_err_and(|error| error.is_panic()) {
                reporter.say(failed(job.slot));
            }
        });
    }

    /// Cancels what runs in a slot.
    pub fn cancel(&mut self, slot: Slot) {
        if let Some(task) = self.running.remove(&slot) {
            task.abort();
        }
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.running.values().for_each(AbortHandle::abort);
    }
}

fn broken() -> Fault {
    Fault::new(FaultKind::Local, "Something inside jackfield broke. This is its own fault; trying again may help.")
}

/// What a slot's task says when it broke down. The screen stays up and says so.
fn failed(slot: Slot) -> Outcome {
    let fault = broken();
    match slot {
        Slot::Accounts => Outcome::AccountsEnd(Err(fault)),
        Slot::Detail => Outcome::AccountRead(Err(fault)),
        Slot::Connections => Outcome::Connections(Err(fault)),
        Slot::Form => Outcome::Asked(Asked::Unknown(fault.to_string()), AuthorizationType::unknown()),
        Slot::Change => Outcome::AccountChanged(Err(fault)),
        Slot::Authorize => Outcome::AuthorizeEnd(Err(fault)),
        Slot::Clipboard => Outcome::Copied(false),
        Slot::Browser => Outcome::BrowserOpened(Err(fault)),
        Slot::Run => Outcome::Ran(Err(fault)),
        Slot::Clock => Outcome::Skew(ClockOffset::default()),
        Slot::Save => Outcome::Saved(Err(fault)),
        Slot::Recall => Outcome::Recalled(Err(fault)),
        Slot::Presets => Outcome::Presets(Err(fault)),
        Slot::Validate => Outcome::Validated(Err(fault)),
        _ => Outcome::Saved(Err(fault)),
    }
}

/// One check at a time: one that is cancelled while it waits for its turn is never begun, so that fast
/// typing does not pile them up.
async fn validate(check: Check, reporter: Reporter, validators: Arc<tokio::sync::Mutex<Validators>>) {
    let mut validators = validators.lock_owned().await;
    let found = tokio::task::spawn_blocking(move || validators.check(&check)).await;
    reporter.say(found.map_or_else(|_| failed(Slot::Validate), |findings| Outcome::Validated(Ok(findings))));
}

/// The tasks that need no environment: what is on this machine's disk.
async fn look_back(task: Task, reporter: Reporter, records: Arc<Records>) {
    reporter.say(match task {
        Task::Save(saving) => Outcome::Saved(history::save(saving).await),
        Task::Recall(wanted) => Outcome::Recalled(history::recall(&records, wanted).await),
        Task::Presets(work) => Outcome::Presets(presets::work(&records, *work).await),
        _ => failed(reporter.job.slot),
    });
}

async fn carry_out(task: Task, reporter: Reporter, environment: Option<Arc<Opened>>, records: Arc<Records>) {
    let task = match task {
        Task::OpenBrowser(url) => return reporter.say(Outcome::BrowserOpened(browser::open(&url).await)),
        task => task,
    };
    match environment {
        Some(environment) => match task {
            Task::WatchClock => watch_clock(&reporter, &environment.clock).await,
            Task::Run(call, recording) => {
                let records = (recording == Recording::On).then_some(records);
                let recorder = Recorder::new(&environment.about().recorded_as, Front::Screen, records);
                let ran = run_and_index(&reporter, environment.backend.as_ref(), &recorder, call).await;
                reporter.say(Outcome::Ran(ran));
            }
            task => ask(task, &reporter, environment.backend.as_ref()).await,
        },
        None => reporter.say(failed(reporter.job.slot)),
    }
}

/// Tells how far the broker's clock is from ours, and of every change.
async fn watch_clock(reporter: &Reporter, clock: &Clock) {
    let mut changes = clock.subscribe();
    changes.mark_changed();
    while changes.changed().await.is_ok() {
        reporter.events.room().await;
        let skew = *changes.borrow_and_update();
        reporter.say(Outcome::Skew(skew));
    }
}

/// The tasks that ask the broker.
async fn ask(task: Task, reporter: &Reporter, backend: &dyn Backend) {
    reporter.say(match task {
        Task::LoadAccounts => {
            let page = |items, total| reporter.say(Outcome::AccountsPage(items, total));
            Outcome::AccountsEnd(accounts::load(backend, &AccountFilter::default(), page).await)
        }
        Task::ReadAccount(account) => Outcome::AccountRead(accounts::get(backend, &account).await),
        Task::LoadConnections => {
            let mut found = Vec::new();
            let read = connections::counted(backend, |page| found.extend(page)).await;
            Outcome::Connections(read.map(|mismatch| (found, mismatch)))
        }
        Task::AskProvider(provider, authorization) => {
            let asked = credentials::asked(backend, &provider, &authorization).await;
            Outcome::Asked(asked, authorization)
        }
        Task::HandOver(holder, given) => Outcome::AccountChanged(credentials::hand_over(backend, &holder, given).await),
        Task::Disconnect(id) => Outcome::AccountChanged(account_changes::disconnect(backend, &id).await),
        Task::Delete(id) => {
            let result = account_changes::delete(backend, &id).await;
            Outcome::AccountDeleted(id, result)
        }
        Task::Authorize(account, verification) => {
            let step = |progress| reporter.say(Outcome::AuthorizeStep(progress));
            Outcome::AuthorizeEnd(authorize::authorize(backend, &account, verification, step).await)
        }
        Task::Room(_)
        | Task::Copy(_)
        | Task::Run(..)
        | Task::Recall(_)
        | Task::Presets(_)
        | Task::Save(_)
        | Task::OpenBrowser(_)
        | Task::WatchClock
        | Task::Validate(_) => return,
    });
}

async fn run_and_index(
    reporter: &Reporter,
    backend: &dyn Backend,
    recorder: &Recorder,
    call: ToolCall,
) -> Result<Ran, Fault> {
    let account = preflight::resolve_account(backend, &Claim::from_call(&call, Claimant::Screen)).await?;
    let call = account.call(call.tool, call.input, call.agent_run);
    reporter.say(Outcome::GoesOut);
    let recorded = recorder.run(backend, &call).await;
    let events = reporter.events.clone();
    // Not a part of this job: it goes on when the next call begins.
    tokio::spawn(async move {
        if let Some(fault) = recorded.writing.end().await {
            events.send(Event::Unrecorded(fault));
        }
    });
    let execution = recorded.result?;
    let data = execution.data.clone();
    // A large result takes a while to index; the threads that wait for the network must not.
    let document = tokio::task::spawn_blocking(move || Document::index(data)).await;
    match document {
        Ok(Ok(document)) => Ok(Ran { execution, document, reported: recorded.reported }),
        Ok(Err(fault)) => Err(Fault::new(FaultKind::TooLarge, fault.to_string()).after_it_was_carried_out()),
        Err(_) => {
            let message = "The result could not be read into the explorer.";
            Err(Fault::new(FaultKind::Local, message).after_it_was_carried_out())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::JsonText;
    use crate::profile::OpenTarget;

    /// Nothing to open.
    fn nowhere() -> Origin {
        let sources = Err(Fault::new(FaultKind::Local, "No home."));
        Origin { named: OpenTarget::default(), sources, limits: Default::default() }
    }

    #[tokio::test]
    async fn a_task_that_panics_says_so_and_one_that_is_cancelled_does_not() {
        let (events, mut said) = EventSender::new();
        let mut runner = Runner::new(nowhere(), events);
        let cancelled = Job { slot: Slot::Accounts, generation: 6 };
        runner.look_after(cancelled, tokio::spawn(std::future::pending()));
        runner.cancel(Slot::Accounts);
        let broken = Job { slot: Slot::Run, generation: 7 };
        runner.look_after(broken, tokio::spawn(async { panic!("something broke") }));
        let Some(Event::Task(job, Outcome::Ran(Err(fault)))) = said.recv().await else { panic!() };
        assert_eq!((job, fault.kind), (broken, FaultKind::Local));
        assert!(said.try_recv().is_none());
    }

    #[tokio::test]
    async fn inputs_are_checked_without_an_environment_and_the_newest_has_the_last_word() {
        let json = |text: &str| JsonText::parse(text.to_owned()).unwrap();
        let (events, mut said) = EventSender::new();
        let mut runner = Runner::new(nowhere(), events);
        let schema = json(r#"{"required":["a"],"properties":{"a":{"type":"string"},"b":{"type":"file"}}}"#);
        for (generation, input) in ["{}", r#"{"a":"x"}"#, r#"{"a":1}"#].into_iter().enumerate() {
            let job = Job { slot: Slot::Validate, generation: generation as u64 };
            runner.start(job, Task::Validate(Check { schema: schema.clone(), input: json(input) }));
        }
        loop {
            let Some(Event::Task(job, Outcome::Validated(Ok(found)))) = said.recv().await else { panic!() };
            if job.generation == 2 {
                assert_eq!(found.problems[0].to_string(), "a: string expected, this is 1");
                assert_eq!((found.problems.len(), found.dropped.len()), (1, 1));
                break;
            }
        }
    }
}
