//! Accounts and what is known of them, in SQLite. No secret lies here.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::domain::{AccountId, AccountRef, ConnectionName, Fault, FaultKind, Identifier, Status, Untrusted};
use crate::files;

/// Name of the file.
pub(super) const FILE: &str = "accounts.sqlite";

/// Beginning of every account's id.
pub(super) const PREFIX: &str = "la_";

/// Version of the tables.
const VERSION: i64 = 1;

/// Time that another process has to finish a change.
const BUSY: Duration = Duration::from_secs(5);

/// One account, without its secrets.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct StoredAccount {
    pub id: AccountId,
    pub connection: ConnectionName,
    pub identifier: Identifier,
    pub status: Status,
    pub facts: AccountFacts,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}

/// Facts of an account's credentials.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct AccountFacts {
    /// Scopes that were asked for.
    pub asked: Vec<String>,
    /// Scopes that the provider granted; none where it did not say.
    pub granted: Option<Vec<String>>,
    /// End of the access token.
    pub expires_at: Option<Timestamp>,
    /// True if the token can be renewed.
    pub renews: bool,
    /// The provider's word for whose token it is.
    pub provider_user: Option<Untrusted>,
    /// Reason for a status other than ACTIVE, in a sentence.
    pub reason: Option<String>,
    /// Time of the last authorization.
    pub authorized_at: Option<Timestamp>,
}

/// The accounts of one environment.
pub(super) struct AccountStore {
    connection: Mutex<Connection>,
}

const COLUMNS: &str = "id, connection, identifier, status, asked, granted, expires_at, renews, provider_user, reason, \
                       authorized_at, created_at, updated_at, last_used_at";

impl AccountStore {
    /// Opens the file in `folder`, which is made where it is missing.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: the file cannot be used, or a later version of the program made it.
    pub fn open(folder: &Path) -> Result<Self, Fault> {
        files::create_private(folder)?;
        let file = folder.join(FILE);
        files::regular(&file).map_err(|error| files::local("open", &file, &error))?;
        // Born readable by its owner alone; SQLite gives the files beside it the same rights.
        let mut options = std::fs::OpenOptions::new();
        std::os::unix::fs::OpenOptionsExt::mode(options.write(true).create(true).truncate(false), 0o600);
        options.open(&file).map_err(|error| files::local("open", &file, &error))?;
        let mut connection = Connection::open(&file).map_err(unusable)?;
        connection.busy_timeout(BUSY).map_err(unusable)?;
        if !prepare(&mut connection).map_err(unusable)? {
            let message = "The accounts of this environment were written by a later version of jackfield. \
                           Nothing was changed in them.";
            return Err(Fault::new(FaultKind::Local, message));
        }
        Ok(Self { connection: Mutex::new(connection) })
    }

