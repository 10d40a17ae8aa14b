//! Drawing of the log of requests, the newest first.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::backend::http_log::Exchange;
use crate::tui::core::cx::Cx;
use crate::tui::input::hit_test::Target;
use crate::tui::shell::request_log::RequestLog;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::{text, time};

/// Columns below which a line is only what was asked and what came of it.
const NARROW: usize = 60;

/// Draws the log.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &RequestLog) {
    let theme = &cx.theme;
    let screen = cx.screen;
    let area = pane::centred(screen, screen.width.saturating_sub(4), screen.height.saturating_sub(2));
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let foot = Span::styled("no token, credential or body is kept", theme.muted);
    let titles = Titles { title: vec!["Requests".into()], foot: vec![foot], ..Titles::default() };
    let inner = pane::framed(canvas, area, true, titles);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    if popup.is_empty() {
        canvas.line(inner, Line::styled("Nothing was sent yet.", theme.muted));
        return;
    }
    let shown = popup.newest().skip(popup.top).take(usize::from(inner.height)).enumerate();
    for (at, exchange) in shown {
        let row = nth_line(inner, at);
        canvas.line(row, line(exchange, cx, usize::from(row.width), theme));
    }
}

fn line(exchange: &Exchange, cx: &Cx, width: usize, theme: &Theme) -> Line<'static> {
    let (outcome, style) = match (exchange.status, exchange.fault) {
        (_, Some(fault)) => (fault.slug().to_owned(), theme.bad),
        (Some(status @ 400..), None) => (status.to_string(), theme.warn),
        (Some(status), None) => (status.to_string(), theme.ok),
        (None, None) => ("?".to_owned(), theme.warn),
    };
    let again = if exchange.attempt > 1 { format!(" try {}", exchange.attempt) } else { String::new() };
    let mut facts = format!(" {}  {} B{again}", time::took(exchange.took), exchange.received);
    let mut head = format!("{:>9}  {:<6} ", time::relative(exchange.at, cx.now.wall), exchange.method);
    // Where what was asked would not be told apart any more, it is worth more than when and how much.
    if width < NARROW {
        facts = again;
        head = format!("{:<6} ", exchange.method);
    }
    let room = width.saturating_sub(text::width(&head) + text::width(&outcome) + text::width(&facts) + 2);
    // The part that all of them share says nothing.
    let target = exchange.target.strip_prefix("/api/v1").filter(|_| width < NARROW).unwrap_or(&exchange.target);
    let target = text::fit(target, room).into_owned();
    let gap = " ".repeat(room.saturating_sub(text::width(&target)) + 1);
    Line::from(vec![
        Span::styled(head, theme.muted),
        Span::raw(target),
        Span::raw(gap),
        Span::styled(outcome, style),
        Span::styled(facts, theme.muted),
    ])
}
