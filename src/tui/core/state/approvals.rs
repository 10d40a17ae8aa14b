//! Calls of agents that wait for a person to allow them, in the order in which they came.

use std::time::Duration;

use crate::flow::approval::{Decision, PendingApproval};

/// One call that waits.
#[derive(Debug)]
pub struct WaitingCall {
    /// The call, and the way to its decision.
    pub pending: PendingApproval,
    /// Uptime at which it came.
    pub at: Duration,
}

impl WaitingCall {
    /// Time until it counts as denied.
    pub fn left(&self, uptime: Duration) -> Duration {
        let limit = Duration::from_secs(self.pending.request.limit_seconds);
        (self.at + limit).saturating_sub(uptime)
    }
}

/// All that wait.
#[derive(Debug, Default)]
pub struct Approvals(Vec<WaitingCall>);

impl Approvals {
    /// Number of calls that wait.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The call that came first.
    pub fn first(&self) -> Option<&WaitingCall> {
        self.0.first()
    }

    /// Takes one more.
    pub fn add(&mut self, pending: PendingApproval, at: Duration) {
        self.0.push(WaitingCall { pending, at });
    }

    /// Forgets one that nobody waits for any more. True if it was the first.
    pub fn withdraw(&mut self, number: u64) -> bool {
        let was_first = self.first().is_some_and(|first| first.pending.number == number);
        self.0.retain(|call| call.pending.number != number);
        was_first
    }

    /// Gives the decision on the first. The call it was about; none where nobody waited for it any more.
    pub fn decide(&mut self, decision: Decision) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        let PendingApproval { request, .. } = &self.0.first()?.pending;
        let call = format!("{} as {}", request.tool, request.identifier);
        let first = self.0.remove(0);
        first.pending.decide(decision).then_some(call)
    }
}
