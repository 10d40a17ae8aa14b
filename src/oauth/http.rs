//! The HTTP client under the crate `oauth2`, and what it takes to make one protocol of the answers of many providers.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::{Response, StatusCode, header};
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::{Client, Request, redirect};
use serde_json::{Map, Value};
use tokio::sync::OnceCell;
use url::Url;
use zeroize::{Zeroize as _, Zeroizing};

use super::network_fault::network_fault;
use super::refusal::Refusal;
use crate::domain::{Fault, FaultKind, Secret, Untrusted, is_loopback};

/// Largest answer that is read, in bytes. A token takes up a few hundred.
const LARGEST: usize = 1 << 20;

/// Time for one exchange.
const PATIENCE: Duration = Duration::from_secs(30);

/// Time for a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// Sends requests to authorization servers. Clones share connections.
#[derive(Clone)]
pub struct OAuthHttp(Arc<Shared>);

struct Shared {
    patience: Duration,
    observer: Option<Observer>,
    /// Built on first use, as setting up TLS costs time.
    secure: OnceCell<Client>,
    loopback: OnceCell<Client>,
}

type Observer = Box<dyn Fn(&OAuthExchange) + Send + Sync>;

/// One exchange, for a log: no bodies and no headers, for they are made of credentials.
#[derive(Clone, Debug)]
pub struct OAuthExchange {
    /// Method.
    pub method: String,
    /// URL without its query.
    pub url: Url,
    /// Status; none where no answer came.
    pub status: Option<u16>,
    /// Time that it took.
    pub took: Duration,
}

/// One answer, read to its end.
pub(super) struct HttpAnswer {
    pub status: StatusCode,
    pub content_type: String,
    pub retry_after: Option<Duration>,
    /// Place that it sends us on to.
    pub location: String,
    pub body: Zeroizing<Vec<u8>>,
}

impl Default for OAuthHttp {
    fn default() -> Self {
        Self::new(PATIENCE)
    }
}

impl fmt::Debug for OAuthHttp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OAuthHttp")
    }
}

impl OAuthHttp {
    /// One that waits so long for an answer.
    pub fn new(patience: Duration) -> Self {
        Self::build(patience, None)
    }

    /// One that tells of every exchange.
    pub fn observed(observer: impl Fn(&OAuthExchange) + Send + Sync + 'static) -> Self {
        Self::build(PATIENCE, Some(Box::new(observer)))
    }

    fn build(patience: Duration, observer: Option<Observer>) -> Self {
        Self(Arc::new(Shared { patience, observer, secure: OnceCell::new(), loopback: OnceCell::new() }))
    }

    async fn client(&self, url: &Url) -> Result<&Client, Fault> {
        let stays = is_loopback(url) && url.scheme() == "http";
        let cell = if stays { &self.0.loopback } else { &self.0.secure };
        cell.get_or_try_init(|| async { build(stays).map_err(|error| network_fault(error, &host(url))) }).await
    }

    /// Sends a request, once, and reads the answer to its end.
    pub(super) async fn send(&self, request: Request) -> Result<HttpAnswer, Fault> {
        let mut shown = request.url().clone();
        shown.set_query(None);
        let (method, began) = (request.method().to_string(), Instant::now());
        let exchange = async {
            let client = self.client(&shown).await?;
            let response = client.execute(request).await.map_err(|error| network_fault(error, &host(&shown)))?;
            read(response, &shown).await
        };
        let answer = tokio::time::timeout(self.0.patience, exchange).await.unwrap_or_else(|_| {
            let (host, seconds) = (host(&shown), self.0.patience.as_secs_f32());
            Err(Fault::new(FaultKind::TimedOut, format!("{host} did not answer within {seconds} seconds.")))
        });
        if let Some(observer) = &self.0.observer {
            let status = answer.as_ref().ok().map(|answer| answer.status.as_u16());
            observer(&OAuthExchange { method, url: shown, status, took: began.elapsed() });
        }
        answer
    }

    /// A GET that expects JSON.
    pub(super) async fn get(&self, url: &Url) -> Result<HttpAnswer, Fault> {
        let request = self.client(url).await?.get(url.clone()).header(header::ACCEPT, "application/json").build();
        self.send(request.map_err(|error| network_fault(error, &host(url)))?).await
    }

    /// Builds a request.
    pub(super) async fn request(&self, method: reqwest::Method, url: &Url) -> Result<reqwest::RequestBuilder, Fault> {
        Ok(self.client(url).await?.request(method, url.clone()).header(header::ACCEPT, "application/json"))
    }

