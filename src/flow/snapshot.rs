//! Reading all of an environment at once, and keeping what it looked like.

use std::sync::Mutex;
use std::sync::PoisonError;

use jiff::{SignedDuration, Timestamp};

use super::record::{Records, blocking};
use super::tally::Mismatch;
use super::tools::{self, ToolsGap};
use super::{accounts, connections};
use crate::backend::{AccountFilter, Backend};
use crate::domain::{Account, Connection, Fault, FaultKind, JsonText, Tool};
use crate::journal::{AccountState, ConnectionState, Journal, Snapshot, State, ToolState};
use crate::order::StableOrder as _;

/// Age from which a snapshot is one of another day: what is told of today does not vanish by looking at it.
const ANOTHER_DAY: SignedDuration = SignedDuration::from_hours(20);

/// One list of an environment, as far as it could be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed<T, G> {
    /// Everything that came.
    pub items: Vec<T>,
    /// Difference from what was announced, or the reason why there is nothing.
    pub gap: Option<G>,
    /// Fault that ended the list early.
    pub fault: Option<Fault>,
}

impl<T, G> Listed<T, G> {
    /// A list as its reader returned it.
    pub fn new(items: Vec<T>, read: Result<Option<G>, Fault>) -> Self {
        match read {
            Ok(gap) => Self { items, gap, fault: None },
            Err(fault) => Self { items, gap: None, fault: Some(fault) },
        }
    }

    /// A list that nobody has read, for this reason.
    pub fn unread(fault: Fault) -> Self {
        Self { items: Vec::new(), gap: None, fault: Some(fault) }
    }
}

/// All of an environment.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Time at which it was begun.
    pub at: Timestamp,
    /// Accounts.
    pub accounts: Listed<Account, Mismatch>,
    /// Connections; none where the environment has none to list.
    pub connections: Option<Listed<Connection, Mismatch>>,
    /// Tools, whoever may call them.
    pub tools: Listed<Tool, ToolsGap>,
}

impl Reading {
    /// The fault that kept everything from being read: no way there, or no key.
    pub fn refusal(&self) -> Option<&Fault> {
        let first = match &self.connections {
            Some(connections) => connections.fault.as_ref(),
            None => self.accounts.fault.as_ref(),
        };
        first.filter(|fault| is_about_everything(fault))
    }

    /// What a snapshot keeps of it: lists that are whole, in an order of their own.
    pub fn state(&self) -> State<JsonText> {
        let accounts = is_whole(&self.accounts.gap, &self.accounts.fault).then(|| account_states(&self.accounts.items));
        let connections = self.connections.as_ref().filter(|listed| is_whole(&listed.gap, &listed.fault));
        let is_empty = matches!(self.tools.gap, Some(ToolsGap::EmptyCatalogue));
        let complete =
            self.tools.fault.is_none() && (is_empty || self.tools.gap.as_ref().is_none_or(|gap| !gap.is_incomplete()));
        State {
            accounts,
            connections: connections.map(|listed| connection_states(&listed.items)),
            tools: complete.then(|| tool_states(&self.tools.items)),
        }
    }
}

fn is_whole(gap: &Option<Mismatch>, fault: &Option<Fault>) -> bool {
    fault.is_none() && gap.as_ref().is_none_or(|gap| gap.missing() == 0)
}

/// True for a fault that everything else would meet as well.
fn is_about_everything(fault: &Fault) -> bool {
    use FaultKind::{Blocked, KeyRefused, Network, TimedOut, Unreachable};
    matches!(fault.kind, Blocked | KeyRefused | Network | TimedOut | Unreachable)
}

/// Accounts as a snapshot keeps them.
pub fn account_states(accounts: &[Account]) -> Vec<AccountState> {
    let mut states: Vec<_> = accounts.iter().map(account_state).collect();
    states.order_by(|a, b| a.id.cmp(&b.id));
    states
}

/// One account as a snapshot keeps it.
pub fn account_state(account: &Account) -> AccountState {
    AccountState {
        id: account.id.clone(),
        connection: account.connection.clone(),
        identifier: account.identifier.clone(),
        status: account.status.name().into(),
    }
}

fn connection_states(connections: &[Connection]) -> Vec<ConnectionState> {
    let state = |connection: &Connection| ConnectionState {
        name: connection.name.clone(),
        provider: connection.provider.clone(),
        enabled: connection.enabled,
    };
    let mut states: Vec<_> = connections.iter().map(state).collect();
    states.order_by(|a, b| a.name.cmp(&b.name));
    states
}

fn tool_states(tools: &[Tool]) -> Vec<ToolState<JsonText>> {
    let state = |tool: &Tool| ToolState {
        name: tool.name.clone(),
        provider: tool.provider.clone(),
        schema: tool.input_schema.clone(),
    };
    let mut states: Vec<_> = tools.iter().map(state).collect();
    states.order_by(|a, b| (&a.name, &a.provider).cmp(&(&b.name, &b.provider)));
    states
}

