//! The world behind the routes: people, connections, accounts, links, tools.
//!
//! It is data: everything it starts with stands in `assets/sandbox`, with times as offsets from the
//! start. It knows nothing of HTTP, and time comes in with every change.

mod accounts;
mod connections;
mod consent;
mod links;
mod tools;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use self::accounts::Accounts;
pub use self::accounts::{Account, Unverified};
pub use self::connections::Connection;
use self::links::Links;
pub use self::links::{Dead, Landing, ReturnTo};
use self::tools::Catalogue;
pub use self::tools::{Tool, title};
use super::ids::Ids;
use super::people::People;
use super::provider::{Call, Trouble, TroubleKind};
use crate::domain::AccountRef;

/// Everything there is.
pub struct World {
    ids: Ids,
    pub people: People,
    connections: Vec<Arc<Connection>>,
    accounts: Accounts,
    links: Links,
    catalogue: Catalogue,
    executions: u64,
}

/// A call that reached its provider.
pub struct Executed {
    pub id: String,
    pub outcome: Result<Value, Trouble>,
}

impl World {
    /// The world as it begins.
    pub fn new(ids: Ids, now: Timestamp) -> Result<Self, serde_json::Error> {
        let people = People::read()?;
        let connections: Vec<_> = connections::read(ids, now)?.into_iter().map(Arc::new).collect();
        Ok(Self {
            accounts: Accounts::read(ids, &connections, &people, now)?,
            catalogue: Catalogue::read(ids, &people, now)?,
            links: Links::default(),
            executions: 0,
            ids,
            people,
            connections,
        })
    }

    /// In the order of their ids.
    pub fn connections(&self) -> impl Iterator<Item = &Arc<Connection>> {
        self.connections.iter()
    }

    /// The connection of exactly this name.
    pub fn connection(&self, name: &str) -> Option<Arc<Connection>> {
        self.connections().find(|connection| connection.name == name).cloned()
    }

    /// In the order of their ids.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.iter()
    }

    /// In the order of their ids.
    pub fn tools(&self) -> impl Iterator<Item = &Tool> {
        self.catalogue.iter()
    }

    pub fn account(&self, named: &AccountRef) -> Option<&Account> {
        self.accounts().find(|account| match named {
            AccountRef::Id(id) => account.id() == id.raw(),
            AccountRef::Pair(connection, identifier) => {
                account.connection.name == connection.raw() && account.identifier == identifier.raw()
            }
        })
    }

    /// A new account that nobody has authorized yet.
    pub fn create_account(&mut self, connection: &Arc<Connection>, identifier: &str, now: Timestamp) -> &Account {
        self.accounts.create(connection, identifier, now)
    }

    /// Carries out a call with this account's credentials; none when the account or the tool is gone.
    pub fn execute(
        &mut self,
        account: u64,
        tool: &Tool,
        arguments: &Map<String, Value>,
        now: Timestamp,
    ) -> Option<Executed> {
        let account = self.accounts.numbered(account)?;
        account.use_token(now);
        let outcome = match &account.grant {
            Some(grant) if !grant.refused => {
                self.catalogue.run(tool, &Call { person: &grant.person, arguments, now })?
            }
            _ => Err(Trouble {
                kind: TroubleKind::Unauthorized,
                code: "UNAUTHORIZED",
                message: format!("{} does not accept this access token any more", title(tool.provider)),
            }),
        };
        self.executions += 1;
        Some(Executed { id: format!("exec_{}", self.ids.snowflake("exec", self.executions)), outcome })
    }
}
