//! The ways to look at a document: row by row, as the text it came as, an array of it as a table.

use std::sync::Arc;

use ratatui::text::Span;

use crate::json::{JsonTable, NodeId};
use crate::tui::explorer::json_view::{Face, JsonView};
use crate::tui::explorer::table::{TableView, Tabulate, Tabulated};
use crate::tui::theme::Theme;
use crate::tui::widgets::text_view::TextView;

/// Levels above a value up to which an array of objects is looked for.
const AROUND: usize = 64;

/// Values in the one under the cursor that are looked at for an array to make a table of.
const WITHIN: usize = 256;

impl JsonView {
    /// Whether its rows are looked at.
    pub fn is_tree(&self) -> bool {
        matches!(self.face, Face::Tree)
    }

    /// The table that is looked at, if it is one.
    pub fn table(&self) -> Option<&TableView> {
        match &self.face {
            Face::Table(table) => Some(table),
            _ => None,
        }
    }

    /// Looks at the text as it came, or at the rows again.
    pub fn toggle_raw(&mut self) {
        self.face = match self.face {
            Face::Raw(_) => Face::Tree,
            _ => Face::Raw(TextView::new(self.view.document().text().bytes().clone())),
        };
        self.show_cursor();
    }

    /// Wraps long values, or cuts them off again.
    pub fn toggle_wrap(&mut self) {
        self.wraps = !self.wraps;
        self.settle();
    }

    /// Back to the rows, the cursor on the same value. Whether anything else was looked at.
    pub fn leave_face(&mut self) -> bool {
        if self.is_tree() {
            return false;
        }
        self.face = Face::Tree;
        self.cursor = self.view.reveal(self.cursor.node);
        self.settle();
        true
    }

    /// The array of objects that the cursor is on or in; else the outermost one in what it is on.
    pub fn array(&self) -> Option<NodeId> {
        let (document, node) = (self.view.document(), self.cursor.node);
        let around = JsonTable::around(document, node, AROUND).map(|(array, _)| array);
        around.or_else(|| JsonTable::within(document, node, WITHIN))
    }

    /// Work to do elsewhere before that array is looked at as a table.
    pub fn tabulate(&self) -> Option<Tabulate> {
        self.array().map(|array| Tabulate::Make(self.view.document().clone(), array))
    }

    /// Takes a finding about a table, for this document or for one that was here before.
    pub fn tabulated(&mut self, found: Tabulated) {
        match (found, &mut self.face) {
            (Tabulated::Made(table), _) if table.document().is(self.view.document()) => {
                let mut table = TableView::new(Arc::clone(&table));
                table.go_to(self.cursor.node, self.size);
                self.face = Face::Table(Box::new(table));
            }
            (Tabulated::Ordered(of, by, order), Face::Table(table)) => table.ordered(&of, by, order),
            _ => return,
        }
        self.settle();
    }

    /// Does something with the table, if one is looked at; the cursor goes along.
    pub fn in_table<T>(&mut self, work: impl FnOnce(&mut TableView) -> T) -> Option<T> {
        let Face::Table(table) = &mut self.face else { return None };
        let done = work(table);
        self.settle();
        Some(done)
    }

    /// Moves to another column.
    pub fn step_column(&mut self, by: isize) {
        let size = self.size;
        self.in_table(|table| table.step_column(by, size));
    }

    /// Note for the pane's frame on the way the document is looked at.
    pub fn note(&self, theme: &Theme) -> Option<Span<'static>> {
        let words = match &self.face {
            Face::Tree if self.wraps => "wrapped".to_owned(),
            Face::Tree => return None,
            Face::Raw(text) => format!("raw · {} %", text.percent()),
            Face::Table(table) => table.note(&self.find),
        };
        Some(Span::styled(words, theme.warn))
    }
}
