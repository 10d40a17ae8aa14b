//! HTTP to one server: connections, credentials, redirects, and what its statuses mean.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::{Client, Method, Response, StatusCode, redirect};
use tokio::sync::OnceCell;
use url::Url;

use super::endpoint::HttpEndpoint;
use super::fault::McpFault;
use super::ledger::Ledger;
use super::network_fault;
use super::plain_words::plain_words;
use crate::domain::{Fault, FaultKind, Secret, Untrusted, is_loopback};
use crate::oauth::ServerChallenge;

/// Time for a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// Bytes of an error's body that are read.
const ERROR_BODY: usize = 64 << 10;

/// Redirects within the server that are followed for one request.
const REDIRECTS: usize = 3;

/// Headers that belong to the protocol, and to HTTP itself.
const RESERVED: [&str; 12] = [
    "accept",
    "connection",
    "content-length",
    "content-type",
    "host",
    "last-event-id",
    "mcp-method",
    "mcp-name",
    "mcp-protocol-version",
    "mcp-session-id",
    "origin",
    "transfer-encoding",
];

/// The way to one server.
pub(super) struct HttpLink {
    endpoint: HttpEndpoint,
    headers: HeaderMap,
    pub ledger: Arc<Ledger>,
    /// Built on first use, as setting up TLS costs time.
    client: OnceCell<Client>,
    /// Token of the last request, which a failure may repeat.
    token: Mutex<Option<Secret>>,
    /// Set once the server has answered anything.
    answered: AtomicBool,
    /// Reason for which there is no token to open a session with. Another way of opening gets none either, and is not to
    /// ask again: what a policy denied stays denied.
    no_token: OnceLock<Fault>,
}

/// One request, without credentials.
pub(super) struct LinkRequest {
    pub method: Method,
    pub headers: HeaderMap,
    pub body: Option<bytes::Bytes>,
    /// Tool that it calls, if it does.
    pub tool: Option<String>,
}

