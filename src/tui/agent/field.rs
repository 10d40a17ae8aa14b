//! The message to the model as it is typed: several lines, wrapped at the edge.

use std::ops::Range;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::domain::Untrusted;
use crate::tui::input::typed::{self, Typed};
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::text;
use crate::tui::widgets::typing::line_input::LineInput;

/// Characters of a message: more than a model takes at once.
const MOST: usize = 1 << 20;

/// Bytes before and after the caret that are laid out: more than the field has room for.
const AROUND: usize = 8 << 10;

/// The message and the caret in it.
pub(super) struct MessageField {
    input: LineInput,
    width: usize,
}

impl Default for MessageField {
    fn default() -> Self {
        Self { input: LineInput::of_at_most(MOST), width: 80 }
    }
}

impl std::fmt::Debug for MessageField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MessageField({} bytes)", self.input.raw().len())
    }
}

impl MessageField {
    /// The message.
    pub(super) fn text(&self) -> &str {
        self.input.raw()
    }

    /// Whether there is nothing to send.
    pub(super) fn is_blank(&self) -> bool {
        // Not all of a long one is looked at: text of nothing but blanks is short.
        self.text().chars().all(char::is_whitespace)
    }

    /// Size of the field, and what is left of it.
    pub(super) fn capacity(&self) -> typed::Line {
        self.input.capacity(true)
    }

    /// Puts another text there.
    pub(super) fn set(&mut self, text: &str) {
        self.input.replace_end(0, text);
    }

    /// Takes the message out.
    pub(super) fn take(&mut self) -> String {
        let text = self.text().trim().to_owned();
        self.input = LineInput::of_at_most(MOST);
        text
    }

    /// Begins a new line.
    pub(super) fn new_line(&mut self) {
        self.input.key(KeyEvent::new(KeyCode::Char('\n'), KeyModifiers::NONE));
    }

    /// Takes what is typed.
    pub(super) fn take_typed(&mut self, typed: &Typed) {
        match typed {
            Typed::Paste(text) => {
                // Lines are ended by line feeds alone.
                let text = Untrusted::from(text.raw().replace("\r\n", "\n").replace('\r', "\n"));
                self.input.paste(&text, true);
            }
            Typed::Key(key) => self.key(*key),
        }
    }

    fn key(&mut self, key: KeyEvent) {
        let (before, after) = self.input.parts();
        let plain = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        match key.code {
            KeyCode::Up if plain => self.step(-1),
            KeyCode::Down if plain => self.step(1),
            KeyCode::Home if plain => self.input.go_to(before.rfind('\n').map_or(0, |at| at + 1)),
            KeyCode::End if plain => {
                let end = before.len() + after.find('\n').unwrap_or(after.len());
                self.input.go_to(end);
            }
            _ => drop(self.input.key(key)),
        }
    }

    /// Moves the caret a row up or down, in its column as far as the row goes.
    fn step(&mut self, by: isize) {
        let (rows, at) = self.rows();
        let Some(row) = at.checked_add_signed(by).and_then(|at| rows.get(at)) else { return };
        let caret = self.input.parts().0.len();
        let from = rows.get(at).map_or(0, |row| row.start);
        let column = text::width(self.text().get(from..caret).unwrap_or_default());
        let words = self.text().get(row.clone()).unwrap_or_default();
        let to = row.start + text::split(words, column).0.len();
        self.input.go_to(to);
    }

    /// Rows around the caret, as ranges of bytes, and the place among them of the caret's row.
    fn rows(&self) -> (Vec<Range<usize>>, usize) {
        let all = self.text();
        let caret = self.input.parts().0.len();
        let from = all.floor_char_boundary(caret.saturating_sub(AROUND));
        let from = if from == 0 {
            0
        } else {
            all.get(from..caret).and_then(|part| part.find('\n')).map_or(from, |at| from + at + 1)
        };
        let to = all.ceil_char_boundary((caret + AROUND).min(all.len()));
        let mut rows = Vec::new();
        let mut start = from;
        for line in all.get(from..to).unwrap_or_default().split('\n') {
            wrap(line, start, self.width.max(2), &mut rows);
            start += line.len() + 1;
        }
        let at = rows.iter().rposition(|row| row.start <= caret).unwrap_or_default();
        (rows, at)
    }

