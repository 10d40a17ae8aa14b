//! The back-end's clock: moments that come from the back-end are held against it, not against ours.

use crate::domain::ClockOffset;
use crate::tui::core::toast::Level;

/// How far the back-end's clock is from ours, and what was said of that.
#[derive(Clone, Copy, Debug, Default)]
pub struct ServerClock {
    /// As it is known now.
    pub offset: ClockOffset,
    told: ClockOffset,
}

impl ServerClock {
    /// It is this far from ours. What a person is told of that, where they do not know it yet.
    pub fn observe(&mut self, offset: ClockOffset) -> Option<(Level, String)> {
        self.offset = offset;
        if !offset.is_news_after(self.told) {
            return None;
        }
        self.told = offset;
        Some(match offset.warning() {
            Some(warning) => (Level::Problem, warning),
            None => (Level::Done, "This machine's clock agrees with the broker's again.".to_owned()),
        })
    }
}
