//! Drawing of a jq filter while it is typed, and of its result.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::core::cx::Cx;
use crate::tui::explorer::jq::Query;
use crate::tui::explorer::json_view::results;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::{spinner, text};

/// Columns of the widest popup.
const WIDEST: u16 = 120;

/// Lines above the result: the filter, and a line about it.
const ABOVE: u16 = 2;

/// Place of the popup.
fn place(screen: Rect) -> Rect {
    let width = screen.width.saturating_sub(4).min(WIDEST);
    let x = screen.x + (screen.width - width) / 2;
    Rect { x, y: screen.y + screen.height.min(2), width, height: screen.height.saturating_sub(4) }
}

/// Place inside its frame.
fn inside(area: Rect) -> Rect {
    let (across, down) = (area.width.saturating_sub(4), area.height.saturating_sub(2));
    Rect { x: area.x + area.width.min(2), y: area.y + area.height.min(1), width: across, height: down }
}

/// Place of the result.
pub(super) fn preview(screen: Rect) -> Rect {
    let inside = inside(place(screen));
    let above = ABOVE.min(inside.height);
    Rect { y: inside.y + above, height: inside.height - above, ..inside }
}

/// Draws it over most of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &Query) {
    let theme = &cx.theme;
    let area = place(cx.screen);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let of = text::fit(&popup.path, usize::from(area.width.saturating_sub(12))).into_owned();
    let mut foot = Vec::new();
    if popup.running {
        foot.push(Span::styled(format!("{} running", spinner::frame(cx.now.uptime)), theme.muted));
    } else if let Some(preview) = popup.preview.as_ref().filter(|_| popup.broken.is_none()) {
        let words = results(preview.count).unwrap_or_else(|| "1 result".to_owned());
        foot.push(Span::styled(words, theme.accent));
    }
    let titles = Titles {
        title: vec!["jq".into()],
        right: vec![Span::styled(format!("of {of} "), theme.muted)],
        foot,
        ..Titles::default()
    };
    pane::framed(canvas, area, true, titles);
    let inner = inside(area);
    let mut typed = vec![Span::styled("jq ", theme.accent)];
    typed.extend(popup.input.line(theme, usize::from(inner.width).saturating_sub(3)));
    if popup.input.is_empty() {
        typed.push(Span::styled(" .issues[] | select(.priority > 1) | .title", theme.muted));
    }
    canvas.line(nth_line(inner, 0), Line::from(typed));
    let below = preview(cx.screen);
    if let Some(preview) = &popup.preview {
        preview.view.draw(canvas, below, false);
        // What was there before, until there is something newer.
        if popup.running || popup.broken.is_some() {
            canvas.style(below, theme.muted);
        }
    }
    let cut_short = popup.preview.as_ref().filter(|_| !popup.running).and_then(|preview| preview.cut_short.as_ref());
    let (words, style) = match (&popup.broken, cut_short) {
        // While a key is typed, the filter is not done yet.
        (Some(why), _) if popup.insisted || popup.names().is_empty() => (why.clone(), theme.bad),
        (None, Some(why)) if popup.names().is_empty() => (format!("Stopped early: {why}"), theme.warn),
        _ => (popup.names().join("  "), theme.muted),
    };
    // A failure may take as much room as it needs where nothing else is shown.
    let lines = if popup.preview.is_some() { 1 } else { usize::from(inner.height.saturating_sub(1)) };
    let room = Rect { y: inner.y + 1.min(inner.height), height: inner.height.saturating_sub(1), ..inner };
    for (at, line) in text::wrap_in(&words, usize::from(inner.width), lines).into_iter().enumerate() {
        canvas.line(nth_line(room, at), Line::styled(line, style));
    }
}