    async fn post(&self, request: HttpRequest) -> Result<HttpResponse, Fault> {
        let mut request = Request::try_from(request).map_err(|error| {
            Fault::new(FaultKind::Local, "The request to the provider could not be built.").caused_by(error)
        })?;
        if let Some(value) = request.headers_mut().get_mut(header::AUTHORIZATION) {
            value.set_sensitive(true);
        }
        let url = request.url().clone();
        let answer = self.send(request).await?;
        let (status, body) = normalized(&url, answer)?;
        let response = Response::builder().status(status).header(header::CONTENT_TYPE, "application/json").body(body);
        response.map_err(|error| Fault::new(FaultKind::Local, "The answer could not be taken in.").caused_by(error))
    }
}

impl<'c> AsyncHttpClient<'c> for OAuthHttp {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Fault>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.post(request))
    }
}

fn build(loopback: bool) -> reqwest::Result<Client> {
    // Once for the process; whoever comes second finds it done.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder()
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT)
        // A refresh goes out once; not on a connection that is about to be closed.
        .pool_max_idle_per_host(0)
        // A redirect would carry the credentials to wherever it points.
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never());
    if loopback { builder.no_proxy().tls_certs_only([]).build() } else { builder.https_only(true).build() }
}

async fn read(mut response: reqwest::Response, url: &Url) -> Result<HttpAnswer, Fault> {
    let status = response.status();
    let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let (content_type, retry_after) = (text(header::CONTENT_TYPE).to_lowercase(), text(header::RETRY_AFTER));
    let location = text(header::LOCATION);
    let mut body = Zeroizing::new(Vec::with_capacity(4096));
    while let Some(chunk) = response.chunk().await.map_err(|error| network_fault(error, &host(url)))? {
        if body.len() + chunk.len() > LARGEST {
            let message = format!("The answer of {} is larger than 1 MiB, and was not read further.", host(url));
            return Err(Fault { http_status: Some(status.as_u16()), ..Fault::new(FaultKind::TooLarge, message) });
        }
        body.extend_from_slice(&chunk);
    }
    let retry_after = retry_after.trim().parse().ok().map(Duration::from_secs);
    Ok(HttpAnswer { status, content_type, retry_after, location, body })
}

/// Fault of an answer that tells nothing of what was asked, by its status: failing servers, limits, redirects.
pub(super) fn told_nothing(url: &Url, answer: &HttpAnswer) -> Option<Fault> {
    let (status, host) = (answer.status, host(url));
    let (kind, message) = if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT {
        (FaultKind::ProviderFailed, format!("{host} failed with status {}.", status.as_u16()))
    } else if status == StatusCode::TOO_MANY_REQUESTS {
        (FaultKind::ProviderLimited, format!("{host} was asked too often."))
    } else if status.is_redirection() {
        let message = format!("{host} sends us on to another place, and redirects are not followed. Is the URL right?");
        (FaultKind::BadAnswer, message)
    } else {
        return None;
    };
    let retry_after = answer.retry_after;
    Some(Fault { http_status: Some(status.as_u16()), retry_after, ..Fault::new(kind, message) })
}

/// An answer that is no token.
pub(super) fn not_a_token(url: &Url, status: StatusCode) -> Fault {
    let message = format!("{} answered with something other than a token. Is the URL right?", host(url));
    Fault { http_status: Some(status.as_u16()), ..Fault::new(FaultKind::BadAnswer, message) }
}

/// Status and JSON body as the standard has them. Whatever tells nothing of the grant is a fault.
fn normalized(url: &Url, answer: HttpAnswer) -> Result<(StatusCode, Vec<u8>), Fault> {
    if let Some(fault) = told_nothing(url, &answer) {
        return Err(fault);
    }
    let HttpAnswer { status, content_type, body, .. } = answer;
    let said = match members(&content_type, &body) {
        // GitHub reports its errors as successes, Slack as `"ok": false`.
        Some(members) if status.is_success() && !is_refusal(&members) => {
            let body = serde_json::to_vec(&members).unwrap_or_default();
            wipe(members);
            return Ok((StatusCode::OK, body));
        }
        Some(members) => {
            let text = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let description = ["error_description", "message", "detail"].map(text).into_iter().find(|t| !t.is_empty());
            let (error, error_description) = (text("error"), description.unwrap_or_default());
            wipe(members);
            Refusal { error, error_description, http_status: Some(status.as_u16()) }
        }
        None if status.is_success() => return Err(not_a_token(url, status)),
        None => Refusal { http_status: Some(status.as_u16()), ..Refusal::default() },
    };
    let body = serde_json::to_vec(&said).unwrap_or_default();
    Ok((StatusCode::BAD_REQUEST, body))
}

