//! Connections. Reference: section 3.2.

use serde::{Deserialize, Serialize};

use super::paging::Paging;
use super::{lenient, null_as_default};

/// `page_size` of the app connection list is at most 30 (section 1.6).
pub const MAX_PAGE_SIZE: u32 = 30;

/// Configured provider, as the list has it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ListConnection {
    /// Id of the connection: `conn_…`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub id: String,
    /// Identity-provider style enum; `CUSTOM` for app connections (a guess in the reference).
    #[serde(default, deserialize_with = "lenient::text")]
    pub provider: String,
    /// ConnectionType, see section 3.2.
    #[serde(default, deserialize_with = "lenient::text", rename = "type")]
    pub connection_type: String,
    /// ConnectionStatus, see section 3.2.
    #[serde(default, deserialize_with = "lenient::text")]
    pub status: String,
    /// False while somebody switched it off.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub enabled: bool,
    /// The provider's key, `LINEAR`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub provider_key: String,
    /// Name by which accounts and calls refer to the connection.
    #[serde(default, deserialize_with = "lenient::text")]
    pub key_id: String,
    /// Time of its creation, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// `USER`, or `ORG_WIDE` for one credential of the whole organization.
    #[serde(default, deserialize_with = "lenient::text")]
    pub auth_mode: String,
}

/// Answer of `GET /api/v1/connections/app`; `C` may be raw JSON, for readers that keep what came.
/// `GET /api/v1/connections` answers with the list alone.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "C: Deserialize<'de>"))]
pub struct ListConnectionsResponse<C = ListConnection> {
    /// Connections of this page.
    #[serde(default = "Vec::new", deserialize_with = "null_as_default")]
    pub connections: Vec<C>,
    /// Fields beside the rows.
    #[serde(flatten)]
    pub paging: Paging,
}
