//! One connection: read, switched on, switched off. Reference: section 3.2.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::json_body::timestamp;
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::error::{RpcError, no_such_method, no_such_route};
use crate::sandbox::object::extend;
use crate::sandbox::paths;
use crate::sandbox::world::ConnectionRecord;

pub async fn get(State(env): State<Arc<SandboxEnvironment>>, Path(id): Path<String>) -> Result<Json<Value>, RpcError> {
    let connection = find(&env, &id)?;
    Ok(Json(json!({"connection": wire(&connection, &env)})))
}

/// `PATCH …/{id}:verb`. Changing anything else of a connection is not offered.
pub async fn verb(State(env): State<Arc<SandboxEnvironment>>, Path(segment): Path<String>) -> Response {
    match segment.rsplit_once(':') {
        Some((id, "enable")) => switch(&env, id, true).into_response(),
        Some((id, "disable")) => switch(&env, id, false).into_response(),
        Some(_) => no_such_route().await.into_response(),
        None => no_such_method().await.into_response(),
    }
}

/// The answer is the one documented for an organization's connections.
fn switch(env: &SandboxEnvironment, id: &str, enabled: bool) -> Result<Json<Value>, RpcError> {
    find(env, id)?.enable(enabled);
    Ok(Json(json!({"enabled": enabled, "error_message": ""})))
}

fn find(env: &SandboxEnvironment, id: &str) -> Result<Arc<ConnectionRecord>, RpcError> {
    let found = env.world().connections().find(|connection| connection.id() == id).cloned();
    found.ok_or_else(|| RpcError::not_found("connection not found"))
}

/// The client secret is never told: a guess.
fn wire(connection: &ConnectionRecord, env: &SandboxEnvironment) -> Value {
    let mut row = json!({
        "id": connection.id(),
        "provider": "CUSTOM",
        "type": connection.kind,
        "status": connection.status,
        "enabled": connection.enabled(),
        "debug_enabled": false,
        "organization_id": "",
        "ui_button_title": "",
        "configuration_type": "MANUAL",
        "test_connection_uri": "",
        "attribute_mapping": {},
        "create_time": timestamp(connection.created_at),
        "update_time": timestamp(connection.created_at),
        "domains": [],
        "key_id": connection.name,
        "provider_key": connection.provider.key(),
        "mcp_server_url": env.at(&paths::connection_server(&connection.name)),
        "auth_mode": "USER",
        "resolved_proxy_url": connection.provider.listed.proxy_url,
    });
    let config = if connection.is_oauth() {
        ("oauth_config", oauth(connection, env))
    } else {
        ("static_config", json!({"static_config": {}}))
    };
    extend(&mut row, [config]);
    row
}

fn oauth(connection: &ConnectionRecord, env: &SandboxEnvironment) -> Value {
    let scopes: Vec<_> = connection.scopes.iter().map(|scope| &scope.name).collect();
    json!({
        "authorize_uri": env.at(&paths::consent(connection.provider.key())),
        "token_uri": "",
        "user_info_uri": "",
        "client_id": format!("{}-client", connection.name),
        "client_secret": "",
        "scopes": scopes,
        "redirect_uri": env.at(&paths::callback(&connection.id())),
        "pkce_enabled": false,
        "use_platform_creds": false,
    })
}
