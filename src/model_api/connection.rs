//! The way to one server: the HTTP client, the key, and the bounds of what is read.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::{Client, Method, RequestBuilder, Response, redirect};
use tokio::sync::OnceCell;
use url::Url;
use zeroize::Zeroizing;

use super::client::{ModelEndpoint, ModelKey};
use super::failure::{Again, Failure, RefusedAnswer, Told};
use crate::domain::{Fault, FaultKind, Secret, is_loopback};
use crate::oauth::{endpoint, host, network_fault};

/// Bounds of what is waited for and read.
#[derive(Clone, Copy, Debug)]
pub struct ModelLimits {
    /// Time without a byte. A model may think for long, but the server sends signs of life meanwhile.
    pub idle: Duration,
    /// Bytes of one answer.
    pub answer: usize,
    /// Bytes of one event of it, and of an answer that is not streamed.
    pub event: usize,
}

impl Default for ModelLimits {
    fn default() -> Self {
        Self { idle: Duration::from_secs(300), answer: 64 << 20, event: 16 << 20 }
    }
}

/// Time for a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// Largest refusal that is read, in bytes. One says a sentence.
const REFUSAL: usize = 1 << 20;

/// The way to one server.
pub(super) struct Connection {
    pub endpoint: ModelEndpoint,
    pub limits: ModelLimits,
    host: String,
    /// Built on first use: setting up TLS costs time, and fails on a machine without certificates.
    client: OnceCell<Client>,
}

impl Connection {
    pub fn new(endpoint: ModelEndpoint, limits: ModelLimits) -> Self {
        let host = host(&endpoint.base_url);
        Self { endpoint, limits, host, client: OnceCell::new() }
    }

    /// Server and key, for the words of a failure.
    pub fn told<'a>(&'a self, model: Option<&'a str>) -> Told<'a> {
        Told { host: &self.host, model, key: self.endpoint.key.as_ref().map(ModelKey::secret) }
    }

    /// Begins a request to a path below the base URL, with the key.
    ///
    /// # Errors
    /// [`FaultKind::InvalidInput`] for a base URL that no key may be sent to; [`FaultKind::ModelKeyRefused`] for a key
    /// that no header can hold; what is in the way of TLS.
    pub async fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, Fault> {
        let mut url = endpoint("base URL of the model's server", self.endpoint.base_url.as_str())?;
        url.set_path(&format!("{}{path}", url.path().trim_end_matches('/')));
        url.set_query(None);
        let client = self.client.get_or_try_init(|| async { build(&url).map_err(|error| self.network(error)) }).await?;
        let version = HeaderValue::from_str(&self.endpoint.version)
            .map_err(|_| Fault::new(FaultKind::InvalidInput, "The version of the model's API cannot be sent."))?;
        let mut request = client.request(method, url).header("anthropic-version", version);
        if let Some(key) = &self.endpoint.key {
            let (name, value) = key.header().ok_or_else(|| {
                Fault::new(FaultKind::ModelKeyRefused, "The key for the model holds characters that no key has.")
            })?;
            request = request.header(name, value);
        }
        Ok(request)
    }

    /// Sends a request, once.
    ///
    /// # Errors
    /// Anything but a success.
    pub async fn send(&self, request: RequestBuilder, model: Option<&str>) -> Result<Response, Failure> {
        let sent = tokio::time::timeout(self.limits.idle, request.send()).await;
        let response = match sent {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => {
                let fault = self.network(error);
                // On this machine there is no network to come back.
                let again = fault.kind == FaultKind::ModelUnreachable && !is_loopback(&self.endpoint.base_url);
                return Err(Failure { fault, again: if again { Again::Usual } else { Again::No } });
            }
            Err(_) => return Err(Failure::last(self.silent())),
        };
        let status = response.status();
        tracing::debug!(host = self.host, status = status.as_u16(), "the model's server answered");
        if status.is_success() {
            return Ok(response);
        }
        let headers = response.headers().clone();
        let target = headers.get(LOCATION).and_then(|value| value.to_str().ok()).map(|target| {
            let url = Url::options().base_url(Some(&self.endpoint.base_url)).parse(target).ok();
            url.map_or_else(|| "elsewhere".to_owned(), |url| url.origin().ascii_serialization())
        });
        // What cannot be read of it adds nothing to its status.
        let body = self.read(response, REFUSAL).await.unwrap_or_default();
        let answer = RefusedAnswer { status: status.as_u16(), headers: &headers, body: &body, target };
        Err(self.told(model).refused(&answer))
    }

