//! How one link alone is drawn.

use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::tui::accounts::authorize::whole_link::state::WholeLink;
use crate::tui::input::hit_test::Target;
use crate::tui::shell::model::Model;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::qr::Code;

/// Draws it from the first column of an otherwise empty screen: nothing beside it gets into a
/// selection, and where it is wider than the terminal it runs on at the first column of the next row.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, popup: &WholeLink) {
    let theme = &model.cx.theme;
    let screen = model.cx.screen;
    canvas.clear(screen);
    canvas.hit(screen, Target::Popup);
    let body = Rect { height: screen.height.saturating_sub(1), ..screen };
    canvas.line(nth_line(body, 0), Line::styled("Whoever holds this link can authorize with it.", theme.warn));
    let columns = usize::from(screen.width.max(1));
    let url: Vec<char> = popup.url.as_str().chars().collect();
    let rows = url.chunks(columns).map(|chunk| chunk.iter().collect::<String>());
    for (at, row) in rows.enumerate() {
        canvas.line(nth_line(body, 2 + at), Line::from(row));
    }
    // Below it, for a phone, where there is room for all of it.
    let below = 3 + u16::try_from(url.len().div_ceil(columns)).unwrap_or(u16::MAX);
    let place = Rect { y: body.y.saturating_add(below), height: body.height.saturating_sub(below), ..body };
    if let Some(code) = Code::of(&popup.url).filter(|code| code.height() <= place.height && code.width() <= place.width)
    {
        code.draw(canvas, Rect { width: code.width(), ..place });
    }
}
