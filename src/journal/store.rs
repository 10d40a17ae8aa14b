//! The file: opened, written, read.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params, params_from_iter};

use super::body::{KEPT_WHOLE, pack, unpack};
use super::busy;
use super::filter::JournalFilter;
use super::home::{Presence, broken, private};
use super::query::{COLUMNS, EntryOrder, EntryPage, SqlCondition, number_of_kind, summary};
use super::record::{CallOutcome, Ending, EntryId, JournalEntry, NewCall, SentArguments, StoredBody};
use super::retention::Retention;
use super::schema::{VersionCheck, bring_up_to_date};
use crate::domain::{AccountId, Fault, FaultKind, Identifier, JsonText, ToolName, Untrusted};
use crate::files;
use crate::redact::{self, Redacted};

/// The file's name in its folder.
const FILE: &str = "journal.sqlite";

/// Bytes of a body that can be searched for.
const SEARCHED: usize = 64 << 10;

/// Old entries are looked for after so many new ones.
const EVERY: i64 = 256;

/// The journal. Cheap to clone; several programs may use one file at once.
#[derive(Clone)]
pub struct Journal {
    inner: Arc<Inner>,
}

struct Inner {
    connection: Mutex<Connection>,
    presence: Presence,
    folder: PathBuf,
    retention: Retention,
}

impl Journal {
    /// Opens the journal in `folder`, which exists and is the owner's alone; creates it where there
    /// is none, settles what a crash left open, and removes what is too old.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: the file cannot be used, or a later version of the program made it.
    pub fn open(folder: &Path, retention: Retention) -> Result<Self, Fault> {
        let file = folder.join(FILE);
        files::regular(&file).map_err(broken(&file))?;
        // Born readable by its owner alone; SQLite gives the files beside it the same rights.
        private().create(true).truncate(false).open(&file).map_err(broken(&file))?;
        let presence = Presence::take(folder)?;
        let connection = connect(&file).map_err(unusable)?;
        let inner = Inner { connection: Mutex::new(connection), presence, folder: folder.to_owned(), retention };
        let journal = Self { inner: Arc::new(inner) };
        let standing = bring_up_to_date(&mut journal.connection()).map_err(unusable)?;
        let refused = match standing {
            VersionCheck::Ready => None,
            VersionCheck::TooNew => {
                Some("The journal was written by a later version of jackfield. Nothing was changed in it.".to_owned())
            }
            VersionCheck::Foreign => Some(format!(
                "{} is not a journal of jackfield. Move it away, and a new one is begun.",
                Untrusted::from(file.to_string_lossy().as_ref())
            )),
        };
        if let Some(message) = refused {
            return Err(Fault::new(FaultKind::Local, message));
        }
        journal.settle()?;
        journal.retain()?;
        Ok(journal)
    }

