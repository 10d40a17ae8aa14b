//! A text editor for JSON: undo, paste as one step, colours while typing.
//!
//! A text that is too long to be laid out anew after each key is only scrolled through here; the
//! person's own editor is better at it.

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;

use bytes::Bytes;
use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Size;
use ratatui::style::{Modifier, Style};
use ratatui_textarea::{CursorMove, TextArea};

use crate::domain::Untrusted;
use crate::json::{LineState, escaped, lex_line};
use crate::tui::input::typed::BYTE_ORDER_MARK;
use crate::tui::widgets::list::Move;
use crate::tui::widgets::text_view::TextView;
use crate::tui::widgets::typing::editor_view::TAB;
use crate::tui::widgets::typing::undo::{Run, Splice, Undo};

/// Editor of a text of several lines.
pub struct Editor {
    pub(super) area: TextArea<'static>,
    /// Text, line breaks included.
    pub(super) text: String,
    /// State of the lexer at the start of each line.
    pub(super) states: Vec<LineState>,
    undo: Undo,
    /// The text once more where it is too long to be typed on; the text area is empty then.
    pub(super) long: Option<TextView>,
    /// Room that it was drawn in last.
    pub(super) room: Cell<Size>,
}

impl Default for Editor {
    fn default() -> Self {
        Self::new("")
    }
}

impl Editor {
    /// An editor with this text, the cursor where the first value waits to be filled in.
    pub fn new(text: &str) -> Self {
        let mut editor = Self {
            area: area(""),
            text: String::new(),
            states: Vec::new(),
            undo: Undo::default(),
            long: None,
            room: Cell::default(),
        };
        editor.hold(let_in(text));
        editor.go_to_first_gap();
        editor
    }

    /// Text, line breaks included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Memory that the text and its steps back take, in bytes.
    pub fn weight(&self) -> usize {
        self.text.len() + self.undo.size()
    }

    /// Number of lines.
    pub fn lines(&self) -> usize {
        memchr::memchr_iter(b'\n', self.text.as_bytes()).count() + 1
    }

    /// Position of the cursor: line and column, from 1, in characters; for a long text, percent of it above the
    /// window.
    pub fn position(&self) -> String {
        match &self.long {
            Some(view) => format!("{} %", view.percent()),
            None => {
                let cursor = self.area.cursor();
                format!("{}:{}", cursor.0 + 1, cursor.1 + 1)
            }
        }
    }

    /// Offset of the cursor, in bytes.
    pub fn offset(&self) -> usize {
        let cursor = self.area.cursor();
        self.offset_of((cursor.0, cursor.1))
    }

    fn offset_of(&self, (row, column): (usize, usize)) -> usize {
        let above: usize = self.area.lines().iter().take(row).map(|line| line.len() + 1).sum();
        let line = self.area.lines().get(row).map(String::as_str).unwrap_or_default();
        above + line.chars().take(column).map(char::len_utf8).sum::<usize>()
    }

    /// Puts the cursor so many bytes from the start.
    pub fn go_to(&mut self, offset: usize) {
        self.undo.close();
        if let Some(view) = &mut self.long {
            return view.go_to(offset, self.room.get());
        }
        self.area.cancel_selection();
        let place = place(&self.text, offset);
        self.jump(place);
    }

    /// Whether it is too long to be typed on here.
    pub fn is_long(&self) -> bool {
        self.long.is_some()
    }

