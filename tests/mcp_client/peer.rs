//! A scripted server over streamable HTTP, and a client that remembers what it heard.

use std::convert::Infallible;
use std::io;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::Response;
use futures_util::StreamExt as _;
use futures_util::stream;
use jackfield::testing::domain::{Elicitation, ElicitationAnswer, JsonText, Secret, Untrusted};
use jackfield::testing::mcp::client::{
    BearerSource, CallListener, Changed, ClientLimits, ClientOptions, Endpoint, HttpEndpoint, McpClient,
    ServerExchange, ServerMessage,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;
use url::Url;

/// A request as the server saw it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// `POST`, `GET` or `DELETE`.
    pub http: String,
    /// Path.
    pub path: String,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as text.
    pub text: String,
    /// Body as JSON; null if there is none.
    pub body: Value,
}

impl Seen {
    /// Method of the message; `GET` and the like where there is none.
    pub fn method(&self) -> &str {
        self.body["method"].as_str().unwrap_or(if self.http == "POST" { "answer" } else { &self.http })
    }

    /// One of its headers; empty where it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// An answer to it with this result, as JSON.
    pub fn result(&self, result: &str) -> String {
        format!(r#"{{"jsonrpc":"2.0","id":{},"result":{result}}}"#, self.body["id"])
    }

    /// An answer to it with this error, as JSON.
    pub fn error(&self, code: i64, message: &str) -> String {
        json!({ "jsonrpc": "2.0", "id": self.body["id"], "error": { "code": code, "message": message } }).to_string()
    }
}

/// What a server does with a request.
pub enum Reply {
    /// JSON with status 200.
    Json(String),
    /// Status, content type, body.
    Text(u16, &'static str, String),
    /// Status and one header.
    Header(u16, &'static str, String),
    /// A stream of these messages, which ends then.
    Events(Vec<String>),
    /// A stream of these messages that goes on with whatever comes by the channel.
    Open(Vec<String>, tokio::sync::mpsc::UnboundedReceiver<String>),
    /// These bytes of JSON, and then the connection breaks.
    Broken(String),
    /// Nothing, ever.
    Silence,
}

type Script = dyn Fn(&Seen) -> Option<Reply> + Send + Sync;

/// A running server.
pub struct Peer {
    pub url: Url,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: AbortHandle,
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Clone)]
struct Served {
    script: Arc<Script>,
    seen: Arc<Mutex<Vec<Seen>>>,
    is_new: bool,
}

pub const CAPABILITIES: &str = r#"{"tools":{"listChanged":true},"resources":{},"prompts":{},"logging":{}}"#;

impl Peer {
    /// A server of the old era; the script comes first, and what it leaves is answered in a plain way.
    pub async fn old(script: impl Fn(&Seen) -> Option<Reply> + Send + Sync + 'static) -> Self {
        Self::start(script, false).await
    }

    /// A server of the new era.
    pub async fn new(script: impl Fn(&Seen) -> Option<Reply> + Send + Sync + 'static) -> Self {
        Self::start(script, true).await
    }

    async fn start(script: impl Fn(&Seen) -> Option<Reply> + Send + Sync + 'static, is_new: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}/mcp", listener.local_addr().unwrap())).unwrap();
        let seen = Arc::<Mutex<Vec<Seen>>>::default();
        let served = Served { script: Arc::new(script), seen: Arc::clone(&seen), is_new };
        let router = Router::new().fallback(serve).with_state(served);
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }).abort_handle();
        Self { url, seen, task }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Methods in the order in which they came, those of streams left out.
    pub fn methods(&self) -> Vec<String> {
        let seen = self.seen();
        seen.iter().filter(|seen| seen.http != "GET").map(|seen| seen.method().to_owned()).collect()
    }

    /// Number of requests with this method.
    pub fn count(&self, method: &str) -> usize {
        self.seen().iter().filter(|seen| seen.method() == method).count()
    }

    /// A client of it.
    pub fn client(&self) -> (McpClient, Heard) {
        self.client_with(None, ClientLimits::default())
    }

