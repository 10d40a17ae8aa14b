//! Reading past calls: from the journal, and from the environment's own log.

use std::time::Duration;

use async_trait::async_trait;

use crate::domain::{Fault, LoggedCall};
use crate::flow::call_log::{self, KnownCalls};
use crate::journal::EntryId;
use crate::tui::activity::following::PAUSE;
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

/// Calls in the environment's own log, or why it cannot be read.
#[derive(Debug)]
pub struct LogRead(pub Result<Vec<LoggedCall>, Fault>);

impl ReadLog {
    /// Place of the environment's log.
    pub const SLOT: Slot = Slot::new("logged");
}

#[async_trait]
impl Task for ReadLog {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(LogRead(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        reporter.send(LogRead(match services.environment() {
            Ok(opened) => call_log::newest(opened.backend.as_ref()).await,
            Err(fault) => Err(fault),
        }));
    }
}

/// Wait for calls in the environment's log that are not known yet. While there are none it reports nothing, so that
/// nothing is drawn.
#[derive(Debug)]
pub struct FollowLog {
    /// Calls that are known.
    pub known: KnownCalls,
    /// Time to wait before the log is asked first.
    pub wait: Duration,
    /// Whether it reports the first answer, whatever that is: the log could not be read before.
    pub reports_answer: bool,
}

/// Calls that came into the log, or why it cannot be read.
#[derive(Debug)]
pub struct LogFollowed(pub Result<Vec<LoggedCall>, Fault>);

impl FollowLog {
    /// Place of the log that is followed.
    pub const SLOT: Slot = Slot::new("followed log");
}

#[async_trait]
impl Task for FollowLog {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(LogFollowed(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        tokio::time::sleep(self.wait).await;
        reporter.send(LogFollowed(match services.environment() {
            Ok(opened) if self.reports_answer => call_log::news(opened.backend.as_ref(), &self.known).await,
            Ok(opened) => call_log::await_news(opened.backend.as_ref(), &self.known, PAUSE).await,
            Err(fault) => Err(fault),
        }));
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
