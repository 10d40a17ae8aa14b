//! The configured providers.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::Error as _;

use crate::sandbox::ids::Ids;

const DATA: &str = include_str!("../../../assets/sandbox/connections.json");

/// One connection as the data file has it; `created` counts from the start.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConnectionData {
    name: String,
    provider: String,
    #[serde(rename = "type")]
    kind: String,
    status: String,
    enabled: bool,
    scopes: Vec<Scope>,
    token_lifetime: SignedDuration,
    created: SignedDuration,
}

/// One connection.
#[derive(Debug)]
pub struct Connection {
    /// Its id without the prefix.
    pub number: u64,
    /// Wire: `key_id`; case matters.
    pub name: String,
    /// The provider's key.
    pub provider: String,
    /// ConnectionType and ConnectionStatus (reference: section 3.2).
    pub kind: String,
    pub status: String,
    pub enabled: bool,
    /// What consent is asked for.
    pub scopes: Vec<Scope>,
    /// How long the provider's access tokens live.
    pub token_lifetime: SignedDuration,
    pub created_at: Timestamp,
}

/// One thing that consent allows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    pub name: String,
    /// In words, for the consent page.
    pub allows: String,
}

impl Connection {
    /// `conn_…`
    pub fn id(&self) -> String {
        format!("conn_{}", self.number)
    }
}

/// All connections, in the order of their ids.
pub fn read(ids: Ids, now: Timestamp) -> Result<Vec<Connection>, serde_json::Error> {
    let data: Vec<ConnectionData> = serde_json::from_str(DATA)?;
    let build = |(ordinal, data): (u64, ConnectionData)| {
        Ok(Connection {
            number: ids.snowflake("conn", ordinal),
            name: data.name,
            provider: data.provider,
            kind: data.kind,
            status: data.status,
            enabled: data.enabled,
            scopes: data.scopes,
            token_lifetime: data.token_lifetime,
            created_at: now.checked_add(data.created).map_err(serde_json::Error::custom)?,
        })
    };
    (0..).zip(data).map(build).collect()
}
