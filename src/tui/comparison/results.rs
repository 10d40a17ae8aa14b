//! Everybody's row, while the calls are under way and after.

use std::time::Duration;

use crate::domain::{Identifier, JsonText};
use crate::flow::compare::{Comparison, PersonResult, Step};
use crate::tui::core::messages::SaveList;
use crate::tui::explorer::json_view::JsonView;
use crate::tui::widgets::list::Cursor;

/// A run of the call as several people.
pub struct Results {
    /// Everybody, in the order of the list.
    pub rows: Vec<ResultRow>,
    /// The comparison, or why there is none; none while the calls are under way.
    pub comparison: Option<Result<Box<Comparison>, String>>,
    /// Uptime at which it began.
    pub since: Duration,
    /// The row under the cursor.
    pub cursor: Cursor,
    /// Rows that are marked, the one marked last at the end; at most two.
    pub marked: Vec<usize>,
    /// The result that is looked at, and whose it is.
    pub looked_at: Option<(Identifier, Box<JsonView>)>,
}

/// How far one person's call is.
#[derive(Debug)]
pub struct ResultRow {
    /// The person.
    pub identifier: Identifier,
    /// The last step that was told.
    pub step: Step,
}

impl ResultRow {
    /// Their outcome, once it is there.
    pub fn result(&self) -> Option<&PersonResult> {
        match &self.step {
            Step::Ended(result) => Some(result),
            _ => None,
        }
    }
}

impl Results {
    /// A run that has just begun.
    pub fn new(people: &[Identifier], since: Duration) -> Self {
        let row = |identifier: &Identifier| ResultRow { identifier: identifier.clone(), step: Step::Resolving };
        Self {
            rows: people.iter().map(row).collect(),
            comparison: None,
            since,
            cursor: Cursor::default(),
            marked: Vec::new(),
            looked_at: None,
        }
    }

    /// Takes a step of one person's call.
    pub fn step(&mut self, at: usize, step: Step) {
        if let Some(row) = self.rows.get_mut(at) {
            row.step = step;
        }
    }

    /// Number of calls that are over.
    pub fn ended(&self) -> usize {
        self.rows.iter().filter(|row| row.result().is_some()).count()
    }

    /// Takes note that somebody stopped what was under way. Everybody's outcome, to be compared.
    pub fn stop(&mut self) -> Vec<PersonResult> {
        for row in self.rows.iter_mut().filter(|row| row.result().is_none()) {
            let sent = matches!(row.step, Step::Calling);
            row.step = Step::Ended(Box::new(PersonResult::stopped(&row.identifier, sent)));
        }
        self.rows.iter().filter_map(|row| row.result().cloned()).collect()
    }

    /// The comparison, once it is there.
    pub fn compared(&self) -> Option<&Comparison> {
        self.comparison.as_ref()?.as_deref().ok()
    }

    /// Outcome of whoever is under the cursor.
    pub fn selected(&self) -> Option<&PersonResult> {
        self.rows.get(self.cursor.row)?.result()
    }

    /// Marks the row under the cursor, or takes its mark away. A third mark takes the place of the first.
    pub fn mark(&mut self) {
        let row = self.cursor.row;
        match self.marked.iter().position(|marked| *marked == row) {
            Some(at) => {
                self.marked.remove(at);
            }
            None => {
                if self.marked.len() > 1 {
                    self.marked.remove(0);
                }
                self.marked.push(row);
            }
        }
    }

    /// Two results to compare with their owners: those that are marked, or a marked one and the one under the cursor.
    pub fn pair(&self) -> Option<[(String, JsonText); 2]> {
        let (one, other) = match self.marked.as_slice() {
            [one, other] => (*one.min(other), *one.max(other)),
            [one] if *one != self.cursor.row => (*one, self.cursor.row),
            _ => return None,
        };
        let named = |at: usize| {
            let person = self.rows.get(at)?.result()?;
            Some((person.identifier.to_string(), person.result.as_ref()?.text().clone()))
        };
        Some([named(one)?, named(other)?])
    }

    /// Opens the result under the cursor.
    pub fn look(&mut self, tool: &str) {
        let found = self.selected().and_then(|person| {
            let document = person.result.clone()?;
            let view = JsonView::new(document).named(&format!("{tool}-{}", person.identifier.raw()));
            Some((person.identifier.clone(), Box::new(view)))
        });
        if found.is_some() {
            self.looked_at = found;
        }
    }

    /// The table as rows to save.
    pub fn to_save(&self, tool: &str) -> SaveList {
        let rows = self.rows.iter().enumerate().map(|(at, row)| {
            let facts = self.compared().and_then(|comparison| comparison.facts(at));
            let result = row.result();
            let records = facts.as_ref().and_then(|facts| facts.records).map(|count| count.to_string());
            let lacks = facts
                .as_ref()
                .map(|facts| facts.lacks.iter().map(|name| name.raw().to_owned()).collect::<Vec<_>>().join(", "));
            let changed = facts.map(|facts| facts.changed.to_string());
            let error = result.and_then(|result| result.fault.as_ref()).map(ToString::to_string);
            let took = result.filter(|result| result.sent).map(|result| result.took.as_millis().to_string());
            let connection = result.and_then(|result| result.connection.as_ref()).map(|name| name.raw().to_owned());
            let identifier = Some(row.identifier.raw().to_owned());
            [identifier, connection, records, lacks, changed, error, took].map(Option::unwrap_or_default).to_vec()
        });
        let heads = &["identifier", "connection", "records", "lacks", "changed", "error", "took_ms"];
        SaveList { name: format!("{tool}-users.csv"), heads, rows: rows.collect() }
    }
}
