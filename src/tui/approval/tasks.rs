//! Listening to agents of this user.

use async_trait::async_trait;

use crate::domain::Fault;
use crate::flow::approval::{self, DeskEvent};
use crate::flow::sources;
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Sit where agents of this user find somebody, for as long as the program runs.
#[derive(Debug)]
pub struct ListenAtDesk;

/// Something happened there.
#[derive(Debug)]
pub struct AtDesk(pub DeskEvent);

/// Nobody can sit there, and why; nothing where this user has no home.
#[derive(Debug)]
pub struct DeskClosed(pub Option<Fault>);

impl ListenAtDesk {
    /// Place of the desk.
    pub const SLOT: Slot = Slot::new("desk").of_program();
}

#[async_trait]
impl Task for ListenAtDesk {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(DeskClosed(Some(fault)))
    }

    async fn run(self: Box<Self>, _services: Services, reporter: Reporter) {
        let Ok(home) = sources::home() else { return reporter.send(DeskClosed(None)) };
        let events = reporter.clone();
        if let Err(fault) = approval::listen(&home.state, move |event| events.send(AtDesk(event))).await {
            reporter.send(DeskClosed(Some(fault)));
        }
    }
}
