//! What the program is asked to do: plain data, carried out by the runner.

use bytes::Bytes;
use url::Url;

use crate::domain::{
    AccountId, AccountRef, AuthorizationType, Credentials, Identifier, Provider, Secret, ToolCall, ToolName,
};
use crate::flow::authorize::Verification;
use crate::flow::credentials::Holder;
use crate::journal::EntryId;
use crate::profile::{OpenTarget, Profile, ProfileName, Question as EnvQuestion};
use crate::tui::activity::diff::state::Comparison;
use crate::tui::activity::screen::Page;
use crate::tui::explorer::inspect::state::LookAt;
use crate::tui::explorer::jq::state::Question;
use crate::tui::explorer::json_find::Find;
use crate::tui::explorer::table::Tabulate;
use crate::tui::playground::presets::state::Work;
use crate::tui::playground::validator_cache::Check;
use crate::tui::runtime::external_program::Handover;
use crate::tui::tools::export::state::Wanted;
use crate::tui::tools::screen::{Scope, Search};

/// One thing to do.
#[derive(Debug)]
pub enum Effect {
    /// Start a task in its job's slot; whatever ran there before is cancelled.
    Start(Job, Task),
    /// Cancel what runs in a slot.
    Cancel(Slot),
    /// Ask the terminal to put this on the clipboard.
    Copy(String),
    /// Lend the terminal to an editor or a pager.
    HandOver(Handover),
    /// Take the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Give the terminal back to the shell until it wakes us again.
    Suspend,
    /// Leave the program with this exit code.
    Quit(u8),
}

/// Work that takes a while.
#[derive(Debug)]
pub enum Task {
    /// Open an environment; what was open before is closed.
    OpenEnvironment(Box<Opening>),
    /// Work on the sources that environments come from.
    Books(Books),
    /// Read all accounts, page by page.
    LoadAccounts,
    /// Read one account again.
    ReadAccount(AccountRef),
    /// Read all connections.
    LoadConnections,
    /// Find out what a provider asks of a person whose account authorizes this way.
    AskProvider(Provider, AuthorizationType),
    /// Hand over what somebody typed in.
    HandOver(Holder, Credentials),
    /// Drop an account's credentials.
    Disconnect(AccountId),
    /// Delete an account.
    Delete(AccountId),
    /// Read these tools.
    LoadTools(Scope),
    /// Make a link for this account and follow it.
    Authorize(AccountRef, Verification),
    /// Put text on the desktop's clipboard.
    Copy(String),
    /// Open a page in the browser on this machine.
    OpenBrowser(Url),
    /// Run a tool, and write it down if that is wanted.
    Run(ToolCall, Recording),
    /// Read past calls.
    ReadHistory(Box<Page>),
    /// Read what others called, as far as the environment tells.
    ReadLogged,
    /// Read one past call, whole.
    ReadEntry(EntryId),
    /// Find out in what two past calls differ.
    Compare(Box<Comparison>),
    /// Find out what a tool was called with last.
    Recall(Recall),
    /// Write tools as definitions.
    Export(Wanted),
    /// Work on the presets of a tool.
    Presets(Box<Work>),
    /// Run a jq filter.
    Query(Question),
    /// Keep a jq filter for the next run.
    KeepQuery(String),
    /// Write a file.
    Save(Saving),
    /// Tell of every request, those of the past first.
    WatchRequests,
    /// Tell how far the broker's clock is from ours, now and whenever that changes.
    WatchClock,
    /// Look for something in a result.
    Find(Find),
    /// Find out what a value is.
    Look(LookAt),
    /// Make a table of an array, or put one in order.
    Tabulate(Tabulate),
    /// Find the tools that fit the filter.
    Search(Search),
    /// Hold an input against its schema.
    Validate(Check),
}

/// Of which calls the last is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recall {
    /// Made in this environment, as the journal calls it,
    pub environment: String,
    /// of this tool,
    pub tool: ToolName,
    /// with this account,
    pub account: AccountId,
    /// as this person.
    pub identifier: Identifier,
}

/// Whether a call is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recording {
    /// It is.
    On,
    /// It is not.
    Off,
}

/// A file to be written, under a name that nothing has yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saving {
    /// What it should be called; a number is put in if something is called so already.
    pub name: String,
    /// What goes in.
    pub bytes: Bytes,
}