/// Members of the answer: JSON, or a form, as GitHub sends where it is not asked for JSON.
pub(super) fn members(content_type: &str, body: &[u8]) -> Option<Map<String, Value>> {
    if let Ok(members) = serde_json::from_slice(body) {
        return Some(members);
    }
    let is_form =
        content_type.starts_with("application/x-www-form-urlencoded") || content_type.starts_with("text/plain");
    let pairs = url::form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), Value::from(&*value)));
    let members: Map<_, _> = if is_form { pairs.collect() } else { Map::new() };
    ["access_token", "device_code", "error"].iter().any(|name| members.contains_key(*name)).then_some(members)
}

fn is_refusal(members: &Map<String, Value>) -> bool {
    let gives = ["access_token", "device_code"].iter().any(|name| members.contains_key(*name));
    !gives && members.get("error").is_some_and(Value::is_string)
}

pub(super) fn wipe(members: Map<String, Value>) {
    for (_, value) in members {
        if let Value::String(mut text) = value {
            text.zeroize();
        }
    }
}

/// Adds the client's id and secret as HTTP Basic, each encoded before (RFC 6749, 2.3.1).
pub(super) fn basic(request: reqwest::RequestBuilder, client_id: &str, secret: &Secret) -> reqwest::RequestBuilder {
    let encoded =
        |text: &str| Zeroizing::new(url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>());
    request.basic_auth(&*encoded(client_id), Some(&*encoded(secret.expose())))
}

/// A request that came to nothing before it was sent.
pub(super) fn unbuilt(error: reqwest::Error) -> Fault {
    Fault::new(FaultKind::Local, "The request to the provider could not be built.").caused_by(error)
}

/// Host and port, for sentences.
pub fn host(url: &Url) -> String {
    let host = Untrusted::from(url.host_str().unwrap_or_default()).to_string();
    url.port().map_or(host.clone(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, content_type: &str, body: &str) -> Result<(u16, Value), Fault> {
        let answer = HttpAnswer {
            status: StatusCode::from_u16(status).unwrap(),
            content_type: content_type.to_owned(),
            retry_after: None,
            location: String::new(),
            body: Zeroizing::new(body.as_bytes().to_vec()),
        };
        let (status, body) = normalized(&Url::parse("https://a.example/token").unwrap(), answer)?;
        Ok((status.as_u16(), serde_json::from_slice(&body).unwrap()))
    }

    #[test]
    fn answers_of_all_kinds_become_those_of_the_standard() {
        let (status, body) = answered(201, "application/json", r#"{"access_token":"a","error":""}"#).unwrap();
        assert!(status == 200 && body["access_token"] == "a");
        let form = "access_token=a%20b&scope=repo%2Cgist&token_type=bearer";
        let (status, body) = answered(200, "application/x-www-form-urlencoded; charset=utf-8", form).unwrap();
        assert!(status == 200 && body["access_token"] == "a b" && body["scope"] == "repo,gist");
        let refused = r#"{"error":"bad_refresh_token","error_description":"gone"}"#;
        let (status, body) = answered(200, "application/json", refused).unwrap();
        assert!(status == 400 && body["error"] == "bad_refresh_token" && body["error_description"] == "gone");
        assert_eq!(body["http_status"], 200);
        let (status, body) = answered(401, "text/html", "<h1>no</h1>").unwrap();
        assert!(status == 400 && body["error"] == "" && body["http_status"] == 401);
        let (status, body) = answered(403, "application/json", r#"{"message":"Bad credentials"}"#).unwrap();
        assert!(status == 400 && body["error_description"] == "Bad credentials");
    }

    #[test]
    fn what_tells_nothing_of_the_grant_is_a_fault() {
        let refused = r#"{"error":"invalid_grant"}"#;
        for (status, content_type, body, kind) in [
            (500, "application/json", refused, FaultKind::ProviderFailed),
            (503, "text/html", "", FaultKind::ProviderFailed),
            (408, "", "", FaultKind::ProviderFailed),
            (429, "application/json", refused, FaultKind::ProviderLimited),
            (302, "", "", FaultKind::BadAnswer),
            (200, "text/html", "<h1>Sign in</h1>", FaultKind::BadAnswer),
            (200, "application/json", "[]", FaultKind::BadAnswer),
            (200, "text/plain", "hello", FaultKind::BadAnswer),
        ] {
            let fault = answered(status, content_type, body).unwrap_err();
            assert_eq!((fault.kind, fault.http_status), (kind, Some(status)), "{status} {body}");
        }
    }
}
