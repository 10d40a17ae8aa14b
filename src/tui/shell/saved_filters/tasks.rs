//! Task: work on the saved filters.

use async_trait::async_trait;

use crate::domain::Fault;
use crate::flow::record::blocking;
use crate::flow::sources;
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};
use crate::tui::shell::saved_filters::store::{self, SavedFilter};

/// Does something with the saved filters, and tells all of them.
#[derive(Clone, Debug)]
pub enum FilterTask {
    /// Reads them.
    Read,
    /// Saves one.
    Save(SavedFilter),
    /// Deletes one.
    Delete(SavedFilter),
}

/// The saved filters as they are now, the newest first.
#[derive(Debug)]
pub struct FiltersRead(pub Result<Vec<SavedFilter>, Fault>);

impl FilterTask {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("saved filters").of_program();

    async fn work(self) -> Result<Vec<SavedFilter>, Fault> {
        let home = sources::home()?;
        blocking(move || match self {
            Self::Read => store::read(&home),
            Self::Save(filter) => store::save(&home, filter),
            Self::Delete(filter) => store::delete(&home, &filter),
        })
        .await
    }
}

#[async_trait]
impl Task for FilterTask {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(FiltersRead(Err(fault)))
    }

    async fn run(self: Box<Self>, _services: Services, reporter: Reporter) {
        reporter.send(FiltersRead(self.work().await));
    }
}