    /// The open file.
    pub(super) fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All accounts, by connection and identifier.
    pub fn all(&self) -> Result<Vec<StoredAccount>, Fault> {
        let connection = self.connection();
        let read = || {
            let query = format!("SELECT {COLUMNS} FROM account ORDER BY connection, identifier");
            let mut statement = connection.prepare(&query)?;
            statement.query_map([], read_row)?.collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(unusable)
    }

    /// The account that is meant; none where there is none.
    pub fn find(&self, account: &AccountRef) -> Result<Option<StoredAccount>, Fault> {
        let connection = self.connection();
        let found = match account {
            AccountRef::Id(id) => {
                let query = format!("SELECT {COLUMNS} FROM account WHERE id = ?1");
                connection.query_row(&query, [id.raw()], read_row).optional()
            }
            AccountRef::Pair(name, identifier) => {
                let query = format!("SELECT {COLUMNS} FROM account WHERE connection = ?1 AND identifier = ?2");
                connection.query_row(&query, [name.raw(), identifier.raw()], read_row).optional()
            }
        };
        found.map_err(unusable)
    }

    /// Adds an account.
    ///
    /// # Errors
    /// [`FaultKind::Conflict`] where there is one of this pair.
    pub fn add(&self, name: &ConnectionName, identifier: &Identifier, status: &Status) -> Result<StoredAccount, Fault> {
        let (id, now) = (new_id()?, Timestamp::now());
        let added = self.connection().execute(
            "INSERT INTO account (id, connection, identifier, status, asked, renews, created_at, updated_at) \
             VALUES (?1, ?2, ?3, ?4, '[]', 0, ?5, ?5) ON CONFLICT (connection, identifier) DO NOTHING",
            params![id, name.raw(), identifier.raw(), status.name(), now.as_millisecond()],
        );
        let account = AccountRef::Pair(name.clone(), identifier.clone());
        if added.map_err(unusable)? == 0 {
            return Err(Fault::new(FaultKind::Conflict, format!("There is an account {account} already.")));
        }
        self.find(&account)?.ok_or_else(|| Fault::new(FaultKind::Local, "The new account is gone already."))
    }

    /// Puts another status and other facts in place of an account's.
    ///
    /// # Errors
    /// [`FaultKind::NotFound`] where it is gone meanwhile.
    pub fn update(&self, id: &AccountId, status: &Status, facts: &AccountFacts) -> Result<StoredAccount, Fault> {
        let changed = self.connection().execute(
            "UPDATE account SET status = ?2, asked = ?3, granted = ?4, expires_at = ?5, renews = ?6, provider_user = ?7, \
             reason = ?8, authorized_at = ?9, updated_at = ?10 WHERE id = ?1",
            params![
                id.raw(),
                status.name(),
                list(&facts.asked),
                facts.granted.as_deref().map(list),
                facts.expires_at.map(Timestamp::as_millisecond),
                facts.renews,
                facts.provider_user.as_ref().map(Untrusted::raw),
                facts.reason,
                facts.authorized_at.map(Timestamp::as_millisecond),
                Timestamp::now().as_millisecond(),
            ],
        );
        let found = if changed.map_err(unusable)? == 0 { None } else { self.find(&AccountRef::Id(id.clone()))? };
        found.ok_or_else(|| Fault::new(FaultKind::NotFound, "The account was deleted meanwhile."))
    }

    /// Notes that an account was used for a call just now.
    pub fn used(&self, id: &AccountId) -> Result<(), Fault> {
        let now = Timestamp::now().as_millisecond();
        let noted =
            self.connection().execute("UPDATE account SET last_used_at = ?2 WHERE id = ?1", params![id.raw(), now]);
        noted.map(drop).map_err(unusable)
    }

    /// Removes an account; fine if there is none.
    pub fn remove(&self, id: &AccountId) -> Result<(), Fault> {
        let connection = self.connection();
        let removed = ["account WHERE id", "server_account WHERE account"]
            .into_iter()
            .try_for_each(|place| connection.execute(&format!("DELETE FROM {place} = ?1"), [id.raw()]).map(drop));
        removed.map_err(unusable)
    }
}

/// False for a file of a later version.
fn prepare(connection: &mut Connection) -> rusqlite::Result<bool> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version > VERSION {
        return Ok(false);
    }
    if version < VERSION {
        transaction.execute_batch(
            "CREATE TABLE account (
                id TEXT PRIMARY KEY,
                connection TEXT NOT NULL,
                identifier TEXT NOT NULL,
                status TEXT NOT NULL,
                asked TEXT NOT NULL,
                granted TEXT,
                expires_at INTEGER,
                renews INTEGER NOT NULL,
                provider_user TEXT,
                reason TEXT,
                authorized_at INTEGER,
                created_at INTEGER NOT NULL,
                updated_at INTEGER NOT NULL,
                last_used_at INTEGER,
                UNIQUE (connection, identifier)
            ) STRICT;
            PRAGMA user_version = 1;",
        )?;
    }
    transaction.execute_batch(super::mcp::TABLES)?;
    transaction.commit()?;
    Ok(true)
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<StoredAccount> {
    let text = |column: &str| row.get::<_, String>(column);
    let time = |column: &str| -> rusqlite::Result<Option<Timestamp>> {
        Ok(row.get::<_, Option<i64>>(column)?.and_then(|ms| Timestamp::from_millisecond(ms).ok()))
    };
    let scopes = |text: String| serde_json::from_str::<Vec<String>>(&text).unwrap_or_default();
    Ok(StoredAccount {
        id: text("id")?.as_str().into(),
        connection: text("connection")?.as_str().into(),
        identifier: text("identifier")?.as_str().into(),
        status: Status::from_name(&text("status")?),
        facts: AccountFacts {
            asked: scopes(text("asked")?),
            granted: row.get::<_, Option<String>>("granted")?.map(scopes),
            expires_at: time("expires_at")?,
            renews: row.get("renews")?,
            provider_user: row.get::<_, Option<String>>("provider_user")?.map(Untrusted::from),
            reason: row.get("reason")?,
            authorized_at: time("authorized_at")?,
        },
        created_at: time("created_at")?.unwrap_or_default(),
        updated_at: time("updated_at")?.unwrap_or_default(),
        last_used_at: time("last_used_at")?,
    })
}

