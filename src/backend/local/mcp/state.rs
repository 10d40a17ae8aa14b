//! What is known of the accounts and tools of MCP servers, beside the accounts. No secret lies here.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::backend::local::account_store::AccountStore;
use crate::domain::{AccountId, ConnectionName, Fault, FaultKind, JsonText, ToolName};
use crate::secrets::SecretKey;

/// Tools of one account whose scopes are remembered.
const MOST_TOOLS: usize = 1_000;

/// What is known of one account at its server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::backend::local) struct ServerState {
    /// The server, as it named itself when it last answered.
    pub server: Option<KnownServer>,
    /// Place of the account's tokens among the secrets.
    pub grant: Option<GrantPlace>,
    /// What the server asked for when it last refused the account, or a call of it.
    pub challenge: Option<KeptChallenge>,
    /// Scopes that the server said a tool needs.
    pub tool_scopes: BTreeMap<String, Vec<String>>,
}

/// A server in its own words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::backend::local) struct KnownServer {
    pub name: String,
    pub title: String,
    pub version: String,
    /// Version of the protocol.
    pub protocol: String,
}

/// Place of an account's tokens: without one of these they are not found, so a token goes nowhere but to the server that
/// it was got for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::backend::local) struct GrantPlace {
    /// Authorization server, by its own name.
    pub issuer: String,
    /// The application.
    pub client_id: String,
    /// Place of that application's secret.
    pub client: KeptClient,
    /// URL of the server that the tokens are for, as the connection had it.
    pub server: Url,
}

/// Place of an application's secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::backend::local) enum KeptClient {
    /// It has none.
    Public,
    /// With the person's own applications, or where the file says.
    ByHand,
    /// With this program's registrations.
    Registered,
}

impl GrantPlace {
    /// Name of the tokens of this account.
    pub fn key(&self, account: &AccountId) -> SecretKey {
        SecretKey::server(&self.issuer, &self.client_id, self.server.as_str(), account.raw())
    }

    /// Name of the application's secret; none where it has none.
    pub fn client_key(&self) -> Option<SecretKey> {
        match self.client {
            KeptClient::Public => None,
            KeptClient::ByHand => Some(SecretKey::client(&self.issuer, &self.client_id)),
            KeptClient::Registered => Some(SecretKey::registration(&self.issuer, &self.client_id)),
        }
    }
}

/// What a server asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::backend::local) struct KeptChallenge {
    pub resource_metadata: Option<Url>,
    pub scopes: Vec<String>,
}

impl ServerState {
    /// Notes the scopes that a tool needs.
    pub fn needs(&mut self, tool: &ToolName, scopes: &[String]) {
        if self.tool_scopes.len() < MOST_TOOLS || self.tool_scopes.contains_key(tool.raw()) {
            self.tool_scopes.insert(tool.raw().to_owned(), scopes.to_vec());
        }
    }
}

impl AccountStore {
    /// What is known of an account at its server.
    pub fn server_state(&self, account: &AccountId) -> Result<ServerState, Fault> {
        let connection = self.connection();
        read(&connection, account).map_err(unusable)
    }

    /// Changes what is known of an account at its server; no other process changes it meanwhile.
    pub fn change_server_state(
        &self,
        account: &AccountId,
        change: impl FnOnce(&mut ServerState),
    ) -> Result<ServerState, Fault> {
        let mut connection = self.connection();
        let write = || {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let before = read(&transaction, account)?;
            let mut state = before.clone();
            change(&mut state);
            if state != before {
                let text = serde_json::to_string(&state).unwrap_or_default();
                transaction.execute(
                    "INSERT INTO server_account (account, state) VALUES (?1, ?2) \
                     ON CONFLICT (account) DO UPDATE SET state = excluded.state",
                    params![account.raw(), text],
                )?;
            }
            transaction.commit()?;
            Ok(state)
        };
        write().map_err(unusable)
    }

    /// The definition of a tool that is trusted.
    pub fn trusted_definition(&self, name: &ConnectionName, tool: &ToolName) -> Result<Option<JsonText>, Fault> {
        let connection = self.connection();
        let query = "SELECT definition FROM trusted_tool WHERE connection = ?1 AND tool = ?2";
        let found: Option<String> =
            connection.query_row(query, [name.raw(), tool.raw()], |row| row.get(0)).optional().map_err(unusable)?;
        Ok(found.and_then(|text| JsonText::parse(text).ok()))
    }

