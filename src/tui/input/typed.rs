//! Input of a person: keys and pasted text.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::domain::{Untrusted, pluralize};

/// Typed input, where letters are text.
#[derive(Clone, Debug)]
pub enum Typed {
    /// Key that was pressed.
    Key(KeyEvent),
    /// A paste, all at once.
    Paste(Untrusted),
}

/// Mark that some programs put before a text, to say how it is encoded.
pub const BYTE_ORDER_MARK: char = '\u{feff}';

/// A paste as it goes into a field.
pub fn pasted(text: &Untrusted, many_lines: bool) -> impl Iterator<Item = char> + '_ {
    let text = text.raw();
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    text.chars().filter(move |c| !c.is_control() || (many_lines && matches!(c, '\n' | '\t')))
}

/// Whether a key is one that stands for itself in a text.
pub fn is_letter(key: KeyEvent) -> bool {
    matches!(key.code, KeyCode::Char(_)) && !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
}

/// A line that holds so many characters.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// Characters it can hold.
    pub most: usize,
    /// Characters that still fit.
    pub room: usize,
    /// Whether a paste keeps its line breaks.
    pub many_lines: bool,
}

impl Line {
    /// Message where not all that is typed fits.
    pub fn left_out(&self, typed: &Typed) -> Option<String> {
        let most = pluralize(self.most as u64, "character");
        match typed {
            Typed::Paste(text) => pasted(text, self.many_lines)
                .nth(self.room)
                .map(|_| format!("Pasted text was longer than {most}; the rest was left out.")),
            Typed::Key(key) => (self.room == 0 && is_letter(*key)).then(|| format!("No more than {most} fit here.")),
        }
    }
}