    pub(super) fn connection(&self) -> MutexGuard<'_, Connection> {
        self.inner.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.inner.folder
    }

    /// Writes a call that is about to be sent, its credentials replaced.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: it could not be written, for want of room for instance.
    pub fn begin(&self, call: &NewCall) -> Result<EntryId, Fault> {
        let arguments = redact::json(&call.arguments);
        let name = redact::text(call.name.raw()).into_owned();
        let hidden = written(&arguments.hidden);
        let packed = pack(&arguments.json);
        let words = searchable(call, &arguments.json, None, None);
        let mut connection = self.connection();
        let mut write = || -> rusqlite::Result<i64> {
            let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            transaction.execute(
                "INSERT INTO entry (began, environment, kind, name, connection, identifier, account, outcome, \
                 agent_run, front, program, probe, modifiers, client, wish) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
                params![
                    Timestamp::now().as_millisecond(),
                    call.environment,
                    number_of_kind(call.kind),
                    name,
                    call.connection.raw(),
                    call.identifier.raw(),
                    call.account.raw(),
                    call.agent_run.as_ref().map(Untrusted::raw),
                    call.front.number(),
                    self.inner.presence.name(),
                    call.probe,
                    (!call.modifiers.is_empty()).then(|| written(&call.modifiers)),
                    call.client.as_ref().map(|client| redact::text(client.raw()).into_owned()),
                    call.wish,
                ],
            )?;
            let id = transaction.last_insert_rowid();
            transaction.execute(
                "INSERT INTO body (entry, arguments, arguments_too_large, hidden) VALUES (?1, ?2, ?3, ?4)",
                params![id, packed, packed.is_none(), hidden],
            )?;
            transaction.execute("INSERT INTO words (rowid, text) VALUES (?1, ?2)", params![id, words])?;
            transaction.commit()?;
            Ok(id)
        };
        let id = write().map_err(unusable)?;
        drop(connection);
        if id % EVERY == 0 {
            self.retain()?;
        }
        Ok(EntryId(id))
    }

    /// Writes what came of a call, credentials replaced. An entry that has an outcome keeps it.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: it could not be written. The entry then stays open.
    pub fn complete(&self, id: EntryId, call: &NewCall, ending: &Ending) -> Result<(), Fault> {
        let size = ending.result.as_ref().map(|result| result.bytes().len());
        let result = ending.result.as_ref().filter(|result| result.bytes().len() <= KEPT_WHOLE);
        let result = result.map(|result| redact::json(result).json);
        let packed = result.as_ref().and_then(pack);
        let fault = ending.fault.as_ref().map(|fault| redact::text(&said(fault)).into_owned());
        let arguments = redact::json(&call.arguments).json;
        let words = searchable(call, &arguments, fault.as_deref(), result.as_ref());
        let mut connection = self.connection();
        let mut write = || -> rusqlite::Result<()> {
            let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let changed = transaction.execute(
                "UPDATE entry SET outcome = ?2, fault_kind = ?3, fault = ?4, status = ?5, execution = ?6, took = ?7, \
                 size = ?8 WHERE id = ?1 AND outcome = 0",
                params![
                    id.0,
                    ending.outcome.number(),
                    ending.fault.as_ref().map(|fault| fault.kind.slug()),
                    fault,
                    ending.status,
                    ending.execution.as_ref().map(|execution| execution.raw()),
                    i64::try_from(ending.took.as_micros()).unwrap_or(i64::MAX),
                    size.map(|size| i64::try_from(size).unwrap_or(i64::MAX)),
                ],
            )?;
            if changed > 0 {
                transaction.execute(
                    "UPDATE body SET result = ?2, result_too_large = ?3 WHERE entry = ?1",
                    params![id.0, packed, size.is_some() && packed.is_none()],
                )?;
                // Somebody may have written a note on it while it was out.
                let note = "SELECT ifnull(note, '') FROM entry WHERE id = ?1";
                let note: String = transaction.query_row(note, [id.0], |row| row.get(0))?;
                write_words(&transaction, id, &format!("{words}\n{note}"))?;
            }
            transaction.commit()
        };
        write().map_err(unusable)
    }

    /// The entries that fit, newest first, at most `limit` of those older than `before`. A row that cannot
    /// be read costs only itself.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: the file cannot be read.
    pub fn list(&self, filter: &JournalFilter, before: Option<EntryId>, limit: usize) -> Result<EntryPage, Fault> {
        self.settle()?;
        let mut condition = SqlCondition::from_filter(filter);
        if let Some(before) = before {
            condition.before(before);
        }
        let sql = condition.page();
        self.read_page(&sql, condition, limit)
    }

    /// The first entries that match in another order, behind the first `skipped` of them.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: the file cannot be read.
    pub fn list_by(
        &self,
        filter: &JournalFilter,
        order: EntryOrder,
        reverse: bool,
        skipped: usize,
        limit: usize,
    ) -> Result<EntryPage, Fault> {
        self.settle()?;
        let condition = SqlCondition::from_filter(filter);
        let sql = condition.page_by(order, reverse, skipped);
        self.read_page(&sql, condition, limit)
    }

    fn read_page(&self, sql: &str, condition: SqlCondition, limit: usize) -> Result<EntryPage, Fault> {
        let connection = self.connection();
        let read = || -> rusqlite::Result<EntryPage> {
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query(params_from_iter(condition.values))?;
            let mut listed = EntryPage::default();
            while listed.calls.len() < limit
                && let Some(row) = rows.next()?
            {
                match summary(row) {
                    Ok(call) => listed.calls.push(call),
                    Err(_) => listed.unreadable += 1,
                }
            }
            Ok(listed)
        };
        read().map_err(unusable)
    }

    /// Number of entries that match.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: the file cannot be read.
    pub fn count(&self, filter: &JournalFilter) -> Result<u64, Fault> {
        let condition = SqlCondition::from_filter(filter);
        let sql = condition.count();
        let connection = self.connection();
        let count: rusqlite::Result<i64> =
            connection.query_row(&sql, params_from_iter(condition.values), |row| row.get(0));
        count.map(|count| u64::try_from(count).unwrap_or(0)).map_err(unusable)
    }

    /// One entry, all of it; none if there is none of this number any more.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: the file cannot be read.
    pub fn entry(&self, id: EntryId) -> Result<Option<JournalEntry>, Fault> {
        self.settle()?;
        let sql = format!(
            "SELECT {COLUMNS}, arguments, arguments_too_large, hidden, result, result_too_large \
             FROM entry JOIN body ON body.entry = entry.id WHERE id = ?1"
        );
        let connection = self.connection();
        let read = connection.query_row(&sql, [id.0], |row| {
            let body = |at: usize| -> rusqlite::Result<StoredBody> {
                let stored: Option<Vec<u8>> = row.get(at)?;
                Ok(unpack(stored.as_deref()))
            };
            Ok(JournalEntry {
                summary: summary(row)?,
                arguments: if row.get(22)? { StoredBody::TooLarge } else { body(21)? },
                hidden: texts(&row.get::<_, String>(23)?),
                result: if row.get(25)? { StoredBody::TooLarge } else { body(24)? },
            })
        });
        read.optional().map_err(unusable)
    }

    /// The entry for what the broker calls `execution`, if it was made here.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: the file cannot be read.
    pub fn by_execution(&self, execution: &str) -> Result<Option<EntryId>, Fault> {
        let sql = "SELECT id FROM entry WHERE execution = ?1 ORDER BY id DESC LIMIT 1";
        let found = self.connection().query_row(sql, [execution], |row| row.get(0).map(EntryId)).optional();
        found.map_err(unusable)
    }

    /// Arguments that a tool was last called with as this person, on an account of this environment, if
    /// they were kept. Those of a call that modifiers took part in are not what anybody typed, and would be changed
    /// once more.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: the file cannot be read.
    pub fn last_arguments(
        &self,
        environment: &str,
        tool: &ToolName,
        account: &AccountId,
        identifier: &Identifier,
    ) -> Result<Option<SentArguments>, Fault> {
        let sql = "SELECT began, arguments, hidden FROM entry JOIN body ON body.entry = entry.id \
                   WHERE name = ?1 AND account = ?2 AND environment = ?3 AND identifier = ?4 AND kind = 0 \
                   AND probe = 0 AND modifiers IS NULL ORDER BY id DESC LIMIT 1";
        let wanted = [tool.raw(), account.raw(), environment, identifier.raw()];
        let last = self.connection().query_row(sql, wanted, |row| {
            let began = Timestamp::from_millisecond(row.get(0)?).unwrap_or_default();
            let stored: Option<Vec<u8>> = row.get(1)?;
            Ok(match unpack(stored.as_deref()) {
                StoredBody::Kept(arguments) => {
                    let hidden = texts(&row.get::<_, String>(2)?);
                    Some(SentArguments { began, arguments: Redacted { json: arguments, hidden } })
                }
                StoredBody::None | StoredBody::TooLarge => None,
            })
        });
        last.optional().map(Option::flatten).map_err(unusable)
    }

    /// Forgets one entry, or every one that fits. Returns how many went.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: the file cannot be written.
    pub fn forget(&self, filter: &JournalFilter) -> Result<usize, Fault> {
        let condition = SqlCondition::from_filter(filter);
        let sql = condition.delete();
        self.connection().execute(&sql, params_from_iter(condition.values)).map_err(unusable)
    }

    /// Open entries of programs that are gone have no known outcome.
    fn settle(&self) -> Result<(), Fault> {
        let connection = self.connection();
        let settle = || -> rusqlite::Result<()> {
            let mut open = connection.prepare_cached("SELECT DISTINCT program FROM entry WHERE outcome = 0")?;
            let programs = open.query_map([], |row| Ok(row.get::<_, String>(0).ok()))?;
            for program in programs.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().flatten() {
                if self.inner.presence.is_gone(&self.inner.folder, &program) {
                    let unknown = CallOutcome::Unknown.number();
                    connection.execute(
                        "UPDATE entry SET outcome = ?1 WHERE outcome = 0 AND program = ?2",
                        params![unknown, program],
                    )?;
                }
            }
            Ok(())
        };
        settle().map_err(unusable)
    }

    fn retain(&self) -> Result<(), Fault> {
        let retained = self.inner.retention.apply(&self.connection(), Timestamp::now());
        retained.map(drop).map_err(unusable)
    }
}

fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let mut connection = Connection::open(file)?;
    connection.busy_handler(Some(busy::pause))?;
    // Before the first table, or it has no effect.
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    // Where the file system cannot share memory, as over a network, SQLite keeps its older way.
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "secure_delete", "ON")?;
    Ok(connection)
}

/// JSON Pointers, or names, as they are stored.
pub(super) fn written(texts: &[Untrusted]) -> String {
    let texts: Vec<&str> = texts.iter().map(Untrusted::raw).collect();
    serde_json::to_string(&texts).unwrap_or_else(|_| "[]".into())
}

/// Texts that [`written`] wrote.
pub(super) fn texts(stored: &str) -> Vec<Untrusted> {
    let texts: Vec<String> = serde_json::from_str(stored).unwrap_or_default();
    texts.into_iter().map(Untrusted::from).collect()
}

/// Puts the words an entry is found by in the place of those before.
pub(super) fn write_words(connection: &Connection, id: EntryId, words: &str) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM words WHERE rowid = ?1", [id.0])?;
    connection.execute("INSERT INTO words (rowid, text) VALUES (?1, ?2)", params![id.0, words]).map(drop)
}

/// The part of a body that is searched.
pub(super) fn beginning(json: &JsonText) -> String {
    let bytes = json.bytes();
    String::from_utf8_lossy(bytes.get(..SEARCHED).unwrap_or(bytes)).into_owned()
}

