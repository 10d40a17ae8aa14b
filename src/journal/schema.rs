//! The tables, and how a file of an earlier version becomes one of today's.

use rusqlite::{Connection, Error, ErrorCode, Result};

use super::audit;
use super::query::COLUMNS;

/// Version of the tables that this program writes.
const VERSION: i64 = 7;

/// Creates or brings up to date. A file from a later version is refused.
pub(super) fn bring_up_to_date(connection: &mut Connection) -> Result<VersionCheck> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version > VERSION {
        return Ok(VersionCheck::TooNew);
    }
    if version < 1 && !is_empty(&transaction)? {
        return Ok(VersionCheck::Foreign);
    }
    match migrate(&transaction, version) {
        Err(error) if means_nothing(&error) => return Ok(VersionCheck::Foreign),
        migrated => migrated?,
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    Ok(VersionCheck::Ready)
}

/// True if a statement was refused for what stands in it: other tables, other columns.
fn means_nothing(error: &Error) -> bool {
    matches!(error, Error::SqlInputError { .. }) || error.sqlite_error_code() == Some(ErrorCode::Unknown)
}

fn migrate(connection: &Connection, version: i64) -> Result<()> {
    if version < 1 {
        connection.execute_batch(FIRST)?;
    }
    if version < 2 {
        connection.execute_batch(SECOND)?;
    }
    if version < 3 {
        connection.execute_batch(THIRD)?;
    }
    if version < 4 {
        connection.execute_batch(FOURTH)?;
    }
    if version < 5 {
        connection.execute_batch(FIFTH)?;
    }
    if version < 6 {
        connection.execute_batch(SIXTH)?;
    }
    if version < 7 {
        connection.execute_batch(SEVENTH)?;
    }
    // What every command asks for.
    connection.prepare(&format!("SELECT {COLUMNS}, program FROM entry"))?;
    connection.prepare("SELECT entry, arguments, arguments_too_large, hidden, result, result_too_large FROM body")?;
    connection.prepare("SELECT tool, name, saved, arguments, hidden FROM preset")?;
    connection.prepare("SELECT environment, tool FROM favourite")?;
    connection.prepare("SELECT environment, account, at, outcome, document FROM proof")?;
    connection.prepare("SELECT id, environment, account, at, document FROM receipt")?;
    connection.prepare("SELECT id, environment, at, document FROM snapshot")?;
    connection.prepare("SELECT id, crc, document FROM schema")?;
    connection.prepare("SELECT number, document, hash, at, person, call FROM audit")?;
    connection.prepare("SELECT lines, hash FROM audit_head")?;
    connection.prepare("SELECT rowid, text FROM words").map(drop)
}

/// True if nobody has made a table yet.
fn is_empty(connection: &Connection) -> Result<bool> {
    connection.query_row("SELECT count(*) = 0 FROM sqlite_master", [], |row| row.get(0))
}

/// Result of looking at the file's version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum VersionCheck {
    /// The file can be used.
    Ready,
    /// A later version of the program made it.
    TooNew,
    /// The file was made by another program.
    Foreign,
}

/// Times are milliseconds since 1970, lengths of time microseconds. `words` holds no copy of the
/// text, only which words stand in which entry.
const FIRST: &str = "
CREATE TABLE entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    began INTEGER NOT NULL,
    environment TEXT NOT NULL,
    kind INTEGER NOT NULL,
    name TEXT NOT NULL,
    connection TEXT NOT NULL,
    identifier TEXT NOT NULL,
    account TEXT NOT NULL,
    outcome INTEGER NOT NULL,
    fault_kind TEXT,
    fault TEXT,
    status INTEGER,
    execution TEXT,
    took INTEGER,
    size INTEGER,
    agent_run TEXT,
    front INTEGER NOT NULL,
    program TEXT NOT NULL
);
CREATE INDEX entry_open ON entry (outcome) WHERE outcome = 0;
CREATE INDEX entry_execution ON entry (execution) WHERE execution IS NOT NULL;
CREATE INDEX entry_last ON entry (name, account, id);
CREATE TABLE body (
    entry INTEGER PRIMARY KEY REFERENCES entry (id) ON DELETE CASCADE,
    arguments BLOB,
    arguments_too_large INTEGER NOT NULL,
    hidden TEXT NOT NULL,
    result BLOB,
    result_too_large INTEGER NOT NULL DEFAULT 0
);
CREATE VIRTUAL TABLE words USING fts5 (text, content = '', contentless_delete = 1, tokenize = 'unicode61');
CREATE TRIGGER entry_gone AFTER DELETE ON entry BEGIN
    DELETE FROM words WHERE rowid = old.id;
END;
";

/// Named arguments of tools; and what a page of calls is found by, and what is no longer kept.
const SECOND: &str = "
CREATE INDEX IF NOT EXISTS entry_began ON entry (began);
CREATE INDEX IF NOT EXISTS entry_connection ON entry (connection);
CREATE INDEX IF NOT EXISTS entry_account ON entry (account);
CREATE INDEX IF NOT EXISTS entry_run ON entry (agent_run) WHERE agent_run IS NOT NULL;
CREATE INDEX IF NOT EXISTS body_size ON body (ifnull(length(arguments), 0) + ifnull(length(result), 0));
CREATE TABLE preset (
    tool TEXT NOT NULL,
    name TEXT NOT NULL,
    saved INTEGER NOT NULL,
    arguments BLOB NOT NULL,
    hidden TEXT NOT NULL,
    PRIMARY KEY (tool, name)
) WITHOUT ROWID;
";

/// Notes of a person on calls, and tools that somebody comes back to.
const THIRD: &str = "
ALTER TABLE entry ADD COLUMN note TEXT;
CREATE TABLE favourite (
    environment TEXT NOT NULL,
    tool TEXT NOT NULL,
    PRIMARY KEY (environment, tool)
) WITHOUT ROWID;
";

/// Calls that only asked who an account is; what they found out; authorizations and what came of them; and what an
/// environment looked like at a time, with each schema of its tools once. A `document` is JSON, packed as bodies are.
const FOURTH: &str = "
ALTER TABLE entry ADD COLUMN probe INTEGER NOT NULL DEFAULT 0;
CREATE TABLE proof (
    environment TEXT NOT NULL,
    account TEXT NOT NULL,
    at INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    document BLOB NOT NULL,
    PRIMARY KEY (environment, account)
) WITHOUT ROWID;
CREATE TABLE receipt (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    environment TEXT NOT NULL,
    account TEXT NOT NULL,
    at INTEGER NOT NULL,
    document BLOB NOT NULL
);
CREATE INDEX receipt_account ON receipt (environment, account, at);
CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    environment TEXT NOT NULL,
    at INTEGER NOT NULL,
    document BLOB NOT NULL
);
CREATE INDEX snapshot_at ON snapshot (environment, at);
CREATE TABLE schema (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    crc INTEGER NOT NULL,
    document BLOB NOT NULL
);
CREATE INDEX schema_crc ON schema (crc);
";

/// Names of the modifiers that took part in a call, as a JSON array of texts; none where none did.
const FIFTH: &str = "
ALTER TABLE entry ADD COLUMN modifiers TEXT;
";

/// Name and version of the client that a server of tools made a call for; none for other calls.
const SIXTH: &str = "
ALTER TABLE entry ADD COLUMN client TEXT;
";

/// Uses of credentials, one line each.
const SEVENTH: &str = audit::TABLES;
