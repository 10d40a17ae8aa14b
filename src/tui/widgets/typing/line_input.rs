//! A line of text that is typed. It may be a credential, so it is wiped from memory when it goes.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_segmentation::UnicodeSegmentation as _;
use zeroize::Zeroizing;

use crate::domain::{Secret, Untrusted};
use crate::tui::input::typed::{Line, pasted};
use crate::tui::widgets::text;

/// Room for most credentials, so that they are not moved about in memory while they grow.
const ROOM: usize = 256;

/// Characters of a value that a person types or pastes: more than any key or certificate has.
pub const LONGEST_VALUE: usize = 64 << 10;

/// No character that people write is longer, in code points: so far is looked for where one begins.
const CHARACTER: usize = 64;

/// The text and the place in it where letters go.
pub struct LineInput {
    text: Zeroizing<String>,
    /// In bytes, always between characters.
    at: usize,
    /// Characters that it holds.
    most: usize,
}

impl Default for LineInput {
    /// Line for a value.
    fn default() -> Self {
        Self::of_at_most(LONGEST_VALUE)
    }
}

impl LineInput {
    /// An empty one that holds so many characters.
    pub fn of_at_most(most: usize) -> Self {
        Self { text: Zeroizing::new(String::with_capacity(ROOM)), at: 0, most }
    }

    /// Line with this text, which is no secret yet.
    pub fn with(text: &str) -> Self {
        let mut input = Self::default();
        input.insert(text);
        input
    }

    /// The text. Not for a screen.
    pub fn raw(&self) -> &str {
        &self.text
    }

    /// A copy to send.
    pub fn secret(&self) -> Secret {
        Secret::new(self.text.as_str().to_owned())
    }

    /// Whether there is nothing in it that could be seen.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Number of characters that still fit.
    pub fn room(&self) -> usize {
        self.most.saturating_sub(self.text.chars().count())
    }

    /// Size of the line, and what is left of it; whether a paste keeps its line breaks.
    pub fn capacity(&self, many_lines: bool) -> Line {
        Line { most: self.most, room: self.room(), many_lines }
    }

    /// Pastes as much as fits; a field of one line takes no line breaks, nor the one that a copied line
    /// ends with.
    pub fn paste(&mut self, text: &Untrusted, many_lines: bool) {
        let mut kept = Zeroizing::new(String::with_capacity(text.raw().len()));
        kept.extend(pasted(text, many_lines).take(self.room()));
        self.insert(&kept);
    }

    /// Text as it would be with all of `text` pasted, however long.
    pub fn with_all(&self, text: &Untrusted, many_lines: bool) -> String {
        let (before, after) = self.parts();
        let mut all = String::with_capacity(self.text.len() + text.raw().len());
        all.push_str(before);
        all.extend(pasted(text, many_lines));
        all.push_str(after);
        all
    }

    /// Text before the cursor, and text after it.
    pub fn parts(&self) -> (&str, &str) {
        self.text.split_at_checked(self.at).unwrap_or_default()
    }

    /// Puts the cursor so many bytes from the start, or before the character that this is within.
    pub fn go_to(&mut self, at: usize) {
        self.at = self.text.floor_char_boundary(at);
    }

    /// Puts `text` in the place of everything from this byte on, and the cursor behind it.
    pub fn replace_end(&mut self, from: usize, text: &str) {
        self.take_out(from, self.text.len());
        self.move_to(self.text.len());
        let fitting: String = text.chars().take(self.room()).collect();
        self.insert(&fitting);
    }

