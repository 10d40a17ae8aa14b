//! A text editor for JSON: undo, paste as one step, colours while typing.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget as _;
use ratatui_textarea::{CursorMove, TextArea};
use unicode_width::UnicodeWidthChar as _;

use super::canvas::{Canvas, nth_line};
use crate::domain::Untrusted;
use crate::json::{LineState, TokenKind, lex_line};
use crate::tui::theme::Theme;

/// Text being edited.
pub struct Editor {
    area: TextArea<'static>,
    /// Where the lexer stands at the start of each line.
    states: Vec<LineState>,
}

impl Default for Editor {
    fn default() -> Self {
        Self::new("")
    }
}

impl Editor {
    /// An editor with this text, the cursor where the first value waits to be filled in.
    pub fn new(text: &str) -> Self {
        let mut area = TextArea::new(text.lines().map(str::to_owned).collect());
        area.set_cursor_line_style(Style::new());
        // The terminal's own cursor stands there instead.
        area.set_cursor_style(Style::new());
        area.set_selection_style(Style::new().add_modifier(Modifier::REVERSED));
        area.set_max_histories(1_000);
        area.set_tab_length(2);
        let mut editor = Self { area, states: Vec::new() };
        editor.go_to_first_gap();
        editor.lex();
        editor
    }

    /// The whole text.
    pub fn text(&self) -> String {
        self.area.lines().join("\n")
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

    /// Whether it is so long that looking at all of it after each key would be felt.
    pub fn is_long(&self) -> bool {
        self.lines() > LONG_LINES || self.area.lines().iter().map(String::len).sum::<usize>() > LONG_BYTES
    }

    /// Gives it a key. Whether the text changed.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let changed = match key.code {
            // Keys that people bring along from other editors.
            KeyCode::Char('z') if ctrl => self.area.undo(),
            KeyCode::Char('y') if ctrl => self.area.redo(),
            KeyCode::Char('a') if ctrl => {
                self.area.select_all();
                false
            }
            KeyCode::Enter => {
                self.new_line();
                true
            }
            _ => self.area.input(Event::Key(key)),
        };
        if changed {
            self.lex();
        }
        changed
    }

    /// Pastes, as one undo step.
    pub fn paste(&mut self, text: &Untrusted) {
        self.area.insert_str(text.raw().replace("\r\n", "\n").replace('\r', "\n"));
        self.lex();
    }

    /// Replaces the whole text, as one undo step at most two.
    pub fn replace(&mut self, text: &str) {
        self.area.select_all();
        self.area.cut();
        self.area.insert_str(text);
        self.go_to_first_gap();
        self.lex();
    }

    /// Between the quotes of the first empty string, else at the start.
    fn go_to_first_gap(&mut self) {
        let gap = self.area.lines().iter().enumerate().find_map(|(row, line)| {
            let before = line.get(..line.find("\"\"")?)?;
            Some((u16::try_from(row).ok()?, u16::try_from(before.chars().count() + 1).ok()?))
        });
        let (row, column) = gap.unwrap_or_default();
        self.area.move_cursor(CursorMove::Jump(row, column));
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

    /// A long text has no colours.
    fn lex(&mut self) {
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
