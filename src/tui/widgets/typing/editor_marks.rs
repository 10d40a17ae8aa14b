//! Marks in the editor: brackets that belong together, and lines that go on beyond an edge.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::json::{TokenKind, lex_line};
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::typing::editor::Editor;
use crate::tui::widgets::typing::editor_view::columns;

impl Editor {
    /// The bracket at the cursor, or before it, and the one that belongs to it, where both are on these lines: line
    /// and byte of each.
    pub(super) fn brackets(&self, lines: Range<usize>) -> Option<[(usize, usize); 2]> {
        let cursor = self.area.cursor();
        let mut all: Vec<(usize, usize, char)> = Vec::new();
        for row in lines {
            let (Some(line), Some(state)) = (self.area.lines().get(row), self.states.get(row)) else { break };
            let tokens = lex_line(line, *state).0;
            let marks = tokens.into_iter().filter(|token| token.kind == TokenKind::Punctuation);
            let marks = marks.flat_map(|token| {
                let text = line.get(token.range.clone()).unwrap_or_default();
                text.char_indices().map(move |(at, c)| (token.range.start + at, c)).collect::<Vec<_>>()
            });
            all.extend(marks.filter(|(_, c)| "{}[]".contains(*c)).map(|(at, c)| (row, at, c)));
        }
        let line = self.area.lines().get(cursor.0)?;
        let at = line.char_indices().nth(cursor.1).map_or(line.len(), |(at, _)| at);
        let stands = |place: usize| all.iter().position(|(row, byte, _)| (*row, *byte) == (cursor.0, place));
        let here = stands(at).or_else(|| stands(at.checked_sub(1)?))?;
        let (row, byte, bracket) = *all.get(here)?;
        let opens = matches!(bracket, '{' | '[');
        let others: Vec<_> = match opens {
            true => all.iter().skip(here).collect(),
            false => all.iter().take(here + 1).rev().collect(),
        };
        let mut depth = 0_i32;
        for (other_row, other_byte, other) in others {
            depth += if matches!(other, '{' | '[') == opens { 1 } else { -1 };
            if depth == 0 {
                return Some([(row, byte), (*other_row, *other_byte)]);
            }
        }
        None
    }

    /// Marks lines that go on beyond an edge: on the left in the gutter, on the right over the last column.
    pub(super) fn mark_cut_lines(&self, canvas: &mut Canvas<'_>, text: Rect, top: usize, seen: Range<usize>) {
        let muted = canvas.theme.muted;
        for at in 0..usize::from(text.height) {
            let Some(line) = self.area.lines().get(top + at) else { break };
            let row = nth_line(text, at);
            let end = columns(line, 0);
            if seen.start > 0 && end > 0 && row.x > 0 {
                canvas.line(Rect { x: row.x - 1, width: 1, ..row }, Line::styled("‹", muted));
            }
            if end > seen.end && row.width > 1 {
                canvas.line(Rect { x: row.right() - 1, width: 1, ..row }, Line::styled("›", muted));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bracket_at_the_cursor_finds_its_own() {
        let mut editor = Editor::new("[1,\n{\"a\": \"]\"}]");
        editor.go_to(0);
        assert_eq!(editor.brackets(0..2), Some([(0, 0), (1, 10)]));
        editor.go_to(15);
        assert_eq!(editor.brackets(0..2), Some([(1, 10), (0, 0)]), "behind the closing one");
        editor.go_to(13);
        assert_eq!(editor.brackets(1..2), Some([(1, 9), (1, 0)]));
        editor.go_to(0);
        assert_eq!(editor.brackets(0..1), None, "what is not seen is not looked for");
    }
}
