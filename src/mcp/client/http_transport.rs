//! Streamable HTTP under `rmcp`, which keeps its sessions and headers: what goes out and comes in is seen here as it is.
//! MCP, “Transports”.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures_util::stream::BoxStream;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Response, StatusCode};
use rmcp::model::{ClientJsonRpcMessage, ErrorCode, ErrorData, RequestId, ServerJsonRpcMessage};
use rmcp::transport::streamable_http_client::{
    SseError, StreamableHttpClient, StreamableHttpError, StreamableHttpPostResponse,
};
use sse_stream::Sse;

use super::event_stream::EventStream;
use super::fault::McpFault;
use super::http_link::{HttpLink, LinkRequest};
use super::ledger::Admitted;
use super::network_fault;
use crate::domain::{Fault, FaultKind, Untrusted};

/// Streams without a single event that are opened one after the other, before it is left be.
const FRUITLESS: usize = 3;

/// The backend under `rmcp`.
#[derive(Clone)]
pub(super) struct HttpTransport {
    pub link: Arc<HttpLink>,
    /// Streams in a row that brought nothing.
    pub fruitless: Arc<AtomicUsize>,
}

/// Mark of a failure whose fault is in the ledger.
#[derive(Debug, thiserror::Error)]
#[error("the exchange failed")]
pub(super) struct Failed;

type Failure = StreamableHttpError<Failed>;

const FAILED: Failure = StreamableHttpError::Client(Failed);

impl HttpTransport {
    pub fn new(link: HttpLink) -> Self {
        Self { link: Arc::new(link), fruitless: Arc::default() }
    }

    /// Ends the request that the message is; for one that is none, tells of it.
    fn failed(&self, id: Option<i64>, fault: McpFault) -> Failure {
        match id {
            Some(id) => self.link.ledger.fail(id, fault),
            None => self.link.ledger.remark(fault.fault().to_string()),
        }
        FAILED
    }

    /// The same for a message with this method, without which there may be no session.
    fn failed_message(&self, id: Option<i64>, method: &str, fault: McpFault) -> Failure {
        if method == "notifications/initialized" {
            self.link.ledger.retire(fault.clone());
        }
        self.failed(id, fault)
    }

    /// The fault of a request that may have been carried out all the same.
    pub fn perhaps(&self, id: Option<i64>, fault: McpFault) -> McpFault {
        let acts = id.is_some_and(|id| self.link.ledger.acts(id));
        if acts { fault.map(Fault::perhaps_carried_out) } else { fault }
    }

    fn bad(&self, what: &str, response: &Response) -> McpFault {
        let message = format!("{} sent {what}.", self.link.ledger.names.label);
        McpFault::Other(self.link.fault(FaultKind::BadAnswer, message, response.status(), response.headers()))
    }

