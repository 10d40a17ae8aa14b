//! Drawing of a menu.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::tui::core::cx::Cx;
use crate::tui::core::layout;
use crate::tui::input::hit_test::Target;
use crate::tui::shell::menu::Menu;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::text;

/// Columns of the widest menu.
const WIDEST: u16 = 72;

/// Place of a menu of so many rows, in the middle of the screen.
fn place(screen: Rect, rows: usize) -> Rect {
    let height = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(2);
    pane::centred(screen, WIDEST.min(screen.width.saturating_sub(2)), height.min(screen.height.saturating_sub(2)))
}

/// Rows of it that are seen.
pub(super) fn rows(screen: Rect, rows: usize) -> usize {
    layout::inner_rows(place(screen, rows))
}

/// Draws it in the middle of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, menu: &Menu) {
    let theme = &cx.theme;
    let area = place(cx.screen, menu.entries.len());
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let title = text::fit(&menu.title, usize::from(area.width.saturating_sub(6))).into_owned();
    let inner = pane::framed(canvas, area, true, Titles { title: vec![title.into()], ..Titles::default() });
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let widest = menu.entries.iter().map(|entry| text::width(&entry.label)).max().unwrap_or(0);
    let room = usize::from(inner.width).saturating_sub(widest + 8);
    for (at, entry) in menu.entries.iter().enumerate().skip(menu.cursor.top).take(usize::from(inner.height)) {
        let row = nth_line(inner, at - menu.cursor.top);
        let selected = at == menu.cursor.row;
        let gap = widest.saturating_sub(text::width(&entry.label)) + 2;
        let preview = entry.preview.scrubbed();
        let line = Line::from(vec![
            bar(selected, true, theme),
            Span::styled(entry.letter.to_string(), theme.accent),
            Span::styled(format!("  {}", entry.label), if selected { theme.strong } else { Style::new() }),
            Span::raw(" ".repeat(gap)),
            Span::styled(text::fit(&preview, room).into_owned(), theme.muted),
        ]);
        draw_row(canvas, row, line, (selected, true));
        canvas.hit(row, Target::Entry(at));
    }
}
