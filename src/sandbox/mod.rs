//! Floor 2: an environment of our own on loopback.
//!
//! A small Scalekit-compatible server with hosted pages and a world behind them, so that everything
//! works on a fresh machine. Nobody special-cases it: clients know it as one more URL.
//!
//! # What is there
//!
//! | folder | what lives there |
//! |---|---|
//! | `port` | the one port: HTTP/1.1 and HTTP/2, in plaintext and over TLS |
//! | `api` | the REST routes, one family a file, and the proxy |
//! | `grpc` | the same routes as gRPC calls, which the vendor's SDKs make |
//! | `mcp` | the MCP servers, and the session tokens that open them |
//! | `model` | a script that stands in for a model, behind the Messages API |
//! | `pages` | the hosted pages: link, form, consent, callback, dashboard sign-in |
//! | `world` | the broker's rows: providers, connections, accounts, links, tools, the log of calls |
//! | `webhook` | what the application is told of changes, signed |
//! | `control` | what tests may ask and do: calls, accounts, the clock, faults |
//! | `provider` | what the tools really do: people with mail, issues, channels and tickets of their own |
//! | `world_file` | a world of one's own, from a file: its rows, and tools with answers and collections |
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
//! * Making a link makes the account where there is none (the vendor's examples begin so), and changes nothing else.
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
//! * Google Calendar's lists are `events`, as the vendor's examples read them, and by likeness `calendars`; each with
//!   `next_page_token`. Repeated events come as their occurrences unless `single_events` is false; an event without a
//!   length takes half an hour.
//! * A tool that changes or deletes a Salesforce record, or deletes one at HubSpot or an event, answers with nothing.
//! * Numbers inside results keep their precision over REST, where the real wire sends them through a double.
//! * A custom provider's identifier is its name in capitals and five digits. The name is unique among custom providers;
//!   one that a connection uses is not deleted (403); an update replaces what it leaves out.
//! * Which event an account's change is. `updated` is an update by request, and nothing else. Data without a
//!   time that was never set leaves it out. A message is sent again after seconds, where the vendor waits for minutes.
//! * A gRPC call that needs an id in its path and has none is `INVALID_ARGUMENT`.
//! * Codes of refusals that a world file has a provider give with statuses that gRPC has no code for; and the form of
//!   its refusals over the proxy.
//!
//! Left out: the oldest generation of MCP servers, triggers, changing a connection in
//! any way but on and off, `tools:refresh`, gRPC's reflection, and whatever only Scalekit itself calls.

mod api;
mod auth;
mod call_origin;
mod control;
mod date_header;
mod environment;
mod error;
mod fault_injection;
mod fault_rule;
#[cfg(feature = "sdk")]
mod grpc;
mod host;
mod ids;
mod limits;
mod mcp;
mod model;
mod object;
mod options;
mod origin;
mod pages;
mod paging;
mod params;
mod paths;
mod people;
mod port;
mod provider;
mod random;
mod refs;
mod state_file;
mod tokens;
mod webhook;
mod world;
mod world_file;

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tokio::sync::broadcast;
use tokio_util::sync::{CancellationToken, DropGuard};
use url::Url;

use self::environment::SandboxEnvironment;
use self::fault_injection::FaultInjection;
pub use self::fault_rule::FaultRule;
pub use self::options::{CreateStatus, FARTHEST, Options, Unset, VerifyMode, WebhookTarget};
#[cfg(feature = "sdk")]
use self::port::LazyCertificate;
use self::port::Port;
use self::state_file::keep;
use self::webhook::Webhook;
use crate::domain::{Fault, Secret};

/// A running sandbox. Dropping it stops it: the port closes, idle connections end, answers under
/// way are finished.
pub struct Sandbox {
    environment: Arc<SandboxEnvironment>,
    #[cfg(feature = "sdk")]
    certificate: Arc<LazyCertificate>,
    _running: DropGuard,
}

