//! Uses of credentials, written to the audit: in their order, where nobody waits for the network.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::watch;

use super::environment::Opened;
use super::records::{Records, Unfinished};
use crate::domain::{CredentialUse, Fault};

/// Uses on their way to the disk.
#[derive(Default)]
pub(super) struct AuditQueue {
    state: Mutex<QueueState>,
    /// Number of them.
    count: watch::Sender<usize>,
}

#[derive(Default)]
struct QueueState {
    waiting: VecDeque<(Arc<str>, CredentialUse, Unfinished)>,
    is_writing: bool,
    /// First failure to write, until it is told.
    failed: Option<Fault>,
    has_failed: bool,
}

/// Has every use of a credential in an environment written to the audit from now on, those before included that nobody
/// has heard of.
pub(super) fn attach(opened: &Opened, records: &Arc<Records>) {
    let (records, environment) = (Arc::clone(records), Arc::<str>::from(opened.about().recorded_as.as_str()));
    opened.uses.listen(move |used| records.write_use(Arc::clone(&environment), used));
}

impl AuditQueue {
    fn state(&self) -> MutexGuard<'_, QueueState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until every use that is known is written.
    pub async fn written(&self) {
        let _ = self.count.subscribe().wait_for(|count| *count == 0).await;
    }

    /// Failure to write that nobody was told of yet. Of several only the first is told.
    pub fn failure(&self) -> Option<Fault> {
        self.state().failed.take()
    }
}

impl Records {
    /// Sends a use on its way to the disk. Never waits, but where there is no runtime any more.
    fn write_use(self: &Arc<Self>, environment: Arc<str>, used: CredentialUse) {
        let unfinished = self.unfinished();
        self.audit.count.send_modify(|count| *count += 1);
        let is_writing = {
            let mut state = self.audit.state();
            state.waiting.push_back((environment, used, unfinished));
            std::mem::replace(&mut state.is_writing, true)
        };
        if is_writing {
            return;
        }
        let writer = Writer(Arc::clone(self));
        if let Ok(runtime) = Handle::try_current() {
            // Dropped there at the latest, which writes.
            drop(runtime.spawn_blocking(move || drop(writer)));
        }
    }

    /// Failure to write to the audit that nobody was told of yet.
    pub fn audit_failure(&self) -> Option<Fault> {
        self.audit.failure()
    }
}

/// Writes everything that waits, where it is dropped: a runtime that is ending takes no more work, but drops it.
struct Writer(Arc<Records>);

impl Drop for Writer {
    fn drop(&mut self) {
        let audit = &self.0.audit;
        loop {
            let next = {
                let mut state = audit.state();
                let next = state.waiting.pop_front();
                state.is_writing = next.is_some();
                next
            };
            let Some((environment, used, unfinished)) = next else { return };
            let written = self.0.open_now().and_then(|journal| journal.append_use(&environment, &used));
            if let Err(fault) = written {
                tracing::warn!(fault = fault.kind.slug(), "audit not written");
                let mut state = audit.state();
                if !std::mem::replace(&mut state.has_failed, true) {
                    let message = format!("The audit lacks a use of a credential. {}", fault.message);
                    state.failed = Some(Fault { message: message.into(), ..fault });
                }
            }
            audit.count.send_modify(|count| *count = count.saturating_sub(1));
            drop(unfinished);
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::CredentialEvent;
    use crate::journal::AuditFilter;

    fn used(person: &str) -> CredentialUse {
        CredentialUse::new(CredentialEvent::Key, &person.into(), &"c".into(), &"a".into(), Timestamp::now())
    }

    fn people(records: &Records) -> Vec<String> {
        let page = records.open_now().unwrap().audit_after(&AuditFilter::default(), 0, 1_000).unwrap();
        page.lines.iter().map(|line| line.used.person.to_string()).collect()
    }

    #[tokio::test]
    async fn uses_are_written_in_their_order_and_the_end_waits_for_them() {
        let folder = tempfile::tempdir().unwrap();
        let records = Arc::new(Records::below(Some(folder.path().to_owned())));
        let names: Vec<String> = (0..50).map(|number| format!("p{number}")).collect();
        names.iter().for_each(|name| records.write_use("e".into(), used(name)));
        records.settle().await;
        assert_eq!((people(&records), records.audit_failure()), (names, None));
    }

    #[test]
    fn without_a_runtime_a_use_is_written_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let records = Arc::new(Records::below(Some(folder.path().to_owned())));
        records.write_use("e".into(), used("ada"));
        assert_eq!(people(&records), ["ada"]);
    }

    #[tokio::test]
    async fn what_cannot_be_written_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("home");
        std::fs::write(&place, "a file where a folder should be").unwrap();
        let records = Arc::new(Records::below(Some(place)));
        for _ in 0..2 {
            records.write_use("e".into(), used("ada"));
            records.settle().await;
        }
        assert!(records.audit_failure().unwrap().message.starts_with("The audit lacks a use of a credential."));
        assert_eq!(records.audit_failure(), None);
    }
}
