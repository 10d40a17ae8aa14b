//! Connections. Reference: section 3.2.

use serde::{Deserialize, Serialize};

use super::null_as_default;
use super::paging::Paging;

/// `page_size` of the app connection list is at most 30 (section 1.6).
pub const MAX_PAGE_SIZE: u32 = 30;

/// One configured provider.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ListConnection {
    /// `conn_…`
    #[serde(default)]
    pub id: String,
    /// Identity-provider style enum; `CUSTOM` for app connections (a guess in the reference).
    #[serde(default)]
    pub provider: String,
    /// ConnectionType.
    #[serde(default, rename = "type")]
    pub connection_type: String,
    /// ConnectionStatus.
    #[serde(default)]
    pub status: String,
    /// Whether it may be used.
    #[serde(default, deserialize_with = "null_as_default")]
    pub enabled: bool,
    /// The provider's key, `LINEAR`.
    #[serde(default)]
    pub provider_key: String,
    /// The connection's name.
    #[serde(default)]
    pub key_id: String,
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// `USER` or `ORG_WIDE`.
    #[serde(default)]
    pub auth_mode: String,
}

/// Answer of `GET /api/v1/connections/app`; `C` may be raw JSON, for readers that keep what came.
/// `GET /api/v1/connections` answers with the list alone.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "C: Deserialize<'de>"))]
pub struct ListConnectionsResponse<C = ListConnection> {
    /// This page.
    #[serde(default = "Vec::new", deserialize_with = "null_as_default")]
    pub connections: Vec<C>,
    /// What stands beside the rows.
    #[serde(flatten)]
    pub paging: Paging,
}
