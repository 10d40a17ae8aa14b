//! Drawing of a choice of people or accounts.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::Identifier;
use crate::tui::core::cx::Cx;
use crate::tui::core::layout;
use crate::tui::input::hit_test::Target;
use crate::tui::theme::Theme;
use crate::tui::tools::account_picker::{AccountPicker, PickerEntry};
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::text;
use crate::tui::widgets::typing::filter;

/// Draws it near the top of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &AccountPicker) {
    let theme = &cx.theme;
    let area = layout::palette(cx.screen);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let rows = popup.rows();
    let at = if rows == 0 { 0 } else { popup.cursor.row + 1 };
    let foot = vec![Span::styled(format!("{at} of {rows}"), theme.muted)];
    let titles = Titles { title: vec![popup.title.into()], foot, ..Titles::default() };
    let inner = pane::framed(canvas, area, true, titles);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let mut above = 1;
    if !popup.reason.is_empty() {
        canvas.line(nth_line(inner, 0), Line::styled(popup.reason.clone(), theme.muted));
        above = 2;
    }
    canvas.line(nth_line(inner, above - 1), Line::from(popup.filter.spans(theme, usize::from(inner.width))));
    let above = u16::try_from(above).unwrap_or(0).min(inner.height);
    let list = Rect { y: inner.y + above, height: inner.height - above, ..inner };
    if rows == 0 {
        canvas.line(nth_line(list, 0), Line::styled("  No match.", theme.muted));
    }
    let width = usize::from(list.width);
    let names = popup.fitting().take(500).map(|entry| text::width(&entry.label.scrubbed())).max().unwrap_or(0);
    let standing =
        popup.fitting().take(500).map(|entry| marks(entry, theme).map(|(words, _)| text::width(&words)).sum());
    let standing = standing.max().unwrap_or(0).min(STANDING);
    let names = names.min(width.saturating_sub(standing + 4));
    let columns = (names, standing, width);
    let rows = popup.fitting().map(Some).chain(popup.typed.is_some().then_some(None));
    let shown = rows.enumerate().skip(popup.cursor.top).take(usize::from(list.height));
    for (at, entry) in shown {
        let line = nth_line(list, at - popup.cursor.top);
        let selected = at == popup.cursor.row;
        let style = if selected { theme.strong } else { Style::new() };
        let mut spans = vec![bar(selected, true, theme)];
        match entry {
            Some(entry) => spans.extend(row(entry, popup.filter.text(), columns, style, theme)),
            None => spans.extend(popup.typed.iter().flat_map(|identifier| as_typed(identifier, style, theme))),
        }
        draw_row(canvas, line, Line::from(spans), (selected, true));
        canvas.hit(line, Target::Entry(at));
    }
}

fn as_typed(identifier: &Identifier, style: Style, theme: &Theme) -> [Span<'static>; 2] {
    let words = "  as typed; not among the accounts that are here";
    [Span::styled(identifier.to_string(), style), Span::styled(words, theme.muted)]
}

/// Columns that glyphs and counts of statuses may take.
const STANDING: usize = 14;

/// The statuses of an entry: each a glyph, with a count where it stands for more than one account.
fn marks<'a>(entry: &'a PickerEntry, theme: &'a Theme) -> impl Iterator<Item = (String, Style)> + 'a {
    let one = matches!(entry.statuses.as_slice(), [(_, 1)]);
    entry.statuses.iter().map(move |(status, count)| {
        let (glyph, style) = theme.status(status);
        (if one { glyph.to_owned() } else { format!("{glyph} {count} ") }, style)
    })
}

fn row(
    entry: &PickerEntry,
    wanted: &str,
    (names, standing, width): (usize, usize, usize),
    style: Style,
    theme: &Theme,
) -> Vec<Span<'static>> {
    let label = entry.label.scrubbed();
    let label = text::fit(&label, names);
    let gap = names.saturating_sub(text::width(&label)) + 2;
    let mut spans = filter::pointed_out(&label, wanted, style, theme.found);
    spans.push(Span::raw(" ".repeat(gap)));
    let mut left = standing;
    for (words, style) in marks(entry, theme) {
        let taken = text::width(&words);
        if taken <= left {
            left -= taken;
            spans.push(Span::styled(words, style));
        }
    }
    spans.push(Span::raw(" ".repeat(left + 1)));
    let room = width.saturating_sub(names + standing + 5);
    spans.push(Span::styled(text::fit(&entry.note, room).into_owned(), theme.muted));
    spans
}
