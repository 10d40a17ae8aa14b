//! Tools as they arrive, prepared for being searched and grouped.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::domain::{AccountId, ConnectionName, Fault, Identifier, JsonText, Provider, Tool};
use crate::export::tool_tokens;
use crate::flow::tools::ToolsGap;
use crate::tui::core::state::account_store::AccountStore;
use crate::tui::core::state::tool_filter::{ToolFilter, ToolFilterNames};
use crate::tui::widgets::groups::Groups;
use crate::tui::widgets::matching::{SearchedRow, holds, rank};

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
    /// By name.
    Name,
    /// Those that read first, those that destroy last.
    Effect,
    /// Most tokens first.
    Weight,
}

impl ToolOrder {
    /// All orders with their names and the letters that choose them.
    pub const ALL: [(Self, &'static str, char); 4] = [
        (Self::AsListed, "as listed", 'l'),
        (Self::Name, "name", 'n'),
        (Self::Effect, "effect", 'e'),
        (Self::Weight, "tokens", 't'),
    ];
}

/// A list of tools.
#[derive(Debug, Default)]
pub struct ToolStore {
    /// Tools, and what they are searched by; shared with a search that runs elsewhere.
    searched: Arc<Searched>,
    /// The number of each group.
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

impl ToolGroup {
    /// Name of the connection and of the provider, as far as they are known.
    fn place<'a>(&'a self, accounts: &'a AccountStore) -> (Option<&'a str>, Option<&'a str>) {
        match self {
            Self::Account(id) => match accounts.by_id(id) {
                Some(account) => (Some(account.connection.raw()), Some(account.provider.raw())),
                None => (None, None),
            },
            Self::Provider(provider) => (None, Some(provider.raw())),
        }
    }

    /// Whether its connection and its provider are asked for.
    fn is_wanted(&self, wanted: &ToolFilter, accounts: &AccountStore) -> bool {
        let (connection, provider) = self.place(accounts);
        let is_named = |wanted: &[String], name: Option<&str>| {
            wanted.is_empty() || name.is_some_and(|name| wanted.iter().any(|part| holds(name, part)))
        };
        is_named(&wanted.connections, connection) && is_named(&wanted.providers, provider)
    }
}

#[derive(Clone, Default)]
struct Searched {
    rows: Vec<Tool>,
    /// The group of each row.
    groups: Vec<usize>,
}

impl fmt::Debug for Searched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Searched({} rows)", self.rows.len())
    }
}

/// Search that is done elsewhere.
#[derive(Debug)]
pub struct ToolSearch {
    searched: Arc<Searched>,
    wanted: ToolFilter,
    /// Whether the tools of each group are wanted; none where all of them are.
    groups: Option<Vec<bool>>,
}

/// A tool as it is searched.
fn row(tool: &Tool) -> SearchedRow<'_> {
    SearchedRow { name: tool.name.raw(), prose: [tool.title.raw(), tool.description.raw()] }
}

impl ToolSearch {
    /// The rows that fit, best first.
    pub fn run(&self) -> Vec<usize> {
        let mut order = rank(self.searched.rows.iter().map(row), &self.wanted.words);
        if !self.wanted.has_no_terms() {
            order.retain(|row| self.fits(*row));
        }
        order
    }

    /// Whether a row has what the terms ask for.
    fn fits(&self, row: usize) -> bool {
        let Searched { rows, groups } = self.searched.as_ref();
        let Some(tool) = rows.get(row) else { return false };
        let is_in_group = |wanted: &Vec<bool>| groups.get(row).and_then(|group| wanted.get(*group)) == Some(&true);
        let ToolFilter { effects: wanted, names, .. } = &self.wanted;
        (wanted.is_empty() || wanted.contains(&tool.effect))
            && (names.is_empty() || names.iter().any(|name| holds(tool.name.raw(), name)))
            && self.groups.as_ref().is_none_or(is_in_group)
    }

    /// Whether a key press need not wait for it.
    pub fn is_short(&self) -> bool {
        let looks_at_each = !self.wanted.words.is_empty() || !self.wanted.names.is_empty();
        !looks_at_each || self.searched.rows.len() <= AT_ONCE
    }
}

impl ToolStore {
    /// A list that tools are on their way to.
    pub fn awaited() -> Self {
        Self { load: ToolLoad::Running, ..Self::default() }
    }

    /// Every tool that is here, in the order it came.
    pub fn rows(&self) -> &[Tool] {
        &self.searched.rows
    }

    /// Takes a page of tools that arrived.
    pub fn page(&mut self, mut items: Vec<Tool>, total: Option<u64>) {
        self.total = total.or(self.total);
        let searched = Arc::make_mut(&mut self.searched);
        for tool in &items {
            self.weights.push(tool_tokens(tool));
            let group = match &tool.account {
                Some(account) => ToolGroup::Account(account.clone()),
                None => ToolGroup::Provider(tool.provider.clone()),
            };
            let next = self.groups.len();
            searched.groups.push(*self.groups.entry(group).or_insert(next));
        }
        // Weighed, they are read again where one is looked at.
        items.iter_mut().filter_map(|tool| tool.input_schema.as_mut()).for_each(JsonText::close);
        searched.rows.extend(items);
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

    /// Search for `filter`, which may run elsewhere. The accounts tell the connections of tools.
    pub fn search(&self, filter: &str, accounts: &AccountStore) -> ToolSearch {
        let wanted = ToolFilter::parse(filter);
        let groups = (!wanted.connections.is_empty() || !wanted.providers.is_empty()).then(|| {
            let mut groups = vec![false; self.groups.len()];
            for (group, at) in &self.groups {
                if let Some(is_wanted) = groups.get_mut(*at) {
                    *is_wanted = group.is_wanted(&wanted, accounts);
                }
            }
            groups
        });
        ToolSearch { searched: Arc::clone(&self.searched), wanted, groups }
    }

    /// Names that a filter over these tools may hold.
    pub fn names<'a>(&'a self, accounts: &'a AccountStore) -> ToolFilterNames<'a> {
        let places = self.groups.keys().map(|group| group.place(accounts));
        let (connections, providers): (Vec<_>, Vec<_>) = places.unzip();
        ToolFilterNames {
            tools: self.searched.rows.iter().map(|tool| tool.name.raw()).collect(),
            connections: connections.into_iter().flatten().collect(),
            providers: providers.into_iter().flatten().collect(),
        }
    }

    /// Brings rows of one group together.
    pub fn gather(&self, order: Vec<usize>) -> (Vec<usize>, Groups) {
        let group = |row: usize| self.searched.groups.get(row).copied().unwrap_or_default();
        Groups::gather(order, self.groups.len(), group)
    }
}
