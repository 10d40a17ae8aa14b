//! A script that stands in for a model, behind the routes of the Messages API.
//!
//! It thinks nothing: a prompt begins one of a few stories, and every answer follows from the messages that come with
//! the request. So an agent can be tried, and tested, without a key and with the same outcome every time. Requests are
//! held against the API's rules as far as they are known, refusals come in its shape. Whatever model a request names,
//! the script answers in its name: programs that are to run unchanged have theirs written into them.
//!
//! What is a guess: the words of refusals that are new with the version of 2026-10-21; that `completedAt` is all a story
//! needs to know when an issue was closed. Left out: server tools, batches, files, counting of tokens.

mod answer;
mod api_error;
mod asana;
mod clause;
mod command;
mod conversation;
mod gmail;
mod linear;
mod offered;
mod play;
mod request;
mod returned;
mod script;
mod signature;
mod stream;
mod usage;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::civil::Date;
use serde_json::{Value, json};

use self::answer::Frame;
use self::api_error::ApiError;
use self::conversation::Rules;
use self::play::Play;
use self::request::{MAX_TOKENS, MessagesRequest};
use self::signature::Signer;
use self::usage::InputTokens;
use super::environment::SandboxEnvironment;
use super::ids::Ids;

/// Id of the one model that is listed.
const MODEL: &str = "script";

/// Name of the one model.
const TITLE: &str = "A script that stands in for a model";

/// Bytes of the largest request, as the API has them.
const LARGEST: usize = 32 * 1024 * 1024;

/// Header that names a request.
const REQUEST_ID: &str = "request-id";

/// First version that refuses what the one before let pass.
const STRICT: Date = jiff::civil::date(2026, 10, 21);

/// Requests that failed on purpose and are remembered, so that the next try succeeds.
const MOST_FAILED: usize = 64;

/// Server of the script. It keeps nothing of a conversation.
struct ModelServer {
    env: Arc<SandboxEnvironment>,
    ids: Ids,
    /// Numbers of the requests that failed once.
    failed: Mutex<VecDeque<u64>>,
}

/// The routes. They want no token: the script is for whoever reaches it, and nobody else can.
pub fn routes(env: &Arc<SandboxEnvironment>) -> Router<Arc<SandboxEnvironment>> {
    let server = ModelServer { env: Arc::clone(env), ids: Ids::new(env.seed), failed: Mutex::default() };
    let messages = post(messages).layer(DefaultBodyLimit::max(LARGEST));
    Router::new()
        .route("/v1/messages", messages.fallback(other_method))
        .route("/v1/models", get(models).fallback(other_method))
        .route("/v1/models/{id}", get(model).fallback(other_method))
        .with_state(Arc::new(server))
}

impl ModelServer {
    /// True for every other request with this number, from the first on.
    fn fails_now(&self, number: u64) -> bool {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = failed.iter().position(|known| *known == number) {
            failed.remove(at);
            return false;
        }
        if failed.len() == MOST_FAILED {
            failed.pop_front();
        }
        failed.push_back(number);
        true
    }

    fn request_id(&self, about: &str) -> String {
        format!("req_{:016x}", self.ids.number(&format!("model/request/{about}")))
    }

    fn answer(&self, headers: &HeaderMap, is_beta: bool, body: &[u8], request_id: &str) -> Result<Response, ApiError> {
        let is_strict = version(headers)? >= STRICT;
        let body: Value = serde_json::from_slice(body)
            .map_err(|error| ApiError::invalid(format!("The request body is not valid JSON: {error}")))?;
        let signer = Signer(&self.ids);
        let request = MessagesRequest::read(&body, Rules { is_strict, is_beta, signer })?;
        let now = self.env.now();
        let said = body.get("messages").map(Value::to_string).unwrap_or_default();
        let number = self.ids.number(&format!("model/answer/{said}"));
        let trouble = script::trouble(&Play::new(&request, now));
        let trouble = trouble.filter(|trouble| !trouble.once || self.fails_now(number));
        if let Some(status) = trouble.and_then(|trouble| trouble.status) {
            return Err(ApiError::of_status(
                status,
                format!("The script fails with the status {status}, as you asked."),
            ));
        }
        let mut answer = script::answer(&request, now);
        answer.delivery.breaks_off = trouble.is_some();
        let frame = Frame { number, model: request.model, input: InputTokens::count(&body), signer };
        if !request.stream {
            return match answer.delivery.breaks_off {
                true => Err(ApiError::of_status(529, "Overloaded")),
                false => Ok(Json(answer.whole(&frame)).into_response()),
            };
        }
        let events = stream::events(&answer, &frame, request_id);
        let mut response = Response::new(stream::body(events, answer.delivery.is_slow));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        Ok(response)
    }
}

/// Version of the API that a request asks for. Any day will do.
fn version(headers: &HeaderMap) -> Result<Date, ApiError> {
    let value =
        headers.get("anthropic-version").ok_or_else(|| ApiError::invalid("anthropic-version: header is required"))?;
    let value = value.to_str().unwrap_or_default();
    value.parse().map_err(|_| ApiError::invalid(format!("anthropic-version: \"{value}\" is not a valid version")))
}

async fn messages(
    State(server): State<Arc<ModelServer>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let (body, too_large) = match body {
        Ok(body) => (body, None),
        Err(_) => (Bytes::new(), Some(ApiError::of_status(413, "Request exceeds the maximum size"))),
    };
    let request_id = server.request_id(&String::from_utf8_lossy(&body));
    let is_beta = headers.contains_key("anthropic-beta") || query.is_some_and(|query| query.contains("beta=true"));
    let answered = match too_large {
        Some(error) => Err(error),
        None => server.answer(&headers, is_beta, &body, &request_id),
    };
    named(answered.unwrap_or_else(|error| error.answer(&request_id)), &request_id)
}

async fn models(State(server): State<Arc<ModelServer>>) -> Response {
    let list = json!({"data": [description()], "first_id": MODEL, "last_id": MODEL, "has_more": false});
    named(Json(list).into_response(), &server.request_id("models"))
}

async fn model(State(server): State<Arc<ModelServer>>, Path(id): Path<String>) -> Response {
    let request_id = server.request_id(&id);
    let response = match id == MODEL {
        true => Json(description()).into_response(),
        false => ApiError::not_found(format!("model: {id}")).answer(&request_id),
    };
    named(response, &request_id)
}

async fn other_method(State(server): State<Arc<ModelServer>>) -> Response {
    let request_id = server.request_id("method");
    named(ApiError::of_status(405, "Method Not Allowed").answer(&request_id), &request_id)
}

fn named(mut response: Response, request_id: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// The one model, as a list has it.
fn description() -> Value {
    json!({
        "type": "model",
        "id": MODEL,
        "display_name": TITLE,
        "created_at": "1970-01-01T00:00:00Z",
        "lifecycle": "active",
        "deprecated_at": null,
        "retires_at": null,
        "line": null,
        "capabilities": null,
        "max_input_tokens": 200_000,
        "max_tokens": MAX_TOKENS,
    })
}