/// Number of rows that came so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Accounts that came.
    pub accounts: u64,
    /// Accounts that were announced.
    pub of_accounts: Option<u64>,
    /// Tools that came.
    pub tools: u64,
    /// Tools that were announced.
    pub of_tools: Option<u64>,
}

impl Progress {
    /// Part that is done, of 1; none before anything was announced.
    pub fn share(self) -> Option<f64> {
        let (accounts, tools) = (self.of_accounts?, self.of_tools?);
        let all = (accounts + tools).max(1);
        Some(((self.accounts + self.tools) as f64 / all as f64).min(1.0))
    }
}

/// Reads everything there is: first what tells at once whether the environment answers, then accounts and tools
/// side by side. `on_progress` hears of every page.
pub async fn read(backend: &dyn Backend, on_progress: impl Fn(Progress) + Send + Sync) -> Reading {
    let at = Timestamp::now();
    let connections = match backend.connections() {
        None => None,
        Some(_) => {
            let mut items = Vec::new();
            let read = connections::counted(backend, |page| items.extend(page)).await;
            Some(Listed::new(items, read))
        }
    };
    if let Some(fault) =
        connections.as_ref().and_then(|listed| listed.fault.as_ref()).filter(|f| is_about_everything(f))
    {
        let fault = fault.clone();
        return Reading { at, accounts: Listed::unread(fault.clone()), connections, tools: Listed::unread(fault) };
    }
    let progress = Mutex::new(Progress::default());
    let tell = |change: &dyn Fn(&mut Progress)| {
        let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut progress);
        on_progress(*progress);
    };
    let accounts = async {
        let mut items = Vec::new();
        let read = accounts::load(backend, &AccountFilter::default(), |page, total| {
            items.extend(page);
            let count = items.len() as u64;
            tell(&|progress| (progress.accounts, progress.of_accounts) = (count, total.or(progress.of_accounts)));
        })
        .await;
        Listed::new(items, read)
    };
    let tools = async {
        let mut items = Vec::new();
        let read = tools::catalogue(backend, None, Vec::new(), |page, total| {
            items.extend(page);
            let count = items.len() as u64;
            tell(&|progress| (progress.tools, progress.of_tools) = (count, total.or(progress.of_tools)));
        })
        .await;
        Listed::new(items, read)
    };
    let (accounts, tools) = tokio::join!(accounts, tools);
    Reading { at, accounts, connections, tools }
}

/// Keeps what an environment looks like, of which the accounts have just been read, all of them. Reads the rest.
///
/// # Errors
/// As of [`Journal::save_snapshot`].
pub async fn take(
    backend: &dyn Backend,
    records: &Records,
    environment: &str,
    at: Timestamp,
    accounts: Vec<AccountState>,
) -> Result<Snapshot, Fault> {
    let connections = match backend.connections() {
        None => None,
        Some(_) => {
            let mut items = Vec::new();
            let read = connections::counted(backend, |page| items.extend(page)).await;
            Some(Listed::new(items, read))
        }
    };
    let mut items = Vec::new();
    let read = tools::catalogue(backend, None, Vec::new(), |page, _| items.extend(page)).await;
    let unread = Listed { items: Vec::new(), gap: None, fault: None };
    let reading = Reading { at, accounts: unread, connections, tools: Listed::new(items, read) };
    let state = State { accounts: Some(accounts), ..reading.state() };
    let journal = records.journal().await?;
    let environment = environment.to_owned();
    blocking(move || journal.save_snapshot(&environment, at, state)).await
}

/// Whether the newest snapshot is of today, so that no other has to be taken by itself.
///
/// # Errors
/// [`FaultKind::Local`]: the journal cannot be read.
pub async fn is_recent(records: &Records, environment: &str, now: Timestamp) -> Result<bool, Fault> {
    let journal = records.journal().await?;
    let environment = environment.to_owned();
    let newest = blocking(move || Ok(journal.snapshots(&environment)?.first().map(|(_, at)| *at))).await?;
    Ok(newest.is_some_and(|at| now.duration_since(at) < ANOTHER_DAY))
}

/// Snapshot that `now` is held against: the newest that is not newer than `since`, or the one after it. Without
/// `since`, the newest of another day, or else the oldest. None where there is none at all.
///
/// # Errors
/// [`FaultKind::Local`]: the journal cannot be read.
pub fn baseline(
    journal: &Journal,
    environment: &str,
    since: Option<Timestamp>,
    now: Timestamp,
) -> Result<Option<Snapshot>, Fault> {
    let limit = since.unwrap_or_else(|| now.saturating_sub(ANOTHER_DAY).unwrap_or(now));
    let mut listed = journal.snapshots(environment)?;
    let at = listed.iter().position(|(_, at)| *at <= limit).unwrap_or(listed.len().saturating_sub(1));
    // One that cannot be read makes room for an older one.
    for (id, _) in listed.drain(..).skip(at) {
        if let Some(snapshot) = journal.snapshot(id)? {
            return Ok(Some(snapshot));
        }
    }
    Ok(None)
}
