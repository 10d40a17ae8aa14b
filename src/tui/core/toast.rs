//! Short messages that come and go.

use std::time::Duration;

/// Importance of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Success of something that was asked for.
    Done,
    /// Information that asks for nothing.
    Note,
    /// Reason why a key did nothing; it goes with the next one.
    Reason,
    /// Failure of something that was asked for.
    Problem,
}

/// Message with its importance and time.
#[derive(Clone, Debug)]
pub struct Toast {
    /// Importance.
    pub level: Level,
    /// Words, safe to show.
    pub text: String,
    /// Time of its coming, as program uptime.
    pub at: Duration,
}

/// Messages so far, the newest last.
#[derive(Debug, Default)]
pub struct Toasts {
    said: Vec<Toast>,
    /// Whether a key was pressed since.
    answered: bool,
}

/// Number of messages that are remembered.
const HISTORY: usize = 200;

impl Toasts {
    /// Adds a message and shows it.
    pub fn say(&mut self, level: Level, text: impl Into<String>, at: Duration) {
        if self.said.len() == HISTORY {
            self.said.remove(0);
        }
        self.said.push(Toast { level, text: text.into(), at });
        self.answered = false;
    }

    /// Takes note that a key was pressed.
    pub fn answer(&mut self) {
        self.answered = true;
    }

    /// Messages so far, the oldest first.
    pub fn said(&self) -> &[Toast] {
        &self.said
    }

    /// The message to show now, if one is young enough. A problem stays longer than a note.
    pub fn current(&self, now: Duration) -> Option<&Toast> {
        let over = |toast: &Toast| self.answered && toast.level == Level::Reason;
        self.said.last().filter(|toast| now < toast.until() && !over(toast))
    }
}

impl Toast {
    /// Time of its going, as program uptime: long enough to be read.
    pub fn until(&self) -> Duration {
        let shortest = match self.level {
            Level::Done | Level::Note | Level::Reason => 3_000,
            Level::Problem => 6_000,
        };
        self.at + Duration::from_millis(shortest + 25 * self.text.len().min(200) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_message_is_shown_and_it_goes_by_itself() {
        let mut toasts = Toasts::default();
        toasts.say(Level::Problem, "first", Duration::ZERO);
        toasts.say(Level::Done, "second", Duration::from_secs(1));
        assert_eq!(toasts.current(Duration::from_secs(2)).map(|t| t.text.as_str()), Some("second"));
        assert!(toasts.current(Duration::from_secs(60)).is_none());
    }

    #[test]
    fn a_reason_goes_with_the_next_key_and_anything_else_stays() {
        for (level, stays) in [(Level::Reason, false), (Level::Note, true), (Level::Problem, true)] {
            let mut toasts = Toasts::default();
            toasts.say(level, "said", Duration::ZERO);
            assert!(toasts.current(Duration::ZERO).is_some());
            toasts.answer();
            assert_eq!(toasts.current(Duration::ZERO).is_some(), stays);
            assert_eq!(toasts.said().len(), 1);
        }
    }
}
