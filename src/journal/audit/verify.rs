//! Whether the chain is whole.

use std::fmt;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::line::{ChainHash, Document};
use super::{GUARDS, TABLES};
use crate::domain::Fault;
use crate::journal::store::{Journal, unusable};

/// Lines that are read at a time.
const BATCH: i64 = 1_000;

/// Result of walking the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditVerdict {
    /// Lines from the first on that are as they were written.
    pub good: u64,
    /// Hash of the last of them.
    pub head: ChainHash,
    /// First thing that is not as it was written.
    pub problem: Option<ChainProblem>,
    /// False where the triggers that refuse changes are not all there.
    pub is_guarded: bool,
    /// Number of lines that the chain had when the head that was asked for was its head; none where it never was, or
    /// nobody asked.
    pub noted: Option<u64>,
}

/// Thing that is not as it was written. Numbers are those of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainProblem {
    /// Its document or its hash is another than it was.
    Changed(u64),
    /// It is gone; the next line is there.
    Missing(u64),
    /// It was put in later.
    Inserted(u64),
    /// It was written as the line of the second number.
    OutOfPlace(u64, u64),
    /// Lines from this number on are gone, up to the second number.
    CutOff(u64, u64),
    /// The head is gone.
    NoHead,
    /// The head is that of another chain.
    OtherHead,
}

impl fmt::Display for ChainProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(number) => write!(f, "Line {number} was changed."),
            Self::Missing(number) => write!(f, "Line {number} is missing."),
            Self::Inserted(number) => write!(f, "Line {number} was put in later."),
            Self::OutOfPlace(number, own) => write!(f, "Line {number} is out of place: it was written as line {own}."),
            Self::CutOff(first, last) if first == last => write!(f, "The last line, {first}, is missing."),
            Self::CutOff(first, last) => write!(f, "The last lines, {first} to {last}, are missing."),
            Self::NoHead => {
                f.write_str("The head of the chain is missing: nobody can tell whether the last lines are.")
            }
            Self::OtherHead => f.write_str("The head is not that of these lines: it was changed, or all lines were."),
        }
    }
}

/// A row as it is, whatever somebody else has put there.
struct Link {
    number: u64,
    document: Option<Vec<u8>>,
    hash: Option<ChainHash>,
}

impl Link {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let document = match row.get_ref(1)? {
            ValueRef::Text(text) => Some(text.to_vec()),
            _ => None,
        };
        let hash = match row.get_ref(2)? {
            ValueRef::Blob(bytes) => ChainHash::from_bytes(bytes),
            _ => None,
        };
        Ok(Self { number: u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default(), document, hash })
    }

    /// True if it was written behind `before`.
    fn follows(&self, before: &ChainHash) -> bool {
        self.document.as_ref().is_some_and(|document| Some(before.then(document)) == self.hash)
    }

    /// Number that it was written with.
    fn own_number(&self) -> Option<u64> {
        let text = std::str::from_utf8(self.document.as_deref()?).ok()?;
        Document::read(text).map(|document| document.number())
    }
}

impl Journal {
    /// Walks the chain, and looks for a head that was noted elsewhere. Lines that are added meanwhile do not count.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): the file cannot be read, or is damaged.
    pub fn verify_audit(&self, noted: Option<&ChainHash>) -> Result<AuditVerdict, Fault> {
        let connection = self.connection();
        // One view of the file, whoever adds lines meanwhile.
        connection.execute_batch("BEGIN").map_err(unusable)?;
        let verdict = verify(&connection, noted);
        connection.execute_batch("COMMIT").map_err(unusable)?;
        verdict.map_err(unusable)
    }
}

fn verify(connection: &Connection, noted: Option<&ChainHash>) -> rusqlite::Result<AuditVerdict> {
    let mut verdict = AuditVerdict {
        good: 0,
        head: ChainHash::FIRST,
        problem: None,
        is_guarded: is_guarded(connection)?,
        noted: noted.filter(|noted| **noted == ChainHash::FIRST).map(|_| 0),
    };
    let head = connection.query_row("SELECT lines, hash FROM audit_head", [], |row| {
        let hash = match row.get_ref(1)? {
            ValueRef::Blob(bytes) => ChainHash::from_bytes(bytes),
            _ => None,
        };
        Ok((u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default(), hash))
    });
    let head = head.optional()?;
    let mut batch = links(connection, None)?.into_iter().peekable();
    while let Some(link) = batch.next() {
        if batch.peek().is_none() {
            batch = links(connection, Some(link.number))?.into_iter().peekable();
        }
        if let Some(problem) = problem(&link, batch.peek(), &verdict, head.as_ref().map(|(lines, _)| *lines)) {
            verdict.problem = Some(problem);
            return Ok(verdict);
        }
        verdict.good += 1;
        verdict.head = link.hash.unwrap_or(ChainHash::FIRST);
        if noted == Some(&verdict.head) {
            verdict.noted = Some(verdict.good);
        }
    }
    verdict.problem = match head {
        None => Some(ChainProblem::NoHead),
        Some((lines, _)) if lines > verdict.good => Some(ChainProblem::CutOff(verdict.good + 1, lines)),
        Some((lines, hash)) if lines != verdict.good || hash != Some(verdict.head) => Some(ChainProblem::OtherHead),
        Some(_) => None,
    };
    Ok(verdict)
}

/// Whether the triggers that refuse changes are there, word by word, and no others: one of the same name may do nothing.
fn is_guarded(connection: &Connection) -> rusqlite::Result<bool> {
    let sql = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('audit', 'audit_head')";
    let mut statement = connection.prepare(sql)?;
    let there: Vec<Option<String>> = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let is_ours = |sql: &Option<String>| sql.as_ref().is_some_and(|sql| TABLES.contains(sql.as_str()));
    Ok(there.len() == GUARDS && there.iter().all(is_ours))
}

fn links(connection: &Connection, after: Option<u64>) -> rusqlite::Result<Vec<Link>> {
    let sql = "SELECT number, document, hash FROM audit WHERE ?1 IS NULL OR number > ?1 ORDER BY number LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let after = after.map(|after| i64::try_from(after).unwrap_or(i64::MAX));
    let rows = statement.query_map((after, BATCH), Link::read)?;
    rows.collect()
}

/// What is wrong with the next line behind the good ones; `then` is the one after it.
fn problem(link: &Link, then: Option<&Link>, so_far: &AuditVerdict, lines: Option<u64>) -> Option<ChainProblem> {
    let (expected, number) = (so_far.good + 1, link.number);
    let own = link.own_number();
    if number == expected && own == Some(number) && link.follows(&so_far.head) {
        // One that is chained as it should be, behind the end.
        return lines.is_some_and(|lines| number > lines).then_some(ChainProblem::Inserted(number));
    }
    // The next one stands where this one should: it came between.
    if then.is_some_and(|then| then.follows(&so_far.head)) {
        return Some(match own {
            Some(own) if then.and_then(Link::own_number) == Some(expected) && own == expected + 1 => {
                ChainProblem::OutOfPlace(expected, own)
            }
            _ => ChainProblem::Inserted(number),
        });
    }
    match own {
        _ if number > expected => Some(ChainProblem::Missing(expected)),
        Some(own) if own > expected => Some(ChainProblem::Missing(expected)),
        Some(own) if own < expected => Some(ChainProblem::OutOfPlace(number, own)),
        _ => Some(ChainProblem::Changed(number)),
    }
}
