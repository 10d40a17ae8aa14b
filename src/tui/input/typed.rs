//! What a person types.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::domain::Untrusted;

/// Something typed, where letters are text.
pub enum Typed {
    /// A key.
    Key(KeyEvent),
    /// A paste, all at once.
    Paste(Untrusted),
}

/// What some programs put before a text, to say how it is encoded.
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
