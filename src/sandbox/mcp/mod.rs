//! The MCP servers themselves, and the tokens that open them. Reference: section 3.5.

mod session_token;
mod signing_key;

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::Value;

pub use self::session_token::{
    AccessLevel, LONGEST as LONGEST_SESSION, SHORTEST as SHORTEST_SESSION, SessionRequest, SessionTarget,
    USUAL as USUAL_SESSION, issue as issue_token,
};
pub use self::signing_key::SigningKey;
use super::environment::SandboxEnvironment;
use super::error::RpcError;
use super::paths;

pub fn routes() -> Router<Arc<SandboxEnvironment>> {
    Router::new().route(paths::KEYS, get(keys))
}

/// Keys that session tokens are verified with. Access tokens are opaque here.
async fn keys(State(env): State<Arc<SandboxEnvironment>>) -> Result<Json<Value>, RpcError> {
    Ok(Json(session_token::signing_key(&env).await?.jwks()))
}