    /// Gives it a key. Whether the text changed.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            // Keys that people bring along from other editors.
            KeyCode::Char('z') if ctrl => return self.undo(),
            KeyCode::Char('y') if ctrl => return self.redo(),
            _ if self.is_long() => {
                self.scroll(key);
                return false;
            }
            KeyCode::Char('a') if ctrl => self.area.select_all(),
            KeyCode::Enter => self.new_line(),
            _ => {
                if !self.area.input(Event::Key(key)) {
                    self.undo.close();
                    return false;
                }
            }
        }
        // A step back takes a word or a line, not everything that was typed since.
        if matches!(key.code, KeyCode::Char(' ') | KeyCode::Enter) {
            self.undo.close();
        }
        self.changed(Run::Typing)
    }

    /// Takes the last step back. Whether there was one.
    pub fn undo(&mut self) -> bool {
        let step = self.undo.back();
        step.is_some_and(|step| self.splice(&step))
    }

    /// Does again what was taken back last. Whether there was anything.
    pub fn redo(&mut self) -> bool {
        let step = self.undo.again();
        step.is_some_and(|step| self.splice(&step))
    }

    fn scroll(&mut self, key: KeyEvent) {
        let step = match key.code {
            KeyCode::Up => Move::By(-1),
            KeyCode::Down => Move::By(1),
            KeyCode::PageUp => Move::Pages(-1),
            KeyCode::PageDown => Move::Pages(1),
            KeyCode::Home => Move::Top,
            KeyCode::End => Move::Bottom,
            _ => return,
        };
        if let Some(view) = &mut self.long {
            view.step(step, self.room.get());
        }
    }

    /// Pastes, as one undo step.
    pub fn paste(&mut self, text: &Untrusted) {
        if self.is_long() {
            return;
        }
        let (from, to) = match self.area.selection_range() {
            Some((from, to)) => (self.offset_of(from), self.offset_of(to)),
            None => (self.offset(), self.offset()),
        };
        let removed = self.text.get(from..to).unwrap_or_default().to_owned();
        let change = Splice { at: from, removed, inserted: let_in(text.raw()).into_owned() };
        self.splice(&change);
        self.undo.note(change, Run::Alone);
    }

    /// Puts a text in the place of a range, as one undo step, and the cursor at this offset.
    pub fn put(&mut self, range: Range<usize>, text: &str, caret: usize) {
        let removed = self.text.get(range.clone()).unwrap_or_default().to_owned();
        let change = Splice { at: range.start, removed, inserted: let_in(text).into_owned() };
        self.splice(&change);
        self.undo.note(change, Run::Alone);
        self.go_to(caret);
    }

    /// Replaces the whole text, as one undo step.
    pub fn replace(&mut self, text: &str) {
        self.fill(&let_in(text), Run::Alone);
        self.go_to_first_gap();
    }

    /// Makes it this text, in which nothing is hidden, the cursor where it differs. Whether it does.
    pub fn fill(&mut self, text: &str, run: Run) -> bool {
        let Some(change) = Splice::between(&self.text, text) else { return false };
        self.splice(&change);
        self.undo.note(change, run);
        true
    }

    /// Makes a change that is noted already.
    fn splice(&mut self, change: &Splice) -> bool {
        let mut wanted = std::mem::take(&mut self.text);
        let (from, to) = (place(&wanted, change.at), place(&wanted, change.range().end));
        wanted.replace_range(change.range(), &change.inserted);
        if !self.is_long() && !is_long(&wanted) {
            self.area.cancel_selection();
            self.jump(from);
            if from != to {
                self.area.start_selection();
                self.jump(to);
            }
            self.area.insert_str(&change.inserted);
            self.take_in();
        }
        if self.text != wanted {
            self.hold(Cow::Owned(wanted));
            if !self.is_long() {
                self.jump(place(&self.text, change.at + change.inserted.len()));
            }
        }
        true
    }

    /// Holds this text instead, however long.
    fn hold(&mut self, text: Cow<'_, str>) {
        self.text = text.into_owned();
        let long = is_long(&self.text);
        self.long = long.then(|| TextView::new(Bytes::copy_from_slice(self.text.as_bytes())));
        self.area = area(if long { "" } else { &self.text });
        self.colour();
    }

    fn jump(&mut self, (row, column): (usize, usize)) {
        if let (Ok(row), Ok(column)) = (u16::try_from(row), u16::try_from(column)) {
            self.area.move_cursor(CursorMove::Jump(row, column));
        }
    }

    /// Takes in a change of the text area. Whether the text is another one now.
    fn changed(&mut self, run: Run) -> bool {
        let old = std::mem::take(&mut self.text);
        self.take_in();
        let change = Splice::between(&old, &self.text);
        let changed = change.is_some();
        if let Some(change) = change {
            self.undo.note(change, run);
        }
        changed
    }

    /// Between the quotes of the first empty string, else at the beginning of the first text near the left edge, else
    /// at the start.
    fn go_to_first_gap(&mut self) {
        const VALUE: &str = "\": \"";
        let place = |find: fn(&str) -> Option<usize>| {
            self.area.lines().iter().enumerate().find_map(|(row, line)| {
                let before = line.get(..find(line)?)?;
                Some((row, before.chars().count()))
            })
        };
        let gap = place(|line| Some(line.find("\"\"")? + 1));
        let text = || place(|line| line.find(VALUE).filter(|at| *at < NEAR).map(|at| at + VALUE.len()));
        self.jump(gap.or_else(text).unwrap_or_default());
    }

    /// A new line that begins where the last one began, deeper after an opening bracket.
    fn new_line(&mut self) {
        let cursor = self.area.cursor();
        let line = self.area.lines().get(cursor.0).map(String::as_str).unwrap_or_default();
        let before: String = line.chars().take(cursor.1).collect();
        let mut indent: String = before.chars().take_while(|c| *c == ' ').collect();
        if before.trim_end().ends_with(['{', '[']) {
            indent.push_str("  ");
        }
        self.area.insert_newline();
        self.area.insert_str(indent);
    }

    /// Reads the text area.
    fn take_in(&mut self) {
        self.text = self.area.lines().join("\n");
        if is_long(&self.text) {
            let text = std::mem::take(&mut self.text);
            return self.hold(Cow::Owned(text));
        }
        self.colour();
    }

    fn colour(&mut self) {
        self.states.clear();
        let mut state = LineState::default();
        for line in self.area.lines() {
            self.states.push(state);
            state = lex_line(line, state).1;
        }
    }
}

