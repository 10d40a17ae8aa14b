//! Carries effects out as cancellable tasks, and brings back what they have to say as events.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::AbortHandle;
use tokio_util::task::TaskTracker;

use crate::domain::{Fault, FaultKind};
use crate::flow::record::Records;
use crate::tui::core::state::opened::{Current, Origin};
use crate::tui::core::work::event_queue::EventSender;
use crate::tui::core::work::job::{Job, Slot};
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// The tasks of one program.
pub struct Runner {
    origin: Origin,
    current: Current,
    records: Arc<Records>,
    running: HashMap<Slot, AbortHandle>,
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
            events,
            tasks,
        }
    }

    /// Records that the program writes.
    pub fn records(&self) -> Arc<Records> {
        Arc::clone(&self.records)
    }

    /// Every task there is, cancelled ones that still have something to put in order included.
    pub fn tasks(&self) -> TaskTracker {
        self.tasks.clone()
    }

    /// Starts a task in its slot; what ran there before is cancelled. One that panics says so.
    pub fn start(&mut self, job: Job, task: Box<dyn Task>) {
        self.cancel(job.slot);
        let reporter = Reporter { job, events: self.events.clone() };
        let services =
            Services { origin: self.origin.clone(), current: self.current.clone(), records: self.records.clone() };
        task.prepare(&services, job);
        let last_words = task.broken(broken());
        let work = self.tasks.spawn(task.run(services, reporter.clone()));
        self.running.insert(job.slot, work.abort_handle());
        tokio::spawn(async move {
            if work.await.is_err_and(|error| error.is_panic()) {
                reporter.forward(last_words);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::JsonText;
    use crate::profile::OpenTarget;
    use crate::tui::core::event::Event;
    use crate::tui::core::message::Message;
    use crate::tui::playground::tasks::{CheckInput, InputChecked, SharedValidators};
    use crate::tui::playground::validator_cache::Check;

    /// Origin with nothing to open.
    fn nowhere() -> Origin {
        let sources = Err(Fault::new(FaultKind::Local, "No home."));
        Origin { named: OpenTarget::default(), sources, limits: Default::default() }
    }

    /// Report of a task of the tests.
    #[derive(Debug)]
    struct Said(Result<(), Fault>);

    /// A task that breaks down, or never ends.
    #[derive(Debug)]
    struct Odd {
        breaks: bool,
    }

    #[async_trait::async_trait]
    impl Task for Odd {
        fn slot(&self) -> Slot {
            Slot::new("odd")
        }

        fn broken(&self, fault: Fault) -> Message {
            Message::new(Said(Err(fault)))
        }

        async fn run(self: Box<Self>, _services: Services, _reporter: Reporter) {
            assert!(!self.breaks, "something broke");
            std::future::pending().await
        }
    }

    #[tokio::test]
    async fn a_task_that_panics_says_so_and_one_that_is_cancelled_does_not() {
        let (events, mut said) = EventSender::new();
        let mut runner = Runner::new(nowhere(), events);
        let start = |runner: &mut Runner, slot, generation, breaks| {
            let job = Job { slot, generation };
            runner.start(job, Box::new(Odd { breaks }));
            job
        };
        start(&mut runner, Slot::new("idle"), 6, false);
        runner.cancel(Slot::new("idle"));
        let broken = start(&mut runner, Slot::new("odd"), 7, true);
        let Some(Event::Task(job, message)) = said.recv().await else { panic!() };
        let Said(Err(fault)) = message.take().unwrap() else { panic!() };
        assert_eq!((job, fault.kind), (broken, FaultKind::Local));
        assert!(said.try_recv().is_none());
    }

    #[tokio::test]
    async fn inputs_are_checked_without_an_environment_and_the_newest_has_the_last_word() {
        let json = |text: &str| JsonText::parse(text.to_owned()).unwrap();
        let (events, mut said) = EventSender::new();
        let mut runner = Runner::new(nowhere(), events);
        let validators = SharedValidators::default();
        let schema = json(r#"{"required":["a"],"properties":{"a":{"type":"string"},"b":{"type":"file"}}}"#);
        for (generation, input) in ["{}", r#"{"a":"x"}"#, r#"{"a":1}"#].into_iter().enumerate() {
            let job = Job { slot: CheckInput::SLOT, generation: generation as u64 };
            let check = Check { schema: schema.clone(), input: json(input) };
            runner.start(job, Box::new(CheckInput { check, validators: validators.clone() }));
        }
        loop {
            let Some(Event::Task(job, message)) = said.recv().await else { panic!() };
            let InputChecked(Ok(found)) = message.take().unwrap() else { panic!() };
            if job.generation == 2 {
                assert_eq!(found.problems[0].to_string(), "a must be a string, not 1");
                assert_eq!((found.problems.len(), found.dropped.len()), (1, 1));
                break;
            }
        }
    }
}
