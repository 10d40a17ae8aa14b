//! Drawing of the messages so far, the newest first.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::core::cx::Cx;
use crate::tui::input::hit_test::Target;
use crate::tui::shell::footer::level;
use crate::tui::shell::messages::Messages;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::{text, time};

/// Draws the messages.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &Messages) {
    let theme = &cx.theme;
    let area = pane::centred(cx.screen, 92, cx.screen.height.saturating_sub(2));
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let inner = pane::framed(canvas, area, true, Titles { title: vec!["Messages".into()], ..Titles::default() });
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    if cx.toasts.said().is_empty() {
        canvas.line(inner, Line::styled("Nothing was said yet.", theme.muted));
        return;
    }
    let room = usize::from(inner.width).saturating_sub(12);
    let lines = cx.toasts.said().iter().rev().skip(popup.top).flat_map(|toast| {
        let (glyph, style) = level(toast.level, theme);
        let ago = time::elapsed(cx.now.uptime.saturating_sub(toast.at));
        text::wrap(&toast.text, room).into_iter().enumerate().map(move |(at, line)| {
            let (glyph, ago) = if at == 0 { (glyph, ago.clone()) } else { (" ", String::new()) };
            let ago = Span::styled(format!("{ago:>7}  "), theme.muted);
            Line::from(vec![Span::styled(format!("{glyph} "), style), ago, Span::raw(line)])
        })
    });
    for (at, line) in lines.take(usize::from(inner.height)).enumerate() {
        canvas.line(nth_line(inner, at), line);
    }
}
