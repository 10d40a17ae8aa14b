//! One call, as something to run elsewhere.

use crate::export::SnippetKind;
use crate::tui::widgets::list::{Cursor, Move};

/// The forms a call can be had in, and the one under the cursor.
pub struct AsCode {
    /// Each form with the call in it.
    pub forms: Vec<(SnippetKind, String)>,
    /// The form under the cursor.
    pub cursor: Cursor,
}

impl AsCode {
    /// A call in every form.
    pub fn new(write: impl Fn(SnippetKind) -> String) -> Self {
        Self {
            forms: SnippetKind::ALL.iter().copied().map(|form| (form, write(form))).collect(),
            cursor: Cursor::default(),
        }
    }

    /// What is under the cursor.
    pub fn selected(&self) -> Option<&(SnippetKind, String)> {
        self.forms.get(self.cursor.row)
    }

    /// To another form.
    pub fn step(&mut self, step: Move) {
        self.cursor.step(step, self.forms.len(), self.forms.len());
    }
}
