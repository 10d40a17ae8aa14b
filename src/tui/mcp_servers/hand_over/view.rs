//! Drawing of a server as configuration of other programs: the programs above, the text below.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::Untrusted;
use crate::tui::core::cx::Cx;
use crate::tui::input::hit_test::Target;
use crate::tui::mcp_servers::frame;
use crate::tui::mcp_servers::hand_over::HandOver;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::text;

/// Draws the popup.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &HandOver) {
    let theme = &cx.theme;
    let title = format!("Hand {} over", popup.name);
    let inner = frame::draw(canvas, cx, frame::large(cx.screen), &title, "the token stands in none of these");
    // Where there is little room, the text is what matters.
    let room = usize::from(inner.height);
    let shown = popup.texts.len().min((room / 3).max(1));
    let top = (popup.cursor.row + 1).saturating_sub(shown);
    for (at, (program, text)) in popup.texts.iter().enumerate().skip(top).take(shown) {
        let place = nth_line(inner, at - top);
        let selected = at == popup.cursor.row;
        let name = Span::styled(format!("{:<16}", program.name()), if selected { theme.strong } else { Style::new() });
        let line = Line::from(vec![bar(selected, true, theme), name, Span::styled(text.place, theme.muted)]);
        draw_row(canvas, place, line, (selected, true));
        canvas.hit(place, Target::Entry(at));
    }
    let skip = u16::try_from(shown + 1).unwrap_or(u16::MAX).min(inner.height);
    let below = Rect { y: inner.y + skip, height: inner.height - skip, ..inner };
    let Some((_, config)) = popup.selected() else { return };
    let code = Untrusted::from(config.text.as_str());
    let columns = usize::from(below.width);
    let mut at = 0;
    for line in code.scrubbed_lines() {
        // What stands at the beginning of a line belongs to it, so it is cut and not wrapped as prose is.
        let mut rest: &str = &line;
        loop {
            if at >= usize::from(below.height) {
                return;
            }
            let (row, after) = text::split(rest, columns.max(1));
            canvas.line(nth_line(below, at), Line::styled(row.to_owned(), theme.json_string));
            at += 1;
            if after.is_empty() || row.is_empty() {
                break;
            }
            rest = after;
        }
    }
    if let Some(note) = &config.note {
        frame::prose(canvas, below, at + 1, note, theme.muted);
    }
}
