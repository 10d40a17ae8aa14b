//! The open environment, as tasks use it, and where environments come from.

use std::sync::{Arc, Mutex, PoisonError};

use crate::backend::scalekit::Limits;
use crate::domain::Fault;
use crate::flow::environment::Opened;
use crate::flow::sources::Sources;
use crate::profile::OpenTarget;

/// What is open, and for which job it was opened.
#[derive(Clone, Default)]
pub struct Current(Arc<Mutex<(u64, Option<Arc<Opened>>)>>);

impl Current {
    /// What is open.
    pub fn get(&self) -> Option<Arc<Opened>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    /// Nothing may be asked of it any more: the job of this number opens something else.
    pub fn give_way(&self, generation: u64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (generation, None);
    }

    /// Takes in what a job has opened, unless it had to give way meanwhile.
    pub fn put(&self, generation: u64, opened: Arc<Opened>) {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if current.0 == generation {
            current.1 = Some(opened);
        }
    }
}

/// Where environments come from: what the program was started for, and everything else.
#[derive(Clone)]
pub struct Origin {
    /// What the program was started for.
    pub named: OpenTarget,
    /// Everything there is; none for a user without a home.
    pub sources: Result<Sources, Fault>,
    /// How much is read, and how long is waited.
    pub limits: Limits,
}
