//! A text of any size to scroll through, wrapped at the edge; only what is seen is looked at.
//!
//! Rows have no numbers: counting those of a hundred megabytes after every resize would take too
//! long. A row knows where in the text it begins, and finds its neighbours from there. So that this
//! takes a bounded time in a body on one line too, a row also ends at every `CHUNK`.

use std::borrow::Cow;
use std::ops::Range;

use bytes::Bytes;
use memchr::{memchr, memrchr};
use ratatui::layout::{Rect, Size};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation as _;

use crate::domain::{LONGEST, scrub};
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::Move;
use crate::tui::widgets::text;

/// The longest stretch that is wrapped at a time, in bytes.
const CHUNK: usize = 1 << 12;

/// Columns from one tab stop to the next.
const TAB: usize = 4;

/// A text, and from where on it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct TextView {
    text: Bytes,
    top: usize,
    chunk: usize,
}

/// Row of the text: its range, and the start of the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    shown: Range<usize>,
    next: usize,
}

impl TextView {
    /// The text from its beginning on. It must be UTF-8; what is not ends the row it stands in.
    pub fn new(text: Bytes) -> Self {
        Self { text, top: 0, chunk: CHUNK }
    }

    /// Shows a text that begins with this one instead.
    pub fn grow(&mut self, text: Bytes) {
        self.text = text;
    }

    /// Position of the first row seen in the text, in percent.
    pub fn percent(&self) -> usize {
        self.top * 100 / self.text.len().max(1)
    }

    /// Scrolls the text.
    pub fn step(&mut self, step: Move, size: Size) {
        match step.in_rows(usize::from(size.height)) {
            Move::Top => self.top = 0,
            Move::Bottom => self.top = self.lowest_top(size),
            Move::By(rows) | Move::Pages(rows) | Move::Halves(rows) => self.scroll(rows, size),
        }
    }

    fn scroll(&mut self, rows: isize, size: Size) {
        let count = rows.unsigned_abs();
        if rows < 0 {
            self.top = self.before(self.top, count, size).first().copied().unwrap_or(0);
            return;
        }
        let from = self.top;
        let to = self.rows(from, size).map(|row| row.next).take(count).last().unwrap_or(from);
        // The last rows stay at the bottom of the window; a window that stood lower stays where it was.
        self.top = to.min(self.lowest_top(size)).max(from);
    }

    /// Brings a place in the text into view.
    pub fn go_to(&mut self, at: usize, size: Size) {
        let seen = self.rows(self.top, size).take(usize::from(size.height)).last().map_or(self.top, |row| row.next);
        if !(self.top..seen).contains(&at) {
            let above = self.before(self.row_start(at, size), usize::from(size.height / 3), size);
            self.top = above.first().copied().unwrap_or_else(|| self.row_start(at, size));
        }
    }

    /// Lets the first row begin where rows of this width begin.
    pub fn fit(&mut self, size: Size) {
        self.top = self.row_start(self.top, size);
    }

    /// Offset of the row seen so many rows below the first, in bytes.
    pub fn offset(&self, row: usize, size: Size) -> Option<usize> {
        self.rows(self.top, size).nth(row).map(|row| row.shown.start)
    }

