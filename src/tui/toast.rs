//! Short messages that come and go.

use std::time::Duration;

/// How much a message matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Something was done.
    Done,
    /// For information.
    Note,
    /// It did not work.
    Problem,
}

/// One message.
#[derive(Clone, Debug)]
pub struct Toast {
    /// How much it matters.
    pub level: Level,
    /// What it says, safe to show.
    pub text: String,
    /// When it came, as program uptime.
    pub at: Duration,
}

/// What was said, the newest last.
#[derive(Debug, Default)]
pub struct Toasts {
    said: Vec<Toast>,
}

/// How many are remembered.
const HISTORY: usize = 200;

impl Toasts {
    /// Says something.
    pub fn say(&mut self, level: Level, text: impl Into<String>, at: Duration) {
        if self.said.len() == HISTORY {
            self.said.remove(0);
        }
        self.said.push(Toast { level, text: text.into(), at });
    }

    /// Everything that was said, the oldest first.
    pub fn said(&self) -> &[Toast] {
        &self.said
    }

    /// The message to show now, if one is young enough. A problem stays longer than a note.
    pub fn current(&self, now: Duration) -> Option<&Toast> {
        self.said.last().filter(|toast| now < toast.until())
    }
}

impl Toast {
    /// When it goes, as program uptime: long enough to be read.
    pub fn until(&self) -> Duration {
        let shortest = match self.level {
            Level::Done | Level::Note => 3_000,
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
}
