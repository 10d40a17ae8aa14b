//! How a task says something.

use tokio::sync::mpsc;

use crate::tui::core::effect::Job;
use crate::tui::core::event::{Event, Outcome};

/// Says things in the name of one job. Nobody listens any more once the program is ending.
#[derive(Clone)]
pub struct Voice {
    /// In whose name.
    pub job: Job,
    /// To whom.
    pub events: mpsc::UnboundedSender<Event>,
}

impl Voice {
    /// Says something.
    pub fn say(&self, outcome: Outcome) {
        let _ = self.events.send(Event::Task(self.job, outcome));
    }
}
