//! Calls to a provider, and its refusals.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::data::ProviderData;
use super::rest::{RestAnswer, RestRequest};
use crate::sandbox::people::Persona;

/// One provider's part of the world. It knows people, not accounts: it acts as whoever signed in,
/// and shows each of them only what they may see.
pub trait MockProvider: Send {
    /// Carries out a call; none when there is no such tool.
    fn run(&mut self, tool: &str, call: &ProviderCall<'_>) -> Option<Result<ProviderData, ProviderRefusal>>;

    /// Answers a REST request that no tool stands for.
    fn rest(&mut self, _: &Arc<Persona>, _: &RestRequest<'_>, _: Timestamp) -> Option<RestAnswer> {
        None
    }
}

/// One call as it reaches the provider.
pub struct ProviderCall<'a> {
    /// Person who signed in, and therefore acts.
    pub person: &'a Arc<Persona>,
    pub arguments: &'a Map<String, Value>,
    pub now: Timestamp,
}

/// The provider says no.
#[derive(Debug, PartialEq)]
pub struct ProviderRefusal {
    pub kind: ProviderRefusalKind,
    /// The provider's own code.
    pub code: &'static str,
    /// The provider's own words.
    pub message: String,
}

/// Kind of refusal; it decides the status on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderRefusalKind {
    /// The arguments are wrong.
    Input,
    /// The arguments name something that does not exist, or that this person may not see.
    NotFound,
    /// This person may see it, and no more.
    Forbidden,
    /// The credentials are not accepted.
    Unauthorized,
    /// Asked too often; the number is how many seconds to wait.
    TooOften(u64),
    /// It failed, with an HTTP status of its own and perhaps seconds to wait.
    Failed { status: u16, wait: Option<u64> },
}

impl ProviderRefusal {
    /// Nothing stands at this path.
    pub fn no_such_path(path: &str) -> Self {
        Self { kind: ProviderRefusalKind::NotFound, code: "NOT_FOUND", message: format!("Not Found: {path}") }
    }

    /// The token was granted, and not for this.
    pub fn missing_scope(scope: &str) -> Self {
        let message = format!("Resource not accessible by this token, missing scope: {scope}");
        Self { kind: ProviderRefusalKind::Forbidden, code: "FORBIDDEN", message }
    }

    /// Asked too often; come back after so many seconds.
    pub fn too_often(seconds: u64) -> Self {
        let message = format!("Rate limit exceeded, retry in {seconds} s");
        Self { kind: ProviderRefusalKind::TooOften(seconds), code: "RATE_LIMITED", message }
    }

    /// Seconds to wait, where waiting helps.
    pub fn wait(&self) -> Option<u64> {
        match self.kind {
            ProviderRefusalKind::TooOften(seconds) => Some(seconds),
            ProviderRefusalKind::Failed { wait, .. } => wait,
            _ => None,
        }
    }
}
