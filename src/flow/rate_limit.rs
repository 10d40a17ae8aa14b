//! Limits of requests, waited out by all calls of one use case at once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::domain::{ConnectionName, Fault, FaultKind};

/// Wait after a limit that names none; it doubles with every further one in a row.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// The longest wait that is obeyed. Whoever asks for more is told of instead.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// Moments before which nothing is sent: a limit of the environment is everybody's, one of a provider that of its
/// connection.
#[derive(Debug, Default)]
pub(super) struct RateLimits {
    closed: Mutex<HashMap<Option<ConnectionName>, Closed>>,
}

#[derive(Clone, Copy, Debug)]
struct Closed {
    until: Instant,
    in_a_row: u32,
}

impl RateLimits {
    /// Waits until something may be sent on this connection. `report` hears how long that is.
    pub(super) async fn pass(&self, connection: &ConnectionName, report: impl Fn(Duration)) {
        while let Some(left) = self.left(connection) {
            report(left);
            tokio::time::sleep(left).await;
        }
    }

    /// Time before which nothing is sent on this connection.
    fn left(&self, connection: &ConnectionName) -> Option<Duration> {
        let closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        let until = [None, Some(connection.clone())].into_iter().filter_map(|key| closed.get(&key)).map(|at| at.until);
        let left = until.max()?.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }

    /// Takes note of a fault. True if it is a limit, and the same is worth sending again once it is over.
    pub(super) fn close(&self, connection: &ConnectionName, fault: &Fault) -> bool {
        let key = match fault.kind {
            _ if fault.may_have_been_carried_out() => return false,
            FaultKind::RateLimited => None,
            FaultKind::ProviderLimited => Some(connection.clone()),
            _ => return false,
        };
        let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let entry = closed.entry(key).or_insert(Closed { until: now, in_a_row: 0 });
        // Those that were out together met one and the same limit.
        if entry.until <= now {
            entry.in_a_row += 1;
        }
        let Some(wait) = wait(fault, entry.in_a_row) else { return false };
        entry.until = entry.until.max(now + wait);
        true
    }

    /// An answer came: limits in a row are over.
    pub(super) fn passed(&self, connection: &ConnectionName) {
        let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        for key in [None, Some(connection.clone())] {
            if let Some(entry) = closed.get_mut(&key) {
                entry.in_a_row = 0;
            }
        }
    }
}

/// Time to wait after a limit, the first of a row being number one; none where it is too long.
fn wait(limit: &Fault, in_a_row: u32) -> Option<Duration> {
    let usual = FIRST_WAIT.saturating_mul(1 << in_a_row.saturating_sub(1).min(6));
    Some(limit.retry_after.unwrap_or(usual)).filter(|wait| *wait <= LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(kind: FaultKind, wait: Option<u64>) -> Fault {
        Fault { retry_after: wait.map(Duration::from_secs), ..Fault::new(kind, "Too many.") }
    }

    #[tokio::test]
    async fn a_provider_waits_alone_and_an_environment_for_all() {
        let (limits, linear, asana) = (RateLimits::default(), "linear".into(), "asana".into());
        assert!(!limits.close(&linear, &limit(FaultKind::TimedOut, Some(9))));
        assert!(limits.close(&linear, &limit(FaultKind::ProviderLimited, Some(9))));
        assert!(limits.left(&linear).is_some() && limits.left(&asana).is_none());
        assert!(limits.close(&linear, &limit(FaultKind::RateLimited, None)));
        assert!(limits.left(&asana).is_some());
    }

    #[tokio::test]
    async fn what_asks_for_too_much_or_may_have_run_is_not_sent_again() {
        let (limits, linear) = (RateLimits::default(), "linear".into());
        assert!(!limits.close(&linear, &limit(FaultKind::RateLimited, Some(3_600))));
        assert!(!limits.close(&linear, &limit(FaultKind::RateLimited, None).perhaps_carried_out()));
        assert!(limits.left(&linear).is_none());
    }

    #[test]
    fn a_limit_is_waited_out_as_told_and_not_for_ever() {
        let seconds = |limit: &Fault, in_a_row| wait(limit, in_a_row).map(|wait| wait.as_secs());
        assert_eq!(seconds(&limit(FaultKind::ProviderLimited, Some(42)), 3), Some(42));
        let untold = limit(FaultKind::RateLimited, None);
        assert_eq!([1, 2, 3, 9].map(|in_a_row| seconds(&untold, in_a_row)), [Some(1), Some(2), Some(4), Some(64)]);
        assert_eq!(seconds(&limit(FaultKind::RateLimited, Some(3_600)), 1), None);
    }
}
