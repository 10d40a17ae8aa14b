//! A small provider on loopback: consent, tokens, device codes, revocation, and an API behind them. It notes what it is
//! sent, and a test says what it answers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, get, post};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::task::AbortOnDropHandle;
use url::{Url, form_urlencoded};

/// One request as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub path: String,
    pub query: String,
    pub authorization: String,
    pub form: HashMap<String, String>,
}

/// What the provider answers.
pub struct Answers {
    pub seen: Vec<Seen>,
    /// Number of the last token.
    pub issued: u32,
    /// Tokens that the API takes; empty: any.
    pub good: Vec<String>,
    pub expires_in: Option<i64>,
    pub gives_refresh: bool,
    pub scope: Option<String>,
    /// Status and body of the next refreshes.
    pub refresh: Option<(u16, &'static str)>,
    /// Status of a revocation.
    pub revoke: u16,
    /// Error that the person's browser comes back with.
    pub denies: Option<&'static str>,
    /// The server's name for itself beside each answer of its page of consent.
    pub iss: Option<String>,
    /// What the server tells of itself.
    pub metadata: Option<Value>,
    /// Permits that the token endpoint waits for.
    pub gate: Option<Arc<Semaphore>>,
    /// Permits that the API waits for.
    pub api_gate: Option<Arc<Semaphore>>,
    /// Status and body of the API where it refuses a token.
    pub refusal: (u16, &'static str),
    /// Answer of the API; none for one that repeats the path.
    pub says: Option<Value>,
}

#[derive(Clone)]
pub struct Provider {
    url: Url,
    answers: Arc<Mutex<Answers>>,
    _server: Arc<AbortOnDropHandle<()>>,
}

impl Provider {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let answers = Arc::new(Mutex::new(Answers {
            seen: Vec::new(),
            issued: 0,
            good: Vec::new(),
            expires_in: Some(3_600),
            gives_refresh: true,
            scope: None,
            refresh: None,
            revoke: 200,
            denies: None,
            iss: None,
            metadata: None,
            gate: None,
            api_gate: None,
            refusal: (401, r#"{"error":"unauthenticated"}"#),
            says: None,
        }));
        let router = Router::new()
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .route("/device", post(device))
            .route("/revoke", post(revoke))
            .route("/.well-known/oauth-authorization-server", get(metadata))
            .fallback(any(api))
            .with_state(Arc::clone(&answers));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, answers, _server: Arc::new(AbortOnDropHandle::new(server)) }
    }

    pub fn at(&self, path: &str) -> Url {
        self.url.join(path).unwrap()
    }

    pub fn answers(&self) -> MutexGuard<'_, Answers> {
        self.answers.lock().unwrap()
    }

    /// Requests to one path.
    pub fn seen(&self, path: &str) -> Vec<Seen> {
        self.answers().seen.iter().filter(|seen| seen.path == path).cloned().collect()
    }
}

type Shared = State<Arc<Mutex<Answers>>>;

fn note(answers: &Shared, method: &Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Seen {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let seen = Seen {
        method: method.to_string(),
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        authorization: text(header::AUTHORIZATION),
        form: form_urlencoded::parse(body).into_owned().collect(),
    };
    answers.lock().unwrap().seen.push(seen.clone());
    seen
}

async fn authorize(answers: Shared, uri: Uri, Query(query): Query<HashMap<String, String>>) -> Response {
    note(&answers, &Method::GET, &uri, &HeaderMap::new(), &Bytes::new());
    let mut back: Url = query["redirect_uri"].parse().unwrap();
    let answer = match answers.lock().unwrap().denies {
        Some(error) => ("error", error),
        None => ("code", "code_hunter2"),
    };
    back.query_pairs_mut().append_pair(answer.0, answer.1).append_pair("state", &query["state"]);
    if let Some(iss) = &answers.lock().unwrap().iss {
        back.query_pairs_mut().append_pair("iss", iss);
    }
    Redirect::to(back.as_str()).into_response()
}

async fn token(answers: Shared, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let seen = note(&answers, &method, &uri, &headers, &body);
    let gate = answers.lock().unwrap().gate.clone();
    if let Some(gate) = gate {
        gate.acquire().await.unwrap().forget();
    }
    let mut answers = answers.lock().unwrap();
    let json = |status: u16, body: String| {
        (StatusCode::from_u16(status).unwrap(), [(header::CONTENT_TYPE, "application/json")], body).into_response()
    };
    if seen.form["grant_type"] == "refresh_token"
        && let Some((status, body)) = answers.refresh
    {
        return json(status, body.to_owned());
    }
    answers.issued += 1;
    let nth = answers.issued;
    let mut body = json!({ "access_token": format!("access_hunter2_{nth}"), "token_type": "bearer" });
    if let Some(life) = answers.expires_in {
        body["expires_in"] = life.into();
    }
    if answers.gives_refresh {
        body["refresh_token"] = format!("refresh_hunter2_{nth}").into();
    }
    if let Some(scope) = &answers.scope {
        body["scope"] = scope.as_str().into();
    }
    body["data"] = json!({ "gid": "7", "name": "Ada", "email": "ada@acme.dev" });
    json(200, body.to_string())
}

async fn device(answers: Shared, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    note(&answers, &method, &uri, &headers, &body);
    let host = headers[header::HOST].to_str().unwrap();
    let body = json!({
        "device_code": "device_hunter2", "user_code": "BIRD-42", "verification_uri": format!("http://{host}/activate"),
        "expires_in": 600, "interval": 1,
    });
    axum::Json(body).into_response()
}

async fn metadata(answers: Shared) -> Response {
    match &answers.lock().unwrap().metadata {
        Some(metadata) => axum::Json(metadata.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn revoke(answers: Shared, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    note(&answers, &method, &uri, &headers, &body);
    StatusCode::from_u16(answers.lock().unwrap().revoke).unwrap().into_response()
}

async fn api(answers: Shared, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let seen = note(&answers, &method, &uri, &headers, &body);
    let gate = answers.lock().unwrap().api_gate.clone();
    if let Some(gate) = gate {
        gate.acquire().await.unwrap().forget();
    }
    if seen.path.ends_with("/elsewhere") {
        return Redirect::temporary("https://evil.test/steal").into_response();
    }
    let good = answers.lock().unwrap().good.clone();
    if !good.is_empty() && !good.iter().any(|token| seen.authorization.ends_with(token.as_str())) {
        let (status, body) = answers.lock().unwrap().refusal;
        let json = [(header::CONTENT_TYPE, "application/json")];
        return (StatusCode::from_u16(status).unwrap(), json, body).into_response();
    }
    let says = answers.lock().unwrap().says.clone();
    axum::Json(says.unwrap_or_else(|| json!({ "id": 7, "login": "ada", "path": seen.path }))).into_response()
}
