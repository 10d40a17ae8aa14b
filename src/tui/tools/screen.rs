//! The Tools screen's state: the tools that one identifier may call, or all there are.

use std::time::Duration;

use crate::domain::{AccountId, ConnectionName, Identifier, Tool, ToolEffect, ToolName, ToolOrigin, human_order};
use crate::json::{ToolDeclarations, tool_declarations};
use crate::order::StableOrder as _;
use crate::tui::core::layout;
use crate::tui::core::state::account_store::AccountStore;
use crate::tui::core::state::tool_filter::{self, ToolFilter};
use crate::tui::core::state::tool_store::ToolStore;
pub use crate::tui::core::state::tool_store::{Scope, ToolLoad, ToolOrder, ToolSearch};
use crate::tui::input::tabs::Pane;
use crate::tui::tools::selection::Selection;
use crate::tui::widgets::columns::Direction;
use crate::tui::widgets::debounced_cursor::DebouncedCursor;
use crate::tui::widgets::groups::{Groups, Line};
use crate::tui::widgets::list::{Cursor, Move};
use crate::tui::widgets::outline::OutlineView;
use crate::tui::widgets::text;
use crate::tui::widgets::typing::filter::Filter;

/// Names that are measured for the width of their column.
const MEASURED: usize = 500;

/// The list's part of the screen, in percent.
pub const SHARE: u16 = 55;

/// Lines above the schema: what it does to the world, the description, a gap.
pub const SCHEMA_HEAD: usize = 5;

/// State of the Tools screen.
#[derive(Debug, Default)]
pub struct Tools {
    /// The whole environment's, while somebody's are looked at.
    kept: Option<ToolStore>,
    /// Scope of the tools that are listed.
    scope: Scope,
    /// On which connection, and for whom, the list was narrowed last.
    narrowed: Option<(Identifier, ConnectionName)>,
    order: Vec<usize>,
    /// Order of the list.
    pub by: ToolOrder,
    /// Direction of the order.
    pub direction: Direction,
    /// Cells that the longest name of those shown takes.
    pub widest: usize,
    /// The filter, read.
    wanted_tools: ToolFilter,
    /// Estimated tokens of the shown tools together.
    shown_weight: u64,
    /// Estimated tokens of the selected ones together.
    selected_weight: u64,
    selection: Selection,
    groups: Groups,
    /// Accounts of the person whose tools are not listed, because they are not active.
    pub unlisted: Vec<AccountId>,
    /// Filter as it is typed.
    pub filter: Filter,
    /// The line under the cursor; never a heading.
    pub cursor: Cursor,
    /// Tool that the cursor goes to as soon as it arrives.
    pub(super) wanted: Option<ToolName>,
    /// Pane that has the keyboard.
    pub focus: Pane,
    /// The schema of the tool that stands beside the list.
    pub schema: OutlineView,
    /// Side of the tool of which that is the schema.
    pub side: SchemaSide,
    /// Declarations of the server that runs that tool, where one does.
    pub declared: Option<ToolDeclarations>,
    /// Whether a server has changed what it offers since the list was loaded.
    pub(super) is_outdated: bool,
    /// Uptime at which the list was last loaded again for such a change.
    pub(super) followed: Option<Duration>,
    /// Row of that tool.
    beside: DebouncedCursor,
    /// Rows that are seen at once.
    pub(super) height: Height,
}

/// Side of a tool that a schema is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SchemaSide {
    /// What it takes.
    #[default]
    Input,
    /// What it gives back, where it says so.
    Output,
}

/// Rows of the panes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Height {
    pub list: usize,
    pub schema: usize,
}

impl Tools {
    /// Forgets everything but how the list is ordered, which is the person's and not the environment's.
    pub(super) fn forget(&mut self) {
        let Self { by, direction, height, .. } = *self;
        *self = Self { by, direction, height, ..Self::default() };
    }

    /// Scope of the tools that are listed.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The scope that comes after this one: the person's one connection, all of theirs, the whole
    /// environment. With nobody to act as there is only the last.
    pub fn next_scope(&self, acting_as: Option<&Identifier>) -> Option<Scope> {
        let person = acting_as?.clone();
        Some(match &self.scope {
            Scope::Person(_, Some(_)) => Scope::Person(person, None),
            Scope::Person(_, None) => Scope::Environment,
            Scope::Environment => {
                let narrowed = self.narrowed.as_ref().filter(|(who, _)| *who == person);
                Scope::Person(person, narrowed.map(|(_, connection)| connection.clone()))
            }
        })
    }

