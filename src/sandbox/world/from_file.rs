//! World of a file of one's own, in place of the one that is built in or beside it.

use std::cell::OnceCell;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::Error as _;
use serde_json::value::to_raw_value;
use serde_json::{Value, json};

use super::World;
use super::accounts::{AccountTable, Grant};
use super::connections::{self, ConnectionRecord, OAuthScope};
use super::credentials::{CredentialRecord, StaticDetails};
use super::events::AccountEvents;
use super::history::History;
use super::links::LinkStore;
use super::servers::{ServerTable, ToolMappingRecord};
use super::throttling::Throttling;
use super::tools::Catalogue;
use super::vendors::{self, Vendor};
use crate::backend::scalekit::wire::providers::{WireAuthField, WireAuthPattern, WireProvider};
use crate::backend::scalekit::words;
use crate::domain::Status;
use crate::sandbox::ids::Ids;
use crate::sandbox::people::People;
use crate::sandbox::provider::PROVIDERS;
use crate::sandbox::refs::resolve;
use crate::sandbox::world_file::{
    AccountEntry, Base, BaseConnection, BaseProvider, ConnectionEntry, MockTools, ProviderEntry, WorldFile,
};

/// Time since which the token of an EXPIRED account has been of no use, where the file does not say.
const EXPIRED_FOR: SignedDuration = SignedDuration::from_hours(1);

impl World {
    /// The world as it begins, from a file where there is one.
    ///
    /// # Errors
    /// What is wrong with the data that is built in, or with times that nobody lives to see.
    pub fn begin(ids: Ids, now: Timestamp, file: Option<Arc<WorldFile>>) -> Result<Self, serde_json::Error> {
        let Some(file) = file else { return Self::new(ids, now) };
        let mut world = if file.extends { Self::new(ids, now)? } else { Self::bare(ids, &file, now)? };
        world.people.extend(file.people.iter().cloned());
        for entry in &file.providers {
            let vendor = vendor(ids, world.vendors.len() as u64 + PROVIDERS.len() as u64, entry, &file)?;
            world.vendors.push(Arc::new(vendor));
        }
        for entry in &file.connections {
            let connection = connection(&world, entry, now)?;
            world.connections.push(Arc::new(connection));
        }
        for entry in &file.accounts {
            world.add_account(entry, now)?;
        }
        for server in &file.servers {
            let mappings = server
                .mappings
                .iter()
                .map(|(connection, tools)| ToolMappingRecord { connection: connection.clone(), tools: tools.clone() });
            world.servers.create(&server.name, server.description.clone(), mappings.collect());
        }
        world.mock = Some((Arc::clone(&file), MockTools::new(ids, &file)));
        Ok(world)
    }

    /// The file that it began with.
    pub fn file(&self) -> Option<&Arc<WorldFile>> {
        self.mock.as_ref().map(|(file, _)| file)
    }

    /// Nothing but the providers that a file's connections need.
    fn bare(ids: Ids, file: &WorldFile, now: Timestamp) -> Result<Self, serde_json::Error> {
        let mut vendors = vendors::read(ids)?;
        vendors.retain(|vendor| file.connections.iter().any(|connection| connection.provider == vendor.key()));
        Ok(Self {
            custom_made: 0,
            events: AccountEvents::default(),
            ids,
            people: People::from_people(Vec::new()),
            vendors,
            connections: Vec::new(),
            accounts: AccountTable::empty(ids, 0),
            links: LinkStore::default(),
            servers: ServerTable::empty(ids),
            catalogue: OnceCell::new(),
            began: now,
            throttling: Throttling::read()?,
            history: History::empty(ids),
            executions: 0,
            changes: Vec::new(),
            keeps_changes: false,
            mock: None,
        })
    }

    fn add_account(&mut self, entry: &AccountEntry, now: Timestamp) -> Result<(), serde_json::Error> {
        let from_now = |offset: SignedDuration| now.checked_add(offset).map_err(serde_json::Error::custom);
        let connection = resolve(self.connections.iter(), |known| known.name == entry.connection, &entry.connection)?;
        let credentials = entry.static_auth.clone().map(|auth| CredentialRecord::Static(StaticDetails::new(auth)));
        let person = entry.acts_as.as_ref().map(|key| self.people.named(key)).transpose()?;
        let status = words::status(&entry.status);
        let expires = entry.token_expires.or(match (&status, connection.token_lifetime) {
            (Status::Active, lifetime) => lifetime,
            (Status::Expired, Some(_)) => Some(-EXPIRED_FOR),
            _ => None,
        });
        let (expires, last_used) = (expires.map(from_now).transpose()?, entry.last_used.map(from_now).transpose()?);
        let account = self.accounts.create(connection, &entry.identifier, from_now(entry.updated)?);
        account.status = status;
        account.grant = person.map(|person| Grant { person, refused: entry.refused });
        account.credentials = credentials.map(Box::new);
        account.granted = entry.scopes.clone().map(Into::into);
        account.api_config = entry.api_config.clone().map(Box::new);
        account.token_expires_at = expires;
        account.last_used_at = last_used;
        Ok(())
    }

