//! States of environments at a time: accounts, connections and the catalogue, kept small.
//!
//! A schema stands once in the file, however many snapshots and tools have it. A state that is the same as the one
//! before is not kept again on the same day.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use flate2::Crc;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use serde::{Deserialize, Serialize};

use super::body::{pack, unpack};
use super::record::StoredBody;
use super::store::{Journal, unusable};
use crate::domain::{AccountId, ConnectionName, Fault, FaultKind, Identifier, JsonText, Provider, ToolName, Untrusted};
use crate::redact;

/// Snapshots of the last day that are kept, the newest; of every day before, the last one is.
const RECENT: usize = 12;

/// Snapshots of an environment that are kept at most, of a month at most.
const MOST: usize = 48;

const DAY: Duration = Duration::from_secs(24 * 3_600);
const MONTH: Duration = Duration::from_secs(31 * 24 * 3_600);

/// Number of a snapshot; later ones are larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SnapshotId(i64);

/// Key of a schema in the journal: equal schemas have equal keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SchemaKey(i64);

/// An account as a snapshot keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountState {
    /// Id of the account.
    pub id: AccountId,
    /// Name of its connection.
    pub connection: ConnectionName,
    /// Identifier of its person.
    pub identifier: Identifier,
    /// Name of its status, in capitals.
    pub status: Untrusted,
}

/// A connection as a snapshot keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionState {
    /// Name of the connection.
    pub name: ConnectionName,
    /// Key of its provider.
    pub provider: Provider,
    /// Whether calls can go through it.
    pub enabled: bool,
}

/// A tool as a snapshot keeps it; `S` is its schema, or the key of that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolState<S> {
    /// Name of the tool.
    pub name: ToolName,
    /// Key of its provider.
    pub provider: Provider,
    /// Input schema; none where the definition carries none.
    pub schema: Option<S>,
}

/// State of an environment. A part that was not read, or not to its end, is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State<S> {
    /// Accounts.
    pub accounts: Option<Vec<AccountState>>,
    /// Connections.
    pub connections: Option<Vec<ConnectionState>>,
    /// Tools of the catalogue.
    pub tools: Option<Vec<ToolState<S>>>,
}

/// A state with its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Number of the snapshot.
    pub id: SnapshotId,
    /// Time at which it was read.
    pub at: Timestamp,
    /// State of the environment then.
    pub state: State<SchemaKey>,
}

/// The stored form: lists instead of objects, for there are many.
#[derive(Serialize, Deserialize, Default)]
struct Stored {
    accounts: Option<Vec<(String, String, String, String)>>,
    connections: Option<Vec<(String, String, bool)>>,
    tools: Option<Vec<(String, String, Option<SchemaKey>)>>,
}

impl Journal {
    /// Keeps a state of an environment, and drops snapshots that are too old or too many.
    ///
    /// Returns the snapshot that stands for it: the one before, where nothing changed since and that is of the
    /// same day.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: it could not be written, or is larger than what is kept.
    pub fn save_snapshot(&self, environment: &str, at: Timestamp, state: State<JsonText>) -> Result<Snapshot, Fault> {
        let mut connection = self.connection();
        let write = |connection: &mut Connection| -> rusqlite::Result<Option<Snapshot>> {
            let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let state = with_keys(&transaction, state)?;
            let Some(document) = packed(&state) else { return Ok(None) };
            let last: Option<(i64, i64, Vec<u8>)> = transaction
                .query_row(
                    "SELECT id, at, document FROM snapshot WHERE environment = ?1 ORDER BY at DESC, id DESC LIMIT 1",
                    [environment],
                    |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
                )
                .optional()?;
            let same = last.filter(|(_, when, stored)| *stored == document && day(moment(*when)) == day(at));
            let (id, at) = match same {
                Some((id, when, _)) => (id, moment(when)),
                None => {
                    transaction.execute(
                        "INSERT INTO snapshot (environment, at, document) VALUES (?1, ?2, ?3)",
                        params![environment, at.as_millisecond(), document],
                    )?;
                    (transaction.last_insert_rowid(), at)
                }
            };
            prune(&transaction, environment, at)?;
            transaction.commit()?;
            Ok(Some(Snapshot { id: SnapshotId(id), at, state }))
        };
        let too_large = || Fault::new(FaultKind::Local, "This environment is larger than a snapshot can hold.");
        write(&mut connection).map_err(unusable)?.ok_or_else(too_large)
    }

