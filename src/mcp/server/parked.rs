//! Calls that wait for an answer of a client whose requests stand alone: it comes with a request of its own.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::oneshot;

use super::call::Running;
use super::shared::{Shared, random_word};
use crate::domain::{ElicitationAnswer, Fault, FaultKind};

/// Time after which a call that nobody came back for is ended.
const LIMIT: Duration = Duration::from_secs(600);

/// Calls that wait at the same time.
const MOST: usize = 64;

/// Calls that wait, by the handle that the client was given.
#[derive(Default)]
pub(super) struct Parked(Mutex<HashMap<String, ParkedCall>>);

/// One call that waits.
pub(super) struct ParkedCall {
    pub running: Running,
    pub reply: oneshot::Sender<Result<ElicitationAnswer, Fault>>,
    /// What the call was made with: a client that comes back with something else means another call.
    pub request: RequestDigest,
}

/// Digest of the name and arguments of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RequestDigest(u64);

impl RequestDigest {
    pub fn new(name: &str, arguments: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        (name, arguments).hash(&mut hasher);
        Self(hasher.finish())
    }
}

impl Parked {
    /// Keeps a call, and gives the handle to it.
    ///
    /// # Errors
    /// Too many wait already. The call is ended.
    pub fn park(&self, shared: &Arc<Shared>, call: ParkedCall) -> Result<String, Fault> {
        let handle = random_word();
        {
            let mut parked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if parked.len() >= MOST || handle.is_empty() {
                return Err(Fault::new(FaultKind::Local, "Too many calls wait for an answer."));
            }
            parked.insert(handle.clone(), call);
        }
        let (weak, expired) = (Arc::downgrade(shared), handle.clone());
        tokio::spawn(async move {
            tokio::time::sleep(LIMIT).await;
            drop(Weak::upgrade(&weak).and_then(|shared| shared.parked.take(&expired)));
        });
        Ok(handle)
    }

    /// The call of this handle, which is good for once.
    pub fn take(&self, handle: &str) -> Option<ParkedCall> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(handle)
    }

    /// Ends all of them.
    pub fn clear(&self) {
        let all = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        drop(all);
    }
}
