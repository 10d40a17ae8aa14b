//! The tools one identifier may call, or all there are.

use std::time::Duration;

use crate::domain::{AccountId, ConnectionName, Identifier, Tool, ToolName};
use crate::tui::core::debounced_cursor::Follow;
use crate::tui::core::layout;
pub use crate::tui::core::tool_store::{Load, Scope, Search, ToolOrder};
use crate::tui::core::tool_store::{ToolStore, Wanted};
use crate::tui::input::tabs::Pane;
use crate::tui::tools::selection::Marks;
use crate::tui::widgets::filter::Filter;
use crate::tui::widgets::groups::{Groups, Line};
use crate::tui::widgets::list::{Cursor, Move};
use crate::tui::widgets::outline::OutlineView;

/// The list's part of the screen, in percent.
pub const SHARE: u16 = 55;

/// Lines above the schema: what it does to the world, the description, a gap.
pub const SCHEMA_HEAD: usize = 5;

/// The screen's state.
#[derive(Debug, Default)]
pub struct Tools {
    /// The whole environment's, while somebody's are looked at.
    kept: Option<ToolStore>,
    /// Whose tools are listed.
    scope: Scope,
    /// On which connection, and for whom, the list was narrowed last.
    narrowed: Option<(Identifier, ConnectionName)>,
    order: Vec<usize>,
    /// What it is ordered by.
    pub by: ToolOrder,
    /// What the shown tools weigh together.
    shown_weight: u64,
    /// What the marked ones do.
    marked_weight: u64,
    marks: Marks,
    groups: Groups,
    /// Accounts of the person whose tools are not listed, because they are not active.
    pub unlisted: Vec<AccountId>,
    /// The text filter.
    pub filter: Filter,
    /// The line under the cursor; never a heading.
    pub cursor: Cursor,
    /// Where the keyboard is.
    pub focus: Pane,
    /// The schema of the tool that stands beside the list.
    pub schema: OutlineView,
    /// Which row that is.
    beside: Follow,
}

impl Tools {
    /// Whose tools are listed.
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

    /// How many rows are shown.
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

    /// Where the cursor is among the shown tools, counted from 0.
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
    pub fn follow(&mut self, store: &ToolStore, now: Duration) {
        let row = self.selected_row();
        let changes = match self.focus {
            Pane::List => self.beside.cursor(row, now),
            Pane::Side => self.beside.at_once(row),
        };
        if changes {
            let schema = self.beside(store).and_then(|tool| tool.input_schema.clone());
            self.schema.show(schema);
        }
    }

    /// How long the schema still waits for the cursor to rest.
    pub fn waits(&self, now: Duration) -> Option<Duration> {
        self.beside.due(now)
    }

    /// Shows the tools of `scope`, or asks for them anew. Whether they are to be loaded: the whole
    /// environment's are kept while somebody's are looked at.
    pub fn show(&mut self, store: &mut ToolStore, scope: Scope, anew: bool) -> bool {
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
        (self.shown_weight, self.marked_weight) = (0, 0);
        self.marks.clear();
        self.groups = Groups::default();
        self.unlisted.clear();
        self.cursor = Cursor::default();
        self.schema = OutlineView::default();
        self.beside.forget();
        loads
    }

    /// A page arrived.
    pub fn page(
        &mut self,
        store: &mut ToolStore,
        items: Vec<Tool>,
        total: Option<u64>,
        height: usize,
    ) -> Option<Search> {
        store.page(items, total);
        self.arrange(store, height)
    }

    /// Filters anew, keeping the cursor on its tool where that is still shown. A long list is
    /// searched elsewhere, since no key press waits for that: the search is returned, and its
    /// result comes to [`Tools::ranked`].
    pub fn arrange(&mut self, store: &ToolStore, height: usize) -> Option<Search> {
        let search = store.search(self.filter.text());
        if !search.is_short() {
            return Some(search);
        }
        self.ranked(store, search.run(), height);
        None
    }

    /// The words that are looked for in names.
    pub fn wanted(&self) -> String {
        Wanted::of(self.filter.text()).words
    }

    /// The rows that fit the filter, best first.
    pub fn ranked(&mut self, store: &ToolStore, mut order: Vec<usize>, height: usize) {
        let selected = self.selected_row().filter(|_| !self.filter.typing);
        let rows = order.len();
        let weight = |row: &usize| store.weight(*row);
        self.shown_weight = order.iter().map(weight).sum();
        (self.order, self.groups) = match (self.by, &self.scope) {
            (ToolOrder::Weight, _) => {
                order.sort_by_key(|row| std::cmp::Reverse(weight(row)));
                (order, Groups::none(rows))
            }
            // All of one account: its name stands above the list already.
            (ToolOrder::AsListed, Scope::Person(_, Some(_))) => (order, Groups::none(rows)),
            (ToolOrder::AsListed, _) => store.gather(order),
        };
        let at = selected.and_then(|row| self.order.iter().position(|other| *other == row));
        self.select(self.groups.line_of(at.unwrap_or(0)), height);
    }

