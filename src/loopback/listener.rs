//! The server behind the page: hardened against whatever else may come to it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use subtle::ConstantTimeEq as _;
use tokio::sync::{mpsc, oneshot};

use super::answer::BrowserAnswer;
use super::{CallbackArrival, ListenOptions, PageVerdict, WaitingBrowser};
use crate::domain::{Fault, FaultKind, Secret, Untrusted};
use crate::html::{Html, HtmlValue};

const PAGE: &str = include_str!("../../assets/pages/callback.html");
const FOOT: &str = "You can close this tab and go back to the terminal.";

/// Waits for one answer.
pub(super) struct Listener {
    state: Secret,
    used: AtomicBool,
    options: ListenOptions,
    arrivals: mpsc::Sender<CallbackArrival>,
}

impl Listener {
    pub fn new(state: Secret, options: ListenOptions, arrivals: mpsc::Sender<CallbackArrival>) -> Self {
        Self { state, used: AtomicBool::new(false), options, arrivals }
    }

    pub fn state(&self) -> &Secret {
        &self.state
    }

    /// True if the answer carries our state, and says something for the first time.
    fn counts(&self, answer: &BrowserAnswer) -> bool {
        let ours = bool::from(answer.state().as_bytes().ct_eq(self.state.expose().as_bytes()));
        // One that says nothing uses nothing up.
        let answers = answer.error().is_some() || answer.brought(self.options.brings).is_some();
        ours && !(answers && self.used.swap(true, Ordering::AcqRel))
    }

    pub fn accept(&self, answer: BrowserAnswer) -> Result<Untrusted, Fault> {
        if !self.counts(&answer) {
            let message = "This is not the URL that this attempt ended at, or it was used before.";
            return Err(Fault::new(FaultKind::InvalidInput, message));
        }
        (self.options.judge)(&answer)?;
        answer.brought(self.options.brings).map(Untrusted::from).ok_or_else(|| {
            Fault::new(FaultKind::InvalidInput, "The URL holds no answer of the provider: it was not copied whole.")
        })
    }
}

/// The page and nothing else.
pub(super) fn router(listener: &Arc<Listener>) -> Router {
    Router::new().route(&listener.options.path, get(arrive)).with_state(Arc::clone(listener))
}

async fn arrive(
    State(listener): State<Arc<Listener>>,
    method: Method,
    headers: HeaderMap,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Response {
    if !names_loopback(&headers) {
        return StatusCode::MISDIRECTED_REQUEST.into_response();
    }
    // Nobody looks at the answer: it must not use up what the person comes back with.
    if method == Method::HEAD {
        return page(StatusCode::OK, "", "");
    }
    if is_prefetch(&headers) {
        // A browser takes what it fetched ahead for the page itself, unless that failed.
        return page(StatusCode::SERVICE_UNAVAILABLE, "Not yet", "Nothing was changed. Load this page again.");
    }
    let Some(answer) = BrowserAnswer::from_pairs(pairs) else {
        return page(StatusCode::BAD_REQUEST, "Not connected", "The answer says the same thing twice.");
    };
    let whom = &listener.options.whom;
    if !listener.counts(&answer) {
        let _ = listener.arrivals.send(CallbackArrival::Stray).await;
        let text =
            "This page was opened without the proof that belongs to the link, or a second time. Nothing was changed.";
        return page(StatusCode::FORBIDDEN, "Not from the link that was made", text);
    }
    let brought = answer.brought(listener.options.brings).map(Untrusted::from);
    if answer.error().is_none() && brought.is_none() {
        return page(StatusCode::BAD_REQUEST, "Not connected", "The browser brought no answer along.");
    }
    let brought = match ((listener.options.judge)(&answer), brought) {
        (Ok(()), Some(brought)) => brought,
        (Ok(()), None) => {
            return page(StatusCode::BAD_REQUEST, "Not connected", "The browser brought no answer along.");
        }
        (Err(fault), _) => {
            let text = fault.to_string();
            let _ = listener.arrivals.send(CallbackArrival::Refused(fault)).await;
            return page(StatusCode::OK, "Not connected", &text);
        }
    };
    let (page_verdict, verdict) = oneshot::channel();
    let arrival = CallbackArrival::Consented(brought, WaitingBrowser(page_verdict));
    let verdict = match listener.arrivals.send(arrival).await {
        Ok(()) => verdict.await.ok(),
        Err(_) => None,
    };
    match verdict {
        Some(PageVerdict::Connected) => page(StatusCode::OK, "Connected", &format!("Connected {whom}.")),
        Some(PageVerdict::Failed(why)) => page(StatusCode::OK, "Not connected", &why),
        None => page(StatusCode::OK, "Nobody is waiting", &format!("Connecting {whom} was stopped meanwhile.")),
    }
}

/// A page in somebody else's browser tab cannot reach us under a name of its own.
fn names_loopback(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    matches!(host.rsplit_once(':').map_or(host, |(name, _)| name), "127.0.0.1" | "localhost" | "[::1]")
}

/// A browser, or something in front of it, looks at the page before anybody has asked for it.
fn is_prefetch(headers: &HeaderMap) -> bool {
    let purposes = ["sec-purpose", "purpose", "x-purpose", "x-moz"];
    let values = purposes.iter().flat_map(|name| headers.get_all(*name)).filter_map(|value| value.to_str().ok());
    values.map(str::to_ascii_lowercase).any(|purpose| purpose.contains("prefetch") || purpose.contains("preview"))
}

fn page(status: StatusCode, title: &str, text: &str) -> Response {
    let values = [("title", HtmlValue::Text(title)), ("text", HtmlValue::Text(text)), ("foot", HtmlValue::Text(FOOT))];
    let headers = [
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONNECTION, "close"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    ];
    (status, headers, axum::response::Html(Html::fill(PAGE, &values).into_string())).into_response()
}
