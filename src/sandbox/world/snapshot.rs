//! The world as it is written to a file, and read back.
//!
//! The broker's rows are written as they are. What the providers hold is not: their data begins the same each time, so
//! the calls that changed it are written, and made again when the file is read. What somebody typed in as a credential
//! is left out; whom it belongs to is kept, so that calls go on working.

use std::sync::Arc;

use jiff::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use super::accounts::{AccountRecord, AccountTable, Grant, Pending};
use super::credentials::{CredentialRecord, StaticDetails};
use super::custom_providers::CustomProviderState;
use super::history::Logged;
use super::links::{Link, LinkStore, ReturnTo};
use super::servers::{ServerState, ServerTable};
use super::{ToolRecord, World};
use crate::backend::scalekit::wire::credentials::OauthToken;
use crate::backend::scalekit::wire::logs::ToolCallLog;
use crate::backend::scalekit::words;
use crate::domain::JsonText;
use crate::order::StableOrder as _;
use crate::redact;
use crate::sandbox::ids::Ids;
use crate::sandbox::people::{People, Persona};
use crate::sandbox::provider::ProviderCall;
use crate::sandbox::refs::resolve;
use crate::sandbox::world_file::{MockState, WorldFile};

/// Everything that makes one world differ from another.
#[derive(Serialize, Deserialize)]
pub struct Snapshot {
    /// Seed of its ids.
    pub seed: u64,
    began: Timestamp,
    executions: u64,
    accounts_made: u64,
    accounts: Vec<AccountState>,
    /// Numbers of the connections that are switched off.
    disabled: Vec<u64>,
    links: Vec<LinkState>,
    /// Absent where an older version wrote it.
    #[serde(default)]
    servers: Option<ServerState>,
    /// Absent where an older version wrote it.
    #[serde(default)]
    custom_providers: Option<CustomProviderState>,
    calls_made: u64,
    calls: Vec<CallState>,
    changes: Vec<ProviderChange>,
    /// Where the world came from a file of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    world_file: Option<WorldFileState>,
}

/// What became of a world file.
#[derive(Serialize, Deserialize)]
struct WorldFileState {
    /// Mark of its text.
    digest: String,
    tools: MockState,
}

#[derive(Serialize, Deserialize)]
struct AccountState {
    number: u64,
    connection: u64,
    identifier: String,
    status: String,
    token_expires_at: Option<Timestamp>,
    updated_at: Timestamp,
    last_used_at: Option<Timestamp>,
    person: Option<String>,
    refused: bool,
    credentials: CredentialState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    granted: Option<Box<[String]>>,
    settings: Option<Map<String, Value>>,
    pending: Option<PendingState>,
}

/// Credentials without their secrets.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CredentialState {
    None,
    /// Those that the world began with.
    BuiltIn,
    /// Names of the fields that were typed in.
    Static(Vec<String>),
    Oauth {
        scopes: Vec<String>,
        domain: String,
    },
}

#[derive(Serialize, Deserialize)]
struct PendingState {
    auth_request_id: String,
    link: String,
    person: String,
}

#[derive(Serialize, Deserialize)]
struct LinkState {
    id: String,
    account: u64,
    expires_at: Timestamp,
    return_to: Option<(String, Option<String>)>,
    provider_state: String,
    code: String,
    auth_request_id: String,
    signed_in: Option<String>,
    used: bool,
}

#[derive(Serialize, Deserialize)]
struct CallState {
    number: u64,
    started_at: Timestamp,
    row: ToolCallLog,
}

/// Call that changed what a provider holds.
#[derive(Clone, Serialize, Deserialize)]
pub struct ProviderChange {
    tool: String,
    person: String,
    at: Timestamp,
    arguments: Map<String, Value>,
}

impl Snapshot {
    /// Mark of the world file that it came from; none where it came from none.
    pub fn world_file(&self) -> Option<&str> {
        self.world_file.as_ref().map(|file| file.digest.as_str())
    }
}

impl ProviderChange {
    /// The call, if its tool is not one that only reads. Credentials among its arguments are replaced.
    pub fn new(tool: &ToolRecord, call: &ProviderCall<'_>) -> Option<Self> {
        (!tool.only_reads()).then(|| Self {
            tool: tool.name.to_string(),
            person: call.person.key.clone(),
            at: call.now,
            arguments: without_credentials(call.arguments),
        })
    }
}

