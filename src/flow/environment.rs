//! Opening the environment that is meant.

use std::path::PathBuf;
use std::sync::Arc;

use url::Url;

use crate::broker::Broker;
use crate::broker::requests::Requests;
use crate::broker::scalekit::Scalekit;
use crate::domain::{Environment, EnvironmentUrl, Fault, FaultKind};
use crate::profile::{self, Choice, Home, Keychain, Profiles, Request};
use crate::sandbox::{Options, Sandbox};

/// An environment that calls can be made to.
pub struct Opened {
    /// The way in.
    pub broker: Arc<dyn Broker>,
    /// What people call it: `sandbox` or the host. Safe to show.
    pub name: String,
    /// Where its URL and key came from, in words; the name again for the sandbox.
    pub source: String,
    /// What the journal calls it: its base URL, or `sandbox` for the embedded one, whose URL is
    /// another each time.
    pub recorded_as: String,
    /// Where the application confirms who consented, if the source says so.
    pub user_verify_url: Option<Url>,
    /// What went over the wire, for a screen.
    pub requests: Arc<Requests>,
    /// Keeps the embedded sandbox running, where that is what was opened.
    _sandbox: Option<Sandbox>,
}

/// So many requests are remembered for a screen.
const REMEMBERED: usize = 500;

/// What to do when nothing is configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfNone {
    /// Open the sandbox: somebody is looking, and it says so.
    Sandbox,
    /// Refuse: a script that lost its configuration must not report on an imaginary world.
    Refuse,
}

/// Opens what `request` and the process's environment ask for. A real environment is not spoken to
/// before the first call; the sandbox is started on a free loopback port and reached over HTTP by
/// the same client.
///
/// # Errors
/// Nothing is configured, or only half; the keychain has no secret; the sandbox finds no port.
pub async fn open(request: Request, if_none: IfNone) -> Result<Opened, Fault> {
    let opened = find_and_open(request, if_none).await;
    match &opened {
        Ok(opened) => tracing::info!(name = opened.name, source = opened.source, "environment opened"),
        Err(fault) => tracing::warn!(fault = fault.kind.slug(), "environment not opened"),
    }
    opened
}

async fn find_and_open(request: Request, if_none: IfNone) -> Result<Opened, Fault> {
    // The keychain may wait for a person.
    let chosen = tokio::task::spawn_blocking(move || choose(&request)).await;
    let chosen = chosen.map_err(|_| Fault::new(FaultKind::Local, "Looking for an environment broke down."))??;
    match (chosen, if_none) {
        (Some(Choice::Environment { environment, source, user_verify_url }), _) => {
            Ok(Opened { user_verify_url, ..opened(environment, None, source.to_string(), None) })
        }
        (Some(Choice::Sandbox), _) | (None, IfNone::Sandbox) => open_sandbox().await,
        (None, IfNone::Refuse) => Err(Fault::new(
            FaultKind::NoEnvironment,
            "No environment is configured. Set SCALEKIT_ENVIRONMENT_URL, SCALEKIT_CLIENT_ID and \
             SCALEKIT_CLIENT_SECRET, save a profile, or say --sandbox to use the embedded one.",
        )),
    }
}

fn choose(request: &Request) -> Result<Option<Choice>, Fault> {
    profile::choose(request, &|name| std::env::var(name).ok(), &profiles()?)
}

/// Where the files of this user lie.
///
/// # Errors
/// [`FaultKind::Local`] if this user has no home directory.
pub fn home() -> Result<Home, Fault> {
    Home::resolve(std::env::var_os("JACKFIELD_HOME").map(PathBuf::from))
}

/// The environments that this user saved, with their secrets in the keychain. Blocks when it comes
/// to those.
///
/// # Errors
/// [`FaultKind::Local`] if this user has no home directory.
pub fn profiles() -> Result<Profiles, Fault> {
    Ok(Profiles::new(&home()?, Arc::new(Keychain)))
}

async fn open_sandbox() -> Result<Opened, Fault> {
    let sandbox = Sandbox::start(Options::default()).await?;
    let environment = Environment {
        url: EnvironmentUrl::parse(sandbox.url().as_str())?,
        client_id: sandbox.client_id().into(),
        client_secret: sandbox.client_secret().clone(),
    };
    Ok(opened(environment, Some("sandbox"), "sandbox".into(), Some(sandbox)))
}

fn opened(environment: Environment, name: Option<&str>, source: String, sandbox: Option<Sandbox>) -> Opened {
    let requests = Arc::new(Requests::new(REMEMBERED));
    Opened {
        name: name.map_or_else(|| environment.url.host(), str::to_owned),
        recorded_as: name.map_or_else(|| environment.url.as_str().to_owned(), str::to_owned),
        broker: Arc::new(Scalekit::new(environment).with_log(Arc::clone(&requests))),
        source,
        user_verify_url: None,
        requests,
        _sandbox: sandbox,
    }
}
