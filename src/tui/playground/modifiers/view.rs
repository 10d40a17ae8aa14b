//! Line that tells of the modifiers of a tool.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::Usage;
use crate::tui::core::cx::Cx;
use crate::tui::input::action::Action;
use crate::tui::playground::screen::Playground;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::text;

const TITLE: &str = "modifiers: ";

/// Columns of the names that are shown before any key is.
const NAMES: usize = 20;

/// Draws the line: the names, whether they are used, and the keys.
pub fn head(canvas: &mut Canvas<'_>, cx: &Cx, playground: &Playground, area: Rect) {
    let theme = canvas.theme;
    let selection = &playground.modifiers.selection;
    let names: Vec<_> = selection.modifiers.iter().map(|modifier| modifier.name.to_string()).collect();
    let mistake = selection.require().err().filter(|_| selection.question.is_none());
    let (words, style) = match (mistake, playground.modifiers.usage) {
        (_, Usage::OffOnce) => ("off for the next call".to_owned(), theme.warn),
        (_, Usage::Replay) => ("off, this input is as it was sent before".to_owned(), theme.warn),
        (Some(fault), Usage::On) => (fault.message.to_string(), theme.bad),
        (None, Usage::On) if selection.question.is_some() => {
            ("those of this folder are asked about before the tool runs".to_owned(), theme.warn)
        }
        (None, Usage::On) if names.is_empty() => (selection.remarks.join(" "), theme.warn),
        (None, Usage::On) => (names.join(", "), theme.accent),
    };
    let mut keys = Vec::new();
    if !selection.is_empty() {
        let toggle = if playground.modifiers.usage == Usage::On { "off" } else { "on" };
        keys.push((Action::ToggleModifiers, toggle));
    }
    if selection.changes_input() && playground.modifiers.usage == Usage::On {
        keys.push((Action::ShowSent, "as sent"));
    }
    let keys: Vec<_> = keys.into_iter().map(|(action, words)| (cx.key_for(action), words)).collect();
    let keys: Vec<_> = keys.into_iter().filter(|(key, _)| !key.is_empty()).collect();
    let hints = keys.iter().map(|(key, words)| format!("{key}: {words}")).collect::<Vec<_>>().join(", ");
    let row = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let whole = usize::from(row.width).saturating_sub(TITLE.len());
    let hints = if hints.is_empty() { hints } else { format!(" ({hints})") };
    // On a narrow screen the names come first; the keys are on the help page.
    let hints = if text::width(&hints) + NAMES > whole { String::new() } else { hints };
    let room = whole.saturating_sub(text::width(&hints));
    let line = Line::from(vec![
        Span::styled(TITLE, theme.muted),
        Span::styled(text::fit(&words, room).into_owned(), style),
        Span::styled(hints, theme.muted),
    ]);
    canvas.line(row, line);
}
