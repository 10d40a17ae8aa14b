//! Floor 1: a page on this machine that the browser comes back to after a consent.
//!
//! It listens on 127.0.0.1 only and lives only as long as its flow. The state is random, compared in
//! constant time, and used up by the first answer that carries it. Reference: section 5.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use subtle::ConstantTimeEq as _;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use url::Url;

use crate::domain::{ConnectionName, Fault, FaultKind, Identifier, Secret, Untrusted};
use crate::html::{Html, HtmlValue};

const PATH: &str = "/verified";
const PAGE: &str = include_str!("../../assets/pages/callback.html");
const FOOT: &str = "You can close this tab and go back to the terminal.";

/// Listens until it is dropped.
pub struct Callback {
    url: Url,
    state: Secret,
    arrivals: mpsc::Receiver<CallbackArrival>,
    closing: CancellationToken,
    server: AbortOnDropHandle<()>,
}

/// Somebody came to the page.
pub enum CallbackArrival {
    /// The person consented, and this is the request to verify; whoever verifies decides what the page says.
    Consented(Untrusted, WaitingBrowser),
    /// The person, or the provider, said no.
    Refused(Fault),
    /// A visit that does not carry our state, or carries it a second time.
    Stray,
}

/// The browser, waiting for its answer.
pub struct WaitingBrowser(oneshot::Sender<PageVerdict>);

impl WaitingBrowser {
    /// Answers. A browser that has gone away meanwhile is nobody's concern.
    pub fn show(self, verdict: PageVerdict) {
        let _ = self.0.send(verdict);
    }
}

/// Text of the page that the browser ends on.
pub enum PageVerdict {
    /// The account is connected.
    Connected,
    /// The account is not connected; the sentence says why.
    Failed(String),
}

struct Shared {
    state: Secret,
    used: AtomicBool,
    whom: String,
    arrivals: mpsc::Sender<CallbackArrival>,
}

impl Callback {
    /// Starts listening on this port, else on a free one, for one account.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: no port, or no random numbers.
    pub async fn listen(
        port: Option<u16>,
        connection: &ConnectionName,
        identifier: &Identifier,
    ) -> Result<Self, Fault> {
        let no_port = |error: std::io::Error| {
            let message = match port {
                Some(port) => format!("Port {port} on this machine cannot be opened for the browser to come back to."),
                None => "No loopback port could be opened.".to_owned(),
            };
            Fault::new(FaultKind::Local, message).because(error)
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.unwrap_or(0))).await.map_err(no_port)?;
        let port = listener.local_addr().map_err(no_port)?.port();
        let url = format!("http://127.0.0.1:{port}{PATH}");
        let url = Url::parse(&url).map_err(|error| Fault::new(FaultKind::Local, error.to_string()))?;

        let state = random_state()?;
        let (sender, arrivals) = mpsc::channel(4);
        let shared = Shared {
            state: state.clone(),
            used: AtomicBool::new(false),
            whom: format!("{connection} for {identifier}"),
            arrivals: sender,
        };
        let router = Router::new().route(PATH, get(arrive)).with_state(Arc::new(shared));
        let closing = CancellationToken::new();
        let closed = closing.clone().cancelled_owned();
        let server = tokio::spawn(async move {
            let _ = axum::serve(listener, router).with_graceful_shutdown(closed).await;
        });
        Ok(Self { url, state, arrivals, closing, server: AbortOnDropHandle::new(server) })
    }

    /// Stops listening once the last page has reached the browser, or a second has passed.
    pub async fn close(self) {
        self.closing.cancel();
        let _ = tokio::time::timeout(Duration::from_secs(1), self.server).await;
    }

    /// URL that the browser must come back to.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// OAuth `state` that a genuine visit brings along.
    pub fn state(&self) -> &Secret {
        &self.state
    }

    /// Waits for the next visit.
    pub async fn next(&mut self) -> CallbackArrival {
        match self.arrivals.recv().await {
            Some(arrival) => arrival,
            // The server holds the other end for as long as we live.
            None => std::future::pending().await,
        }
    }
}

#[derive(Deserialize)]
struct Visit {
    #[serde(default)]
    auth_request_id: String,
    #[serde(default)]
    state: String,
    error: Option<String>,
    error_description: Option<String>,
}

