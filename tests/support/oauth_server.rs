//! An authorization server on loopback: a small honest one, until a test scripts what it answers next.
//!
//! It holds clients to what they must do (S256, the same redirect URI, a code once, the client's secret where it has one)
//! and records all that it receives.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use jackfield::testing::oauth::Endpoints;
use oauth2::{PkceCodeChallenge, PkceCodeVerifier};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use url::Url;

pub use super::oauth_messages::{Consent, Received, Reply};

/// What becomes of a refresh token that was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// It stays, and is not told again.
    Kept,
    /// It is replaced; used again, it gives the same answer again.
    Replayable,
    /// It is replaced; used again, it ends the whole grant.
    Strict,
}

/// What a server does beyond signing people in.
pub trait Extension: Send + Sync {
    /// Hears of an access token that was given.
    fn issued(&self, access: &str);

    /// Answers a request to the token endpoint; none where it is not its business.
    fn answer(&self, received: &Received) -> Option<Reply>;
}

struct Code {
    challenge: String,
    redirect: String,
    scope: Option<String>,
}

struct Inner {
    url: String,
    secret: Option<String>,
    rotation: Rotation,
    expires_in: Value,
    consents: VecDeque<Consent>,
    replies: HashMap<&'static str, VecDeque<Reply>>,
    received: Vec<Received>,
    gate: Option<Arc<Semaphore>>,
    codes: HashMap<String, Code>,
    refresh: HashSet<String>,
    used: HashMap<String, Value>,
    tokens: u32,
    metadata: Value,
    /// Further documents, by path.
    documents: HashMap<String, Value>,
    names_itself: bool,
    clients: u32,
    device_done: bool,
    extension: Option<Arc<dyn Extension>>,
}

type Shared = Arc<Mutex<Inner>>;

/// A running server; gone when dropped.
pub struct OAuthServer {
    inner: Shared,
    task: JoinHandle<()>,
}

impl Drop for OAuthServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(inner: &Shared) -> MutexGuard<'_, Inner> {
    inner.lock().unwrap()
}

impl OAuthServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let inner = Arc::new(Mutex::new(Inner {
            secret: None,
            rotation: Rotation::Strict,
            expires_in: json!(3600),
            consents: VecDeque::new(),
            replies: HashMap::new(),
            received: Vec::new(),
            gate: None,
            codes: HashMap::new(),
            refresh: HashSet::new(),
            used: HashMap::new(),
            tokens: 0,
            metadata: metadata(&url),
            documents: HashMap::new(),
            names_itself: false,
            clients: 0,
            device_done: true,
            extension: None,
            url,
        }));
        let router = Router::new()
            .route("/authorize", get(authorize))
            .route("/token", any(token))
            .route("/device", any(device))
            .fallback(any(other))
            .with_state(Arc::clone(&inner));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { inner, task }
    }

    pub fn url(&self, path: &str) -> Url {
        Url::parse(&lock(&self.inner).url).unwrap().join(path).unwrap()
    }

    pub fn endpoints(&self) -> Endpoints {
        Endpoints {
            authorize: self.url("/authorize"),
            token: self.url("/token"),
            revoke: Some(self.url("/revoke")),
            device: Some(self.url("/device")),
            issuer: None,
            announces_iss: false,
        }
    }

    /// Clients must prove who they are with this.
    pub fn require_secret(&self, secret: &str) {
        lock(&self.inner).secret = Some(secret.to_owned());
    }

    pub fn rotate(&self, rotation: Rotation) {
        lock(&self.inner).rotation = rotation;
    }

    /// Lifetime in the next answers, in whatever form.
    pub fn expires_in(&self, life: Value) {
        lock(&self.inner).expires_in = life;
    }

    /// Decides the next visit; without, each is granted.
    pub fn consent(&self, consent: Consent) {
        lock(&self.inner).consents.push_back(consent);
    }

    /// Answers the next request to a path so, whatever it asks.
    pub fn answer(&self, path: &'static str, reply: Reply) {
        lock(&self.inner).replies.entry(path).or_default().push_back(reply);
    }

    /// Lets each request to the token endpoint wait for a permit, after it was carried out.
    pub fn hold(&self, gate: &Arc<Semaphore>) {
        lock(&self.inner).gate = Some(Arc::clone(gate));
    }

    /// Has it do more than signing people in.
    pub fn extend(&self, extension: Arc<dyn Extension>) {
        lock(&self.inner).extension = Some(extension);
    }

    /// Takes a refresh token as given by this server.
    pub fn know_refresh(&self, token: &str) {
        lock(&self.inner).refresh.insert(token.to_owned());
    }

    /// Changes a member of the metadata.
    pub fn describe(&self, name: &str, value: Value) {
        lock(&self.inner).metadata[name] = value;
    }

    /// Shows a document at a path.
    pub fn show(&self, path: &str, document: Value) {
        lock(&self.inner).documents.insert(path.to_owned(), document);
    }

    /// Names itself in its answers to browsers, as its metadata has it.
    pub fn name_itself(&self) {
        lock(&self.inner).names_itself = true;
    }

    /// Paths of all requests, in order.
    pub fn asked(&self) -> Vec<String> {
        let path = |request: &Received| request.target.split('?').next().unwrap_or_default().to_owned();
        lock(&self.inner).received.iter().map(path).collect()
    }

    /// Requests to a path, in order.
    pub fn received(&self, path: &str) -> Vec<Received> {
        let inner = lock(&self.inner);
        let at = |request: &&Received| request.target.split('?').next() == Some(path);
        inner.received.iter().filter(at).cloned().collect()
    }
}

