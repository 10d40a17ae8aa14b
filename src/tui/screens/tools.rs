//! The tools one identifier may call.

use ratatui::layout::Rect;

use super::layout;
use crate::domain::{ConnectionName, Fault, Tool};
use crate::tui::place::Pane;
use crate::tui::widgets::filter::{Filter, matches};
use crate::tui::widgets::list::{Cursor, Move};
use crate::tui::widgets::outline::OutlineView;

/// The list's part of the screen, in percent.
pub const SHARE: u16 = 55;

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
    /// The schema of the tool under the cursor.
    pub schema: OutlineView,
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

    /// Loading begins, for somebody else or anew.
    pub fn begin(&mut self, connections: Vec<ConnectionName>) {
        self.rows.clear();
        self.order.clear();
        self.total = None;
        self.cursor = Cursor::default();
        self.connections = connections;
        self.load = Load::Running;
        self.schema = OutlineView::default();
    }

    /// A page arrived.
    pub fn page(&mut self, items: Vec<Tool>, total: Option<u64>, height: usize) {
        self.total = total.or(self.total);
        self.rows.extend(items);
        self.arrange(height);
    }

    /// No more pages come.
    pub fn end(&mut self, result: Result<Option<String>, Fault>) {
        self.load = match result {
            Ok(cause) => Load::Complete(cause),
            Err(fault) => Load::Failed(fault),
        };
    }

    /// Filters anew, keeping the cursor on its tool where that is still shown.
    pub fn arrange(&mut self, height: usize) {
        let selected = self.order.get(self.cursor.row).copied();
        let wanted = self.filter.text();
        self.order = (0..self.rows.len())
            .filter(|row| {
                self.rows
                    .get(*row)
                    .is_some_and(|tool| matches(wanted, &[tool.name.raw(), tool.title.raw(), tool.description.raw()]))
            })
            .collect();
        let at = selected.and_then(|row| self.order.iter().position(|other| *other == row));
        self.cursor.go(at.unwrap_or(0), self.order.len(), height);
        self.show_schema();
    }

    /// Moves the cursor, in the list or in the schema.
    pub fn step(&mut self, step: Move, height: usize) {
        match self.focus {
            Pane::List => {
                self.cursor.step(step, self.order.len(), height);
                self.show_schema();
            }
            Pane::Side => self.schema.step(step, height),
        }
    }

    /// Puts the cursor onto a row.
    pub fn select(&mut self, row: usize, height: usize) {
        self.cursor.go(row, self.order.len(), height);
        self.show_schema();
    }

    fn show_schema(&mut self) {
        let schema = self.selected().and_then(|tool| tool.input_schema.clone());
        self.schema.show(schema);
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
