//! Session tokens: one person at one server, for a while. Reference: section 3.5.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::signing_key::SigningKey;
use crate::background::blocking;
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::error::RpcError;
use crate::sandbox::random;

/// Seconds that a token may work, and those it works where none are asked for.
pub const SHORTEST: Duration = Duration::from_secs(60);
pub const LONGEST: Duration = Duration::from_secs(86400);
pub const USUAL: Duration = Duration::from_secs(3600);

/// Claims of a session token. The name of the one with the access level is a guess.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SessionClaims {
    /// URL of the environment.
    pub iss: String,
    /// Identifier of the person.
    pub sub: String,
    /// URL of the server.
    pub aud: String,
    /// Ids of the accounts that calls may use.
    pub ca_ids: Vec<String>,
    /// Id of the configuration, or …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mcp_cfg: Option<String>,
    /// … id of the connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conn_id: Option<String>,
    pub access_level: AccessLevel,
    /// Seconds since 1970.
    pub iat: i64,
    pub exp: i64,
    /// Makes each token another one.
    pub jti: String,
}

/// Extent of what calls with a token may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccessLevel {
    #[default]
    Full,
    /// Only tools that are known to change nothing.
    ReadOnly,
}

impl AccessLevel {
    /// The wire's word; empty stands for the usual one.
    pub fn read(word: &str) -> Option<Self> {
        match word {
            "" | "FULL" => Some(Self::Full),
            "READ_ONLY" => Some(Self::ReadOnly),
            _ => None,
        }
    }
}

/// Binding of a token to its server.
pub enum SessionTarget {
    Config(String),
    Connection(String),
}

/// Token to be made.
pub struct SessionRequest {
    pub identifier: String,
    /// URL of the server.
    pub audience: String,
    pub target: SessionTarget,
    /// Ids of the accounts.
    pub accounts: Vec<String>,
    pub access: AccessLevel,
    pub lifetime: Duration,
}

/// Reason why a token is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadToken {
    /// Not of this environment and this run.
    Foreign,
    /// For another server.
    WrongServer,
    Expired,
}

impl BadToken {
    /// The reason in words.
    pub fn said(self) -> &'static str {
        match self {
            Self::Foreign => "the session token is not one that this environment made since it started",
            Self::WrongServer => "the session token was made for another MCP server",
            Self::Expired => "the session token has expired; ask the environment for another one",
        }
    }
}

/// Makes a token, and says when it ends.
pub async fn issue(env: &SandboxEnvironment, request: SessionRequest) -> Result<(String, Timestamp), RpcError> {
    let SessionRequest { identifier, audience, target, accounts, access, lifetime } = request;
    let now = env.now();
    // Whole seconds, as the claim has them.
    let expires_at = now.checked_add(lifetime).unwrap_or(Timestamp::MAX);
    let expires_at = Timestamp::from_second(expires_at.as_second()).unwrap_or(expires_at);
    let (mcp_cfg, conn_id) = match target {
        SessionTarget::Config(id) => (Some(id), None),
        SessionTarget::Connection(id) => (None, Some(id)),
    };
    let claims = SessionClaims {
        iss: env.at(""),
        sub: identifier,
        aud: audience,
        ca_ids: accounts,
        mcp_cfg,
        conn_id,
        access_level: access,
        iat: now.as_second(),
        exp: expires_at.as_second(),
        jti: random::uuid()?,
    };
    let key = signing_key(env).await?;
    let token = key.sign(&claims).ok_or_else(|| RpcError::internal("the session token could not be signed"))?;
    Ok((token, expires_at))
}

/// Claims of a token that works at the server of this URL.
pub async fn check(env: &SandboxEnvironment, token: &str, audience: &str) -> Result<SessionClaims, BadToken> {
    let key = signing_key(env).await.map_err(|_| BadToken::Foreign)?;
    let claims: SessionClaims = key.open(token).ok_or(BadToken::Foreign)?;
    if claims.iss != env.at("") {
        return Err(BadToken::Foreign);
    }
    if claims.aud != audience {
        return Err(BadToken::WrongServer);
    }
    if claims.exp <= env.now().as_second() {
        return Err(BadToken::Expired);
    }
    Ok(claims)
}

/// The key of this run, made when it is first asked for.
pub async fn signing_key(env: &SandboxEnvironment) -> Result<&SigningKey, RpcError> {
    let no_key = |error: String| RpcError::internal(format!("no key for session tokens could be made: {error}"));
    let make = async || match blocking(SigningKey::generate).await {
        Ok(Ok(key)) => Ok(key),
        Ok(Err(error)) => Err(no_key(error.to_string())),
        Err(error) => Err(no_key(error.to_string())),
    };
    env.signing_key.get_or_try_init(make).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::Options;

    const SERVER: &str = "http://127.0.0.1:1/mcp/v3/servers/x";

    async fn claims(env: &SandboxEnvironment) -> SessionClaims {
        let request = SessionRequest {
            identifier: "ada".into(),
            audience: SERVER.into(),
            target: SessionTarget::Config("cfg_1".into()),
            accounts: vec!["ca_1".into()],
            access: AccessLevel::ReadOnly,
            lifetime: SHORTEST,
        };
        let (token, _) = issue(env, request).await.unwrap();
        check(env, &token, SERVER).await.unwrap()
    }

    #[tokio::test]
    async fn a_token_works_until_its_time_is_up_and_at_its_server_only() {
        let env = SandboxEnvironment::new(1, &Options::default()).await.unwrap();
        let claims = claims(&env).await;
        assert_eq!((claims.sub.as_str(), claims.access_level), ("ada", AccessLevel::ReadOnly));
        assert_eq!(claims.exp - claims.iat, 60);
        let key = signing_key(&env).await.unwrap();
        let with = async |claims: SessionClaims| {
            check(&env, &key.sign(&claims).unwrap(), SERVER).await.map(|claims| claims.exp)
        };
        let now = env.now().as_second();
        assert_eq!(with(SessionClaims { exp: now, ..claims.clone() }).await, Err(BadToken::Expired));
        assert_eq!(with(SessionClaims { exp: now + 60, ..claims.clone() }).await, Ok(now + 60));
        let elsewhere = SessionClaims { iss: "http://127.0.0.1:2".into(), ..claims.clone() };
        assert_eq!(with(elsewhere).await, Err(BadToken::Foreign));
        let other = SessionClaims { aud: "http://127.0.0.1:1/mcp/v3/servers/y".into(), ..claims };
        assert_eq!(with(other).await, Err(BadToken::WrongServer));
    }

    #[tokio::test]
    async fn the_key_of_a_run_is_made_once() {
        let env = SandboxEnvironment::new(1, &Options::default()).await.unwrap();
        let (one, two) = (signing_key(&env).await.unwrap().jwks(), signing_key(&env).await.unwrap().jwks());
        assert_eq!(one, two);
        let other = SandboxEnvironment::new(1, &Options::default()).await.unwrap();
        assert_ne!(one, signing_key(&other).await.unwrap().jwks());
    }
}
