//! The MCP servers themselves, and the tokens that open them. Reference: section 3.5.

mod access;
mod news;
mod offer;
mod session_token;
mod signing_key;
mod tool_server;

use std::sync::Arc;

use axum::extract::State;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use self::access::Door;
pub use self::news::{OfferNews, tell};
pub use self::session_token::{
    AccessLevel, LONGEST as LONGEST_SESSION, SHORTEST as SHORTEST_SESSION, SessionRequest, SessionTarget,
    USUAL as USUAL_SESSION, issue as issue_token,
};
pub use self::signing_key::SigningKey;
use self::tool_server::ToolServer;
use super::environment::SandboxEnvironment;
use super::error::RpcError;
use super::paths;
use crate::mcp::server::http::HttpServer;

/// The three kinds of servers. Each has sessions of its own, so that one opened at one kind is unknown at another.
pub fn routes(env: &Arc<SandboxEnvironment>, stop: &CancellationToken) -> Router<Arc<SandboxEnvironment>> {
    let (door, tools) = (Door::new(env), ToolServer::new(env));
    // Not by the functions of `paths`, which would encode the braces of a placeholder.
    let served = |path: &str| HttpServer::new(path, tools.clone(), stop.child_token()).router();
    let configs = served("/mcp/v3/servers/{id}");
    let connections = served("/mcp/v3/connections/{key_id}");
    let instances = served("/mcp/instances/{key}");
    let servers = Router::new()
        .merge(configs.route_layer(from_fn_with_state(Arc::clone(&door), access::at_config)))
        .merge(connections.route_layer(from_fn_with_state(Arc::clone(&door), access::at_connection)))
        .merge(instances.route_layer(from_fn_with_state(door, access::at_instance)));
    Router::new().route(paths::KEYS, get(keys)).merge(servers.with_state(()))
}

/// Keys that session tokens are verified with. Access tokens are opaque here.
async fn keys(State(env): State<Arc<SandboxEnvironment>>) -> Result<Json<Value>, RpcError> {
    Ok(Json(session_token::signing_key(&env).await?.jwks()))
}
