//! Task: writing a note on a call.

use async_trait::async_trait;

use crate::domain::Fault;
use crate::flow::record::blocking;
use crate::journal::EntryId;
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Writes a note; an empty one takes away what is there.
#[derive(Debug)]
pub struct SetNote {
    /// Call that it is about.
    pub call: EntryId,
    /// The note.
    pub note: String,
}

/// Report: it is written, or not.
#[derive(Debug)]
pub struct NoteSet {
    /// Whether it took a note away.
    pub is_empty: bool,
    /// Whether it is written.
    pub result: Result<(), Fault>,
}

impl SetNote {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("note").of_program();

    fn report(&self, result: Result<(), Fault>) -> NoteSet {
        NoteSet { is_empty: self.note.trim().is_empty(), result }
    }
}

#[async_trait]
impl Task for SetNote {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(self.report(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let (call, note) = (self.call, self.note.clone());
        let write = async {
            let journal = services.records.journal().await?;
            blocking(move || journal.set_note(call, &note)).await
        };
        let result = write.await;
        reporter.send(self.report(result));
    }
}
