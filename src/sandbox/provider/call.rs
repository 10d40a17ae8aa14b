//! What a provider is asked, and how it says no.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::sandbox::people::Person;

/// One provider's part of the world. It knows people, not accounts: it acts as whoever signed in,
/// and shows each of them only what they may see.
pub trait Provider: Send {
    /// Carries out a call; none when there is no such tool.
    fn run(&mut self, tool: &str, call: &Call<'_>) -> Option<Result<Value, Trouble>>;
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
    /// The credentials are not accepted.
    Unauthorized,
}
