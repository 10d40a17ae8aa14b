//! Delay between a list and what stands beside it: the row under the cursor is shown at once, and while the cursor
//! is on the run, when it rests.
//!
//! A held key passes dozens of rows a second. Whatever stands beside them would flicker past, and
//! cost more to find out and to draw than the rows themselves.

use std::time::Duration;

/// Time without a move after which a cursor rests.
pub const REST: Duration = Duration::from_millis(90);

/// Row of a list that is shown beside it. Times are uptimes.
#[derive(Clone, Copy, Debug, Default)]
pub struct DebouncedCursor {
    at: Option<usize>,
    shown: Option<usize>,
    moved: Option<Duration>,
}

impl DebouncedCursor {
    /// Takes note that the cursor is on `row` now, or still. Whether another row is shown because of it.
    pub fn cursor(&mut self, row: Option<usize>, now: Duration) -> bool {
        let rests = self.moved.is_none_or(|moved| now >= moved + REST);
        if row != self.at {
            self.at = row;
            self.moved = Some(now);
        }
        rests && self.show()
    }

    /// Shows `row` without delay, because somebody looks beside the list.
    pub fn at_once(&mut self, row: Option<usize>) -> bool {
        self.at = row;
        self.show()
    }

    /// Forgets the row, because the rows have changed; the next one is shown at once.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// Row that is shown.
    pub fn shown(&self) -> Option<usize> {
        self.shown
    }

    /// Time until the cursor will have rested, if something waits for that.
    pub fn due(&self, now: Duration) -> Option<Duration> {
        let moved = self.moved.filter(|_| self.shown != self.at)?;
        Some((moved + REST).saturating_sub(now))
    }

    fn show(&mut self) -> bool {
        let changes = self.shown != self.at;
        self.shown = self.at;
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_millis(30);

    #[test]
    fn a_single_step_is_followed_at_once() {
        let mut follow = DebouncedCursor::default();
        assert!(follow.cursor(Some(0), Duration::ZERO));
        assert!(follow.cursor(Some(1), REST));
        assert_eq!((follow.shown(), follow.due(REST)), (Some(1), None));
    }

    #[test]
    fn a_cursor_on_the_run_is_followed_when_it_rests() {
        let mut follow = DebouncedCursor::default();
        follow.cursor(Some(0), Duration::ZERO);
        let mut now = REST;
        follow.cursor(Some(1), now);
        for row in 2..5 {
            now += SOON;
            assert!(!follow.cursor(Some(row), now));
        }
        assert_eq!((follow.shown(), follow.due(now)), (Some(1), Some(REST)));
        assert!(!follow.cursor(Some(4), now + SOON), "it still runs");
        assert!(follow.cursor(Some(4), now + REST));
        assert_eq!((follow.shown(), follow.due(now + REST)), (Some(4), None));
    }

    #[test]
    fn who_looks_does_not_wait() {
        let mut follow = DebouncedCursor::default();
        follow.cursor(Some(0), Duration::ZERO);
        follow.cursor(Some(1), SOON);
        assert!(follow.at_once(Some(1)));
        follow.forget();
        assert!(follow.cursor(Some(7), SOON));
    }
}
