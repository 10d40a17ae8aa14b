//! Broker's clock, as its answers tell it.

use jiff::Timestamp;
use tokio::sync::watch;

use crate::domain::ClockOffset;

/// Difference between the broker's clock and ours, by the latest answers. Shared by whoever hears the
/// answers and whoever shows moments that come from the broker.
#[derive(Debug, Default)]
pub struct Clock {
    skew: watch::Sender<ClockOffset>,
}

impl Clock {
    /// An answer was dated `theirs` by the broker, at some moment between `asked` and `received` by
    /// our clock.
    pub fn heard(&self, theirs: Timestamp, asked: Timestamp, received: Timestamp) {
        self.skew.send_if_modified(|skew| {
            let before = std::mem::replace(skew, skew.corrected(theirs, asked, received));
            *skew != before
        });
    }

    /// The difference as it is known now.
    pub fn skew(&self) -> ClockOffset {
        *self.skew.borrow()
    }

    /// Tells of every change.
    pub fn subscribe(&self) -> watch::Receiver<ClockOffset> {
        self.skew.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn only_what_matters_is_told() {
        let (clock, now) = (Clock::default(), Timestamp::UNIX_EPOCH);
        let mut changes = clock.subscribe();
        let mut tells = |ahead: i64| {
            clock.heard(now + SignedDuration::from_secs(ahead), now, now);
            let tells = changes.has_changed().expect("still there");
            changes.mark_unchanged();
            tells
        };
        assert_eq!([0, 80, 3_600, 3_600, 0].map(&mut tells), [false, false, true, false, true]);
        assert!(clock.skew().is_none());
    }
}
