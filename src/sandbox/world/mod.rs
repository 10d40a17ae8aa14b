//! The world behind the routes: people, connections, accounts, links, tools, and what was called.
//!
//! It is data: everything it starts with stands in `assets/sandbox`, with times as offsets from the
//! start. It knows nothing of our own routes, and time comes in with every change.

mod account_control;
mod accounts;
mod bulk_accounts;
mod catalog_file;
mod connections;
mod consent;
mod credentials;
mod custom_providers;
mod events;
mod history;
mod links;
mod servers;
mod snapshot;
mod stored_credentials;
mod throttling;
mod tools;
mod vendors;

use std::cell::OnceCell;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

pub use self::account_control::made_up_details;
pub use self::accounts::{AccountRecord, Unverified};
use self::accounts::{AccountTable, TokenUse};
pub use self::connections::ConnectionRecord;
pub use self::credentials::{CredentialRecord, StaticDetails};
pub use self::custom_providers::{CustomProvider, ProviderError};
use self::events::AccountEventKind;
pub use self::events::{AccountEvent, AccountEvents};
use self::history::History;
pub use self::history::{Logged, Record};
use self::links::LinkStore;
pub use self::links::{Landing, LinkError, ReturnTo};
use self::servers::ServerTable;
pub use self::servers::{ServerConfigRecord, ServerInstanceRecord, ToolMappingRecord};
pub use self::snapshot::{ProviderChange, Snapshot};
use self::throttling::Throttling;
pub use self::tools::{Catalogue, ToolRecord};
pub use self::vendors::Vendor;
use super::ids::Ids;
use super::people::{People, Persona};
use super::provider::{
    BuiltInProvider, PROVIDERS, ProviderCall, ProviderData, ProviderRefusal, ProviderRefusalKind, RestAnswer,
    RestRequest, scope_to_change,
};
use crate::domain::AccountRef;

/// State of the sandbox behind its routes.
pub struct World {
    ids: Ids,
    pub people: People,
    vendors: Vec<Arc<Vendor>>,
    connections: Vec<Arc<ConnectionRecord>>,
    accounts: AccountTable,
    links: LinkStore,
    /// MCP servers.
    pub servers: ServerTable,
    /// Read when it is first asked for: it is most of the data.
    catalogue: OnceCell<Result<Catalogue, serde_json::Error>>,
    began: Timestamp,
    throttling: Throttling,
    history: History,
    executions: u64,
    /// Calls that changed what a provider holds, oldest first; kept only where the world is.
    changes: Vec<ProviderChange>,
    keeps_changes: bool,
    /// Custom providers made so far, deleted ones included.
    custom_made: u64,
    /// What happened to accounts.
    pub events: AccountEvents,
}

/// A call that reached its provider.
pub struct Executed {
    pub id: String,
    pub outcome: Result<ProviderData, ProviderRefusal>,
}

/// A REST request that reached its provider.
pub struct Forwarded {
    pub id: String,
    /// The tool it amounted to.
    pub tool: Option<Arc<ToolRecord>>,
    pub answer: RestAnswer,
    /// Refusal of the provider, where the answer is one.
    pub refused: Option<ProviderRefusal>,
}

impl World {
    /// The world as it begins.
    pub fn new(ids: Ids, now: Timestamp) -> Result<Self, serde_json::Error> {
        let people = People::read()?;
        let vendors = vendors::read(ids)?;
        let connections = connections::read(ids, &vendors, now)?;
        let accounts = AccountTable::read(ids, &connections, &people, now)?;
        Ok(Self {
            history: History::read(ids, &accounts, now)?,
            throttling: Throttling::read()?,
            links: LinkStore::default(),
            servers: ServerTable::read(ids, now)?,
            executions: 0,
            changes: Vec::new(),
            keeps_changes: false,
            custom_made: 0,
            events: AccountEvents::default(),
            ids,
            people,
            vendors,
            connections,
            accounts,
            catalogue: OnceCell::new(),
            began: now,
        })
    }

    /// Adds made-up accounts on the connections that people consent to.
    pub fn add_bulk_accounts(&mut self, count: usize, now: Timestamp) {
        let usable = self.connections.iter().filter(|connection| connection.is_oauth() && connection.enabled());
        let connections: Vec<_> = usable.cloned().collect();
        let people: Vec<_> = self.people.iter().collect();
        bulk_accounts::add(&mut self.accounts, count, self.ids, &connections, &people, now);
    }

