//! Drawing of the palette.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::tui::core::cx::Cx;
use crate::tui::core::layout;
use crate::tui::input::hit_test::Target;
use crate::tui::shell::palette::{Entry, Palette};
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::bar;
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::text;
use crate::tui::widgets::typing::filter;

/// Draws it near the top of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &Palette) {
    let theme = &cx.theme;
    let area = layout::palette(cx.screen);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let inner = pane::framed(canvas, area, true, Titles { title: vec!["Do, or go to".into()], ..Titles::default() });
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let mut typed = popup.input.spans(theme, usize::from(inner.width));
    if popup.input.is_empty() {
        typed.push(Span::styled(" an action, an account, a tool", theme.muted));
    }
    canvas.line(nth_line(inner, 0), Line::from(typed));
    let list = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
    if popup.entries().is_empty() {
        canvas.line(nth_line(list, 0), Line::styled("  Nothing is called like that.", theme.muted));
    }
    let shown = popup.entries().iter().enumerate().skip(popup.cursor.top).take(usize::from(list.height));
    for (at, entry) in shown {
        let line = nth_line(list, at - popup.cursor.top);
        canvas.line(line, row(entry, popup.input.text(), at == popup.cursor.row, usize::from(line.width), theme));
        canvas.hit(line, Target::Entry(at));
    }
}

fn row(entry: &Entry, wanted: &str, selected: bool, width: usize, theme: &Theme) -> Line<'static> {
    let style = match (&entry.reason, selected) {
        (Some(_), _) => theme.muted,
        (None, true) => theme.strong,
        (None, false) => Style::new(),
    };
    let note = text::fit(entry.reason.as_deref().unwrap_or(&entry.note), width / 2).into_owned();
    let room = width.saturating_sub(text::width(&note) + 4);
    let label = text::fit(&entry.label, room);
    let gap = " ".repeat(room.saturating_sub(text::width(&label)) + 1);
    let mut spans = vec![bar(selected, true, theme)];
    spans.extend(filter::pointed_out(&label, wanted, style, theme.found));
    spans.push(Span::raw(gap));
    spans.push(Span::styled(note, if entry.reason.is_some() { theme.warn } else { theme.muted }));
    Line::from(spans)
}
