//! Drawing of a call through a server: the input above, the result below.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use crate::tui::core::cx::Cx;
use crate::tui::mcp_servers::call::tasks::CallThrough;
use crate::tui::mcp_servers::call::{CallPopup, ResultFace};
use crate::tui::mcp_servers::frame;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::text;

/// Rows of the input, of so many within the frame.
fn input_rows(rows: u16) -> u16 {
    (rows / 3).max(1)
}

/// Place of the result.
pub(super) fn result_area(screen: Rect) -> Rect {
    let area = frame::large(screen);
    let inner = Rect { height: area.height.saturating_sub(2), width: area.width.saturating_sub(4), ..area };
    let above = (input_rows(inner.height) + 2).min(inner.height);
    Rect { x: area.x + 2, y: area.y + 1 + above, height: inner.height - above, ..inner }
}

/// Draws the popup.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &CallPopup) {
    let theme = &cx.theme;
    let title = format!("{} through {}", popup.tried.tool.name, popup.server.name);
    let foot = popup.whom();
    let inner = frame::draw(canvas, cx, frame::large(cx.screen), &title, &foot);
    let rows = input_rows(inner.height);
    popup.input.draw(canvas, Rect { height: rows, ..inner }, true, None);
    let middle = nth_line(inner, usize::from(rows) + 1);
    let below = result_area(cx.screen);
    match &popup.result {
        None if cx.is_running(CallThrough::SLOT) => {
            let words = match popup.questions.is_empty() {
                true => "Calling it through the server …",
                false => "The server asks you something: any key shows it.",
            };
            canvas.line(middle, frame::waiting(cx, words));
            if let Some(progress) = &popup.progress {
                for (at, line) in progress.lines(usize::from(below.width), theme).into_iter().enumerate() {
                    canvas.line(nth_line(below, at), line);
                }
            }
        }
        None => {
            let key = cx.key_for(crate::tui::input::action::Action::Run);
            let words = format!("{key} calls it through the server.");
            canvas.line(middle, Line::styled(words, theme.muted));
        }
        Some(Err(fault)) => {
            canvas.line(middle, Line::styled(fault.headline().to_owned(), theme.bad));
            frame::prose(canvas, below, 0, &fault.to_string(), Style::new());
        }
        Some(Ok(result)) => {
            let (words, style) = match &result.reported {
                Some(reported) => (format!("▲ {reported} · {}", result.facts), theme.warn),
                None => (format!("✓ {}", result.facts), theme.ok),
            };
            let words = text::fit(&words, usize::from(middle.width)).into_owned();
            canvas.line(middle, Line::styled(words, style));
            let nothing: Range<usize> = 0..0;
            match &result.face {
                ResultFace::Content(view) => view.draw(canvas, below, true),
                ResultFace::Text(text) => drop(text.draw(canvas, below, theme.json_string, (nothing, Style::new()))),
            }
        }
    }
}
