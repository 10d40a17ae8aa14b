//! Drawing of the requests: the list, the newest first, or one of them in full.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::backend::http_log::{Exchange, ExchangeKind};
use crate::tui::core::cx::Cx;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::Pane;
use crate::tui::shell::request_log::detail::{Detail, RowKind};
use crate::tui::shell::request_log::{RequestLog, place};
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::{text, time};

/// Columns below which a row is only what was asked and what came of it.
const NARROW: usize = 60;

/// Columns of the bar, and of each fact with the gap behind it.
const BAR: usize = 2;
const WHEN: usize = 12;
const METHOD: usize = 7;
const STATUS: usize = 13;
const TOOK: usize = 9;
const SIZE: usize = 9;

/// Draws the popup.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &RequestLog) {
    let theme = &cx.theme;
    let area = place(cx.screen);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let height = usize::from(area.height.saturating_sub(2));
    let (row, rows) = match &popup.detail {
        Some(detail) => detail.position(height),
        None => (popup.cursor.row + 1, popup.newest().count()),
    };
    let foot = if rows > 0 { vec![Span::styled(format!("{row} of {rows}"), theme.muted)] } else { Vec::new() };
    let title = if popup.detail.is_some() { "Request" } else { "Requests" };
    let note = vec![Span::styled("in memory only, credentials removed", theme.muted)];
    let note = if area.width >= 60 { note } else { Vec::new() };
    let inner = pane::framed(canvas, area, true, Titles { title: vec![title.into()], foot, note, ..Titles::default() });
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    if let Some(detail) = &popup.detail {
        return read(canvas, inner, detail, theme);
    }
    if popup.is_empty() {
        canvas.line(inner, Line::styled("Nothing was sent yet.", theme.muted));
        return;
    }
    let width = usize::from(inner.width);
    canvas.line(nth_line(inner, 0), Line::styled(names(width), theme.muted));
    let list = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
    let shown = popup.newest().enumerate().skip(popup.cursor.top).take(usize::from(list.height));
    for (at, (row, exchange)) in shown.enumerate() {
        let place = nth_line(list, at);
        let selected = row == popup.cursor.row;
        draw_row(canvas, place, line(exchange, cx, width, selected), (selected, true));
        canvas.hit(place, Target::Row(Pane::List, row));
    }
}

fn read(canvas: &mut Canvas<'_>, area: Rect, detail: &Detail, theme: &Theme) {
    for (at, (kind, row)) in detail.seen(usize::from(area.height)).enumerate() {
        let style = match kind {
            RowKind::Heading => theme.strong,
            RowKind::Fact | RowKind::Remark => theme.muted,
            RowKind::Body => Style::new(),
            RowKind::Bad => theme.bad,
        };
        canvas.line(nth_line(area, at), Line::styled(row.as_str(), style));
    }
}

/// Columns of the path.
fn path_room(width: usize) -> usize {
    let others = if width < NARROW { METHOD + STATUS } else { WHEN + METHOD + STATUS + TOOK + SIZE };
    width.saturating_sub(BAR + others)
}

/// Names of the columns.
fn names(width: usize) -> String {
    let room = path_room(width);
    if width < NARROW {
        return format!("  {:<METHOD$}{:<room$} status", "", "path");
    }
    let (method, took) = ("method", "time");
    format!("  {:<WHEN$}{method:<METHOD$}{:<room$} {:<12}{took:>TOOK$}{:>SIZE$}", "when", "path", "status", "size")
}

fn line(exchange: &Exchange, cx: &Cx, width: usize, selected: bool) -> Line<'static> {
    let theme = &cx.theme;
    let (outcome, style) = match (exchange.status, exchange.fault) {
        (_, Some(fault)) => (fault.slug().to_owned(), theme.bad),
        (Some(status @ 400..), None) => (status.to_string(), theme.warn),
        (Some(status), None) => (status.to_string(), theme.ok),
        (None, None) => match exchange.kind {
            ExchangeKind::Http => ("?".to_owned(), theme.warn),
            // A process has no status: it answered.
            ExchangeKind::Rpc => ("answered".to_owned(), theme.ok),
            ExchangeKind::Message => ("said".to_owned(), theme.muted),
        },
    };
    let narrow = width < NARROW;
    let room = path_room(width);
    let again = if exchange.attempt > 1 { format!(" (try {})", exchange.attempt) } else { String::new() };
    // The part that all of them share says nothing.
    let target = exchange.target.strip_prefix("/api/v1").filter(|_| narrow).unwrap_or(&exchange.target);
    let target = text::fit(target, room.saturating_sub(text::width(&again))).into_owned() + &again;
    let gap = " ".repeat(room.saturating_sub(text::width(&target)) + 1);
    let outcome = text::fit(&outcome, STATUS - 1).into_owned();
    let mut spans = vec![bar(selected, true, theme)];
    if !narrow {
        spans.push(Span::styled(format!("{:<WHEN$}", time::relative(exchange.at, cx.now.wall)), theme.muted));
    }
    spans.push(Span::styled(format!("{:<METHOD$}", exchange.method), theme.muted));
    spans.push(Span::styled(target, if selected { theme.strong } else { Style::new() }));
    spans.push(Span::raw(gap));
    spans.push(Span::styled(format!("{outcome:<12}"), style));
    if !narrow {
        let size = text::size(usize::try_from(exchange.received).unwrap_or(usize::MAX));
        let took = match exchange.kind {
            ExchangeKind::Http | ExchangeKind::Rpc => time::took(exchange.took),
            ExchangeKind::Message => String::new(),
        };
        spans.push(Span::styled(format!("{took:>TOOK$}{size:>SIZE$}"), theme.muted));
    }
    Line::from(spans)
}
