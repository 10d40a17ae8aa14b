//! Opening the environment that is meant.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::contracts::{ContractBackend, ContractLibrary};
use super::identity;
use super::modifiers::ModifierFiles;
use super::open_target;
use super::preflight::{GuardedBackend, ModeSwitch};
use super::sources::Sources;
use crate::backend::clock::Clock;
use crate::backend::credential_log::CredentialLog;
use crate::backend::http_log::HttpLog;
use crate::backend::scalekit::Limits;
use crate::backend::{About, Backend};
use crate::domain::{Fault, FaultKind, MatchRule, Mode};
use crate::profile::{LocalTarget, OpenChoice, OpenTarget, ProfileName, Source, TrustQuestion};
use crate::sandbox::Sandbox;
use crate::secrets::{AskPassphrase, FallbackStore};
use crate::settings::Settings;

/// An environment that calls can be made to.
pub struct Opened {
    /// Client for its API, which refuses what the mode refuses.
    pub backend: Arc<dyn Backend>,
    /// Mode in force, which the back-end shares.
    pub mode: ModeSwitch,
    /// Source of its URL and key.
    pub source: Source,
    /// URL where the application confirms who consented, if the source says so.
    pub user_verify_url: Option<Url>,
    /// Rule by which a provider's user and an identifier are held to be one person.
    pub match_rule: MatchRule,
    /// Accounts that are asked about at once who they are.
    pub proofs_at_once: usize,
    /// Remark about parts of the source that do not count, in a sentence.
    pub remark: Option<String>,
    /// Files of the modifiers of its calls; none where there are no such files.
    pub modifiers: Option<ModifierFiles>,
    /// Log of HTTP requests, for a screen.
    pub http_log: Arc<HttpLog>,
    /// Log of the credentials that are used, for an audit.
    pub uses: Arc<CredentialLog>,
    /// Time that a call may take; none for as long as it does.
    pub call_limit: Option<Duration>,
    /// Broker's clock, learnt from the dates of its answers.
    pub clock: Arc<Clock>,
    /// Whether it is the sandbox because nothing is configured, and nobody asked for it.
    pub is_fallback: bool,
    /// Whether what is changed in the embedded sandbox outlives this process.
    pub is_kept: bool,
    /// Store of the secrets of an environment of one's own: a front may ask it where they go, and open its vault.
    pub secrets: Option<Arc<FallbackStore>>,
    /// Contracts that are offered beside the environment's own tools.
    pub contracts: Arc<ContractLibrary>,
    /// Client without contracts and mode.
    pub(super) inner: Arc<dyn Backend>,
    /// Keeps the embedded sandbox running, where that is what was opened.
    pub(super) _sandbox: Option<Sandbox>,
}

impl Opened {
    /// An environment of `backend`, without a log of what goes over the wire.
    /// Its mode is the usual one of the source.
    pub fn new(backend: Arc<dyn Backend>, source: Source) -> Self {
        let mode = ModeSwitch::new(source.usual_mode());
        Self {
            backend: Arc::new(GuardedBackend::new(Arc::clone(&backend), mode.clone())),
            inner: backend,
            contracts: Arc::new(ContractLibrary::new(None, None)),
            mode,
            source,
            user_verify_url: None,
            match_rule: MatchRule::Auto,
            proofs_at_once: identity::AT_ONCE,
            remark: None,
            modifiers: None,
            http_log: Arc::new(HttpLog::new(REMEMBERED)),
            uses: Arc::default(),
            call_limit: Limits::default().calls,
            clock: Arc::default(),
            is_fallback: false,
            is_kept: false,
            secrets: None,
            _sandbox: None,
        }
    }

    /// The same with the contracts of `library` beside its tools, in the place of those it had.
    #[must_use]
    pub fn with_contracts(self, library: ContractLibrary) -> Self {
        let contracts = Arc::new(library);
        let inner = Arc::new(ContractBackend::new(Arc::clone(&self.inner), Arc::clone(&contracts)));
        let backend = Arc::new(GuardedBackend::new(inner, self.mode.clone()));
        Self { backend, contracts, ..self }
    }

    /// Names of the environment and of its kind.
    pub fn about(&self) -> &About {
        self.backend.about()
    }
}

/// Requests that are remembered for a screen.
pub(super) const REMEMBERED: usize = 500;

/// Behaviour when nothing is configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfNone {
    /// Open the sandbox: somebody is looking, and it says so.
    Sandbox,
    /// Refuse: a script that lost its configuration must not report on an imaginary world.
    Refuse,
}

