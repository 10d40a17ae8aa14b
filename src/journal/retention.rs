//! Bounds on the past that is kept.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, Result};

/// Bounds of the journal. Whatever exceeds either goes, the oldest first; calls that are still running
/// stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Entries older than this go.
    pub age: Duration,
    /// Arguments and results take this many bytes at most, compressed; their index comes on top.
    pub size: u64,
}

impl Default for Retention {
    /// Ninety days, half a gigabyte.
    fn default() -> Self {
        Self { age: Duration::from_secs(90 * 24 * 3_600), size: 512 << 20 }
    }
}

impl Retention {
    /// Removes what is no longer kept. Returns how many entries went.
    pub(super) fn apply(self, connection: &Connection, now: Timestamp) -> Result<usize> {
        let age = i64::try_from(self.age.as_millis()).unwrap_or(i64::MAX);
        let oldest = now.as_millisecond().saturating_sub(age);
        let mut gone = connection.execute(OLD, [oldest])?;
        gone += connection.execute(OLD_RUNS, [oldest])?;
        while used(connection)? > self.size {
            let some = connection.execute(
                "DELETE FROM entry WHERE id IN (SELECT id FROM entry WHERE outcome != 0 ORDER BY id LIMIT 
                 (SELECT max(1, count(*) / 16) FROM entry))",
                [],
            )?;
            if some == 0 {
                break;
            }
            gone += some;
        }
        if gone > 0 {
            // Words of entries that are gone stay in their index until it is put together anew.
            connection.execute("INSERT INTO words (words) VALUES ('optimize')", [])?;
            connection.execute_batch("PRAGMA incremental_vacuum")?;
        }
        Ok(gone)
    }
}

/// Deletes entries older than a moment, in milliseconds since 1970.
pub(super) const OLD: &str = "DELETE FROM entry WHERE began < ?1 AND outcome != 0";

/// The same for runs of agents in which nothing has happened since.
const OLD_RUNS: &str = "DELETE FROM agent_run WHERE changed < ?1";

/// Size of all bodies in bytes, read from an index alone.
pub(super) const USED: &str = "SELECT total(ifnull(length(arguments), 0) + ifnull(length(result), 0)) FROM body";

/// Bytes that the bodies take.
fn used(connection: &Connection) -> Result<u64> {
    connection.query_row(USED, [], |row| row.get::<_, f64>(0)).map(|bytes| bytes as u64)
}
