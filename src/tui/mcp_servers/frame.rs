//! The frame that these popups share.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::tui::core::cx::Cx;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::{spinner, text};

/// Columns of the popups, where the terminal has so many.
const WIDTH: u16 = 110;

/// Place of a popup that takes as much room as there is: the footer stays, which tells its keys.
pub(super) fn large(screen: Rect) -> Rect {
    let above = Rect { height: screen.height.saturating_sub(1), ..screen };
    pane::centred(above, WIDTH, 32)
}

/// Place of a popup of so many rows.
pub(super) fn small(screen: Rect, rows: usize) -> Rect {
    let above = Rect { height: screen.height.saturating_sub(1), ..screen };
    pane::centred(above, 84, u16::try_from(rows + 2).unwrap_or(u16::MAX))
}

/// Draws the frame, and gives the room within it.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, area: Rect, title: &str, foot: &str) -> Rect {
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let room = usize::from(area.width.saturating_sub(6));
    let fitted = |words: &str| text::fit(words, room).into_owned();
    let foot = if foot.is_empty() { Vec::new() } else { vec![Span::styled(fitted(foot), cx.theme.muted)] };
    let titles = Titles { title: vec![fitted(title).into()], foot, ..Titles::default() };
    let inner = pane::framed(canvas, area, true, titles);
    Rect { x: inner.x + inner.width.min(1), width: inner.width.saturating_sub(2), ..inner }
}

/// Rows within a frame.
pub(super) fn rows(area: Rect) -> usize {
    usize::from(area.height.saturating_sub(2))
}

/// Line of something that is waited for.
pub(super) fn waiting(cx: &Cx, words: &str) -> Line<'static> {
    let spin = Span::styled(spinner::frame(cx.now.uptime), cx.theme.accent);
    Line::from(vec![spin, Span::raw(format!(" {words}"))])
}

/// Prose, wrapped into the room from a row on; gives the first row below it.
pub(super) fn prose(canvas: &mut Canvas<'_>, area: Rect, from: usize, words: &str, style: Style) -> usize {
    let columns = usize::from(area.width);
    let room = usize::from(area.height).saturating_sub(from);
    let lines: Vec<_> = words.lines().flat_map(|line| text::paragraph(line, columns)).take(room).collect();
    let below = from + lines.len();
    for (at, line) in lines.into_iter().enumerate() {
        canvas.line(nth_line(area, from + at), Line::styled(line, style));
    }
    below
}
