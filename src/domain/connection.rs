//! Connections: configured providers of one environment.

use super::{AuthorizationType, ConnectionId, ConnectionName, JsonText, Provider, Untrusted};

/// Configured access to one provider.
#[derive(Clone, Debug, PartialEq)]
pub struct Connection {
    /// Id that the back-end gave it; opaque.
    pub id: ConnectionId,
    /// The name accounts and calls refer to it by; case matters.
    pub name: ConnectionName,
    /// Key of the provider in the catalogue.
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

/// Progress of a connection's configuration.
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
