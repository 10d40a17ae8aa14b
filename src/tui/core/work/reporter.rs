//! Reports of a task while it runs, and at its end.

use crate::tui::core::event::Event;
use crate::tui::core::message::{Message, Payload};
use crate::tui::core::work::event_queue::EventSender;
use crate::tui::core::work::job::Job;

/// Sends messages in the name of one job. Nobody listens any more once the program is ending.
#[derive(Clone)]
pub struct Reporter {
    /// Job that reports.
    pub job: Job,
    /// Queue that the reports go to.
    pub events: EventSender,
}

impl Reporter {
    /// Sends a message to the feature that started the task.
    pub fn send(&self, payload: impl Payload) {
        self.forward(Message::new(payload));
    }

    /// Sends a message that stands already.
    pub fn forward(&self, message: Message) {
        self.events.send(Event::Task(self.job, message));
    }

    /// Sends a message that counts whether or not anybody waits for the job any more.
    pub fn announce(&self, payload: impl Payload) {
        self.events.send(Event::Message(Message::new(payload)));
    }
}