    async fn post(
        &self,
        message: &ClientJsonRpcMessage,
        session: Option<&str>,
        headers: HashMap<HeaderName, HeaderValue>,
    ) -> Result<StreamableHttpPostResponse, Failure> {
        let outgoing = self.link.ledger.enter(message).map_err(|fault| self.failed(None, fault))?;
        let (id, method) = (outgoing.id, outgoing.method);
        let mut all = request_headers(session, headers);
        all.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        all.insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
        let tool = (method == "tools/call").then_some(outgoing.name);
        let request = LinkRequest { method: Method::POST, headers: all, body: Some(outgoing.body.into()), tool };
        let response = match self.link.send(request).await {
            Ok(response) => response,
            Err(McpFault::Other(fault)) if !network_fault::never_left(fault.kind) && fault.http_status.is_none() => {
                return Err(self.failed_message(id, &method, self.perhaps(id, McpFault::Other(fault))));
            }
            Err(fault) => return Err(self.failed_message(id, &method, fault)),
        };
        let status = response.status();
        if let Some(id) = id {
            self.link.ledger.status(id, status.as_u16());
        }
        if status == StatusCode::NOT_FOUND && session.is_some() {
            return Err(self.session_ended(id, &response));
        }
        let Some(id) = id else { return self.answered_nothing(response, &method).await };
        let opened = response.headers().get("mcp-session-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
        match (status.is_success(), media_type(&response)) {
            (true, Media::Events) => Ok(StreamableHttpPostResponse::Sse(self.events(response, Some(id)), opened)),
            (true, _) if matches!(status, StatusCode::ACCEPTED | StatusCode::NO_CONTENT) => {
                // Nothing but a session has another stream that could bring the answer.
                if session.is_none() {
                    let fault = self.bad("no answer: it only says that it has taken the request", &response);
                    return Err(self.failed(Some(id), self.perhaps(Some(id), fault)));
                }
                Ok(StreamableHttpPostResponse::Accepted)
            }
            (true, Media::Json) => self.json(response, id, opened).await,
            (true, Media::Other(kind)) => {
                let what = format!("{kind}, which is no answer of the protocol: the URL may be wrong");
                let fault = self.bad(&what, &response);
                Err(self.failed(Some(id), self.perhaps(Some(id), fault)))
            }
            (false, media) => self.refused(response, id, &method, media).await,
        }
    }

    fn session_ended(&self, id: Option<i64>, response: &Response) -> Failure {
        let message =
            format!("{} has ended the session. The next request opens another.", self.link.ledger.names.label);
        let fault = self.link.fault(FaultKind::Network, message, response.status(), response.headers());
        self.link.ledger.retire(McpFault::Other(fault.clone()));
        self.failed(id, McpFault::Other(fault))
    }

    /// The answer to a notification, or to an answer of ours: nothing is expected in it.
    async fn answered_nothing(&self, response: Response, method: &str) -> Result<StreamableHttpPostResponse, Failure> {
        if response.status().is_success() {
            return Ok(StreamableHttpPostResponse::Accepted);
        }
        let fault = self.link.failure(response).await;
        Err(self.failed_message(None, method, McpFault::Other(fault)))
    }

    async fn json(
        &self,
        response: Response,
        id: i64,
        session: Option<String>,
    ) -> Result<StreamableHttpPostResponse, Failure> {
        let (status, headers) = (response.status(), response.headers().clone());
        let unread = |fault: Fault| McpFault::Other(Fault { http_status: Some(status.as_u16()), ..fault });
        let body = match self.body(response).await {
            Ok(body) => body,
            Err(fault) => return Err(self.failed(Some(id), self.perhaps(Some(id), unread(fault)))),
        };
        let ledger = &self.link.ledger;
        let text = match ledger.admit(&body, Some(id)) {
            Admitted::Forward => String::from_utf8_lossy(&body).into_owned(),
            Admitted::Instead(text) => text,
            Admitted::Done => String::new(),
            Admitted::Unusable(why) => {
                let message = format!("{} sent {why}.", ledger.names.label);
                let fault = self.link.fault(FaultKind::BadAnswer, message, status, &headers);
                return Err(self.failed(Some(id), self.perhaps(Some(id), McpFault::Other(fault))));
            }
        };
        match serde_json::from_str(&text) {
            Ok(message) if !ledger.is_pending(id) => Ok(StreamableHttpPostResponse::Json(message, session)),
            _ => {
                let message = format!("{} sent something other than an answer.", ledger.names.label);
                let fault = self.link.fault(FaultKind::BadAnswer, message, status, &headers);
                Err(self.failed(Some(id), self.perhaps(Some(id), McpFault::Other(fault))))
            }
        }
    }

    /// A failure by its status. Errors of JSON-RPC among them are the server's own answer; whatever else an older server
    /// answers to the question for its versions means that it does not know that question.
    async fn refused(
        &self,
        response: Response,
        id: i64,
        method: &str,
        media: Media,
    ) -> Result<StreamableHttpPostResponse, Failure> {
        let status = response.status();
        let blocked = [StatusCode::FORBIDDEN, StatusCode::TOO_MANY_REQUESTS, StatusCode::REQUEST_TIMEOUT];
        let is_old = method == "server/discover" && status.is_client_error() && !blocked.contains(&status);
        if media == Media::Json && (is_old || !blocked.contains(&status)) {
            let headers = response.headers().clone();
            let body = self.body(response).await.unwrap_or_default();
            if let Admitted::Instead(text) = self.link.ledger.admit(&body, Some(id))
                && let Ok(message) = serde_json::from_str(&text)
            {
                return Ok(StreamableHttpPostResponse::Json(message, None));
            }
            if !is_old {
                let fault = self.link.failure_with(status, &headers, &body);
                return Err(self.failed(Some(id), self.after_server_error(id, status, fault)));
            }
        } else if !is_old {
            let fault = self.link.failure(response).await;
            return Err(self.failed(Some(id), self.after_server_error(id, status, fault)));
        }
        // The session is opened the old way then, so this is no end of it.
        let message = format!("{} answered with status {}.", self.link.ledger.names.label, status.as_u16());
        self.link.ledger.fail(id, McpFault::new(FaultKind::BadAnswer, message));
        let error = ErrorData::new(ErrorCode::INVALID_REQUEST, "the method is not known", None);
        let message = ServerJsonRpcMessage::error(error, Some(RequestId::Number(id)));
        Ok(StreamableHttpPostResponse::Json(message, None))
    }

    fn after_server_error(&self, id: i64, status: StatusCode, fault: Fault) -> McpFault {
        let fault = McpFault::Other(fault);
        if status.is_server_error() { self.perhaps(Some(id), fault) } else { fault }
    }

    /// The body of an answer, up to the limit, which counts unpacked bytes.
    async fn body(&self, mut response: Response) -> Result<Bytes, Fault> {
        let (limit, label) = (self.link.ledger.options.limits.message, &self.link.ledger.names.label);
        let announced = response.content_length().map_or(0, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
        if announced > limit {
            return Err(too_large(label, limit));
        }
        let mut body = Vec::new();
        // What an answer announces is only a hint: if there is no room for it, it may still be a lie.
        let _ = body.try_reserve_exact(announced);
        while let Some(chunk) = response.chunk().await.map_err(|error| network_fault::in_words(error, label))? {
            if body.len() + chunk.len() > limit {
                return Err(too_large(label, limit));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.into())
    }

    /// The events of an answer. `id` is the request that they answer.
    fn events(&self, response: Response, id: Option<i64>) -> BoxStream<'static, Result<Sse, SseError>> {
        EventStream::open(self.clone(), response, id)
    }
}

pub(super) fn too_large(label: &str, limit: usize) -> Fault {
    let message = format!("The answer of {label} is larger than {} MiB, which is as much as is read.", limit >> 20);
    Fault::new(FaultKind::TooLarge, message)
}

fn request_headers(session: Option<&str>, headers: HashMap<HeaderName, HeaderValue>) -> HeaderMap {
    let mut all: HeaderMap = headers.into_iter().collect();
    if let Some(session) = session.and_then(|session| HeaderValue::from_str(session).ok()) {
        all.insert("mcp-session-id", session);
    }
    all
}

#[derive(PartialEq)]
enum Media {
    Json,
    Events,
    Other(String),
}

fn media_type(response: &Response) -> Media {
    let header = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = header.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/json" => Media::Json,
        "text/event-stream" => Media::Events,
        "" => Media::Other("something without a type".to_owned()),
        other => Media::Other(Untrusted::from(other).to_string()),
    }
}

impl StreamableHttpClient for HttpTransport {
    type Error = Failed;

