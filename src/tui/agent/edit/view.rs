//! Drawing of an input that is changed: the editor, and below it what is wrong.

use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::tui::agent::edit::EditPopup;
use crate::tui::agent::edit::tasks::CheckCall;
use crate::tui::core::cx::Cx;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::text;

/// Problems that are shown.
const PROBLEMS: usize = 4;

/// Draws it in the middle of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &EditPopup, screen: Rect) {
    let theme = &cx.theme;
    let lines = u16::try_from(popup.editor.lines()).unwrap_or(u16::MAX);
    let area = pane::centred(screen, 100, lines.saturating_add(9).clamp(10, 34));
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let title = format!("{} as {} on {}", popup.call.tool, popup.identifier, popup.call.connection);
    let title = text::fit(&title, usize::from(area.width.saturating_sub(6))).into_owned();
    let inner = pane::framed(canvas, area, true, Titles { title: vec![title.into()], ..Titles::default() });
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let width = usize::from(inner.width);
    let said: Vec<Line<'_>> = if cx.is_running(CheckCall::SLOT) {
        vec![Line::styled("Checking it against the tool's schema …", theme.muted)]
    } else if popup.problems.is_empty() {
        let key = cx.key_for(Action::Submit);
        vec![Line::styled(format!("{key} checks and sends it; the model is told what was sent."), theme.muted)]
    } else {
        let wrong = popup.problems.iter().take(PROBLEMS);
        let wrong =
            wrong.map(|problem| Line::styled(text::fit(&format!("✗ {problem}"), width).into_owned(), theme.bad));
        let key = cx.key_for(Action::Submit);
        let more = popup.problems.len().saturating_sub(PROBLEMS);
        let more = if more > 0 { format!("{more} more. ") } else { String::new() };
        wrong.chain([Line::styled(format!("{more}{key} again sends it all the same."), theme.muted)]).collect()
    };
    let rows = u16::try_from(said.len()).unwrap_or(u16::MAX).min(inner.height.saturating_sub(1));
    let top = inner.height.saturating_sub(rows);
    popup.editor.draw(canvas, Rect { height: top, ..inner }, true, None);
    for (at, line) in said.into_iter().enumerate() {
        canvas.line(nth_line(Rect { y: inner.y + top, height: rows, ..inner }, at), line);
    }
}
