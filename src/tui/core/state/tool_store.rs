//! Tools as they arrive, prepared for being searched and grouped.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::{AccountId, ConnectionName, Fault, Identifier, Provider, Tool, ToolEffect};
use crate::export::tool_tokens;
use crate::flow::tools::ToolsGap;
use crate::tui::widgets::groups::Groups;
use crate::tui::widgets::matching::Corpus;

/// Tools that are searched within a key press: a fraction of a millisecond.
const AT_ONCE: usize = 2_000;

/// Selection of tools that are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Tools that one person may call: on one connection, or on every one they have an account on.
    Person(Identifier, Option<ConnectionName>),
    /// All tools of the environment, whoever may call them.
    #[default]
    Environment,
}

/// State of loading.
#[derive(Debug, Default)]
pub enum ToolLoad {
    /// Loading was not asked for yet.
    #[default]
    Idle,
    /// Pages of tools are arriving.
    Running,
    /// All pages came; with the reason where there is nothing, or too little.
    Complete(Option<ToolsGap>),
    /// Loading was stopped by the person; what arrived before stays.
    Stopped,
    /// Loading ended early; what arrived before stays.
    Failed(Fault),
}

impl ToolLoad {
    /// Whether everything came that the broker says there is.
    pub fn is_whole(&self) -> bool {
        match self {
            Self::Complete(None) => true,
            Self::Complete(Some(cause @ ToolsGap::Mismatch(_))) => !cause.is_incomplete(),
            _ => false,
        }
    }
}

/// Order of a list of tools.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ToolOrder {
    /// Order of the list, or of how well they fit the filter; tools of a group stand together.
    #[default]
    AsListed,
    /// Most tokens first.
    Weight,
}

impl ToolOrder {
    /// Order that this one changes places with.
    pub fn other(self) -> Self {
        match self {
            Self::AsListed => Self::Weight,
            Self::Weight => Self::AsListed,
        }
    }
}

/// A list of tools.
#[derive(Debug, Default)]
pub struct ToolStore {
    rows: Vec<Tool>,
    /// Rows as they are searched; shared with a search that runs elsewhere.
    searched: Arc<Searched>,
    /// The group of each row, and the number of each group.
    group_of: Vec<usize>,
    groups: HashMap<ToolGroup, usize>,
    /// Estimated tokens of each row for a model.
    weights: Vec<u64>,
    /// Number of tools that the broker says there are.
    pub total: Option<u64>,
    /// State of loading.
    pub load: ToolLoad,
}

/// Group of a tool: its account, or where it belongs to nobody, its provider.
#[derive(Debug, PartialEq, Eq, Hash)]
enum ToolGroup {
    Account(AccountId),
    Provider(Provider),
}

#[derive(Clone, Debug, Default)]
struct Searched {
    corpus: Corpus,
    effects: Vec<ToolEffect>,
}

/// Conditions of a search: words, and effects of tools. `reads`, `writes`, `destroys` and `unknown` are no words to
/// look for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToolFilter {
    /// Words, joined by spaces.
    pub words: String,
    effects: Vec<ToolEffect>,
}

impl ToolFilter {
    /// Reads a filter as it is typed.
    pub fn parse(filter: &str) -> Self {
        let mut wanted = Self::default();
        let mut words = Vec::new();
        for word in filter.split_whitespace() {
            match word.parse() {
                Ok(effect) => wanted.effects.push(effect),
                Err(_) => words.push(word),
            }
        }
        wanted.words = words.join(" ");
        wanted
    }
}

/// Search that is done elsewhere.
#[derive(Debug)]
pub struct ToolSearch {
    searched: Arc<Searched>,
    wanted: ToolFilter,
}

impl ToolSearch {
    /// The rows that fit, best first.
    pub fn run(&self) -> Vec<usize> {
        let mut order = self.searched.corpus.rank(&self.wanted.words);
        if !self.wanted.effects.is_empty() {
            let effects = &self.searched.effects;
            order.retain(|row| effects.get(*row).is_some_and(|effect| self.wanted.effects.contains(effect)));
        }
        order
    }

    /// Whether a key press need not wait for it.
    pub fn is_short(&self) -> bool {
        self.wanted.words.is_empty() || self.searched.corpus.len() <= AT_ONCE
    }
}

impl ToolStore {
    /// A list that tools are on their way to.
    pub fn awaited() -> Self {
        Self { load: ToolLoad::Running, ..Self::default() }
    }

    /// Every tool that is here, in the order it came.
    pub fn rows(&self) -> &[Tool] {
        &self.rows
    }

    /// Takes a page of tools that arrived.
    pub fn page(&mut self, items: Vec<Tool>, total: Option<u64>) {
        self.total = total.or(self.total);
        let searched = Arc::make_mut(&mut self.searched);
        for tool in &items {
            searched.corpus.push(tool.name.raw(), &format!("{} {}", tool.title.raw(), tool.description.raw()));
            searched.effects.push(tool.effect);
            self.weights.push(tool_tokens(tool));
            let group = match &tool.account {
                Some(account) => ToolGroup::Account(account.clone()),
                None => ToolGroup::Provider(tool.provider.clone()),
            };
            let next = self.groups.len();
            self.group_of.push(*self.groups.entry(group).or_insert(next));
        }
        self.rows.extend(items);
    }

    /// Takes note that no more pages come.
    pub fn end(&mut self, result: Result<Option<ToolsGap>, Fault>) {
        self.load = match result {
            Ok(cause) => ToolLoad::Complete(cause),
            Err(fault) => ToolLoad::Failed(fault),
        };
    }

    /// Estimated tokens of a row for a model.
    pub fn weight(&self, row: usize) -> u64 {
        self.weights.get(row).copied().unwrap_or_default()
    }

    /// Search for `filter`, which may run elsewhere.
    pub fn search(&self, filter: &str) -> ToolSearch {
        ToolSearch { searched: Arc::clone(&self.searched), wanted: ToolFilter::parse(filter) }
    }

    /// Brings rows of one group together.
    pub fn gather(&self, order: Vec<usize>) -> (Vec<usize>, Groups) {
        let group = |row| self.group_of.get(row).copied().unwrap_or_default();
        Groups::gather(order, self.groups.len(), group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_words_and_effects() {
        let wanted = ToolFilter::parse(" writes issue  destroys get");
        assert_eq!(wanted.words, "issue get");
        assert_eq!(wanted.effects, [ToolEffect::Writes, ToolEffect::Destroys]);
        assert_eq!(ToolFilter::parse("write").words, "write");
    }
}