    /// Draws what is seen, and in another style what stands at `picked`. Gives the rows it drew.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, style: Style, picked: (Range<usize>, Style)) -> usize {
        let size = area.as_size();
        let rows = self.rows(self.top, size).take(usize::from(size.height));
        let mut drawn = 0;
        for (at, row) in rows.enumerate() {
            let (mut spans, mut column) = (Vec::new(), 0);
            let middle = picked.0.start.clamp(row.shown.start, row.shown.end)
                ..picked.0.end.clamp(row.shown.start, row.shown.end);
            let parts = [
                (row.shown.start..middle.start, style),
                (middle.clone(), picked.1),
                (middle.end..row.shown.end, style),
            ];
            for (range, style) in parts.into_iter().filter(|(range, _)| !range.is_empty()) {
                let mut words = String::new();
                for grapheme in self.slice(range).graphemes(true) {
                    let shown = visible(grapheme, column);
                    column += text::width(&shown);
                    words.push_str(&shown);
                }
                spans.push(Span::styled(words, style));
            }
            canvas.line(nth_line(area, at), Line::from(spans));
            drawn = at + 1;
        }
        drawn
    }

    /// The first row of the last window.
    fn lowest_top(&self, size: Size) -> usize {
        self.before(self.text.len(), usize::from(size.height).max(1), size).first().copied().unwrap_or(0)
    }

    /// The rows from `at` on, which must be where one begins.
    fn rows(&self, at: usize, size: Size) -> impl Iterator<Item = Row> + '_ {
        let columns = usize::from(size.width).max(1);
        let mut waiting: std::vec::IntoIter<Row> = Vec::new().into_iter();
        let mut next = at;
        std::iter::from_fn(move || {
            if waiting.len() == 0 && next < self.text.len() {
                let rows = self.wrapped(next..self.piece(next).shown.end, columns);
                next = self.piece(next).next;
                waiting = with_next(rows, next).into_iter();
            }
            waiting.next()
        })
    }

    /// Offsets of the `count` rows before `at`, the uppermost first; fewer where there are no more.
    fn before(&self, at: usize, count: usize, size: Size) -> Vec<usize> {
        let columns = usize::from(size.width).max(1);
        let mut starts: Vec<usize> = Vec::new();
        let mut end = at;
        while end > 0 && starts.len() < count {
            let piece = self.piece(end - 1);
            let rows = self.wrapped(piece.shown.clone(), columns);
            starts.extend(rows.iter().map(|row| row.start).filter(|start| *start < end).rev());
            end = piece.shown.start;
        }
        starts.truncate(count);
        starts.reverse();
        starts
    }

    /// Offset of the row in which `at` stands.
    fn row_start(&self, at: usize, size: Size) -> usize {
        let at = at.min(self.text.len().saturating_sub(1));
        self.before(at + 1, 1, size).first().copied().unwrap_or(0)
    }

    /// The line that `at` stands in, or the chunk of it where it is long.
    fn piece(&self, at: usize) -> Row {
        let at = self.char_start(at);
        let mut floor = at / self.chunk * self.chunk;
        if self.char_end(floor) > at {
            floor = floor.saturating_sub(self.chunk);
        }
        let floor = self.char_end(floor);
        let ceiling = self.char_end((floor / self.chunk + 1) * self.chunk);
        let before = self.text.get(floor..at).and_then(|bytes| memrchr(b'\n', bytes));
        let start = before.map_or(floor, |before| floor + before + 1);
        let after = self.text.get(at..ceiling).and_then(|bytes| memchr(b'\n', bytes));
        match after {
            Some(after) => Row { shown: start..at + after, next: at + after + 1 },
            None => Row { shown: start..ceiling, next: ceiling },
        }
    }

    /// `at`, or where the character begins that it stands in.
    fn char_start(&self, at: usize) -> usize {
        (at.saturating_sub(3)..=at).rev().find(|at| !self.is_inside_char(*at)).unwrap_or(at)
    }

    /// `at`, or where the character ends that it stands in; at most the end of the text.
    fn char_end(&self, at: usize) -> usize {
        let at = at.min(self.text.len());
        (at..at + 4).find(|at| !self.is_inside_char(*at)).unwrap_or(at).min(self.text.len())
    }

    fn is_inside_char(&self, at: usize) -> bool {
        self.text.get(at).is_some_and(|byte| byte & 0xc0 == 0x80)
    }

    fn slice(&self, range: Range<usize>) -> &str {
        let bytes = self.text.get(range).unwrap_or_default();
        bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid())
    }

    /// The rows that a part of a line takes; an empty one takes one too.
    fn wrapped(&self, part: Range<usize>, columns: usize) -> Vec<Range<usize>> {
        let words = self.slice(part.clone());
        if words.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
            let starts = (part.start..part.end.max(part.start + 1)).step_by(columns);
            return starts.map(|start| start..(start + columns).min(part.end)).collect();
        }
        let mut rows = Vec::new();
        let (mut start, mut column) = (part.start, 0);
        for (at, grapheme) in words.grapheme_indices(true) {
            let at = part.start + at;
            let mut wide = text::width(&visible(grapheme, column));
            if column + wide > columns && at > start {
                rows.push(start..at);
                (start, column) = (at, 0);
                wide = text::width(&visible(grapheme, 0));
            }
            column += wide;
        }
        rows.push(start..part.end);
        rows
    }
}

