//! The client.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use url::Url;

use super::answer::{ModelAnswer, StreamEvent};
use super::assembler::{Assembler, StreamFailure};
use super::connection::{Connection, ModelLimits, streamed};
use super::failure::{Failure, header};
use super::request::CreateMessage;
use super::retry::Tries;
use super::{body, models};
use crate::domain::{Fault, Secret, Untrusted};

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
#[derive(Clone)]
pub struct ModelClient(Arc<Connection>);

impl fmt::Debug for ModelClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ModelClient").field(self.endpoint()).finish()
    }
}

impl ModelClient {
    /// A client of this server. Nothing is sent before the first request.
    pub fn new(endpoint: ModelEndpoint) -> Self {
        Self::with_limits(endpoint, ModelLimits::default())
    }

    /// The same with other limits.
    pub fn with_limits(endpoint: ModelEndpoint, limits: ModelLimits) -> Self {
        Self(Arc::new(Connection::new(endpoint, limits)))
    }

    /// Server and key.
    pub fn endpoint(&self) -> &ModelEndpoint {
        &self.0.endpoint
    }

    /// Asks for the next message, and tells `on` of it as it comes. Dropping the future ends the request.
    ///
    /// # Errors
    /// What the server refuses or fails with, after the tries that it allows; what is in the way. Nothing of an answer
    /// that did not come to its end is given.
    pub async fn create(
        &self,
        request: &CreateMessage<'_>,
        on: &mut (dyn FnMut(StreamEvent) + Send),
    ) -> Result<ModelAnswer, Fault> {
        let body = body::write(request)?;
        let mut tries = Tries::new();
        loop {
            match self.once(body.clone(), request.model, on).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => tries.again(failure, on).await?,
            }
        }
    }

    /// Lists the models, as the server orders them.
    ///
    /// # Errors
    /// The same.
    pub async fn models(&self) -> Result<Vec<ModelInfo>, Fault> {
        models::list(&self.0).await
    }

    async fn once(
        &self,
        body: Bytes,
        model: &str,
        on: &mut (dyn FnMut(StreamEvent) + Send),
    ) -> Result<ModelAnswer, Failure> {
        let connection = &self.0;
        let told = connection.told(Some(model));
        let request = connection.request(Method::POST, "/v1/messages").await.map_err(Failure::last)?;
        let mut response = connection.send(request.headers(streamed()).body(body), Some(model)).await?;
        let request_id = header(response.headers(), "request-id").map(Untrusted::from);
        let is_stream = header(response.headers(), CONTENT_TYPE.as_str())
            .is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/event-stream"));
        if !is_stream {
            return Err(told.broken(StreamFailure::Senseless("no stream of events"), false, request_id));
        }
        let mut assembler = Assembler::new(connection.limits.answer, connection.limits.event);
        while let Some(piece) = connection.piece(&mut response).await.map_err(Failure::last)? {
            match assembler.push(&piece, on) {
                Ok(None) => {}
                Ok(Some(answer)) => return Ok(ModelAnswer { request_id, ..answer }),
                Err(failure) => return Err(told.broken(failure, assembler.has_content(), request_id)),
            }
        }
        Err(told.ended_early(request_id))
    }
}
