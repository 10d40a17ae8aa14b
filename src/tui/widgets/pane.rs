//! A framed part of a screen with a title; a frame around the focused one stands out.

use ratatui::layout::{Margin, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Widget as _};

use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::Pane;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::text;

/// Texts on the frame.
#[derive(Default)]
pub struct Titles<'a> {
    /// On the left of the top edge; the name of the pane.
    pub title: Vec<Span<'a>>,
    /// On the right of the top edge.
    pub right: Vec<Span<'a>>,
    /// On the right of the bottom edge.
    pub foot: Vec<Span<'a>>,
    /// On the left of the bottom edge.
    pub note: Vec<Span<'a>>,
}

/// Draws the frame and returns what is inside.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, pane: Pane, focused: bool, titles: Titles<'_>) -> Rect {
    canvas.hit(area, Target::Pane(pane));
    framed(canvas, area, focused, titles)
}

/// Columns for what is typed on a frame of this size, beside a title and a few facts.
pub fn room_for_typing(area: Rect) -> usize {
    usize::from(area.width).saturating_sub(20).max(usize::from(area.width / 3))
}

/// Draws a frame that nothing is clicked on.
pub fn framed(canvas: &mut Canvas<'_>, area: Rect, focused: bool, titles: Titles<'_>) -> Rect {
    let (border, title): (Style, Style) =
        if focused { (canvas.theme.border, canvas.theme.accent) } else { (canvas.theme.border, canvas.theme.muted) };
    let mut block = Block::bordered().border_type(BorderType::Rounded).border_style(border);
    let room = usize::from(area.width.saturating_sub(4));
    let says = |spans: &[Span<'_>]| spans.iter().any(|span| !span.content.is_empty());
    let spaced = |spans: Vec<Span<'_>>| {
        let mut line = vec![Span::raw(" ")];
        line.extend(
            spans.into_iter().map(|span| Span::styled(text::fit(&span.content, room).into_owned(), span.style)),
        );
        line.push(Span::raw(" "));
        Line::from(line)
    };
    if says(&titles.title) {
        let named = titles.title.into_iter().map(|span| Span::styled(span.content, title.patch(span.style))).collect();
        block = block.title_top(spaced(named));
    }
    if says(&titles.right) {
        block = block.title_top(spaced(titles.right).right_aligned());
    }
    if says(&titles.foot) {
        block = block.title_bottom(spaced(titles.foot).right_aligned());
    }
    if says(&titles.note) {
        block = block.title_bottom(spaced(titles.note));
    }
    let seen = area.intersection(canvas.cells.area);
    block.render(seen, canvas.cells);
    canvas.find_caret(seen);
    area.inner(Margin::new(1, 1))
}

/// A popup's area: `columns` by `rows` in the middle of `screen`, no larger than it.
pub fn centred(screen: Rect, columns: u16, rows: u16) -> Rect {
    let (width, height) = (columns.min(screen.width), rows.min(screen.height));
    Rect { x: screen.x + (screen.width - width) / 2, y: screen.y + (screen.height - height) / 2, width, height }
}
