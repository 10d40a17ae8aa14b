//! Entries of the journal that wait for their outcome.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::record::Records;
use crate::domain::Fault;
use crate::journal::{Ending, EntryId, Journal, NewCall};

/// A call that stands in the journal without its outcome.
pub(super) struct Begun {
    pub journal: Journal,
    pub id: EntryId,
    pub call: NewCall,
}

/// An outcome on its way to the disk, counted until it is there.
struct Unwritten {
    records: Arc<Records>,
    outcome: Option<(Begun, Ending)>,
}

impl Unwritten {
    fn new(records: Arc<Records>, begun: Begun, ending: Ending) -> Self {
        records.unwritten.send_modify(|count| *count += 1);
        Self { records, outcome: Some((begun, ending)) }
    }

    fn write(&mut self) -> Result<(), Fault> {
        let Some((begun, ending)) = self.outcome.take() else { return Ok(()) };
        begun.journal.complete(begun.id, &begun.call, &ending)
    }

    /// Writes where nobody waits for the network. The disk may be busy with another program's writing for seconds.
    fn write_elsewhere(mut self) -> Option<JoinHandle<Result<(), Fault>>> {
        let runtime = Handle::try_current().ok()?;
        Some(runtime.spawn_blocking(move || self.write()))
    }
}

impl Drop for Unwritten {
    fn drop(&mut self) {
        // A runtime that is ending, or has, takes no more work: what was meant for it is done here.
        let _ = self.write();
        self.records.unwritten.send_modify(|count| *count = count.saturating_sub(1));
    }
}

/// An entry that waits for its outcome. Whoever stops waiting for the call drops this, on a thread that must not
/// wait for the disk.
pub(super) struct Open {
    records: Arc<Records>,
    /// None once it is over.
    begun: Option<Begun>,
    at: Instant,
}

impl Open {
    pub fn new(records: Arc<Records>, begun: Begun) -> Self {
        Self { records, begun: Some(begun), at: Instant::now() }
    }

    pub fn records(&self) -> &Arc<Records> {
        &self.records
    }

    /// Number of the entry; none once it is over.
    pub fn id(&self) -> Option<EntryId> {
        self.begun.as_ref().map(|begun| begun.id)
    }

    pub fn elapsed(&self) -> Duration {
        self.at.elapsed()
    }

    /// Sends an outcome on its way; none without a runtime, where it is written already.
    pub fn end(&mut self, ending: Ending) -> Option<JoinHandle<Result<(), Fault>>> {
        let begun = self.begun.take()?;
        Unwritten::new(Arc::clone(&self.records), begun, ending).write_elsewhere()
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // Left open it would be shown as unknown, which is true as well.
        let _ = self.end(Ending::stopped(self.elapsed()));
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::domain::JsonText;
    use crate::journal::{CallKind, CallOutcome, Front, Retention};

    fn begun(folder: &Path) -> Begun {
        let journal = Journal::open(folder, Retention::default()).unwrap();
        let call = NewCall {
            environment: "e".into(),
            kind: CallKind::Tool,
            name: "t".into(),
            connection: "c".into(),
            identifier: "i".into(),
            account: "a".into(),
            arguments: JsonText::empty_object(),
            agent_run: None,
            front: Front::Screen,
            probe: false,
            modifiers: Vec::new(),
            client: None,
        };
        Begun { id: journal.begin(&call).unwrap(), journal, call }
    }

    fn outcome(journal: &Journal, id: EntryId) -> CallOutcome {
        journal.entry(id).unwrap().unwrap().summary.outcome
    }

    #[tokio::test]
    async fn a_call_that_is_given_up_does_not_wait_for_the_disk_and_its_outcome_is_not_lost() {
        let folder = tempfile::tempdir().unwrap();
        let records = Arc::new(Records::below(None));
        let begun = begun(folder.path());
        let (journal, id) = (begun.journal.clone(), begun.id);
        let other = rusqlite::Connection::open(folder.path().join("journal.sqlite")).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        drop(Open::new(Arc::clone(&records), begun));
        assert_eq!(*records.unwritten.borrow(), 1, "it is on its way, and the disk is still somebody else's");
        other.execute_batch("COMMIT").unwrap();
        records.settle().await;
        assert_eq!(outcome(&journal, id), CallOutcome::Stopped);
    }

    #[test]
    fn what_a_runtime_does_not_take_any_more_is_written_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let records = Arc::new(Records::below(None));
        let begun = begun(folder.path());
        let (journal, id) = (begun.journal.clone(), begun.id);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        let open = Open::new(Arc::clone(&records), begun);
        runtime.spawn(async move {
            std::future::pending::<()>().await;
            drop(open);
        });
        drop(runtime);
        assert_eq!((outcome(&journal, id), *records.unwritten.borrow()), (CallOutcome::Stopped, 0));
    }
}
