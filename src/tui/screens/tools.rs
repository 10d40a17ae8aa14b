//! The tools one identifier may call.

use std::sync::Arc;
use std::time::Duration;

use ratatui::layout::Rect;

use super::follow::Follow;
use super::layout;
use crate::domain::{ConnectionName, Fault, Tool, ToolName};
use crate::tui::matching::Corpus;
use crate::tui::place::Pane;
use crate::tui::widgets::filter::Filter;
use crate::tui::widgets::list::{Cursor, Move};
use crate::tui::widgets::outline::OutlineView;

/// The list's part of the screen, in percent.
pub const SHARE: u16 = 55;

/// So many tools are searched within a key press: a fraction of a millisecond.
const AT_ONCE: usize = 2_000;

/// A search that is done elsewhere.
#[derive(Debug)]
pub struct Search {
    /// What is searched.
    pub corpus: Arc<Corpus>,
    /// What for.
    pub wanted: String,
}

/// Lines above the schema: what it does to the world, the description, a gap.
pub const SCHEMA_HEAD: usize = 5;

/// How far loading got.
#[derive(Debug, Default)]
pub enum Load {
    /// Nobody was asked about yet.
    #[default]
    Idle,
    /// Pages are arriving.
    Running,
    /// Everything is here; where there is nothing, why.
    Complete(Option<String>),
    /// It ended early; what arrived before stays.
    Failed(Fault),
}

/// The screen's state.
#[derive(Debug, Default)]
pub struct Tools {
    rows: Vec<Tool>,
    /// The same rows as they are searched; shared with a search that runs elsewhere.
    corpus: Arc<Corpus>,
    order: Vec<usize>,
    /// How many the broker says there are.
    pub total: Option<u64>,
    /// How far loading got.
    pub load: Load,
    /// Only on these connections; all when empty.
    pub connections: Vec<ConnectionName>,
    /// The text filter.
    pub filter: Filter,
    /// The row under the cursor, in the filtered order.
    pub cursor: Cursor,
    /// Where the keyboard is.
    pub focus: Pane,
    /// The schema of the tool that stands beside the list.
    pub schema: OutlineView,
    /// Which row that is.
    beside: Follow,
}

impl Tools {
    /// How many rows are shown.
    pub fn shown(&self) -> usize {
        self.order.len()
    }

    /// How many tools are here.
    pub fn here(&self) -> usize {
        self.rows.len()
    }

    /// The shown rows from `top` on.
    pub fn rows_from(&self, top: usize) -> impl Iterator<Item = (usize, &Tool)> {
        self.order.iter().enumerate().skip(top).filter_map(|(at, row)| Some((at, self.rows.get(*row)?)))
    }

    /// The tool under the cursor.
    pub fn selected(&self) -> Option<&Tool> {
        self.order.get(self.cursor.row).and_then(|row| self.rows.get(*row))
    }

    /// The tool that the schema pane shows: the one under the cursor, once that rests.
    pub fn beside(&self) -> Option<&Tool> {
        self.beside.shown().and_then(|row| self.rows.get(row))
    }

    /// Lets the schema follow the cursor.
    pub fn follow(&mut self, now: Duration) {
        let row = self.order.get(self.cursor.row).copied();
        let changes = match self.focus {
            Pane::List => self.beside.cursor(row, now),
            Pane::Side => self.beside.at_once(row),
        };
        if changes {
            let schema = self.beside().and_then(|tool| tool.input_schema.clone());
            self.schema.show(schema);
        }
    }

    /// How long the schema still waits for the cursor to rest.
    pub fn waits(&self, now: Duration) -> Option<Duration> {
        self.beside.due(now)
    }

    /// Loading begins, for somebody else or anew.
    pub fn begin(&mut self, connections: Vec<ConnectionName>) {
        self.rows.clear();
        self.corpus = Arc::default();
        self.order.clear();
        self.total = None;
        self.cursor = Cursor::default();
        self.connections = connections;
        self.load = Load::Running;
        self.schema = OutlineView::default();
        self.beside.forget();
    }

    /// A page arrived.
    pub fn page(&mut self, items: Vec<Tool>, total: Option<u64>, height: usize) -> Option<Search> {
        self.total = total.or(self.total);
        let corpus = Arc::make_mut(&mut self.corpus);
        for tool in &items {
            corpus.push(tool.name.raw(), &format!("{} {}", tool.title.raw(), tool.description.raw()));
        }
        self.rows.extend(items);
        self.arrange(height)
    }

    /// No more pages come.
    pub fn end(&mut self, result: Result<Option<String>, Fault>) {
        self.load = match result {
            Ok(cause) => Load::Complete(cause),
            Err(fault) => Load::Failed(fault),
        };
    }

    /// Filters anew, keeping the cursor on its tool where that is still shown. A long list is
    /// searched elsewhere, since no key press waits for that: the search is returned, and its
    /// result comes to [`Tools::ranked`].
    pub fn arrange(&mut self, height: usize) -> Option<Search> {
        let wanted = self.filter.text();
        if self.corpus.len() > AT_ONCE && !wanted.is_empty() {
            return Some(Search { corpus: Arc::clone(&self.corpus), wanted: wanted.to_owned() });
        }
        let order = self.corpus.rank(wanted);
        self.ranked(order, height);
        None
    }

    /// The rows that fit the filter, best first.
    pub fn ranked(&mut self, order: Vec<usize>, height: usize) {
        let selected = self.order.get(self.cursor.row).copied().filter(|_| !self.filter.typing);
        self.order = order;
        let at = selected.and_then(|row| self.order.iter().position(|other| *other == row));
        self.cursor.go(at.unwrap_or(0), self.order.len(), height);
    }

    /// Moves the cursor, in the list or in the schema.
    pub fn step(&mut self, step: Move, height: usize) {
        match self.focus {
            Pane::List => self.cursor.step(step, self.order.len(), height),
            Pane::Side => self.schema.step(step, height),
        }
    }

    /// Every tool that is here, in the order it came.
    pub fn all(&self) -> &[Tool] {
        &self.rows
    }

    /// Puts the cursor onto the tool of this name, if it is shown.
    pub fn go_to(&mut self, name: &ToolName, height: usize) {
        self.focus = Pane::List;
        let at = self.order.iter().position(|row| self.rows.get(*row).is_some_and(|tool| tool.name == *name));
        if let Some(at) = at {
            self.select(at, height);
        }
    }

    /// Puts the cursor onto a row.
    pub fn select(&mut self, row: usize, height: usize) {
        self.cursor.go(row, self.order.len(), height);
    }
}

/// Rows of the list or of the schema, whichever has the keyboard.
pub fn rows(body: Rect, focus: Pane) -> usize {
    let panes = layout::panes(body, focus, SHARE);
    match focus {
        Pane::List => layout::inner_rows(panes.list),
        Pane::Side => layout::inner_rows(panes.side).saturating_sub(SCHEMA_HEAD),
    }
}
