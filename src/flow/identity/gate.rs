//! The wait that a rate limit asks for, kept by all probes at once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::domain::{Fault, FaultKind, Provider};

/// Wait after a limit that names none, doubled with every further one in a row.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Moments before which nothing is sent: to the environment, and to each provider.
#[derive(Debug, Default)]
pub(super) struct Gate {
    closed: Mutex<HashMap<Option<Provider>, Closed>>,
}

#[derive(Clone, Copy, Debug)]
struct Closed {
    until: Instant,
    in_a_row: u32,
}

impl Gate {
    /// Waits until something may be sent to this provider.
    pub(super) async fn pass(&self, provider: &Provider) {
        while let Some(until) = self.closed_until(provider) {
            tokio::time::sleep_until(until.into()).await;
        }
    }

    /// The later of the two moments that count for a provider, if it is still to come.
    pub(super) fn closed_until(&self, provider: &Provider) -> Option<Instant> {
        let closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        let until = [None, Some(provider.clone())].into_iter().filter_map(|key| closed.get(&key)).map(|c| c.until);
        until.max().filter(|until| *until > Instant::now())
    }

    /// Closes for as long as a limit asks. False where the fault is no limit.
    pub(super) fn close(&self, provider: &Provider, fault: &Fault) -> bool {
        let key = match fault.kind {
            FaultKind::RateLimited => None,
            FaultKind::ProviderLimited => Some(provider.clone()),
            _ => return false,
        };
        let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let entry = closed.entry(key).or_insert(Closed { until: now, in_a_row: 0 });
        // Those that were out together are one and the same limit.
        if entry.until <= now {
            entry.in_a_row += 1;
        }
        let usual = FIRST_WAIT.saturating_mul(1 << entry.in_a_row.saturating_sub(1).min(6));
        let wait = fault.retry_after.unwrap_or(usual).min(LONGEST_WAIT);
        entry.until = entry.until.max(now + wait);
        true
    }

    /// An answer came: limits in a row are over.
    pub(super) fn passed(&self, provider: &Provider) {
        let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        for key in [None, Some(provider.clone())] {
            if let Some(entry) = closed.get_mut(&key) {
                entry.in_a_row = 0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(kind: FaultKind, wait: Option<u64>) -> Fault {
        Fault { retry_after: wait.map(Duration::from_secs), ..Fault::new(kind, "Too many.") }
    }

    #[test]
    fn a_provider_waits_alone_and_an_environment_for_all() {
        let (gate, linear, asana) = (Gate::default(), "LINEAR".into(), "ASANA".into());
        assert!(!gate.close(&linear, &limit(FaultKind::TimedOut, Some(9))));
        assert!(gate.close(&linear, &limit(FaultKind::ProviderLimited, Some(9))));
        assert!(gate.closed_until(&linear).is_some() && gate.closed_until(&asana).is_none());
        assert!(gate.close(&linear, &limit(FaultKind::RateLimited, None)));
        assert!(gate.closed_until(&asana).is_some());
    }

    #[test]
    fn no_limit_keeps_anybody_for_ever() {
        let (gate, linear) = (Gate::default(), "LINEAR".into());
        gate.close(&linear, &limit(FaultKind::RateLimited, Some(100_000)));
        assert!(gate.closed_until(&linear).unwrap() <= Instant::now() + LONGEST_WAIT);
    }
}
