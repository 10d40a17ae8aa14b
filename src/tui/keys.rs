//! Keys as people write them: `a`, `Ctrl-R`, `F1`, `Enter`.

use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// One key press, normalised: a shifted letter is the capital itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    ctrl: bool,
    alt: bool,
    shift: bool,
}

impl Key {
    /// What the terminal reported.
    pub fn of(event: &KeyEvent) -> Self {
        let (mut code, mut shift) = (event.code, event.modifiers.contains(KeyModifiers::SHIFT));
        match code {
            KeyCode::BackTab => {
                code = KeyCode::Tab;
                shift = true;
            }
            KeyCode::Char(_) => shift = false,
            _ => {}
        }
        let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
        if let (KeyCode::Char(c), true) = (code, ctrl) {
            code = KeyCode::Char(c.to_ascii_lowercase());
        }
        Self { code, ctrl, alt: event.modifiers.contains(KeyModifiers::ALT), shift }
    }

    /// Whether this key writes a character into a text field.
    pub fn types(self) -> bool {
        matches!(self.code, KeyCode::Char(_)) && !self.ctrl && !self.alt
    }
}

const NAMED: [(&str, KeyCode); 13] = [
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("Space", KeyCode::Char(' ')),
    ("Backspace", KeyCode::Backspace),
    ("Delete", KeyCode::Delete),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("PageUp", KeyCode::PageUp),
];
const PAGE_DOWN: (&str, KeyCode) = ("PageDown", KeyCode::PageDown);

fn named() -> impl Iterator<Item = (&'static str, KeyCode)> {
    NAMED.into_iter().chain([PAGE_DOWN])
}

impl FromStr for Key {
    type Err = String;

    /// Reads `Ctrl-`, `Alt-`, `Shift-` in any order, then a name, `F1`–`F12`, or one character.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut key = Self { code: KeyCode::Null, ctrl: false, alt: false, shift: false };
        let mut rest = text;
        loop {
            if let Some(after) = rest.strip_prefix("Ctrl-") {
                key.ctrl = true;
                rest = after;
            } else if let Some(after) = rest.strip_prefix("Alt-") {
                key.alt = true;
                rest = after;
            } else if let Some(after) = rest.strip_prefix("Shift-") {
                key.shift = true;
                rest = after;
            } else {
                break;
            }
        }
        let mut chars = rest.chars();
        key.code = match (chars.next(), chars.next()) {
            (Some(c), None) => KeyCode::Char(if key.ctrl { c.to_ascii_lowercase() } else { c }),
            _ => match rest.strip_prefix('F').and_then(|n| n.parse().ok()) {
                Some(n @ 1..=12) => KeyCode::F(n),
                _ => named().find(|(name, _)| *name == rest).ok_or_else(|| format!("no key is called {text:?}"))?.1,
            },
        };
        Ok(key)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        for (on, prefix) in [(self.ctrl, "Ctrl-"), (self.alt, "Alt-"), (self.shift, "Shift-")] {
            if on {
                out.push_str(prefix);
            }
        }
        match self.code {
            KeyCode::F(n) => out.push_str(&format!("F{n}")),
            code => match (named().find(|(_, named)| *named == code), code) {
                (Some((name, _)), _) => out.push_str(name),
                (None, KeyCode::Char(c)) if self.ctrl => out.push(c.to_ascii_uppercase()),
                (None, KeyCode::Char(c)) => out.push(c),
                (None, other) => out.push_str(&format!("{other:?}")),
            },
        }
        f.pad(&out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_as_they_are_read() {
        for text in ["a", "G", "?", "/", "Ctrl-R", "F1", "F12", "Enter", "Shift-Tab", "Alt-x", "Space", "PageDown"] {
            assert_eq!(text.parse::<Key>().expect(text).to_string(), text);
        }
        assert!("Hyper-x".parse::<Key>().is_err());
        assert!("F13".parse::<Key>().is_err());
    }

    #[test]
    fn what_the_terminal_reports_matches_what_is_written() {
        let pressed = |code, modifiers| Key::of(&KeyEvent::new(code, modifiers));
        assert_eq!(pressed(KeyCode::Char('G'), KeyModifiers::SHIFT), "G".parse().expect("a key"));
        assert_eq!(pressed(KeyCode::BackTab, KeyModifiers::SHIFT), "Shift-Tab".parse().expect("a key"));
        assert_eq!(pressed(KeyCode::Char('r'), KeyModifiers::CONTROL), "Ctrl-R".parse().expect("a key"));
        assert!(pressed(KeyCode::Char('?'), KeyModifiers::SHIFT).types());
        assert!(!pressed(KeyCode::Char('r'), KeyModifiers::CONTROL).types());
    }
}