    /// Number of tools that are shown.
    pub fn shown(&self) -> usize {
        self.order.len()
    }

    /// The lines from `top` on, each with its tool; a heading with the first of its group.
    pub fn lines_from<'a>(&'a self, store: &'a ToolStore, top: usize) -> impl Iterator<Item = (usize, Line, &'a Tool)> {
        (top..self.groups.lines()).filter_map(|at| {
            let line = self.groups.at(at)?;
            let (Line::Heading { first: row, .. } | Line::Row(row)) = line;
            Some((at, line, store.rows().get(*self.order.get(row)?)?))
        })
    }

    /// The shown tools, without headings.
    pub fn tools<'a>(&'a self, store: &'a ToolStore) -> impl Iterator<Item = &'a Tool> {
        self.order.iter().filter_map(|row| store.rows().get(*row))
    }

    /// Position of the cursor among the shown tools, counted from 0.
    pub fn position(&self) -> Option<usize> {
        match self.groups.at(self.cursor.row) {
            Some(Line::Row(row)) => Some(row),
            _ => None,
        }
    }

    fn selected_row(&self) -> Option<usize> {
        self.order.get(self.position()?).copied()
    }

    /// The tool under the cursor.
    pub fn selected<'a>(&self, store: &'a ToolStore) -> Option<&'a Tool> {
        store.rows().get(self.selected_row()?)
    }

    /// The tool that the schema pane shows: the one under the cursor, once that rests.
    pub fn beside<'a>(&self, store: &'a ToolStore) -> Option<&'a Tool> {
        self.beside.shown().and_then(|row| store.rows().get(row))
    }

    /// Lets the schema follow the cursor.
    pub(super) fn show_schema(&mut self, store: &ToolStore, now: Duration) {
        let row = self.selected_row();
        let changes = match self.focus {
            Pane::List => self.beside.cursor(row, now),
            Pane::Side => self.beside.at_once(row),
        };
        if changes {
            self.read_schema(store);
        }
    }

    /// Reads the schema of the tool beside the list, on the side that is looked at.
    pub(super) fn read_schema(&mut self, store: &ToolStore) {
        let tool = self.beside(store);
        let is_server = |tool: &&Tool| matches!(tool.origin, ToolOrigin::Server(_));
        let declared = tool.filter(is_server).map(|tool| tool_declarations(&tool.raw));
        let output = declared.as_ref().and_then(|declared| declared.output_schema.clone());
        let schema = match (self.side, output) {
            (SchemaSide::Output, Some(schema)) => Some(schema),
            (SchemaSide::Output | SchemaSide::Input, _) => tool.and_then(|tool| tool.input_schema.clone()),
        };
        self.declared = declared;
        self.schema.show(schema);
    }

    /// Whether the tool beside the list declares what it gives back.
    pub fn has_output_schema(&self) -> bool {
        self.declared.as_ref().is_some_and(|declared| declared.output_schema.is_some())
    }

    /// Looks at the schema of the other side.
    pub(super) fn switch_schema(&mut self, store: &ToolStore) {
        self.side = match self.side {
            SchemaSide::Input => SchemaSide::Output,
            SchemaSide::Output => SchemaSide::Input,
        };
        self.read_schema(store);
    }

    /// Time until the schema follows the cursor; none where it shows the right tool already.
    pub fn waits(&self, now: Duration) -> Option<Duration> {
        self.beside.due(now)
    }

    /// Shows the tools of `scope`, or asks for them anew. Whether they are to be loaded: the whole
    /// environment's are kept while somebody's are looked at.
    pub(super) fn begin(&mut self, store: &mut ToolStore, scope: Scope, anew: bool) -> bool {
        let old = std::mem::take(store);
        if self.scope == Scope::Environment && old.load.is_whole() {
            self.kept = Some(old);
        }
        if let Scope::Person(who, Some(connection)) = &scope {
            self.narrowed = Some((who.clone(), connection.clone()));
        }
        let kept = self.kept.take_if(|_| scope == Scope::Environment).filter(|_| !anew);
        let loads = kept.is_none();
        *store = kept.unwrap_or_else(ToolStore::awaited);
        self.scope = scope;
        self.order.clear();
        (self.shown_weight, self.selected_weight) = (0, 0);
        self.selection.clear();
        self.groups = Groups::default();
        self.unlisted.clear();
        self.cursor = Cursor::default();
        self.schema = OutlineView::default();
        (self.declared, self.is_outdated) = (None, false);
        self.beside.forget();
        loads
    }

    /// Filters anew, keeping the cursor on its tool where that is still shown. A long list is
    /// searched elsewhere, since no key press waits for that: the search is returned, and its
    /// result comes to [`Tools::ranked`].
    pub(super) fn arrange(&mut self, store: &ToolStore, accounts: &AccountStore) -> Option<ToolSearch> {
        self.wanted_tools = ToolFilter::parse(self.filter.text());
        let search = store.search(self.filter.text(), accounts);
        if !search.is_short() {
            return Some(search);
        }
        self.ranked(store, search.run());
        None
    }

    /// Offers ways to go on with the filter.
    pub(super) fn offer(&mut self, store: &ToolStore, accounts: &AccountStore) {
        let offered = tool_filter::completions(self.filter.text(), || store.names(accounts));
        self.filter.offer(offered);
    }

    /// The words that are looked for in names.
    pub fn wanted(&self) -> &str {
        &self.wanted_tools.words
    }

    /// Mistake in the filter.
    pub fn slip(&self) -> Option<&str> {
        self.wanted_tools.slip.as_deref()
    }

    /// The rows that fit the filter, best first.
    pub(super) fn ranked(&mut self, store: &ToolStore, mut order: Vec<usize>) {
        let selected = self.selected_row().filter(|_| !self.filter.typing);
        let rows = order.len();
        let weight = |row: &usize| store.weight(*row);
        let name = |row: &usize| store.rows().get(*row).map_or("", |tool| tool.name.raw());
        let effect = |row: &usize| store.rows().get(*row).map(|tool| tool.effect);
        self.shown_weight = order.iter().map(weight).sum();
        let shown = |row: &usize| store.rows().get(*row).map_or(0, |tool| text::width(&tool.name.scrubbed()));
        self.widest = order.iter().take(MEASURED).map(shown).max().unwrap_or_default();
        let direction = self.direction;
        match self.by {
            ToolOrder::AsListed => {}
            ToolOrder::Name => order.order_by(|a, b| direction.apply(human_order(name(a), name(b)))),
            ToolOrder::Effect => {
                let rank = |row: &usize| ToolEffect::ALL.iter().position(|known| Some(*known) == effect(row));
                order.order_by(|a, b| {
                    direction.apply(rank(a).cmp(&rank(b))).then_with(|| human_order(name(a), name(b)))
                });
            }
            ToolOrder::Weight => order.order_by(|a, b| direction.apply(weight(b).cmp(&weight(a)))),
        }
        (self.order, self.groups) = match (self.by, &self.scope) {
            (ToolOrder::Name | ToolOrder::Effect | ToolOrder::Weight, _) => (order, Groups::none(rows)),
            // All of one account: its name stands above the list already.
            (ToolOrder::AsListed, Scope::Person(_, Some(_))) => (order, Groups::none(rows)),
            (ToolOrder::AsListed, _) => store.gather(order),
        };
        let at = selected.and_then(|row| self.order.iter().position(|other| *other == row));
        self.select(self.groups.line_of(at.unwrap_or(0)));
    }

    /// Estimated tokens of a tool in the list, and whether it is selected; by where it is among the shown ones.
    pub fn weight_and_mark(&self, store: &ToolStore, shown: usize) -> (u64, bool) {
        let row = self.order.get(shown).copied().unwrap_or(usize::MAX);
        (store.weight(row), self.selection.contains(row))
    }

    /// Orders by something else; by the same, the other way around.
    pub(super) fn order_by(&mut self, by: ToolOrder) {
        self.direction =
            if self.by == by && by != ToolOrder::AsListed { self.direction.other() } else { Direction::Forward };
        self.by = by;
    }

    /// Number of tools that are shown, and their estimated tokens.
    pub fn shown_weight(&self) -> (usize, u64) {
        (self.order.len(), self.shown_weight)
    }

    /// Number of tools that are selected, and their estimated tokens.
    pub fn selected_weight(&self) -> (usize, u64) {
        (self.selection.len(), self.selected_weight)
    }

    /// Selects the tool under the cursor, or selects it no more, and goes on to the next.
    pub(super) fn select_tool(&mut self, store: &ToolStore) {
        let Some(row) = self.selected_row() else { return };
        self.selection.toggle(row);
        self.weigh_selection(store);
        self.step(self.focus, Move::By(1));
    }

    /// Selects everything that is shown; where all of it is selected, selects it no more.
    pub(super) fn select_shown(&mut self, store: &ToolStore) {
        self.selection.toggle_all(&self.order);
        self.weigh_selection(store);
    }

    /// Selects nothing any more. Whether anything was.
    pub(super) fn clear_selection(&mut self, store: &ToolStore) -> bool {
        let had = self.selection.clear();
        self.weigh_selection(store);
        had
    }

    fn weigh_selection(&mut self, store: &ToolStore) {
        self.selected_weight = self.selection.iter().map(|row| store.weight(row)).sum();
    }

    /// The selected tools in the order they came; where none is selected, those that are shown.
    pub fn chosen(&self, store: &ToolStore) -> Vec<Tool> {
        match self.selection.is_empty() {
            true => self.tools(store).cloned().collect(),
            false => self.selection.iter().filter_map(|row| store.rows().get(row)).cloned().collect(),
        }
    }

    /// Moves the cursor in a pane.
    pub(super) fn step(&mut self, pane: Pane, step: Move) {
        match pane {
            Pane::List => {
                let before = self.cursor.row;
                self.cursor.step(step, self.groups.lines(), self.height.list);
                self.leave_heading(self.cursor.row < before && self.cursor.row > 0);
            }
            Pane::Side => self.schema.step(step, self.height.schema),
        }
    }

    /// Goes to the first tool of the next group, or of the one before.
    pub(super) fn step_group(&mut self, forward: bool) {
        let row = self.cursor.row;
        let to = if forward { self.groups.next(row) } else { self.groups.previous(row) };
        if let Some(line) = to {
            self.select(line);
            // As much of the group as fits is seen, from its heading on.
            self.cursor.top = line.saturating_sub(1).min(self.groups.lines().saturating_sub(self.height.list.max(1)));
        }
    }

    /// Whether there is more than one group.
    pub fn has_groups(&self) -> bool {
        self.groups.next(1).is_some()
    }

    /// Puts the cursor onto the tool of this name, if it is shown.
    pub(super) fn go_to(&mut self, store: &ToolStore, name: &ToolName) {
        self.focus = Pane::List;
        let at = self.tools(store).position(|tool| tool.name == *name);
        if let Some(at) = at {
            self.select(self.groups.line_of(at));
        }
    }

    /// Puts the cursor onto a line; from a heading onto the first tool below it.
    pub(super) fn select(&mut self, line: usize) {
        self.cursor.go(line, self.groups.lines(), self.height.list);
        self.leave_heading(false);
    }

    fn leave_heading(&mut self, upwards: bool) {
        if self.groups.is_heading(self.cursor.row) {
            let line = if upwards { self.cursor.row - 1 } else { self.cursor.row + 1 };
            self.cursor.go(line, self.groups.lines(), self.height.list);
        }
        // The heading of the first row in the window is seen with it.
        if self.cursor.top == self.cursor.row && self.height.list > 1 {
            let above = self.cursor.row.checked_sub(1).filter(|above| self.groups.is_heading(*above));
            self.cursor.top = above.unwrap_or(self.cursor.top);
        }
    }
}

/// Rows of the list or of the schema, while it has the keyboard. Above the list stand the names of its columns.
pub(super) fn rows(body: layout::Body, focus: Pane) -> usize {
    let panes = layout::panes(body, focus, SHARE);
    match focus {
        Pane::List => layout::inner_rows(panes.list).saturating_sub(1),
        Pane::Side => layout::inner_rows(panes.side).saturating_sub(SCHEMA_HEAD),
    }
}
