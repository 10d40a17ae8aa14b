//! Floor 2: an environment of our own on loopback.
//!
//! A small Scalekit-compatible server with hosted pages and a world behind them, so that everything
//! works on a fresh machine. Nobody special-cases it: clients know it as one more URL.
//!
//! # What is there
//!
//! | folder | what lives there |
//! |---|---|
//! | `api` | the REST routes, one family a file, and the proxy |
//! | `mcp` | the MCP servers, and the session tokens that open them |
//! | `model` | a script that stands in for a model, behind the Messages API |
//! | `pages` | the hosted pages: link, form, consent, callback, dashboard sign-in |
//! | `world` | the broker's rows: providers, connections, accounts, links, tools, the log of calls |
//! | `provider` | what the tools really do: people with mail, issues, channels and tickets of their own |
//!
//! What the world begins with is data, in `assets/sandbox`. Ids follow from the seed, secrets never do.
//!
//! # What is a guess
//!
//! `docs/scalekit-api.md` does not settle these (section 13); real environments may differ.
//!
//! * The status of a create (201, or 200 by option), and whether unset messages are absent or `null`.
//! * The body of a refused token request, and of whatever the proxy itself refuses. `proxy not enabled
//!   for provider` comes as 400.
//! * Calls on an account that is not ACTIVE, or whose connection is disabled: 400 `FAILED_PRECONDITION`.
//!   A link for a disabled connection gets the same.
//! * `error_code` where no list names one is the gRPC code's own name.
//! * Making a link needs an account that exists, and changes nothing.
//! * Only ACTIVE accounts have scoped tools; `available` is the same without a filter, each tool once.
//! * Lists that state no default page size have 10 rows.
//! * What `query` looks at in accounts: identifier, connection, provider.
//! * `GET /connections` holds the connections of apps; client secrets are never told.
//! * `-:disconnect` takes the account from the body.
//! * Credentials that do not fit a connection's type: 400. Whose they are is told by the key itself:
//!   a first name, a hyphen, anything (`ada-1234`); others are believed, and refused at the provider.
//! * A tool's result that is a list stands under `array`, because `data` is an object.
//! * Slack's and the MCP server's refusals are results with `ok: false` or `isError: true`.
//! * How `tools:search` ranks; the words of `error_tier`; the name of the list of logs; `prv_` and
//!   `wks_` ids. A call that its caller gave up is not logged.
//! * No account belongs to an organization or a user of one: to select by either finds nothing, and
//!   creates and executions do not look at them.
//! * An MCP configuration with an unknown connection, a connection twice, or a tool that its provider lacks:
//!   400 with a violation. Its name is unique, and its instances are deleted with it.
//! * An MCP instance without a name is called like its configuration. `filter.name` is the whole name in
//!   any case; `search` looks at names, descriptions and identifiers; both take 100 characters at most.
//! * Both generations make missing accounts where links are asked for. An account that is ACTIVE, or whose
//!   connection is switched off, has no link. These links name no address to verify at: where the application
//!   verifies, they end with that complaint.
//! * An access level stands in the claim of that name. A refused session token gets a 401 with the
//!   challenge and error of OAuth.
//! * At an MCP server, tools of two connections to one provider are told apart by the connection's name.
//!   A call that wants an authorization answers with a link, or asks the person to visit it where the client can.
//! * What exports of Google Drive look like as a tool's result: name, type and text.
//! * Snowflake's statements are carried out by SQLite; what is spelled otherwise there is rewritten as far as the
//!   module says. Names without a schema are found in every schema that the role may read.
//! * Numbers inside results keep their precision, where the real wire sends them through a double.
//!
//! Left out: the oldest generation of MCP servers, custom providers, triggers, changing a connection in
//! any way but on and off, `tools:refresh`, and whatever only Scalekit itself calls.

