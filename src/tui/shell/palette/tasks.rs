//! Tasks: the names of all tools, the presets of all tools, and a search among many things.

use async_trait::async_trait;

use crate::domain::{Fault, Tool};
use crate::flow::record::blocking;
use crate::flow::tools::catalogue;
use crate::journal::Preset;
use crate::tui::core::message::Message;
use crate::tui::core::state::catalogue::CatalogueTool;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task, compute};
use crate::tui::shell::palette::things::{FoundThings, ThingSearch};

/// Lists the tools of the environment, page by page.
#[derive(Debug)]
pub struct ListCatalogue;

/// Report: some more tools, and how many there are in all if the back-end says so.
#[derive(Debug)]
pub struct CataloguePage(pub Vec<CatalogueTool>, pub Option<u64>);

/// Report: no more will come.
#[derive(Debug)]
pub struct CatalogueEnd(pub Result<(), Fault>);

impl ListCatalogue {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("catalogue");
}

#[async_trait]
impl Task for ListCatalogue {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(CatalogueEnd(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let opened = match services.environment() {
            Ok(opened) => opened,
            Err(fault) => return reporter.send(CatalogueEnd(Err(fault))),
        };
        let page = |items: Vec<Tool>, total| {
            reporter.send(CataloguePage(items.iter().map(CatalogueTool::new).collect(), total));
        };
        let result = catalogue(opened.backend.as_ref(), None, Vec::new(), page).await;
        reporter.send(CatalogueEnd(result.map(|_| ())));
    }
}

/// Reads the presets of all tools.
#[derive(Debug)]
pub struct ReadPresets;

/// Report: the presets; none where they cannot be read.
#[derive(Debug)]
pub struct PresetsRead(pub Vec<Preset>);

impl ReadPresets {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("all presets").of_program();
}

#[async_trait]
impl Task for ReadPresets {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, _fault: Fault) -> Message {
        Message::new(PresetsRead(Vec::new()))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let presets = match services.records.journal().await {
            Ok(journal) => blocking(move || journal.presets(None)).await,
            Err(fault) => Err(fault),
        };
        reporter.send(PresetsRead(presets.unwrap_or_default()));
    }
}

/// Finds the accounts and tools that fit what is typed.
#[derive(Debug)]
pub struct FindThings(pub ThingSearch);

/// Report: they were found.
#[derive(Debug)]
pub struct ThingsFound(pub FoundThings);

impl FindThings {
    /// Slot of the task; a new search ends the one before.
    pub const SLOT: Slot = Slot::new("palette search").of_program();
}

#[async_trait]
impl Task for FindThings {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, _fault: Fault) -> Message {
        Message::new(ThingsFound(FoundThings::default()))
    }

    async fn run(self: Box<Self>, _services: Services, reporter: Reporter) {
        reporter.send(ThingsFound(compute(move || self.0.run()).await));
    }
}
