//! Filters as SQL, and rows as what they mean. Values are always bound, never pasted in.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Result, Row};

use super::filter::Filter;
use super::record::{CallKind, EntryId, Front, Outcome, Summary};
use crate::domain::{AccountId, ConnectionName, ExecutionId, Identifier, Untrusted};

/// The columns of a summary, in the order [`summary`] reads them.
pub(super) const COLUMNS: &str = "id, began, environment, kind, name, connection, identifier, account, outcome, \
                                  fault_kind, fault, status, execution, took, size, agent_run, front";

/// A condition and what is bound in it.
#[derive(Debug, Default)]
pub(super) struct Condition {
    parts: Vec<String>,
    pub(super) values: Vec<Value>,
}

impl Condition {
    pub(super) fn of(filter: &Filter) -> Self {
        let mut condition = Self::default();
        let texts = [
            ("name LIKE ? ESCAPE '\\'", filter.name.as_deref().map(|text| liked(text, "", "%"))),
            ("identifier LIKE ? ESCAPE '\\'", filter.identifier.as_deref().map(|text| liked(text, "", "%"))),
            ("environment LIKE ? ESCAPE '\\'", filter.environment.as_deref().map(|text| liked(text, "%", "%"))),
            ("connection = ?", filter.connection.clone()),
            ("account = ?", filter.account.clone()),
            ("agent_run = ?", filter.agent_run.clone()),
            ("execution = ?", filter.execution.clone()),
            ("id IN (SELECT rowid FROM words WHERE words MATCH ?)", matched(&filter.words)),
        ];
        for (part, value) in texts {
            if let Some(value) = value {
                condition.and(part, value.into());
            }
        }
        let numbers = [
            ("front = ?", filter.front.map(number_of_front)),
            ("began >= ?", filter.since.map(Timestamp::as_millisecond)),
            ("began <= ?", filter.until.map(Timestamp::as_millisecond)),
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

    pub(super) fn and(&mut self, part: &str, value: Value) {
        self.parts.push(part.to_owned());
        self.values.push(value);
    }

    pub(super) fn sql(&self) -> String {
        if self.parts.is_empty() { String::new() } else { format!(" WHERE {}", self.parts.join(" AND ")) }
    }
}

/// A pattern that finds `text` itself, whatever signs are in it.
fn liked(text: &str, before: &str, after: &str) -> String {
    let mut pattern = before.to_owned();
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern + after
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

pub(super) fn number_of_front(front: Front) -> i64 {
    match front {
        Front::Screen => 0,
        Front::CommandLine => 1,
    }
}

/// Reads [`COLUMNS`].
pub(super) fn summary(row: &Row<'_>) -> Result<Summary> {
    let text = |at: usize| row.get::<_, String>(at);
    let fault_kind: Option<String> = row.get(9)?;
    let fault: Option<String> = row.get(10)?;
    Ok(Summary {
        id: EntryId(row.get(0)?),
        began: Timestamp::from_millisecond(row.get(1)?).unwrap_or_default(),
        environment: text(2)?.into(),
        kind: if row.get::<_, i64>(3)? == 1 { CallKind::Proxy } else { CallKind::Tool },
        name: text(4)?.into(),
        connection: ConnectionName::new(text(5)?),
        identifier: Identifier::new(text(6)?),
        account: AccountId::new(text(7)?),
        outcome: Outcome::from_number(row.get(8)?),
        fault: fault_kind.map(|kind| (kind, fault.unwrap_or_default().into())),
        status: row.get(11)?,
        execution: row.get::<_, Option<String>>(12)?.map(ExecutionId::new),
        took: row.get::<_, Option<i64>>(13)?.and_then(|micros| u64::try_from(micros).ok()).map(Duration::from_micros),
        size: row.get::<_, Option<i64>>(14)?.and_then(|size| u64::try_from(size).ok()),
        agent_run: row.get::<_, Option<String>>(15)?.map(Untrusted::from),
        front: if row.get::<_, i64>(16)? == 1 { Front::CommandLine } else { Front::Screen },
    })
}