/// An object whose credentials are replaced by marks.
pub(super) fn without_credentials(object: &Map<String, Value>) -> Map<String, Value> {
    let text = JsonText::parse(Value::Object(object.clone()).to_string());
    text.ok().and_then(|text| serde_json::from_str(redact::json(&text).json.raw()).ok()).unwrap_or_default()
}

impl World {
    /// The world as it is now.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            seed: self.ids.seed(),
            began: self.began,
            executions: self.executions,
            accounts_made: self.accounts.made,
            accounts: self.accounts.iter().map(AccountState::new).collect(),
            disabled: self.connections().filter(|known| !known.enabled()).map(|known| known.number).collect(),
            links: self.links.iter().map(LinkState::new).collect(),
            servers: Some(self.servers.state()),
            custom_providers: Some(self.custom_provider_state()),
            calls_made: self.history.made,
            calls: self.history.calls.iter().map(CallState::new).collect(),
            changes: self.changes.clone(),
            world_file: self.mock.as_ref().map(|(file, tools)| WorldFileState {
                digest: file.digest.clone(),
                tools: tools.state().without_credentials(),
            }),
        }
    }

    /// The world as it was written.
    ///
    /// # Errors
    /// The snapshot names something that does not exist.
    pub fn restore(snapshot: Snapshot, file: Option<Arc<WorldFile>>) -> Result<Self, serde_json::Error> {
        let mut world = Self::begin(Ids::new(snapshot.seed), snapshot.began, file)?;
        if let (Some((_, tools)), Some(state)) = (&mut world.mock, snapshot.world_file) {
            tools.restore(state.tools);
        }
        world.executions = snapshot.executions;
        if let Some(providers) = snapshot.custom_providers {
            world.restore_custom_providers(providers);
        }
        for connection in world.connections() {
            connection.enable(!snapshot.disabled.contains(&connection.number));
        }
        let fresh = std::mem::replace(&mut world.accounts, AccountTable::empty(world.ids, snapshot.accounts_made));
        for state in snapshot.accounts {
            let account = state.record(&world, &fresh)?;
            world.accounts.rows.push(account);
        }
        world.accounts.rows.order_by_key(|account| account.number);
        let people = &world.people;
        let links = snapshot.links.into_iter().map(|link| link.record(people)).collect::<Result<_, _>>()?;
        world.links = LinkStore::from_links(links);
        if let Some(servers) = snapshot.servers {
            world.servers = ServerTable::restore(world.ids, servers)?;
        }
        world.history.made = snapshot.calls_made;
        world.history.calls = snapshot.calls.into_iter().map(CallState::record).collect();
        for change in &snapshot.changes {
            world.repeat(change)?;
        }
        world.changes = snapshot.changes;
        Ok(world)
    }

    /// Makes a change again. Whatever comes of it came of it before.
    fn repeat(&mut self, change: &ProviderChange) -> Result<(), serde_json::Error> {
        let person = self.people.named(&change.person)?;
        self.tools().map_err(serde_json::Error::custom)?;
        let Some(Ok(catalogue)) = self.catalogue.get_mut() else { return Ok(()) };
        let tool = catalogue.named(&change.tool).cloned();
        let tool = tool.ok_or_else(|| serde_json::Error::custom(format_args!("there is no tool {}", change.tool)))?;
        let _ = catalogue.run(&tool, &ProviderCall { person: &person, arguments: &change.arguments, now: change.at });
        Ok(())
    }
}

impl AccountState {
    fn new(account: &AccountRecord) -> Self {
        Self {
            number: account.number,
            connection: account.connection.number,
            identifier: account.identifier.clone(),
            status: account.status.name(),
            token_expires_at: account.token_expires_at,
            updated_at: account.updated_at,
            last_used_at: account.last_used_at,
            person: account.grant.as_ref().map(|grant| grant.person.key.clone()),
            refused: account.grant.as_ref().is_some_and(|grant| grant.refused),
            credentials: match account.credentials.as_deref() {
                None => CredentialState::None,
                Some(_) if !account.typed_in => CredentialState::BuiltIn,
                Some(CredentialRecord::Static(details)) => CredentialState::Static(details.names()),
                Some(CredentialRecord::Oauth(OauthToken { scopes, domain, .. })) => {
                    CredentialState::Oauth { scopes: scopes.clone(), domain: domain.clone() }
                }
            },
            granted: account.granted.clone(),
            settings: account.api_config.as_deref().map(without_credentials),
            pending: account.pending.as_deref().map(|pending| PendingState {
                auth_request_id: pending.auth_request_id.clone(),
                link: pending.link.clone(),
                person: pending.person.key.clone(),
            }),
        }
    }

