//! The back-end's clock: moments that come from the back-end are held against it, not against ours.

use crate::domain::ClockOffset;
use crate::tui::core::toast::Level;

/// Offset of the back-end's clock from ours, and what was said of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct ServerClock {
    /// Offset as it is known now.
    pub offset: ClockOffset,
    told: ClockOffset,
}

impl ServerClock {
    /// Takes a measured offset. Gives the message about it, where the person does not know it yet.
    pub fn observe(&mut self, offset: ClockOffset) -> Option<(Level, String)> {
        self.offset = offset;
        if !offset.is_news_after(self.told) {
            return None;
        }
        self.told = offset;
        Some(match offset.warning() {
            Some(warning) => (Level::Problem, warning),
            None => (Level::Done, "This machine's clock agrees with the environment's again.".to_owned()),
        })
    }
}