async fn arrive(
    State(shared): State<Arc<Shared>>,
    method: Method,
    headers: HeaderMap,
    Query(visit): Query<Visit>,
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
    let ours = bool::from(visit.state.as_bytes().ct_eq(shared.state.expose().as_bytes()));
    // Answers to the link; one that says nothing is none.
    let answers = visit.error.is_some() || !visit.auth_request_id.is_empty();
    if !ours || (answers && shared.used.swap(true, Ordering::AcqRel)) {
        let _ = shared.arrivals.send(CallbackArrival::Stray).await;
        let text =
            "This page was opened without the proof that belongs to the link, or a second time. Nothing was changed.";
        return page(StatusCode::FORBIDDEN, "Not from the link that was made", text);
    }
    if let Some(error) = visit.error {
        let denied = error == "access_denied";
        let message = if denied {
            format!("Access to {} was denied on the provider's page.", shared.whom)
        } else {
            format!("The provider did not finish connecting {}.", shared.whom)
        };
        let kind = if denied { FaultKind::Denied } else { FaultKind::ProviderFailed };
        let mut fault = Fault::new(kind, message).said(visit.error_description.unwrap_or_default());
        fault.code = Some(error.into());
        let text = fault.to_string();
        let _ = shared.arrivals.send(CallbackArrival::Refused(fault)).await;
        return page(StatusCode::OK, "Not connected", &text);
    }
    if visit.auth_request_id.is_empty() {
        return page(StatusCode::BAD_REQUEST, "Not connected", "The environment sent no request to verify.");
    }
    let (answer, verdict) = oneshot::channel();
    let arrival = CallbackArrival::Consented(visit.auth_request_id.into(), WaitingBrowser(answer));
    let verdict = match shared.arrivals.send(arrival).await {
        Ok(()) => verdict.await.ok(),
        Err(_) => None,
    };
    match verdict {
        Some(PageVerdict::Connected) => page(StatusCode::OK, "Connected", &format!("Connected {}.", shared.whom)),
        Some(PageVerdict::Failed(why)) => page(StatusCode::OK, "Not connected", &why),
        None => {
            page(StatusCode::OK, "Nobody is waiting", &format!("Connecting {} was stopped meanwhile.", shared.whom))
        }
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

/// A fresh, unguessable state.
///
/// # Errors
/// The system has no randomness to give.
pub fn random_state() -> Result<Secret, Fault> {
    use base64::Engine as _;
    let mut bytes = [0_u8; 24];
    getrandom::fill(&mut bytes)
        .map_err(|error| Fault::new(FaultKind::Local, "The system gave no random numbers.").because(error))?;
    Ok(Secret::new(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(callback: &Callback, what: (&str, &str)) -> Url {
        let mut url = callback.url().clone();
        url.query_pairs_mut().append_pair("state", callback.state().expose()).append_pair(what.0, what.1);
        url
    }

    /// As a browser does; needs neither certificates nor a proxy.
    async fn visit(url: Url) -> reqwest::Result<StatusCode> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build()?;
        client.get(url).send().await.map(|answer| answer.status())
    }

    async fn listen() -> Callback {
        Callback::listen(None, &"linear".into(), &"ada".into()).await.unwrap()
    }

    #[tokio::test]
    async fn after_a_refusal_no_consent_counts() {
        let mut callback = listen().await;
        let refused = visit(answer(&callback, ("error", "access_denied"))).await.unwrap();
        assert_eq!(refused, 200);
        assert!(matches!(callback.next().await, CallbackArrival::Refused(fault) if fault.kind == FaultKind::Denied));
        let late = visit(answer(&callback, ("auth_request_id", "req_1"))).await.unwrap();
        assert_eq!(late, 403);
        assert!(matches!(callback.next().await, CallbackArrival::Stray));
    }

    #[tokio::test]
    async fn of_answers_that_come_together_one_counts() {
        let mut callback = listen().await;
        let url = answer(&callback, ("auth_request_id", "req_1"));
        let visits: Vec<_> = (0..4).map(|_| tokio::spawn(visit(url.clone()))).collect();
        let mut page = None;
        for _ in &visits {
            match callback.next().await {
                CallbackArrival::Consented(_, waiting) => assert!(page.replace(waiting).is_none(), "a second one"),
                CallbackArrival::Refused(fault) => panic!("{fault}"),
                CallbackArrival::Stray => {}
            }
        }
        page.expect("one that counts").show(PageVerdict::Connected);
        let mut good = 0;
        for visit in visits {
            good += u32::from(visit.await.unwrap().unwrap() == 200);
        }
        assert_eq!(good, 1);
    }

    #[tokio::test]
    async fn nothing_listens_when_it_is_over() {
        let callback = listen().await;
        let url = answer(&callback, ("auth_request_id", "req_1"));
        callback.close().await;
        assert!(visit(url.clone()).await.unwrap_err().is_connect());

        let dropped = listen().await;
        let url = answer(&dropped, ("auth_request_id", "req_1"));
        drop(dropped);
        // The task that held the socket ends with its next turn.
        while visit(url.clone()).await.is_ok() {
            tokio::task::yield_now().await;
        }
    }
}
