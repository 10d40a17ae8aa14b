//! The environment's own log of calls: read, and followed.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::StreamExt as _;
use jiff::{SignedDuration, Timestamp};

use crate::backend::{Ability, Backend};
use crate::domain::{Fault, LoggedCall};

/// Batches that are read at most.
const MOST: usize = 3;

/// Time that a call may take from its start, which is what the log is asked by, to its row: longer than any of them is
/// waited for.
const LONGEST_CALL: SignedDuration = SignedDuration::from_secs(120);

/// The newest calls.
///
/// # Errors
/// [`FaultKind::NotOffered`](crate::domain::FaultKind::NotOffered): the environment has no log, or shows none. Otherwise
/// the reason why not even the first batch came.
pub async fn newest(backend: &dyn Backend) -> Result<Vec<LoggedCall>, Fault> {
    batches(backend, MOST).await
}

/// The newest calls in one batch; none where the environment has no log, or shows none.
pub(super) async fn first(backend: &dyn Backend) -> Vec<LoggedCall> {
    batches(backend, 1).await.unwrap_or_default()
}

async fn batches(backend: &dyn Backend, most: usize) -> Result<Vec<LoggedCall>, Fault> {
    let mut calls: Vec<LoggedCall> = Vec::new();
    let log = backend.call_log().ok_or_else(|| Ability::CallLog.fault())?;
    let mut list = log.stream(None).take(most);
    while let Some(batch) = list.next().await {
        match batch {
            Ok(batch) => calls.extend(batch.items),
            Err(fault) if calls.is_empty() => return Err(fault),
            Err(_) => break,
        }
    }
    Ok(calls)
}

/// Calls of the log that are known already, as far as they may come again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownCalls {
    keys: HashSet<String>,
    newest: Option<Timestamp>,
}

impl KnownCalls {
    /// Those among `calls` that are still among what [`news`] asks for.
    pub fn of(calls: &[LoggedCall]) -> Self {
        let newest = calls.iter().filter_map(|call| call.started_at).max();
        let mut known = Self { keys: HashSet::new(), newest };
        let since = known.since();
        let asked_for = calls.iter().filter(|call| since.is_none() || call.started_at >= since);
        known.keys = asked_for.map(|call| key(call).to_owned()).collect();
        known
    }

    /// Moment since which the log is asked, by its own clock; none where nothing is known.
    fn since(&self) -> Option<Timestamp> {
        self.newest.map(|newest| newest.checked_sub(LONGEST_CALL).unwrap_or(newest))
    }
}

/// Name of a call in the log. What has no id is known by all that is told of it.
pub fn key(call: &LoggedCall) -> &str {
    call.execution.as_ref().map_or_else(|| call.raw.raw(), |execution| execution.raw())
}

/// Calls that are not known yet, the newest first; of many the newest. Read up to the first batch with a known one.
///
/// # Errors
/// As [`newest`].
pub async fn news(backend: &dyn Backend, known: &KnownCalls) -> Result<Vec<LoggedCall>, Fault> {
    let log = backend.call_log().ok_or_else(|| Ability::CallLog.fault())?;
    let (mut news, mut seen) = (Vec::new(), HashSet::new());
    let mut list = log.stream(known.since()).take(MOST);
    while let Some(batch) = list.next().await {
        let batch = match batch {
            Ok(batch) => batch,
            Err(fault) if news.is_empty() => return Err(fault),
            Err(_) => break,
        };
        let all = batch.items.len();
        let unknown = batch.items.into_iter().filter(|call| !known.keys.contains(key(call)));
        let before = news.len();
        news.extend(unknown.filter(|call| call.started_at.is_some() && seen.insert(key(call).to_owned())));
        if news.len() - before < all {
            break;
        }
    }
    Ok(news)
}

/// Waits until there are calls that are not known yet. Asks again and again, `pause` after each answer.
///
/// # Errors
/// As [`newest`]; it is not asked again then.
pub async fn await_news(backend: &dyn Backend, known: &KnownCalls, pause: Duration) -> Result<Vec<LoggedCall>, Fault> {
    loop {
        let news = news(backend, known).await?;
        if !news.is_empty() {
            return Ok(news);
        }
        tokio::time::sleep(pause).await;
    }
}
