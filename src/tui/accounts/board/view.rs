//! Drawing of the board: a row for each authorization, and below them the one under the cursor in full.

use std::time::Duration;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::tui::accounts::board::Board;
use crate::tui::accounts::board::rows::{row, title};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::inner_rows;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::{spinner, text};

/// Time between two pictures of it.
pub(super) const PERIOD: Duration = spinner::PERIOD;

/// Columns of the board at the most.
const WIDTH: u16 = 116;

/// Lines below the rows: one is empty, the others tell of the row under the cursor.
const BELOW: usize = 4;

/// Rows from which a screen has room for them.
const ROOMY: u16 = 16;

/// Columns from which each row has columns for its names.
const WIDE: usize = 72;

/// Columns below which rows name the person alone.
const NARROW: usize = 50;

/// Place of the board with so many rows.
fn area(screen: Rect, rows: usize) -> Rect {
    let below = if screen.height >= ROOMY { BELOW } else { 0 };
    let rows = u16::try_from(rows.max(1) + below + 2).unwrap_or(u16::MAX);
    let margin = if screen.height >= ROOMY { 4 } else { 2 };
    let width = WIDTH.min(screen.width.saturating_sub(if screen.width >= 100 { 4 } else { 0 }));
    pane::centred(screen, width, rows.min(screen.height.saturating_sub(margin).max(3)))
}

/// Number of rows that are seen at once.
pub(super) fn rows_shown(screen: Rect, rows: usize) -> usize {
    let below = if screen.height >= ROOMY { BELOW } else { 0 };
    inner_rows(area(screen, rows)).saturating_sub(below).max(1)
}

/// Draws it in the middle of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, board: &Board, cx: &Cx) {
    let theme = &cx.theme;
    let count = cx.authorizations.len();
    let place = area(board.screen, count);
    canvas.clear(place);
    canvas.hit(place, Target::Popup);
    let room = usize::from(place.width.saturating_sub(6));
    let title = text::fit(&title(cx), room).into_owned();
    let shown = rows_shown(board.screen, count);
    let foot = if count > shown { format!("{} of {count}", board.cursor.row + 1) } else { String::new() };
    let foot = if foot.is_empty() { Vec::new() } else { vec![Span::styled(foot, theme.muted)] };
    let inner = pane::framed(canvas, place, true, Titles { title: vec![title.into()], foot, ..Titles::default() });
    let inner = Rect { width: inner.width.saturating_sub(1), ..inner };
    let columns = usize::from(inner.width);
    let widths = Widths::of(cx, columns);
    for (at, (_, one)) in cx.authorizations.oldest_first().enumerate().skip(board.cursor.top).take(shown) {
        let row = row(one, cx);
        let line = nth_line(inner, at - board.cursor.top);
        let selected = at == board.cursor.row;
        let names = [(&one.connection, widths.connection), (&one.identifier, widths.identifier)];
        let mut spans = vec![bar(selected, true, theme), Span::styled(format!("{} ", row.glyph), row.style)];
        for (name, width) in names.into_iter().filter(|(_, width)| *width > 0) {
            let name = text::fit(name, width);
            let gap = " ".repeat(width.saturating_sub(text::width(&name)) + 2);
            spans.push(Span::raw(format!("{name}{gap}")));
        }
        let note = if columns >= WIDE { row.note } else { String::new() };
        let room = columns.saturating_sub(4 + widths.names() + text::width(&note) + usize::from(!note.is_empty()) * 2);
        let words = text::fit(&row.words, room).into_owned();
        let gap = " ".repeat(room.saturating_sub(text::width(&words)) + 2);
        let style = if one.is_over() { row.style } else { Style::new() };
        spans.push(Span::styled(words, style));
        if !note.is_empty() {
            spans.extend([Span::raw(gap), Span::styled(note, theme.muted)]);
        }
        draw_row(canvas, line, Line::from(spans), (selected, true));
        canvas.hit(line, Target::Entry(at));
    }
    if board.screen.height >= ROOMY {
        below(canvas, board, cx, Rect { y: inner.bottom().saturating_sub(3), height: 3.min(inner.height), ..inner });
    }
}

/// The row under the cursor in full.
fn below(canvas: &mut Canvas<'_>, board: &Board, cx: &Cx, area: Rect) {
    let theme = &cx.theme;
    let Some((_, one)) = board.selected(cx) else { return };
    let area = Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area };
    let columns = usize::from(area.width);
    let row = row(one, cx);
    let head = match row.note.is_empty() {
        true => one.label(),
        false => format!("{} · {}", one.label(), row.note),
    };
    canvas.line(nth_line(area, 0), Line::styled(text::fit(&head, columns).into_owned(), theme.strong));
    let words = match &one.ended {
        Some((_, Err(fault))) => fault.to_string(),
        _ => row.words,
    };
    for (at, line) in text::wrap_in(&words, columns, 2).into_iter().enumerate() {
        canvas.line(nth_line(area, at + 1), Line::styled(line, theme.muted));
    }
}

/// Columns of the names.
struct Widths {
    connection: usize,
    identifier: usize,
}

impl Widths {
    fn of(cx: &Cx, columns: usize) -> Self {
        let longest = |name: fn(&crate::tui::core::state::authorization::Authorization) -> &str| {
            cx.authorizations.oldest_first().map(|(_, one)| text::width(name(one))).max().unwrap_or_default()
        };
        let (connection, identifier) = (longest(|one| &one.connection), longest(|one| &one.identifier));
        if columns < WIDE {
            // In a narrow terminal who it is matters more than on what; the row's own popup says both.
            let connection = if columns < NARROW { 0 } else { connection.min(10) };
            return Self { connection, identifier: identifier.min((columns / 2).saturating_sub(connection + 2)) };
        }
        Self { connection: connection.min(columns / 6), identifier: identifier.min(columns / 4) }
    }

    fn names(&self) -> usize {
        let width = |width: usize| if width > 0 { width + 2 } else { 0 };
        width(self.connection) + width(self.identifier)
    }
}