impl Sandbox {
    /// Starts a sandbox on 127.0.0.1. Needs a tokio runtime; the server lives on it as one task and
    /// one more for each connection.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local) when the port is taken or cannot be opened, the tool catalog
    /// or the world file cannot be read, or the file that it is kept in cannot be used.
    /// [`FaultKind::Usage`](crate::domain::FaultKind::Usage) for mistakes in the world file, a state that does not go on
    /// from it, and an address or secret of webhooks that cannot be used.
    pub async fn start(options: Options) -> Result<Self, Fault> {
        let port = Port::open(options.port).await?;
        let environment = Arc::new(SandboxEnvironment::new(port.number(), &options).await?);
        if options.anew {
            environment.save()?;
        }

        let stop = CancellationToken::new();
        let injection = Arc::new(FaultInjection::new(options.latency, &options.faults, stop.clone()));
        #[cfg(feature = "sdk")]
        let certificate = port.certificate();
        webhook::start(&environment, &stop);
        let routes = router(Arc::clone(&environment), injection, &stop);
        tokio::spawn(port.serve(routes, stop.clone()));
        Ok(Self {
            environment,
            #[cfg(feature = "sdk")]
            certificate,
            _running: stop.drop_guard(),
        })
    }

    /// Reads a world file as a start would, and tells in words what is in it.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local) where it cannot be read,
    /// [`FaultKind::Usage`](crate::domain::FaultKind::Usage) with all that is wrong in it.
    pub fn check_world(path: &Path) -> Result<String, Fault> {
        environment::check_world_file(path)
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

    /// The one client's secret, `sks_…`; another one at each start, unless one was given.
    pub fn client_secret(&self) -> &Secret {
        &self.environment.client_secret
    }

    /// Secret that webhooks are signed with, `whsec_…`; another one at each start, unless one was given. None where none
    /// are sent.
    pub fn webhook_secret(&self) -> Option<&Secret> {
        self.environment.webhook.as_ref().map(Webhook::secret)
    }

    /// A sentence for each webhook that could not be delivered, from here on; none where none are sent.
    pub fn webhook_failures(&self) -> Option<broadcast::Receiver<String>> {
        self.environment.webhook.as_ref().map(Webhook::failures)
    }

    /// The certificate that the port shows over TLS, in PEM. Made when it is first needed, and another one at each
    /// start; trusted as a root, it is good for `localhost`, `127.0.0.1` and `::1`.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local): none could be made.
    #[cfg(feature = "sdk")]
    pub fn certificate(&self) -> Result<String, Fault> {
        Ok(self.certificate.get()?.pem().to_owned())
    }

    /// The roots that this machine trusts, in PEM, and [the certificate](Self::certificate) after them; that alone where
    /// the machine has none. Reads files.
    ///
    /// # Errors
    /// As [`Self::certificate`].
    #[cfg(feature = "sdk")]
    pub fn roots(&self) -> Result<String, Fault> {
        Ok(port::roots(self.certificate.get()?.pem()))
    }
}

impl Drop for Sandbox {
    /// Keeps what a request changed that nobody waited for.
    fn drop(&mut self) {
        let _ = self.environment.save();
    }
}

fn router(environment: Arc<SandboxEnvironment>, injection: Arc<FaultInjection>, stop: &CancellationToken) -> Router {
    let routes = Router::new()
        .merge(api::routes(&environment))
        .merge(auth::routes())
        .merge(mcp::routes(&environment, stop))
        .merge(control::routes(&environment, &injection))
        .merge(model::routes(&environment))
        .merge(pages::routes())
        .fallback(error::no_such_route)
        .method_not_allowed_fallback(error::no_such_method);
    // Innermost: what a request changed is kept whatever becomes of its answer.
    let routes = match environment.state {
        Some(_) => routes.layer(from_fn_with_state(Arc::clone(&environment), keep)),
        None => routes,
    };
    let routes = routes
        .layer(from_fn_with_state(Arc::clone(&environment), mcp::tell))
        .layer(from_fn_with_state(injection, fault_injection::inject))
        .layer(from_fn(origin::only_our_own))
        .layer(from_fn(host::only_loopback))
        .layer(from_fn_with_state(Arc::clone(&environment), date_header::add_date))
        .with_state(environment);
    #[cfg(feature = "sdk")]
    let routes = grpc::with_calls(routes);
    routes
}