fn with_next(rows: Vec<Range<usize>>, end: usize) -> Vec<Row> {
    let mut next = end;
    let mut out: Vec<Row> = Vec::with_capacity(rows.len());
    for shown in rows.into_iter().rev() {
        let start = shown.start;
        out.push(Row { shown, next });
        next = start;
    }
    out.reverse();
    out
}

/// A character as it is shown in this column.
fn visible(grapheme: &str, column: usize) -> Cow<'_, str> {
    match grapheme.as_bytes() {
        b"\t" => " ".repeat(TAB - column % TAB).into(),
        [0x20..0x7f] => Cow::Borrowed(grapheme),
        _ => scrub(grapheme, LONGEST),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn view(text: &str) -> TextView {
        TextView::new(Bytes::copy_from_slice(text.as_bytes()))
    }

    fn shown(view: &TextView, size: Size) -> Vec<&str> {
        view.rows(view.top, size).take(usize::from(size.height)).map(|row| view.slice(row.shown)).collect()
    }

    #[test]
    fn lines_are_wrapped_at_the_edge_and_scrolled() {
        let size = Size::new(4, 3);
        let mut view = view("abcdefghij\n\nk\tl\n日本語\n");
        assert_eq!(shown(&view, size), ["abcd", "efgh", "ij"]);
        view.step(Move::By(2), size);
        assert_eq!(shown(&view, size), ["ij", "", "k\t"]);
        view.step(Move::Bottom, size);
        assert_eq!(shown(&view, size), ["l", "日本", "語"]);
        view.step(Move::By(9), size);
        assert_eq!(shown(&view, size), ["l", "日本", "語"]);
        view.step(Move::Pages(-1), size);
        assert_eq!(shown(&view, size), ["", "k\t", "l"]);
        view.fit(Size::new(2, 3));
        view.step(Move::By(-1), Size::new(2, 3));
        assert_eq!(shown(&view, Size::new(2, 3)), ["ij", "", "k"]);
        view.step(Move::Top, size);
        view.go_to(11, size);
        assert_eq!(shown(&view, size)[1], "", "it is in view, with something above");
    }

    #[test]
    fn one_long_line_is_looked_at_in_pieces() {
        let size = Size::new(100, 10);
        let mut view = view(&"日".repeat(2_000_000));
        view.step(Move::Bottom, size);
        assert!(view.percent() >= 99);
        let rows: Vec<_> = view.rows(view.top, size).collect();
        assert_eq!(rows.last().map(|row| row.next), Some(6_000_000));
        assert!(rows.iter().all(|row| view.slice(row.shown.clone()).chars().count() <= 50));
        view.step(Move::Pages(-1_000), size);
        assert!(view.percent() > 50);
    }

    #[test]
    fn nothing_and_almost_nothing() {
        let size = Size::new(0, 0);
        for text in ["", "\n", "a"] {
            let mut view = view(text);
            view.step(Move::Bottom, size);
            view.step(Move::By(-1), size);
            view.go_to(9, size);
            view.fit(size);
            assert_eq!(view.top, 0);
        }
    }

    proptest! {
        #[test]
        fn down_and_up_are_the_same_rows(text in "[a-c日é\t\n\u{202e}]{0,80}", columns in 1_u16..9, chunk in 8_usize..20) {
            let size = Size::new(columns, 5);
            let view = TextView { chunk, ..view(&text) };
            let rows: Vec<Row> = view.rows(0, size).collect();
            let mut end = 0;
            for row in &rows {
                prop_assert_eq!(row.shown.start, end);
                prop_assert!(row.next - row.shown.end <= 1);
                end = row.next;
            }
            prop_assert_eq!(end, text.len());
            let starts: Vec<usize> = rows.iter().map(|row| row.shown.start).collect();
            prop_assert_eq!(view.before(text.len(), usize::MAX, size), starts.clone());
            for (n, start) in starts.iter().enumerate() {
                prop_assert_eq!(view.before(*start, usize::MAX, size), starts[..n].to_vec());
                prop_assert_eq!(view.row_start(*start, size), *start);
            }
        }
    }
}
