//! Accounts that a server needs, and links that authorize them. Reference: section 3.5.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::rows::account;
use super::{no_config, no_instance, unset};
use crate::backend::scalekit::words;
use crate::sandbox::api::json_body::JsonBody;
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::error::RpcError;
use crate::sandbox::limits::{SESSION_IDENTIFIER, check};
use crate::sandbox::params::Params;
use crate::sandbox::paths;
use crate::sandbox::world::{ConnectionRecord, ToolMappingRecord, World};

/// Lifetime of a link made here, unless all of the environment's end sooner.
const LINK_LIFETIME: Duration = Duration::from_secs(60);

#[derive(Debug, Deserialize)]
pub struct ListAccountsRequest {
    #[serde(default, deserialize_with = "unset")]
    identifier: String,
    #[serde(default, deserialize_with = "unset")]
    include_auth_link: bool,
}

/// One connection of the server, and the person's account on it.
#[derive(Serialize)]
struct AuthStateRow {
    connection_id: String,
    connection_name: String,
    provider: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    connected_account_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connected_account_status: Option<String>,
    /// Empty where none was asked for, or none is needed.
    authentication_link: String,
}

/// Third generation: what is unknown of an account is left out.
pub async fn of_config(
    State(env): State<Arc<SandboxEnvironment>>,
    Path(id): Path<String>,
    JsonBody(request): JsonBody<ListAccountsRequest>,
) -> Result<Json<Value>, RpcError> {
    let ListAccountsRequest { identifier, include_auth_link } = request;
    check([("identifier", Some(identifier.as_str()), SESSION_IDENTIFIER)])?;
    let mut world = env.world();
    let mappings = world.servers.config(&id).ok_or_else(no_config)?.mappings.clone();
    let rows = rows(&env, &mut world, &mappings, &identifier, include_auth_link)?;
    Ok(Json(json!({"connected_accounts": rows})))
}

/// Second generation: what is unknown of an account is empty.
pub fn of_instance(env: &SandboxEnvironment, id: &str, params: &Params) -> Result<Json<Value>, RpcError> {
    let links = match params.one("include_auth_links") {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(RpcError::violation("include_auth_links", "value must be a bool", "bool")),
    };
    let mut world = env.world();
    let instance = world.servers.instance(id).cloned().ok_or_else(no_instance)?;
    let mappings = world.servers.config_numbered(instance.config).ok_or_else(no_config)?.mappings.clone();
    let mut rows = rows(env, &mut world, &mappings, &instance.identifier, links)?;
    for row in &mut rows {
        row.connected_account_id.get_or_insert_default();
        row.connected_account_status.get_or_insert_default();
    }
    Ok(Json(json!({"connections": rows})))
}

/// Links are made for accounts that are not ACTIVE, and missing accounts with them. That the second generation makes
/// them too is a guess: it could not make their links otherwise.
fn rows(
    env: &SandboxEnvironment,
    world: &mut World,
    mappings: &[ToolMappingRecord],
    identifier: &str,
    links: bool,
) -> Result<Vec<AuthStateRow>, RpcError> {
    let mut rows = Vec::with_capacity(mappings.len());
    for ToolMappingRecord { connection: name, .. } in mappings {
        let Some(connection) = world.connection(name) else { continue };
        let link = if links { link(env, world, &connection, identifier)? } else { String::new() };
        let account = account(world, name, identifier);
        rows.push(AuthStateRow {
            connection_id: connection.id(),
            connection_name: name.clone(),
            provider: connection.provider.key().into(),
            connected_account_id: account.map(|account| account.id()),
            connected_account_status: account.map(|account| words::status_word(&account.status).to_owned()),
            authentication_link: link,
        });
    }
    Ok(rows)
}

/// Authorization link of this person on this connection; empty where calls go out already, or where the connection is
/// switched off. Makes the account where there is none.
fn link(
    env: &SandboxEnvironment,
    world: &mut World,
    connection: &Arc<ConnectionRecord>,
    identifier: &str,
) -> Result<String, RpcError> {
    if !connection.enabled() {
        return Ok(String::new());
    }
    let number = match account(world, &connection.name, identifier) {
        Some(account) if account.works() => return Ok(String::new()),
        Some(account) => account.number,
        None => world.create_account(connection, identifier, None, None, env.now()).number,
    };
    issue(env, world, number)
}

/// Authorization link of an account, whatever its status.
pub fn issue(env: &SandboxEnvironment, world: &mut World, account: u64) -> Result<String, RpcError> {
    let now = env.now();
    let expires_at = now.checked_add(env.link_lifetime.min(LINK_LIFETIME)).unwrap_or(Timestamp::MAX);
    let link = world.issue_link(account, expires_at, None, now)?;
    Ok(env.at(&paths::link(&link)))
}
