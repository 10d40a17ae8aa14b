//! The client.

use jiff::Timestamp;
use url::Url;

use super::{CreateMessage, ModelAnswer, StreamEvent};
use crate::domain::{Fault, FaultKind, Secret, Untrusted};

/// Server that answers for models, and the key for it.
#[derive(Clone, Debug)]
pub struct ModelEndpoint {
    /// Base URL, to which `v1/messages` is added.
    pub base_url: Url,
    /// Key; none where the server takes none. It is sent to this server and to no other.
    pub key: Option<ModelKey>,
    /// Version of the API.
    pub version: String,
}

/// Key for a server, and how it is sent.
#[derive(Clone, Debug)]
pub enum ModelKey {
    /// As `x-api-key`.
    ApiKey(Secret),
    /// As a bearer token, which is what gateways give.
    Bearer(Secret),
}

/// Model that a server offers.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelInfo {
    /// Id, to ask for it.
    pub id: Untrusted,
    /// Name for people.
    pub title: Untrusted,
    /// Tokens that a conversation may have; none where the server does not say.
    pub max_input_tokens: Option<u64>,
    /// Tokens that an answer may have; none where the server does not say.
    pub max_tokens: Option<u64>,
    /// State of its life, in the server's word.
    pub lifecycle: Option<Untrusted>,
    /// Moment from which it is no longer served.
    pub retires_at: Option<Timestamp>,
}

/// Client of one server. Clones share connections.
#[derive(Clone, Debug)]
pub struct ModelClient {
    endpoint: ModelEndpoint,
}

impl ModelClient {
    /// A client of this server. Nothing is sent before the first request.
    pub fn new(endpoint: ModelEndpoint) -> Self {
        Self { endpoint }
    }

    /// Server and key.
    pub fn endpoint(&self) -> &ModelEndpoint {
        &self.endpoint
    }

    /// Asks for the next message, and tells `on` of it as it comes. Dropping the future ends the request.
    ///
    /// # Errors
    /// What the server refuses or fails with, after the tries that it allows; what is in the way.
    pub async fn create(
        &self,
        _request: &CreateMessage<'_>,
        _on: &mut (dyn FnMut(StreamEvent) + Send),
    ) -> Result<ModelAnswer, Fault> {
        Err(Fault::new(FaultKind::NotOffered, "Models cannot be asked yet."))
    }

    /// Lists the models, as the server orders them.
    ///
    /// # Errors
    /// The same.
    pub async fn models(&self) -> Result<Vec<ModelInfo>, Fault> {
        Err(Fault::new(FaultKind::NotOffered, "Models cannot be listed yet."))
    }
}