    pub fn client_with(&self, bearer: Option<Arc<dyn BearerSource>>, limits: ClientLimits) -> (McpClient, Heard) {
        let endpoint = HttpEndpoint { url: self.url.clone(), headers: Vec::new(), bearer };
        let heard = Heard::default();
        (McpClient::new(Endpoint::Http(endpoint), heard.options(limits)), heard)
    }
}

async fn serve(State(served): State<Served>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let text = String::from_utf8_lossy(&body).into_owned();
    let body = serde_json::from_str(&text).unwrap_or_default();
    let seen = Seen { http: method.to_string(), path: uri.path().to_owned(), headers, text, body };
    served.seen.lock().unwrap().push(seen.clone());
    let reply = (served.script)(&seen).unwrap_or_else(|| plain(&seen, served.is_new));
    respond(reply, !served.is_new && seen.method() == "initialize").await
}

/// The plain answer of a server.
pub fn plain(seen: &Seen, is_new: bool) -> Reply {
    let server = r#"{"name":"acme","title":"Acme","version":"1.2.3"}"#;
    let result = match seen.method() {
        "GET" => return Reply::Header(405, "allow", "POST".to_owned()),
        "DELETE" | "answer" => return Reply::Header(202, "x", String::new()),
        method if method.starts_with("notifications/") => return Reply::Header(202, "x", String::new()),
        "server/discover" if is_new => format!(
            r#"{{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{CAPABILITIES},"ttlMs":0,"cacheScope":"private","instructions":"Be kind.","_meta":{{"io.modelcontextprotocol/serverInfo":{server}}}}}"#
        ),
        "server/discover" => return Reply::Text(400, "text/plain", "Bad Request: no session".to_owned()),
        "initialize" => format!(
            r#"{{"protocolVersion":"2025-11-25","capabilities":{CAPABILITIES},"serverInfo":{server},"instructions":"Be kind."}}"#
        ),
        "tools/list" => r#"{"tools":[{"name":"echo","inputSchema":{"type":"object"}}]}"#.to_owned(),
        "tools/call" => r#"{"content":[{"type":"text","text":"done"}]}"#.to_owned(),
        "subscriptions/listen" => return Reply::Silence,
        _ => return Reply::Json(seen.error(-32601, "Method not found")),
    };
    Reply::Json(seen.result(&result))
}

fn event(message: &str) -> Result<String, Infallible> {
    Ok(format!("event: message\ndata: {message}\n\n"))
}

async fn respond(reply: Reply, opens: bool) -> Response {
    let builder = Response::builder();
    let builder = if opens { builder.header("mcp-session-id", "session-1") } else { builder };
    let json = "application/json";
    match reply {
        Reply::Json(text) => builder.header("content-type", json).body(text.into()).unwrap(),
        Reply::Text(status, kind, text) => {
            builder.status(status).header("content-type", kind).body(text.into()).unwrap()
        }
        Reply::Header(status, name, value) => {
            builder.status(StatusCode::from_u16(status).unwrap()).header(name, value).body(Body::empty()).unwrap()
        }
        Reply::Events(messages) => {
            let events = stream::iter(messages).map(|message| event(&message));
            builder.header("content-type", "text/event-stream").body(Body::from_stream(events)).unwrap()
        }
        Reply::Open(messages, more) => {
            let more = stream::unfold(more, |mut more| async move { more.recv().await.map(|message| (message, more)) });
            let events = stream::iter(messages).chain(more).map(|message| event(&message));
            builder.header("content-type", "text/event-stream").body(Body::from_stream(events)).unwrap()
        }
        Reply::Broken(text) => {
            let pieces = [Ok(text), Err(io::Error::other("broken"))];
            builder.header("content-type", json).body(Body::from_stream(stream::iter(pieces))).unwrap()
        }
        Reply::Silence => std::future::pending().await,
    }
}

/// What a client told.
#[derive(Clone, Default)]
pub struct Heard {
    pub exchanges: Arc<Mutex<Vec<ServerExchange>>>,
    pub messages: Arc<Mutex<Vec<ServerMessage>>>,
    pub changes: Arc<Mutex<Vec<Changed>>>,
}

impl Heard {
    pub fn options(&self, limits: ClientLimits) -> ClientOptions {
        let (exchanges, messages, changes) =
            (Arc::clone(&self.exchanges), Arc::clone(&self.messages), Arc::clone(&self.changes));
        ClientOptions {
            name: "jackfield-test".to_owned(),
            version: "9.9".to_owned(),
            limits,
            observer: Arc::new(move |exchange| exchanges.lock().unwrap().push(exchange)),
            log: Arc::new(move |message| messages.lock().unwrap().push(message)),
            changed: Arc::new(move |changed| changes.lock().unwrap().push(changed)),
        }
    }

    /// Texts of the messages.
    pub fn texts(&self) -> Vec<String> {
        self.messages.lock().unwrap().iter().map(|message| message.text.raw().to_owned()).collect()
    }
}

/// Tokens in their order: the first one until it is refused.
pub struct Tokens {
    pub tokens: Mutex<Vec<&'static str>>,
    pub refused: Mutex<Vec<String>>,
}

#[async_trait::async_trait]
impl BearerSource for Tokens {
    async fn token(&self) -> Result<Option<Secret>, jackfield::testing::domain::Fault> {
        Ok(self.tokens.lock().unwrap().first().map(|token| Secret::new((*token).to_owned())))
    }

    async fn refused(
        &self,
        token: Option<&Secret>,
        _: &jackfield::testing::oauth::ServerChallenge,
    ) -> Result<Secret, jackfield::testing::domain::Fault> {
        use jackfield::testing::domain::{Fault, FaultKind};
        self.refused.lock().unwrap().push(token.map(|token| token.expose().to_owned()).unwrap_or_default());
        let mut tokens = self.tokens.lock().unwrap();
        if !tokens.is_empty() {
            tokens.remove(0);
        }
        let next = tokens.first().map(|token| Secret::new((*token).to_owned()));
        next.ok_or_else(|| Fault::new(FaultKind::NeedsAuthorization, "There is no token."))
    }
}

/// A listener that answers every question in one way and remembers everything.
pub struct Listener {
    pub answer: ElicitationAnswer,
    pub asked: Mutex<Vec<Elicitation>>,
    pub progress: Mutex<Vec<(f64, Option<f64>, String)>>,
}

impl Listener {
    pub fn new(answer: ElicitationAnswer) -> Arc<Self> {
        Arc::new(Self { answer, asked: Mutex::default(), progress: Mutex::default() })
    }
}

#[async_trait::async_trait]
impl CallListener for Listener {
    fn progress(&self, done: f64, total: Option<f64>, message: Untrusted) {
        self.progress.lock().unwrap().push((done, total, message.raw().to_owned()));
    }

    async fn ask(&self, elicitation: Elicitation) -> ElicitationAnswer {
        self.asked.lock().unwrap().push(elicitation);
        self.answer.clone()
    }
}

pub fn json(text: &str) -> JsonText {
    JsonText::parse(text.to_owned()).unwrap()
}
