//! Keys as people write them: `a`, `Ctrl-R`, `F1`, `Enter`.

use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Key press, normalised: a shifted letter is the capital itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    ctrl: bool,
    alt: bool,
    shift: bool,
}

impl Key {
    /// Key that the terminal reported, in one spelling for all terminals.
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

    /// The digit that this key is.
    pub fn digit(self) -> Option<usize> {
        match self.code {
            KeyCode::Char(c) if self.types() => c.to_digit(10).and_then(|digit| usize::try_from(digit).ok()),
            _ => None,
        }
    }

    /// Whether this key writes a character into a text field.
    pub fn types(self) -> bool {
        matches!(self.code, KeyCode::Char(_)) && !self.ctrl && !self.alt
    }
}

const NAMED: [(&str, KeyCode); 14] = [
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
    ("PageDown", KeyCode::PageDown),
];

/// Keys that terminals report as another one.
const TWINS: [(char, &str); 3] = [('i', "Tab"), ('m', "Enter"), ('[', "Esc")];

impl FromStr for Key {
    type Err = String;

    /// Reads `Ctrl-`, `Alt-`, `Shift-` in any order, then a name, `F1`–`F12`, or one character. Names
    /// may be written small. The error is half a sentence: why no such key is ever pressed.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut key = Self { code: KeyCode::Null, ctrl: false, alt: false, shift: false };
        let mut rest = text;
        while let Some((word, after)) = rest.split_once('-').filter(|(_, after)| !after.is_empty()) {
            match word.to_ascii_lowercase().as_str() {
                "ctrl" => key.ctrl = true,
                "alt" => key.alt = true,
                "shift" => key.shift = true,
                _ => break,
            }
            rest = after;
        }
        let mut chars = rest.chars();
        key.code = match (chars.next(), chars.next()) {
            (Some(c), None) => KeyCode::Char(c),
            _ => match rest.strip_prefix(['F', 'f']).and_then(|n| n.parse().ok()) {
                Some(n @ 1..=12) => KeyCode::F(n),
                _ => named().find(|(name, _)| name.eq_ignore_ascii_case(rest)).ok_or("no key has that name")?.1,
            },
        };
        key.as_reported()
    }
}

impl Key {
    /// The key as a terminal reports it; an error for what no terminal tells apart from another key.
    fn as_reported(mut self) -> Result<Self, String> {
        let KeyCode::Char(c) = self.code else {
            let bare = matches!(self.code, KeyCode::Enter | KeyCode::Tab | KeyCode::Esc | KeyCode::Backspace);
            return match bare && self.ctrl {
                true => Err("terminals do not tell it apart from the key without Ctrl".to_owned()),
                false => Ok(self),
            };
        };
        if self.ctrl {
            let twin = TWINS.into_iter().find(|(other, _)| *other == c.to_ascii_lowercase());
            return match (twin, self.shift) {
                (Some((_, name)), _) => Err(format!("terminals report it as {name}")),
                (None, true) => Err("terminals do not tell it apart from the key without Shift".to_owned()),
                (None, false) if c.is_ascii_alphabetic() || c == ' ' => {
                    self.code = KeyCode::Char(c.to_ascii_lowercase());
                    Ok(self)
                }
                (None, false) => {
                    Err("terminals report Ctrl only with letters and with keys that have a name".to_owned())
                }
            };
        }
        if self.shift {
            if !c.is_alphabetic() {
                return Err("write the character itself that Shift makes of it".to_owned());
            }
            self.code = KeyCode::Char(c.to_uppercase().next().unwrap_or(c));
            self.shift = false;
        }
        Ok(self)
    }
}

fn named() -> impl Iterator<Item = (&'static str, KeyCode)> {
    NAMED.into_iter()
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
        for (text, as_written) in
            [("ctrl-r", "Ctrl-R"), ("ENTER", "Enter"), ("f5", "F5"), ("Shift-a", "A"), ("-", "-"), ("Alt--", "Alt--")]
        {
            assert_eq!(text.parse::<Key>().expect(text).to_string(), as_written);
        }
        for text in
            ["", "Hyper-x", "F13", "Ctrl-", "ab", "Ctrl-I", "Ctrl-[", "Ctrl-Enter", "Ctrl-Shift-x", "Ctrl-1", "Shift-1"]
        {
            assert!(text.parse::<Key>().is_err(), "{text}");
        }
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