    async fn post_message(
        &self,
        _uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session_id: Option<Arc<str>>,
        _auth_header: Option<String>,
        custom_headers: HashMap<HeaderName, HeaderValue>,
    ) -> Result<StreamableHttpPostResponse, Failure> {
        let answered = self.post(&message, session_id.as_deref(), custom_headers).await;
        self.link.forget_token();
        answered
    }

    async fn delete_session(
        &self,
        _uri: Arc<str>,
        session_id: Arc<str>,
        _auth_header: Option<String>,
        custom_headers: HashMap<HeaderName, HeaderValue>,
    ) -> Result<(), Failure> {
        let headers = request_headers(Some(&session_id), custom_headers);
        // Whatever comes of it: the session is over here.
        let _ = self.link.send(LinkRequest { method: Method::DELETE, headers, body: None, tool: None }).await;
        Ok(())
    }

    async fn get_stream(
        &self,
        _uri: Arc<str>,
        session_id: Option<Arc<str>>,
        last_event_id: Option<String>,
        _auth_header: Option<String>,
        custom_headers: HashMap<HeaderName, HeaderValue>,
    ) -> Result<BoxStream<'static, Result<Sse, SseError>>, Failure> {
        // A server that ends every stream at once would be asked forever.
        if self.fruitless.fetch_add(1, Ordering::Relaxed) >= FRUITLESS {
            return Err(StreamableHttpError::ServerDoesNotSupportSse);
        }
        let mut headers = request_headers(session_id.as_deref(), custom_headers);
        headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
        if let Some(id) = last_event_id.and_then(|id| HeaderValue::from_str(&id).ok()) {
            headers.insert("last-event-id", id);
        }
        let request = LinkRequest { method: Method::GET, headers, body: None, tool: None };
        // The stream is one that a server need not have: what goes wrong with it is found by the next request.
        let response = self.link.send(request).await.map_err(|_| StreamableHttpError::ServerDoesNotSupportSse)?;
        if !response.status().is_success() || media_type(&response) != Media::Events {
            return Err(StreamableHttpError::ServerDoesNotSupportSse);
        }
        Ok(self.events(response, None))
    }
}