    /// Adds the tools of a catalog file. A connector that no provider is called after gets one, and
    /// a connection with an ACTIVE account for `identifier`.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn add_catalog(&mut self, path: &Path, identifier: &str, now: Timestamp) -> io::Result<()> {
        let lines = catalog_file::read(path)?;
        let person = self.people.with_email(identifier).or(self.people.iter().next()).cloned();
        for connector in lines.chunk_by(|a, b| a.connector == b.connector).filter_map(|lines| lines.first()) {
            let name = &connector.connector;
            if self.vendors.iter().any(|vendor| vendor.key().eq_ignore_ascii_case(name)) {
                continue;
            }
            let vendor = Arc::new(vendors::unknown(self.ids, self.vendors.len() as u64, name));
            let made = self.connections.len() as u64;
            let connection = Arc::new(connections::made_up(self.ids, made, name, Arc::clone(&vendor), now));
            let account = self.accounts.create(&connection, identifier, now);
            if let Some(person) = &person {
                account.activate(Arc::clone(person), now);
            }
            self.vendors.push(vendor);
            self.connections.push(connection);
        }
        self.tools().map_err(|e| io::Error::other(e.to_string()))?;
        if let Some(Ok(catalogue)) = self.catalogue.get_mut() {
            catalogue.extend(self.ids, lines);
        }
        Ok(())
    }

    /// Whether calls that change something are remembered, to be made again.
    pub fn keep_changes(&mut self, keep: bool) {
        self.keeps_changes = keep;
    }

    /// In the order of their ids.
    pub fn vendors(&self) -> impl Iterator<Item = &Arc<Vendor>> {
        self.vendors.iter()
    }

    /// In the order of their ids.
    pub fn connections(&self) -> impl Iterator<Item = &Arc<ConnectionRecord>> {
        self.connections.iter()
    }

    /// The connection of exactly this name.
    pub fn connection(&self, name: &str) -> Option<Arc<ConnectionRecord>> {
        self.connections().find(|connection| connection.name == name).cloned()
    }

    /// In the order of their ids.
    pub fn accounts(&self) -> impl Iterator<Item = &AccountRecord> {
        self.accounts.iter()
    }

    /// # Errors
    /// What is wrong with the data that is built in.
    pub fn tools(&self) -> Result<&Catalogue, &serde_json::Error> {
        self.catalogue.get_or_init(|| Catalogue::read(self.ids, &self.people, self.began)).as_ref()
    }

    pub fn account(&self, named: &AccountRef) -> Option<&AccountRecord> {
        match named {
            AccountRef::Id(id) => self.accounts.find(id.raw().strip_prefix("ca_")?.parse().ok()?),
            AccountRef::Pair(connection, identifier) => self
                .accounts()
                .find(|account| account.identifier == identifier.raw() && account.connection.name == connection.raw()),
        }
    }

    /// A new account. Without credentials nobody has authorized it yet.
    pub fn create_account(
        &mut self,
        connection: &Arc<ConnectionRecord>,
        identifier: &str,
        credentials: Option<CredentialRecord>,
        settings: Option<Map<String, Value>>,
        now: Timestamp,
    ) -> &AccountRecord {
        let account = self.accounts.create(connection, identifier, now);
        change(account, &self.people, credentials, settings, now);
        self.events.record(AccountEventKind::Created, account, now);
        account
    }

    /// Credentials replace what there was, settings are merged.
    pub fn change_account(
        &mut self,
        number: u64,
        credentials: Option<CredentialRecord>,
        settings: Option<Map<String, Value>>,
        now: Timestamp,
    ) -> Option<&AccountRecord> {
        let account = self.accounts.numbered(number)?;
        let before = account.status.clone();
        change(account, &self.people, credentials, settings, now);
        self.events.record(AccountEventKind::Updated, account, now);
        self.events.transition(&before, account, now);
        Some(account)
    }

    pub fn disconnect_account(&mut self, number: u64, now: Timestamp) -> Option<&AccountRecord> {
        let account = self.accounts.numbered(number)?;
        let before = account.status.clone();
        account.disconnect(now);
        self.events.transition(&before, account, now);
        Some(account)
    }

    pub fn delete_account(&mut self, number: u64, now: Timestamp) {
        if let Some(account) = self.accounts.find(number) {
            self.events.record(AccountEventKind::Deleted, account, now);
        }
        self.accounts.delete(number);
    }

    /// `authorization_details` of an account, secrets and all.
    pub fn credentials(&self, account: &AccountRecord) -> Option<Value> {
        stored_credentials::wire(account, self.ids)
    }

    /// Latency of a tool.
    pub fn takes(&self, tool: &ToolRecord) -> Duration {
        self.throttling.takes(&tool.name)
    }

    /// Carries out a call with this account's credentials; none when the account is gone.
    pub fn execute(
        &mut self,
        account: u64,
        tool: &ToolRecord,
        arguments: &Map<String, Value>,
        now: Timestamp,
    ) -> Option<Executed> {
        self.use_token(account, now)?;
        let id = self.next_execution();
        Some(Executed { id, outcome: self.call(account, tool, arguments, now)? })
    }

    /// Passes a REST request on with this account's credentials; none when the account is gone or
    /// its provider is not one of ours.
    pub fn forward(&mut self, account: u64, request: &RestRequest<'_>, now: Timestamp) -> Option<Forwarded> {
        self.use_token(account, now)?;
        let account = self.accounts.find(account)?;
        let number = account.number;
        let BuiltInProvider { key, headers, created, refusal, .. } =
            PROVIDERS.iter().find(|entry| entry.key == account.connection.provider.key())?;
        let id = self.next_execution();
        let refuse = |tool, trouble: ProviderRefusal| {
            let (status, body) = refusal(&trouble);
            let answer = RestAnswer { headers, retry_after: trouble.wait(), ..RestAnswer::json(status, &body) };
            Forwarded { id: id.clone(), tool, answer, refused: Some(trouble) }
        };
        let person = match acting(&self.accounts, number) {
            Ok(person) => Arc::clone(person),
            Err(trouble) => return Some(refuse(None, trouble)),
        };
        let Some((tool, arguments)) = self.tools().ok()?.at(key, request) else {
            let answer = self.catalogue.get_mut()?.as_mut().ok()?.rest(key, &person, request);
            return Some(match answer {
                Some(answer) => Forwarded { id, tool: None, answer: RestAnswer { headers, ..answer }, refused: None },
                None => refuse(None, ProviderRefusal::no_such_path(request.path)),
            });
        };
        Some(match self.call(number, &tool, &arguments, now)? {
            Err(trouble) => refuse(Some(tool), trouble),
            Ok(data) => {
                let status = if request.method == "POST" { *created } else { 200 };
                let answer = RestAnswer { headers, ..RestAnswer::from_data(status, &data) };
                Forwarded { id, tool: Some(tool), answer, refused: None }
            }
        })
    }

    /// Person that the provider takes whoever calls with this account for.
    pub fn acting(&self, account: u64) -> Option<&Arc<Persona>> {
        acting(&self.accounts, account).ok()
    }

    fn call(
        &mut self,
        account: u64,
        tool: &ToolRecord,
        arguments: &Map<String, Value>,
        now: Timestamp,
    ) -> Option<Result<ProviderData, ProviderRefusal>> {
        let catalogue = self.catalogue.get_mut()?.as_mut().ok()?;
        let person = match acting(&self.accounts, account) {
            Ok(person) => person,
            Err(trouble) => return Some(Err(trouble)),
        };
        if let Some(scope) = missing_scope(&self.accounts, account, tool) {
            return Some(Err(ProviderRefusal::missing_scope(scope)));
        }
        if let Err(seconds) = self.throttling.admit(account, &tool.name, now) {
            return Some(Err(ProviderRefusal::too_often(seconds)));
        }
        let call = ProviderCall { person, arguments, now };
        let answer = catalogue.run(tool, &call);
        if self.keeps_changes && answer.is_ok() {
            self.changes.extend(ProviderChange::new(tool, &call));
        }
        Some(answer)
    }

    /// The account's token goes out, renewed where it ran out; none when the account is gone.
    fn use_token(&mut self, number: u64, now: Timestamp) -> Option<()> {
        let account = self.accounts.numbered(number)?;
        let before = account.status.clone();
        match account.use_token(now) {
            TokenUse::AsItWas => {}
            TokenUse::Renewed => self.events.record(AccountEventKind::TokenRefreshSucceeded, account, now),
            TokenUse::NotRenewed => self.events.record(AccountEventKind::TokenRefreshFailed, account, now),
        }
        self.events.transition(&before, account, now);
        Some(())
    }

    fn next_execution(&mut self) -> String {
        self.executions += 1;
        format!("exec_{}", self.ids.snowflake("exec", self.executions))
    }

    /// A call is over.
    pub fn log(&mut self, record: Record, took: Duration) {
        self.history.add(record, took);
    }

    /// Logged calls, newest first.
    pub fn history(&self) -> impl Iterator<Item = &Logged> {
        self.history.iter()
    }
}

