//! Drawing of the list under the cursor.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Completion, ROWS};
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::text;

/// Columns of the list, frame included.
const WIDEST: u16 = 52;

/// Draws it within `bounds`, below the cursor or else above.
pub(in crate::tui::playground) fn draw(canvas: &mut Canvas<'_>, completion: &Completion, bounds: Rect) {
    let Some(caret) = canvas.cursor.filter(|_| completion.is_open()) else { return };
    let theme = canvas.theme;
    let offers = &completion.offers;
    let label = offers.iter().map(|offer| text::width(&offer.label.scrubbed())).max().unwrap_or(0);
    let note = offers.iter().map(|offer| text::width(&offer.note.scrubbed())).max().unwrap_or(0);
    let width = u16::try_from(label + note + 7).unwrap_or(WIDEST).min(WIDEST).min(bounds.width);
    let rows = u16::try_from(offers.len().min(ROWS)).unwrap_or(0) + 2;
    let (above, below) = (caret.y.saturating_sub(bounds.y), bounds.bottom().saturating_sub(caret.y + 1));
    let height = rows.min(above.max(below));
    let y = if below >= height { caret.y + 1 } else { caret.y - height };
    let x = caret.x.min(bounds.right().saturating_sub(width)).max(bounds.x);
    let area = Rect { x, y, width, height };
    if height < 3 {
        return;
    }
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let inner = pane::framed(canvas, area, true, Titles::default());
    let room = usize::from(inner.width).saturating_sub(3);
    for (at, offer) in offers.iter().enumerate().skip(completion.cursor.top).take(usize::from(inner.height)) {
        let chosen = completion.is_chosen && at == completion.cursor.row;
        let name = text::fit(&offer.label.scrubbed(), room).into_owned();
        let gap = label.min(room).saturating_sub(text::width(&name)) + 2;
        let left = room.saturating_sub(text::width(&name) + gap);
        let note = text::fit(&offer.note.scrubbed(), left).into_owned();
        let spans = vec![
            bar(chosen, true, theme),
            Span::styled(name, if chosen { theme.strong } else { theme.json_key }),
            Span::raw(" ".repeat(gap)),
            Span::styled(note, theme.muted),
        ];
        draw_row(canvas, nth_line(inner, at - completion.cursor.top), Line::from(spans), (chosen, true));
    }
    // Drawing over the text does not move the cursor.
    canvas.cursor = Some(caret);
}
