//! What a provider is asked, and how it says no.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::data::Data;
use super::rest::{RestAnswer, RestRequest};
use crate::sandbox::people::Person;

/// One provider's part of the world. It knows people, not accounts: it acts as whoever signed in,
/// and shows each of them only what they may see.
pub trait Provider: Send {
    /// Carries out a call; none when there is no such tool.
    fn run(&mut self, tool: &str, call: &Call<'_>) -> Option<Result<Data, Trouble>>;

    /// Answers a REST request that no tool stands for.
    fn rest(&mut self, _: &Arc<Person>, _: &RestRequest<'_>) -> Option<RestAnswer> {
        None
    }
}

/// One call as it reaches the provider.
pub struct Call<'a> {
    /// Who signed in, and therefore acts.
    pub person: &'a Arc<Person>,
    pub arguments: &'a Map<String, Value>,
    pub now: Timestamp,
}

/// The provider says no.
#[derive(Debug, PartialEq)]
pub struct Trouble {
    pub kind: TroubleKind,
    /// The provider's own code.
    pub code: &'static str,
    /// The provider's own words.
    pub message: String,
}

/// What sort of no; it decides the status on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TroubleKind {
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
}

impl Trouble {
    /// Nothing stands at this path.
    pub fn no_such_path(path: &str) -> Self {
        Self { kind: TroubleKind::NotFound, code: "NOT_FOUND", message: format!("Not Found: {path}") }
    }

    /// Asked too often; come back after so many seconds.
    pub fn too_often(seconds: u64) -> Self {
        let message = format!("Rate limit exceeded, retry in {seconds} s");
        Self { kind: TroubleKind::TooOften(seconds), code: "RATE_LIMITED", message }
    }

    /// How many seconds to wait, where that helps.
    pub fn wait(&self) -> Option<u64> {
        match self.kind {
            TroubleKind::TooOften(seconds) => Some(seconds),
            _ => None,
        }
    }
}
