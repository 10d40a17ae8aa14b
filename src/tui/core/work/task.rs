//! Work that takes a while: started as an effect, run by the runtime, reporting by messages.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use tokio::task::JoinError;

use crate::background;
use crate::domain::{Fault, FaultKind};
use crate::flow::environment::Opened;
use crate::flow::record::Records;
use crate::tui::core::message::Message;
use crate::tui::core::state::environment::NOT_OPEN;
use crate::tui::core::state::opened::{Current, Origin};
use crate::tui::core::work::job::{Job, Slot};
use crate::tui::core::work::reporter::Reporter;

/// Kind of work in the background.
#[async_trait]
pub trait Task: Any + Send {
    /// Place in which it runs.
    fn slot(&self) -> Slot;

    /// Report in the place of any other, once it broke down.
    fn broken(&self, fault: Fault) -> Message;

    /// Called when it is started, before anything else is.
    fn prepare(&self, _services: &Services, _job: Job) {}

    /// Does the work. Dropped where it is cancelled.
    async fn run(self: Box<Self>, services: Services, reporter: Reporter);
}

impl fmt::Debug for dyn Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Task({:?})", self.slot())
    }
}

impl dyn Task {
    /// The task as what it is, if it is a `T`.
    pub fn downcast_ref<T: Task>(&self) -> Option<&T> {
        (self as &dyn Any).downcast_ref()
    }
}

/// Services that a task may use.
#[derive(Clone)]
pub struct Services {
    /// Places that environments come from.
    pub origin: Origin,
    /// Open environment.
    pub current: Current,
    /// The journal and the presets of this user.
    pub records: Arc<Records>,
}

impl Services {
    /// The open environment; none before it is open, and while another is being opened.
    pub fn opened(&self) -> Option<Arc<Opened>> {
        self.current.get()
    }

    /// The open environment, for work that cannot do without.
    ///
    /// # Errors
    /// [`FaultKind::NoEnvironment`].
    pub fn environment(&self) -> Result<Arc<Opened>, Fault> {
        self.opened().ok_or_else(|| Fault::new(FaultKind::NoEnvironment, NOT_OPEN))
    }
}

/// Does CPU work on a thread for such work. Where the work panics, so does the task that waits for it, which then
/// reports that it broke down.
pub async fn compute<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match background::blocking(work).await.map_err(JoinError::try_into_panic) {
        Ok(done) => done,
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        // The runtime ends, and this with it.
        Err(Err(_)) => std::future::pending().await,
    }
}

/// Works on a thread of its own, which ends soon after nobody waits for it any more.
///
/// # Panics
/// Where the work panics, so that the task counts as broken.
pub async fn stoppable<T: Send + 'static>(work: impl FnOnce(&AtomicBool) -> T + Send + 'static) -> T {
    struct StopOnDrop(Arc<AtomicBool>);
    impl Drop for StopOnDrop {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let stop = StopOnDrop(Arc::default());
    let flag = Arc::clone(&stop.0);
    compute(move || work(&flag)).await
}
