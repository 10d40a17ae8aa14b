//! A text editor for JSON: undo, paste as one step, colours while typing.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget as _;
use ratatui_textarea::{CursorMove, TextArea};
use unicode_width::UnicodeWidthChar as _;

use super::canvas::{Canvas, nth_line};
use super::undo::{Run, Splice, Undo};
use crate::domain::Untrusted;
use crate::json::{LineState, TokenKind, escaped, lex_line};
use crate::tui::theme::Theme;

/// Text being edited.
pub struct Editor {
    area: TextArea<'static>,
    /// The whole text.
    text: String,
    /// Where the lexer stands at the start of each line.
    states: Vec<LineState>,
    undo: Undo,
}

impl Default for Editor {
    fn default() -> Self {
        Self::new("")
    }
}

impl Editor {
    /// An editor with this text, the cursor where the first value waits to be filled in.
    pub fn new(text: &str) -> Self {
        let mut editor = Self { area: area(text), text: String::new(), states: Vec::new(), undo: Undo::default() };
        editor.go_to_first_gap();
        editor.take_in();
        editor
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many lines there are.
    pub fn lines(&self) -> usize {
        self.area.lines().len()
    }

    /// Where the cursor is: line and column, from 1, in characters.
    pub fn position(&self) -> (usize, usize) {
        let cursor = self.area.cursor();
        (cursor.0 + 1, cursor.1 + 1)
    }

    /// Where the cursor is, in bytes from the start.
    pub fn offset(&self) -> usize {
        let cursor = self.area.cursor();
        let above: usize = self.area.lines().iter().take(cursor.0).map(|line| line.len() + 1).sum();
        let line = self.area.lines().get(cursor.0).map(String::as_str).unwrap_or_default();
        above + line.chars().take(cursor.1).map(char::len_utf8).sum::<usize>()
    }

    /// Puts the cursor so many bytes from the start.
    pub fn go_to(&mut self, offset: usize) {
        self.undo.close();
        self.area.cancel_selection();
        let place = place(&self.text, offset);
        self.jump(place);
    }

    /// Whether it is so long that looking at all of it after each key would be felt.
    pub fn is_long(&self) -> bool {
        self.lines() > LONG_LINES || self.text.len() > LONG_BYTES
    }

    /// Gives it a key. Whether the text changed.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            // Keys that people bring along from other editors.
            KeyCode::Char('z') if ctrl => return self.undo(),
            KeyCode::Char('y') if ctrl => return self.redo(),
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

    /// Pastes, as one undo step. What would not be seen is written as `\uXXXX`, so that nothing is
    /// sent but what stands there.
    pub fn paste(&mut self, text: &Untrusted) {
        let text = text.raw().replace("\r\n", "\n").replace('\r', "\n");
        self.area.insert_str(escaped(&text));
        self.changed(Run::Alone);
    }

    /// Replaces the whole text, as one undo step.
    pub fn replace(&mut self, text: &str) {
        self.fill(text, Run::Alone);
        self.go_to_first_gap();
    }

    /// Makes it this text, the cursor where it differs. Whether it does.
    pub fn fill(&mut self, text: &str, run: Run) -> bool {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let Some(change) = Splice::between(&self.text, &text) else { return false };
        self.splice(&change);
        self.undo.note(change, run);
        true
    }

    /// Makes a change that is noted already.
    fn splice(&mut self, change: &Splice) -> bool {
        let (from, to) = (place(&self.text, change.at), place(&self.text, change.range().end));
        let mut wanted = std::mem::take(&mut self.text);
        wanted.replace_range(change.range(), &change.inserted);
        self.area.cancel_selection();
        self.jump(from);
        if from != to {
            self.area.start_selection();
            self.jump(to);
        }
        self.area.insert_str(&change.inserted);
        self.take_in();
        if self.text != wanted {
            // Too far down or too long for the text area to be told where.
            self.area = area(&wanted);
            self.take_in();
        }
        true
    }

    fn jump(&mut self, (row, column): (usize, usize)) {
        if let (Ok(row), Ok(column)) = (u16::try_from(row), u16::try_from(column)) {
            self.area.move_cursor(CursorMove::Jump(row, column));
        }
    }

    /// Something was done to the text area. Whether the text is another one now.
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

    /// Between the quotes of the first empty string, else at the start.
    fn go_to_first_gap(&mut self) {
        let gap = self.area.lines().iter().enumerate().find_map(|(row, line)| {
            let before = line.get(..line.find("\"\"")?)?;
            Some((row, before.chars().count() + 1))
        });
        self.jump(gap.unwrap_or_default());
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

    /// Reads the text area. A long text has no colours.
    fn take_in(&mut self) {
        self.text = self.area.lines().join("\n");
        self.states.clear();
        if self.is_long() {
            return;
        }
        let mut state = LineState::default();
        for line in self.area.lines() {
            self.states.push(state);
            state = lex_line(line, state).1;
        }
    }

    /// Draws line numbers, text and colours, and `wrong`, the place (line and column, from 1) where it
    /// is not JSON; where it is focused, places the terminal's cursor.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, focused: bool, wrong: Option<(usize, usize)>) {
        let digits = self.area.lines().len().to_string().len().max(2);
        let gutter = u16::try_from(digits + 2).unwrap_or(4).min(area.width);
        let text = Rect { x: area.x + gutter, width: area.width - gutter, ..area }.intersection(canvas.cells.area);
        if text.is_empty() {
            return;
        }
        self.area.render(text, canvas.cells);
        // Known only after rendering: it follows the cursor.
        let (top, left) = self.area.scroll_offset();
        let theme = canvas.theme;
        for at in 0..usize::from(text.height) {
            let Some(line) = self.area.lines().get(usize::from(top) + at) else { break };
            let number = usize::from(top) + at + 1;
            let wrong = wrong.filter(|(line, _)| *line == number).map(|(_, column)| column);
            let mark = wrong.map_or(theme.muted, |_| theme.bad);
            let sign = if wrong.is_some() { "✗" } else { " " };
            let number = format!("{number:>digits$}{sign}");
            canvas.line(Rect { width: gutter, ..nth_line(area, at) }, Line::from(Span::styled(number, mark)));
            let mut paint = |before: usize, within: usize, style: Style| {
                let from = before.max(usize::from(left)) - usize::from(left);
                let to = (before + within).saturating_sub(usize::from(left)).min(usize::from(text.width));
                if from < to {
                    let place = Rect {
                        x: text.x + u16::try_from(from).unwrap_or(0),
                        width: u16::try_from(to - from).unwrap_or(0),
                        ..nth_line(text, at)
                    };
                    canvas.style(place, style);
                }
            };
            let state = self.states.get(usize::from(top) + at).copied();
            for token in state.map(|state| lex_line(line, state).0).into_iter().flatten() {
                let before = columns(line.get(..token.range.start).unwrap_or_default());
                let within = columns(line.get(token.range.clone()).unwrap_or_default());
                paint(before, within, style(token.kind, theme));
            }
            if let Some(column) = wrong {
                let before: String = line.chars().take(column.saturating_sub(1)).collect();
                paint(columns(&before), 1, theme.bad.add_modifier(Modifier::UNDERLINED));
            }
        }
        if focused {
            let cursor = self.area.screen_cursor();
            let (row, column) =
                (cursor.row.saturating_sub(usize::from(top)), cursor.col.saturating_sub(usize::from(left)));
            let x = text.x + u16::try_from(column).unwrap_or(u16::MAX).min(text.width.saturating_sub(1));
            let y = text.y + u16::try_from(row).unwrap_or(u16::MAX).min(text.height.saturating_sub(1));
            canvas.cursor = Some(Position::new(x, y));
        }
    }
}

fn area(text: &str) -> TextArea<'static> {
    let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
    area.set_cursor_line_style(Style::new());
    // The terminal's own cursor stands there instead.
    area.set_cursor_style(Style::new());
    area.set_selection_style(Style::new().add_modifier(Modifier::REVERSED));
    area.set_max_histories(0);
    area.set_tab_length(2);
    area
}

/// The line, and the character in it, at so many bytes from the start.
fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.rsplit_once('\n').map_or(before, |(_, line)| line);
    (before.bytes().filter(|byte| *byte == b'\n').count(), line.chars().count())
}

/// More lines than these are better edited elsewhere.
const LONG_LINES: usize = 10_000;

/// The same for a text of few, long lines.
const LONG_BYTES: usize = 1_000_000;

fn columns(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

fn style(kind: TokenKind, theme: &Theme) -> Style {
    match kind {
        TokenKind::Key => theme.json_key,
        TokenKind::String => theme.json_string,
        TokenKind::Number => theme.json_number,
        TokenKind::Literal => theme.json_literal,
        TokenKind::Punctuation => theme.json_punctuation,
        TokenKind::Invalid => theme.bad.add_modifier(Modifier::UNDERLINED),
    }
}

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
}