    /// Times of the snapshots of an environment, the newest first.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: the file cannot be read.
    pub fn snapshots(&self, environment: &str) -> Result<Vec<(SnapshotId, Timestamp)>, Fault> {
        let connection = self.connection();
        listed(&connection, environment).map_err(unusable)
    }

    /// One snapshot; none where it is gone, or cannot be read.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: the file cannot be read.
    pub fn snapshot(&self, id: SnapshotId) -> Result<Option<Snapshot>, Fault> {
        let sql = "SELECT at, document FROM snapshot WHERE id = ?1";
        let row = self.connection().query_row(sql, [id.0], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?)));
        let found: Option<(i64, Vec<u8>)> = row.optional().map_err(unusable)?;
        Ok(found.and_then(|(at, document)| Some(Snapshot { id, at: moment(at), state: unpacked(&document)? })))
    }

    /// Schemas by their keys; those that are gone are missing.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: the file cannot be read.
    pub fn schemas(&self, keys: &HashSet<SchemaKey>) -> Result<HashMap<SchemaKey, JsonText>, Fault> {
        let connection = self.connection();
        let read = || -> rusqlite::Result<HashMap<SchemaKey, JsonText>> {
            let mut found = HashMap::new();
            for key in keys {
                if let Some(StoredBody::Kept(schema)) =
                    schema_at(&connection, *key)?.as_deref().map(|s| unpack(Some(s)))
                {
                    found.insert(*key, schema);
                }
            }
            Ok(found)
        };
        read().map_err(unusable)
    }
}

/// The same state with its schemas stored.
fn with_keys(transaction: &Transaction<'_>, state: State<JsonText>) -> rusqlite::Result<State<SchemaKey>> {
    let State { accounts, connections, tools } = state;
    let keyed = |tool: ToolState<JsonText>| -> rusqlite::Result<ToolState<SchemaKey>> {
        let schema = tool.schema.map(|schema| store_schema(transaction, &without_credentials(schema))).transpose()?;
        Ok(ToolState { name: tool.name, provider: tool.provider, schema: schema.flatten() })
    };
    let tools = tools.map(|tools| tools.into_iter().map(keyed).collect::<rusqlite::Result<_>>()).transpose()?;
    Ok(State { accounts, connections, tools })
}

/// Stores a schema once; one that is too large is not kept.
fn store_schema(transaction: &Transaction<'_>, schema: &JsonText) -> rusqlite::Result<Option<SchemaKey>> {
    let mut crc = Crc::new();
    crc.update(schema.bytes());
    let crc = crc.sum();
    let mut find = transaction.prepare_cached("SELECT id, document FROM schema WHERE crc = ?1")?;
    let mut rows = find.query([crc])?;
    while let Some(row) = rows.next()? {
        let (key, stored): (i64, Vec<u8>) = (row.get(0)?, row.get(1)?);
        if matches!(unpack(Some(&stored)), StoredBody::Kept(known) if known == *schema) {
            return Ok(Some(SchemaKey(key)));
        }
    }
    let Some(document) = pack(schema) else { return Ok(None) };
    transaction
        .prepare_cached("INSERT INTO schema (crc, document) VALUES (?1, ?2)")?
        .execute(params![crc, document])?;
    Ok(Some(SchemaKey(transaction.last_insert_rowid())))
}

fn schema_at(connection: &Connection, key: SchemaKey) -> rusqlite::Result<Option<Vec<u8>>> {
    let mut find = connection.prepare_cached("SELECT document FROM schema WHERE id = ?1")?;
    find.query_row([key.0], |row| row.get(0)).optional()
}

