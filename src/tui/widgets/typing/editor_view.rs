//! Drawing of the text editor.

use std::ops::Range;

use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget as _;
use unicode_width::UnicodeWidthChar as _;

use crate::json::{TokenKind, lex_line};
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::typing::editor::Editor;

impl Editor {
    /// Draws line numbers, text and colours, and `wrong`, the place (line and column, from 1) where it
    /// is not JSON; where it is focused, places the terminal's cursor.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, focused: bool, wrong: Option<(usize, usize)>) {
        self.room.set(area.as_size());
        if let Some(view) = &self.long {
            view.draw(canvas, area, Style::new(), (0..0, Style::new()));
            return;
        }
        let digits = self.area.lines().len().to_string().len().max(2);
        let gutter = u16::try_from(digits + 2).unwrap_or(4).min(area.width);
        let text = Rect { x: area.x + gutter, width: area.width - gutter, ..area }.intersection(canvas.cells.area);
        if text.is_empty() {
            return;
        }
        self.area.render(text, canvas.cells);
        // Known only after rendering: it follows the cursor.
        let (top, left) = self.area.scroll_offset();
        let seen = usize::from(left)..usize::from(left) + usize::from(text.width);
        let theme = canvas.theme;
        let window = usize::from(top)..usize::from(top) + usize::from(text.height);
        let brackets = if focused { self.brackets(window) } else { None };
        for at in 0..usize::from(text.height) {
            let Some(line) = self.area.lines().get(usize::from(top) + at) else { break };
            let number = usize::from(top) + at + 1;
            let wrong = wrong.filter(|(line, _)| *line == number).map(|(_, column)| column);
            let mark = wrong.map_or(theme.muted, |_| theme.bad);
            let sign = if wrong.is_some() { "✗" } else { " " };
            let number = format!("{number:>digits$}{sign}");
            canvas.line(Rect { width: gutter, ..nth_line(area, at) }, Line::from(Span::styled(number, mark)));
            let mut paint = |columns: Range<usize>, style: Style| {
                let (from, to) = (columns.start.max(seen.start), columns.end.min(seen.end));
                if from < to {
                    let place = Rect {
                        x: text.x + u16::try_from(from - seen.start).unwrap_or(0),
                        width: u16::try_from(to - from).unwrap_or(0),
                        ..nth_line(text, at)
                    };
                    canvas.style(place, style);
                }
            };
            let state = self.states.get(usize::from(top) + at).copied();
            let (mut read, mut column) = (0, 0);
            for token in state.map(|state| lex_line(line, state).0).into_iter().flatten() {
                let before = columns(line.get(read..token.range.start).unwrap_or_default(), column);
                let after = columns(line.get(token.range.clone()).unwrap_or_default(), before);
                let is_gap = line.get(token.range.clone()) == Some("\"\"") && token.kind == TokenKind::String;
                let is_bracket =
                    brackets.is_some_and(|pair| pair.contains(&(usize::from(top) + at, token.range.start)));
                paint(
                    before..after,
                    match (is_gap, is_bracket) {
                        // Empty text waits to be filled in.
                        (true, _) => theme.warn.add_modifier(Modifier::UNDERLINED),
                        (_, true) => theme.accent.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
                        _ => style(token.kind, theme),
                    },
                );
                (read, column) = (token.range.end, after);
                if column >= seen.end {
                    break;
                }
            }
            if let Some(wrong) = wrong {
                let end = line.char_indices().nth(wrong.saturating_sub(1)).map_or(line.len(), |(at, _)| at);
                let before = columns(line.get(..end).unwrap_or_default(), 0);
                paint(before..before + 1, theme.bad.add_modifier(Modifier::UNDERLINED));
            }
        }
        self.mark_cut_lines(canvas, text, usize::from(top), seen);
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

/// Columns of a tab.
pub(super) const TAB: usize = 2;

/// The column in which `text` ends that begins in this one.
pub(super) fn columns(text: &str, from: usize) -> usize {
    text.chars().fold(from, |at, c| at + if c == '\t' { TAB - at % TAB } else { c.width().unwrap_or(0) })
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