    /// The next piece of an answer; none at its end.
    ///
    /// # Errors
    /// It broke off, or nothing came for too long.
    pub async fn piece(&self, response: &mut Response) -> Result<Option<Bytes>, Fault> {
        let piece = tokio::time::timeout(self.limits.idle, response.chunk()).await;
        piece.map_err(|_| self.silent())?.map_err(|error| self.network(error))
    }

    /// Reads an answer that is not streamed.
    ///
    /// # Errors
    /// As [`Connection::piece`], and [`FaultKind::ModelFailed`] for more than `limit` bytes.
    pub async fn read(&self, mut response: Response, limit: usize) -> Result<Bytes, Fault> {
        let mut body = BytesMut::new();
        while let Some(piece) = self.piece(&mut response).await? {
            if body.len() + piece.len() > limit {
                let message = format!("The answer of {} is larger than is read.", self.host);
                return Err(Fault::new(FaultKind::ModelFailed, message));
            }
            body.extend_from_slice(&piece);
        }
        Ok(body.freeze())
    }

    fn silent(&self) -> Fault {
        let message = format!("Nothing came from {} for {} seconds.", self.host, self.limits.idle.as_secs());
        Fault::new(FaultKind::ModelUnreachable, message)
    }

    fn network(&self, error: reqwest::Error) -> Fault {
        let fault = network_fault(error, &self.host);
        let kind = match fault.kind {
            FaultKind::Network | FaultKind::Unreachable | FaultKind::TimedOut => FaultKind::ModelUnreachable,
            FaultKind::BadAnswer => FaultKind::ModelFailed,
            other => other,
        };
        Fault { kind, ..fault }.without(self.endpoint.key.as_ref().map(ModelKey::secret))
    }
}

impl ModelKey {
    /// The key itself.
    fn secret(&self) -> &Secret {
        let (Self::ApiKey(secret) | Self::Bearer(secret)) = self;
        secret
    }

    /// The header that it is sent in; none for one that no header can hold.
    fn header(&self) -> Option<(HeaderName, HeaderValue)> {
        let (name, text) = match self {
            Self::ApiKey(key) => (HeaderName::from_static("x-api-key"), Zeroizing::new(key.expose().to_owned())),
            Self::Bearer(token) => (AUTHORIZATION, Zeroizing::new(format!("Bearer {}", token.expose()))),
        };
        let mut value = HeaderValue::from_str(&text).ok()?;
        value.set_sensitive(true);
        Some((name, value))
    }
}

/// Headers of a request whose answer is streamed.
pub(super) fn streamed() -> HeaderMap {
    let headers = [(CONTENT_TYPE, "application/json"), (ACCEPT, "text/event-stream")];
    headers.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value))).collect()
}

fn build(url: &Url) -> reqwest::Result<Client> {
    // Once for the process; whoever comes second finds it done.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder()
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT)
        .pool_idle_timeout(Duration::from_secs(30))
        // Packed, an answer would come in larger pieces than it was written.
        .no_gzip()
        // A redirect would carry the key to wherever it points.
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never());
    let builder = if is_loopback(url) { builder.no_proxy() } else { builder };
    // Without TLS no certificates are needed, and none may be there.
    if url.scheme() == "https" { builder.https_only(true).build() } else { builder.tls_certs_only([]).build() }
}
