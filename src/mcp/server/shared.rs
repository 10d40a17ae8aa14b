//! What all requests to one server share: the host, and the bounds.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::host::ToolHost;
use super::parked::Parked;

/// Calls that run at the same time.
const AT_ONCE: usize = 32;

/// Calls that run or wait for their turn. More are refused.
const ACCEPTED: usize = 512;

/// Subscriptions to changes that are open at the same time.
const LISTENING: usize = 64;

/// A request of a client in bytes, at most.
pub(super) const LARGEST_REQUEST: usize = 4 << 20;

/// A server, whatever it is reached by.
pub(super) struct Shared {
    pub host: Arc<dyn ToolHost>,
    /// Calls that wait for the answer of a client without a session.
    pub parked: Parked,
    /// Calls of the host that are under way.
    pub calls: TaskTracker,
    /// Cancelled when the server ends.
    pub stop: CancellationToken,
    at_once: Arc<Semaphore>,
    accepted: Arc<Semaphore>,
    pub listening: Arc<Semaphore>,
}

/// Permission for one call to run.
pub(super) struct Turn {
    _accepted: OwnedSemaphorePermit,
    _at_once: OwnedSemaphorePermit,
}

impl Shared {
    pub fn new(host: Arc<dyn ToolHost>, stop: CancellationToken) -> Arc<Self> {
        Arc::new(Self {
            host,
            parked: Parked::default(),
            calls: TaskTracker::new(),
            stop,
            at_once: Arc::new(Semaphore::new(AT_ONCE)),
            accepted: Arc::new(Semaphore::new(ACCEPTED)),
            listening: Arc::new(Semaphore::new(LISTENING)),
        })
    }

    /// Turn of one more call; none where too many wait already.
    pub async fn turn(&self) -> Option<Turn> {
        let accepted = Arc::clone(&self.accepted).try_acquire_owned().ok()?;
        let at_once = Arc::clone(&self.at_once).acquire_owned().await.ok()?;
        Some(Turn { _accepted: accepted, _at_once: at_once })
    }

    /// Ends every call, and waits until each is gone.
    pub async fn end(&self) {
        self.stop.cancel();
        self.parked.clear();
        self.calls.close();
        self.calls.wait().await;
    }
}

/// 128 random bits as a word.
pub(super) fn random_word() -> String {
    let mut bytes = [0; 16];
    // A system without randomness has no use for a word that can be guessed.
    match getrandom::fill(&mut bytes) {
        Ok(()) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        Err(_) => String::new(),
    }
}
