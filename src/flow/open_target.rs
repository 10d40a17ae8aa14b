//! The one place that turns a target into a back-end.

use std::path::Path;
use std::sync::Arc;

use super::environment::{Opened, REMEMBERED};
use super::sources::Sources;
use crate::backend::clock::Clock;
use crate::backend::credential_log::CredentialLog;
use crate::backend::http_log::HttpLog;
use crate::backend::local::{Local, LocalParts};
use crate::backend::scalekit::{Client, EMBEDDED, Limits, Scalekit};
use crate::domain::{Environment, EnvironmentUrl, Fault};
use crate::profile::{LocalTarget, Profile, ProfileTarget, Source};
use crate::provider::OwnFileProblem;
use crate::sandbox::{Options, Sandbox};
use crate::secrets::SecretStore;

/// The environment of a profile. Waits for the keychain where its target has a secret.
pub(super) async fn profile(sources: &Sources, profile: Profile, limits: Limits) -> Result<Opened, Fault> {
    let source = Source::Profile(profile.name.clone());
    let match_rule = profile.match_rule.clone();
    match profile.target.clone() {
        ProfileTarget::Scalekit(target) => {
            let environment = sources.environment(profile).await?;
            Ok(Opened { match_rule, user_verify_url: target.user_verify_url, ..scalekit(environment, source, limits) })
        }
        ProfileTarget::Local(target) => Ok(Opened { match_rule, ..local(sources, &target, source, limits).await? }),
    }
}

/// An environment of one's own. Nothing is made or asked before the first use.
pub(super) async fn local(
    sources: &Sources,
    target: &LocalTarget,
    source: Source,
    limits: Limits,
) -> Result<Opened, Fault> {
    let (log, clock) = (Arc::new(HttpLog::new(REMEMBERED)), Arc::new(Clock::default()));
    let uses = Arc::<CredentialLog>::default();
    let call_limit = limits.calls;
    let folder = sources.profiles().folder(target);
    let (providers, problems) = sources.providers().await?;
    let secrets = sources.local_secrets(&folder);
    let backend = Local::new(LocalParts {
        folder,
        is_usual: target.folder.is_none(),
        secrets: Arc::clone(&secrets) as Arc<dyn SecretStore>,
        providers,
        limits,
        log: Arc::clone(&log),
        clock: Arc::clone(&clock),
        uses: Arc::clone(&uses),
    });
    let problem = |problem: &OwnFileProblem| format!("{}: {}", problem.file, problem.sentence);
    let remark = (!problems.is_empty()).then(|| {
        format!("Some files of providers do not count: {}", problems.iter().map(problem).collect::<Vec<_>>().join(" "))
    });
    Ok(Opened {
        http_log: log,
        clock,
        uses,
        call_limit,
        remark,
        secrets: Some(secrets),
        ..Opened::new(Arc::new(backend), source)
    })
}

/// An environment over REST. It is not spoken to before the first call.
pub(super) fn scalekit(environment: Environment, source: Source, limits: Limits) -> Opened {
    let (log, clock) = (Arc::new(HttpLog::new(REMEMBERED)), Arc::new(Clock::default()));
    let uses = Arc::<CredentialLog>::default();
    let call_limit = limits.calls;
    let client = Client::with_limits(environment, limits).with_log(Arc::clone(&log)).with_clock(Arc::clone(&clock));
    let client = client.with_uses(Arc::clone(&uses));
    let backend = Scalekit::new(client);
    let backend = if source == Source::Sandbox { backend.named(EMBEDDED) } else { backend };
    Opened { http_log: log, clock, uses, call_limit, ..Opened::new(Arc::new(backend), source) }
}

/// The embedded environment, started on a free loopback port and reached by the same client.
/// Where it is kept in a file, what is changed outlives the process.
pub(super) async fn sandbox(sources: &Sources, limits: Limits) -> Result<Opened, Fault> {
    let state = sources.sandbox_state();
    let anew = sources.begins_sandbox_anew();
    let options = Options { state: state.map(Path::to_owned), anew, ..Options::default() };
    let sandbox = Sandbox::start(options).await?;
    let environment = Environment {
        url: EnvironmentUrl::parse(sandbox.url().as_str())?,
        client_id: sandbox.client_id().into(),
        client_secret: sandbox.client_secret().clone(),
    };
    let is_kept = state.is_some();
    Ok(Opened { is_kept, _sandbox: Some(sandbox), ..scalekit(environment, Source::Sandbox, limits) })
}
