//! Names of all tools of the environment, whoever may call them: enough to find one by name.

use std::sync::Arc;

use crate::domain::{Fault, Provider, Tool, ToolName};
use crate::tui::widgets::matching::searched;

/// Tools that are listed at most: more than any environment is known to have. A list without an end is left.
pub const MOST: usize = 60_000;

/// Tool as it is found.
#[derive(Debug)]
pub struct CatalogueTool {
    /// Name of the tool.
    pub name: ToolName,
    /// Provider of the tool.
    pub provider: Provider,
    /// Name in small letters.
    pub text: Box<str>,
    /// Title and provider in small letters.
    pub also: Box<str>,
}

/// State of loading.
#[derive(Debug, Default)]
pub enum CatalogueLoad {
    /// Nobody has asked yet.
    #[default]
    Idle,
    /// Pages of tools are arriving.
    Running,
    /// Everything is here.
    Complete,
    /// It was stopped; what arrived before stays.
    Stopped,
    /// It ended early; what arrived before stays.
    Failed(Fault),
}

/// Tools, page by page; pages are shared with a search that runs elsewhere.
#[derive(Debug, Default)]
pub struct Catalogue {
    pages: Vec<Arc<Vec<CatalogueTool>>>,
    count: usize,
    /// Number of tools that the back-end says there are.
    pub total: Option<u64>,
    /// State of loading.
    pub load: CatalogueLoad,
}

impl CatalogueTool {
    /// What is needed to find a tool.
    pub fn new(tool: &Tool) -> Self {
        let also = format!("{} {}", searched(tool.title.raw()), searched(tool.provider.raw()));
        Self {
            name: tool.name.clone(),
            provider: tool.provider.clone(),
            text: searched(tool.name.raw()).to_lowercase().into(),
            also: also.to_lowercase().into(),
        }
    }
}

impl Catalogue {
    /// The pages that arrived.
    pub fn pages(&self) -> &[Arc<Vec<CatalogueTool>>] {
        &self.pages
    }

    /// Number of tools that arrived.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether none did.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether it has to be asked for: nobody has, or not all of it came.
    pub fn is_wanted(&self) -> bool {
        !matches!(self.load, CatalogueLoad::Running | CatalogueLoad::Complete)
    }

    /// Begins anew.
    pub fn begin(&mut self) {
        *self = Self { load: CatalogueLoad::Running, ..Self::default() };
    }

    /// Takes a page. Whether there is room for more.
    pub fn page(&mut self, tools: Vec<CatalogueTool>, total: Option<u64>) -> bool {
        self.total = total.or(self.total);
        self.count += tools.len();
        self.pages.push(Arc::new(tools));
        self.count < MOST
    }

    /// Takes note that no more come.
    pub fn end(&mut self, result: Result<(), Fault>) {
        self.load = match result {
            Ok(()) => CatalogueLoad::Complete,
            Err(fault) => CatalogueLoad::Failed(fault),
        };
    }
}
