//! A cursor in a list of any length, of which a window is shown.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::Canvas;

/// Row under the cursor and first row shown. The number of rows and the height of the window belong to the moment
/// and are given each time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// The row under the cursor.
    pub row: usize,
    /// The first row shown.
    pub top: usize,
}

/// A way to move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// Step of so many rows, negative is up.
    By(isize),
    /// Step of so many windows, negative is up.
    Pages(isize),
    /// Step of so many half windows, negative is up.
    Halves(isize),
    /// Way to the first row.
    Top,
    /// Way to the last row.
    Bottom,
}

impl Move {
    /// The same in rows, in a window of `height` of them: a page leaves one row of the one before in sight.
    #[must_use]
    pub fn in_rows(self, height: usize) -> Self {
        let rows = |rows: usize| isize::try_from(rows.max(1)).unwrap_or(isize::MAX);
        match self {
            Self::Pages(by) => Self::By(by.saturating_mul(rows(height.saturating_sub(1)))),
            Self::Halves(by) => Self::By(by.saturating_mul(rows(height / 2))),
            other => other,
        }
    }

    /// The same step so many times.
    #[must_use]
    pub fn times(self, count: usize) -> Self {
        let count = isize::try_from(count).unwrap_or(isize::MAX);
        match self {
            Self::By(by) => Self::By(by.saturating_mul(count)),
            Self::Pages(by) => Self::Pages(by.saturating_mul(count)),
            Self::Halves(by) => Self::Halves(by.saturating_mul(count)),
            other => other,
        }
    }
}

impl Cursor {
    /// Moves among `rows` rows of which `height` are shown, and keeps the cursor in the window.
    pub fn step(&mut self, step: Move, rows: usize, height: usize) {
        let last = rows.saturating_sub(1);
        self.row = match step.in_rows(height) {
            Move::By(by) | Move::Pages(by) | Move::Halves(by) => self.row.saturating_add_signed(by),
            Move::Top => 0,
            Move::Bottom => last,
        }
        .min(last);
        self.settle(rows, height);
    }

    /// Moves the cursor onto `row`.
    pub fn go(&mut self, row: usize, rows: usize, height: usize) {
        self.row = row.min(rows.saturating_sub(1));
        self.settle(rows, height);
    }

    /// Scrolls the window without moving the cursor more than it must.
    pub fn scroll(&mut self, by: isize, rows: usize, height: usize) {
        self.top = self.top.saturating_add_signed(by).min(rows.saturating_sub(height));
        self.row =
            self.row.clamp(self.top, (self.top + height).saturating_sub(1).max(self.top)).min(rows.saturating_sub(1));
    }

    /// Makes the cursor fit rows and window as they are now.
    pub fn settle(&mut self, rows: usize, height: usize) {
        self.row = self.row.min(rows.saturating_sub(1));
        if self.row < self.top {
            self.top = self.row;
        } else if height > 0 && self.row >= self.top + height {
            self.top = self.row + 1 - height;
        }
        self.top = self.top.min(rows.saturating_sub(height.max(1)));
    }
}

/// Mark of the row with the cursor.
pub const CURSOR: &str = "▌";

/// The bar before the row under the cursor, in colour where the keyboard is. Before any other row, room
/// for it in no style at all, which costs the terminal nothing.
pub fn bar(selected: bool, focused: bool, theme: &Theme) -> Span<'static> {
    match (selected, focused) {
        (false, _) => Span::raw("  "),
        (true, true) => Span::styled(format!("{CURSOR} "), theme.accent),
        (true, false) => Span::styled(format!("{CURSOR} "), theme.muted),
    }
}

/// The same with a mark on a row that was marked.
pub fn marked_bar((selected, focused): (bool, bool), marked: bool, theme: &Theme) -> [Span<'static>; 2] {
    let bar = bar(selected, focused, theme);
    let mark = if marked { Span::styled("◆", theme.accent) } else { Span::raw(" ") };
    [Span::styled(if selected { "▌" } else { " " }, bar.style), mark]
}

/// Draws a row, which begins with its [`bar`].
pub fn draw_row<'l>(canvas: &mut Canvas<'_>, area: Rect, line: impl Into<Line<'l>>, (selected, focused): (bool, bool)) {
    canvas.line(area, line);
    if selected {
        canvas.highlight(area, focused);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_window_follows_the_cursor() {
        let mut cursor = Cursor::default();
        cursor.step(Move::By(12), 100, 10);
        assert_eq!(cursor, Cursor { row: 12, top: 3 });
        cursor.step(Move::Bottom, 100, 10);
        assert_eq!(cursor, Cursor { row: 99, top: 90 });
        cursor.step(Move::Pages(-1), 100, 10);
        assert_eq!(cursor, Cursor { row: 90, top: 90 });
        cursor.step(Move::Top, 100, 10);
        assert_eq!(cursor, Cursor::default());
    }

    proptest! {
        #[test]
        fn the_cursor_is_always_on_a_row_and_in_the_window(
            steps in proptest::collection::vec((0_u8..5, -30_isize..30), 0..40),
            rows in 1_usize..60,
            height in 1_usize..20,
        ) {
            let mut cursor = Cursor::default();
            for (kind, by) in steps {
                match kind {
                    0 => cursor.step(Move::By(by), rows, height),
                    1 => cursor.step(Move::Pages(by), rows, height),
                    2 => cursor.step(Move::Bottom, rows, height),
                    3 => cursor.scroll(by, rows, height),
                    _ => cursor.go(by.unsigned_abs(), rows, height),
                }
                prop_assert!(cursor.row < rows);
                prop_assert!((cursor.top..cursor.top + height).contains(&cursor.row), "{cursor:?} {rows} {height}");
            }
        }
    }
}