    /// Gives it a key. Whether the text changed.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        match (key.code, ctrl, alt) {
            (KeyCode::Char('a'), true, false) | (KeyCode::Home, ..) => self.move_to(0),
            (KeyCode::Char('e'), true, false) | (KeyCode::End, ..) => self.move_to(self.text.len()),
            (KeyCode::Char('u'), true, false) => self.take_out(0, self.at),
            (KeyCode::Char('k'), true, false) => self.take_out(self.at, self.text.len()),
            (KeyCode::Char('w'), true, false) | (KeyCode::Backspace, true, _) | (KeyCode::Backspace, _, true) => {
                self.take_out(self.word_before(), self.at)
            }
            (KeyCode::Char('d'), false, true) | (KeyCode::Delete, true, _) | (KeyCode::Delete, _, true) => {
                self.take_out(self.at, self.word_after())
            }
            (KeyCode::Char('b'), false, true) | (KeyCode::Left, true, _) | (KeyCode::Left, _, true) => {
                self.move_to(self.word_before())
            }
            (KeyCode::Char('f'), false, true) | (KeyCode::Right, true, _) | (KeyCode::Right, _, true) => {
                self.move_to(self.word_after())
            }
            (KeyCode::Char('h'), true, false) | (KeyCode::Backspace, ..) => self.take_out(self.before(), self.at),
            (KeyCode::Char('d'), true, false) | (KeyCode::Delete, ..) => self.take_out(self.at, self.after()),
            (KeyCode::Char('b'), true, false) | (KeyCode::Left, ..) => self.move_to(self.before()),
            (KeyCode::Char('f'), true, false) | (KeyCode::Right, ..) => self.move_to(self.after()),
            (KeyCode::Char(c), false, false) if self.room() > 0 => {
                self.insert(c.encode_utf8(&mut [0; 4]));
                true
            }
            _ => false,
        }
    }

    /// The part around the cursor in at most `columns`, safe to show, and the cursor's column in it;
    /// a dot for every character where it is `masked`.
    pub fn shown(&self, masked: bool, columns: usize) -> (String, usize) {
        let show = |text: &str| match masked {
            true => "•".repeat(text.graphemes(true).count()),
            false => Untrusted::from(text).to_string(),
        };
        let (before, after) = self.parts();
        text::around_caret(before, after, columns, show)
    }

    fn insert(&mut self, more: &str) {
        let needed = self.text.len() + more.len();
        if needed > self.text.capacity() {
            // Growing in place would leave the old text behind in memory.
            let mut larger = Zeroizing::new(String::with_capacity(needed.next_power_of_two()));
            larger.push_str(&self.text);
            self.text = larger;
        }
        self.text.insert_str(self.at, more);
        self.at += more.len();
    }

    fn take_out(&mut self, from: usize, to: usize) -> bool {
        self.text.replace_range(from..to, "");
        self.at = from;
        from < to
    }

    fn move_to(&mut self, at: usize) -> bool {
        self.at = at;
        false
    }

    fn before(&self) -> usize {
        let before = self.text.get(..self.at).unwrap_or_default();
        let from = before.char_indices().rev().take(CHARACTER).last().map_or(0, |(at, _)| at);
        let last = before.get(from..).unwrap_or_default().graphemes(true).next_back();
        self.at - last.map_or(0, str::len)
    }

    fn after(&self) -> usize {
        let after = self.text.get(self.at..).unwrap_or_default();
        self.at + after.graphemes(true).next().map_or(0, str::len)
    }

    fn word_before(&self) -> usize {
        let before = self.parts().0;
        let gap = before.trim_end().char_indices().rev().find(|(_, c)| c.is_whitespace());
        gap.map_or(0, |(at, c)| at + c.len_utf8())
    }

    fn word_after(&self) -> usize {
        let after = self.parts().1;
        let word = after.len() - after.trim_start().len();
        let end = after.get(word..).and_then(|rest| rest.find(char::is_whitespace));
        self.at + end.map_or(after.len(), |end| word + end)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn press(input: &mut LineInput, code: KeyCode, modifiers: KeyModifiers) -> bool {
        input.key(KeyEvent::new(code, modifiers))
    }

    #[test]
    fn a_line_is_edited_as_everywhere() {
        let mut input = LineInput::with("ada 1234");
        press(&mut input, KeyCode::Backspace, KeyModifiers::NONE);
        press(&mut input, KeyCode::Home, KeyModifiers::NONE);
        press(&mut input, KeyCode::Delete, KeyModifiers::NONE);
        press(&mut input, KeyCode::Char('A'), KeyModifiers::SHIFT);
        assert_eq!(input.raw(), "Ada 123");
        press(&mut input, KeyCode::End, KeyModifiers::NONE);
        assert!(press(&mut input, KeyCode::Char('w'), KeyModifiers::CONTROL));
        assert_eq!(input.raw(), "Ada ");
        press(&mut input, KeyCode::Left, KeyModifiers::NONE);
        press(&mut input, KeyCode::Char('k'), KeyModifiers::CONTROL);
        press(&mut input, KeyCode::Char('u'), KeyModifiers::CONTROL);
        assert!(input.is_blank());
    }

    #[test]
    fn whole_words_are_passed_and_taken_out() {
        let mut input = LineInput::with("read the  docs");
        let mut keys = |codes: &[(KeyCode, KeyModifiers)]| {
            for (code, modifiers) in codes {
                press(&mut input, *code, *modifiers);
            }
            let (before, after) = input.parts();
            format!("{before}|{after}")
        };
        let (ctrl, alt) = (KeyModifiers::CONTROL, KeyModifiers::ALT);
        assert_eq!(keys(&[(KeyCode::Left, ctrl), (KeyCode::Char('b'), alt)]), "read |the  docs");
        assert_eq!(keys(&[(KeyCode::Char('f'), alt)]), "read the|  docs");
        assert_eq!(keys(&[(KeyCode::Delete, ctrl)]), "read the|");
        assert_eq!(
            keys(&[(KeyCode::Backspace, alt), (KeyCode::Home, KeyModifiers::NONE), (KeyCode::Char('d'), ctrl)]),
            "|ead "
        );
    }

    #[test]
    fn a_paste_brings_no_line_break_into_one_line() {
        let mut input = LineInput::default();
        input.paste(&"ada-\x1b1234\r\n".into(), false);
        assert_eq!(input.raw(), "ada-1234");
        let mut key = LineInput::default();
        key.paste(&"one\r\ntwo\n".into(), true);
        assert_eq!(key.raw(), "one\ntwo\n");
    }

    #[test]
    fn masked_text_shows_its_length_alone() {
        let mut input = LineInput::with("hunter2");
        assert_eq!(input.shown(true, 20), ("•••••••".into(), 7));
        assert_eq!(input.shown(true, 4), ("…••".into(), 3));
        assert_eq!(input.shown(false, 20), ("hunter2".into(), 7));
        press(&mut input, KeyCode::Home, KeyModifiers::NONE);
        assert_eq!(input.shown(false, 4), ("hun…".into(), 0));
        assert_eq!(LineInput::with("\u{202e}").shown(false, 20).0, "‹202E›");
    }

    proptest! {
        #[test]
        fn nothing_breaks_it(text in "[a \u{1F468}\u{200D}\u{1F469}é日]{0,300}", keys in proptest::collection::vec(0_u8..9, 0..60)) {
            let mut input = LineInput::with(&text);
            for key in keys {
                let code = match key {
                    0 => KeyCode::Left,
                    1 => KeyCode::Right,
                    2 => KeyCode::Backspace,
                    3 => KeyCode::Delete,
                    4 => KeyCode::Home,
                    5 => KeyCode::End,
                    6 => KeyCode::Char('日'),
                    7 => { press(&mut input, KeyCode::Char('w'), KeyModifiers::CONTROL); continue }
                    _ => { press(&mut input, KeyCode::Char('k'), KeyModifiers::CONTROL); continue }
                };
                press(&mut input, code, KeyModifiers::NONE);
            }
            let (shown, cursor) = input.shown(false, 10);
            prop_assert!(text::width(&shown) <= 10 && cursor <= 9, "{shown:?}");
        }
    }
}
