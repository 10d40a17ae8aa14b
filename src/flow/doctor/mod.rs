//! Whether all is well in an environment, as a list of findings, the worst first.
//!
//! Everything is read once ([`snapshot`]); the checks look at that. A check says something in any case: what is
//! wrong, or in one line that nothing is.

mod accounts;
mod catalogue;
mod connections;
mod drift;
mod environment;
mod finding;
mod identity;
mod verification;

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;

pub use self::finding::{Check, Finding, Problem, Remedy, Severity};
use super::changes::{self, Changes};
use super::environment::Opened;
use super::identity::{self as proofs, Proofs, Swept};
use super::receipt;
use super::record::{Recorder, Records, blocking};
use super::snapshot::{self, Progress, Reading};
use super::{sources, suggest};
use crate::domain::{Account, AccountId, Connection, ConnectionName, Fault, Proof, Tool};
use crate::order::StableOrder as _;

/// Options of an examination.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Connections to look at; all of them where none is named.
    pub connections: Vec<ConnectionName>,
    /// Time within which no token should end.
    pub expires_within: Option<Duration>,
    /// Number of accounts that are asked at once who they are; none where nobody is asked.
    pub prove: Option<usize>,
}

/// Progress of an examination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Accounts and tools are being read.
    Reading(Progress),
    /// Accounts are asked who they are.
    Proving {
        /// Accounts that were asked.
        done: usize,
        /// Accounts to ask.
        of: usize,
    },
    /// Everything is read, and looked at.
    Checking,
}

/// Result of an examination.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Time at which the environment was read.
    pub at: Timestamp,
    /// Findings, the worst first.
    pub findings: Vec<Finding>,
    /// Changes since the last snapshot of another day, where there is one.
    pub changes: Option<Changes>,
    /// Answers of those accounts that were asked just now who they are.
    pub proofs: Vec<Proof>,
    /// Number of accounts that were looked at.
    pub accounts: usize,
    /// Number of tools that were looked at.
    pub tools: usize,
}

impl Report {
    /// The worst that was found; none where all is well.
    pub fn worst(&self) -> Option<Problem> {
        self.findings.iter().filter_map(Finding::problem).min()
    }

    /// Number of findings of this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

/// What is looked at: everything that was read, or what belongs to the connections that were named.
struct Subject<'a> {
    accounts: Vec<&'a Account>,
    connections: Vec<&'a Connection>,
    tools: Vec<&'a Tool>,
    options: &'a Options,
    /// Time by the environment's clock.
    now: Timestamp,
}

impl<'a> Subject<'a> {
    fn new(reading: &'a Reading, options: &'a Options, now: Timestamp) -> Self {
        let listed = reading.connections.iter().flat_map(|listed| &listed.items);
        let wanted = |name: &ConnectionName| options.connections.is_empty() || options.connections.contains(name);
        let connections: Vec<_> = listed.filter(|connection| wanted(&connection.name)).collect();
        let accounts: Vec<_> = reading.accounts.items.iter().filter(|account| wanted(&account.connection)).collect();
        let is_of = |tool: &&Tool| {
            options.connections.is_empty()
                || connections.iter().any(|connection| connection.provider == tool.provider)
                || accounts.iter().any(|account| account.provider == tool.provider)
        };
        let tools = reading.tools.items.iter().filter(is_of).collect();
        Self { accounts, connections, tools, options, now }
    }
}

