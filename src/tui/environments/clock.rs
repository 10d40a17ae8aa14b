//! Task: watching how far the back-end's clock is from ours.

use async_trait::async_trait;

use crate::domain::{ClockOffset, Fault};
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Tells how far the back-end's clock is from ours, now and whenever that changes.
#[derive(Debug)]
pub struct WatchClock;

/// Report: it is this far.
#[derive(Debug)]
pub struct ClockRead(pub ClockOffset);

impl WatchClock {
    /// Place of the clock that is watched.
    pub const SLOT: Slot = Slot::new("clock");
}

#[async_trait]
impl Task for WatchClock {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, _fault: Fault) -> Message {
        Message::new(ClockRead(ClockOffset::default()))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let Some(opened) = services.opened() else { return };
        let mut changes = opened.clock.subscribe();
        changes.mark_changed();
        while changes.changed().await.is_ok() {
            reporter.events.room().await;
            let offset = *changes.borrow_and_update();
            reporter.send(ClockRead(offset));
        }
    }
}
