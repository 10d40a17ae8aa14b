//! When unsent inputs are written: once somebody rests, and now and then while they type on.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::tui::core::event::Event;
use crate::tui::core::message::Message;
use crate::tui::core::work::event_queue::EventSender;
use crate::tui::playground::drafts::earlier::InputNotKept;
use crate::tui::runtime::drafts_file::DraftsKeeper;
use crate::tui::shell::model::Model;

/// Time without a key after which an unsent input is written, and the longest time that it is not while somebody types
/// on.
const TYPING_RESTS: Duration = Duration::from_secs(2);
const TYPING_GOES_ON: Duration = Duration::from_secs(10);

/// Unsent inputs that are still to be written.
pub struct DraftsTimer {
    /// None where they are not kept.
    keeper: Option<Arc<DraftsKeeper>>,
    events: EventSender,
    /// Time of the first change that is not written, and the time to write it.
    due: Option<(Instant, Instant)>,
}

impl DraftsTimer {
    /// A timer that keeps nothing until it is told where.
    pub fn new(events: EventSender) -> Self {
        Self { keeper: None, events, due: None }
    }

    /// Keeps inputs with `keeper`; none where they are not kept.
    pub fn keep_with(&mut self, keeper: Option<Arc<DraftsKeeper>>) {
        self.keeper = keeper;
    }

    /// Time to write what stands unsent; none where all of it is written.
    pub fn due(&self) -> Option<Instant> {
        self.due.map(|(_, due)| due)
    }

    /// Takes note of what stands unsent now.
    pub fn note(&mut self, model: &Model) {
        let Some(keeper) = &self.keeper else { return };
        // Both only grow: their sum is another one once either is.
        let version = (model.playground.revision() + model.agent.message_revision(), model.cx.recording);
        if keeper.note(version, || model.agent.with_unsent(model.playground.unsent(&model.cx), &model.cx)) {
            let now = Instant::now();
            let first = self.due.map_or(now, |(first, _)| first);
            self.due = Some((first, (now + TYPING_RESTS).min(first + TYPING_GOES_ON)));
        }
    }

    /// Writes it, away from the loop.
    pub fn save(&mut self) {
        self.due = None;
        let (Some(keeper), events) = (self.keeper.clone(), self.events.clone()) else { return };
        tokio::task::spawn_blocking(move || {
            if let Err(fault) = keeper.save() {
                events.send(Event::Message(Message::new(InputNotKept(fault))));
            }
        });
    }
}
