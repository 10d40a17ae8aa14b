//! What a frame is drawn on: cells, a theme, the keys to hint at, and the memory of what was drawn where.

use std::num::NonZeroU16;

use ratatui::buffer::{Buffer, CellDiffOption};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;

use url::Url;

use crate::tui::hits::{Hits, Target};
use crate::tui::keymap::Keymap;
use crate::tui::theme::Theme;

/// One frame in the making.
pub struct Canvas<'a> {
    /// The cells.
    pub cells: &'a mut Buffer,
    /// The styles.
    pub theme: &'a Theme,
    /// What keys do, for hints.
    pub keymap: &'a Keymap,
    /// What can be clicked.
    pub hits: Hits,
    /// Where the terminal's own cursor belongs, while text is typed.
    pub cursor: Option<Position>,
}

impl<'a> Canvas<'a> {
    /// An empty frame.
    pub fn new(cells: &'a mut Buffer, theme: &'a Theme, keymap: &'a Keymap) -> Self {
        Self { cells, theme, keymap, hits: Hits::default(), cursor: None }
    }

    /// Writes one line at the top of `area`, cut at its right edge. Returns the columns used.
    pub fn line<'l>(&mut self, area: Rect, line: impl Into<Line<'l>>) -> u16 {
        let area = area.intersection(self.cells.area);
        if area.is_empty() {
            return 0;
        }
        let (end, _) = self.cells.set_line(area.x, area.y, &line.into(), area.width);
        end.saturating_sub(area.x)
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

    /// Makes everything drawn so far step back behind what is drawn next.
    pub fn recede(&mut self) {
        let muted = self.theme.muted;
        for cell in &mut self.cells.content {
            cell.modifier = Modifier::empty();
            cell.set_style(muted);
        }
    }

    /// Makes `area` empty.
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
