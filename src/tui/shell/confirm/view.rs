//! Drawing of a question.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::core::cx::Cx;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::text;

/// Draws it in the middle of the screen.
pub fn draw(canvas: &mut Canvas<'_>, cx: &Cx, title: &str, lines: &[String], yes: &str) {
    let theme = &cx.theme;
    let width = 64.min(cx.screen.width);
    let columns = usize::from(width.saturating_sub(4));
    let lines: Vec<String> = lines.iter().flat_map(|line| text::paragraph(line, columns)).collect();
    // The answers stay in sight.
    let lines = text::cut_off(lines, usize::from(cx.screen.height.saturating_sub(4)), columns);
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(4);
    let area = pane::centred(cx.screen, width, height);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let inner = pane::framed(canvas, area, true, Titles { title: vec![title.to_owned().into()], ..Titles::default() });
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let below = lines.len() + 1;
    for (at, line) in lines.into_iter().enumerate() {
        canvas.line(nth_line(inner, at), Line::from(line));
    }
    let row = nth_line(inner, below);
    let yes = Line::from(vec![Span::styled("y", theme.accent), Span::raw(format!("  {yes}"))]);
    let used = canvas.line(row, yes);
    canvas.hit(Rect { width: used, ..row }, Target::Action(Action::Yes));
    let rest = Rect { x: row.x + used + 4, width: row.width.saturating_sub(used + 4), ..row };
    let used = canvas.line(rest, Line::from(vec![Span::styled("n, Enter", theme.accent), Span::raw("  no, go back")]));
    canvas.hit(Rect { width: used, ..rest }, Target::Action(Action::No));
}
