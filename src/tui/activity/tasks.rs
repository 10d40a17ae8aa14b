//! Reading past calls: from the journal, and from the environment's own log.

use async_trait::async_trait;

use crate::domain::{Fault, LoggedCall};
use crate::flow::call_log;
use crate::journal::EntryId;
use crate::tui::activity::loader;
use crate::tui::activity::screen::{Found, Page, Shown};
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Read a page of the journal.
#[derive(Debug)]
pub struct ReadPage(pub Page);

/// A page of the journal.
#[derive(Debug)]
pub struct PageRead(pub Result<Found, Fault>);

impl ReadPage {
    /// Place of the list of past calls.
    pub const SLOT: Slot = Slot::new("history");
}

#[async_trait]
impl Task for ReadPage {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(PageRead(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        reporter.send(PageRead(loader::page(&services.records, self.0).await));
    }
}

/// Read what others called, as far as the environment tells.
#[derive(Debug)]
pub struct ReadLog;

/// Calls in the environment's own log.
#[derive(Debug)]
pub struct LogRead(pub Vec<LoggedCall>);

impl ReadLog {
    /// Place of the environment's log.
    pub const SLOT: Slot = Slot::new("logged");
}

#[async_trait]
impl Task for ReadLog {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, _fault: Fault) -> Message {
        Message::new(LogRead(Vec::new()))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let Some(opened) = services.opened() else { return reporter.send(LogRead(Vec::new())) };
        reporter.send(LogRead(call_log::newest(opened.backend.as_ref()).await));
    }
}

/// Read one past call, whole.
#[derive(Debug)]
pub struct ReadEntry(pub EntryId);

/// A past call, whole.
#[derive(Debug)]
pub struct EntryRead(pub Result<Box<Shown>, Fault>);

impl ReadEntry {
    /// Place of the call that is looked at.
    pub const SLOT: Slot = Slot::new("entry");
}

#[async_trait]
impl Task for ReadEntry {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(EntryRead(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        reporter.send(EntryRead(loader::entry(&services.records, self.0).await.map(Box::new)));
    }
}

/// Read one past call that is to be opened in the playground.
#[derive(Debug)]
pub struct ReadCall(pub EntryId);

/// The call to open.
#[derive(Debug)]
pub struct CallRead(pub Result<Box<Shown>, Fault>);

impl ReadCall {
    /// Place of the call that is to be opened.
    pub const SLOT: Slot = Slot::new("call to open");
}

#[async_trait]
impl Task for ReadCall {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(CallRead(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        reporter.send(CallRead(loader::entry(&services.records, self.0).await.map(Box::new)));
    }
}