impl HttpLink {
    /// The way to this server.
    ///
    /// # Errors
    /// [`FaultKind::InvalidInput`] for a URL that nothing may be sent to, or a header that cannot be set.
    pub fn new(endpoint: HttpEndpoint, ledger: Arc<Ledger>) -> Result<Self, McpFault> {
        check(&endpoint)?;
        let refuse = |name: &str, why: &str| {
            let name = Untrusted::from(name);
            McpFault::new(FaultKind::InvalidInput, format!("The header {name} {why}."))
        };
        let mut headers = HeaderMap::new();
        for (name, value) in &endpoint.headers {
            let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| refuse(name, "has no valid name"))?;
            if RESERVED.contains(&header.as_str()) || header.as_str().starts_with("mcp-param-") {
                return Err(refuse(name, "belongs to the protocol and cannot be set"));
            }
            let mut value = HeaderValue::from_str(value.expose()).map_err(|_| refuse(name, "has no valid value"))?;
            value.set_sensitive(true);
            headers.append(header, value);
        }
        Ok(Self {
            endpoint,
            headers,
            ledger,
            client: OnceCell::new(),
            token: Mutex::new(None),
            answered: AtomicBool::new(false),
            no_token: OnceLock::new(),
        })
    }

    fn label(&self) -> &str {
        &self.ledger.names.label
    }

    /// Sends a request, with a token where there is one; once more with another token if that was refused. Gives the
    /// answer unless it is about the way there: tokens and redirects.
    pub async fn send(&self, request: LinkRequest) -> Result<Response, McpFault> {
        let mut token = self.first_token(&request).await.map_err(|fault| McpFault::NoToken(Box::new(fault)))?;
        let (mut refused, mut redirects, mut url) = (false, 0, self.endpoint.url.clone());
        loop {
            let response = self.send_once(&request, &url, token.as_ref()).await?;
            self.answered.store(true, Ordering::Relaxed);
            self.token.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&token);
            let status = response.status();
            if status == StatusCode::UNAUTHORIZED {
                let challenge = ServerChallenge::of(response.headers());
                token = Some(match &self.endpoint.bearer {
                    Some(bearer) if !refused => self.another(bearer.as_ref(), token.as_ref(), challenge).await?,
                    _ => return Err(self.unauthorized(response, token.as_ref(), challenge).await),
                });
                refused = true;
                continue;
            }
            if status == StatusCode::FORBIDDEN {
                let challenge = ServerChallenge::of(response.headers());
                if challenge.is_insufficient_scope() {
                    let message = format!("{} wants more scopes than the token has.", self.label());
                    let fault = self.fault(FaultKind::NeedsAuthorization, message, status, response.headers());
                    let fault = said(fault, challenge.description.clone()).without(token.iter());
                    return Err(McpFault::InsufficientScope(Box::new(challenge), Box::new(fault)));
                }
            }
            if status.is_redirection() && status != StatusCode::NOT_MODIFIED {
                redirects += 1;
                url = self.redirected(&url, &response, redirects)?;
                continue;
            }
            return Ok(response);
        }
    }

    /// Token that a request goes out with; none where the server is spoken to without.
    async fn first_token(&self, request: &LinkRequest) -> Result<Option<Secret>, Fault> {
        let Some(bearer) = &self.endpoint.bearer else { return Ok(None) };
        if let Some(fault) = self.no_token.get() {
            return Err(fault.clone());
        }
        let token = bearer.token_for(request.tool.as_deref()).await;
        if let Err(fault) = &token
            && !self.answered.load(Ordering::Relaxed)
        {
            // Whoever opened it meanwhile had the same answer.
            let _ = self.no_token.set(fault.clone());
        }
        token
    }

    /// Drops the token of the last request, whose answer has come.
    pub fn forget_token(&self) {
        self.token.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    async fn another(
        &self,
        bearer: &dyn super::endpoint::BearerSource,
        token: Option<&Secret>,
        challenge: ServerChallenge,
    ) -> Result<Secret, McpFault> {
        bearer.refused(token, &challenge).await.map_err(|fault| match fault.kind {
            FaultKind::NeedsAuthorization => McpFault::Unauthorized(Box::new(challenge), Box::new(fault)),
            _ => McpFault::Other(fault),
        })
    }

    async fn unauthorized(
        &self,
        mut response: Response,
        token: Option<&Secret>,
        challenge: ServerChallenge,
    ) -> McpFault {
        let message = match token {
            Some(_) => format!("{} refused the token.", self.label()),
            None => format!("{} wants to know who we are.", self.label()),
        };
        let fault = self.fault(FaultKind::NeedsAuthorization, message, StatusCode::UNAUTHORIZED, response.headers());
        let words = match challenge.description.clone() {
            Some(words) => Some(words),
            None => plain_words(&beginning(&mut response).await),
        };
        McpFault::Unauthorized(Box::new(challenge), Box::new(said(fault, words).without(self.secrets(token))))
    }

    /// Credentials that a server could repeat.
    fn secrets<'a>(&'a self, token: Option<&'a Secret>) -> impl Iterator<Item = &'a Secret> {
        token.into_iter().chain(self.endpoint.headers.iter().map(|(_, value)| value))
    }

    async fn send_once(&self, request: &LinkRequest, url: &Url, token: Option<&Secret>) -> Result<Response, McpFault> {
        let unbuilt = |error: reqwest::Error| network_fault::in_words(error, self.label());
        let build = || async { build(&self.endpoint.url).map_err(unbuilt) };
        let client = self.client.get_or_try_init(build).await.map_err(McpFault::Other)?;
        let mut headers = request.headers.clone();
        headers.extend(self.headers.clone());
        if let Some(token) = token {
            let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose()))
                .map_err(|_| McpFault::new(FaultKind::InvalidInput, "The token holds what no header can carry."))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        let mut builder = client.request(request.method.clone(), url.clone()).headers(headers);
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        builder.send().await.map_err(|error| McpFault::Other(network_fault::in_words(error, self.label())))
    }

    /// The place that a redirect points to, if the request may go there: within the server, as it is.
    fn redirected(&self, from: &Url, response: &Response, redirects: usize) -> Result<Url, McpFault> {
        let target = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        let target = target.and_then(|target| Url::options().base_url(Some(from)).parse(target).ok());
        let keeps = matches!(response.status(), StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
        match target {
            Some(target) if keeps && redirects <= REDIRECTS && target.origin() == self.endpoint.url.origin() => {
                Ok(target)
            }
            target => {
                let place = target.map_or_else(|| "elsewhere".to_owned(), |url| url.origin().ascii_serialization());
                let message = format!(
                    "{} sends us on to {place}, and such redirects are not followed. Is the URL right?",
                    self.label()
                );
                Err(McpFault::Other(self.fault(FaultKind::BadAnswer, message, response.status(), response.headers())))
            }
        }
    }

    /// The fault behind an answer that is a failure by its status.
    pub async fn failure(&self, mut response: Response) -> Fault {
        let body = beginning(&mut response).await;
        self.failure_with(response.status(), response.headers(), &body)
    }

    /// The same for one whose body is known.
    pub fn failure_with(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Fault {
        let (label, number) = (self.label(), status.as_u16());
        let (kind, message) = match status {
            StatusCode::TOO_MANY_REQUESTS => (FaultKind::ProviderLimited, format!("{label} was asked too often.")),
            StatusCode::FORBIDDEN => (FaultKind::ProviderFailed, format!("{label} does not let this account do that.")),
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => {
                (FaultKind::BadAnswer, format!("{label} has no MCP server at this URL (status {number})."))
            }
            StatusCode::REQUEST_TIMEOUT => (FaultKind::TimedOut, format!("{label} gave up waiting (status 408).")),
            _ if status.is_server_error() => {
                (FaultKind::ProviderFailed, format!("{label} failed with status {number}."))
            }
            _ => (FaultKind::BadAnswer, format!("{label} refused the message with status {number}.")),
        };
        let token = self.token.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let fault = self.fault(kind, message, status, headers);
        said(fault, plain_words(body)).without(self.secrets(token.as_ref()))
    }

    /// A fault with the status and what the headers say of waiting.
    pub fn fault(&self, kind: FaultKind, message: String, status: StatusCode, headers: &HeaderMap) -> Fault {
        let seconds = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
        Fault {
            http_status: Some(status.as_u16()),
            retry_after: seconds.map(Duration::from_secs),
            ..Fault::new(kind, message)
        }
    }
}

/// Beginning of the body of a failure.
async fn beginning(response: &mut Response) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(chunk.get(..ERROR_BODY.saturating_sub(body.len())).unwrap_or(&chunk));
        if body.len() >= ERROR_BODY {
            break;
        }
    }
    body
}

