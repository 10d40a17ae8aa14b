//! A one-line filter over a list.

use std::ops::Range;

use crossterm::event::KeyEvent;
use ratatui::style::Style;
use ratatui::text::Span;
use tui_input::backend::crossterm::EventHandler as _;
use tui_input::{Input, InputRequest};

use crate::domain::Untrusted;
use crate::tui::matching::holds;
use crate::tui::theme::Theme;
use crate::tui::widgets::typed::Typed;

/// The text of a filter, and whether it is being typed.
#[derive(Debug, Default)]
pub struct Filter {
    input: Input,
    /// Whether keys go into it.
    pub typing: bool,
}

impl Filter {
    /// An empty one that keys go into.
    pub fn being_typed() -> Self {
        Self { typing: true, ..Self::default() }
    }

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

    /// Takes what is typed. Whether the text changed.
    pub fn take(&mut self, typed: &Typed) -> bool {
        match typed {
            Typed::Key(key) => self.key(*key),
            Typed::Paste(text) => {
                self.paste(text);
                true
            }
        }
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
    wanted.split_whitespace().all(|word| {
        let exact = word.chars().any(char::is_uppercase);
        texts.iter().any(|text| if exact { text.contains(word) } else { holds(text, word) })
    })
}

/// `text` with the words of `wanted` pointed out.
pub fn pointed_out(text: &str, wanted: &str, style: Style, found: Style) -> Vec<Span<'static>> {
    let lower = text.to_lowercase();
    let whole = |text: &str| vec![Span::styled(text.to_owned(), style)];
    // Small letters may be longer than large ones; places in one are then not places in the other.
    if wanted.is_empty() || lower.len() != text.len() {
        return whole(text);
    }
    let wanted = wanted.to_lowercase();
    let mut marks = vec![false; text.len()];
    for word in wanted.split_whitespace() {
        for (at, _) in lower.match_indices(word) {
            marks.iter_mut().skip(at).take(word.len()).for_each(|mark| *mark = true);
        }
    }
    spans_of(text, |at| marks.get(at).copied().unwrap_or(false), style, found)
}

/// `text` with what stands at `spots`, in bytes, pointed out.
pub fn marked(text: &str, spots: &[Range<usize>], style: Style, found: Style) -> Vec<Span<'static>> {
    spans_of(text, |at| spots.iter().any(|spot| spot.contains(&at)), style, found)
}

/// `text` with its characters at `spots` pointed out.
pub fn spotted(text: &str, spots: &[u32], style: Style, found: Style) -> Vec<Span<'static>> {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let marked: Vec<usize> = spots.iter().filter_map(|spot| starts.get(*spot as usize).copied()).collect();
    spans_of(text, |at| marked.contains(&at), style, found)
}

fn spans_of(text: &str, marked: impl Fn(usize) -> bool, style: Style, found: Style) -> Vec<Span<'static>> {
    let mut spans: Vec<(bool, String)> = Vec::new();
    for (at, c) in text.char_indices() {
        let mark = marked(at);
        match spans.last_mut() {
            Some((last, run)) if *last == mark => run.push(c),
            _ => spans.push((mark, c.to_string())),
        }
    }
    spans.into_iter().map(|(mark, run)| Span::styled(run, if mark { style.patch(found) } else { style })).collect()
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

    #[test]
    fn what_was_looked_for_is_pointed_out() {
        let (plain, found) = (Style::new(), Style::new().bold());
        let runs = |text, wanted| -> Vec<(String, bool)> {
            let spans = pointed_out(text, wanted, plain, found);
            spans.into_iter().map(|span| (span.content.into_owned(), span.style == found)).collect()
        };
        let run = |text: &str, mark| (text.to_owned(), mark);
        assert_eq!(runs("Ada@acme.dev", "ada dev"), [run("Ada", true), run("@acme.", false), run("dev", true)]);
        assert_eq!(runs("Grüße", "zzz"), [run("Grüße", false)]);
        assert_eq!(runs("İx", "x"), [run("İx", false)], "small letters of another length");
    }
}
