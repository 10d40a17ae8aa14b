//! An MCP server on loopback, of the generation with sessions, with the authorization server that it names. It notes what
//! it is sent, and a test says what it offers.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, get};
use axum::{Json, Router};
use futures_util::stream::{self, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio_util::task::AbortOnDropHandle;
use url::{Url, form_urlencoded};

/// One message as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub authorization: String,
    pub session: String,
    pub headers: HeaderMap,
}

/// What the server offers, and what it wants.
pub struct Offer {
    pub seen: Vec<Seen>,
    pub tools: Vec<Value>,
    /// True where it wants a token.
    pub is_protected: bool,
    /// True where only calls want one.
    pub lists_freely: bool,
    /// Scope that a tool needs.
    pub scopes: HashMap<String, String>,
    /// Scope that it grants to nobody.
    pub withheld: Option<String>,
    /// Tokens it gave, with their scopes.
    pub tokens: HashMap<String, String>,
    /// Tokens that it takes besides.
    pub own_tokens: Vec<String>,
    /// Consents it gave: code and scope.
    codes: HashMap<String, String>,
    pub registered: usize,
    pub consents: Vec<HashMap<String, String>>,
    pub exchanges: Vec<HashMap<String, String>>,
    sessions: usize,
    questions: HashMap<String, oneshot::Sender<Value>>,
    /// Answers that were given to questions.
    pub answers: Vec<Value>,
    /// Question that the tool `ask` asks.
    pub question: Value,
}

#[derive(Clone)]
pub struct McpServer {
    url: Url,
    offer: Arc<Mutex<Offer>>,
    _server: Arc<AbortOnDropHandle<()>>,
}

pub fn tool(name: &str, annotations: Value) -> Value {
    json!({
        "name": name,
        "description": format!("The tool {name}."),
        "inputSchema": {"type": "object", "properties": {"text": {"type": "string"}}},
        "annotations": annotations,
    })
}

impl McpServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url: Url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let offer = Arc::new(Mutex::new(Offer {
            seen: Vec::new(),
            tools: vec![
                tool("echo", json!({"readOnlyHint": true})),
                tool("wipe", json!({"destructiveHint": true})),
                tool("save", json!({"destructiveHint": false})),
                tool("plain", json!({})),
            ],
            is_protected: false,
            lists_freely: false,
            scopes: HashMap::new(),
            withheld: None,
            tokens: HashMap::new(),
            own_tokens: Vec::new(),
            codes: HashMap::new(),
            registered: 0,
            consents: Vec::new(),
            exchanges: Vec::new(),
            sessions: 0,
            questions: HashMap::new(),
            answers: Vec::new(),
            question: json!({
                "mode": "form", "message": "Which one?",
                "requestedSchema": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]},
            }),
        }));
        let own = Self { url, offer, _server: Arc::new(AbortOnDropHandle::new(tokio::spawn(async {}))) };
        let router = Router::new()
            .route("/mcp", any(rpc))
            .route("/.well-known/oauth-protected-resource/mcp", get(resource))
            .route("/.well-known/oauth-authorization-server", get(metadata))
            .route("/register", any(register))
            .route("/authorize", get(authorize))
            .route("/token", any(token))
            .fallback(any(|uri: Uri| async move { (StatusCode::NOT_FOUND, uri.path().to_owned()) }))
            .with_state(own.clone());
        let served = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { _server: Arc::new(AbortOnDropHandle::new(served)), ..own }
    }

    pub fn url(&self) -> Url {
        self.url.join("mcp").unwrap()
    }

    pub fn offer(&self) -> MutexGuard<'_, Offer> {
        self.offer.lock().unwrap()
    }

    /// Messages of a method that came.
    pub fn seen(&self, method: &str) -> Vec<Seen> {
        self.offer().seen.iter().filter(|seen| seen.method == method).cloned().collect()
    }

    fn at(&self, path: &str) -> String {
        self.url.join(path).unwrap().to_string()
    }

    fn challenge(&self, status: StatusCode, more: &str) -> Response {
        let metadata = self.at("/.well-known/oauth-protected-resource/mcp");
        let value = format!("Bearer resource_metadata=\"{metadata}\"{more}");
        (status, [(header::WWW_AUTHENTICATE, value)], "no").into_response()
    }

    /// Refusal of a message for its token, or for what the token may do.
    fn refusal(&self, method: &str, name: &str, token: &str) -> Option<Response> {
        let offer = self.offer();
        let wants = offer.is_protected && (!offer.lists_freely || method == "tools/call");
        let granted = offer.tokens.get(token).cloned();
        let own = offer.own_tokens.iter().any(|own| own == token);
        let needed = offer.scopes.get(name).cloned().filter(|_| method == "tools/call");
        drop(offer);
        if wants && granted.is_none() && !own {
            return Some(self.challenge(StatusCode::UNAUTHORIZED, ", scope=\"read\""));
        }
        let has = |scope: &String| granted.as_deref().unwrap_or_default().split(' ').any(|own| own == scope);
        match needed {
            Some(scope) if !has(&scope) => {
                let more = format!(", error=\"insufficient_scope\", scope=\"{scope}\"");
                Some(self.challenge(StatusCode::FORBIDDEN, &more))
            }
            _ => None,
        }
    }
}