fn said(fault: Fault, words: Option<Untrusted>) -> Fault {
    match words {
        Some(words) => fault.said(words),
        None => fault,
    }
}

/// Refuses a server that nothing may be sent to.
fn check(endpoint: &HttpEndpoint) -> Result<(), McpFault> {
    let refuse = |why: &str| Err(McpFault::new(FaultKind::InvalidInput, format!("The server's URL {why}")));
    let url = &endpoint.url;
    let has_credentials = endpoint.bearer.is_some() || !endpoint.headers.is_empty();
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(url) || !has_credentials => {}
        "http" => return refuse("must start with https: over plain http anybody on the way could read credentials."),
        _ => return refuse("must start with https://."),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("must not hold a user name or password.");
    }
    if url.host().is_none() { refuse("names no host.") } else { Ok(()) }
}

fn build(url: &Url) -> reqwest::Result<Client> {
    // Once for the process; whoever comes second finds it done.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder()
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT)
        // Shorter than any balancer's, so that a call that must not be sent twice does not go
        // out on a connection that is about to be closed.
        .pool_idle_timeout(Duration::from_secs(30))
        // A redirect would carry the credentials to wherever it points.
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never());
    let builder = if is_loopback(url) { builder.no_proxy() } else { builder };
    // Without TLS no certificates are needed, and none may be there.
    let builder = if url.scheme() == "https" { builder.https_only(true) } else { builder.tls_certs_only([]) };
    builder.build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mcp::client::ledger::ServerNames;
    use crate::mcp::client::options::ClientOptions;

    fn link(url: &str, headers: &[(&str, &str)]) -> Result<HttpLink, McpFault> {
        let names = ServerNames { label: "a".into(), origin: "a".into(), target: String::new() };
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), Secret::new((*value).to_owned())));
        let endpoint = HttpEndpoint { url: Url::parse(url).unwrap(), headers: headers.collect(), bearer: None };
        HttpLink::new(endpoint, Ledger::new(names, ClientOptions::default()))
    }

    #[test]
    fn credentials_go_over_https_or_stay_on_this_machine() {
        let key = [("X-Key", "hunter2")];
        for (url, headers) in [
            ("https://a.example/mcp", &key[..]),
            ("http://127.0.0.1:1/mcp", &key[..]),
            ("http://[::1]:1/mcp", &key[..]),
            ("http://a.example/mcp", &[]),
        ] {
            assert!(link(url, headers).is_ok(), "{url}");
        }
        for (url, headers, says) in [
            ("http://a.example/mcp", &key[..], "must start with https:"),
            ("ftp://a.example/mcp", &[], "must start with https://."),
            ("https://u:hunter2@a.example/mcp", &[], "user name"),
            ("https://a.example/mcp", &[("Mcp-Session-Id", "1")], "belongs to the protocol"),
            ("https://a.example/mcp", &[("a b", "1")], "no valid name"),
            ("https://a.example/mcp", &[("a", "1\n2")], "no valid value"),
        ] {
            let fault = Fault::from(link(url, headers).err().unwrap());
            assert!(fault.message.contains(says) && !fault.message.contains("hunter2"), "{url}: {fault}");
        }
    }
}
