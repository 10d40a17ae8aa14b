//! Running a jq filter, and keeping it for the next run of the program.

use std::time::Duration;

use async_trait::async_trait;

use super::history;
use crate::domain::{Fault, FaultKind};
use crate::flow::query::query;
use crate::flow::record::blocking;
use crate::flow::sources;
use crate::json::{Document, NodeId};
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task, compute};

/// Run a filter on a value. Cancelling kills it.
#[derive(Clone)]
pub struct RunQuery {
    /// Filter to run.
    pub filter: String,
    /// The document, and the value in it.
    pub of: (Document, NodeId),
    /// Time to wait before: another filter that comes meanwhile takes its place.
    pub rest: Duration,
}

/// The newest filter was run.
#[derive(Debug)]
pub struct QueryAnswered(pub Result<QueryAnswer, Fault>);

/// Results of a filter.
#[derive(Debug)]
pub struct QueryAnswer {
    /// The one result, or all of them in an array.
    pub document: Document,
    /// Number of results.
    pub count: usize,
    /// Reason why there were no more, if it stopped early.
    pub cut_short: Option<String>,
}

impl std::fmt::Debug for RunQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RunQuery({} bytes)", self.filter.len())
    }
}

impl RunQuery {
    /// Place of the filter that runs.
    pub const SLOT: Slot = Slot::new("query").shown();

    async fn answer(self) -> Result<QueryAnswer, Fault> {
        tokio::time::sleep(self.rest).await;
        let (document, node) = self.of;
        let answer = query(&self.filter, document.raw(node)).await?;
        match compute(move || Document::index(answer.value)).await {
            Ok(document) => Ok(QueryAnswer { document, count: answer.count, cut_short: answer.broken }),
            Err(fault) => Err(Fault::new(FaultKind::TooLarge, fault.to_string())),
        }
    }
}

#[async_trait]
impl Task for RunQuery {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(QueryAnswered(Err(fault)))
    }

    async fn run(self: Box<Self>, _services: Services, reporter: Reporter) {
        reporter.send(QueryAnswered(self.answer().await));
    }
}

/// Keep a filter for the next run; a user without a home keeps none.
#[derive(Debug)]
pub struct KeepQuery(pub String);

/// A filter is kept, or could not be.
#[derive(Debug)]
pub struct QueryKept(pub Result<(), Fault>);

impl KeepQuery {
    /// Place of the file with the filters.
    pub const SLOT: Slot = Slot::new("queries");
}

#[async_trait]
impl Task for KeepQuery {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(QueryKept(Err(fault)))
    }

    async fn run(self: Box<Self>, _services: Services, reporter: Reporter) {
        let kept = blocking(move || {
            let Ok(home) = sources::home() else { return Ok(()) };
            history::keep(&home, &self.0)
        });
        reporter.send(QueryKept(kept.await));
    }
}
