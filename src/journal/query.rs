//! Filters as SQL, and rows as what they mean. Values are always bound, never pasted in.
//!
//! A page is the newest calls that fit, so calls are read newest first and no further than the page is
//! full: by their number, by an index that holds one value in that order, or by the index of words. None of
//! these collects everything that fits to sort it; where next to nothing fits, all calls are read once.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Result, Row};

use super::filter::JournalFilter;
use super::record::{CallKind, CallOutcome, EntryId, EntrySummary, Front};
use super::store::texts;
use crate::domain::{AccountId, ConnectionName, ExecutionId, Identifier, Untrusted};

/// The columns of a summary, in the order [`summary`] reads them.
pub(super) const COLUMNS: &str = "id, began, environment, kind, name, connection, identifier, account, outcome, \
                                  fault_kind, fault, status, execution, took, size, agent_run, front, note, probe, \
                                  modifiers, client";

/// Calls that were found, the newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EntryPage {
    /// Rows that can be read.
    pub calls: Vec<EntrySummary>,
    /// Number of rows that cannot be read: something else has written to the file.
    pub unreadable: u64,
}

/// Order of entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EntryOrder {
    /// Newest first.
    #[default]
    Began,
    /// By outcome.
    Outcome,
    /// By name of the tool.
    Name,
    /// By identifier.
    Identifier,
    /// By connection.
    Connection,
    /// Slowest first.
    Took,
}

impl EntryOrder {
    /// All orders with their names and the letters that choose them, in the order of the columns of a list.
    pub const ALL: [(Self, &'static str, char); 6] = [
        (Self::Began, "time", 't'),
        (Self::Outcome, "outcome", 'u'),
        (Self::Name, "call", 'c'),
        (Self::Identifier, "user", 'a'),
        (Self::Connection, "connection", 'n'),
        (Self::Took, "duration", 'd'),
    ];

    /// What SQL orders by, and whether from the largest on.
    fn sql(self) -> (&'static str, bool) {
        match self {
            Self::Began => ("began", true),
            Self::Outcome => ("outcome", false),
            Self::Name => ("name COLLATE NOCASE", false),
            Self::Identifier => ("identifier COLLATE NOCASE", false),
            Self::Connection => ("connection COLLATE NOCASE", false),
            Self::Took => ("took", true),
        }
    }
}

/// A condition and what is bound in it.
#[derive(Debug, Default)]
pub(super) struct SqlCondition {
    parts: Vec<String>,
    pub(super) values: Vec<Value>,
    /// True if the full-text index is needed.
    words: bool,
}

impl SqlCondition {
    pub(super) fn from_filter(filter: &JournalFilter) -> Self {
        let mut condition = Self::default();
        let texts = [
            ("name LIKE ? ESCAPE '\\'", filter.name.as_deref().map(liked)),
            ("identifier LIKE ? ESCAPE '\\'", filter.identifier.as_deref().map(liked)),
            ("environment LIKE ? ESCAPE '\\'", filter.environment.as_deref().map(liked)),
            ("environment = ?", filter.made_in.clone()),
            ("connection LIKE ? ESCAPE '\\'", filter.connection.as_deref().map(liked)),
            // A capital is meant: only then do names that differ in nothing but their case differ.
            ("instr(connection, ?) > 0", filter.connection.clone().filter(|name| name.contains(char::is_uppercase))),
            ("client LIKE ? ESCAPE '\\'", filter.client.as_deref().map(liked)),
            ("account = ?", filter.account.clone()),
            ("agent_run = ?", filter.agent_run.clone()),
            ("execution = ?", filter.execution.clone()),
            ("words MATCH ?", matched(&filter.words)),
        ];
        condition.words = texts.last().is_some_and(|(_, words)| words.is_some());
        for (part, value) in texts {
            if let Some(value) = value {
                condition.and(part, value.into());
            }
        }
        let numbers = [
            ("front = ?", filter.front.map(Front::number)),
            ("probe = ?", filter.probe.map(i64::from)),
            // Numbers follow the clock but for its leaps: the first that fits is where reading ends.
            (
                "+began >= ? AND id >= (SELECT min(+id) FROM entry WHERE began >= ?)",
                filter.since.map(Timestamp::as_millisecond),
            ),
            (
                "+began <= ? AND id <= (SELECT max(+id) FROM entry WHERE began <= ?)",
                filter.until.map(Timestamp::as_millisecond),
            ),
        ];
        for (part, value) in numbers {
            if let Some(value) = value {
                condition.and(part, value.into());
            }
        }
        if !filter.outcomes.is_empty() {
            let numbers: Vec<String> = filter.outcomes.iter().map(|outcome| outcome.number().to_string()).collect();
            condition.parts.push(format!("outcome IN ({})", numbers.join(", ")));
        }
        condition
    }

