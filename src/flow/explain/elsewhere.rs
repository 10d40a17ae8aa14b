//! Other environments of this machine where the same would work.
//!
//! Of an environment where it worked before, the journal tells without a request. Others are asked only where a person
//! wants that, and only those whose key can be had without asking anybody: profiles that are kept in memory, and the
//! variables of the process or of a `.env` that was agreed to. A secret in the keychain may make the desktop ask for a
//! password, so such profiles are named and not asked. Each environment is asked with its own key, at its own URL, for
//! one page of accounts. Those of one's own on this machine tell their accounts without a secret.

use futures_util::{StreamExt as _, stream};

use super::cause::Cause;
use super::control::first_accounts;
use super::evidence::Evidence;
use super::past_calls::Elsewhere;
use super::question::Question;
use super::reading::Step;
use super::{Diagnosis, Witnesses};
use crate::backend::AccountFilter;
use crate::backend::local::{Local, USUAL};
use crate::background;
use crate::domain::{Account, Fault, Status};
use crate::flow::environment::{Attempt, IfNone, open_from};
use crate::flow::sources::Sources;
use crate::profile::{LocalTarget, OpenTarget, ProfileTarget, Source, SourceEntry, SourceState};

/// Environments that are asked at once, and at most.
const AT_ONCE: usize = 4;
const MOST: usize = 12;

/// Adds what other environments say; `worked` is what the journal has of them.
pub(super) async fn add(
    finding: &mut Diagnosis,
    worked: Vec<Elsewhere>,
    witnesses: &Witnesses<'_>,
    tell: &(dyn Fn(Step) + Sync),
) {
    let (Some(sources), Some(_)) = (witnesses.sources, &finding.cause) else { return };
    let Ok(list) = sources.survey(OpenTarget::Configured).await else { return };
    let here = &witnesses.opened.about().recorded_as;
    let others = others(sources, &list.entries, here).await;
    let asked = if witnesses.others {
        tell(Step::Asked("other environments"));
        let active = ask_all(finding, witnesses, sources, &others).await;
        tell(Step::Answered("other environments"));
        active
    } else {
        Vec::new()
    };
    for (source, account) in &asked {
        let found = Cause::OtherEnvironment {
            name: source.to_string(),
            source: Some(source.clone()),
            account: Some(account.label()),
        };
        // What does not exist here and works there was looked for in the wrong place.
        let is_missing = finding.cause.as_ref().is_some_and(means_missing);
        match is_missing {
            true => finding.also_possible.splice(0..0, finding.cause.replace(found)).for_each(drop),
            false => finding.also_possible.push(found),
        }
    }
    for past in worked {
        let source = others.iter().find(|other| other.recorded_as == past.environment.raw());
        let known = source.map(|other| other.entry.source.clone());
        if known.as_ref().is_some_and(|source| asked.iter().any(|(asked, _)| asked == source)) {
            continue;
        }
        let name = known.as_ref().map_or_else(|| past.environment.to_string(), ToString::to_string);
        let when = super::diagnosis::ago(past.at, finding.at);
        finding
            .evidence
            .push(Evidence::plain(format!("past calls in {name}"), format!("succeeded on {} {when}", past.connection)));
        finding.also_possible.push(Cause::OtherEnvironment { name, source: known, account: None });
    }
}

/// Another environment than the one that is open.
struct Other<'a> {
    entry: &'a SourceEntry,
    /// Name in the journal.
    recorded_as: String,
    /// True for one of one's own on this machine.
    is_local: bool,
}

impl Other<'_> {
    /// True if it can be asked without asking anybody for anything.
    fn is_reachable(&self) -> bool {
        self.is_local
            || matches!(
                (&self.entry.source, &self.entry.state),
                (_, SourceState::Kept)
                    | (Source::Variables, SourceState::Ready | SourceState::InUse)
                    | (Source::DotEnv(_), SourceState::Asked(_, Some(true)) | SourceState::Ready)
            )
    }
}

