//! Runs being written.

use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior, params};

use super::content;
use super::{NewRun, RunItemKind, RunLock, RunNumber, WishNumber};
use crate::domain::{ConnectionName, Fault, JsonText};
use crate::journal::body::pack;
use crate::journal::store::{Journal, unusable, written};
use crate::model_api::Usage;
use crate::redact;

/// Word for a run that does not rest.
const RUNNING: &str = "running";

impl Journal {
    /// Writes down a run that begins, and takes hold of it.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): it could not be written.
    pub fn begin_run(&self, run: &NewRun) -> Result<(RunNumber, RunLock), Fault> {
        let now = Timestamp::now().as_millisecond();
        let connections = connection_names(&run.connections);
        let title = redact::text(&run.title);
        let number = {
            let connection = self.connection();
            let insert = "INSERT INTO agent_run (id, environment, identifier, connections, model, mode, title, began, \
                          changed, state, limits) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10)";
            connection
                .execute(
                    insert,
                    params![
                        run.id,
                        run.environment,
                        run.identifier.raw(),
                        connections,
                        run.model,
                        run.mode,
                        title,
                        now,
                        RUNNING,
                        run.limits
                    ],
                )
                .map_err(unusable)?;
            RunNumber(connection.last_insert_rowid())
        };
        Ok((number, self.hold_run(number)?))
    }

    /// Takes hold of a run that goes on.
    ///
    /// # Errors
    /// [`FaultKind::Conflict`](crate::domain::FaultKind::Conflict): somebody has it.
    pub fn hold_run(&self, run: RunNumber) -> Result<RunLock, Fault> {
        RunLock::take(self.folder(), run)
    }

    /// Writes down what a run goes on with.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): it could not be written.
    pub fn change_run(
        &self,
        run: RunNumber,
        connections: &[ConnectionName],
        model: &str,
        mode: &str,
        limits: &str,
    ) -> Result<(), Fault> {
        let sql = "UPDATE agent_run SET connections = ?2, model = ?3, mode = ?4, limits = ?5 WHERE number = ?1";
        let values = params![run.0, connection_names(connections), model, mode, limits];
        self.connection().execute(sql, values).map(drop).map_err(unusable)
    }

    /// Appends an item to a run, its credentials replaced. Returns its number.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): it could not be written.
    pub fn append_to_run(&self, run: RunNumber, kind: RunItemKind, document: &JsonText) -> Result<i64, Fault> {
        let packed = pack(&redact::json(document).json);
        self.in_transaction(|connection| {
            touch(connection, run, RUNNING)?;
            insert_item(connection, run, kind, packed.as_deref())
        })
    }

    /// Writes down an answer and the calls that it wishes for, which nobody has begun yet, and the tokens of the run so
    /// far. `about` is a JSON object that says the rest of the answer. Returns the numbers of the wishes, in their order.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): it could not be written.
    pub fn append_answer(
        &self,
        run: RunNumber,
        answered: &JsonText,
        about: &JsonText,
        wishes: &[JsonText],
        total: Usage,
    ) -> Result<Vec<WishNumber>, Fault> {
        let kept = content::redacted(answered);
        let about = redact::json(about).json;
        let document =
            format!(r#"{{"content":{},"altered":{},"about":{}}}"#, kept.blocks.raw(), kept.altered, about.raw());
        let packed = pack(&JsonText::checked(document.into()));
        let wishes: Vec<_> = wishes.iter().map(|wish| pack(&redact::json(wish).json)).collect();
        self.in_transaction(|connection| {
            touch(connection, run, RUNNING)?;
            let item = insert_item(connection, run, RunItemKind::Answer, packed.as_deref())?;
            let tokens = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
            connection.execute(
                "UPDATE agent_run SET input = ?2, output = ?3, cache_read = ?4, cache_write = ?5 WHERE number = ?1",
                params![
                    run.0,
                    tokens(total.input),
                    tokens(total.output),
                    tokens(total.cache_read),
                    tokens(total.cache_write)
                ],
            )?;
            let insert = "INSERT INTO agent_wish (run, item, wish) VALUES (?1, ?2, ?3)";
            let each = wishes.iter().map(|wish| {
                connection.execute(insert, params![run.0, item, wish])?;
                Ok(WishNumber(connection.last_insert_rowid()))
            });
            each.collect()
        })
    }

    /// Writes down what came of a wish, its credentials replaced. One whose fate is known keeps it.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): it could not be written.
    pub fn end_wish(&self, wish: WishNumber, fate: &JsonText) -> Result<(), Fault> {
        let packed = pack(&redact::json(fate).json);
        let sql = "UPDATE agent_wish SET fate = ?2 WHERE number = ?1 AND fate IS NULL";
        self.connection().execute(sql, params![wish.0, packed]).map(drop).map_err(unusable)
    }

    /// Writes down that a run rests, with a word for why and the whole reason.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): it could not be written.
    pub fn rest_run(&self, run: RunNumber, state: &str, document: &JsonText) -> Result<(), Fault> {
        let packed = pack(&redact::json(document).json);
        self.in_transaction(|connection| {
            touch(connection, run, state)?;
            insert_item(connection, run, RunItemKind::Rest, packed.as_deref()).map(drop)
        })
    }

    fn in_transaction<T>(&self, write: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Fault> {
        let mut connection = self.connection();
        let all = || -> rusqlite::Result<T> {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = write(&transaction)?;
            transaction.commit()?;
            Ok(done)
        };
        all().map_err(unusable)
    }
}

fn touch(connection: &Connection, run: RunNumber, state: &str) -> rusqlite::Result<()> {
    let now = Timestamp::now().as_millisecond();
    let sql = "UPDATE agent_run SET changed = ?2, state = ?3 WHERE number = ?1";
    connection.execute(sql, params![run.0, now, state]).map(drop)
}

fn insert_item(
    connection: &Connection,
    run: RunNumber,
    kind: RunItemKind,
    document: Option<&[u8]>,
) -> rusqlite::Result<i64> {
    let kind: &'static str = kind.into();
    let now = Timestamp::now().as_millisecond();
    let sql = "INSERT INTO agent_item (run, at, kind, document) VALUES (?1, ?2, ?3, ?4)";
    connection.execute(sql, params![run.0, now, kind, document])?;
    Ok(connection.last_insert_rowid())
}

fn connection_names(connections: &[ConnectionName]) -> String {
    written(&connections.iter().map(|name| name.raw().into()).collect::<Vec<_>>())
}
