//! Jobs: which task runs where, and whether what it reports still counts.

use std::fmt;

use crate::tui::core::effect::Effect;
use crate::tui::core::work::task::Task;

/// Place where at most one task runs. A newer one takes the place of an older one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Slot {
    name: &'static str,
    is_shown: bool,
    outlives_environment: bool,
    /// Tells slots of one name apart; 0 where there is only one.
    number: u32,
}

impl Slot {
    /// A slot for work on the open environment. Its name is unique.
    pub const fn new(name: &'static str) -> Self {
        Self { name, is_shown: false, outlives_environment: false, number: 0 }
    }

    /// Marks a slot of which the work turns or counts on screen.
    pub const fn shown(self) -> Self {
        Self { is_shown: true, ..self }
    }

    /// Marks a slot for work that goes on when the environment is left.
    pub const fn of_program(self) -> Self {
        Self { outlives_environment: true, ..self }
    }

    /// One of several of this name, which may be filled at the same time.
    pub const fn numbered(self, number: u32) -> Self {
        Self { number, ..self }
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.number {
            0 => f.write_str(self.name),
            number => write!(f, "{} {number}", self.name),
        }
    }
}

/// Start of a task: its slot and the number of the start. Results of an older start are dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Job {
    /// Slot that it runs in.
    pub slot: Slot,
    /// Number of the start, counted over all slots.
    pub generation: u64,
}

/// Current job in each slot.
#[derive(Debug, Default)]
pub struct Jobs {
    counter: u64,
    current: Vec<Job>,
}

impl Jobs {
    /// Starts `task` in its slot, making everything that ran there before old.
    pub fn start(&mut self, task: Box<dyn Task>) -> Effect {
        self.counter += 1;
        let job = Job { slot: task.slot(), generation: self.counter };
        self.current.retain(|other| other.slot != job.slot);
        self.current.push(job);
        Effect::Start(job, task)
    }

    /// Stops what runs in `slot`; what it still says is dropped.
    pub fn cancel(&mut self, slot: Slot) -> Effect {
        self.finish(slot);
        Effect::Cancel(slot)
    }

    /// Stops whatever has to do with an environment.
    pub fn cancel_all(&mut self) -> Vec<Effect> {
        let elsewhere = |job: &Job| job.slot.outlives_environment;
        let (stay, go): (Vec<_>, Vec<_>) = self.current.drain(..).partition(elsewhere);
        self.current = stay;
        go.into_iter().map(|job| Effect::Cancel(job.slot)).collect()
    }

    /// The task in `slot` is done.
    pub fn finish(&mut self, slot: Slot) {
        self.current.retain(|job| job.slot != slot);
    }

    /// Whether results of `job` still count.
    pub fn is_current(&self, job: Job) -> bool {
        self.current.contains(&job)
    }

    /// Whether work is under way that shows something that turns or counts.
    pub fn are_shown(&self) -> bool {
        self.current.iter().any(|job| job.slot.is_shown)
    }

    /// Whether something runs in `slot`.
    pub fn is_running(&self, slot: Slot) -> bool {
        self.current.iter().any(|job| job.slot == slot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Fault;
    use crate::tui::core::message::Message;
    use crate::tui::core::work::reporter::Reporter;
    use crate::tui::core::work::task::Services;

    const LIST: Slot = Slot::new("list");
    const RUN: Slot = Slot::new("run");

    #[derive(Debug)]
    struct Nothing(Slot);

    #[async_trait::async_trait]
    impl Task for Nothing {
        fn slot(&self) -> Slot {
            self.0
        }

        fn broken(&self, _fault: Fault) -> Message {
            Message::new(())
        }

        async fn run(self: Box<Self>, _services: Services, _reporter: Reporter) {}
    }

    fn start(jobs: &mut Jobs, slot: Slot) -> Job {
        match jobs.start(Box::new(Nothing(slot))) {
            Effect::Start(job, _) => job,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_newer_job_makes_the_older_one_in_its_slot_old() {
        let mut jobs = Jobs::default();
        let (first, other) = (start(&mut jobs, LIST), start(&mut jobs, RUN));
        let second = start(&mut jobs, LIST);
        assert!(!jobs.is_current(first));
        assert!(jobs.is_current(second) && jobs.is_current(other));
    }

    #[test]
    fn everything_of_an_environment_can_be_cancelled_at_once() {
        let mut jobs = Jobs::default();
        let file = start(&mut jobs, Slot::new("file").of_program());
        let all = [start(&mut jobs, LIST), start(&mut jobs, RUN)];
        let cancelled: Vec<_> = jobs.cancel_all().into_iter().map(|effect| format!("{effect:?}")).collect();
        assert_eq!(cancelled, ["Cancel(list)", "Cancel(run)"]);
        assert!(all.into_iter().all(|job| !jobs.is_current(job)) && jobs.is_current(file));
    }

    #[test]
    fn a_cancelled_or_finished_job_is_not_current() {
        let mut jobs = Jobs::default();
        let job = start(&mut jobs, RUN);
        assert!(jobs.is_running(RUN));
        jobs.cancel(RUN);
        assert!(!jobs.is_current(job) && !jobs.is_running(RUN));
    }
}