    /// Binds `value` wherever `part` asks for one.
    pub(super) fn and(&mut self, part: &str, value: Value) {
        self.values.extend(part.matches('?').map(|_| value.clone()));
        self.parts.push(part.to_owned());
    }

    /// One of some words of our own in a column.
    pub(super) fn and_one_of(&mut self, column: &str, words: impl Iterator<Item = &'static str>) {
        let words: Vec<&str> = words.collect();
        self.parts.push(format!("{column} IN ('{}')", words.join("', '")));
    }

    /// The whole condition behind the name of a table; nothing where everything fits.
    pub(super) fn whole(&self) -> String {
        if self.parts.is_empty() { String::new() } else { format!(" WHERE {}", self.parts.join(" AND ")) }
    }

    /// Only those older than `id`.
    pub(super) fn before(&mut self, id: EntryId) {
        self.and(if self.words { "words.rowid < ?" } else { "id < ?" }, id.0.into());
    }

    /// A query for those that fit in another order, behind the first `skipped` of them. All that fit are sorted for it.
    pub(super) fn page_by(&self, order: EntryOrder, reverse: bool, skipped: usize) -> String {
        let (by, descends) = order.sql();
        let direction = if descends != reverse { "DESC" } else { "ASC" };
        format!("SELECT {COLUMNS} {} ORDER BY {by} {direction}, id DESC LIMIT -1 OFFSET {skipped}", self.fitting())
    }

    /// The calls that fit.
    fn fitting(&self) -> String {
        // Words first: their index knows which calls hold them, newest first.
        let from = if self.words { "words CROSS JOIN entry ON entry.id = words.rowid" } else { "entry" };
        format!("FROM {from}{}", self.whole())
    }

    /// A query for all that fit, the newest first. Whoever reads a page of them reads no further.
    pub(super) fn page(&self) -> String {
        let by = if self.words { "words.rowid" } else { "id" };
        format!("SELECT {COLUMNS} {} ORDER BY {by} DESC", self.fitting())
    }

    /// A query for how many fit.
    pub(super) fn count(&self) -> String {
        match (self.words, self.parts.len()) {
            // Each call has its words, so there is nothing to look up.
            (true, 1) => "SELECT count(*) FROM words WHERE words MATCH ?".to_owned(),
            _ => format!("SELECT count(*) {}", self.fitting()),
        }
    }

