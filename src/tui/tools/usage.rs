//! Favourite and recent tools: reading them, and making a tool a favourite.

use std::sync::Arc;

use async_trait::async_trait;

use crate::domain::{Fault, ToolName};
use crate::flow::record::blocking;
use crate::tui::core::cx::Cx;
use crate::tui::core::message::Message;
use crate::tui::core::state::tool_usage::{RECENT, ToolUsage};
use crate::tui::core::toast::Level;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Reads them for the environment of this name in the journal.
#[derive(Debug)]
pub struct ReadUsage(pub String);

/// Report: they were read.
#[derive(Debug)]
pub struct UsageRead(pub Result<ToolUsage, Fault>);

impl ReadUsage {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("tool usage");
}

#[async_trait]
impl Task for ReadUsage {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(UsageRead(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let Self(environment) = *self;
        let read = async {
            let journal = services.records.journal().await?;
            let read = move || Ok((journal.favourites(&environment)?, journal.recent_tools(&environment, RECENT)?));
            blocking(read).await
        };
        let read = read.await;
        reporter.send(UsageRead(read.map(|(favourites, recent)| ToolUsage::new(favourites, recent))));
    }
}

/// Makes a tool a favourite, or no longer.
#[derive(Debug)]
pub struct SetFavourite {
    /// Name of the environment in the journal.
    pub environment: String,
    /// The tool.
    pub tool: ToolName,
    /// Whether it is to be one.
    pub is_favourite: bool,
}

/// Report: it is written down, or not.
#[derive(Debug)]
pub struct FavouriteSet {
    /// The tool.
    pub tool: ToolName,
    /// Whether it was to be one.
    pub is_favourite: bool,
    /// Whether it is written down.
    pub result: Result<(), Fault>,
}

impl SetFavourite {
    /// Slot of the task. It goes on where the environment is left meanwhile.
    pub const SLOT: Slot = Slot::new("favourite").of_program();

    fn report(&self, result: Result<(), Fault>) -> FavouriteSet {
        FavouriteSet { tool: self.tool.clone(), is_favourite: self.is_favourite, result }
    }
}

#[async_trait]
impl Task for SetFavourite {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(self.report(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let (environment, tool, is_favourite) = (self.environment.clone(), self.tool.clone(), self.is_favourite);
        let write = async {
            let journal = services.records.journal().await?;
            blocking(move || journal.set_favourite(&environment, &tool, is_favourite)).await
        };
        let result = write.await;
        reporter.send(self.report(result));
    }
}

/// Asks for them, where an environment is open.
pub(super) fn read(cx: &mut Cx) {
    if let Some(environment) = cx.environment.open().map(|card| card.recorded_as.clone()) {
        cx.start(ReadUsage(environment));
    }
}

/// Takes what was read. A journal that cannot be read is told of where somebody looks into it.
pub(super) fn take(UsageRead(result): UsageRead, cx: &mut Cx) {
    cx.jobs.finish(ReadUsage::SLOT);
    if let Ok(usage) = result {
        cx.usage = Arc::new(usage);
    }
}

/// Makes a tool a favourite, or no longer: at once on screen, then in the journal.
pub(super) fn toggle(tool: &ToolName, cx: &mut Cx) {
    let Some(environment) = cx.environment.open().map(|card| card.recorded_as.clone()) else { return };
    let is_favourite = !cx.usage.is_favourite(tool);
    Arc::make_mut(&mut cx.usage).set_favourite(tool, is_favourite);
    cx.start(SetFavourite { environment, tool: tool.clone(), is_favourite });
}

/// Takes back what could not be written down.
pub(super) fn written(FavouriteSet { tool, is_favourite, result }: FavouriteSet, cx: &mut Cx) {
    cx.jobs.finish(SetFavourite::SLOT);
    if let Err(fault) = result {
        Arc::make_mut(&mut cx.usage).set_favourite(&tool, !is_favourite);
        cx.say(Level::Problem, fault.to_string());
    }
}
