//! The open environment, as tasks use it, and where environments come from.

use std::sync::{Arc, Mutex, PoisonError};

use crate::backend::scalekit::Limits;
use crate::domain::Fault;
use crate::flow::environment::Opened;
use crate::flow::sources::Sources;
use crate::profile::OpenTarget;

/// Open environment, with the number of the job it was opened for.
#[derive(Clone, Default)]
pub struct Current(Arc<Mutex<(u64, Option<Arc<Opened>>)>>);

impl Current {
    /// Open environment.
    pub fn get(&self) -> Option<Arc<Opened>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    /// Closes the environment to further work: the job of this number opens something else.
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

/// Sources of environments: the one the program was started for, and everything else.
#[derive(Clone)]
pub struct Origin {
    /// Environment that the program was started for.
    pub named: OpenTarget,
    /// All sources; none for a user without a home.
    pub sources: Result<Sources, Fault>,
    /// Limits to the size of answers and to waiting.
    pub limits: Limits,
}
