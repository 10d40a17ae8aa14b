//! Drawing of the help page.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::tui::core::cx::Cx;
use crate::tui::core::layout::inner_rows;
use crate::tui::input::hit_test::Target;
use crate::tui::shell::help::{Help, HelpLine, Row};
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::text;
use crate::tui::widgets::typing::filter;

/// Columns of the page at most.
const WIDTH: u16 = 108;
/// Columns of the keys at most: of more keys the first ones are shown.
const KEYS: usize = 16;
/// Columns from which the sentence stands beside the name.
const WIDE: usize = 60;
/// Lines at the foot for all that is to say of the row under the cursor, with a gap above.
const FOOT: usize = 3;

fn place(screen: Rect) -> Rect {
    pane::centred(screen, WIDTH, screen.height.saturating_sub(2))
}

/// Lines of the list that are seen.
pub(super) fn rows_shown(screen: Rect) -> usize {
    inner_rows(place(screen)).saturating_sub(FOOT)
}

/// Draws the help page.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &Help) {
    let theme = &cx.theme;
    let area = place(cx.screen);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let typed = popup.filter.spans(theme, pane::room_for_typing(area));
    let title = format!("Keys: {}", popup.place);
    let inner =
        pane::framed(canvas, area, true, Titles { title: vec![title.into()], right: typed, ..Titles::default() });
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    if popup.lines.is_empty() {
        canvas.line(inner, Line::styled("  No match.", theme.muted));
    }
    let columns = Columns::new(popup, usize::from(inner.width));
    let shown = popup.lines.iter().enumerate().skip(popup.cursor.top).take(rows_shown(cx.screen));
    for (at, line) in shown {
        let place = nth_line(inner, at - popup.cursor.top);
        if let HelpLine::Heading(section) = line {
            let title = popup.sections.get(*section).map_or("", |section| section.title);
            canvas.line(place, Line::styled(title, theme.strong));
        }
        if let Some(row) = popup.row(*line) {
            let selected = at == popup.cursor.row;
            draw_row(canvas, place, columns.row(row, popup.filter.text(), selected, theme), (selected, true));
            if row.action.is_some() {
                canvas.hit(place, Target::Entry(at));
            }
        }
    }
    foot(canvas, cx, popup, inner);
}

/// Says all of the row under the cursor: what it does, and why not now.
fn foot(canvas: &mut Canvas<'_>, cx: &Cx, popup: &Help, inner: Rect) {
    let Some(row) = popup.selected() else { return };
    let top = usize::from(inner.height).saturating_sub(FOOT - 1);
    let (words, style) = match &row.reason {
        Some(reason) => (format!("{}: {}. Not now: {reason}", row.title, row.sentence), cx.theme.warn),
        None => (format!("{}: {}.", row.title, row.sentence), cx.theme.muted),
    };
    for (at, line) in text::wrap_in(&words, usize::from(inner.width), FOOT - 1).into_iter().enumerate() {
        canvas.line(nth_line(inner, top + at), Line::styled(line, style));
    }
}

struct Columns {
    keys: usize,
    title: usize,
    sentence: usize,
}

impl Columns {
    fn new(popup: &Help, width: usize) -> Self {
        let rows = || popup.sections.iter().flat_map(|section| &section.rows);
        let widest = |of: fn(&Row) -> usize, most| rows().map(of).max().unwrap_or_default().min(most);
        let keys = widest(|row| text::width(&row.keys), (width / 3).clamp(8, KEYS));
        let title = widest(|row| text::width(row.title), width.saturating_sub(keys + 4));
        let sentence = if width < WIDE { 0 } else { width.saturating_sub(keys + title + 6) };
        Self { keys, title, sentence }
    }

    fn row(&self, row: &Row, wanted: &str, selected: bool, theme: &Theme) -> Line<'static> {
        let dim = row.reason.is_some();
        let style = match (dim, selected) {
            (true, _) => theme.muted,
            (false, true) => theme.strong,
            (false, false) => Style::new(),
        };
        let keys = keys(&row.keys, self.keys);
        let title = text::fit(row.title, self.title);
        let gap = |text: &str, column: usize| " ".repeat(column.saturating_sub(text::width(text)) + 2);
        let mut spans = vec![bar(selected, true, theme)];
        spans.push(Span::styled(
            format!("{keys}{}", gap(&keys, self.keys)),
            if dim { theme.muted } else { theme.accent },
        ));
        spans.extend(filter::pointed_out(&title, wanted, style, theme.found));
        if self.sentence > 0 {
            spans.push(Span::raw(gap(&title, self.title)));
            match &row.reason {
                Some(reason) => {
                    let words = format!("not now: {reason}");
                    spans.push(Span::styled(text::fit(&words, self.sentence).into_owned(), theme.warn));
                }
                None => {
                    let sentence = text::fit(row.sentence, self.sentence);
                    spans.extend(filter::pointed_out(&sentence, wanted, theme.muted, theme.found));
                }
            }
        }
        Line::from(spans)
    }
}

/// As many of the keys as fit, the first ones.
fn keys(all: &str, room: usize) -> String {
    let mut kept = String::new();
    for key in all.split(' ') {
        if !kept.is_empty() && text::width(&kept) + 1 + text::width(key) > room {
            break;
        }
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(key);
    }
    text::fit(&kept, room).into_owned()
}
