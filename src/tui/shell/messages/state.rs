//! Everything that was said so far.

use crate::tui::widgets::list::{Cursor, Move};

/// How far down the page is scrolled; the messages themselves are where toasts are kept.
#[derive(Default)]
pub struct Messages {
    /// The first message that is shown, the newest being 0.
    pub top: usize,
}

impl Messages {
    /// Scrolls among so many messages.
    pub fn step(&mut self, step: Move, messages: usize) {
        let mut cursor = Cursor { row: self.top, top: self.top };
        match step {
            Move::Pages(by) => cursor.step(Move::By(by * 10), messages, 1),
            step => cursor.step(step, messages, 1),
        }
        self.top = cursor.row;
    }
}
