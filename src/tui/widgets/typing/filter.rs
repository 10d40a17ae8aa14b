//! A one-line filter over a list.

use std::fmt;
use std::ops::Range;

use crossterm::event::KeyEvent;
use ratatui::style::Style;
use ratatui::text::Span;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::domain::Untrusted;
use crate::filter::Completions;
use crate::tui::input::typed::{Line, Typed};
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::CARET;
use crate::tui::widgets::matching::{holds, searched};
use crate::tui::widgets::text;
use crate::tui::widgets::typing::line_input::LineInput;

/// Characters that a line holds. Whoever types as many means something else.
pub const MOST: usize = 4_096;

/// The text of a filter, and whether it is being typed.
pub struct Filter {
    input: LineInput,
    /// Ways to go on with its last part.
    offered: Completions,
    /// The way that was taken last, of those that are offered.
    taken: Option<usize>,
    /// Whether keys go into it.
    pub typing: bool,
}

impl Default for Filter {
    fn default() -> Self {
        Self { input: LineInput::of_at_most(MOST), offered: Completions::default(), taken: None, typing: false }
    }
}

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Filter({:?}, typing: {})", self.text(), self.typing)
    }
}

impl Filter {
    /// An empty one that keys go into.
    pub fn being_typed() -> Self {
        Self { typing: true, ..Self::default() }
    }

    /// Text to look for.
    pub fn text(&self) -> &str {
        self.input.raw()
    }

    /// Whether there is anything in it.
    pub fn is_empty(&self) -> bool {
        self.text().is_empty()
    }

    /// Empties the text.
    pub fn clear(&mut self) {
        *self = Self::default();
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

    /// Puts another text there.
    pub fn set(&mut self, text: &str) {
        self.input.replace_end(0, text);
        (self.offered, self.taken) = (Completions::default(), None);
    }

    /// Ways to go on with its last part, from here until they are taken or something else is typed.
    pub fn offer(&mut self, offered: Completions) {
        (self.offered, self.taken) = (offered, None);
    }

    /// Whether there is a way to go on.
    pub fn offers(&self) -> bool {
        !self.offered.parts.is_empty()
    }

    /// Takes the next way to go on, or the one before.
    pub fn complete(&mut self, back: bool) {
        let ways = self.offered.parts.len();
        let next = match (self.taken, back) {
            (None, false) => 0,
            (None, true) => ways.saturating_sub(1),
            (Some(at), false) => (at + 1) % ways.max(1),
            (Some(at), true) => at.checked_sub(1).unwrap_or(ways.saturating_sub(1)),
        };
        if let Some(part) = self.offered.parts.get(next) {
            self.input.replace_end(self.offered.from, part);
            self.taken = Some(next);
        }
    }

    /// Whether the way that was taken last is but a name, of which the values come next.
    pub fn wants_value(&self) -> bool {
        self.taken.is_some() && self.text().ends_with(':')
    }

    /// The ways to go on, as many as fit into so many columns; nothing while nothing is typed.
    pub fn offered_spans(&self, theme: &Theme, columns: usize) -> Vec<Span<'static>> {
        let mut spans = Vec::new();
        let mut left = columns;
        let words = self.offered.parts.len();
        // Those before the one that was taken give way to it.
        let from = self.taken.map_or(0, |taken| taken.saturating_sub(3));
        for (at, word) in self.offered.words().enumerate().skip(from) {
            let word = Untrusted::from(word).to_string();
            let (wide, more) = (text::width(&word), words - at - 1);
            let reserved = if more > 0 { 10 } else { 0 };
            if wide + reserved > left && at > from {
                spans.push(Span::styled(format!("{} more", more + 1), theme.muted));
                break;
            }
            let style = if self.taken == Some(at) { theme.accent } else { theme.muted };
            spans.extend([Span::styled(text::fit(&word, left).into_owned(), style), Span::raw("  ")]);
            left = left.saturating_sub(wide + 2);
        }
        spans
    }

    /// Size of the line, and what is left of it.
    pub fn capacity(&self) -> Line {
        self.input.capacity(false)
    }

    /// Gives it a key. Whether the text changed.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        self.input.key(key)
    }

    /// Pastes into it, on one line, as much as fits.
    pub fn paste(&mut self, text: &Untrusted) {
        self.input.paste(text, false);
    }

    /// The filter as it stands on a pane's frame: nothing when it is empty and not being typed. The part
    /// around the caret where not all of it fits into `columns`.
    pub fn spans(&self, theme: &Theme, columns: usize) -> Vec<Span<'static>> {
        if self.is_empty() && !self.typing {
            return Vec::new();
        }
        let sign = Span::styled("/ ", theme.accent);
        let room = columns.saturating_sub(2).max(2);
        if self.typing {
            return [sign].into_iter().chain(self.line(theme, room)).collect();
        }
        let text = Untrusted::from(self.text()).to_string();
        vec![sign, Span::styled(text::fit(&text, room).into_owned(), theme.strong)]
    }

    /// Text and the caret in it, in at most `columns`.
    pub fn line(&self, theme: &Theme, columns: usize) -> Vec<Span<'static>> {
        let (before, after) = self.input.parts();
        // Behind the text the caret has a place too, so that nothing moves when it goes there.
        let room = columns.saturating_sub(usize::from(!after.is_empty()));
        let (line, column) = text::around_caret(before, after, room, |text| Untrusted::from(text).to_string());
        let (before, after) = text::split(&line, column);
        let mut spans = vec![Span::styled(before.to_owned(), theme.strong)];
        spans.extend(caret(after, theme.strong));
        spans
    }
}

/// The rest of a line that begins with the caret. A frame's cursor goes where it is drawn
/// ([`Canvas::line`](crate::tui::widgets::canvas::Canvas::line)).
fn caret(after: &str, style: Style) -> [Span<'static>; 2] {
    let first = after.graphemes(true).next().unwrap_or(" ");
    let rest = after.get(first.len()..).map_or(String::new(), |rest| format!("{rest} "));
    [Span::styled(first.to_owned(), style.add_modifier(CARET)), Span::styled(rest, style)]
}

/// Whether every word of `wanted` stands somewhere in one of `texts`. A word in small letters
/// matches any case; a capital in it makes it exact.
pub fn matches(wanted: &str, texts: &[&str]) -> bool {
    wanted.split_whitespace().all(|word| stands_in(word, texts))
}

/// The same of one word, which may hold blanks.
pub fn stands_in(word: &str, texts: &[&str]) -> bool {
    let exact = word.chars().any(char::is_uppercase);
    texts.iter().any(|text| if exact { searched(text).contains(word) } else { holds(text, word) })
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
