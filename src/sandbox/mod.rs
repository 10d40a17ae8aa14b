//! Floor 2: an environment of our own on loopback.
//!
//! A small Scalekit-compatible server with hosted pages and a world behind them, so that everything
//! works on a fresh machine. Nobody special-cases it: clients know it as one more URL. What the
//! reference marks as a guess is said where it is decided.

mod api;
mod auth;
mod environment;
mod error;
mod host;
mod ids;
mod limits;
mod options;
mod pages;
mod paging;
mod params;
mod paths;
mod people;
mod provider;
mod random;
mod reference;
mod tokens;
mod world;

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use url::Url;

use self::environment::Environment;
pub use self::options::{Options, VerifyMode};
use crate::domain::{Fault, FaultKind, Secret};

/// A running sandbox. Dropping it stops it: the port closes, idle connections end, answers under
/// way are finished.
pub struct Sandbox {
    environment: Arc<Environment>,
    _running: DropGuard,
}

impl Sandbox {
    /// Starts a sandbox on 127.0.0.1. Needs a tokio runtime; the server lives on it as one task and
    /// one more for each connection.
    ///
    /// # Errors
    /// [`FaultKind::Local`] when the port is taken or cannot be opened.
    pub async fn start(options: Options) -> Result<Self, Fault> {
        let asked = options.port.unwrap_or(0);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, asked)).await.map_err(|e| no_port(asked, &e))?;
        let port = listener.local_addr().map_err(|e| no_port(asked, &e))?.port();
        let environment = Arc::new(Environment::new(port, &options)?);

        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        // Without this a small answer may wait for the other side's delayed acknowledgement.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        let server = axum::serve(listener, router(Arc::clone(&environment))).with_graceful_shutdown(stopped);
        tokio::spawn(server.into_future());
        Ok(Self { environment, _running: stop.drop_guard() })
    }

    /// The environment's base URL, `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &Url {
        &self.environment.url
    }

    /// The one client's id, `skc_…`.
    pub fn client_id(&self) -> &str {
        &self.environment.client_id
    }

    /// The one client's secret, `sks_…`; another one at each start.
    pub fn client_secret(&self) -> &Secret {
        &self.environment.client_secret
    }
}

fn router(environment: Arc<Environment>) -> Router {
    Router::new()
        .merge(api::routes(&environment))
        .merge(auth::routes())
        .merge(pages::routes())
        .fallback(error::no_such_route)
        .method_not_allowed_fallback(error::no_such_method)
        .layer(from_fn(host::only_loopback))
        .with_state(environment)
}

fn no_port(port: u16, error: &io::Error) -> Fault {
    let message = match (error.kind(), port) {
        (io::ErrorKind::AddrInUse, port) => {
            format!("The sandbox cannot start: port {port} on 127.0.0.1 is taken by another program.")
        }
        (_, 0) => "The sandbox cannot start: no port could be opened on 127.0.0.1.".into(),
        (_, port) => format!("The sandbox cannot start: port {port} on 127.0.0.1 could not be opened."),
    };
    Fault::new(FaultKind::Local, message).said(error.to_string())
}
