//! Tasks: loading tools, and searching among many.

use async_trait::async_trait;

use crate::domain::{Fault, JsonText, SharedTexts, Tool, ToolOrigin};
use crate::flow::tools::{ToolsGap, catalogue, load};
use crate::tui::core::message::Message;
use crate::tui::core::state::tool_store::{Scope, ToolSearch};
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task, compute};

/// Loads the tools of a scope, page by page.
#[derive(Debug)]
pub struct LoadTools(pub Scope);

/// Report: some more tools, and how many there are in all if the back-end says so.
#[derive(Debug)]
pub struct ToolsPage(pub Vec<Tool>, pub Option<u64>);

/// Report: no more will come; with the likely cause where there were none, or too few.
#[derive(Debug)]
pub struct ToolsLoaded(pub Result<Option<ToolsGap>, Fault>);

/// Slot for loading tools; one load at a time.
pub const LOADING: Slot = Slot::new("tools").shown();

#[async_trait]
impl Task for LoadTools {
    fn slot(&self) -> Slot {
        LOADING
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ToolsLoaded(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let opened = match services.environment() {
            Ok(opened) => opened,
            Err(fault) => return reporter.send(ToolsLoaded(Err(fault))),
        };
        let backend = opened.backend.as_ref();
        let mut shared = SharedTexts::default();
        let page = |mut items: Vec<Tool>, total| {
            compact(&mut items, &mut shared);
            reporter.send(ToolsPage(items, total));
        };
        reporter.send(ToolsLoaded(match self.0 {
            Scope::Person(identifier, connection) => {
                let connections: Vec<_> = connection.into_iter().collect();
                load(backend, &identifier, &connections, page).await
            }
            Scope::Environment => catalogue(backend, None, Vec::new(), page).await,
        }));
    }
}

/// Lets tools take little room: texts that many have are kept once, and schemas are packed, which are read of one at a
/// time. Of most, nobody here reads the JSON that they came in.
fn compact(tools: &mut [Tool], shared: &mut SharedTexts) {
    for tool in tools.iter_mut() {
        shared.share(&mut tool.title);
        tool.provider.share(shared);
        tool.account.iter_mut().for_each(|account| account.share(shared));
        tool.identifier.iter_mut().for_each(|identifier| identifier.share(shared));
        // What a server declares of its tool is read from it when it is looked at, and when it is trusted.
        if !matches!(tool.origin, ToolOrigin::Server(_)) {
            tool.raw = JsonText::empty_object();
        }
    }
    JsonText::pack(tools.iter_mut().filter_map(|tool| tool.input_schema.as_mut()));
}

/// Finds the tools that fit the filter.
#[derive(Debug)]
pub struct SearchTools(pub ToolSearch);

/// Report: the rows that fit, best first.
#[derive(Debug)]
pub struct Ranked(pub Vec<usize>);

/// Slot for searching tools; a new search ends the one before.
pub const SEARCHING: Slot = Slot::new("tool search");

#[async_trait]
impl Task for SearchTools {
    fn slot(&self) -> Slot {
        SEARCHING
    }

    fn broken(&self, _fault: Fault) -> Message {
        Message::new(Ranked(Vec::new()))
    }

    async fn run(self: Box<Self>, _services: Services, reporter: Reporter) {
        reporter.send(Ranked(compute(move || self.0.run()).await));
    }
}