    /// Trusts definitions of tools; those that are trusted already stay where `only_new` is set.
    pub fn trust_definitions(
        &self,
        name: &ConnectionName,
        definitions: &[(ToolName, JsonText)],
        only_new: bool,
    ) -> Result<(), Fault> {
        let mut connection = self.connection();
        let mut write = || {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            {
                let or = if only_new {
                    "NOTHING"
                } else {
                    "UPDATE SET definition = excluded.definition, trusted_at = excluded.trusted_at"
                };
                let mut statement = transaction.prepare(&format!(
                    "INSERT INTO trusted_tool (connection, tool, definition, trusted_at) VALUES (?1, ?2, ?3, ?4) \
                     ON CONFLICT (connection, tool) DO {or}"
                ))?;
                let now = Timestamp::now().as_millisecond();
                for (tool, definition) in definitions {
                    statement.execute(params![name.raw(), tool.raw(), definition.raw(), now])?;
                }
            }
            transaction.commit()
        };
        write().map_err(unusable)
    }
}

/// Tables beside those of accounts. A program that does not know them is not hindered by them.
pub(in crate::backend::local) const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS server_account (
        account TEXT PRIMARY KEY,
        state TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS trusted_tool (
        connection TEXT NOT NULL,
        tool TEXT NOT NULL,
        definition TEXT NOT NULL,
        trusted_at INTEGER NOT NULL,
        PRIMARY KEY (connection, tool)
    ) STRICT;";

fn read(connection: &Connection, account: &AccountId) -> rusqlite::Result<ServerState> {
    let query = "SELECT state FROM server_account WHERE account = ?1";
    let found: Option<String> = connection.query_row(query, [account.raw()], |row| row.get(0)).optional()?;
    Ok(found.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

fn unusable(error: rusqlite::Error) -> Fault {
    let message = format!("What is known of the servers of this environment cannot be used: {error}.");
    Fault::new(FaultKind::Local, message).because(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_outlives_the_process_and_accounts_are_kept_apart() {
        let folder = tempfile::tempdir().unwrap();
        let store = AccountStore::open(folder.path()).unwrap();
        let (ada, bob): (AccountId, AccountId) = ("la_a".into(), "la_b".into());
        let place = GrantPlace {
            issuer: "https://a.dev".into(),
            client_id: "c".into(),
            client: KeptClient::Public,
            server: "https://a.dev/mcp".parse().unwrap(),
        };
        let known = store.change_server_state(&ada, |state| {
            state.grant = Some(place.clone());
            state.needs(&"write".into(), &["issues:write".to_owned()]);
        });
        let known = known.unwrap();
        assert_eq!(
            (known.grant.as_ref(), known.tool_scopes["write"].as_slice()),
            (Some(&place), &["issues:write".to_owned()][..])
        );
        let other = AccountStore::open(folder.path()).unwrap();
        assert_eq!(other.server_state(&ada).unwrap(), known);
        assert_eq!(other.server_state(&bob).unwrap(), ServerState::default());
    }

    #[test]
    fn a_definition_is_trusted_from_first_sight_on_until_another_is() {
        let folder = tempfile::tempdir().unwrap();
        let store = AccountStore::open(folder.path()).unwrap();
        let (connection, tool) = ("acme".into(), "search".into());
        let definition = |text: &str| JsonText::parse(text.to_owned()).unwrap();
        let trust = |text: &str, only_new| {
            store.trust_definitions(&connection, &[("search".into(), definition(text))], only_new).unwrap();
            store.trusted_definition(&connection, &tool).unwrap().unwrap().raw().to_owned()
        };
        assert_eq!(store.trusted_definition(&connection, &tool).unwrap(), None);
        assert_eq!(trust("{\"a\":1}", true), "{\"a\":1}");
        assert_eq!(trust("{\"a\":2}", true), "{\"a\":1}");
        assert_eq!(trust("{\"a\":3}", false), "{\"a\":3}");
        assert_eq!(store.trusted_definition(&"other".into(), &tool).unwrap(), None);
    }
}
