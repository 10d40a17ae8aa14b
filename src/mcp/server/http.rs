//! Many clients over streamable HTTP, in both eras.
//!
//! Whoever mounts it checks credentials before: a layer around the router may refuse a request, and what it puts into the
//! request's extensions reaches the host ([`Peer::extension`](super::Peer::extension)).

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use rmcp::transport::streamable_http_server::session::local::{LocalSessionManager, SessionConfig};
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use tokio_util::sync::CancellationToken;

use super::handler::Handler;
use super::host::ToolHost;
use super::shared::{LARGEST_REQUEST, Shared};

/// Sessions that are open at the same time.
const SESSIONS: usize = 64;

/// Time after which a session that nobody used is closed.
const IDLE: Duration = Duration::from_secs(3600);

/// Hosts by which a server on loopback is called. Others are refused: a page of a stranger may have its name point here.
const HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// Origins of pages that may call it, if they have the credentials.
const ORIGINS: [&str; 3] = ["http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*"];

/// A server over HTTP: its routes, and the way to end it.
pub struct HttpServer {
    shared: Arc<Shared>,
    router: Router,
}

impl HttpServer {
    /// A server of `host` at `path`. Cancelling `stop` ends its sessions.
    pub fn new(path: &str, host: Arc<dyn ToolHost>, stop: CancellationToken) -> Self {
        let shared = Shared::new(host, stop.child_token());
        let sessions = Arc::new(session_manager());
        let config = StreamableHttpServerConfig::default()
            .with_allowed_hosts(HOSTS)
            .with_allowed_origins(ORIGINS)
            .with_max_request_body_bytes(LARGEST_REQUEST)
            .with_cancellation_token(stop);
        let handlers = Arc::clone(&shared);
        let service =
            StreamableHttpService::new(move || Ok(Handler::new(Arc::clone(&handlers))), Arc::clone(&sessions), config);
        let bounded = middleware::from_fn_with_state(sessions, few_sessions);
        let router = Router::new().route_service(path, service).layer(bounded).layer(middleware::from_fn(done));
        Self { router, shared }
    }

    /// The routes, to be mounted behind whatever checks credentials.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Ends every call, and waits until each is gone.
    pub async fn end(&self) {
        self.shared.end().await;
    }
}

fn session_manager() -> LocalSessionManager {
    let mut config = SessionConfig::default();
    config.keep_alive = Some(IDLE);
    let mut manager = LocalSessionManager::default();
    manager.session_config = config;
    manager
}

/// Refuses whatever would open one more session than there may be.
async fn few_sessions(State(sessions): State<Arc<LocalSessionManager>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let may_open = !headers.contains_key("mcp-session-id") && !headers.contains_key("mcp-method");
    if may_open && sessions.sessions.read().await.len() >= SESSIONS {
        let words = "Too many sessions are open. Close one, or wait until one has been idle for an hour.";
        return (StatusCode::SERVICE_UNAVAILABLE, words).into_response();
    }
    next.run(request).await
}

/// Tells that a session is ended by 204: clients take the 202 that says that it will be for a failure.
async fn done(request: Request, next: Next) -> Response {
    let ends = request.method() == Method::DELETE;
    let mut response = next.run(request).await;
    if ends && response.status() == StatusCode::ACCEPTED {
        *response.status_mut() = StatusCode::NO_CONTENT;
    }
    response
}
