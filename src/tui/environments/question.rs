//! Frame of the questions about files that were found: a title, lines, and answers that can be clicked.

use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::tui::core::cx::Cx;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane::{self, Titles};

/// Columns of the popup.
const WIDTH: u16 = 78;

/// Line of a question, and the action that a click on it does.
pub(super) type QuestionLine = (Line<'static>, Option<Action>);

/// Area that a question may take: the screen without its last line.
pub(super) fn screen(cx: &Cx) -> Rect {
    Rect { height: cx.screen.height.saturating_sub(1), ..cx.screen }
}

/// Columns that its lines have.
pub(super) fn width(cx: &Cx) -> usize {
    usize::from(WIDTH.min(cx.screen.width).saturating_sub(4))
}

/// Draws it in the middle of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, title: &'static str, lines: Vec<QuestionLine>) {
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let area = pane::centred(screen(cx), WIDTH, height);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let inner = pane::framed(canvas, area, true, Titles { title: vec![title.into()], ..Titles::default() });
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    for (at, (line, action)) in lines.into_iter().take(usize::from(inner.height)).enumerate() {
        let row = nth_line(inner, at);
        canvas.line(row, line);
        if let Some(action) = action {
            canvas.hit(row, Target::Action(action));
        }
    }
}
