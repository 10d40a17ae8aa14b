//! Latency and faults, laid over every answer.

use std::future::{pending, ready};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::{StreamExt as _, stream};
use tokio_util::sync::CancellationToken;

use super::fault_rule::{FaultEffect, FaultRule};
use super::paths;
use super::port::ConnectionHandle;

/// Paths of the API; pages are never late.
const API: [&str; 5] = ["/api/", "/mcp/", "/oauth/", "/proxy/", "/v1/"];

/// Page of a load balancer that has no server to ask.
const PAGE: &str = "<html>\r\n<head><title>Bad gateway</title></head>\r\n<body><center><h1>Bad gateway</h1></center></body>\r\n</html>\r\n";

/// Bytes of padding that are sent at a time.
const PIECE: usize = 64 * 1024;

/// Rules at a time.
const MOST_RULES: usize = 100;

/// Faults and latency, laid over the router as a layer.
pub struct FaultInjection {
    latency: Duration,
    /// Rules of the start.
    given: Vec<FaultRule>,
    /// Rules with how many requests each of them has seen.
    rules: RwLock<Vec<(FaultRule, AtomicU64)>>,
    /// The sandbox stops: nothing hangs any longer.
    stopped: CancellationToken,
}

impl FaultInjection {
    pub fn new(latency: Duration, rules: &[FaultRule], stopped: CancellationToken) -> Self {
        let injection = Self { latency, given: rules.to_vec(), rules: RwLock::default(), stopped };
        injection.reset();
        injection
    }

    /// Rules in their order.
    pub fn rules(&self) -> Vec<FaultRule> {
        self.rules.read().unwrap_or_else(PoisonError::into_inner).iter().map(|(rule, _)| rule.clone()).collect()
    }

    /// Adds a rule behind the others; false where there are too many.
    pub fn add(&self, rule: FaultRule) -> bool {
        let mut rules = self.rules.write().unwrap_or_else(PoisonError::into_inner);
        let room = rules.len() < MOST_RULES;
        if room {
            rules.push((rule, AtomicU64::new(0)));
        }
        room
    }

    /// Takes all rules away, those of the start as well.
    pub fn clear(&self) {
        self.rules.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Goes back to the rules of the start, none of which has seen anything.
    pub fn reset(&self) {
        let mut rules = self.rules.write().unwrap_or_else(PoisonError::into_inner);
        *rules = self.given.iter().map(|rule| (rule.clone(), AtomicU64::new(0))).collect();
    }

    /// The first rule that strikes this request.
    fn effect(&self, request: &Request) -> Option<FaultEffect> {
        let (method, path) = (request.method(), request.uri().path());
        // Whoever steers the faults must get through to end them.
        if path.starts_with(paths::CONTROL) {
            return None;
        }
        let rules = self.rules.read().unwrap_or_else(PoisonError::into_inner);
        let fits = rules.iter().filter(|(rule, _)| rule.fits(method, path));
        // Every rule that fits counts the request, struck or not.
        let strikes: Vec<_> =
            fits.filter(|(rule, seen)| rule.strikes(seen.fetch_add(1, Ordering::Relaxed) + 1)).collect();
        strikes.first().map(|(rule, _)| rule.effect().clone())
    }
}

pub async fn inject(State(injection): State<Arc<FaultInjection>>, request: Request, next: Next) -> Response {
    let is_api = API.iter().any(|start| request.uri().path().starts_with(start));
    if is_api && !injection.latency.is_zero() {
        tokio::time::sleep(injection.latency).await;
    }
    match injection.effect(&request) {
        None => next.run(request).await,
        Some(FaultEffect::Status(status)) => (status, [(CONTENT_TYPE, "text/html")], PAGE).into_response(),
        Some(FaultEffect::Reset) => match request.extensions().get::<ConnectionHandle>() {
            Some(connection) => {
                connection.cut();
                // This ends with the connection.
                pending().await
            }
            // Part of another request: there is no answer to go on with.
            None => {
                with_body(Response::new(Body::empty()), Body::from_stream(stream::iter([Err::<Bytes, _>(reset())])))
            }
        },
        Some(FaultEffect::Truncate) => {
            let (response, body) = whole(next.run(request).await).await;
            let half = body.slice(..body.len() / 2);
            broken_off(response, half)
        }
        Some(FaultEffect::Hang) => {
            injection.stopped.cancelled().await;
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
        Some(FaultEffect::Slow(time)) => {
            tokio::time::sleep(time).await;
            next.run(request).await
        }
        Some(FaultEffect::NotJson) => ([(CONTENT_TYPE, "application/json")], PAGE).into_response(),
        Some(FaultEffect::NotUtf8) => {
            let (response, body) = whole(next.run(request).await).await;
            with_body(response, Body::from(spoil(&body)))
        }
        Some(FaultEffect::Huge(size)) => {
            let (response, body) = whole(next.run(request).await).await;
            let pieces = size.div_ceil(PIECE);
            let space = Bytes::from(vec![b' '; PIECE]);
            let pieces = std::iter::repeat_n(space, pieces).chain([body]).map(Ok::<_, io::Error>);
            with_body(response, Body::from_stream(stream::iter(pieces)))
        }
    }
}

/// The answer without its body, and the body.
async fn whole(response: Response) -> (Response, Bytes) {
    let (head, body) = response.into_parts();
    // Our own answers are bounded; a body that fails to come is no worse than none.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    (Response::from_parts(head, Body::empty()), body)
}

fn with_body(response: Response, body: Body) -> Response {
    let (mut head, _) = response.into_parts();
    head.headers.remove(CONTENT_LENGTH);
    Response::from_parts(head, body)
}

/// Half of an answer. When the rest of the body fails, the server ends the connection over HTTP/1.1, and resets this
/// one stream over HTTP/2.
fn broken_off(response: Response, half: Bytes) -> Response {
    let promised = half.len() * 2 + 1;
    let rest = async {
        // The half must have left before the failure ends everything.
        tokio::task::yield_now().await;
        Err(reset())
    };
    let pieces = stream::once(ready(Ok(half))).chain(stream::once(rest));
    let mut response = with_body(response, Body::from_stream(pieces));
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(promised));
    response
}

fn reset() -> io::Error {
    io::ErrorKind::ConnectionReset.into()
}

/// Puts two bytes that are not UTF-8 behind the first quotation mark, or in front of everything.
fn spoil(body: &[u8]) -> Vec<u8> {
    let at = body.iter().position(|byte| *byte == b'"').map_or(0, |at| at + 1);
    let (before, after) = body.split_at(at);
    [before, b"\xff\xfe", after].concat()
}