    fn record(self, world: &World, fresh: &AccountTable) -> Result<AccountRecord, serde_json::Error> {
        let connection = self.connection;
        let connection = resolve(world.connections().cloned(), |known| known.number == connection, connection)?;
        let person = self.person.map(|key| world.people.named(&key)).transpose()?;
        let typed_in = matches!(self.credentials, CredentialState::Static(_) | CredentialState::Oauth { .. });
        let credentials = match self.credentials {
            CredentialState::None => None,
            CredentialState::BuiltIn => fresh.find(self.number).and_then(|account| account.built_in_credentials()),
            CredentialState::Static(names) => {
                let empty = names.into_iter().map(|name| (name, Value::from(""))).collect();
                Some(CredentialRecord::Static(StaticDetails::new(empty)))
            }
            CredentialState::Oauth { scopes, domain } => {
                let token = OauthToken { access_token: None, refresh_token: None, scopes, domain };
                Some(CredentialRecord::Oauth(token))
            }
        };
        Ok(AccountRecord {
            number: self.number,
            connection,
            identifier: self.identifier,
            status: words::status(&self.status),
            token_expires_at: self.token_expires_at,
            updated_at: self.updated_at,
            last_used_at: self.last_used_at,
            grant: person.map(|person| Grant { person, refused: self.refused }),
            credentials: credentials.map(Box::new),
            typed_in,
            api_config: self.settings.map(Box::new),
            granted: self.granted,
            pending: self.pending.map(|pending| pending.record(&world.people)).transpose()?.map(Box::new),
        })
    }
}

impl PendingState {
    fn record(self, people: &People) -> Result<Pending, serde_json::Error> {
        let Self { auth_request_id, link, person } = self;
        Ok(Pending { auth_request_id, link, person: people.named(&person)? })
    }
}

impl LinkState {
    fn new(link: &Link) -> Self {
        Self {
            id: link.id.clone(),
            account: link.account,
            expires_at: link.expires_at,
            return_to: link.return_to.clone().map(|back| (back.url.into(), back.state)),
            provider_state: link.provider_state.clone(),
            code: link.code.clone(),
            auth_request_id: link.auth_request_id.clone(),
            signed_in: link.signed_in.as_ref().map(|person| person.key.clone()),
            used: link.used,
        }
    }

    fn record(self, people: &People) -> Result<Link, serde_json::Error> {
        let return_to = match self.return_to {
            Some((url, state)) => Some(ReturnTo { url: Url::parse(&url).map_err(serde_json::Error::custom)?, state }),
            None => None,
        };
        let signed_in: Option<Arc<Persona>> = self.signed_in.map(|key| people.named(&key)).transpose()?;
        Ok(Link {
            id: self.id,
            account: self.account,
            expires_at: self.expires_at,
            return_to,
            provider_state: self.provider_state,
            code: self.code,
            auth_request_id: self.auth_request_id,
            signed_in,
            used: self.used,
        })
    }
}

impl CallState {
    fn new(call: &Logged) -> Self {
        Self { number: call.number, started_at: call.started_at, row: call.row.clone() }
    }

    fn record(self) -> Logged {
        Logged { number: self.number, started_at: self.started_at, row: self.row }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AccountRef, Status};
    use crate::sandbox::world::CallPlan;

    fn now() -> Timestamp {
        "2026-03-04T12:00:00Z".parse().unwrap()
    }

    fn again(world: &World) -> World {
        let text = serde_json::to_string(&world.snapshot()).unwrap();
        World::restore(serde_json::from_str(&text).unwrap(), None).unwrap()
    }