/// Examines an environment. Where calls are recorded, keeps what it read as a snapshot, and tells what changed since
/// the last one. `on_step` hears of every page and every proof.
///
/// # Errors
/// [`FaultKind::NotFound`](crate::domain::FaultKind::NotFound): a connection that was named does not exist. Whatever
/// else goes wrong is a finding.
pub async fn examine(
    opened: &Opened,
    recorder: &Recorder,
    options: Options,
    on_step: impl Fn(Step) + Send + Sync,
) -> Result<Report, Fault> {
    let began = std::time::Instant::now();
    let reading = snapshot::read(opened.backend.as_ref(), |progress| on_step(Step::Reading(progress))).await;
    let took = began.elapsed();
    if let Some(fault) = reading.refusal() {
        let findings = vec![environment::refused(fault, &opened.about().name)];
        return Ok(Report { at: reading.at, findings, changes: None, proofs: Vec::new(), accounts: 0, tools: 0 });
    }
    if reading.connections.as_ref().is_some_and(|listed| listed.fault.is_none()) {
        for name in &options.connections {
            let is_known = |connection: &Connection| connection.name == *name;
            if !reading.connections.iter().flat_map(|listed| &listed.items).any(is_known) {
                suggest::connection(opened.backend.as_ref(), name).await?;
            }
        }
    }
    let skew = opened.clock.skew();
    let mut findings = vec![environment::answered(&opened.about().name, took)];
    findings.extend(environment::clock(skew));
    let drift = match recorder.records() {
        None => None,
        Some(records) => Some(since_before(records, recorder.environment(), &reading).await),
    };
    let (known, asked) = (known(opened, recorder, &reading, &options, &on_step).await, options.prove.is_some());
    let verified = verified(recorder).await;
    on_step(Step::Checking);
    let has_verify_url = opened.user_verify_url.is_some();
    let has_links = opened.backend.links().is_some();
    let now = skew.to_brokers(reading.at);
    // Compiling and reading thousands of schemas takes seconds, and belongs to no thread that others wait for.
    blocking(move || {
        let subject = Subject::new(&reading, &options, now);
        findings.extend(environment::lists(&reading));
        findings.extend(accounts::status(&subject));
        findings.extend(identity::identity(&subject, &known, &verified, asked));
        findings.extend(accounts::expiry(&subject));
        findings.extend(connections::connections(&subject));
        findings.extend(verification::verification(&subject, has_verify_url, has_links));
        findings.extend(catalogue::catalogue(&subject, &reading.tools));
        findings.extend(catalogue::schemas(&subject));
        let changes = match drift {
            None => None,
            Some(Ok(changes)) => {
                findings.extend(drift::drift(&subject, changes.as_ref()));
                changes
            }
            Some(Err(fault)) => {
                findings.push(drift::unknown(&fault));
                None
            }
        };
        findings.order_by(Finding::order);
        let (accounts, tools) = (subject.accounts.len(), subject.tools.len());
        let answers = subject.accounts.iter().filter_map(|account| known.get(&account.id)).cloned();
        let proofs = if asked { answers.collect() } else { Vec::new() };
        Ok(Report { at: reading.at, findings, changes, proofs, accounts, tools })
    })
    .await
}

/// Proofs that are kept, and those that are asked for now.
async fn known(
    opened: &Opened,
    recorder: &Recorder,
    reading: &Reading,
    options: &Options,
    on_step: &(impl Fn(Step) + Send + Sync),
) -> Proofs {
    let mut known = Proofs::new(opened.match_rule.clone());
    // Earlier proofs only tell more; where they cannot be read, the drift says so.
    proofs::kept(recorder).await.unwrap_or_default().into_iter().for_each(|proof| known.insert(proof));
    let Some(at_once) = options.prove else { return known };
    let wanted =
        |account: &&Account| options.connections.is_empty() || options.connections.contains(&account.connection);
    let accounts: Vec<Account> = reading.accounts.items.iter().filter(wanted).cloned().collect();
    let (mut done, of) = (0, accounts.len());
    on_step(Step::Proving { done, of });
    let (table, _) = proofs::table(sources::home().ok().as_ref());
    let on = |swept| {
        if let Swept::Proof(proof) = swept {
            known.insert(proof);
            done += 1;
            on_step(Step::Proving { done, of });
        }
    };
    proofs::sweep(opened.backend.as_ref(), &recorder.clone().probing(), &table, accounts, at_once, on).await;
    known
}

/// Receipts that are looked at: enough to know the last one of every account that somebody authorized lately.
const RECEIPTS: usize = 2_000;

/// Times at which accounts were last authorized here. Where they cannot be read, the drift says so.
async fn verified(recorder: &Recorder) -> HashMap<AccountId, Timestamp> {
    let Some(records) = recorder.records() else { return HashMap::new() };
    let kept = receipt::kept(records, recorder.environment(), None, RECEIPTS).await.unwrap_or_default();
    let mut found = HashMap::new();
    // The newest first; one that was not authorized says nothing.
    for kept in kept.into_iter().filter(|kept| receipt::is_authorized(&kept.document)) {
        found.entry(kept.account).or_insert(kept.at);
    }
    found
}

/// Keeps what was read, and compares it with the last snapshot of another day. None where this is the first.
///
/// # Errors
/// [`FaultKind::Local`](crate::domain::FaultKind::Local): the journal cannot be used.
pub async fn since_before(records: &Records, environment: &str, reading: &Reading) -> Result<Option<Changes>, Fault> {
    let journal = records.journal().await?;
    let (environment, at, state) = (environment.to_owned(), reading.at, reading.state());
    blocking(move || {
        let before = snapshot::baseline(&journal, &environment, None, at)?;
        let now = journal.save_snapshot(&environment, at, state)?;
        before.map(|before| changes::between(&journal, &environment, &before, &now)).transpose()
    })
    .await
}