mod api;
mod auth;
mod date_header;
mod environment;
mod error;
mod fault_injection;
mod fault_rule;
mod host;
mod ids;
mod limits;
mod mcp;
mod model;
mod object;
mod options;
mod pages;
mod paging;
mod params;
mod paths;
mod people;
mod provider;
mod random;
mod refs;
mod state_file;
mod tokens;
mod world;

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use url::Url;

use self::environment::SandboxEnvironment;
use self::fault_injection::FaultInjection;
pub use self::fault_rule::FaultRule;
pub use self::options::{CreateStatus, Options, Unset, VerifyMode, WebhookTarget};
use self::state_file::keep;
use crate::domain::{Fault, FaultKind, Secret};

/// A running sandbox. Dropping it stops it: the port closes, idle connections end, answers under
/// way are finished.
pub struct Sandbox {
    environment: Arc<SandboxEnvironment>,
    _running: DropGuard,
}

impl Sandbox {
    /// Starts a sandbox on 127.0.0.1. Needs a tokio runtime; the server lives on it as one task and
    /// one more for each connection.
    ///
    /// # Errors
    /// [`FaultKind::Local`] when the port is taken or cannot be opened, the tool catalog cannot be read, or the
    /// file that it is kept in cannot be used.
    pub async fn start(options: Options) -> Result<Self, Fault> {
        let asked = options.port.unwrap_or(0);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, asked)).await.map_err(|e| no_port(asked, e))?;
        let port = listener.local_addr().map_err(|e| no_port(asked, e))?.port();
        let environment = Arc::new(SandboxEnvironment::new(port, &options).await?);
        if options.anew {
            environment.save()?;
        }

        let stop = CancellationToken::new();
        let injection = FaultInjection::new(options.latency, &options.faults, stop.clone());
        let stopped = stop.clone().cancelled_owned();
        // Without this a small answer may wait for the other side's delayed acknowledgement.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        let routes = router(Arc::clone(&environment), injection, &stop);
        let server = axum::serve(listener, routes).with_graceful_shutdown(stopped);
        tokio::spawn(server.into_future());
        Ok(Self { environment, _running: stop.drop_guard() })
    }

    /// The environment's base URL, `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &Url {
        &self.environment.url
    }

    /// Seed of its ids; that of its file, where it is kept in one.
    pub fn seed(&self) -> u64 {
        self.environment.seed
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

impl Drop for Sandbox {
    /// Keeps what a request changed that nobody waited for.
    fn drop(&mut self) {
        let _ = self.environment.save();
    }
}

fn router(environment: Arc<SandboxEnvironment>, injection: FaultInjection, stop: &CancellationToken) -> Router {
    let routes = Router::new()
        .merge(api::routes(&environment))
        .merge(auth::routes())
        .merge(mcp::routes(&environment, stop))
        .merge(model::routes(&environment))
        .merge(pages::routes())
        .fallback(error::no_such_route)
        .method_not_allowed_fallback(error::no_such_method);
    // Innermost: what a request changed is kept whatever becomes of its answer.
    let routes = match environment.state {
        Some(_) => routes.layer(from_fn_with_state(Arc::clone(&environment), keep)),
        None => routes,
    };
    routes
        .layer(from_fn_with_state(Arc::clone(&environment), mcp::tell))
        .layer(from_fn_with_state(Arc::new(injection), fault_injection::inject))
        .layer(from_fn(host::only_loopback))
        .layer(from_fn_with_state(Arc::clone(&environment), date_header::add_date))
        .with_state(environment)
}

fn no_port(port: u16, error: io::Error) -> Fault {
    let message = match (error.kind(), port) {
        (io::ErrorKind::AddrInUse, port) => {
            format!("The sandbox cannot start: port {port} on 127.0.0.1 is taken by another program.")
        }
        (_, 0) => "The sandbox cannot start: no port could be opened on 127.0.0.1.".into(),
        (_, port) => format!("The sandbox cannot start: port {port} on 127.0.0.1 could not be opened."),
    };
    Fault::new(FaultKind::Local, message).because(error)
}