    fn account<'a>(world: &'a World, connection: &str, identifier: &str) -> &'a AccountRecord {
        world.account(&AccountRef::Pair(connection.into(), identifier.into())).unwrap()
    }

    fn execute(world: &mut World, tool: &str, arguments: Value) -> Value {
        let number = account(world, "linear", "ada@acme.dev").number;
        let tool = Arc::clone(world.tools().unwrap().named(tool).unwrap());
        let Value::Object(arguments) = arguments else { panic!("an object") };
        let executed = world.execute(number, &tool, &arguments, &CallPlan::default(), now()).unwrap();
        serde_json::to_value(executed.outcome.unwrap()).unwrap()
    }

    #[test]
    fn a_world_comes_back_as_it_was() {
        let mut world = World::new(Ids::new(7), now()).unwrap();
        assert_eq!(
            serde_json::to_value(again(&world).snapshot()).unwrap(),
            serde_json::to_value(world.snapshot()).unwrap()
        );
        let connection = world.connection("linear").unwrap();
        let person = world.people.find("ada").unwrap().clone();
        let number = world.create_account(&connection, "new@acme.dev", None, None, now()).number;
        let back = ReturnTo { url: Url::parse("http://127.0.0.1:1/verified").unwrap(), state: Some("s".into()) };
        let link = world.issue_link(number, now() + std::time::Duration::from_secs(60), Some(back), now()).unwrap();
        world.connections().last().unwrap().enable(false);
        let state = world.link(&link, now()).unwrap().0.provider_state.clone();
        world.allow(&state, &person, now()).unwrap();

        let mut back = again(&world);
        assert_eq!(account(&back, "linear", "new@acme.dev").status, Status::PendingAuth);
        assert!(!back.connections().last().unwrap().enabled());
        assert_eq!(back.link(&link, now()).unwrap().0.signed_in.as_ref().unwrap().key, "ada");
        let next = back.create_account(&connection, "another", None, None, now()).number;
        assert!(next > number, "no id is given twice");
    }

    #[test]
    fn servers_come_back_and_a_file_from_before_them_begins_with_the_usual_ones() {
        let mut world = World::new(Ids::new(7), now()).unwrap();
        world.servers.create("agent", String::new(), Vec::new());
        let names = |world: &World| world.servers.configs().map(|config| config.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&again(&world)), ["morning-digest", "agent"]);
        let mut older = serde_json::to_value(world.snapshot()).unwrap();
        older.as_object_mut().unwrap().remove("servers");
        assert_eq!(names(&World::restore(serde_json::from_value(older).unwrap(), None).unwrap()), ["morning-digest"]);
    }

    #[test]
    fn what_was_made_at_a_provider_is_there_again_with_its_id() {
        let mut world = World::new(Ids::new(1), now()).unwrap();
        world.keep_changes(true);
        let (ada, number) =
            (world.people.find("ada").unwrap().clone(), account(&world, "linear", "ada@acme.dev").number);
        world.accounts.numbered(number).unwrap().activate(ada, now());
        let teams = execute(&mut world, "linear_viewer_get", serde_json::json!({}));
        let team = teams["viewer"]["teams"]["nodes"][0]["id"].clone();
        let input = serde_json::json!({"teamId": team, "title": "Kept", "description": "key ghp_abcdefghijklmnopqrstuvwxyz0123456789"});
        execute(&mut world, "linear_issue_create", input);
        assert_eq!(world.changes.len(), 1, "who only reads changes nothing");
        let text = serde_json::to_string(&world.snapshot()).unwrap();
        assert!(text.contains("Kept") && !text.contains("ghp_"), "{text}");
        let mut back = again(&world);
        let find = |world: &mut World| execute(world, "linear_issue_search", serde_json::json!({"query": "Kept"}));
        let (now_found, found) = (find(&mut back), find(&mut world));
        let id =
            |found: &Value| found.pointer("/searchIssues/nodes/0/id").or(found.pointer("/issues/nodes/0/id")).cloned();
        assert!(id(&found).is_some(), "{found}");
        assert_eq!(id(&now_found), id(&found));
    }

    #[test]
    fn keys_that_were_typed_in_are_left_out_and_still_act_as_their_person() {
        let mut world = World::new(Ids::new(1), now()).unwrap();
        let connection = world.connections().find(|connection| !connection.is_oauth()).unwrap().clone();
        let details = Map::from_iter([("api_key".to_owned(), Value::from("ada-hunter2hunter2"))]);
        let credentials = CredentialRecord::Static(StaticDetails::new(details));
        world.create_account(&connection, "typed@acme.dev", Some(credentials), None, now());
        let text = serde_json::to_string(&world.snapshot()).unwrap();
        assert!(!text.contains("hunter2"), "{text}");
        let back = again(&world);
        let typed = account(&back, &connection.name, "typed@acme.dev");
        assert_eq!((typed.status.clone(), typed.grant.as_ref().unwrap().person.key.as_str()), (Status::Active, "ada"));
        assert_eq!(back.credentials(typed).unwrap()["static_auth"]["details"]["api_key"], "");
    }
}
