//! The server over HTTP on loopback, for whoever has the token.

use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::doorstep::{Doorstep, Guest};
use crate::domain::{Fault, FaultKind, Secret};
use crate::flow::process::SERVE_TOKEN;
use crate::mcp::server::ToolHost;
use crate::mcp::server::http::HttpServer;

/// Path of the server.
const PATH: &str = "/mcp";

/// Length of a token in characters, at the least.
const SHORTEST: usize = 16;

/// Time that answers have for their way to clients when the server ends.
const LAST_ANSWERS: Duration = Duration::from_millis(500);

/// A server that listens.
pub struct HttpFront {
    listener: TcpListener,
    server: HttpServer,
    token: Arc<Secret>,
    is_own: bool,
    url: Url,
    stop: CancellationToken,
}

impl HttpFront {
    /// Listens on 127.0.0.1 at `port`, or at a free one for 0. The token is that of the variable
    /// `JACKFIELD_SERVE_TOKEN`, or a random one.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: the port is taken, or there is no randomness. [`FaultKind::Usage`]: the token is too short.
    pub async fn bind(port: u16, host: Arc<dyn ToolHost>, stop: CancellationToken) -> Result<Self, Fault> {
        let given = std::env::var(SERVE_TOKEN).ok().filter(|token| !token.is_empty()).map(Secret::new);
        Self::bind_with(port, given, host, stop).await
    }

    /// The same with this token.
    ///
    /// # Errors
    /// As [`Self::bind`].
    pub async fn bind_with(
        port: u16,
        given: Option<Secret>,
        host: Arc<dyn ToolHost>,
        stop: CancellationToken,
    ) -> Result<Self, Fault> {
        let is_own = given.is_none();
        let token = match given {
            Some(token) if token.expose().len() < SHORTEST => {
                let message = format!("The token in {SERVE_TOKEN} has fewer than {SHORTEST} characters.");
                return Err(Fault::new(FaultKind::Usage, message));
            }
            Some(token) => token,
            None => random_token()?,
        };
        let local = |error| Fault::new(FaultKind::Local, format!("Port {port} cannot be listened on.")).because(error);
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await.map_err(local)?;
        let port = listener.local_addr().map_err(local)?.port();
        let url = Url::parse(&format!("http://127.0.0.1:{port}{PATH}"))
            .map_err(|error| Fault::new(FaultKind::Local, "The server has no address.").because(error))?;
        let server = HttpServer::new(PATH, host, stop.clone());
        Ok(Self { listener, server, token: Arc::new(token), is_own, url, stop })
    }

    /// Address that clients are given.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The token, where it was made up here and nobody else knows it.
    pub fn own_token(&self) -> Option<&Secret> {
        self.is_own.then_some(self.token.as_ref())
    }

    /// Serves until it is stopped. When it returns, no call is under way any more.
    ///
    /// # Errors
    /// [`FaultKind::Network`]: listening broke off.
    pub async fn serve(self) -> Result<(), Fault> {
        let Self { listener, server, token, stop, .. } = self;
        let routes = server.router().layer(middleware::from_fn_with_state(token, authorized));
        let guests = routes.into_make_service_with_connect_info::<Guest>();
        let serving =
            axum::serve(Doorstep::new(listener), guests).with_graceful_shutdown(stop.clone().cancelled_owned());
        let mut serving = pin!(serving.into_future());
        let served = tokio::select! {
            served = &mut serving => Some(served),
            () = stop.cancelled() => None,
        };
        server.end().await;
        let served = match served {
            Some(served) => served,
            // The last answers go out, unless nobody reads them.
            None => tokio::time::timeout(LAST_ANSWERS, serving).await.unwrap_or(Ok(())),
        };
        served.map_err(|error| Fault::new(FaultKind::Network, "Listening broke off.").because(error))
    }
}

fn random_token() -> Result<Secret, Fault> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| Fault::new(FaultKind::Local, format!("There is no randomness on this machine: {error}.")))?;
    Ok(Secret::new(URL_SAFE_NO_PAD.encode(bytes)))
}

/// Lets through who brings the token.
async fn authorized(
    State(token): State<Arc<Secret>>,
    ConnectInfo(guest): ConnectInfo<Guest>,
    request: Request,
    next: Next,
) -> Response {
    let brought = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let brought = brought.and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
    });
    let is_right = brought.is_some_and(|brought| brought.as_bytes().ct_eq(token.expose().as_bytes()).into());
    if is_right {
        guest.admit();
        return next.run(request).await;
    }
    let words = "This server wants the bearer token that jackfield printed when it started.";
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")], words).into_response()
}
