//! The environment's own log of calls.

use futures_util::StreamExt as _;

use crate::backend::Backend;
use crate::domain::LoggedCall;

/// Batches that are read at most.
const MOST: usize = 3;

/// The newest calls; none where the environment has no log, or shows none.
pub async fn newest(backend: &dyn Backend) -> Vec<LoggedCall> {
    batches(backend, MOST).await
}

/// The newest calls in one batch.
pub(super) async fn first(backend: &dyn Backend) -> Vec<LoggedCall> {
    batches(backend, 1).await
}

async fn batches(backend: &dyn Backend, most: usize) -> Vec<LoggedCall> {
    let mut calls = Vec::new();
    let Some(log) = backend.call_log() else { return calls };
    let mut list = log.stream().take(most);
    while let Some(Ok(batch)) = list.next().await {
        calls.extend(batch.items);
    }
    calls
}
