//! Card in the place of a list that has nothing to show: waiting, empty, or failed, with the key that helps.

use std::time::Duration;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::Fault;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::input::keymap::Keymap;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::{spinner, text};

/// A few lines in the middle of an empty pane.
pub struct Card {
    head: Head,
    said: Vec<String>,
    /// Actions with a few words on each; none for the words of the action table.
    keys: Vec<(Action, String)>,
}

enum Head {
    Waiting(String, Duration),
    Note(String),
    Fault { whose: String, message: String },
}

impl Card {
    /// Card for something that is on its way.
    pub fn waiting(what: &str, uptime: Duration) -> Self {
        Self { head: Head::Waiting(what.to_owned(), uptime), said: Vec::new(), keys: Vec::new() }
    }

    /// There is nothing, and that is no fault.
    pub fn note(text: impl Into<String>, action: Option<Action>, words: &str) -> Self {
        Self {
            head: Head::Note(text.into()),
            said: Vec::new(),
            keys: action.map(|action| (action, words.to_owned())).into_iter().collect(),
        }
    }

    /// Card for a fault: whose it is, what happened, what was said about it.
    pub fn fault(fault: &Fault, action: Option<Action>) -> Self {
        let mut said: Vec<String> = fault.said.iter().map(|words| format!("“{words}”")).collect();
        let facts = [
            fault.http_status.map(|status| format!("HTTP {status}")),
            fault.code.as_ref().map(ToString::to_string),
            fault.execution_id.as_ref().map(|id| format!("execution {id}")),
            fault.retry_after.map(|wait| format!("asks us to wait {} s", wait.as_secs())),
        ];
        let facts: Vec<String> = facts.into_iter().flatten().collect();
        if !facts.is_empty() {
            said.push(facts.join(" · "));
        }
        said.extend(fault.violations.iter().map(|v| format!("✗ {}: {}", v.field, v.description)));
        let words = action.map(|action| (action, String::new()));
        Self {
            head: Head::Fault { whose: fault.headline().to_string(), message: fault.message.to_string() },
            said,
            keys: words.into_iter().collect(),
        }
    }

    /// Names another key than the action's own hint.
    #[must_use]
    pub fn with_key(mut self, action: Action, words: impl Into<String>) -> Self {
        self.keys = vec![(action, words.into())];
        self
    }

    /// Names one more key.
    #[must_use]
    pub fn and_key(mut self, action: Action, words: impl Into<String>) -> Self {
        self.keys.push((action, words.into()));
        self
    }

    /// Adds words in a quiet style.
    #[must_use]
    pub fn saying(mut self, words: impl Into<String>) -> Self {
        self.said.push(words.into());
        self
    }
}

/// Draws the card a third of the way down `area`.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, card: &Card) {
    let width = area.width.saturating_sub(4).min(72);
    let lines = lines(card, usize::from(width), canvas.theme, canvas.keymap);
    let lines = cut(lines, card.keys.len(), usize::from(area.height));
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let area = Rect {
        x: area.x + (area.width - width.min(area.width)) / 2,
        y: area.y + area.height.saturating_sub(height) / 3,
        width: width.min(area.width),
        height: height.min(area.height),
    };
    for (at, (line, action)) in lines.into_iter().enumerate() {
        let row = nth_line(area, at);
        canvas.line(row, line);
        if let Some(action) = action {
            canvas.hit(row, Target::Action(action));
        }
    }
}

/// Lines cut to the room. They go from the middle: the keys at the end are what helps.
fn cut<T>(mut lines: Vec<T>, keys: usize, room: usize) -> Vec<T> {
    let keep = room.saturating_sub(keys);
    if lines.len() > room {
        lines.drain(keep..lines.len().saturating_sub(keys).max(keep));
    }
    lines
}

fn lines(card: &Card, width: usize, theme: &Theme, keymap: &Keymap) -> Vec<(Line<'static>, Option<Action>)> {
    let wrapped = |text: &str, style: Style| -> Vec<(Line<'static>, Option<Action>)> {
        text::paragraph(text, width).into_iter().map(|line| (Line::styled(line, style), None)).collect()
    };
    let mut lines = match &card.head {
        Head::Waiting(what, uptime) => {
            let spin = Span::styled(spinner::frame(*uptime), theme.accent);
            vec![(Line::from(vec![spin, Span::raw(format!(" {what} …"))]), None)]
        }
        Head::Note(text) => wrapped(text, Style::new()),
        Head::Fault { whose, message } => {
            let mut lines = vec![(Line::styled(format!("✖ {whose}"), theme.bad), None)];
            lines.extend(wrapped(message, theme.strong));
            lines
        }
    };
    for said in &card.said {
        lines.extend(wrapped(said, theme.muted));
    }
    if !card.keys.is_empty() {
        lines.push((Line::default(), None));
    }
    let key = |action: &Action| keymap.key_for(*action, &[]);
    let wide = card.keys.iter().map(|(action, _)| text::width(key(action))).max().unwrap_or(0);
    for (action, words) in &card.keys {
        let key = Span::styled(format!("{:<wide$}", key(action)), theme.accent);
        let words = if words.is_empty() { keymap.hint(*action) } else { words.as_str() };
        lines.push((Line::from(vec![key, Span::raw(format!("  {words}"))]), Some(*action)));
    }
    lines
}