/// The words an entry is found by.
fn searchable(call: &NewCall, arguments: &JsonText, fault: Option<&str>, result: Option<&JsonText>) -> String {
    [
        redact::text(call.name.raw()).into_owned(),
        call.connection.raw().to_owned(),
        call.identifier.raw().to_owned(),
        call.client.as_ref().map_or_else(String::new, |client| client.raw().to_owned()),
        beginning(arguments),
        fault.unwrap_or_default().to_owned(),
        result.map(beginning).unwrap_or_default(),
    ]
    .join("\n")
}

/// Fault on one line: our sentence, then the other side's words as they came.
fn said(fault: &Fault) -> String {
    match &fault.said {
        Some(said) => format!("{} It said: {}", fault.message, said.raw()),
        None => fault.message.to_string(),
    }
}

pub(super) fn unusable(error: rusqlite::Error) -> Fault {
    use rusqlite::{Error, ErrorCode};
    let message = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "The disk is full: the journal could not be written.".to_owned(),
        Some(ErrorCode::ReadOnly) => "The journal's file is read-only.".to_owned(),
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            "The journal's file is damaged. Move it away, and a new one is begun.".to_owned()
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "Another program keeps the journal busy.".to_owned()
        }
        _ => match &error {
            // With the whole query, which says nothing to anybody.
            Error::SqlInputError { msg, .. } => format!("The journal failed: {}.", Untrusted::from(msg.as_str())),
            Error::FromSqlConversionFailure(..) | Error::InvalidColumnType(..) | Error::IntegralValueOutOfRange(..) => {
                "This call cannot be read: something else has written to the journal.".to_owned()
            }
            _ => format!("The journal failed: {}.", Untrusted::from(error.to_string())),
        },
    };
    Fault::new(FaultKind::Local, message).caused_by(error)
}
