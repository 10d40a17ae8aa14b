//! The environment's own log of calls.

use futures_util::StreamExt as _;

use crate::backend::Backend;
use crate::domain::LoggedCall;

/// Batches that are read at most.
const MOST: usize = 3;

/// The newest calls; none where the environment has no log, or shows none.
pub async fn newest(backend: &dyn Backend) -> Vec<LoggedCall> {
    let mut calls = Vec::new();
    let Some(log) = backend.call_log() else { return calls };
    let mut list = log.stream().take(MOST);
    while let Some(Ok(batch)) = list.next().await {
        calls.extend(batch.items);
    }
    calls
}
