//! Search in a document, while its text is typed and after.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use async_trait::async_trait;
use ratatui::text::Span;

use crate::domain::Fault;
use crate::json::{Document, DocumentSearch, JsonTable, NodeId, Pattern, TableMatches};
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task, stoppable};
use crate::tui::theme::Theme;
use crate::tui::widgets::typing::filter::Filter;

/// A search through a document, which is done elsewhere.
#[derive(Clone)]
pub struct Find {
    /// Document to search.
    pub document: Document,
    pattern: Pattern,
    /// Table of which the rows are filtered, where one is looked at.
    table: Option<Arc<JsonTable>>,
}

impl std::fmt::Debug for Find {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Find({} bytes)", self.document.text().bytes().len())
    }
}

/// Values that match in a document.
#[derive(Debug)]
pub struct MatchesFound(pub Result<Found, Fault>);

/// Findings of a search.
#[derive(Debug)]
pub struct Found {
    /// Document that was searched.
    pub document: Document,
    /// Values that match, in document order; of a table those in its rows.
    pub values: Vec<NodeId>,
    /// Table of which the rows were filtered, and the rows that are left.
    pub(super) rows: Option<(Arc<JsonTable>, Vec<u32>)>,
}

#[async_trait]
impl Task for Find {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(MatchesFound(Err(fault)))
    }

    async fn run(self: Box<Self>, _services: Services, reporter: Reporter) {
        reporter.send(MatchesFound(Ok(stoppable(move |stop| self.search(stop)).await)));
    }
}

impl Find {
    /// Place of the search in a document.
    pub const SLOT: Slot = Slot::new("find");

    /// Searches for the values. Takes a while for a large document; ends early soon after `stop` is set.
    pub fn search(&self, stop: &AtomicBool) -> Found {
        let mut values = Vec::new();
        let document = self.document.clone();
        DocumentSearch::new(document.clone(), self.pattern.clone()).run(usize::MAX, stop, &mut values);
        let Some(table) = &self.table else { return Found { document, values, rows: None } };
        let TableMatches { values, rows } = table.matches(&values, &self.pattern);
        Found { document, values, rows: Some((Arc::clone(table), rows)) }
    }
}

/// The field, and what came of it.
#[derive(Default)]
pub struct FindField {
    /// Text to search for, as it is typed.
    pub input: Filter,
    /// Whether it is an expression.
    is_regex: bool,
    /// Pattern made of the text, or the mistake in it.
    pattern: Option<Result<Pattern, String>>,
    /// Values that match, in document order.
    found: Vec<NodeId>,
    /// Whether that is still being found out.
    searching: bool,
}

impl FindField {
    /// Whether somebody looks for an expression.
    pub fn is_regex(&self) -> bool {
        self.is_regex
    }

    /// Takes what is typed for an expression, or for a text again.
    pub fn toggle_regex(&mut self) {
        self.is_regex = !self.is_regex;
    }

    /// The search that what is typed asks for; none where that is nothing, or no expression yet.
    pub fn look(&mut self, document: &Document, table: Option<Arc<JsonTable>>) -> Option<Find> {
        let text = self.input.text();
        self.pattern = match self.is_regex {
            _ if text.is_empty() => None,
            false => Some(Ok(text.into())),
            true => Some(Pattern::regex(text)),
        };
        let Some(Ok(pattern)) = &self.pattern else {
            self.found.clear();
            self.searching = false;
            return None;
        };
        self.searching = true;
        Some(Find { document: document.clone(), pattern: pattern.clone(), table })
    }

    /// Search to run again, if nobody heard the result of the last one.
    pub fn look_again(&mut self, document: &Document, table: Option<Arc<JsonTable>>) -> Option<Find> {
        if self.searching { self.look(document, table) } else { None }
    }

    /// Takes the values that a search has found.
    pub fn hear(&mut self, found: Vec<NodeId>) {
        self.found = found;
        self.searching = false;
    }

    /// Forgets all but whether expressions are looked for.
    pub fn clear(&mut self) {
        *self = Self { is_regex: self.is_regex, ..Self::default() };
    }

    /// The values that match, in document order.
    pub fn found(&self) -> &[NodeId] {
        &self.found
    }

    /// Pattern to point out in a value; none in one that does not match.
    pub fn pattern_at(&self, node: NodeId) -> Option<&Pattern> {
        self.found.binary_search(&node).ok()?;
        self.pattern.as_ref()?.as_ref().ok()
    }

    /// The first match among the values inside one, and the pattern to point out in it.
    pub fn first_inside(&self, document: &Document, node: NodeId) -> Option<(NodeId, &Pattern)> {
        let inside = document.descendants(node);
        let at = self.found.partition_point(|found| *found < inside.start);
        let first = self.found.get(at).filter(|found| **found < inside.end)?;
        Some((*first, self.pattern.as_ref()?.as_ref().ok()?))
    }

    /// The field as it stands on the pane's frame, with the cursor on `node`, what is typed in `columns`.
    pub fn spans(&self, node: NodeId, theme: &Theme, columns: usize) -> Vec<Span<'static>> {
        let mut spans = self.input.spans(theme, columns);
        if self.is_regex && !spans.is_empty() {
            spans.push(Span::styled("  regex", theme.accent));
        }
        let (words, style) = match (&self.pattern, self.found.binary_search(&node), self.found.len()) {
            (None, ..) => return spans,
            (Some(Err(problem)), ..) => (problem.clone(), theme.warn),
            _ if self.searching => ("searching".to_owned(), theme.muted),
            (.., 0) => ("no match".to_owned(), theme.muted),
            (_, Ok(at), all) => (format!("{} of {all}", at + 1), theme.muted),
            (_, Err(_), all) => (format!("{all} found"), theme.muted),
        };
        spans.push(Span::styled(format!("  {words}"), style));
        spans
    }
}
