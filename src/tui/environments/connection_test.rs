//! Task: test of a source's URL and key, without opening it.

use async_trait::async_trait;

use crate::domain::Fault;
use crate::flow::connection_test::{self, Answered};
use crate::profile::Source;
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Asks the environment of this source for a token and a page of accounts.
#[derive(Debug)]
pub struct TestConnection(pub Source);

/// Report: it answered, or did not.
#[derive(Debug)]
pub struct ConnectionTested {
    /// Source that was tested.
    pub source: Source,
    /// Its answer.
    pub result: Result<Answered, Fault>,
}

impl TestConnection {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("connection test").shown().of_program();
}

#[async_trait]
impl Task for TestConnection {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ConnectionTested { source: self.0.clone(), result: Err(fault) })
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let result = match &services.origin.sources {
            Ok(sources) => connection_test::test(sources, self.0.request(), services.origin.limits.clone()).await,
            Err(fault) => Err(fault.clone()),
        };
        reporter.send(ConnectionTested { source: self.0, result });
    }
}