    /// What a tool in the list weighs in a model's tokens, roughly, and whether it is marked; by where
    /// it is among the shown ones.
    pub fn weight_and_mark(&self, store: &ToolStore, shown: usize) -> (u64, bool) {
        let row = self.order.get(shown).copied().unwrap_or(usize::MAX);
        (store.weight(row), self.marks.contains(row))
    }

    /// How many tools are shown, and what they weigh together.
    pub fn shown_weight(&self) -> (usize, u64) {
        (self.order.len(), self.shown_weight)
    }

    /// How many tools are marked, and what they weigh together.
    pub fn marked_weight(&self) -> (usize, u64) {
        (self.marks.len(), self.marked_weight)
    }

    /// Marks the tool under the cursor, or takes its mark away, and goes on to the next.
    pub fn mark(&mut self, store: &ToolStore, height: usize) {
        let Some(row) = self.selected_row() else { return };
        self.marks.turn(row);
        self.weigh_marks(store);
        self.step(Move::By(1), height);
    }

    /// Marks everything that is shown; where all of it is marked, takes its marks away.
    pub fn mark_shown(&mut self, store: &ToolStore) {
        self.marks.turn_all(&self.order);
        self.weigh_marks(store);
    }

    /// Takes every mark away. Whether there were any.
    pub fn forget_marks(&mut self, store: &ToolStore) -> bool {
        let had = self.marks.clear();
        self.weigh_marks(store);
        had
    }

    fn weigh_marks(&mut self, store: &ToolStore) {
        self.marked_weight = self.marks.iter().map(|row| store.weight(row)).sum();
    }

    /// The marked tools in the order they came; where none is marked, those that are shown.
    pub fn chosen(&self, store: &ToolStore) -> Vec<Tool> {
        match self.marks.is_empty() {
            true => self.tools(store).cloned().collect(),
            false => self.marks.iter().filter_map(|row| store.rows().get(row)).cloned().collect(),
        }
    }

    /// Moves the cursor, in the list or in the schema.
    pub fn step(&mut self, step: Move, height: usize) {
        match self.focus {
            Pane::List => {
                let before = self.cursor.row;
                self.cursor.step(step, self.groups.lines(), height);
                self.leave_heading(self.cursor.row < before && self.cursor.row > 0, height);
            }
            Pane::Side => self.schema.step(step, height),
        }
    }

    /// To the first tool of the next group, or of the one before.
    pub fn step_group(&mut self, forward: bool, height: usize) {
        let row = self.cursor.row;
        let to = if forward { self.groups.next(row) } else { self.groups.previous(row) };
        if let Some(line) = to {
            self.select(line, height);
            // As much of the group as fits is seen, from its heading on.
            self.cursor.top = line.saturating_sub(1).min(self.groups.lines().saturating_sub(height.max(1)));
        }
    }

    /// Whether there is more than one group.
    pub fn has_groups(&self) -> bool {
        self.groups.next(1).is_some()
    }

    /// Puts the cursor onto the tool of this name, if it is shown.
    pub fn go_to(&mut self, store: &ToolStore, name: &ToolName, height: usize) {
        self.focus = Pane::List;
        let at = self.tools(store).position(|tool| tool.name == *name);
        if let Some(at) = at {
            self.select(self.groups.line_of(at), height);
        }
    }

    /// Puts the cursor onto a line; from a heading onto the first tool below it.
    pub fn select(&mut self, line: usize, height: usize) {
        self.cursor.go(line, self.groups.lines(), height);
        self.leave_heading(false, height);
    }

    fn leave_heading(&mut self, upwards: bool, height: usize) {
        if self.groups.is_heading(self.cursor.row) {
            let line = if upwards { self.cursor.row - 1 } else { self.cursor.row + 1 };
            self.cursor.go(line, self.groups.lines(), height);
        }
        // The heading of the first row in the window is seen with it.
        if self.cursor.top == self.cursor.row && height > 1 {
            let above = self.cursor.row.checked_sub(1).filter(|above| self.groups.is_heading(*above));
            self.cursor.top = above.unwrap_or(self.cursor.top);
        }
    }
}

/// Rows of the list or of the schema, whichever has the keyboard.
pub fn rows(body: layout::Body, focus: Pane) -> usize {
    let panes = layout::panes(body, focus, SHARE);
    match focus {
        Pane::List => layout::inner_rows(panes.list),
        Pane::Side => layout::inner_rows(panes.side).saturating_sub(SCHEMA_HEAD),
    }
}
