//! Runs being read.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params_from_iter};

use super::{RunFilter, RunItem, RunItemKind, RunNumber, RunSummary, StoredWish, WishNumber};
use crate::domain::{ConnectionName, Fault, Identifier, JsonText, Untrusted};
use crate::journal::body::unpack;
use crate::journal::query::{SqlCondition, liked};
use crate::journal::record::{EntryId, StoredBody};
use crate::journal::store::{Journal, texts, unusable};
use crate::model_api::Usage;

/// The columns of a run, in the order [`summary`] reads them.
pub(in crate::journal) const RUN_COLUMNS: &str = "number, id, environment, identifier, connections, model, mode, title, began, changed, state, limits, input, output, \
     cache_read, cache_write, (SELECT count(*) FROM agent_wish WHERE run = agent_run.number)";

impl Journal {
    /// Runs that fit, the one that something last happened in first.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): the file cannot be read.
    pub fn runs(&self, filter: &RunFilter, limit: usize) -> Result<Vec<RunSummary>, Fault> {
        let mut condition = SqlCondition::default();
        if let Some(environment) = &filter.environment {
            condition.and("environment = ?", environment.clone().into());
        }
        if let Some(identifier) = &filter.identifier {
            condition.and("identifier LIKE ? ESCAPE '\\'", liked(identifier).into());
        }
        for word in &filter.words {
            let any = "(title LIKE ? ESCAPE '\\' OR id LIKE ? ESCAPE '\\' OR identifier LIKE ? ESCAPE '\\' \
                       OR model LIKE ? ESCAPE '\\')";
            condition.and(any, liked(word).into());
        }
        let (fitting, limit) = (condition.whole(), i64::try_from(limit).unwrap_or(i64::MAX));
        let sql =
            format!("SELECT {RUN_COLUMNS} FROM agent_run{fitting} ORDER BY changed DESC, number DESC LIMIT {limit}");
        let connection = self.connection();
        let read = || -> rusqlite::Result<Vec<RunSummary>> {
            let mut statement = connection.prepare_cached(&sql)?;
            statement.query_map(params_from_iter(condition.values), summary)?.collect()
        };
        read().map_err(unusable)
    }

    /// Run of this id.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): the file cannot be read.
    pub fn run(&self, id: &str) -> Result<Option<RunSummary>, Fault> {
        let sql = format!("SELECT {RUN_COLUMNS} FROM agent_run WHERE id = ?1");
        self.connection().query_row(&sql, [id], summary).optional().map_err(unusable)
    }

    /// Items of a run, the oldest first.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): the file cannot be read.
    pub fn run_items(&self, run: RunNumber) -> Result<Vec<RunItem>, Fault> {
        let sql = "SELECT number, at, kind, document FROM agent_item WHERE run = ?1 ORDER BY number";
        let connection = self.connection();
        let read = || -> rusqlite::Result<Vec<RunItem>> {
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([run.0])?;
            let mut items = Vec::new();
            while let Some(row) = rows.next()? {
                // A kind that a later version writes says nothing to this one.
                let Ok(kind) = row.get::<_, String>(2)?.parse::<RunItemKind>() else { continue };
                items.push(RunItem { number: row.get(0)?, at: moment(row.get(1)?), kind, document: document(row, 3)? });
            }
            Ok(items)
        };
        read().map_err(unusable)
    }

    /// Wishes of a run, the oldest first, each with the last entry that was begun for it.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): the file cannot be read.
    pub fn run_wishes(&self, run: RunNumber) -> Result<Vec<StoredWish>, Fault> {
        let sql = "SELECT number, item, wish, fate, (SELECT max(id) FROM entry WHERE entry.wish = agent_wish.number) \
                   FROM agent_wish WHERE run = ?1 ORDER BY number";
        let connection = self.connection();
        let read = || -> rusqlite::Result<Vec<StoredWish>> {
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([run.0])?;
            let mut wishes = Vec::new();
            while let Some(row) = rows.next()? {
                let is_known = row.get::<_, Option<Vec<u8>>>(3)?.is_some();
                wishes.push(StoredWish {
                    number: WishNumber(row.get(0)?),
                    item: row.get(1)?,
                    wish: document(row, 2)?,
                    fate: if is_known { Some(document(row, 3)?) } else { None },
                    entry: row.get::<_, Option<i64>>(4)?.map(EntryId),
                });
            }
            Ok(wishes)
        };
        read().map_err(unusable)
    }

    /// The last entry that was begun for a wish.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): the file cannot be read.
    pub fn entry_of_wish(&self, wish: WishNumber) -> Result<Option<EntryId>, Fault> {
        let sql = "SELECT max(id) FROM entry WHERE wish = ?1";
        let found = self.connection().query_row(sql, [wish.0], |row| row.get::<_, Option<i64>>(0));
        found.map(|id| id.map(EntryId)).map_err(unusable)
    }

    /// First words of a run; none where it is not known here.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): the file cannot be read.
    pub fn run_title(&self, id: &str) -> Result<Option<Untrusted>, Fault> {
        let sql = "SELECT title FROM agent_run WHERE id = ?1";
        let found = self.connection().query_row(sql, [id], |row| row.get::<_, String>(0)).optional();
        found.map(|title| title.map(Untrusted::from)).map_err(unusable)
    }
}

fn document(row: &Row<'_>, at: usize) -> rusqlite::Result<JsonText> {
    let stored: Option<Vec<u8>> = row.get(at)?;
    Ok(match unpack(stored.as_deref()) {
        StoredBody::Kept(json) => json,
        StoredBody::None | StoredBody::TooLarge => JsonText::checked("null".into()),
    })
}

fn moment(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or_default()
}

fn summary(row: &Row<'_>) -> rusqlite::Result<RunSummary> {
    let text = |at: usize| row.get::<_, String>(at);
    let count = |at: usize| row.get::<_, i64>(at).map(|count| u64::try_from(count).unwrap_or_default());
    Ok(RunSummary {
        number: RunNumber(row.get(0)?),
        id: text(1)?.into(),
        environment: text(2)?.into(),
        identifier: Identifier::new(text(3)?),
        connections: texts(&text(4)?).iter().map(|name| ConnectionName::new(name.raw())).collect(),
        model: text(5)?.into(),
        mode: text(6)?.into(),
        title: text(7)?.into(),
        began: moment(row.get(8)?),
        changed: moment(row.get(9)?),
        state: text(10)?.into(),
        limits: text(11)?,
        total: Usage { input: count(12)?, output: count(13)?, cache_read: count(14)?, cache_write: count(15)? },
        calls: count(16)?,
    })
}
