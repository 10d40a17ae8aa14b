//! Tools as they arrive, prepared for being searched and grouped.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::{AccountId, ConnectionName, Fault, Identifier, Provider, Tool, ToolEffect};
use crate::export::tool_tokens;
use crate::flow::tools::ToolsGap;
use crate::tui::widgets::groups::Groups;
use crate::tui::widgets::matching::Corpus;

/// So many tools are searched within a key press: a fraction of a millisecond.
const AT_ONCE: usize = 2_000;

/// Whose tools are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// What one person may call: on one connection, or on every one they have an account on.
    Person(Identifier, Option<ConnectionName>),
    /// Everything there is, whoever may call it.
    #[default]
    Environment,
}

/// How far loading got.
#[derive(Debug, Default)]
pub enum ToolLoad {
    /// Nobody was asked about yet.
    #[default]
    Idle,
    /// Pages are arriving.
    Running,
    /// Nothing more will come; where there is nothing, or too little, why.
    Complete(Option<ToolsGap>),
    /// Somebody stopped it; what arrived before stays.
    Stopped,
    /// It ended early; what arrived before stays.
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

/// What a list of tools is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ToolOrder {
    /// As they were listed, or by how well they fit the filter; what belongs together stands together.
    #[default]
    AsListed,
    /// The heaviest first.
    Weight,
}

impl ToolOrder {
    /// The other one.
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
    /// The same rows as they are searched; shared with a search that runs elsewhere.
    searched: Arc<Searched>,
    /// The group of each row, and the number of each group.
    group_of: Vec<usize>,
    groups: HashMap<ToolGroup, usize>,
    /// What each row weighs in a model's tokens, roughly.
    weights: Vec<u64>,
    /// How many the broker says there are.
    pub total: Option<u64>,
    /// How far loading got.
    pub load: ToolLoad,
}

/// What stands together: tools of one account, or where they belong to nobody, of one provider.
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

/// What is looked for: words, and of which effect. `reads`, `writes`, `destroys` and `unknown` are no
/// words to look for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToolFilter {
    /// The words.
    pub words: String,
    effects: Vec<ToolEffect>,
}

impl ToolFilter {
    /// Reads a filter.
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

/// A search that is done elsewhere.
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

    /// A page arrived.
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

    /// No more pages come.
    pub fn end(&mut self, result: Result<Option<ToolsGap>, Fault>) {
        self.load = match result {
            Ok(cause) => ToolLoad::Complete(cause),
            Err(fault) => ToolLoad::Failed(fault),
        };
    }

    /// What a row weighs in a model's tokens, roughly.
    pub fn weight(&self, row: usize) -> u64 {
        self.weights.get(row).copied().unwrap_or_default()
    }

    /// What is to be searched for `filter`.
    pub fn search(&self, filter: &str) -> ToolSearch {
        ToolSearch { searched: Arc::clone(&self.searched), wanted: ToolFilter::parse(filter) }
    }

    /// Puts groups together.
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
