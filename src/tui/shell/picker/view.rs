//! Drawing of the list to pick from.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::tui::core::cx::Cx;
use crate::tui::core::layout;
use crate::tui::input::hit_test::Target;
use crate::tui::shell::picker::Picker;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::text;
use crate::tui::widgets::typing::filter;

/// Draws it near the top of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &Picker) {
    let theme = &cx.theme;
    let area = layout::palette(cx.screen);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let (fitting, all) = (popup.fitting.len(), popup.entries.len());
    let count = if fitting == all { all.to_string() } else { format!("{fitting} of {all}") };
    let title = text::fit(&popup.title, usize::from(area.width.saturating_sub(6))).into_owned();
    let foot = vec![Span::styled(count, theme.muted)];
    let inner = pane::framed(canvas, area, true, Titles { title: vec![title.into()], foot, ..Titles::default() });
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    canvas.line(nth_line(inner, 0), Line::from(popup.filter.spans(theme, usize::from(inner.width))));
    let list = Rect { y: inner.y + 1.min(inner.height), height: inner.height.saturating_sub(1), ..inner };
    if fitting == 0 {
        canvas.line(nth_line(list, 0), Line::styled("  No match.", theme.muted));
    }
    let room = usize::from(list.width).saturating_sub(2);
    let shown = popup.fitting().enumerate().skip(popup.cursor.top).take(usize::from(list.height));
    for (at, entry) in shown {
        let row = nth_line(list, at - popup.cursor.top);
        let selected = at == popup.cursor.row;
        let style = if selected { theme.strong } else { Style::new() };
        let note = entry.note.scrubbed();
        let note = text::fit(&note, room / 2);
        let label = entry.label.scrubbed();
        let label = text::fit(&label, room.saturating_sub(text::width(&note) + 2));
        let mut spans = vec![bar(selected, true, theme)];
        spans.extend(filter::pointed_out(&label, popup.filter.text(), style, theme.found));
        spans.push(Span::styled(format!("  {note}"), theme.muted));
        draw_row(canvas, row, Line::from(spans), (selected, true));
        canvas.hit(row, Target::Entry(at));
    }
}
