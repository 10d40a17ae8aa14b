//! Difference between the broker's clock and ours.

use jiff::{SignedDuration, Timestamp};

/// Time by which the broker's clock is ahead of this machine's; negative where it is behind. Differences
/// too small to matter count as none.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClockOffset {
    ahead: SignedDuration,
}

/// A difference below this is none: no clock is exact, and no answer comes at once.
const NOTABLE: SignedDuration = SignedDuration::from_secs(90);

/// A difference that changed by no more than this is the same one.
const NEWS: SignedDuration = SignedDuration::from_mins(1);

/// Dates in headers are cut to the second.
const SECOND: SignedDuration = SignedDuration::from_secs(1);

impl ClockOffset {
    /// The same, as far as an answer allows that the broker dated `theirs` at some moment between
    /// `asked` and `received`, both by our clock. Where it already agrees with the answer it stays, so
    /// that a slow answer spoils nothing and a countdown does not jump about.
    #[must_use]
    pub fn corrected(self, theirs: Timestamp, asked: Timestamp, received: Timestamp) -> Self {
        let (least, most) = (theirs.duration_since(received), theirs.duration_since(asked) + SECOND);
        Self { ahead: self.ahead.min(most).max(least) }
    }

    /// True below the smallest difference that matters (90 s).
    pub fn is_none(self) -> bool {
        self.counted().is_zero()
    }

    /// Time on the broker's clock when ours shows `ours`.
    pub fn to_brokers(self, ours: Timestamp) -> Timestamp {
        ours.saturating_add(self.counted()).unwrap_or(ours)
    }

    /// Time on our clock when the broker's shows `theirs`.
    pub fn to_ours(self, theirs: Timestamp) -> Timestamp {
        theirs.saturating_sub(self.counted()).unwrap_or(theirs)
    }

    /// True if the difference changed enough since `told` to tell a person again.
    pub fn is_news_after(self, told: Self) -> bool {
        (self.counted() - told.counted()).abs() > NEWS
    }

    /// Sentence for a person about the difference; none where it does not matter.
    pub fn warning(self) -> Option<String> {
        let side = if self.ahead.is_negative() { "ahead of" } else { "behind" };
        let size = size(self.ahead.unsigned_abs().as_secs());
        let warning = format!(
            "This machine's clock is {size} {side} the environment's. Times are shown by the environment's clock."
        );
        (!self.is_none()).then_some(warning)
    }

    fn counted(self) -> SignedDuration {
        if self.ahead.abs() < NOTABLE { SignedDuration::ZERO } else { self.ahead }
    }
}

impl PartialEq for ClockOffset {
    fn eq(&self, other: &Self) -> bool {
        self.counted() == other.counted()
    }
}

impl Eq for ClockOffset {}

/// Seconds in words, to the minute; from two days on, to the day.
fn size(seconds: u64) -> String {
    let minutes = (seconds + 30) / 60;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours @ 48.., _) => format!("{} days", (hours + 12) / 24),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + seconds).expect("a moment")
    }

    /// Offset after one answer that came at once, with none known before.
    fn measured(ahead: i64) -> ClockOffset {
        ClockOffset::default().corrected(at(ahead), at(0), at(0))
    }

    #[test]
    fn small_differences_are_none() {
        for (ahead, is_none) in [(0, true), (89, true), (90, false), (-90, true), (-92, false), (3_600, false)] {
            assert_eq!(measured(ahead).is_none(), is_none, "{ahead}");
            assert_eq!(measured(ahead).warning().is_none(), is_none, "{ahead}");
        }
        assert_eq!(measured(60).to_brokers(at(7)), at(7));
        assert_eq!(measured(0), measured(60));
    }

    #[test]
    fn each_clock_can_be_told_from_the_other() {
        for ahead in [7_200, -7_200] {
            let skew = measured(ahead);
            assert!((skew.to_brokers(at(7)).duration_since(at(7 + ahead))).abs() <= SECOND, "{skew:?}");
            assert_eq!(skew.to_ours(skew.to_brokers(at(7))), at(7));
        }
        assert_eq!(measured(3_600).to_brokers(Timestamp::MAX), Timestamp::MAX);
    }

    #[test]
    fn it_is_said_whose_clock_is_ahead() {
        for (ahead, said) in [
            (-3_600, "1 h ahead of"),
            (3_600, "1 h behind"),
            (-100, "2 min ahead of"),
            (3_570, "1 h behind"),
            (5_430, "1 h 31 min behind"),
            (172_800, "2 days behind"),
            (-86_400 * 365, "365 days ahead of"),
        ] {
            let warning = measured(ahead).warning().expect("a difference");
            assert!(warning.starts_with(&format!("This machine's clock is {said} the environment's. ")), "{warning}");
        }
    }

    #[test]
    fn an_answer_that_took_long_tells_less_and_takes_nothing_back() {
        let hour = measured(3_600);
        assert_eq!(hour.corrected(at(3_600), at(-50), at(50)), hour);
        // Dated when it was asked for, or when it was ready: both may be.
        assert!(ClockOffset::default().corrected(at(0), at(0), at(120)).is_none());
        assert!(ClockOffset::default().corrected(at(120), at(0), at(120)).is_none());
        // And where our clock was set back meanwhile, there is still an answer.
        assert!(ClockOffset::default().corrected(at(3_600), at(3_600), at(0)).is_news_after(ClockOffset::default()));
    }

    #[test]
    fn a_clock_that_was_set_right_is_news_and_a_little_more_is_not() {
        let hour = measured(3_600);
        assert!(hour.is_news_after(ClockOffset::default()) && ClockOffset::default().is_news_after(hour));
        assert!(!hour.corrected(at(3_655), at(0), at(0)).is_news_after(hour));
        assert!(hour.corrected(at(3_665), at(0), at(0)).is_news_after(hour));
        assert!(hour.corrected(at(0), at(0), at(0)).is_none());
    }
}