fn metadata(url: &str) -> Value {
    json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "revocation_endpoint": format!("{url}/revoke"),
        "code_challenge_methods_supported": ["S256"],
        "response_types_supported": ["code"],
        "token_endpoint_auth_methods_supported": ["none", "client_secret_post"],
        "authorization_response_iss_parameter_supported": true,
        "registration_endpoint": format!("{url}/register"),
    })
}

fn record(inner: &Shared, method: &Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Received {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let received = Received {
        method: method.to_string(),
        target: uri.to_string(),
        authorization: text(header::AUTHORIZATION),
        accept: text(header::ACCEPT),
        content_type: text(header::CONTENT_TYPE),
        body: String::from_utf8_lossy(body).into_owned(),
    };
    lock(inner).received.push(received.clone());
    received
}

fn scripted(inner: &Shared, path: &str) -> Option<Response> {
    let reply = lock(inner).replies.get_mut(path)?.pop_front()?;
    Some(reply.into_response())
}

async fn authorize(State(inner): State<Shared>, uri: Uri, Query(query): Query<HashMap<String, String>>) -> Response {
    record(&inner, &Method::GET, &uri, &HeaderMap::new(), &Bytes::new());
    let get = |name: &str| query.get(name).cloned().unwrap_or_default();
    let asks_well = get("response_type") == "code"
        && get("code_challenge_method") == "S256"
        && get("code_challenge").len() == 43
        && get("state").len() >= 22
        && !get("client_id").is_empty();
    if !asks_well {
        return (StatusCode::BAD_REQUEST, "asked badly").into_response();
    }
    let mut back = Url::parse(&get("redirect_uri")).unwrap();
    let mut inner = lock(&inner);
    let consent = inner.consents.pop_front().unwrap_or(Consent::Grant);
    let mut pairs = back.query_pairs_mut();
    pairs.append_pair("state", &get("state"));
    let (issuer, refused) = match consent {
        Consent::Grant => (None, None),
        Consent::GrantAs(issuer) => (Some(issuer), None),
        Consent::Refuse { error, description } => (None, Some((error, description))),
        Consent::RefuseAs { issuer, error, description } => (Some(issuer), Some((error, description))),
    };
    let own = inner.metadata["issuer"].as_str().filter(|_| inner.names_itself).map(str::to_owned);
    if let Some(issuer) = issuer.or(own.as_deref()) {
        pairs.append_pair("iss", issuer);
    }
    match refused {
        Some((error, description)) => {
            pairs.append_pair("error", error).append_pair("error_description", description);
        }
        None => {
            inner.tokens += 1;
            let code = format!("code+/{}", inner.tokens);
            pairs.append_pair("code", &code);
            let (challenge, redirect) = (get("code_challenge"), get("redirect_uri"));
            inner.codes.insert(code, Code { challenge, redirect, scope: query.get("scope").cloned() });
        }
    }
    drop(pairs);
    (StatusCode::FOUND, [(header::LOCATION, back.to_string())]).into_response()
}

async fn token(State(inner): State<Shared>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let received = record(&inner, &method, &uri, &headers, &body);
    let extension = lock(&inner).extension.clone();
    let extended = || extension.and_then(|extension| extension.answer(&received)).map(Reply::into_response);
    let answer = scripted(&inner, "/token").or_else(extended).unwrap_or_else(|| {
        let (status, body) = match grant(&mut lock(&inner), &received) {
            Ok(body) => (StatusCode::OK, body),
            Err((error, why)) => (StatusCode::BAD_REQUEST, json!({ "error": error, "error_description": why })),
        };
        (status, axum::Json(body)).into_response()
    });
    let gate = lock(&inner).gate.clone();
    if let Some(gate) = gate {
        gate.acquire().await.unwrap().forget();
    }
    answer
}

type Refused = (&'static str, &'static str);

fn grant(inner: &mut Inner, received: &Received) -> Result<Value, Refused> {
    let field = |name: &str| received.field(name).unwrap_or_default();
    if let Some(secret) = &inner.secret {
        use base64::Engine as _;
        let basic = base64::engine::general_purpose::STANDARD.encode(format!("{}:{secret}", "app"));
        let proven = field("client_secret") == *secret || received.authorization == Some(format!("Basic {basic}"));
        if !proven {
            return Err(("invalid_client", "Client authentication failed"));
        }
    }
    match &*field("grant_type") {
        "authorization_code" => {
            let code = inner.codes.remove(&field("code")).ok_or(("invalid_grant", "unknown or used code"))?;
            let verifier = PkceCodeVerifier::new(field("code_verifier"));
            let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
            if challenge.as_str() != code.challenge || field("redirect_uri") != code.redirect {
                return Err(("invalid_grant", "PKCE or redirect_uri does not match"));
            }
            Ok(issue(inner, true, code.scope))
        }
        "refresh_token" => {
            let token = field("refresh_token");
            if let (Some(again), Rotation::Replayable) = (inner.used.get(&token), inner.rotation) {
                return Ok(again.clone());
            }
            if inner.used.contains_key(&token) {
                inner.refresh.clear();
            }
            if !inner.refresh.contains(&token) {
                return Err(("invalid_grant", "refresh token is not valid"));
            }
            let rotates = inner.rotation != Rotation::Kept;
            let answer = issue(inner, rotates, None);
            if rotates {
                inner.refresh.remove(&token);
                inner.used.insert(token, answer.clone());
            }
            Ok(answer)
        }
        "urn:ietf:params:oauth:grant-type:device_code" if field("device_code") == "device-1" && inner.device_done => {
            Ok(issue(inner, true, None))
        }
        _ => Err(("unsupported_grant_type", "")),
    }
}

fn issue(inner: &mut Inner, with_refresh: bool, scope: Option<String>) -> Value {
    inner.tokens += 1;
    let number = inner.tokens;
    let access = format!("access-{number}");
    if let Some(extension) = &inner.extension {
        extension.issued(&access);
    }
    let mut answer = json!({
        "access_token": access, "token_type": "Bearer", "expires_in": inner.expires_in,
    });
    if with_refresh {
        let refresh = format!("refresh-{number}");
        answer["refresh_token"] = json!(refresh);
        inner.refresh.insert(refresh);
    }
    if let Some(scope) = scope {
        answer["scope"] = json!(scope);
    }
    answer
}

async fn device(State(inner): State<Shared>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    record(&inner, &method, &uri, &headers, &body);
    scripted(&inner, "/device").unwrap_or_else(|| {
        let page = format!("{}/activate", lock(&inner).url);
        axum::Json(json!({
            "device_code": "device-1", "user_code": "WDJB-MJHT", "verification_uri": page, "expires_in": 900, "interval": 0,
        }))
        .into_response()
    })
}

/// Registers whoever asks; with a secret, where the client wants to prove itself by one.
fn register(inner: &mut Inner, received: &Received) -> Response {
    let asked: Value = serde_json::from_str(&received.body).unwrap_or_default();
    let way = asked["token_endpoint_auth_method"].as_str().unwrap_or("client_secret_basic");
    inner.clients += 1;
    let number = inner.clients;
    let mut answer = json!({
        "client_id": format!("client-{number}"), "redirect_uris": asked["redirect_uris"],
        "token_endpoint_auth_method": way,
    });
    if way != "none" {
        answer["client_secret"] = json!(format!("hunter-{number}"));
        answer["client_secret_expires_at"] = json!(0);
    }
    (StatusCode::CREATED, axum::Json(answer)).into_response()
}

async fn other(State(inner): State<Shared>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let received = record(&inner, &method, &uri, &headers, &body);
    if let Some(answer) = scripted(&inner, uri.path()) {
        return answer;
    }
    if let Some(document) = lock(&inner).documents.get(uri.path()) {
        return axum::Json(document.clone()).into_response();
    }
    match uri.path() {
        "/register" => register(&mut lock(&inner), &received),
        "/.well-known/oauth-authorization-server" => axum::Json(lock(&inner).metadata.clone()).into_response(),
        "/revoke" => StatusCode::OK.into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