async fn rpc(State(server): State<McpServer>, method: Method, headers: HeaderMap, body: Bytes) -> Response {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let (authorization, session) = (text("authorization"), text("mcp-session-id"));
    if method == Method::DELETE {
        return StatusCode::OK.into_response();
    }
    if method != Method::POST {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let message: Value = serde_json::from_slice(&body).unwrap_or_default();
    let Some(called) = message["method"].as_str().map(str::to_owned) else {
        // The answer to a question.
        let id = message["id"].as_str().unwrap_or_default().to_owned();
        if let Some(waiting) = server.offer().questions.remove(&id) {
            let _ = waiting.send(message["result"].clone());
        }
        return StatusCode::ACCEPTED.into_response();
    };
    let params = message["params"].clone();
    let name = params["name"].as_str().unwrap_or_default().to_owned();
    server.offer().seen.push(Seen {
        method: called.clone(),
        authorization: authorization.clone(),
        session: session.clone(),
        headers: headers.clone(),
    });
    if called == "server/discover" {
        return (StatusCode::BAD_REQUEST, "There is no session.").into_response();
    }
    let token = authorization.strip_prefix("Bearer ").unwrap_or_default().to_owned();
    if let Some(refusal) = server.refusal(&called, &name, &token) {
        return refusal;
    }
    let Some(id) = message.get("id").cloned() else { return StatusCode::ACCEPTED.into_response() };
    let answer = |result: Value| json!({"jsonrpc": "2.0", "id": id, "result": result});
    let result = match called.as_str() {
        "initialize" => {
            let number = {
                let mut offer = server.offer();
                offer.sessions += 1;
                offer.sessions
            };
            let result = json!({
                "protocolVersion": "2025-11-25",
                "capabilities": {"tools": {"listChanged": true}, "resources": {}, "prompts": {}},
                "serverInfo": {"name": "acme", "title": "Acme", "version": "1.2.0"},
            });
            return ([("mcp-session-id", format!("session_{number}"))], Json(answer(result))).into_response();
        }
        "tools/list" => json!({"tools": server.offer().tools}),
        "resources/list" => json!({"resources": [{"uri": "memo://one", "name": "one", "mimeType": "text/plain"}]}),
        "resources/templates/list" => json!({"resourceTemplates": [{"uriTemplate": "memo://{name}", "name": "memo"}]}),
        "resources/read" => {
            json!({"contents": [{"uri": params["uri"], "mimeType": "text/plain", "text": format!("memo for {token}")}]})
        }
        "prompts/list" => {
            json!({"prompts": [{"name": "greet", "arguments": [{"name": "who", "required": true}]}]})
        }
        "prompts/get" => {
            let words = format!("Greet {}.", params["arguments"]["who"].as_str().unwrap_or_default());
            json!({"messages": [{"role": "user", "content": {"type": "text", "text": words}}]})
        }
        "tools/call" if name == "ask" => return ask(&server, id),
        "tools/call" if name == "fail" => {
            json!({"content": [{"type": "text", "text": "it went wrong"}], "isError": true})
        }
        "tools/call" => {
            let text = format!("{name} as {session}: {}", params["arguments"]["text"].as_str().unwrap_or_default());
            json!({"content": [{"type": "text", "text": text}], "isError": false})
        }
        _ => {
            let error = json!({"code": -32601, "message": "no such method"});
            return Json(json!({"jsonrpc": "2.0", "id": id, "error": error})).into_response();
        }
    };
    Json(answer(result)).into_response()
}

/// A call that asks something, and answers with what it was told.
fn ask(server: &McpServer, id: Value) -> Response {
    let (sender, answered) = oneshot::channel();
    let question = {
        let mut offer = server.offer();
        let number = format!("question_{}", offer.answers.len());
        offer.questions.insert(number.clone(), sender);
        json!({"jsonrpc": "2.0", "id": number, "method": "elicitation/create", "params": offer.question})
    };
    let event = |value: Value| Ok::<_, Infallible>(Event::default().event("message").data(value.to_string()));
    let asked = stream::iter([event(question)]);
    let server = server.clone();
    let end = stream::once(async move {
        let answer = answered.await.unwrap_or_default();
        server.offer().answers.push(answer.clone());
        let content = json!([{"type": "text", "text": answer.to_string()}]);
        event(json!({"jsonrpc": "2.0", "id": id, "result": {"content": content, "isError": false}}))
    });
    Sse::new(asked.chain(end)).into_response()
}

async fn resource(State(server): State<McpServer>) -> Json<Value> {
    Json(json!({
        "resource": server.url().as_str(),
        "authorization_servers": [server.url.as_str().trim_end_matches('/')],
        "scopes_supported": ["read", "write"],
    }))
}

async fn metadata(State(server): State<McpServer>) -> Json<Value> {
    Json(json!({
        "issuer": server.url.as_str().trim_end_matches('/'),
        "authorization_endpoint": server.at("/authorize"),
        "token_endpoint": server.at("/token"),
        "registration_endpoint": server.at("/register"),
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "response_types_supported": ["code"],
    }))
}

async fn register(State(server): State<McpServer>, body: Bytes) -> Response {
    let mut asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    server.offer().registered += 1;
    let number = server.offer().registered;
    asked["client_id"] = json!(format!("client_{number}"));
    (StatusCode::CREATED, Json(asked)).into_response()
}

async fn authorize(State(server): State<McpServer>, Query(asked): Query<HashMap<String, String>>) -> Response {
    let code = {
        let mut offer = server.offer();
        let code = format!("code_hunter2_{}", offer.consents.len());
        offer.codes.insert(code.clone(), asked.get("scope").cloned().unwrap_or_default());
        offer.consents.push(asked.clone());
        code
    };
    let mut back: Url = asked["redirect_uri"].parse().unwrap();
    back.query_pairs_mut().append_pair("code", &code).append_pair("state", &asked["state"]);
    Redirect::to(back.as_str()).into_response()
}

async fn token(State(server): State<McpServer>, body: Bytes) -> Response {
    let form: HashMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let mut offer = server.offer();
    let Some(scope) = form.get("code").and_then(|code| offer.codes.remove(code)) else {
        return (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"}))).into_response();
    };
    let granted = scope.split(' ').filter(|scope| Some(*scope) != offer.withheld.as_deref());
    let scope = granted.collect::<Vec<_>>().join(" ");
    offer.exchanges.push(form);
    let token = format!("access_hunter2_{}", offer.exchanges.len());
    offer.tokens.insert(token.clone(), scope.clone());
    let answer = json!({
        "access_token": token, "token_type": "Bearer", "expires_in": 3600, "scope": scope,
        "refresh_token": format!("refresh_hunter2_{}", offer.exchanges.len()),
    });
    Json(answer).into_response()
}