    /// A query that deletes what fits.
    pub(super) fn delete(&self) -> String {
        format!("DELETE FROM entry WHERE id IN (SELECT id {})", self.fitting())
    }
}

/// A pattern that finds `text` itself anywhere, whatever signs are in it.
pub(super) fn liked(text: &str) -> String {
    let mut pattern = "%".to_owned();
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern + "%"
}

/// Every word must stand there, or begin a word that does; in quotes, so that nothing in it is
/// taken for the search language's own.
fn matched(words: &[String]) -> Option<String> {
    let quoted = |word: &String| format!("\"{}\"*", word.replace('"', ""));
    let has_letters = |word: &&String| word.chars().any(char::is_alphanumeric);
    let words: Vec<String> = words.iter().filter(has_letters).map(quoted).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

pub(super) fn number_of_kind(kind: CallKind) -> i64 {
    match kind {
        CallKind::Tool => 0,
        CallKind::Proxy => 1,
    }
}

/// Reads a row of [`COLUMNS`].
pub(super) fn summary(row: &Row<'_>) -> Result<EntrySummary> {
    let text = |at: usize| row.get::<_, String>(at);
    let fault_kind: Option<String> = row.get(9)?;
    let fault: Option<String> = row.get(10)?;
    Ok(EntrySummary {
        id: EntryId(row.get(0)?),
        began: Timestamp::from_millisecond(row.get(1)?).unwrap_or_default(),
        environment: text(2)?.into(),
        kind: if row.get::<_, i64>(3)? == 1 { CallKind::Proxy } else { CallKind::Tool },
        name: text(4)?.into(),
        connection: ConnectionName::new(text(5)?),
        identifier: Identifier::new(text(6)?),
        account: AccountId::new(text(7)?),
        outcome: CallOutcome::from_number(row.get(8)?),
        fault: fault_kind.map(|kind| (kind, fault.unwrap_or_default().into())),
        status: row.get(11)?,
        execution: row.get::<_, Option<String>>(12)?.map(ExecutionId::new),
        took: row.get::<_, Option<i64>>(13)?.and_then(|micros| u64::try_from(micros).ok()).map(Duration::from_micros),
        size: row.get::<_, Option<i64>>(14)?.and_then(|size| u64::try_from(size).ok()),
        agent_run: row.get::<_, Option<String>>(15)?.map(Untrusted::from),
        front: Front::from_number(row.get(16)?),
        note: row.get::<_, Option<String>>(17)?.map(Untrusted::from),
        probe: row.get(18)?,
        modifiers: row.get::<_, Option<String>>(19)?.map(|stored| texts(&stored)).unwrap_or_default(),
        client: row.get::<_, Option<String>>(20)?.map(Untrusted::from),
    })
}

#[cfg(test)]
mod tests {
    use rusqlite::{Connection, params_from_iter};

    use super::*;
    use crate::journal::schema::bring_up_to_date;

    /// Query plan of SQLite. Nobody counts what is in the file, so this is the same for any number of
    /// calls.
    fn plan(connection: &Connection, sql: &str, values: &[Value]) -> String {
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps = statement.query_map(params_from_iter(values), |row| row.get::<_, String>(3)).unwrap();
        steps.map(Result::unwrap).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn pages_are_found_by_an_index_and_never_sorted() {
        let mut connection = Connection::open_in_memory().unwrap();
        bring_up_to_date(&mut connection).unwrap();
        let by_number = ["INTEGER PRIMARY KEY (rowid<?)"; 2];
        for (filter, [page, count]) in [
            ("", by_number),
            ("login", ["words VIRTUAL TABLE", "words VIRTUAL TABLE"]),
            ("connection:linear", by_number),
            ("account:ca_7", ["INDEX entry_account (account=?", "COVERING INDEX entry_account"]),
            ("run:x", ["INDEX entry_run (agent_run=?", "COVERING INDEX entry_run"]),
            ("id:x", ["INDEX entry_execution (execution=?", "COVERING INDEX entry_execution"]),
            ("since:2h", ["COVERING INDEX entry_began (began>?)"; 2]),
            ("until:2h", ["COVERING INDEX entry_began (began<?)"; 2]),
            // Any of these fits many calls: newest first, a page of them is full soon.
            ("tool:linear_", by_number),
            ("as:ada@", by_number),
            ("status:failed status:unknown", by_number),
            ("env:acme", by_number),
            ("from:cli", by_number),
            ("client:code", by_number),
            ("tool:linear_ status:failed as:ada@ login", ["words VIRTUAL TABLE", "words VIRTUAL TABLE"]),
        ] {
            let filter = JournalFilter::parse(filter, Timestamp::UNIX_EPOCH).unwrap();
            let mut condition = SqlCondition::from_filter(&filter);
            let first = plan(&connection, &condition.page(), &condition.values);
            condition.before(EntryId(7));
            let next = plan(&connection, &condition.page(), &condition.values);
            assert!(!first.contains("TEMP B-TREE") && !next.contains("TEMP B-TREE"), "{first} / {next}");
            assert!(next.contains(page), "{page}: {next}");
            let all = plan(&connection, &condition.count(), &condition.values);
            assert!(all.contains(count) && !all.contains("TEMP B-TREE"), "{count}: {all}");
        }
    }

    #[test]
    fn what_is_no_longer_kept_is_found_by_an_index() {
        let mut connection = Connection::open_in_memory().unwrap();
        bring_up_to_date(&mut connection).unwrap();
        let used = plan(&connection, crate::journal::retention::USED, &[]);
        assert!(used.contains("COVERING INDEX body_size"), "{used}");
        let old = plan(&connection, crate::journal::retention::OLD, &[0.into()]);
        assert!(old.contains("INDEX entry_began (began<?)"), "{old}");
    }
}
