//! Task: the bodies of a call, made ready to be explored.

use async_trait::async_trait;

use crate::domain::{Fault, JsonText};
use crate::flow::record::blocking;
use crate::journal::{EntryId, StoredBody};
use crate::json::Document;
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task, compute};

/// Make the bodies of a call ready; a result that is not at hand is read from the journal.
#[derive(Clone, Debug)]
pub struct ReadBodies {
    /// Input, where it is JSON.
    pub input: Option<JsonText>,
    /// Result, where it is at hand.
    pub result: Option<JsonText>,
    /// Entry in the journal.
    pub entry: Option<EntryId>,
}

/// Bodies of a call, indexed.
#[derive(Default)]
pub struct CallBodies {
    /// Input.
    pub input: Option<Document>,
    /// Result.
    pub result: Option<Document>,
}

/// Report: the bodies.
#[derive(Debug)]
pub struct BodiesRead(pub Result<CallBodies, Fault>);

impl std::fmt::Debug for CallBodies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CallBodies")
    }
}

impl ReadBodies {
    /// Place of the bodies of the call that is looked at.
    pub const SLOT: Slot = Slot::new("bodies of a call");

    /// Whether all of it is at hand and takes no time.
    pub fn is_small(&self, most: usize) -> bool {
        let size = |body: &Option<JsonText>| body.as_ref().map_or(0, |body| body.bytes().len());
        size(&self.input) + size(&self.result) <= most && (self.result.is_some() || self.entry.is_none())
    }

    /// Indexes what is at hand.
    pub fn indexed(self) -> CallBodies {
        let index = |body: Option<JsonText>| body.and_then(|body| Document::index(body).ok());
        CallBodies { input: index(self.input), result: index(self.result) }
    }

    async fn read(mut self, services: &Services) -> Result<CallBodies, Fault> {
        if let (None, Some(entry)) = (&self.result, self.entry) {
            let journal = services.records.journal().await?;
            let found = blocking(move || journal.entry(entry)).await?;
            self.result = found.and_then(|entry| match entry.result {
                StoredBody::Kept(result) => Some(result),
                StoredBody::None | StoredBody::TooLarge => None,
            });
        }
        Ok(compute(move || self.indexed()).await)
    }
}

#[async_trait]
impl Task for ReadBodies {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(BodiesRead(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        reporter.send(BodiesRead(self.read(&services).await));
    }
}
