//! Audit: one line for each use of a credential, each chained to the one before.
//!
//! A line is a JSON document, kept as it was written; the columns that filters look in are read from it, so that nobody
//! can change one without the other. Its hash is the SHA-256 of the hash before and the document. The number of lines and
//! the last hash are kept apart (the head), so that a missing end is noticed. Nothing is ever changed or deleted here,
//! whatever becomes of the calls.

mod filter;
mod line;
mod read;
mod verify;
mod write;

pub use self::filter::AuditFilter;
pub use self::line::{AuditLine, ChainHash};
pub use self::verify::{AuditVerdict, ChainProblem};

/// Lines, and the head of their chain. Columns are read from the documents; one that is no JSON any more has none.
/// `INSERT OR REPLACE` is no way around the triggers: only the next number can be inserted.
pub(super) const TABLES: &str = "
CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    document TEXT NOT NULL,
    hash BLOB NOT NULL,
    at TEXT AS (iif(json_valid(document), document ->> '$.at', NULL)) VIRTUAL,
    event TEXT AS (iif(json_valid(document), document ->> '$.event', NULL)) VIRTUAL,
    outcome TEXT AS (iif(json_valid(document), document ->> '$.outcome', NULL)) VIRTUAL,
    application TEXT AS (iif(json_valid(document), document ->> '$.application', NULL)) VIRTUAL,
    person TEXT AS (iif(json_valid(document), document ->> '$.person', NULL)) VIRTUAL,
    environment TEXT AS (iif(json_valid(document), document ->> '$.environment', NULL)) VIRTUAL,
    connection TEXT AS (iif(json_valid(document), document ->> '$.connection', NULL)) VIRTUAL,
    account TEXT AS (iif(json_valid(document), document ->> '$.account', NULL)) VIRTUAL,
    resource TEXT AS (iif(json_valid(document), document ->> '$.resource', NULL)) VIRTUAL,
    tool TEXT AS (iif(json_valid(document), document ->> '$.tool', NULL)) VIRTUAL,
    call INTEGER AS (iif(json_valid(document), document ->> '$.call', NULL)) VIRTUAL,
    run TEXT AS (iif(json_valid(document), document ->> '$.run', NULL)) VIRTUAL,
    token TEXT AS (iif(json_valid(document), document ->> '$.token', NULL)) VIRTUAL
);
CREATE INDEX audit_call ON audit (call) WHERE call IS NOT NULL;
CREATE INDEX audit_run ON audit (run) WHERE run IS NOT NULL;
CREATE TABLE audit_head (
    only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
    lines INTEGER NOT NULL,
    hash BLOB NOT NULL
);
INSERT INTO audit_head (only_one, lines, hash) VALUES (1, 0, zeroblob(32));
CREATE TRIGGER audit_only_at_the_end BEFORE INSERT ON audit
    WHEN new.number IS NOT (SELECT lines + 1 FROM audit_head)
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_not_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_not_deleted BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_head_not_deleted BEFORE DELETE ON audit_head
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_head_goes_forward BEFORE UPDATE ON audit_head
    WHEN new.lines IS NOT old.lines + 1
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
";

/// Number of the triggers that keep the tables append-only.
const GUARDS: usize = 5;

#[cfg(test)]
mod tests;
