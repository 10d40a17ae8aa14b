//! The broker's clock: moments that come from the broker are held against it, not against ours.

use crate::domain::ClockOffset;
use crate::tui::core::toast::Level;

/// How far the broker's clock is from ours, and what was said of that.
#[derive(Clone, Copy, Debug, Default)]
pub struct BrokersClock {
    /// As it is known now.
    pub skew: ClockOffset,
    told: ClockOffset,
}

impl BrokersClock {
    /// It is this far from ours. What a person is told of that, where they do not know it yet.
    pub fn hear(&mut self, skew: ClockOffset) -> Option<(Level, String)> {
        self.skew = skew;
        if !skew.is_news_after(self.told) {
            return None;
        }
        self.told = skew;
        Some(match skew.warning() {
            Some(warning) => (Level::Problem, warning),
            None => (Level::Done, "This machine's clock agrees with the broker's again.".to_owned()),
        })
    }
}