/// A text as it enters the editor: without the mark that some programs put before one, its lines ended by line
/// feeds alone. What would not be seen is written as `\uXXXX`, so that nothing is sent but what stands there.
fn let_in(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    if memchr::memchr(b'\r', text.as_bytes()).is_none() {
        return escaped(text);
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    Cow::Owned(escaped(&text).into_owned())
}

fn area(text: &str) -> TextArea<'static> {
    let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
    area.set_cursor_line_style(Style::new());
    // The terminal's own cursor stands there instead.
    area.set_cursor_style(Style::new());
    area.set_selection_style(Style::new().add_modifier(Modifier::REVERSED));
    area.set_max_histories(0);
    area.set_tab_length(TAB as u8);
    area
}

/// The line, and the character in it, at so many bytes from the start.
fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.rsplit_once('\n').map_or(before, |(_, line)| line);
    (before.bytes().filter(|byte| *byte == b'\n').count(), line.chars().count())
}

/// Limits to a text that is typed on, since it is laid out anew after each key: so many lines,
const LONG_LINES: usize = 10_000;

/// so many bytes in all,
const LONG_BYTES: usize = 256 << 10;

/// and so many on one line can be, within a fraction of a frame.
const LONG_LINE: usize = 32 << 10;

/// Whether a text is better edited elsewhere.
fn is_long(text: &str) -> bool {
    let ends = || memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]);
    let long_line = || {
        let mut start = 0;
        ends().any(|end| end - std::mem::replace(&mut start, end) > LONG_LINE)
    };
    text.len() > LONG_BYTES || ends().count() > LONG_LINES || (text.len() > LONG_LINE && long_line())
}

/// Bytes of a line before a value to which the cursor goes at first; further on it would scroll the text away.
const NEAR: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pasted_is_seen() {
        let mut editor = Editor::new("");
        let text = "{\r\n\t\"a\": \"x\u{202e}y\u{200b}z\u{7}\",\n  \"b\": \"é日\"\r}";
        editor.paste(&text.into());
        assert_eq!(editor.text(), "{\n\t\"a\": \"x\\u202ey\\u200bz\\u0007\",\n  \"b\": \"é日\"\n}");
        let sent: serde_json::Value = serde_json::from_str(editor.text()).unwrap();
        assert_eq!(sent["a"], "x\u{202e}y\u{200b}z\u{7}");
        editor.undo();
        assert_eq!(editor.text(), "", "as one step");
    }

    #[test]
    fn whatever_way_a_text_comes_in_nothing_in_it_is_hidden() {
        let (text, seen) = ("\u{feff}{\"a\": \"\u{feff}x\u{202e}y\"}", "{\"a\": \"\\ufeffx\\u202ey\"}");
        let mut editor = Editor::new(text);
        assert_eq!(editor.text(), seen);
        editor.replace("[]");
        editor.replace(text);
        assert_eq!(editor.text(), seen);
        editor.replace("");
        editor.paste(&text.into());
        assert_eq!(editor.text(), seen);
    }

    #[test]
    fn a_selection_gives_way_to_a_paste() {
        let mut editor = Editor::new("[1,\n2]");
        editor.key(KeyEvent::new(KeyCode::Char('a'), KeyModifiers::CONTROL));
        editor.paste(&"{}".into());
        assert_eq!((editor.text(), editor.position().as_str()), ("{}", "1:3"));
        editor.undo();
        assert_eq!(editor.text(), "[1,\n2]");
    }

    #[test]
    fn a_long_text_is_held_whole_and_scrolled_through() {
        let plain = |code| KeyEvent::new(code, KeyModifiers::NONE);
        for long in ["x".repeat(LONG_LINE + 1), "é\n".repeat(LONG_LINES), "\"日\",\n".repeat(LONG_BYTES / 7)] {
            let mut editor = Editor::new("[]");
            editor.key(plain(KeyCode::Right));
            editor.paste(&long.as_str().into());
            assert_eq!(editor.text(), format!("[{long}]"));
            assert!(editor.is_long());
            assert!(!editor.key(plain(KeyCode::Char('x'))) && !editor.key(plain(KeyCode::Backspace)));
            editor.paste(&"x".into());
            editor.room.set(Size::new(80, 20));
            editor.key(plain(KeyCode::End));
            assert_eq!(editor.text(), format!("[{long}]"), "nothing is typed into it");
            assert_ne!(editor.position(), "0 %");
            assert!(editor.undo() && !editor.is_long());
            assert_eq!(editor.text(), "[]");
            assert!(editor.redo() && editor.undo());
            assert!(editor.key(plain(KeyCode::Char('1'))));
            assert_eq!(editor.text(), "[1]", "and the cursor is where it was");
        }
    }

    #[test]
    fn who_types_on_until_it_is_long_loses_nothing() {
        let mut editor = Editor::new(&"x".repeat(LONG_LINE));
        assert!(!editor.is_long());
        editor.key(KeyEvent::new(KeyCode::End, KeyModifiers::NONE));
        assert!(editor.key(KeyEvent::new(KeyCode::Char('y'), KeyModifiers::NONE)));
        assert!(editor.is_long() && editor.text().ends_with("xy"));
    }
}
