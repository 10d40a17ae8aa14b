//! Connections: configured providers of one environment.

use super::{AuthorizationType, ConnectionId, ConnectionName, JsonText, Provider, Untrusted};

/// One configured provider. Reference: section 3.2, `ListConnection`.
#[derive(Clone, Debug, PartialEq)]
pub struct Connection {
    /// `conn_…`
    pub id: ConnectionId,
    /// The name accounts and calls refer to it by (wire: `key_id`); case matters.
    pub name: ConnectionName,
    /// The provider's key (wire: `provider_key`).
    pub provider: Provider,
    /// Kind of authorization of its accounts.
    pub authorization: AuthorizationType,
    /// Progress of its configuration.
    pub status: ConnectionStatus,
    /// False while somebody switched it off: its accounts then fail whatever their status says.
    pub enabled: bool,
    /// Everything the broker sent of it, as it came.
    pub raw: JsonText,
}

/// Progress of a connection's configuration. Reference: section 3.2, ConnectionStatus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionStatus {
    /// Configured; calls can go through it.
    Completed,
    /// Configuration begun, not finished.
    InProgress,
    /// Configuration not begun.
    Draft,
    /// Anything else, as it came.
    Other(Untrusted),
}

impl ConnectionStatus {
    /// Reads the wire's word.
    pub fn from_wire(word: &str) -> Self {
        match word {
            "COMPLETED" => Self::Completed,
            "IN_PROGRESS" => Self::InProgress,
            "DRAFT" => Self::Draft,
            other => Self::Other(other.into()),
        }
    }
}
