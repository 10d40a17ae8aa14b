//! The journal of this user, and what is on its way to it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{OnceCell, watch};

use super::audit::AuditQueue;
use super::record::blocking;
use crate::domain::Fault;
use crate::journal::{Journal, Retention};
use crate::profile::{Home, create_private};

/// The journal of this user, opened when it is first needed.
pub struct Records {
    home: Option<PathBuf>,
    opened: OnceCell<Journal>,
    /// Number of outcomes on their way to the disk.
    pub(super) unwritten: watch::Sender<usize>,
    /// Number of things that are still to be put in order at the other end.
    unfinished: watch::Sender<usize>,
    /// Uses of credentials on their way to the disk.
    pub(super) audit: AuditQueue,
}

impl fmt::Debug for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Records")
    }
}

impl Records {
    /// The journal in this user's home, not opened yet.
    pub fn for_this_user() -> Self {
        Self::below(std::env::var_os("JACKFIELD_HOME").map(PathBuf::from))
    }

    /// The journal in this home, not opened yet.
    pub fn below(home: Option<PathBuf>) -> Self {
        Self {
            home,
            opened: OnceCell::new(),
            unwritten: watch::Sender::new(0),
            unfinished: watch::Sender::new(0),
            audit: AuditQueue::default(),
        }
    }

    /// The journal, opened, with every outcome and every use of a credential in it that is known so far.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): it cannot be used. The next call tries again.
    pub async fn journal(&self) -> Result<Journal, Fault> {
        self.written().await;
        self.audit.written().await;
        self.open().await
    }

    /// Waits until every outcome that is known stands in the journal, those of calls that were given up included, and
    /// until what was begun is put in order.
    pub async fn settle(&self) {
        self.written().await;
        let _ = self.unfinished.subscribe().wait_for(|count| *count == 0).await;
        // What was put in order may have had an outcome.
        self.written().await;
    }

    async fn written(&self) {
        // It fails where nobody could tell any more, and then nothing is left to wait for.
        let _ = self.unwritten.subscribe().wait_for(|count| *count == 0).await;
    }

    /// Work that the end of the program waits for, until this is dropped.
    pub(super) fn unfinished(self: &Arc<Self>) -> Unfinished {
        self.unfinished.send_modify(|count| *count += 1);
        Unfinished(Arc::clone(self))
    }

    /// The journal, opened.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): it cannot be used.
    pub(super) async fn open(&self) -> Result<Journal, Fault> {
        let open = || async {
            let home = self.home.clone();
            blocking(move || open_in(home)).await
        };
        self.opened.get_or_try_init(open).await.cloned()
    }

    /// The same for a thread that may wait for the disk.
    pub(super) fn open_now(&self) -> Result<Journal, Fault> {
        if let Some(journal) = self.opened.get() {
            return Ok(journal.clone());
        }
        let journal = open_in(self.home.clone())?;
        // Whoever opened it meanwhile has the same file.
        let _ = self.opened.set(journal.clone());
        Ok(journal)
    }
}

fn open_in(home: Option<PathBuf>) -> Result<Journal, Fault> {
    let folder = Home::resolve(home)?.state.join("journal");
    create_private(&folder)?;
    Journal::open(&folder, Retention::default())
}

/// Work that is not to be cut off by the end of the program.
pub(super) struct Unfinished(Arc<Records>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        self.0.unfinished.send_modify(|count| *count = count.saturating_sub(1));
    }
}
