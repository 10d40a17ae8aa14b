//! Drawing of the saved filters.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::Untrusted;
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::inner_rows;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::shell::saved_filters::SavedFilters;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::text;

/// Lines below the list: an empty one, and what to know.
const BELOW: usize = 2;

/// Rows of the popup at the most.
const MOST: u16 = 20;

/// Place of the popup with so many filters: room for the footer stays, which tells its keys.
fn area(screen: Rect, filters: usize) -> Rect {
    let above = Rect { height: screen.height.saturating_sub(1), ..screen };
    let rows = u16::try_from(filters.max(3) + BELOW + 2).unwrap_or(u16::MAX).min(MOST);
    pane::centred(above, 76, rows)
}

/// Rows shown at once of so many filters.
pub(super) fn rows_shown(screen: Rect, filters: usize) -> usize {
    inner_rows(area(screen, filters)).saturating_sub(BELOW).max(1)
}

/// Draws the list, and below it how one saves the filter that stands there now.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &SavedFilters) {
    let theme = &cx.theme;
    let filters = popup.rows().count();
    let area = area(cx.screen, filters);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let title = format!("Filters of {}", popup.tab.name());
    let inner = pane::framed(canvas, area, true, Titles { title: vec![title.into()], ..Titles::default() });
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let columns = usize::from(inner.width);
    let rows = rows_shown(cx.screen, filters);
    for (at, (filter, is_saved)) in popup.rows().enumerate().skip(popup.cursor.top).take(rows) {
        let place = nth_line(inner, at - popup.cursor.top);
        let selected = at == popup.cursor.row;
        let shown = Untrusted::from(filter).to_string();
        let note = if is_saved { "saved" } else { "" };
        let room = columns.saturating_sub(text::width(note) + 4);
        let shown = text::fit(&shown, room).into_owned();
        let gap = room.saturating_sub(text::width(&shown)) + 1;
        let line = Line::from(vec![
            bar(selected, true, theme),
            Span::raw(shown),
            Span::raw(" ".repeat(gap)),
            Span::styled(note, theme.muted),
        ]);
        draw_row(canvas, place, line, (selected, true));
        canvas.hit(place, Target::Entry(at));
    }
    let (words, style) = match (&popup.broken, cx.key_for(Action::SaveFilter)) {
        (Some(broken), _) => (broken.clone(), theme.bad),
        (None, key) if !popup.current.trim().is_empty() && !key.is_empty() => {
            let current = Untrusted::from(popup.current.trim());
            (format!("{key} saves the current filter: {current}"), theme.muted)
        }
        _ => ("Type a filter with / first, then save it here.".to_owned(), theme.muted),
    };
    let below = nth_line(inner, rows + 1);
    canvas.line(below, Line::styled(text::fit(&words, columns).into_owned(), style));
}
