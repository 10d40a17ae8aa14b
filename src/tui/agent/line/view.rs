//! Drawing of the line that is typed.

use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use crate::tui::agent::line::{LinePopup, Purpose};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::text;

/// Draws it near the top of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &LinePopup) {
    let theme = &cx.theme;
    let place = layout::palette(cx.screen);
    let area = Rect { height: place.height.min(7), ..place };
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let (title, name, help) = match &popup.purpose {
        Purpose::Reason(_, tool) => (
            format!("Deny {tool}"),
            "why",
            "The model is told your reason, and that it is not to try again. Empty: only that you denied it."
                .to_owned(),
        ),
        Purpose::Model => ("Model".to_owned(), "id", "The id of a model, as its server knows it.".to_owned()),
        Purpose::Key(server, _) => (
            "Key for models".to_owned(),
            "key",
            format!(
                "Kept in the keychain for {server}, and sent to no other server. The variable ANTHROPIC_API_KEY goes before it."
            ),
        ),
    };
    let title = text::fit(&title, usize::from(area.width.saturating_sub(6))).into_owned();
    let inner = pane::framed(canvas, area, true, Titles { title: vec![title.into()], ..Titles::default() });
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let masked = matches!(popup.purpose, Purpose::Key(..));
    let indent = name.len() + 1;
    let (shown, column) = popup.input.shown(masked, usize::from(inner.width).saturating_sub(indent + 1));
    let line = [Span::styled(format!("{name} "), theme.accent), Span::styled(shown, theme.strong)];
    canvas.line(nth_line(inner, 0), Line::from_iter(line));
    let x = inner.x.saturating_add(u16::try_from(indent + column).unwrap_or(u16::MAX));
    canvas.cursor = Some(Position::new(x.min(inner.right().saturating_sub(1)), inner.y));
    let (words, style) = match &popup.refused {
        Some(refused) => (refused.as_str(), theme.bad),
        None => (help.as_str(), theme.muted),
    };
    let rows = usize::from(inner.height.saturating_sub(1));
    for (at, line) in text::wrap(words, usize::from(inner.width)).into_iter().take(rows).enumerate() {
        canvas.line(nth_line(inner, at + 1), Line::styled(line, style));
    }
}
