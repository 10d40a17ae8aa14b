//! Servers by where they are, and the credentials that go to them.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use url::Url;

use super::ledger::{ServerNames, bounded};
use crate::domain::{Fault, Secret, Untrusted};
use crate::oauth::ServerChallenge;

/// Server to speak to.
#[derive(Clone, Debug)]
pub enum Endpoint {
    /// One that listens at a URL.
    Http(HttpEndpoint),
    /// A program of this machine, which is started when it is needed.
    Process(ProcessEndpoint),
}

/// Server that listens at a URL, over streamable HTTP.
#[derive(Clone)]
pub struct HttpEndpoint {
    /// Its one URL: https, or http on loopback wherever a credential goes along.
    pub url: Url,
    /// Headers of every request. Those of the protocol itself cannot be set.
    pub headers: Vec<(String, Secret)>,
    /// Source of its tokens; none where it asks for none.
    pub bearer: Option<Arc<dyn BearerSource>>,
}

/// Bytes of a title that stand in a sentence.
const TITLE: usize = 60;

/// Program that is a server, over its standard input and output.
#[derive(Clone)]
pub struct ProcessEndpoint {
    /// Name of the program, looked for as a shell does, or its path.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Variables of its environment, beside the few that every program needs.
    pub environment: Vec<(String, Secret)>,
    /// Folder to start it in; this one where there is none.
    pub folder: Option<PathBuf>,
    /// Name that it gave itself before, for sentences about it.
    pub title: Option<String>,
}

/// Source of the tokens for one server.
#[async_trait]
pub trait BearerSource: Send + Sync {
    /// Token for the next request; none if there is none yet. Asked before each request.
    async fn token(&self) -> Result<Option<Secret>, Fault>;

    /// The same where the request may be the call of `tool`, for sources that get a token for each.
    async fn token_for(&self, tool: Option<&str>) -> Result<Option<Secret>, Fault> {
        let _ = tool;
        self.token().await
    }

    /// Another token in the place of one that was refused with status 401. It is tried once.
    ///
    /// # Errors
    /// There is no other, and why: mostly [`NeedsAuthorization`](crate::domain::FaultKind::NeedsAuthorization).
    async fn refused(&self, token: Option<&Secret>, challenge: &ServerChallenge) -> Result<Secret, Fault>;
}

impl Endpoint {
    /// Names of a server as its endpoint has them.
    pub(super) fn names(&self) -> ServerNames {
        match self {
            Self::Http(endpoint) => {
                let url = &endpoint.url;
                let host = Untrusted::from(url.host_str().unwrap_or_default()).to_string();
                let label = url.port().map_or(host.clone(), |port| format!("{host}:{port}"));
                let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
                let target = format!("{}{query}", url.path());
                ServerNames { label, origin: url.origin().ascii_serialization(), target }
            }
            Self::Process(endpoint) => {
                let program = Untrusted::from(endpoint.program.as_str()).to_string();
                let name = program.rsplit('/').next().unwrap_or(&program).to_owned();
                // Whatever it calls itself, the program that is started stands beside it.
                let label = match &endpoint.title {
                    Some(title) => format!("{} ({name})", bounded(&Untrusted::from(title.as_str()).to_string(), TITLE)),
                    None => name.clone(),
                };
                ServerNames { label, origin: name, target: String::new() }
            }
        }
    }
}

impl fmt::Debug for HttpEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.url.host_str().unwrap_or_default();
        f.debug_struct("HttpEndpoint").field("host", &host).finish_non_exhaustive()
    }
}

impl fmt::Debug for ProcessEndpoint {
    /// Tells no arguments: people put keys there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProcessEndpoint").field("program", &self.program).finish_non_exhaustive()
    }
}
