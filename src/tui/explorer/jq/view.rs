//! Drawing of a jq filter while it is typed.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::core::cx::Cx;
use crate::tui::core::layout;
use crate::tui::explorer::jq::Query;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::{spinner, text};

/// Draws it near the top of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &Query) {
    let theme = &cx.theme;
    let place = layout::palette(cx.screen);
    let area = Rect { height: place.height.min(7), ..place };
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let of = text::fit(&popup.path, usize::from(area.width.saturating_sub(12))).into_owned();
    let titles = Titles {
        title: vec!["jq".into()],
        right: vec![Span::styled(format!("of {of} "), theme.muted)],
        ..Titles::default()
    };
    let inner = pane::framed(canvas, area, true, titles);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let mut typed = popup.input.spans(theme, usize::from(inner.width));
    if popup.input.is_empty() {
        typed.push(Span::styled(" a filter: .issues[] | select(.priority > 1) | .title", theme.muted));
    }
    canvas.line(nth_line(inner, 0), Line::from(typed));
    let below = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
    let (words, style) = match (popup.running, &popup.broken) {
        (true, _) => (format!("{} Running in a process of its own", spinner::frame(cx.now.uptime)), theme.muted),
        (false, Some(why)) => (why.clone(), theme.bad),
        (false, None) => (popup.names().join("  "), theme.muted),
    };
    let (columns, lines) = (usize::from(below.width), usize::from(below.height));
    for (at, line) in text::wrap_in(&words, columns, lines).into_iter().enumerate() {
        canvas.line(nth_line(below, at), Line::styled(line, style));
    }
}
