//! In what the results of two calls differ.

use crate::journal::EntryId;
use crate::json::{self, Document, Ignore};
use crate::tui::widgets::list::{Cursor, Move};

/// So much of a value is shown.
const SHOWN: usize = 120;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where, as a jq path, safe to show.
    pub path: String,
    /// What stands there in the older one; none where it is not there.
    pub left: Option<String>,
    /// What stands there in the newer one.
    pub right: Option<String>,
}

/// Two bodies, compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// What differs, in document order.
    pub lines: Vec<Line>,
}

/// What is to be compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The older call.
    pub left: EntryId,
    /// The newer one.
    pub right: EntryId,
    /// Whether what went along is compared, rather than what came back.
    pub arguments: bool,
    /// What does not count.
    pub ignore: Ignore,
}

/// The page, while it is being found out and after.
pub struct Difference {
    /// What is compared.
    pub of: Comparison,
    /// What came of it; none while it is being found out.
    pub compared: Option<Result<Compared, String>>,
    /// The line under the cursor.
    pub cursor: Cursor,
}

impl Compared {
    /// Compares two documents. Takes a while for large ones.
    pub fn of(left: &Document, right: &Document, ignore: &Ignore) -> Self {
        let shown = |document: &Document, node| {
            let excerpt = document.display_string(node, SHOWN);
            format!("{}{}", excerpt.text, if excerpt.cut { "…" } else { "" })
        };
        let line = |difference| match difference {
            json::DiffEntry::Removed(node) => {
                Line { path: left.jq_path(node).to_string(), left: Some(shown(left, node)), right: None }
            }
            json::DiffEntry::Added(node) => {
                Line { path: right.jq_path(node).to_string(), left: None, right: Some(shown(right, node)) }
            }
            json::DiffEntry::Changed(l, r) => {
                Line { path: left.jq_path(l).to_string(), left: Some(shown(left, l)), right: Some(shown(right, r)) }
            }
        };
        Self { lines: json::diff(left, right, ignore).into_iter().map(line).collect() }
    }
}

impl Difference {
    /// A page for a comparison that has just begun.
    pub fn begin(of: Comparison) -> Self {
        Self { of, compared: None, cursor: Cursor::default() }
    }

    /// What differs, as far as it is known.
    pub fn lines(&self) -> &[Line] {
        match &self.compared {
            Some(Ok(compared)) => &compared.lines,
            _ => &[],
        }
    }

    /// Moves about.
    pub fn step(&mut self, step: Move, height: usize) {
        let lines = self.lines().len();
        self.cursor.step(step, lines, height);
    }
}
