//! What went over the wire.

use std::sync::Arc;

use crate::backend::http_log::Exchange;
use crate::tui::widgets::list::{Cursor, Move};

/// So many are kept on the page.
pub const KEPT: usize = 500;

/// The last exchanges, and how far down the page is scrolled.
#[derive(Default)]
pub struct Requests {
    exchanges: Vec<Arc<Exchange>>,
    /// The first exchange that is shown, the newest being 0.
    pub top: usize,
}

impl Requests {
    /// Some more have ended. A page that is scrolled down stays on what it shows.
    pub fn add(&mut self, more: Vec<Arc<Exchange>>) {
        if self.top > 0 {
            self.top += more.len();
        }
        self.exchanges.extend(more);
        let surplus = self.exchanges.len().saturating_sub(KEPT);
        self.exchanges.drain(..surplus);
    }

    /// The newest first.
    pub fn newest(&self) -> impl Iterator<Item = &Exchange> {
        self.exchanges.iter().rev().map(AsRef::as_ref)
    }

    /// Whether nothing has been sent yet.
    pub fn is_empty(&self) -> bool {
        self.exchanges.is_empty()
    }

    /// Scrolls.
    pub fn step(&mut self, step: Move) {
        let mut cursor = Cursor { row: self.top, top: self.top };
        match step {
            Move::Pages(by) => cursor.step(Move::By(by * 10), self.exchanges.len(), 1),
            step => cursor.step(step, self.exchanges.len(), 1),
        }
        self.top = cursor.row;
    }
}
