//! A server that answers for models as the Messages API does, by a script.
//!
//! ```ignore
//! let server = ModelServer::start().await;
//! server.reply(ModelReply::stream().text("I look.").tool("toolu_1", "linear_viewer_get", "{}").stop("tool_use"));
//! server.reply(ModelReply::says("You are Ada."));
//! let client = ModelClient::new(server.endpoint());
//! … // what is tested
//! assert_eq!(server.requests()[1].body["messages"][2]["content"][0]["tool_use_id"], "toolu_1");
//! ```
//!
//! Replies are given in their order, one for each `POST /v1/messages`. Where none is left, the answer is a 400 that says
//! so, which nobody sends again. For a program, set `ANTHROPIC_BASE_URL` to [`ModelServer::url`] and `ANTHROPIC_API_KEY`
//! to [`KEY`].

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::Response;
use axum::routing::{get, post};
use futures_util::stream;
use jackfield::testing::domain::Secret;
use jackfield::testing::model_api::{ModelEndpoint, ModelKey};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use url::Url;

use super::model_reply::{ModelReply, Part};

/// Key that goes with the endpoint.
pub const KEY: &str = "sk-ant-hunter2-hunter2";

/// One request as it came.
#[derive(Clone, Debug)]
pub struct ModelRequest {
    /// Path and query.
    pub target: String,
    pub headers: HeaderMap,
    /// Body byte for byte.
    pub text: String,
    /// The same as JSON; null where it is none.
    pub body: Value,
}

impl ModelRequest {
    /// A header; empty where it was not sent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

#[derive(Default)]
struct Inner {
    replies: VecDeque<ModelReply>,
    pages: VecDeque<ModelReply>,
    received: Vec<ModelRequest>,
}

type Shared = Arc<Mutex<Inner>>;

/// A running server; gone when dropped.
pub struct ModelServer {
    inner: Shared,
    url: Url,
    task: JoinHandle<()>,
}

impl Drop for ModelServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(inner: &Shared) -> MutexGuard<'_, Inner> {
    inner.lock().unwrap()
}

impl ModelServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let inner = Shared::default();
        let router = Router::new()
            .route("/v1/messages", post(messages))
            .route("/v1/models", get(models))
            .with_state(Arc::clone(&inner));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { inner, url, task }
    }

    /// Base URL.
    pub fn url(&self) -> Url {
        self.url.clone()
    }

    /// This server with [`KEY`].
    pub fn endpoint(&self) -> ModelEndpoint {
        let key = Some(ModelKey::ApiKey(Secret::new(KEY.to_owned())));
        ModelEndpoint { base_url: self.url(), key, version: "2023-06-01".to_owned() }
    }

    /// Answers the next request for a message so.
    pub fn reply(&self, reply: impl Into<ModelReply>) {
        lock(&self.inner).replies.push_back(reply.into());
    }

    /// Answers the next request for models so; without, there is one page of two.
    pub fn page(&self, reply: ModelReply) {
        lock(&self.inner).pages.push_back(reply);
    }

    /// All requests, in order.
    pub fn requests(&self) -> Vec<ModelRequest> {
        lock(&self.inner).received.clone()
    }

    /// Replies that nobody has fetched.
    pub fn replies_left(&self) -> usize {
        lock(&self.inner).replies.len()
    }
}

fn record(inner: &Shared, uri: &Uri, headers: HeaderMap, body: &Bytes) {
    let text = String::from_utf8_lossy(body).into_owned();
    let body = serde_json::from_str(&text).unwrap_or_default();
    lock(inner).received.push(ModelRequest { target: uri.to_string(), headers, text, body });
}

async fn messages(State(inner): State<Shared>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    record(&inner, &uri, headers, &body);
    let reply = lock(&inner).replies.pop_front();
    let none = || ModelReply::error(400, "invalid_request_error", "no reply is scripted");
    response(reply.unwrap_or_else(none))
}

async fn models(State(inner): State<Shared>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    record(&inner, &uri, headers, &body);
    let reply = lock(&inner).pages.pop_front();
    response(reply.unwrap_or_else(|| {
        let model = |id: &str, name: &str| {
            json!({
                "type": "model", "id": id, "display_name": name, "created_at": "2026-09-01T00:00:00Z",
                "lifecycle": "active", "max_input_tokens": 200_000, "max_tokens": 64_000,
            })
        };
        let data = [model("claude-sonnet-5-5", "Claude Sonnet 5.5"), model("claude-haiku-5-5", "Claude Haiku 5.5")];
        let page = json!({
            "data": data, "has_more": false, "first_id": "claude-sonnet-5-5", "last_id": "claude-haiku-5-5",
        });
        ModelReply::json(200, &page)
    }))
}

fn response(reply: ModelReply) -> Response {
    let mut response = Response::builder()
        .status(StatusCode::from_u16(reply.status).unwrap())
        .header(header::CONTENT_TYPE, reply.content_type);
    if reply.headers.iter().all(|(name, _)| *name != "request-id") {
        response = response.header("request-id", "req_test");
    }
    for (name, value) in &reply.headers {
        response = response.header(*name, value);
    }
    let parts = stream::unfold(reply.parts.into_iter(), |mut parts| async move {
        loop {
            let bytes = match parts.next()? {
                Part::Bytes(bytes) => Ok(bytes),
                Part::Wait(gate) => {
                    pass(&gate).await;
                    continue;
                }
                Part::Break => Err(std::io::Error::other("the connection broke")),
            };
            return Some((bytes, parts));
        }
    });
    response.body(Body::from_stream(parts)).unwrap()
}

async fn pass(gate: &Semaphore) {
    gate.acquire().await.unwrap().forget();
}
