//! Results that are looked at while they come.

use std::sync::Arc;

use crate::domain::Execution;
use crate::json::Document;

/// News of a result that is coming.
#[derive(Debug)]
pub enum Arrival {
    /// More of it has come.
    Coming {
        /// Its beginning, where there is more of that to look at than before; the values in it have the numbers that
        /// they have in the whole.
        beginning: Option<Document>,
        /// Bytes of the answer that have come.
        bytes: u64,
    },
    /// Nothing more comes, and it is not whole. Told where somebody stopped waiting, too.
    Broken {
        /// All values that have come; none where not even one has.
        part: Option<Document>,
        /// Bytes of the answer that have come.
        bytes: u64,
    },
}

/// Listener to the arrival of a result; called on a thread that may wait.
pub type Watch = Arc<dyn Fn(Arrival) + Send + Sync>;

/// Result of a call, and its index where it was made on the way.
#[derive(Debug)]
pub struct Answered {
    /// The result.
    pub execution: Execution,
    /// Index of its data.
    pub document: Option<Document>,
}
