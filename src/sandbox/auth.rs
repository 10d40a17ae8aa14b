//! The environment's own door: client credentials in, bearer tokens out. Reference: section 1.2.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::json;

use super::environment::SandboxEnvironment;
use super::error::RpcError;
use super::params::Params;
use super::tokens::{LIFETIME, same};
use crate::backend::scalekit::wire::token::OAuthError;

pub fn routes() -> Router<Arc<SandboxEnvironment>> {
    Router::new().route("/oauth/token", post(token))
}

async fn token(State(env): State<Arc<SandboxEnvironment>>, body: Bytes) -> Result<Response, RpcError> {
    let form = Params::parse(&body);
    if form.one("grant_type") != Some("client_credentials") {
        return Ok(refused(StatusCode::BAD_REQUEST, "unsupported_grant_type", "grant_type must be client_credentials"));
    }
    let field = |name| form.one(name).unwrap_or_default();
    if !same(field("client_id"), &env.client_id) | !same(field("client_secret"), env.client_secret.expose()) {
        return Ok(refused(StatusCode::UNAUTHORIZED, "invalid_client", "client id or secret is wrong"));
    }
    let access_token = env.tokens().issue(env.now())?;
    let answer =
        json!({"access_token": access_token, "token_type": "Bearer", "expires_in": LIFETIME, "scope": "openid"});
    Ok(([(CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

/// The body is presumed: the reference has only a guess (section 13).
fn refused(status: StatusCode, error: &str, description: &str) -> Response {
    (status, Json(OAuthError { error: error.into(), error_description: description.into() })).into_response()
}

/// Lets only requests with a living token through.
pub async fn bearer(State(env): State<Arc<SandboxEnvironment>>, request: Request, next: Next) -> Response {
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token =
        header.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let refusal = match token.map(|(_, token)| token.trim()) {
        None | Some("") => "Token empty",
        Some(token) if env.tokens().knows(token, env.now()) => return next.run(request).await,
        Some(_) => "Token invalid",
    };
    RpcError::unauthenticated(refusal).into_response()
}
