//! Tables of arrays, and orders of their rows, which are found out elsewhere.

mod view;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

pub use self::view::TableView;
use crate::domain::Fault;
use crate::json::{Document, JsonTable, NodeId};
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task, stoppable};
use async_trait::async_trait;

/// Work on a table that is done elsewhere.
#[derive(Clone)]
pub enum Tabulate {
    /// Rows and columns of an array.
    Make(Document, NodeId),
    /// Order of its rows by a column, and whether it descends.
    Order(Arc<JsonTable>, usize, bool),
}

/// Finding about a table.
#[derive(Clone)]
pub enum Tabulated {
    /// Table of the array.
    Made(Arc<JsonTable>),
    /// The order of its rows.
    Ordered(Arc<JsonTable>, (usize, bool), Vec<u32>),
}

impl std::fmt::Debug for Tabulate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Make(document, array) => write!(f, "Make({} rows)", document.count(*array)),
            Self::Order(table, column, descending) => write!(f, "Order({} rows, {column}, {descending})", table.len()),
        }
    }
}

impl std::fmt::Debug for Tabulated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Made(table) | Self::Ordered(table, ..) => write!(f, "Tabulated({} rows)", table.len()),
        }
    }
}

/// A table, or an order of its rows; none if nobody waited for it.
#[derive(Debug)]
pub struct TableReady(pub Result<Option<Tabulated>, Fault>);

#[async_trait]
impl Task for Tabulate {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(TableReady(Err(fault)))
    }

    async fn run(self: Box<Self>, _services: Services, reporter: Reporter) {
        reporter.send(TableReady(Ok(stoppable(move |stop| self.find_out(stop)).await)));
    }
}

impl Tabulate {
    /// Place of the work on a table.
    pub const SLOT: Slot = Slot::new("table");

    /// Finds it out. Takes a while for many rows; none when `stop` is set meanwhile.
    pub fn find_out(self, stop: &AtomicBool) -> Option<Tabulated> {
        match self {
            Self::Make(document, array) => {
                JsonTable::from_array(&document, array, stop).map(|table| Tabulated::Made(table.into()))
            }
            Self::Order(table, column, descending) => {
                let order = table.ordered(column, descending);
                Some(Tabulated::Ordered(table, (column, descending), order))
            }
        }
    }
}
