//! Connected accounts, authorization links and user verification. Reference: sections 3.1, 4, 5.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::paging::Paging;
use super::{lenient, null_as_default};

/// `page_size` of the account list must be below 100 (section 1.6).
pub const MAX_PAGE_SIZE: u32 = 99;

/// `page_size` of the account search is at most 30.
pub const MAX_SEARCH_PAGE_SIZE: u32 = 30;

/// One account, as in lists and, with `api_config`, in details (section 4.1). Credentials have
/// their own type so that no ordinary read can hold them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ConnectedAccount {
    /// Id of the account: `ca_…`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub id: String,
    /// The application's own user id.
    #[serde(default, deserialize_with = "lenient::text")]
    pub identifier: String,
    /// Provider key, upper case.
    #[serde(default, deserialize_with = "lenient::text")]
    pub provider: String,
    /// Name of the connection (`key_id` elsewhere).
    #[serde(default, deserialize_with = "lenient::text")]
    pub connector: String,
    /// Id of the connection: `conn_…`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub connection_id: String,
    /// ConnectorStatus, see section 4.2.
    #[serde(default, deserialize_with = "lenient::text")]
    pub status: String,
    /// ConnectorType, see section 4.3.
    #[serde(default, deserialize_with = "lenient::text")]
    pub authorization_type: String,
    /// End of the access token, RFC 3339 in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_expires_at: Option<String>,
    /// Last change of the row, RFC 3339 in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    /// Last call with it, RFC 3339 in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<String>,
    /// Connector-specific settings; details only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_config: Option<Box<RawValue>>,
    /// One credential for the whole organization.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub is_org_wide_credential: bool,
}

/// Answer of `GET /api/v1/connected_accounts`; `A` may be raw JSON, for readers that keep what came.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "A: Deserialize<'de>"))]
pub struct ListAccountsResponse<A = ConnectedAccount> {
    /// Accounts of this page.
    #[serde(default = "Vec::new", deserialize_with = "null_as_default")]
    pub connected_accounts: Vec<A>,
    /// Fields beside the rows.
    #[serde(flatten)]
    pub paging: Paging,
}

/// Answer of details, create, update and disconnect: always wrapped. `A` as in lists.
#[derive(Debug, Serialize, Deserialize)]
pub struct AccountResponse<A = ConnectedAccount> {
    /// Account that was read, made or changed.
    pub connected_account: A,
}

/// Body of `POST /api/v1/connected_accounts`; `C` may carry credentials.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct CreateAccountRequest<C = WireNewAccount> {
    /// Name of the connection.
    #[serde(default)]
    pub connector: String,
    /// Identifier of the person.
    #[serde(default)]
    pub identifier: String,
    /// Required by the wire; empty for an account that is to be authorized by link.
    pub connected_account: C,
}

/// The required, possibly empty part of a create request.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct WireNewAccount {}

/// Body of `POST /api/v1/connected_accounts/magic_link` (section 5).
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct MagicLinkRequest {
    /// Account id; wins over the pair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Name of the connection; with the identifier it selects the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connector: Option<String>,
    /// Identifier of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// Comes back at the verify URL; at most 512 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// URL to which custom verification sends the browser; at most 2048 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_verify_url: Option<String>,
}

/// Answer to a magic link request.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct MagicLinkResponse {
    /// The page to open.
    #[serde(default, deserialize_with = "lenient::text")]
    pub link: String,
    /// When it stops working, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiry: Option<String>,
}

/// Body of `POST /api/v1/connected_accounts/user/verify`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct VerifyUserRequest {
    /// From the query of the verify URL; opaque.
    #[serde(default)]
    pub auth_request_id: String,
    /// Identifier of the person, as the application says.
    #[serde(default)]
    pub identifier: String,
}

/// Answer to a verification.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct VerifyUserResponse {
    /// URL to send the browser to next.
    #[serde(default, deserialize_with = "lenient::text")]
    pub post_user_verify_redirect_url: String,
}
