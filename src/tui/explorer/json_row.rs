//! Drawing of one row of a document: on one line, or on as many as its value takes.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::json::{Document, NodeKind, Pattern, RowInfo, RowShape, excerpt};
use crate::tui::theme::Theme;
use crate::tui::widgets::text;
use crate::tui::widgets::typing::filter::marked;

/// Terms on which a row is drawn.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// Width in columns.
    pub width: usize,
    /// Lines that a value may take; one where values are not wrapped.
    pub lines: usize,
    /// Whether the cursor is on it.
    pub selected: bool,
    /// Whether the keyboard is in the pane.
    pub focused: bool,
    /// Pattern to point out in the value.
    pub wanted: Option<&'a Pattern>,
}

/// Fewer columns than this are too few to wrap a value in behind its key.
const NARROW: usize = 16;

/// Parts of a row: the columns before the key, the key, and the columns left for the value.
struct CellPlace {
    indent: usize,
    key: Option<String>,
    left: usize,
}

impl CellPlace {
    fn of(info: &RowInfo<'_>, width: usize) -> Self {
        // Deep nesting must not push everything off the right edge.
        let indent = (info.row.depth as usize * 2).min(width / 2);
        let left = width.saturating_sub(3 + indent);
        let key = info.key.map(|key| {
            let shown = format!("\"{}\"", excerpt(key, left).shown());
            text::fit(&shown, left.saturating_sub(2)).into_owned()
        });
        let taken = key.as_ref().map_or(0, |key| text::width(key) + 2);
        Self { indent, key, left: left.saturating_sub(taken) }
    }

    /// Columns before the second line of a value.
    fn hanging(&self, width: usize) -> usize {
        if self.left < NARROW { (3 + self.indent + 2).min(width / 2) } else { width - self.left }
    }
}

/// The lines that a value takes: the first behind its key, the others below each other.
fn value_lines(document: &Document, info: &RowInfo<'_>, place: &CellPlace, look: Look<'_>) -> Vec<String> {
    let node = info.row.node;
    let shown = |max_chars| match document.kind(node) {
        NodeKind::String => excerpt(document.raw(node), max_chars),
        _ => document.display_string(node, max_chars),
    };
    let quoted = |shown: String, cut: bool| match (document.kind(node), cut) {
        (NodeKind::String, false) => format!("\"{shown}\""),
        (NodeKind::String, true) => format!("\"{shown}…"),
        _ => shown,
    };
    if look.lines <= 1 {
        let shown = shown(place.left);
        let shown = quoted(shown.text.to_string(), shown.cut);
        return vec![text::fit(&shown, place.left).into_owned()];
    }
    let hanging = look.width.saturating_sub(place.hanging(look.width)).max(1);
    let first = if place.left < NARROW { place.left.max(1) } else { hanging };
    let shown = shown(look.lines.saturating_mul(hanging.max(first)));
    let shown = quoted(shown.text.to_string(), shown.cut);
    if first == hanging {
        return text::cut_off(text::wrap(&shown, hanging), look.lines, hanging);
    }
    // The first line is narrower than the others: what fits it is taken off first.
    let head = text::wrap(&shown, first).into_iter().next().unwrap_or_default();
    let tail = shown.get(head.len()..).unwrap_or_default().trim_start_matches(' ');
    let rest = if tail.is_empty() { Vec::new() } else { text::wrap(tail, hanging) };
    text::cut_off(std::iter::once(head).chain(rest).collect(), look.lines, hanging)
}

/// Number of lines that a row takes, without drawing it.
pub fn height(document: &Document, info: &RowInfo<'_>, look: Look<'_>) -> usize {
    match info.shape {
        RowShape::Leaf if look.lines > 1 => value_lines(document, info, &CellPlace::of(info, look.width), look).len(),
        _ => 1,
    }
}

/// The lines of a row.
pub fn lines(document: &Document, info: &RowInfo<'_>, look: Look<'_>, theme: &Theme) -> Vec<Line<'static>> {
    let Look { width, selected, focused, wanted, .. } = look;
    let lift = |style: Style| if selected { style.patch(theme.strong) } else { style };
    let spots = |text: &str| wanted.map(|pattern| pattern.spots(text)).unwrap_or_default();
    let bar = || Span::styled(if selected { "▌" } else { " " }, if focused { theme.accent } else { theme.muted });
    let place = CellPlace::of(info, width);
    let fold = match info.shape {
        RowShape::Open { folded: true, .. } => "▶ ",
        RowShape::Open { folded: false, .. } => "▼ ",
        _ => "  ",
    };
    let mut spans = vec![bar(), Span::styled(format!("{}{fold}", " ".repeat(place.indent)), theme.muted)];
    if let Some(shown) = &place.key {
        spans.extend(marked(shown, &spots(shown), lift(theme.json_key), theme.found));
        spans.push(Span::styled(": ", theme.json_punctuation));
    }
    let kind = document.kind(info.row.node);
    let (open, close) = if kind == NodeKind::Array { ("[", "]") } else { ("{", "}") };
    match info.shape {
        RowShape::Open { folded: false, .. } => spans.push(Span::styled(open, theme.json_punctuation)),
        RowShape::Close if document.is_cut(info.row.node) => spans.push(Span::styled("…", theme.muted)),
        RowShape::Close => spans.push(Span::styled(close, theme.json_punctuation)),
        RowShape::Open { folded: true, count } => {
            let unit = match (kind, count) {
                (NodeKind::Array, 1) => "item",
                (NodeKind::Array, _) => "items",
                (_, 1) => "key",
                _ => "keys",
            };
            let more = if document.is_cut(info.row.node) { "+" } else { "" };
            let count = format!("  {count}{more} {unit}");
            let room = place.left.saturating_sub(count.len());
            let preview = document.display_string(info.row.node, room).text.to_string();
            spans.push(Span::styled(text::fit(&preview, room).into_owned(), lift(theme.muted)));
            spans.push(Span::styled(count, theme.muted));
        }
        RowShape::Leaf => {
            let style = lift(theme.json(kind));
            let mut values = value_lines(document, info, &place, look).into_iter();
            let first = values.next().unwrap_or_default();
            spans.extend(marked(&first, &spots(&first), style, theme.found));
            let mut lines = vec![Line::from(spans)];
            let hanging = place.hanging(width).saturating_sub(1);
            lines.extend(values.map(|value| {
                let mut spans = vec![bar(), Span::raw(" ".repeat(hanging))];
                spans.extend(marked(&value, &spots(&value), style, theme.found));
                Line::from(spans)
            }));
            return lines;
        }
    }
    vec![Line::from(spans)]
}
