//! Connections: configured providers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::Error as _;

use super::vendors::Vendor;
use crate::sandbox::ids::Ids;
use crate::sandbox::refs::resolve;

const DATA: &str = include_str!("../../../assets/sandbox/connections.json");

/// The kinds on a connection, and what the accounts on it say for the same thing. Reference:
/// sections 3.2 and 4.3 spell some differently; every other kind is spelled alike.
const AUTHORIZATION_TYPES: [(&str, &str); 2] = [("BASIC", "BASIC_AUTH"), ("BEARER", "BEARER_TOKEN")];

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
    #[serde(default)]
    scopes: Vec<OAuthScope>,
    token_lifetime: Option<SignedDuration>,
    created: SignedDuration,
}

/// Connection as the broker keeps it.
#[derive(Debug)]
pub struct ConnectionRecord {
    /// Its id without the prefix.
    pub number: u64,
    /// Wire: `key_id`; case matters.
    pub name: String,
    pub provider: Arc<Vendor>,
    /// ConnectionType and ConnectionStatus (reference: section 3.2).
    pub kind: String,
    pub status: String,
    enabled: AtomicBool,
    /// Scopes that consent is asked for.
    pub scopes: Vec<OAuthScope>,
    /// Lifetime of the provider's access tokens; keys that people type in do not run out.
    pub token_lifetime: Option<SignedDuration>,
    pub created_at: Timestamp,
}

/// One thing that consent allows.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OAuthScope {
    pub name: String,
    /// In words, for the consent page.
    pub allows: String,
}

impl ConnectionRecord {
    /// Id as the wire writes it: `conn_…`.
    pub fn id(&self) -> String {
        format!("conn_{}", self.number)
    }

    /// True if people consent at the provider, rather than type something in.
    pub fn is_oauth(&self) -> bool {
        self.kind == "OAUTH"
    }

    /// False while it is switched off.
    pub fn enabled(&self) -> bool {
        self.enabled.load(Ordering::Relaxed)
    }

    /// Lets it be used, or not.
    pub fn enable(&self, enabled: bool) {
        self.enabled.store(enabled, Ordering::Relaxed);
    }

    /// The same, with its provider described anew.
    pub fn with_provider(&self, provider: Arc<Vendor>) -> Self {
        Self {
            number: self.number,
            name: self.name.clone(),
            provider,
            kind: self.kind.clone(),
            status: self.status.clone(),
            enabled: AtomicBool::new(self.enabled()),
            scopes: self.scopes.clone(),
            token_lifetime: self.token_lifetime,
            created_at: self.created_at,
        }
    }

    /// ConnectorType of the accounts on it (section 4.3).
    pub fn authorization_type(&self) -> &str {
        AUTHORIZATION_TYPES.iter().find(|(kind, _)| *kind == self.kind).map_or(&self.kind, |(_, theirs)| theirs)
    }
}

/// All connections that are built in, in the order of their ids.
pub fn read(
    ids: Ids,
    vendors: &[Arc<Vendor>],
    now: Timestamp,
) -> Result<Vec<Arc<ConnectionRecord>>, serde_json::Error> {
    let data: Vec<ConnectionData> = serde_json::from_str(DATA)?;
    let build = |(ordinal, data): (u64, ConnectionData)| {
        Ok(Arc::new(ConnectionRecord {
            number: ids.snowflake("conn", ordinal),
            provider: resolve(vendors.iter().cloned(), |vendor| vendor.key() == data.provider, &data.provider)?,
            name: data.name,
            kind: data.kind,
            status: data.status,
            enabled: AtomicBool::new(data.enabled),
            scopes: data.scopes,
            token_lifetime: data.token_lifetime,
            created_at: now.checked_add(data.created).map_err(serde_json::Error::custom)?,
        }))
    };
    (0..).zip(data).map(build).collect()
}

/// A connection that nobody configured, for a provider that only the catalog file knows.
pub fn made_up(ids: Ids, ordinal: u64, name: &str, provider: Arc<Vendor>, now: Timestamp) -> ConnectionRecord {
    ConnectionRecord {
        number: ids.snowflake("conn", ordinal),
        name: name.into(),
        provider,
        kind: "OAUTH".into(),
        status: "COMPLETED".into(),
        enabled: AtomicBool::new(true),
        scopes: Vec::new(),
        token_lifetime: Some(SignedDuration::from_hours(1)),
        created_at: now,
    }
}