/// The environments beside `here`, each once. One of one's own that nobody has used has no folder, and is left out: by
/// looking at it nothing is made.
async fn others<'a>(sources: &Sources, entries: &'a [SourceEntry], here: &str) -> Vec<Other<'a>> {
    let mut found: Vec<Other<'a>> = Vec::new();
    for entry in entries {
        let (recorded_as, is_local) = match &entry.leads_to {
            Some((url, _)) => (url.as_str().to_owned(), false),
            None => match local_folder(sources, &entry.source).await {
                Some(recorded_as) => (recorded_as, true),
                None => continue,
            },
        };
        let is_known = is_local && found.iter().any(|other| other.recorded_as == recorded_as);
        if recorded_as != here && !is_known {
            found.push(Other { entry, recorded_as, is_local });
        }
    }
    found
}

/// Name in the journal of the environment of one's own that a source leads to, if it was ever used.
async fn local_folder(sources: &Sources, source: &Source) -> Option<String> {
    let target = match source {
        Source::Local => LocalTarget::default(),
        Source::Profile(name) => match sources.profile(name.clone()).await.ok()?.0.target {
            ProfileTarget::Local(target) => target,
            ProfileTarget::Scalekit(_) => return None,
        },
        Source::Variables | Source::EnvFile(_) | Source::DotEnv(_) | Source::Sandbox => return None,
    };
    let folder = sources.profiles().folder(&target);
    let recorded_as = if target.folder.is_none() { USUAL.to_owned() } else { Local::recorded_as(&folder) };
    background::blocking(move || folder.is_dir()).await.is_ok_and(|is_there| is_there).then_some(recorded_as)
}

/// True if something is missing here that another environment may have.
fn means_missing(cause: &Cause) -> bool {
    matches!(
        cause,
        Cause::IdentifierUnknown(_)
            | Cause::IdentifierNeighbour { .. }
            | Cause::ConnectionUnknown { .. }
            | Cause::AccountMissing { .. }
            | Cause::NoAccounts
            | Cause::NoAccountsOn(_)
            | Cause::NoConnectionTo(_)
    )
}

/// Asks the environments that can be asked; of each the active account that is meant, if it has one.
async fn ask_all(
    finding: &mut Diagnosis,
    witnesses: &Witnesses<'_>,
    sources: &Sources,
    others: &[Other<'_>],
) -> Vec<(Source, Account)> {
    let (reachable, unreachable): (Vec<_>, Vec<_>) = others.iter().partition(|other| other.is_reachable());
    let question = finding.question.clone();
    let reachable: Vec<Source> = reachable.into_iter().take(MOST).map(|other| other.entry.source.clone()).collect();
    let question = &question;
    let asked = stream::iter(reachable).map(async |source: Source| {
        let answer = active(question, witnesses, sources, &source).await;
        (source, answer)
    });
    let mut found = Vec::new();
    for (source, answer) in asked.buffered(AT_ONCE).collect::<Vec<_>>().await {
        let name = source.to_string();
        finding.evidence.push(match answer {
            Ok(Some(account)) => {
                let told = Evidence::good(name, format!("{} is active", account.label()));
                found.push((source, account));
                told
            }
            Ok(None) => Evidence::plain(name, "no active account that fits"),
            Err(fault) => Evidence::unknown(name, fault.to_string()),
        });
    }
    for Other { entry, .. } in unreachable {
        let told = "not asked: its secret is in the keychain, which may ask you";
        finding.evidence.push(Evidence::unknown(entry.source.to_string(), told));
    }
    found
}

/// The active account of one environment that the question would mean there.
async fn active(
    question: &Question,
    witnesses: &Witnesses<'_>,
    sources: &Sources,
    source: &Source,
) -> Result<Option<Account>, Fault> {
    let Some(identifier) = &question.identifier else { return Ok(None) };
    let opened = match open_from(sources, source.request(), IfNone::Refuse, witnesses.limits.clone(), |_| ()).await? {
        Attempt::Open(opened) => opened,
        Attempt::Ask(_) => return Ok(None),
    };
    let filter = AccountFilter { identifier: Some(identifier.clone()), connection: question.connection.clone() };
    let accounts = first_accounts(opened.backend.as_ref(), &filter, 1).await?;
    let prefix = question.tool.as_ref().and_then(|tool| tool.raw().split('_').next());
    let fits = |account: &&Account| {
        account.status == Status::Active
            && (question.connection.is_some()
                || prefix.is_none_or(|prefix| account.provider.raw().eq_ignore_ascii_case(prefix)))
    };
    Ok(accounts.iter().find(fits).cloned())
}