/// What is to be opened.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    /// What is asked for; none for what the program was started for.
    pub request: Option<OpenTarget>,
    /// What a person has said to a question first.
    pub answer: Option<(EnvQuestion, bool)>,
}

/// Work on the sources that environments come from. Some of it waits for the keychain.
#[derive(Clone, Debug)]
pub enum Books {
    /// Look at all of them.
    Survey,
    /// Save a new profile.
    Save(Box<Profile>, Secret),
    /// Keep a new profile until the program ends.
    Keep(Box<Profile>, Secret),
    /// Make a profile the one in use.
    Use(ProfileName),
    /// Remove a profile and its secret.
    Remove(ProfileName),
    /// Keep an answer about a `.env`.
    Answer(Box<EnvQuestion>, bool),
}

/// Places where at most one task runs. A newer one takes the place of an older one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// Opening the environment.
    Environment,
    /// Work on the sources of environments.
    Books,
    /// The account list.
    Accounts,
    /// One account's detail.
    Detail,
    /// The connections to choose from.
    Connections,
    /// What a provider asks of a person.
    Form,
    /// A change to an account.
    Change,
    /// The tool list.
    Tools,
    /// The authorization being followed.
    Authorize,
    /// The desktop's clipboard.
    Clipboard,
    /// Starting a browser.
    Browser,
    /// The call being run.
    Run,
    /// The log of requests, while it is looked at.
    Requests,
    /// The broker's clock.
    Clock,
    /// The list of past calls.
    History,
    /// What others called.
    Logged,
    /// One past call.
    Entry,
    /// What differs.
    Compare,
    /// Tools being written as definitions.
    Export,
    /// What a tool was called with last.
    Recall,
    /// The presets of a tool.
    Presets,
    /// A filter that runs.
    Query,
    /// The filters that are kept.
    Queries,
    /// A file that is being written.
    Save,
    /// The search in a result.
    Find,
    /// What a value is.
    Look,
    /// An array as a table.
    Table,
    /// The filter of a long list.
    Search,
    /// The check of the input that stands there.
    Validate,
}

/// One start of a task: the slot and which start in it. Results of an older start are dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Job {
    /// Where it runs.
    pub slot: Slot,
    /// Counts the starts.
    pub generation: u64,
}

/// Which job is the current one in each slot.
#[derive(Debug, Default)]
pub struct Jobs {
    counter: u64,
    current: Vec<Job>,
}

impl Jobs {
    /// Starts `task` in `slot`, making everything that ran there before old.
    pub fn start(&mut self, slot: Slot, task: Task) -> Effect {
        self.counter += 1;
        let job = Job { slot, generation: self.counter };
        self.current.retain(|job| job.slot != slot);
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
        let elsewhere = |job: &Job| matches!(job.slot, Slot::Clipboard | Slot::Save | Slot::Presets);
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

    /// Whether something runs in `slot`.
    pub fn is_running(&self, slot: Slot) -> bool {
        self.current.iter().any(|job| job.slot == slot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(jobs: &mut Jobs, slot: Slot) -> Job {
        match jobs.start(slot, Task::LoadAccounts) {
            Effect::Start(job, _) => job,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_newer_job_makes_the_older_one_in_its_slot_old() {
        let mut jobs = Jobs::default();
        let (first, other) = (start(&mut jobs, Slot::Accounts), start(&mut jobs, Slot::Tools));
        let second = start(&mut jobs, Slot::Accounts);
        assert!(!jobs.is_current(first));
        assert!(jobs.is_current(second) && jobs.is_current(other));
    }

    #[test]
    fn everything_of_an_environment_can_be_cancelled_at_once() {
        let mut jobs = Jobs::default();
        let file = start(&mut jobs, Slot::Save);
        let all = [start(&mut jobs, Slot::Accounts), start(&mut jobs, Slot::Run)];
        let cancelled: Vec<_> = jobs.cancel_all().into_iter().map(|effect| format!("{effect:?}")).collect();
        assert_eq!(cancelled, ["Cancel(Accounts)", "Cancel(Run)"]);
        assert!(all.into_iter().all(|job| !jobs.is_current(job)) && jobs.is_current(file));
    }

    #[test]
    fn a_cancelled_or_finished_job_is_not_current() {
        let mut jobs = Jobs::default();
        let job = start(&mut jobs, Slot::Run);
        assert!(jobs.is_running(Slot::Run));
        jobs.cancel(Slot::Run);
        assert!(!jobs.is_current(job) && !jobs.is_running(Slot::Run));
    }
}
