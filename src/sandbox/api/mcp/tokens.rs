//! Session tokens for the servers of configurations and of connections. Reference: section 3.5.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};

use super::rows::account;
use super::{no_config, unset};
use crate::sandbox::api::json_body::{JsonBody, timestamp};
use crate::sandbox::api::selection::{no_connection, switched_off};
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::error::RpcError;
use crate::sandbox::limits::{SESSION_IDENTIFIER, check};
use crate::sandbox::mcp::{
    AccessLevel, LONGEST_SESSION, SHORTEST_SESSION, SessionRequest, SessionTarget, USUAL_SESSION, issue_token,
};
use crate::sandbox::paths;
use crate::sandbox::world::World;

#[derive(Debug, Deserialize)]
pub struct TokenRequest {
    #[serde(default, deserialize_with = "unset")]
    identifier: String,
    #[serde(default, deserialize_with = "unset")]
    expiry: Option<String>,
    #[serde(default, deserialize_with = "unset")]
    access_level: String,
}

#[derive(Serialize)]
pub struct TokenAnswer {
    token: String,
    expires_at: String,
}

pub async fn for_config(
    State(env): State<Arc<SandboxEnvironment>>,
    Path(id): Path<String>,
    JsonBody(request): JsonBody<TokenRequest>,
) -> Result<Json<TokenAnswer>, RpcError> {
    let (identifier, lifetime, access) = accepted(request)?;
    let (audience, accounts) = {
        let world = env.world();
        let config = world.servers.config(&id).ok_or_else(no_config)?;
        let names: Vec<&str> = config.mappings.iter().map(|mapping| mapping.connection.as_str()).collect();
        (env.at(&paths::config_server(&config.server_id)), active_accounts(&world, &names, &identifier)?)
    };
    let target = SessionTarget::Config(id);
    answer(&env, SessionRequest { identifier, audience, target, accounts, access, lifetime }).await
}

pub async fn for_connection(
    State(env): State<Arc<SandboxEnvironment>>,
    Path(name): Path<String>,
    JsonBody(request): JsonBody<TokenRequest>,
) -> Result<Json<TokenAnswer>, RpcError> {
    let (identifier, lifetime, access) = accepted(request)?;
    let (target, accounts) = {
        let world = env.world();
        let connection = world.connection(&name).ok_or_else(|| no_connection(&name))?;
        if !connection.enabled() {
            return Err(switched_off(&name));
        }
        (SessionTarget::Connection(connection.id()), active_accounts(&world, &[&name], &identifier)?)
    };
    let audience = env.at(&paths::connection_server(&name));
    answer(&env, SessionRequest { identifier, audience, target, accounts, access, lifetime }).await
}

async fn answer(env: &SandboxEnvironment, request: SessionRequest) -> Result<Json<TokenAnswer>, RpcError> {
    let (token, expires_at) = issue_token(env, request).await?;
    Ok(Json(TokenAnswer { token, expires_at: timestamp(expires_at) }))
}

fn accepted(request: TokenRequest) -> Result<(String, Duration, AccessLevel), RpcError> {
    let TokenRequest { identifier, expiry, access_level } = request;
    check([("identifier", Some(identifier.as_str()), SESSION_IDENTIFIER)])?;
    let lifetime = match expiry {
        None => USUAL_SESSION,
        Some(text) => {
            let wrong = |description: &str, constraint| Err(RpcError::violation("expiry", description, constraint));
            match duration(&text) {
                None => return wrong("value must be a duration in seconds, such as 3600s", "duration"),
                Some(lifetime) if lifetime < SHORTEST_SESSION => {
                    return wrong("value must be greater than or equal to 60s", "duration.gte");
                }
                Some(lifetime) if lifetime > LONGEST_SESSION => {
                    return wrong("value must be less than or equal to 86400s", "duration.lte");
                }
                Some(lifetime) => lifetime,
            }
        }
    };
    let wrong_level =
        || RpcError::violation("access_level", "value must be in list [\"\", \"FULL\", \"READ_ONLY\"]", "string.in");
    let access = AccessLevel::read(&access_level).ok_or_else(wrong_level)?;
    Ok((identifier, lifetime, access))
}

/// A duration as JSON has it: seconds with at most nine decimals, and an `s`. None of a negative one is long enough
/// to be told apart from nonsense.
fn duration(text: &str) -> Option<Duration> {
    let number = text.strip_suffix('s')?;
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(decimals) || decimals.len() > 9 {
        return None;
    }
    let nanoseconds = format!("{decimals:0<9}").parse().ok()?;
    Some(Duration::new(whole.parse().ok()?, nanoseconds))
}

/// Ids of the person's accounts on these connections, all of which must be ACTIVE. That an account on a connection
/// which is switched off does not count is a guess.
fn active_accounts(world: &World, connections: &[&str], identifier: &str) -> Result<Vec<String>, RpcError> {
    let (mut ids, mut missing) = (Vec::new(), Vec::new());
    for name in connections {
        match account(world, name, identifier).filter(|account| account.works()) {
            Some(account) => ids.push(account.id()),
            None => missing.push(*name),
        }
    }
    if missing.is_empty() {
        return Ok(ids);
    }
    Err(RpcError::precondition(format!("no active connected account for {identifier} on: {}", missing.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_json_has_them() {
        assert_eq!(duration("3600s"), Some(Duration::from_secs(3600)));
        assert_eq!(duration("60.5s"), Some(Duration::from_millis(60_500)));
        assert_eq!(duration("0.000000001s"), Some(Duration::from_nanos(1)));
        for bad in ["", "s", "3600", "1h", "-60s", "+60s", "60.s", ".5s", "1.0000000001s", "99999999999999999999s"] {
            assert_eq!(duration(bad), None, "{bad}");
        }
    }
}