    /// Takes the width of its place. Rows that it would like to have, at most so many.
    pub(super) fn fit(&mut self, width: u16, most: usize) -> usize {
        self.width = usize::from(width);
        self.rows_wanted(most)
    }

    /// Rows that it would like to have, at most so many.
    pub(super) fn rows_wanted(&self, most: usize) -> usize {
        self.rows().0.len().clamp(1, most.max(1))
    }

    /// Draws the rows around the caret; where the keyboard is here, the terminal's cursor.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, focused: bool) {
        let (rows, at) = self.rows();
        let height = usize::from(area.height);
        let top = if rows.len() <= height { 0 } else { at.saturating_sub(height.saturating_sub(1)) };
        for (line, row) in rows.iter().skip(top).take(height).enumerate() {
            let words = self.text().get(row.clone()).unwrap_or_default();
            canvas.line(nth_line(area, line), Line::from(shown(words)));
        }
        if focused && let Some(row) = rows.get(at) {
            let before = self.text().get(row.start..self.input.parts().0.len()).unwrap_or_default();
            let column = u16::try_from(text::width(&shown(before))).unwrap_or(u16::MAX);
            let place = nth_line(area, at - top.min(at));
            let x = place.x.saturating_add(column).min(place.right().saturating_sub(1));
            canvas.cursor = Some(Position::new(x, place.y));
        }
    }
}

/// Text on one row, safe to show.
fn shown(words: &str) -> String {
    Untrusted::from(words.replace('\t', "    ")).to_string()
}

/// Rows of a line that begins at `start`, broken after a blank where there is one; an empty line has one too.
fn wrap(line: &str, start: usize, columns: usize, rows: &mut Vec<Range<usize>>) {
    let (mut from, mut taken, mut blank) = (0, 0, None);
    for (at, grapheme) in line.grapheme_indices(true) {
        let wide = text::width(&shown(grapheme));
        if taken + wide > columns && at > from {
            let end = blank.filter(|blank| *blank > from).unwrap_or(at);
            rows.push(start + from..start + end);
            taken = text::width(&shown(line.get(end..at).unwrap_or_default()));
            (from, blank) = (end, None);
        }
        taken += wide;
        if grapheme == " " {
            blank = Some(at + 1);
        }
    }
    rows.push(start + from..start + line.len());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(field: &mut MessageField, code: KeyCode) {
        field.key(KeyEvent::new(code, KeyModifiers::NONE));
    }

    fn rows(field: &MessageField) -> Vec<String> {
        field.rows().0.into_iter().map(|row| field.text()[row].to_owned()).collect()
    }

    #[test]
    fn it_grows_and_the_caret_moves_by_rows() {
        let mut field = MessageField::default();
        field.take_typed(&Typed::Paste("one two three\r\nfour".into()));
        assert_eq!(field.fit(8, 6), 3);
        assert_eq!(rows(&field), ["one two ", "three", "four"]);
        press(&mut field, KeyCode::Up);
        press(&mut field, KeyCode::Up);
        press(&mut field, KeyCode::Char('X'));
        assert_eq!(field.text(), "one Xtwo three\nfour");
        press(&mut field, KeyCode::Up);
        press(&mut field, KeyCode::End);
        field.new_line();
        press(&mut field, KeyCode::Home);
        assert_eq!(field.text(), "one Xtwo three\n\nfour");
        assert_eq!(field.take(), "one Xtwo three\n\nfour");
        assert!(field.is_blank());
    }

    #[test]
    fn wide_characters_and_long_texts_are_laid_out_around_the_caret() {
        let mut field = MessageField::default();
        field.take_typed(&Typed::Paste("日本語日本語".into()));
        field.fit(5, 6);
        assert_eq!(rows(&field), ["日本", "語日", "本語"]);
        let mut field = MessageField::default();
        field.take_typed(&Typed::Paste("word ".repeat(200_000).as_str().into()));
        assert_eq!(field.text().len(), 1_000_000);
        let (rows, at) = field.rows();
        assert!(rows.len() < 500 && at + 1 == rows.len(), "{}", rows.len());
    }
}
