//! Drawing of the choice of people.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::flow::compare::{Permission, permission};
use crate::tui::comparison::people::PersonRow;
use crate::tui::comparison::popup::ComparePopup;
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::inner_rows;
use crate::tui::input::hit_test::Target;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{draw_row, marked_bar};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::text;
use crate::tui::widgets::typing::filter;

/// Lines above the list at most.
const ABOVE: usize = 3;

/// Rows of the list.
pub(super) fn height(area: Rect, popup: &ComparePopup) -> usize {
    let columns = usize::from(area.width).saturating_sub(4);
    inner_rows(area).saturating_sub(words(popup, columns).len() + 1)
}

/// Draws what will be run, the filter, and everybody who can be chosen.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &ComparePopup) {
    let theme = &cx.theme;
    let area = popup.area();
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let place = popup.connection.as_ref().map(|connection| format!("on {connection}")).unwrap_or_default();
    let room = usize::from(area.width).saturating_sub(text::width(&place) + 8);
    let title = text::fit(&format!("Compare {} for several users", popup.tool.name), room).into_owned();
    let chosen = popup.people.chosen().count();
    let at = if popup.people.len() == 0 { 0 } else { popup.people.cursor.row + 1 };
    let foot = format!("{chosen} chosen · {at} of {}", popup.people.len());
    let right = if place.is_empty() { Vec::new() } else { vec![Span::styled(place, theme.muted)] };
    let foot = vec![Span::styled(foot, theme.muted)];
    let titles = Titles { title: vec![title.into()], right, foot, ..Titles::default() };
    let inner = pane::framed(canvas, area, true, titles);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let columns = usize::from(inner.width);
    let words = words(popup, columns);
    let style = if popup.broken.is_some() { theme.bad } else { theme.muted };
    let above = words.len();
    for (at, line) in words.into_iter().enumerate() {
        canvas.line(nth_line(inner, at), Line::styled(line, style));
    }
    let filter_line = nth_line(inner, above);
    if popup.people.filter.typing || !popup.people.filter.is_empty() {
        canvas.line(filter_line, Line::from(popup.people.filter.spans(theme, columns)));
    }
    let top = nth_line(inner, above + 1);
    let list = Rect { height: inner.bottom().saturating_sub(top.y), ..top };
    if popup.people.len() == 0 {
        let words = match popup.people.all() {
            0 if cx.accounts.is_loading() => "The accounts are still being loaded.",
            0 => "Nobody has an account that could call this tool.",
            _ => "No match.",
        };
        for (at, line) in text::wrap(words, columns).into_iter().enumerate() {
            canvas.line(nth_line(list, at), Line::styled(line, theme.muted));
        }
    }
    let names = popup.people.shown().map(|row| text::width(&row.identifier.scrubbed())).max().unwrap_or(0);
    let names = names.min(columns.saturating_sub(20));
    let shown = popup.people.shown().enumerate().skip(popup.people.cursor.top).take(usize::from(list.height));
    for (at, row) in shown {
        let line = nth_line(list, at - popup.people.cursor.top);
        let selected = at == popup.people.cursor.row;
        let spans = spans(row, popup.people.filter.text(), (names, columns), selected, theme);
        draw_row(canvas, line, Line::from(spans), (selected, true));
        canvas.hit(line, Target::Entry(at));
    }
}

/// Sentences above the list: why nothing was sent, else what would be.
fn words(popup: &ComparePopup, columns: usize) -> Vec<String> {
    let words = match (&popup.broken, permission(&popup.tool)) {
        (Some(why), _) => why.clone(),
        (None, Permission::Insist(reason)) => format!("{reason} You are asked before it runs."),
        (None, Permission::Granted | Permission::Never(_)) => match popup.input.raw().trim() {
            "{}" => "Choose whom to run it as, without input. Nothing is sent before that.".to_owned(),
            _ => "Choose whom to run it as, with the input of the playground. Nothing is sent before that.".to_owned(),
        },
    };
    text::wrap_in(&words, columns, ABOVE)
}

fn spans(
    row: &PersonRow,
    wanted: &str,
    (names, columns): (usize, usize),
    selected: bool,
    theme: &Theme,
) -> Vec<Span<'static>> {
    let name = row.identifier.scrubbed();
    let name = text::fit(&name, names).into_owned();
    let gap = names.saturating_sub(text::width(&name)) + 2;
    let (glyph, style) = theme.status(&row.status);
    let name_style = if selected { theme.strong } else { Style::new() };
    let mut spans: Vec<_> = marked_bar((selected, true), row.chosen, theme).into();
    spans.push(Span::raw(" "));
    spans.extend(filter::pointed_out(&name, wanted, name_style, theme.found));
    spans.push(Span::raw(" ".repeat(gap)));
    let room = columns.saturating_sub(names + 5);
    spans.push(Span::styled(text::fit(&format!("{glyph} {}", row.status.word()), room).into_owned(), style));
    spans
}
