//! Lines, read by filters, by number, and by call.

use rusqlite::{OptionalExtension as _, Row, params_from_iter};

use super::filter::AuditFilter;
use super::line::{AuditLine, ChainHash, Document};
use crate::domain::Fault;
use crate::journal::query::SqlCondition;
use crate::journal::record::EntryId;
use crate::journal::store::{Journal, unusable};

/// Lines that were found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AuditPage {
    /// Lines that can be read.
    pub lines: Vec<AuditLine>,
    /// Number of lines that cannot be read: something else has written to the file.
    pub unreadable: u64,
    /// Number of the last line that was looked at; none where there was none.
    pub last: Option<u64>,
}

/// Order in which lines are read.
#[derive(Clone, Copy)]
enum Direction {
    NewestFirst,
    OldestFirst,
}

impl Journal {
    /// The lines that fit, newest first, at most `limit` of those before `before`.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): the file cannot be read.
    pub fn audit(&self, filter: &AuditFilter, before: Option<u64>, limit: usize) -> Result<AuditPage, Fault> {
        let mut condition = filter.condition();
        if let Some(before) = before {
            condition.and("number < ?", i64::try_from(before).unwrap_or(i64::MAX).into());
        }
        self.read_lines(condition, Direction::NewestFirst, limit)
    }

    /// The lines that fit, oldest first, at most `limit` of those after `after`.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): the file cannot be read.
    pub fn audit_after(&self, filter: &AuditFilter, after: u64, limit: usize) -> Result<AuditPage, Fault> {
        let mut condition = filter.condition();
        condition.and("number > ?", i64::try_from(after).unwrap_or(i64::MAX).into());
        self.read_lines(condition, Direction::OldestFirst, limit)
    }

    /// One line; none where there is none of this number, or it cannot be read.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): the file cannot be read.
    pub fn audit_line(&self, number: u64) -> Result<Option<AuditLine>, Fault> {
        let sql = "SELECT number, document, hash FROM audit WHERE number = ?1";
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        self.connection().query_row(sql, [number], line).optional().map(Option::flatten).map_err(unusable)
    }

    /// Uses of credentials that belong to a call, oldest first.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): the file cannot be read.
    pub fn uses_of(&self, call: EntryId) -> Result<Vec<AuditLine>, Fault> {
        let mut condition = SqlCondition::default();
        condition.and("call = ?", call.0.into());
        self.read_lines(condition, Direction::OldestFirst, usize::MAX).map(|page| page.lines)
    }

    fn read_lines(&self, condition: SqlCondition, direction: Direction, limit: usize) -> Result<AuditPage, Fault> {
        let order = match direction {
            Direction::NewestFirst => "DESC",
            Direction::OldestFirst => "ASC",
        };
        let sql = format!("SELECT number, document, hash FROM audit{} ORDER BY number {order}", condition.whole());
        let connection = self.connection();
        let read = || -> rusqlite::Result<AuditPage> {
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query(params_from_iter(condition.values))?;
            let mut page = AuditPage::default();
            while page.lines.len() < limit
                && let Some(row) = rows.next()?
            {
                page.last = row.get::<_, i64>(0).ok().and_then(|number| u64::try_from(number).ok());
                match line(row) {
                    Ok(Some(line)) => page.lines.push(line),
                    Ok(None) | Err(_) => page.unreadable += 1,
                }
            }
            Ok(page)
        };
        read().map_err(unusable)
    }
}

fn line(row: &Row<'_>) -> rusqlite::Result<Option<AuditLine>> {
    let (number, document, hash): (i64, String, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let read = || {
        let (number, hash) = (u64::try_from(number).ok()?, ChainHash::from_bytes(&hash)?);
        Document::read(&document)?.line(number, document, hash)
    };
    Ok(read())
}
