//! The broker's clock: moments that come from the broker are held against it, not against ours.

use jiff::Timestamp;

use super::model::Model;
use super::place::Pane;
use super::screens::activity;
use super::toast::Level;
use crate::domain::Skew;

/// How far the broker's clock is from ours, and what was said of that.
#[derive(Clone, Copy, Debug, Default)]
pub struct BrokersClock {
    /// As it is known now.
    pub skew: Skew,
    told: Skew,
}

impl Model {
    /// The time by the broker's clock, for whatever the broker says of a moment. What was noted down
    /// here is held against [`Now::wall`](super::event::Now::wall).
    pub fn brokers_now(&self) -> Timestamp {
        self.clock.skew.to_brokers(self.now.wall)
    }

    /// The broker's clock is this far from ours. Says so where a person does not know it yet.
    pub fn skewed(&mut self, skew: Skew) {
        self.clock.skew = skew;
        self.activity.skewed(skew, activity::rows(self.body(), Pane::List));
        if skew.is_news_after(self.clock.told) {
            self.clock.told = skew;
            let (level, text) = match skew.warning() {
                Some(warning) => (Level::Problem, warning),
                None => (Level::Done, "This machine's clock agrees with the broker's again.".to_owned()),
            };
            self.toasts.say(level, text, self.now.uptime);
        }
    }
}
