//! Rows of the action table.
//!
//! Everything a person can do is one row: its name, title and sentence, its keys, where it applies. Each feature has the rows
//! of its own; [`crate::tui::shell::action_table`] puts them together. Key handling, footer, help, palette and
//! clickable hints all read them by way of the [`Keymap`](crate::tui::input::keymap::Keymap), so a hint cannot lie.
//! Whether an action applies *right now*, and if not, why, is said by the component that does it.

use crate::tui::input::action::Action;
use crate::tui::input::context::Context;
use crate::tui::input::key::Key;

/// Row of the action table.
#[derive(Debug)]
pub struct Spec {
    /// Action that the row is about.
    pub action: Action,
    /// The stable name of the action, for remapping and the key reference.
    pub name: &'static str,
    /// One or two words for a footer hint.
    pub hint: &'static str,
    /// Name on the help page and in the palette, which also stands there without the place it belongs to.
    pub title: &'static str,
    /// Other words that people look for it by, separated by spaces.
    pub also: &'static str,
    /// Sentence on the effect, for the help page and the palette.
    pub sentence: &'static str,
    /// Contexts in which its keys work.
    pub contexts: &'static [Context],
    /// Default keys; the first one is shown.
    pub keys: &'static [&'static str],
    /// Place in the footer, low first, from [`FOOTER_RIGHT`] on at its right end; none keeps it out.
    pub footer: Option<u8>,
}

/// Hints from this place on stand at the right end of the footer and are never crowded out.
pub const FOOTER_RIGHT: u8 = 30;

impl Spec {
    /// Default keys, parsed. The table is a constant that a test parses whole, so nothing is lost here.
    pub fn keys(&self) -> impl Iterator<Item = Key> + '_ {
        self.keys.iter().filter_map(|text| text.parse().ok())
    }
}
