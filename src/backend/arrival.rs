//! Results that are looked at while they come.

use std::sync::Arc;

use tokio::sync::oneshot;

use crate::domain::{Elicitation, ElicitationAnswer, Execution, Untrusted};
use crate::json::Document;

/// News of a call that is under way.
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
    /// The other side says how far it is.
    Progress {
        /// Amount that is done, in units of the other side's.
        done: f64,
        /// The whole, where that is known.
        total: Option<f64>,
        /// Words for it; empty where there are none.
        message: Untrusted,
    },
    /// The other side asks the person something, and waits. Dropped unanswered, the question counts as
    /// [`Cancel`](ElicitationAnswer::Cancel)led.
    Asked(Box<Elicitation>, oneshot::Sender<ElicitationAnswer>),
}

/// Listener to the course of a call; called on a thread that may wait. Where nobody listens, questions are declined.
pub type Watch = Arc<dyn Fn(Arrival) + Send + Sync>;

/// Result of a call, and its index where it was made on the way.
#[derive(Debug)]
pub struct Answered {
    /// The result.
    pub execution: Execution,
    /// Index of its data.
    pub document: Option<Document>,
}
