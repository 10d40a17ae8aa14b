//! Questions that a server asks the person in the middle of a call.

use url::Url;

use super::{JsonText, Untrusted};

/// One question of a server, while a call waits for the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Elicitation {
    /// Server that asks, in its own words.
    pub server: Untrusted,
    /// The question, in the server's words.
    pub message: Untrusted,
    /// What it asks for.
    pub request: ElicitationRequest,
}

/// What a server asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum ElicitationRequest {
    /// Values of a flat form, by this JSON Schema.
    Form(JsonText),
    /// A visit to a page, of which nothing comes back but that it was agreed to. `http` or `https`, checked.
    Url(Url),
}

/// The person's answer.
#[derive(Clone, Debug, PartialEq)]
pub enum ElicitationAnswer {
    /// Agreed; the values of the form, where there was one.
    Accept(Option<JsonText>),
    /// Said no.
    Decline,
    /// Gone away without an answer.
    Cancel,
}
