//! One request of ours, as it goes through `rmcp` and its transport.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use super::call::CallListener;
use super::fault::McpFault;
use super::rpc_error::RpcError;
use crate::domain::JsonText;

/// What a request carries beside its typed message, and where its answer is left. `rmcp` hands it to the transport with
/// the message, so that bodies need not go through its types: they stay the bytes that they are.
pub(super) struct RequestSlot {
    /// Members of the parameters that go out as they are, whatever the typed message has in their place.
    pub texts: Vec<(&'static str, JsonText)>,
    /// Listener to its course.
    pub listener: Option<Arc<dyn CallListener>>,
    /// True if it may change something at the other side.
    pub acts: bool,
    /// True if `rmcp` has to see its answer too.
    pub typed: bool,
    /// Cancelled once nobody waits for it any more.
    pub over: CancellationToken,
    sent: AtomicBool,
    outcome: Mutex<Option<Outcome>>,
    /// Reason to give if nothing better is known when it ends without an answer.
    suspicion: Mutex<Option<McpFault>>,
}

/// End of a request.
pub(super) enum Outcome {
    /// It was answered.
    Answered(RawAnswer),
    /// The server refused it.
    Refused(RpcError),
    /// It never came to an answer.
    Failed(McpFault),
}

/// Answer as it came.
#[derive(Clone, Debug)]
pub(super) struct RawAnswer {
    /// The member `result`.
    pub result: JsonText,
    /// Bytes of the whole message.
    pub bytes: u64,
}

impl RequestSlot {
    /// Slot of a request that reads.
    pub fn reading() -> Self {
        Self {
            texts: Vec::new(),
            listener: None,
            acts: false,
            typed: false,
            over: CancellationToken::new(),
            sent: AtomicBool::new(false),
            outcome: Mutex::new(None),
            suspicion: Mutex::new(None),
        }
    }

    /// Takes note that it is about to leave.
    pub fn mark_sent(&self) {
        self.sent.store(true, Ordering::Release);
    }

    /// True if it may have left.
    pub fn was_sent(&self) -> bool {
        self.sent.load(Ordering::Acquire)
    }

    /// Leaves the end of it; the first one counts.
    pub fn end(&self, outcome: Outcome) {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(outcome);
    }

    /// Takes the end of it.
    pub fn take(&self) -> Option<Outcome> {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Leaves a reason that counts if no answer comes after all.
    pub fn suspect(&self, fault: McpFault) {
        *self.suspicion.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault);
    }

    /// Takes that reason.
    pub fn suspicion(&self) -> Option<McpFault> {
        self.suspicion.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
