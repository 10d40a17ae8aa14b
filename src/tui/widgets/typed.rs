//! What a person types.

use crossterm::event::KeyEvent;

use crate::domain::Untrusted;

/// Something typed, where letters are text.
pub enum Typed {
    /// A key.
    Key(KeyEvent),
    /// A paste, all at once.
    Paste(Untrusted),
}