/// Result of an attempt to open something.
pub enum Attempt {
    /// The environment is open.
    Open(Box<Opened>),
    /// First a person has to say whether they want this.
    Ask(Box<TrustQuestion>),
}

/// The limits of time and size that are set, for a command. Who sits at a screen has none of time.
pub fn limits(settings: &Settings) -> Limits {
    let usual = Limits::default();
    Limits {
        calls: settings.timeout.map_or(usual.calls, |timeout| timeout.0),
        body: settings.max_answer_mib.map_or(usual.body, |mib| usize::from(mib).saturating_mul(1 << 20)),
        ..usual
    }
}

/// Opens what `request` and the process's environment ask for. A real environment is not spoken to
/// before the first call; the sandbox is started on a free loopback port and reached over HTTP by
/// the same client; `mode` is what the command line says of its freedom. Nobody is asked about a `.env`.
/// `passphrase` asks for that of a vault, where one is needed. `at_keychain` as of [`open_from`].
///
/// # Errors
/// Nothing is configured, or only half; the keychain has no secret; the sandbox finds no port.
pub async fn open(
    request: OpenTarget,
    mode: Option<Mode>,
    if_none: IfNone,
    limits: Limits,
    passphrase: Option<AskPassphrase>,
    at_keychain: impl Fn(&ProfileName),
) -> Result<Opened, Fault> {
    let sources = Sources::from_process()?.asked_for(&request).in_mode(mode).with_passphrase(passphrase);
    match open_from(&sources, request, if_none, limits, at_keychain).await? {
        Attempt::Open(opened) => Ok(*opened),
        Attempt::Ask(question) => {
            let message = format!("{} is used only when --env-file names it.", Source::DotEnv(question.file));
            Err(Fault::new(FaultKind::NoEnvironment, message))
        }
    }
}

/// The same from other sources. `at_keychain` hears of a profile before the keychain is asked for its
/// secret, which may wait for a person.
///
/// # Errors
/// As [`open()`].
pub async fn open_from(
    sources: &Sources,
    request: OpenTarget,
    if_none: IfNone,
    limits: Limits,
    at_keychain: impl Fn(&ProfileName),
) -> Result<Attempt, Fault> {
    let attempt = find_and_open(sources, request, if_none, limits, at_keychain).await;
    match &attempt {
        Ok(Attempt::Open(opened)) => {
            let (about, mode) = (opened.about(), opened.mode.get().word());
            tracing::info!(name = about.name, kind = about.kind, source = %opened.source, mode, "environment opened")
        }
        Ok(Attempt::Ask(_)) => tracing::info!("asks about a .env"),
        Err(fault) => tracing::warn!(fault = fault.kind.slug(), "environment not opened"),
    }
    attempt
}

async fn find_and_open(
    sources: &Sources,
    request: OpenTarget,
    if_none: IfNone,
    limits: Limits,
    at_keychain: impl Fn(&ProfileName),
) -> Result<Attempt, Fault> {
    // Before a keychain is asked: one that cannot be understood opens nothing.
    let mode = sources.mode()?;
    let mut own_mode = None;
    let mut opened = match (sources.choose(request).await?, if_none) {
        (Some(OpenChoice::Ask(question)), _) => return Ok(Attempt::Ask(Box::new(question))),
        (Some(OpenChoice::Environment { environment, source, remark }), _) => {
            Opened { remark, ..open_target::scalekit(environment, source, limits) }
        }
        (Some(OpenChoice::Profile(profile)), _) => {
            if !sources.profiles().is_kept(&profile) {
                at_keychain(&profile.name);
            }
            own_mode = profile.mode;
            open_target::profile(sources, profile, limits).await?
        }
        (Some(OpenChoice::Local), _) => {
            open_target::local(sources, &LocalTarget::default(), Source::Local, limits).await?
        }
        (Some(OpenChoice::Sandbox), _) => open_target::sandbox(sources, limits).await?,
        (None, IfNone::Sandbox) => Opened { is_fallback: true, ..open_target::sandbox(sources, limits).await? },
        (None, IfNone::Refuse) => {
            return Err(Fault::new(
                FaultKind::NoEnvironment,
                "No environment is configured. Set SCALEKIT_ENVIRONMENT_URL, SCALEKIT_CLIENT_ID and \
                 SCALEKIT_CLIENT_SECRET, save a profile, say --local to use your own on this machine, or --sandbox to use the embedded one.",
            ));
        }
    };
    opened.modifiers = Some(sources.modifiers().clone());
    opened.mode.set(mode.over(own_mode.unwrap_or_else(|| opened.source.usual_mode())));
    Ok(Attempt::Open(Box::new(opened.with_contracts(sources.contracts()))))
}
