//! How a task says something.

use crate::tui::core::effect::Job;
use crate::tui::core::event::{Event, Outcome};
use crate::tui::core::event_queue::EventSender;

/// Says things in the name of one job. Nobody listens any more once the program is ending.
#[derive(Clone)]
pub struct Voice {
    /// In whose name.
    pub job: Job,
    /// To whom.
    pub events: EventSender,
}

impl Voice {
    /// Says something.
    pub fn say(&self, outcome: Outcome) {
        self.events.send(Event::Task(self.job, outcome));
    }
}
