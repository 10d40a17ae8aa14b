//! Who may come in at which server. Reference: section 3.5.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::session_token::{self, AccessLevel, SessionClaims};
use crate::backend::scalekit::wire::token::OAuthError;
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::error::RpcError;
use crate::sandbox::paths;
use crate::sandbox::tokens::same;

/// Header that names a session of the protocol.
const SESSION: &str = "mcp-session-id";

/// Sessions whose owners are remembered; beyond that the oldest has to begin anew.
const MOST_SESSIONS: usize = 256;

/// Access of one request to its server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerAccess {
    pub server: ServerRef,
    /// Whom calls act for.
    pub identifier: String,
    /// Ids of the accounts that calls may use; those that the person has where none are named.
    pub accounts: Option<Vec<String>>,
    pub level: AccessLevel,
}

/// Server that a request came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerRef {
    /// That of the configuration of this number.
    Config(u64),
    /// That of the connection of this name.
    Connection(String),
    /// That of the instance of this number.
    Instance(u64),
}

/// What lets requests in: the environment, and who began which session.
pub struct Door {
    env: Arc<SandboxEnvironment>,
    sessions: Mutex<VecDeque<(String, ServerAccess)>>,
}

impl Door {
    pub fn new(env: &Arc<SandboxEnvironment>) -> Arc<Self> {
        Arc::new(Self { env: Arc::clone(env), sessions: Mutex::default() })
    }

    /// Lets a request in. A session belongs to whoever began it: another one is told that there is none.
    async fn admit(&self, access: ServerAccess, mut request: Request, next: Next) -> Response {
        if let Some(session) = session(request.headers())
            && !self.owns(&session, &access)
        {
            return (StatusCode::NOT_FOUND, "There is no such session. Begin another one.").into_response();
        }
        request.extensions_mut().insert(access.clone());
        let response = next.run(request).await;
        if let Some(session) = session(response.headers()) {
            self.remember(session, access);
        }
        response
    }

    fn owns(&self, session: &str, access: &ServerAccess) -> bool {
        let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        // A token that was made anew for the same person goes on with the session.
        let is_owner = |owner: &ServerAccess| owner.server == access.server && owner.identifier == access.identifier;
        sessions.iter().any(|(known, owner)| known == session && is_owner(owner))
    }

    fn remember(&self, session: String, access: ServerAccess) {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.iter().any(|(known, _)| *known == session) {
            return;
        }
        if sessions.len() == MOST_SESSIONS {
            sessions.pop_front();
        }
        sessions.push_back((session, access));
    }
}

fn session(headers: &HeaderMap) -> Option<String> {
    headers.get(SESSION).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// At the server of a configuration.
pub async fn at_config(
    State(door): State<Arc<Door>>,
    Path(server_id): Path<String>,
    request: Request,
    next: Next,
) -> Response {
    let config = door.env.world().servers.config_served_at(&server_id).map(|config| config.number);
    let Some(config) = config else { return no_server() };
    let audience = door.env.at(&paths::config_server(&server_id));
    match bearer(&door.env, request.headers(), &audience).await {
        Ok(claims) => door.admit(of_claims(claims, ServerRef::Config(config)), request, next).await,
        Err(refusal) => refusal,
    }
}

/// At the server of a connection.
pub async fn at_connection(
    State(door): State<Arc<Door>>,
    Path(name): Path<String>,
    request: Request,
    next: Next,
) -> Response {
    if door.env.world().connection(&name).is_none() {
        return no_server();
    }
    let audience = door.env.at(&paths::connection_server(&name));
    match bearer(&door.env, request.headers(), &audience).await {
        Ok(claims) => door.admit(of_claims(claims, ServerRef::Connection(name)), request, next).await,
        Err(refusal) => refusal,
    }
}

/// At the server of an instance: whoever knows its URL is let in.
pub async fn at_instance(
    State(door): State<Arc<Door>>,
    Path(key): Path<String>,
    request: Request,
    next: Next,
) -> Response {
    let access = {
        let world = door.env.world();
        let instance = world.servers.instances().find(|instance| same(&instance.key, &key));
        instance.map(|instance| ServerAccess {
            server: ServerRef::Instance(instance.number),
            identifier: instance.identifier.clone(),
            accounts: None,
            level: AccessLevel::Full,
        })
    };
    match access {
        Some(access) => door.admit(access, request, next).await,
        None => no_server(),
    }
}

fn of_claims(claims: SessionClaims, server: ServerRef) -> ServerAccess {
    let SessionClaims { sub, ca_ids, access_level, .. } = claims;
    ServerAccess { server, identifier: sub, accounts: Some(ca_ids), level: access_level }
}

/// Claims of the token that a request brought.
async fn bearer(env: &SandboxEnvironment, headers: &HeaderMap, audience: &str) -> Result<SessionClaims, Response> {
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let token = header.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    match token.map(|(_, token)| token.trim()).filter(|token| !token.is_empty()) {
        None => Err(challenge(None)),
        Some(token) => session_token::check(env, token, audience).await.map_err(|bad| challenge(Some(bad.said()))),
    }
}

/// Refusal of a request without a token that works, as RFC 6750 (3) has it. Its body is a guess.
fn challenge(why: Option<&str>) -> Response {
    let (header, error, description) = match why {
        // No error code where no credentials came at all.
        None => ("Bearer".to_owned(), "unauthorized", "a session token is missing"),
        Some(why) => (format!("Bearer error=\"invalid_token\", error_description=\"{why}\""), "invalid_token", why),
    };
    let body = OAuthError { error: error.into(), error_description: description.into() };
    (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, header)], Json(body)).into_response()
}

fn no_server() -> Response {
    RpcError::not_found("mcp server not found").into_response()
}
