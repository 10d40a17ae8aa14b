//! Canvas of a frame: cells, a theme, the keys to hint at, and the memory of what was drawn where.

use std::num::NonZeroU16;

use ratatui::buffer::{Buffer, CellDiffOption, CellWidth as _};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};

use url::Url;

use crate::tui::input::hit_test::{Hits, Target};
use crate::tui::input::keymap::Keymap;
use crate::tui::theme::Theme;

/// The attribute of the character at which the caret stands. No style has it and no terminal is told of it:
/// it gives way to the terminal's own cursor.
pub const CARET: Modifier = Modifier::SLOW_BLINK;

/// Frame in the making.
pub struct Canvas<'a> {
    /// Cells of the frame.
    pub cells: &'a mut Buffer,
    /// Styles to draw with.
    pub theme: &'a Theme,
    /// Keys and their actions, for hints.
    pub keymap: &'a Keymap,
    /// Targets of the mouse that were drawn.
    pub hits: Hits,
    /// Place of the terminal's own cursor, while text is typed.
    pub cursor: Option<Position>,
    /// Whether what is personal or secret is masked once the frame is finished. For what is no text, and cannot be.
    pub masked: bool,
}

impl<'a> Canvas<'a> {
    /// Canvas without targets and without a cursor.
    pub fn new(cells: &'a mut Buffer, theme: &'a Theme, keymap: &'a Keymap) -> Self {
        Self { cells, theme, keymap, hits: Hits::default(), cursor: None, masked: false }
    }

    /// Writes one line at the top of `area`, cut at its right edge. Returns the columns used.
    pub fn line<'l>(&mut self, area: Rect, line: impl Into<Line<'l>>) -> u16 {
        let area = area.intersection(self.cells.area);
        if area.is_empty() {
            return 0;
        }
        let line = line.into();
        let (end, _) = self.cells.set_line(area.x, area.y, &line, area.width);
        let too_long =
            |span: &Span<'_>| span.content.len() > usize::from(area.width) && span.width() > usize::from(area.width);
        // What alone is longer than the line is seen to be cut; among several things on it the last may go.
        if line.spans.iter().any(too_long) {
            let cut =
                Span::styled("…", line.spans.iter().find(|span| too_long(span)).map_or(line.style, |span| span.style));
            // A wide character that ends there leaves its first cell empty.
            let from = area.right().saturating_sub(2).max(area.x);
            let wide = self.cells.cell((from, area.y)).is_some_and(|cell| cell.cell_width() == 2);
            if wide && let Some(cell) = self.cells.cell_mut((from, area.y)) {
                cell.set_symbol(" ");
            }
            self.cells.set_span(area.right() - 1, area.y, &cut, 1);
        }
        if line.spans.iter().any(|span| span.style.add_modifier.contains(CARET)) {
            self.find_caret(area);
        }
        end.saturating_sub(area.x)
    }

    /// Puts the terminal's cursor where the caret was drawn in the first row of `area`.
    pub fn find_caret(&mut self, area: Rect) {
        let marked = |x: &u16| self.cells.cell((*x, area.y)).is_some_and(|cell| cell.modifier.contains(CARET));
        let Some(x) = (area.left()..area.right()).find(marked) else { return };
        if let Some(cell) = self.cells.cell_mut((x, area.y)) {
            cell.modifier.remove(CARET);
            self.cursor = Some(Position::new(x, area.y));
        }
    }

    /// Writes one line that ends at the right edge of `area`; nothing if it does not fit.
    pub fn line_right<'l>(&mut self, area: Rect, line: impl Into<Line<'l>>) -> u16 {
        let line = line.into();
        let width = u16::try_from(line.width()).unwrap_or(u16::MAX);
        if width > area.width {
            return 0;
        }
        self.line(Rect { x: area.right() - width, width, ..area }, line)
    }

    /// Makes the text in the first `width` columns of `area` a link that terminals can follow, however
    /// much of the address is shown. A parsed URL is plain ASCII without control characters.
    pub fn link(&mut self, area: Rect, width: u16, url: &Url) {
        let one = CellDiffOption::ForcedWidth(NonZeroU16::MIN);
        let ends = [(area.x, true), (area.x + width.saturating_sub(1), false)];
        for (x, opens) in ends {
            if let Some(cell) = self.cells.cell_mut((x, area.y)) {
                let symbol = match opens {
                    true => format!("\x1b]8;;{url}\x1b\\{}", cell.symbol()),
                    false => format!("{}\x1b]8;;\x1b\\", cell.symbol()),
                };
                cell.set_symbol(&symbol).set_diff_option(one);
            }
        }
    }

    /// Adds `style` to everything in `area`.
    pub fn style(&mut self, area: Rect, style: Style) {
        self.cells.set_style(area, style);
    }

    /// Makes the row that was drawn into `area` the one under the cursor. What carries a meaning keeps its colour,
    /// unless the row is reversed.
    pub fn highlight(&mut self, area: Rect, focused: bool) {
        let (style, muted) = (self.theme.selection(focused), self.theme.muted.fg);
        for position in area.intersection(self.cells.area).positions() {
            let Some(cell) = self.cells.cell_mut(position) else { continue };
            let plain = cell.fg == Color::Reset || Some(cell.fg) == muted;
            let ink = style.fg.filter(|_| plain).unwrap_or(cell.fg);
            if style.add_modifier.contains(Modifier::REVERSED) {
                cell.fg = Color::Reset;
            }
            cell.modifier.remove(Modifier::DIM);
            cell.set_style(style.fg(if style.fg.is_some() { ink } else { cell.fg }));
        }
    }

    /// Makes everything drawn so far step back behind what is drawn next.
    pub fn dim(&mut self) {
        let muted = self.theme.muted;
        for cell in &mut self.cells.content {
            cell.modifier = Modifier::empty();
            cell.set_style(muted);
        }
    }

    /// Blanks the cells of `area`.
    pub fn clear(&mut self, area: Rect) {
        let area = area.intersection(self.cells.area);
        for position in area.positions() {
            if let Some(cell) = self.cells.cell_mut(position) {
                cell.reset();
            }
        }
    }

    /// `area` stands for `target` when clicked.
    pub fn hit(&mut self, area: Rect, target: Target) {
        self.hits.add(area.intersection(self.cells.area), target);
    }
}

/// The `n`-th line of `area`, empty below its end.
pub fn nth_line(area: Rect, n: usize) -> Rect {
    let y = u16::try_from(n).ok().and_then(|n| area.y.checked_add(n)).unwrap_or(u16::MAX);
    if y < area.bottom() { Rect { y, height: 1, ..area } } else { Rect { y: area.bottom(), height: 0, ..area } }
}
