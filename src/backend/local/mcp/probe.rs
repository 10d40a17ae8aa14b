//! Finding out whether a URL is that of an MCP server, and what it needs.

use std::sync::Arc;

use url::Url;

use super::clients::endpoint;
use crate::backend::local::Local;
use crate::backend::local::server_spec::ServerSpec;
use crate::domain::{ConnectionName, Fault, FaultKind, Untrusted};
use crate::mcp::client::{McpFault, ServerInfo};
use crate::oauth::{ServerAuth, ServerChallenge, discover_server};

/// What a server needs before it is of use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerNeeds {
    /// Nothing: it answered.
    Nothing {
        /// Name of the server for people, in its own words.
        title: Untrusted,
        /// Its version; empty where it tells none.
        version: Untrusted,
    },
    /// A consent at this authorization server.
    Consent {
        /// Name of the authorization server.
        issuer: String,
        /// True if nobody has to register an application first.
        registers_itself: bool,
        /// Scopes that it asks for, or lists.
        scopes: Vec<String>,
    },
    /// A token, or an application of which nothing could be found out: why, in a sentence.
    Unknown(String),
    /// Nobody knows before it is started.
    Started,
}

/// What a URL turned out to be.
pub(in crate::backend::local) enum Probed {
    /// A server that lets anybody in.
    Open(Arc<ServerInfo>),
    /// A server that wants a token.
    Protected(ServerChallenge),
    /// No server, as far as anybody can tell.
    Other(Fault),
}

impl Local {
    /// Asks the server of a connection who it is, without a token.
    pub(in crate::backend::local) async fn probe(
        &self,
        server: &ServerSpec,
        connection: &ConnectionName,
    ) -> Result<Probed, Fault> {
        let (own, name, origin) = (server.clone(), connection.clone(), server.origin());
        let (endpoint, secrets) =
            self.blocking(move |inner| endpoint(&own, &name, None, None, inner.secrets.as_ref())).await?;
        let client = self.0.servers.anonymous(endpoint, &origin, secrets);
        let answer = client.server().await;
        client.close().await;
        Ok(match answer {
            Ok(info) => Probed::Open(info),
            Err(McpFault::Unauthorized(challenge, _) | McpFault::InsufficientScope(challenge, _)) => {
                Probed::Protected(*challenge)
            }
            Err(McpFault::NoToken(fault)) => Probed::Other(*fault),
            Err(McpFault::Other(fault)) => Probed::Other(fault),
        })
    }

    /// Finds out what a server needs. With `is_sure`, it is one whatever it answers.
    ///
    /// # Errors
    /// What keeps it from being asked. None where it is no server.
    pub(in crate::backend::local) async fn server_needs(
        &self,
        server: &ServerSpec,
        is_sure: bool,
    ) -> Result<Option<ServerNeeds>, Fault> {
        let Some(url) = server.url() else { return Ok(Some(ServerNeeds::Started)) };
        match self.probe(server, &ConnectionName::default()).await? {
            Probed::Open(info) => {
                let title = if info.title.is_empty() { info.name.clone() } else { info.title.clone() };
                Ok(Some(ServerNeeds::Nothing { title, version: info.version.clone() }))
            }
            // An API refuses as well: what tells them apart is that a server names its metadata.
            Probed::Protected(challenge) if is_sure || challenge.resource_metadata.is_some() || is_called_mcp(url) => {
                Ok(Some(self.consent_needed(url, &challenge).await?))
            }
            Probed::Protected(_) => Ok(None),
            Probed::Other(fault) if is_sure && fault.kind == FaultKind::NeedsAuthorization => {
                Ok(Some(ServerNeeds::Unknown(fault.message.to_string())))
            }
            Probed::Other(fault) if is_sure => Err(fault),
            Probed::Other(_) => Ok(None),
        }
    }

    async fn consent_needed(&self, url: &Url, challenge: &ServerChallenge) -> Result<ServerNeeds, Fault> {
        match discover_server(url, Some(challenge), &self.0.http).await {
            Ok(auth) => {
                let registers_itself = auth.registration.is_some();
                let ServerAuth { issuer, scopes_supported, .. } = auth;
                let scopes = if challenge.scopes.is_empty() { scopes_supported } else { challenge.scopes.clone() };
                Ok(ServerNeeds::Consent { issuer, registers_itself, scopes })
            }
            // It is a server all the same, and may take a token that was made by hand.
            Err(fault) if matches!(fault.kind, FaultKind::NotFound | FaultKind::BadAnswer) => {
                Ok(ServerNeeds::Unknown(fault.message.to_string()))
            }
            Err(fault) => Err(fault),
        }
    }
}

/// True for a path that ends in the protocol's own name, as most servers' do.
fn is_called_mcp(url: &Url) -> bool {
    url.path_segments().and_then(|mut parts| parts.rfind(|part| !part.is_empty())).is_some_and(|last| last == "mcp")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_is_called_so_is_a_servers() {
        let called = |url: &str| is_called_mcp(&Url::parse(url).unwrap());
        assert!(called("https://a.dev/mcp") && called("https://a.dev/v1/mcp/"));
        assert!(!called("https://mcp.dev/") && !called("https://a.dev/mcp/v1") && !called("https://a.dev/amcp"));
    }
}
