//! Rows of a content, and drawing them.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::Untrusted;
use crate::tui::explorer::content::ContentView;
use crate::tui::explorer::content::part::{ContentPart, PartBody};
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::Pane;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::text;

/// Rows of one part, and of all of them: far more than anybody scrolls through.
const ROWS_OF_PART: usize = 5_000;
const ROWS: usize = 20_000;

/// Columns of the bar.
const BAR: usize = 2;

/// A row, and the part that it belongs to.
pub(super) struct ContentRow {
    /// Place of the part.
    pub part: usize,
    kind: RowKind,
    /// Text of the row, safe to show.
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum RowKind {
    Heading,
    Body,
    Json,
    Link,
    Remark,
    Gap,
}

/// Lays the parts out in so many columns.
pub(super) fn rows(parts: &[ContentPart], columns: usize) -> Vec<ContentRow> {
    let columns = columns.saturating_sub(BAR + 1).max(1);
    let mut rows = Vec::new();
    for (part, ContentPart { heading, body }) in parts.iter().enumerate() {
        let mut add = |kind, text: String| rows.push(ContentRow { part, kind, text });
        if part > 0 {
            add(RowKind::Gap, String::new());
        }
        add(RowKind::Heading, text::fit(heading, columns).into_owned());
        match body {
            PartBody::Text { text, is_whole, json } => {
                let kind = if json.is_some() { RowKind::Json } else { RowKind::Body };
                let mut lines = wrapped(text, columns);
                let is_cut = lines.len() > ROWS_OF_PART || !is_whole;
                lines.truncate(ROWS_OF_PART);
                if lines.is_empty() {
                    add(RowKind::Remark, "empty".to_owned());
                }
                lines.into_iter().for_each(|line| add(kind, line));
                if is_cut {
                    add(RowKind::Remark, "… not all of it is shown here".to_owned());
                }
            }
            PartBody::Media { .. } => add(RowKind::Remark, "not shown in a terminal: save it".to_owned()),
            PartBody::Link { uri, description } => {
                for line in text::wrap(&uri.scrubbed(), columns) {
                    add(RowKind::Link, line);
                }
                for line in wrapped(description, columns).into_iter().take(8) {
                    add(RowKind::Remark, line);
                }
            }
            PartBody::Other(_) => add(RowKind::Remark, "only its JSON can be shown".to_owned()),
            PartBody::Empty => {}
        }
        if rows.len() >= ROWS {
            let text = "… the rest is not shown here".to_owned();
            rows.push(ContentRow { part, kind: RowKind::Remark, text });
            break;
        }
    }
    rows
}

/// A text in lines of at most `columns`. What a line begins with stays: it may mean something.
fn wrapped(text: &Untrusted, columns: usize) -> Vec<String> {
    let text: Untrusted = text.raw().replace('\t', "    ").into();
    let mut lines = Vec::new();
    for line in text.whole_lines() {
        let words = line.trim_start_matches(' ');
        let indent = (line.len() - words.len()).min(columns / 2);
        let room = columns - indent;
        lines.extend(text::wrap_in(words, room, ROWS_OF_PART).into_iter().map(|row| " ".repeat(indent) + &row));
        if lines.len() > ROWS_OF_PART {
            break;
        }
    }
    lines
}

/// Draws the rows that fit.
pub(super) fn draw(canvas: &mut Canvas<'_>, area: Rect, view: &ContentView, focused: bool) {
    let theme = canvas.theme;
    let at = view.position();
    let shown = view.rows.iter().enumerate().skip(view.cursor.top).take(usize::from(area.height));
    for (place, (number, row)) in shown.enumerate() {
        let style = match row.kind {
            RowKind::Heading => theme.strong,
            RowKind::Body | RowKind::Gap => Style::new(),
            RowKind::Json => theme.json_string,
            RowKind::Link => theme.accent,
            RowKind::Remark => theme.muted,
        };
        let line = nth_line(area, place);
        let is_part = Some(row.part) == at && row.kind != RowKind::Gap;
        let spans = vec![bar(is_part, focused, theme), Span::styled(row.text.as_str(), style)];
        draw_row(canvas, line, Line::from(spans), (number == view.cursor.row, focused));
        canvas.hit(line, Target::Row(Pane::Side, number));
    }
}