/// Scope that the tool needs, and that consent on the account's connection does not ask for.
fn missing_scope(accounts: &AccountTable, number: u64, tool: &ToolRecord) -> Option<&'static str> {
    let scope = scope_to_change(&tool.provider).filter(|_| !tool.only_reads())?;
    let granted = &accounts.find(number)?.connection.scopes;
    (!granted.is_empty() && granted.iter().all(|known| known.name != scope)).then_some(scope)
}

/// Person who acts with this account's credentials.
fn acting(accounts: &AccountTable, number: u64) -> Result<&Arc<Persona>, ProviderRefusal> {
    let account = accounts.find(number);
    let grant = account.and_then(|account| account.grant.as_ref()).filter(|grant| !grant.refused);
    grant.map(|grant| &grant.person).ok_or_else(|| {
        let title = account.map_or("The provider", |account| account.connection.provider.title());
        ProviderRefusal {
            kind: ProviderRefusalKind::Unauthorized,
            code: "UNAUTHORIZED",
            message: format!("{title} does not accept this access token any more"),
        }
    })
}

fn change(
    account: &mut AccountRecord,
    people: &People,
    credentials: Option<CredentialRecord>,
    settings: Option<Map<String, Value>>,
    now: Timestamp,
) {
    if let Some(settings) = settings {
        account.configure(settings, now);
    }
    if let Some(credentials) = credentials {
        account.accept(credentials, people, now);
    }
}