    /// All tools: the file's, and those that are built in of the providers that its connections have.
    pub(super) fn read_catalogue(&self) -> Result<Catalogue, serde_json::Error> {
        let Some((file, _)) = &self.mock else { return Catalogue::read(self.ids, &self.people, self.began) };
        let is_wanted = |key: &str| self.connections.iter().any(|connection| connection.provider.key() == key);
        // What is built in belongs to people who are built in. Somebody of the file with the key of one of them takes
        // their place, and holds what they hold.
        let mut people = self.people.clone();
        let built_in = People::read()?;
        let missing: Vec<_> = built_in.iter().filter(|person| people.find(&person.key).is_none()).cloned().collect();
        people.extend(missing);
        Catalogue::read_some(self.ids, &people, self.began, &is_wanted, &file.tools)
    }

    /// Names that are there before a file says anything: all that is built in, or its providers and tools alone.
    ///
    /// # Errors
    /// What is wrong with the data that is built in.
    pub fn base(extends: bool) -> Result<Base, serde_json::Error> {
        #[derive(Deserialize)]
        struct Named {
            name: String,
        }
        let ids = Ids::new(0);
        let mut base = Base::default();
        for vendor in vendors::read(ids)? {
            base.providers.push(BaseProvider {
                key: vendor.key().to_owned(),
                types: vendor.types().map(str::to_owned).collect(),
                has_proxy: vendor.listed.proxy_enabled,
            });
        }
        for entry in &PROVIDERS {
            for definition in (entry.tools)()? {
                let Named { name } = serde_json::from_str(definition.get())?;
                base.tools.push((name, entry.key.to_owned()));
            }
        }
        if extends {
            let world = Self::new(ids, Timestamp::now())?;
            base.people = world.people.iter().cloned().collect();
            base.connections.extend(world.connections().map(|connection| BaseConnection {
                name: connection.name.clone(),
                provider: connection.provider.key().to_owned(),
                kind: connection.kind.clone(),
            }));
            let pair = |account: &super::AccountRecord| (account.connection.name.clone(), account.identifier.clone());
            base.accounts.extend(world.accounts().map(pair));
        }
        Ok(base)
    }
}

fn connection(world: &World, entry: &ConnectionEntry, now: Timestamp) -> Result<ConnectionRecord, serde_json::Error> {
    let provider = resolve(world.vendors().cloned(), |vendor| vendor.key() == entry.provider, &entry.provider)?;
    let made = world.connections.len() as u64;
    let mut connection = connections::made_up(world.ids, made, &entry.name, provider, now);
    connection.kind.clone_from(&entry.kind);
    connection.token_lifetime = entry.token_lifetime;
    connection.enable(entry.enabled);
    let scope = |(name, allows): &(String, String)| OAuthScope { name: name.clone(), allows: allows.clone() };
    connection.scopes = entry.scopes.iter().map(scope).collect();
    Ok(connection)
}

/// A provider of the file's own, with the ways to authorize that its connections have.
fn vendor(ids: Ids, ordinal: u64, entry: &ProviderEntry, file: &WorldFile) -> Result<Vendor, serde_json::Error> {
    let theirs = file.connections.iter().filter(|connection| connection.provider == entry.key);
    let mut kinds: Vec<&str> = theirs.map(|connection| connection.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let pattern = |kind: &&str| {
        let usual = usual_fields(kind, file);
        let is_typed_in = !usual.is_empty();
        let fields = if is_typed_in && !entry.fields.is_empty() { entry.fields.clone() } else { usual };
        to_raw_value(&WireAuthPattern {
            kind: (*kind).to_owned(),
            display_name: words::authorization(kind).to_string(),
            description: String::new(),
            fields,
            account_fields: Vec::new(),
        })
    };
    let listed = WireProvider {
        identifier: entry.key.clone(),
        display_name: entry.name.clone(),
        description: entry.description.clone(),
        categories: entry.categories.clone(),
        auth_patterns: kinds.iter().map(pattern).collect::<Result<_, _>>()?,
        display_priority: 1,
        proxy_url: entry.proxy_url.clone().unwrap_or_default(),
        proxy_enabled: file.has_proxy(&entry.key),
        ..WireProvider::default()
    };
    Vendor::build(ids, ordinal, entry.token_prefix.clone(), listed)
}

/// Fields that a person fills in on a connection of this type. Reference: section 4.1.
fn usual_fields(kind: &str, file: &WorldFile) -> Vec<WireAuthField> {
    let names: &[(&str, &str)] = match kind {
        "API_KEY" => &[("api_key", "API key")],
        "BASIC" => &[("username", "User name"), ("password", "Password")],
        "BEARER" => &[("token", "Access token")],
        _ => &[],
    };
    let example = file.people.first().map_or("ada", |person| &person.key);
    let field = |(name, label): &(&str, &str)| WireAuthField {
        field_name: (*name).to_owned(),
        label: (*label).to_owned(),
        input_type: if *name == "username" { "text" } else { "password" }.into(),
        hint: if *name == "username" {
            String::new()
        } else {
            format!("In this sandbox a person's key and anything after a hyphen, such as {example}-1234.")
        },
        required: true,
        options: Vec::new(),
    };
    names.iter().map(field).collect()
}

/// Refusal by a provider of the file's own over the proxy.
pub(super) fn refusal_body(code: &str, message: &str) -> Value {
    json!({"error": {"code": code, "message": message}})
}
