//! Task: reading the connections of the environment.

use async_trait::async_trait;

use crate::domain::{Connection, Fault};
use crate::flow::connections;
use crate::flow::tally::Mismatch;
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Task: read every connection.
#[derive(Debug)]
pub struct ReadConnections;

/// Report: the connections, and what they lack of those that were announced.
#[derive(Debug)]
pub struct ConnectionsRead(pub Result<(Vec<Connection>, Option<Mismatch>), Fault>);

impl ReadConnections {
    /// Place of the connections that are read.
    pub const SLOT: Slot = Slot::new("connections").shown();
}

#[async_trait]
impl Task for ReadConnections {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ConnectionsRead(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let read = async {
            let mut found = Vec::new();
            let opened = services.environment()?;
            let mismatch = connections::counted(opened.backend.as_ref(), |page| found.extend(page)).await?;
            Ok((found, mismatch))
        };
        reporter.send(ConnectionsRead(read.await));
    }
}