/// A schema whose texts hold no credential. Names of fields stay: a field called `token` is none.
fn without_credentials(schema: JsonText) -> JsonText {
    use serde_json::Value;
    fn clean(value: &mut Value) {
        match value {
            Value::String(text) => {
                if let std::borrow::Cow::Owned(replaced) = redact::text(text) {
                    *text = replaced;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(clean),
            Value::Object(members) => members.values_mut().for_each(clean),
            _ => {}
        }
    }
    // Most hold nothing that looks like one.
    if let std::borrow::Cow::Borrowed(_) = redact::text(schema.raw()) {
        return schema;
    }
    let Ok(mut value) = serde_json::from_str::<Value>(schema.raw()) else { return JsonText::empty_object() };
    clean(&mut value);
    JsonText::parse(value.to_string()).unwrap_or_else(|_| JsonText::empty_object())
}

fn packed(state: &State<SchemaKey>) -> Option<Vec<u8>> {
    let account = |account: &AccountState| {
        let AccountState { id, connection, identifier, status } = account;
        (id.raw().to_owned(), connection.raw().to_owned(), identifier.raw().to_owned(), status.raw().to_owned())
    };
    let connection = |connection: &ConnectionState| {
        (connection.name.raw().to_owned(), connection.provider.raw().to_owned(), connection.enabled)
    };
    let tool = |tool: &ToolState<SchemaKey>| (tool.name.raw().to_owned(), tool.provider.raw().to_owned(), tool.schema);
    let stored = Stored {
        accounts: state.accounts.as_ref().map(|all| all.iter().map(account).collect()),
        connections: state.connections.as_ref().map(|all| all.iter().map(connection).collect()),
        tools: state.tools.as_ref().map(|all| all.iter().map(tool).collect()),
    };
    let text = serde_json::to_string(&stored).ok()?;
    pack(&JsonText::parse(text).ok()?)
}

fn unpacked(document: &[u8]) -> Option<State<SchemaKey>> {
    let StoredBody::Kept(document) = unpack(Some(document)) else { return None };
    let stored: Stored = serde_json::from_str(document.raw()).ok()?;
    let account = |(id, connection, identifier, status): (String, String, String, String)| AccountState {
        id: AccountId::new(id),
        connection: ConnectionName::new(connection),
        identifier: Identifier::new(identifier),
        status: status.into(),
    };
    let connection = |(name, provider, enabled): (String, String, bool)| ConnectionState {
        name: ConnectionName::new(name),
        provider: Provider::new(provider),
        enabled,
    };
    let tool = |(name, provider, schema): (String, String, Option<SchemaKey>)| ToolState {
        name: ToolName::new(name),
        provider: Provider::new(provider),
        schema,
    };
    Some(State {
        accounts: stored.accounts.map(|all| all.into_iter().map(account).collect()),
        connections: stored.connections.map(|all| all.into_iter().map(connection).collect()),
        tools: stored.tools.map(|all| all.into_iter().map(tool).collect()),
    })
}

fn listed(connection: &Connection, environment: &str) -> rusqlite::Result<Vec<(SnapshotId, Timestamp)>> {
    let sql = "SELECT id, at FROM snapshot WHERE environment = ?1 ORDER BY at DESC, id DESC";
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_map([environment], |row| Ok((SnapshotId(row.get(0)?), moment(row.get(1)?))))?.collect()
}

/// Drops what is not kept any more, and the schemas that nobody refers to then.
fn prune(transaction: &Transaction<'_>, environment: &str, now: Timestamp) -> rusqlite::Result<()> {
    let gone = superfluous(&listed(transaction, environment)?, now);
    if gone.is_empty() {
        return Ok(());
    }
    for SnapshotId(id) in &gone {
        transaction.execute("DELETE FROM snapshot WHERE id = ?1", [id])?;
    }
    let mut used = HashSet::new();
    let mut statement = transaction.prepare("SELECT document FROM snapshot")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let Some(state) = unpacked(&row.get::<_, Vec<u8>>(0)?) else { continue };
        used.extend(state.tools.into_iter().flatten().filter_map(|tool| tool.schema));
    }
    let mut statement = transaction.prepare("SELECT id FROM schema")?;
    let schemas: Vec<i64> = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for id in schemas.into_iter().filter(|id| !used.contains(&SchemaKey(*id))) {
        transaction.execute("DELETE FROM schema WHERE id = ?1", [id])?;
    }
    Ok(())
}

/// Snapshots that go, of those listed from the newest on.
fn superfluous(listed: &[(SnapshotId, Timestamp)], now: Timestamp) -> Vec<SnapshotId> {
    let (mut kept, mut days, mut gone) = (0, HashSet::new(), Vec::new());
    for (at, (id, when)) in listed.iter().enumerate() {
        let age = Duration::try_from(now.duration_since(*when)).unwrap_or_default();
        let is_last_of_day = days.insert(day(*when));
        let stays = at == 0 || age < MONTH && kept < MOST && (is_last_of_day || age < DAY && at < RECENT);
        match stays {
            true => kept += 1,
            false => gone.push(*id),
        }
    }
    gone
}

/// Day of a moment, by UTC: the same whoever asks.
fn day(moment: Timestamp) -> jiff::civil::Date {
    moment.to_zoned(TimeZone::UTC).date()
}

fn moment(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::journal::Retention;

    fn journal() -> (tempfile::TempDir, Journal) {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path(), Retention::default()).unwrap();
        (folder, journal)
    }

    fn now() -> Timestamp {
        "2026-11-29T12:00:00Z".parse().unwrap()
    }

    fn hours(hours: i64) -> Timestamp {
        now() - SignedDuration::from_hours(hours)
    }

    fn json(text: &str) -> JsonText {
        JsonText::parse(text.to_owned()).unwrap()
    }

    /// An account of this status, and tools with these schemas.
    fn state(status: &str, schemas: &[&str]) -> State<JsonText> {
        let tool = |(n, schema): (usize, &&str)| ToolState {
            name: format!("tool_{n}").as_str().into(),
            provider: "LINEAR".into(),
            schema: Some(json(schema)),
        };
        let account = AccountState {
            id: "ca_1".into(),
            connection: "linear".into(),
            identifier: "ada@acme.dev".into(),
            status: status.into(),
        };
        State {
            accounts: Some(vec![account]),
            connections: Some(vec![ConnectionState {
                name: "linear".into(),
                provider: "LINEAR".into(),
                enabled: true,
            }]),
            tools: Some(schemas.iter().enumerate().map(tool).collect()),
        }
    }

    fn schemas_kept(journal: &Journal) -> i64 {
        journal.connection().query_row("SELECT count(*) FROM schema", [], |row| row.get(0)).unwrap()
    }

    fn rows(journal: &Journal, environment: &str) -> i64 {
        let sql = "SELECT count(*) FROM snapshot WHERE environment = ?1";
        journal.connection().query_row(sql, [environment], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_state_comes_back_as_it_was_and_a_schema_stands_once() {
        let (_folder, journal) = journal();
        let schemas =
            [r#"{"type":"object"}"#, r#"{"type":"object"}"#, r#"{"type":"object", "properties":{"token":{}}}"#];
        let saved = journal.save_snapshot("a", now(), state("ACTIVE", &schemas)).unwrap();
        assert_eq!(journal.snapshot(saved.id).unwrap(), Some(saved.clone()));
        assert_eq!(schemas_kept(&journal), 2);
        let tools = saved.state.tools.unwrap();
        let keys: HashSet<_> = tools.iter().filter_map(|tool| tool.schema).collect();
        let found = journal.schemas(&keys).unwrap();
        let raw = |at: usize| found[&tools[at].schema.unwrap()].raw().to_owned();
        assert_eq!([raw(0), raw(1), raw(2)], schemas);
        let nothing = State { accounts: None, connections: None, tools: None };
        let saved = journal.save_snapshot("b", now(), nothing).unwrap();
        assert_eq!(journal.snapshot(saved.id).unwrap().unwrap().state.tools, None);
        assert_eq!(journal.snapshots("a").unwrap().len(), 1);
        assert_eq!(journal.snapshot(SnapshotId(999)).unwrap(), None);
    }

    #[test]
    fn the_same_state_is_kept_once_a_day() {
        let (_folder, journal) = journal();
        let save = |at, status| journal.save_snapshot("a", at, state(status, &["{}"])).unwrap();
        let first = save(hours(30), "ACTIVE");
        assert_ne!(save(hours(3), "ACTIVE").id, first.id);
        let second = save(hours(2), "ACTIVE");
        assert_eq!(second.at, hours(3));
        assert_ne!(save(hours(1), "EXPIRED").id, second.id);
        let times: Vec<_> = journal.snapshots("a").unwrap().into_iter().map(|(_, at)| at).collect();
        assert_eq!(times, [hours(1), hours(3), hours(30)]);
    }

    #[test]
    fn a_month_is_kept_a_snapshot_a_day_and_the_newest_always() {
        let listed: Vec<_> = (0..24 * 90).map(|hour| (SnapshotId(-hour), hours(hour))).collect();
        let gone = superfluous(&listed, now());
        let kept: Vec<_> = listed.iter().filter(|(id, _)| !gone.contains(id)).collect();
        assert!(kept.len() <= MOST && kept.len() >= 30 + RECENT, "{}", kept.len());
        assert_eq!(kept.iter().filter(|(_, at)| *at > hours(24)).count(), RECENT + 1);
        assert!(kept.last().unwrap().1 > hours(24 * 31));
        let old = [(SnapshotId(1), hours(24 * 400)), (SnapshotId(0), hours(24 * 401))];
        assert_eq!(superfluous(&old, now()), [SnapshotId(0)]);
    }

    #[test]
    fn a_schema_that_nobody_has_any_more_goes_with_its_last_snapshot() {
        let (_folder, journal) = journal();
        journal.save_snapshot("b", hours(24 * 50), state("ACTIVE", &[r#"{"b":1}"#])).unwrap();
        journal.save_snapshot("a", hours(24 * 50), state("ACTIVE", &[r#"{"a":1}"#, r#"{"b":1}"#])).unwrap();
        journal.save_snapshot("a", now(), state("ACTIVE", &[r#"{"a":2}"#])).unwrap();
        assert_eq!((rows(&journal, "a"), schemas_kept(&journal)), (1, 2));
    }

    #[test]
    fn two_schemas_of_one_hash_are_two() {
        let (_folder, journal) = journal();
        let mut connection = journal.connection();
        let transaction = connection.transaction().unwrap();
        let first = store_schema(&transaction, &json("[1]")).unwrap().unwrap();
        let other = pack(&json("[2]")).unwrap();
        transaction.execute("UPDATE schema SET document = ?1 WHERE id = ?2", params![other, first.0]).unwrap();
        let again = store_schema(&transaction, &json("[1]")).unwrap();
        assert!(again.is_some_and(|again| again != first));
        assert_eq!(store_schema(&transaction, &json("[1]")).unwrap(), again);
    }

    #[test]
    fn credentials_in_a_schema_are_replaced_and_fields_of_that_name_stay() {
        let (folder, journal) = journal();
        let key = format!("sk-ant-api03-{}", "a1B2".repeat(24));
        let schema = format!(r#"{{"properties":{{"api_key":{{"type":"string","default":"{key}"}}}}}}"#);
        let saved = journal.save_snapshot("a", now(), state("ACTIVE", &[&schema])).unwrap();
        let schema_key = saved.state.tools.unwrap()[0].schema.unwrap();
        let kept = journal.schemas(&HashSet::from([schema_key])).unwrap()[&schema_key].raw().to_owned();
        assert!(kept.contains(r#""api_key":{"type":"string","default":"#) && !kept.contains(&key), "{kept}");
        drop(folder);
    }
}
