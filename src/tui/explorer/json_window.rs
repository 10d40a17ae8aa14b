//! The part of a document that is seen: which rows, and where the cursor is among them.

use ratatui::layout::{Rect, Size};

use crate::json::{JsonRow, RowInfo};
use crate::tui::explorer::json_row;
use crate::tui::explorer::json_row::Look;
use crate::tui::explorer::json_view::{Face, JsonView};
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::Pane;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::Move;

impl JsonView {
    /// Takes the room on screen from now on.
    pub fn fit(&mut self, size: Size) {
        if self.size != size {
            self.size = size;
            self.settle();
        }
    }

    fn height(&self) -> usize {
        usize::from(self.size.height).max(1)
    }

    /// Moves the cursor, and the window with it.
    pub fn step(&mut self, step: Move) {
        match &mut self.face {
            Face::Tree => {}
            Face::Raw(text) => return text.step(step, self.size),
            Face::Table(table) => {
                table.step(step, self.size);
                return self.settle();
            }
        }
        self.cursor = match step {
            Move::By(by) => self.view.step(self.cursor, by),
            Move::Pages(by) => {
                let page = isize::try_from(self.page(by > 0)).unwrap_or(isize::MAX);
                self.view.step(self.cursor, by.saturating_mul(page))
            }
            Move::Halves(by) => {
                let half = isize::try_from(self.page(by > 0).div_ceil(2)).unwrap_or(isize::MAX);
                self.view.step(self.cursor, by.saturating_mul(half))
            }
            Move::Top => self.view.first(),
            Move::Bottom => self.view.last(),
        };
        self.settle();
    }

    /// Puts the cursor on the row so many rows below the top of the window.
    pub fn click(&mut self, row: usize) {
        match &mut self.face {
            Face::Tree => {}
            Face::Raw(text) => {
                if let Some(at) = text.offset(row, self.size) {
                    self.cursor = self.view.reveal(self.view.document().at_offset(at));
                    self.remember_path();
                }
                return;
            }
            Face::Table(table) => {
                table.click(row, self.size);
                return self.settle();
            }
        }
        self.cursor = self.view.step(self.top, isize::try_from(row).unwrap_or_default());
        self.remember_path();
    }

    /// Brings the cursor into the window.
    pub(crate) fn settle(&mut self) {
        if let Face::Raw(text) = &mut self.face {
            text.fit(self.size);
        } else if let Face::Table(table) = &mut self.face {
            table.fit(self.size);
            self.cursor = table.node().map_or(self.cursor, |node| self.view.row(node));
        } else if self.view.offset(self.cursor) < self.view.offset(self.top) {
            self.top = self.cursor;
        } else if !self.is_in_view() {
            self.top = self.highest_top();
        }
        self.remember_path();
    }

    /// Whether all of the cursor's row is seen.
    fn is_in_view(&self) -> bool {
        let mut left = self.height();
        for info in self.view.window(self.top, left) {
            let lines = self.lines_of(&info);
            if lines > left {
                break;
            }
            left -= lines;
            if info.row == self.cursor {
                return true;
            }
        }
        false
    }

    /// The first row of the window that has the cursor's row at its bottom.
    fn highest_top(&self) -> JsonRow {
        let mut left = self.height();
        let mut top = self.cursor;
        for row in std::iter::successors(Some(self.cursor), |row| self.view.prev(*row)) {
            let lines = self.lines_of(&self.view.info(row));
            if lines > left {
                break;
            }
            left -= lines;
            top = row;
        }
        top
    }

    /// Number of rows that make a window, from the cursor on or back from it.
    fn page(&self, down: bool) -> usize {
        let neighbour = |row: &JsonRow| if down { self.view.next(*row) } else { self.view.prev(*row) };
        let mut left = self.height().max(2) - 1;
        let rows = std::iter::successors(neighbour(&self.cursor), neighbour).take_while(|row| {
            let lines = self.lines_of(&self.view.info(*row));
            let fits = lines <= left;
            left = left.saturating_sub(lines);
            fits
        });
        rows.count().max(1)
    }

    /// Lines that a value may take in a window of this height.
    fn most_lines(&self, height: usize) -> usize {
        if self.wraps { height.saturating_sub(1).max(1) } else { 1 }
    }

    fn lines_of(&self, info: &RowInfo<'_>) -> usize {
        let (width, lines) = (usize::from(self.size.width), self.most_lines(self.height()));
        let look = Look { width, lines, selected: false, focused: false, wanted: None };
        json_row::height(self.view.document(), info, look)
    }

    pub(crate) fn remember_path(&mut self) {
        self.path = self.view.document().jq_path(self.cursor.node).to_string();
    }

    /// Draws the rows that fit.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, focused: bool) {
        if let Face::Raw(text) = &self.face {
            let picked = (self.view.document().range(self.cursor.node), canvas.theme.strong);
            let drawn = text.draw(canvas, area, canvas.theme.muted, picked);
            (0..drawn).for_each(|at| canvas.hit(nth_line(area, at), Target::Row(Pane::Side, at)));
            return;
        }
        if let Face::Table(table) = &self.face {
            return table.draw(canvas, area, focused, &self.find);
        }
        let mut down = 0;
        for (at, info) in self.view.window(self.top, usize::from(area.height)).enumerate() {
            if down >= usize::from(area.height) {
                break;
            }
            let wanted = self.find.pattern_at(info.row.node);
            let (selected, lines) = (info.row == self.cursor, self.most_lines(usize::from(area.height)));
            let look = Look { width: usize::from(area.width), lines, selected, focused, wanted };
            for line in json_row::lines(self.view.document(), &info, look, canvas.theme) {
                let row = nth_line(area, down);
                canvas.line(row, line);
                canvas.hit(row, Target::Row(Pane::Side, at));
                down += 1;
            }
        }
    }
}
