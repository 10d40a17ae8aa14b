//! Drawing of a note that is typed.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::activity::note::NotePopup;
use crate::tui::core::cx::Cx;
use crate::tui::core::layout;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::text;

/// Words below the note.
const HELP: &str = "One line, kept with the call in the history and found by the filter. Empty removes it.";

/// Draws it near the top of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &NotePopup) {
    let theme = &cx.theme;
    let place = layout::palette(cx.screen);
    let area = Rect { height: place.height.min(6), ..place };
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let title = format!("Note on {} · number {}", popup.name, popup.call);
    let title = text::fit(&title, usize::from(area.width.saturating_sub(6))).into_owned();
    let inner = pane::framed(canvas, area, true, Titles { title: vec![title.into()], ..Titles::default() });
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let mut typed = vec![Span::styled("note ", theme.accent)];
    typed.extend(popup.text.line(theme, usize::from(inner.width).saturating_sub(5)));
    canvas.line(nth_line(inner, 0), Line::from(typed));
    let (words, style) = match &popup.refused {
        Some(refused) => (refused.as_str(), theme.bad),
        None => (HELP, theme.muted),
    };
    let rows = usize::from(inner.height.saturating_sub(1));
    for (at, line) in text::wrap(words, usize::from(inner.width)).into_iter().take(rows).enumerate() {
        canvas.line(nth_line(inner, at + 1), Line::styled(line, style));
    }
}
