//! Content of a server's answer, block by block: text, pictures, sounds, links, structured data.

pub mod actions;
pub mod media;
pub mod part;
pub mod popup;
pub mod tasks;
mod view;

use ratatui::layout::{Rect, Size};

use crate::domain::{PromptMessage, ResourceContent};
use crate::json::{Document, tool_result};
use crate::tui::explorer::content::part::ContentPart;
use crate::tui::explorer::content::view::ContentRow;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::{Cursor, Move};

/// Parts with a cursor in them.
pub struct ContentView {
    parts: Vec<ContentPart>,
    /// Rows of all parts, laid out for the width of `size`.
    rows: Vec<ContentRow>,
    cursor: Cursor,
    size: Size,
    /// Name for files, without ending.
    name: String,
}

impl ContentView {
    /// The result of a tool; none where it has another shape.
    pub fn of_result(document: &Document, name: &str) -> Option<Self> {
        tool_result(document).map(|result| Self::new(part::of_result(document, &result), name))
    }

    /// Content of a resource.
    pub fn of_resource(contents: Vec<ResourceContent>, name: &str) -> Self {
        Self::new(part::of_resource(contents), name)
    }

    /// Messages of a prompt.
    pub fn of_messages(messages: &[PromptMessage], name: &str) -> Self {
        Self::new(part::of_messages(messages), name)
    }

    fn new(parts: Vec<ContentPart>, name: &str) -> Self {
        let name = name.to_owned();
        Self { parts, rows: Vec::new(), cursor: Cursor::default(), size: Size::default(), name }
    }

    /// Fits it into its place.
    pub fn fit(&mut self, size: Size) {
        if self.size.width != size.width || self.rows.is_empty() {
            let at = self.rows.get(self.cursor.row).map(|row| row.part);
            self.rows = view::rows(&self.parts, usize::from(size.width));
            // The cursor stays with its part.
            let row = at.and_then(|at| self.rows.iter().position(|row| row.part == at));
            self.cursor.row = row.unwrap_or(0);
        }
        self.size = size;
        self.cursor.settle(self.rows.len(), usize::from(size.height));
    }

    /// Moves the cursor.
    pub fn step(&mut self, step: Move) {
        self.cursor.step(step, self.rows.len(), usize::from(self.size.height));
    }

    /// Moves the cursor to a row.
    pub fn select(&mut self, row: usize) {
        self.cursor.go(row, self.rows.len(), usize::from(self.size.height));
    }

    /// The part under the cursor.
    pub fn part(&self) -> Option<&ContentPart> {
        self.parts.get(self.position()?)
    }

    fn position(&self) -> Option<usize> {
        self.rows.get(self.cursor.row).map(|row| row.part)
    }

    /// `2 of 5 parts`, for the edge of a pane.
    pub fn place(&self) -> String {
        match (self.position(), self.parts.len()) {
            (None, _) | (_, 0) => "nothing".to_owned(),
            (_, 1) => "1 part".to_owned(),
            (Some(at), parts) => format!("part {} of {parts}", at + 1),
        }
    }

    /// Draws the rows that fit.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, focused: bool) {
        view::draw(canvas, area, self, focused);
    }
}