fn list(scopes: &[String]) -> String {
    serde_json::Value::from(scopes.to_vec()).to_string()
}

/// An id that no other account ever had or will have, in any environment: secrets go by it.
fn new_id() -> Result<String, Fault> {
    use base64::Engine as _;
    let mut bytes = [0_u8; 12];
    getrandom::fill(&mut bytes)
        .map_err(|error| Fault::new(FaultKind::Local, "The system gave no random numbers.").because(error))?;
    Ok(format!("{PREFIX}{}", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)))
}

fn unusable(error: rusqlite::Error) -> Fault {
    let message = format!("The accounts of this environment ({FILE}) cannot be used: {error}.");
    Fault::new(FaultKind::Local, message).because(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(name: &str) -> AccountRef {
        AccountRef::Pair("linear".into(), name.into())
    }

    #[test]
    fn accounts_outlive_the_process_and_a_pair_stands_for_one() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("local");
        let store = AccountStore::open(&folder).unwrap();
        let ada = store.add(&"linear".into(), &"ada".into(), &Status::PendingAuth).unwrap();
        assert!(ada.id.raw().starts_with("la_") && ada.status == Status::PendingAuth);
        let taken = store.add(&"linear".into(), &"ada".into(), &Status::Active).unwrap_err();
        assert_eq!(taken.kind, FaultKind::Conflict);
        let facts = AccountFacts {
            asked: vec!["read".into(), "write".into()],
            granted: Some(vec!["read".into()]),
            expires_at: Timestamp::from_millisecond(7_000).ok(),
            renews: true,
            provider_user: Some("Ada".into()),
            reason: None,
            authorized_at: Timestamp::from_millisecond(5_000).ok(),
        };
        store.update(&ada.id, &Status::Active, &facts).unwrap();
        let other = AccountStore::open(&folder).unwrap();
        let found = other.find(&pair("ada")).unwrap().unwrap();
        assert_eq!((&found.facts, &found.status), (&facts, &Status::Active));
        assert_eq!(other.find(&AccountRef::Id(ada.id.clone())).unwrap(), Some(found));
        other.used(&ada.id).unwrap();
        assert!(store.find(&pair("ada")).unwrap().unwrap().last_used_at.is_some());
        other.remove(&ada.id).unwrap();
        assert_eq!((store.find(&pair("ada")).unwrap(), store.all().unwrap().len()), (None, 0));
        let gone = store.update(&ada.id, &Status::Active, &facts).unwrap_err();
        assert_eq!(gone.kind, FaultKind::NotFound);

        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(folder.join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn one_that_a_later_version_wrote_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE);
        Connection::open(&file).unwrap().execute_batch("PRAGMA user_version = 9").unwrap();
        let before = std::fs::read(&file).unwrap();
        let fault = AccountStore::open(folder.path()).err().unwrap();
        assert!(fault.message.contains("later version"), "{fault}");
        assert_eq!(std::fs::read(&file).unwrap(), before);
    }
}
