//! A one-line filter over a list.

use crossterm::event::KeyEvent;
use ratatui::text::Span;
use tui_input::backend::crossterm::EventHandler as _;
use tui_input::{Input, InputRequest};

use crate::domain::Untrusted;
use crate::tui::theme::Theme;

/// The text of a filter, and whether it is being typed.
#[derive(Debug, Default)]
pub struct Filter {
    input: Input,
    /// Whether keys go into it.
    pub typing: bool,
}

impl Filter {
    /// What is looked for.
    pub fn text(&self) -> &str {
        self.input.value()
    }

    /// Whether there is anything in it.
    pub fn is_empty(&self) -> bool {
        self.text().is_empty()
    }

    /// Forgets the text.
    pub fn clear(&mut self) {
        self.input.reset();
        self.typing = false;
    }

    /// Gives it a key. Whether the text changed.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        self.input.handle_event(&crossterm::event::Event::Key(key)).is_some_and(|change| change.value)
    }

    /// Pastes into it, on one line.
    pub fn paste(&mut self, text: &Untrusted) {
        for c in text.raw().chars().filter(|c| !c.is_control()) {
            self.input.handle(InputRequest::InsertChar(c));
        }
    }

    /// The filter as it stands on a pane's frame: nothing when it is empty and not being typed.
    pub fn spans(&self, theme: &Theme) -> Vec<Span<'static>> {
        if self.is_empty() && !self.typing {
            return Vec::new();
        }
        let text = Untrusted::from(self.text()).to_string();
        let mut spans = vec![Span::styled("/ ", theme.accent), Span::styled(text, theme.strong)];
        if self.typing {
            spans.push(Span::styled("▏", theme.accent));
        }
        spans
    }
}

/// Whether every word of `wanted` stands somewhere in one of `texts`. A word in small letters
/// matches any case; a capital in it makes it exact.
pub fn matches(wanted: &str, texts: &[&str]) -> bool {
    wanted.split_whitespace().all(|word| texts.iter().any(|text| contains(text, word)))
}

fn contains(text: &str, word: &str) -> bool {
    if word.chars().any(char::is_uppercase) {
        return text.contains(word);
    }
    if text.is_ascii() && word.is_ascii() {
        let (text, word) = (text.as_bytes(), word.as_bytes());
        return text.windows(word.len().max(1)).any(|window| window.eq_ignore_ascii_case(word));
    }
    text.to_lowercase().contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_must_stand_somewhere() {
        assert!(matches("ada lin", &["ada@acme.dev", "LINEAR"]));
        assert!(!matches("ada git", &["ada@acme.dev", "LINEAR"]));
        assert!(matches("", &[]));
        assert!(matches("grü", &["GRÜSSE"]));
        assert!(!matches("Ada", &["ada"]), "a capital is meant");
    }
}
