//! Asking who many accounts are: a few at a time, patient with limits, stopped by dropping it.

use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;
use tokio::runtime::Handle;

use super::probe::probe;
use super::proofs::keep;
use crate::backend::Backend;
use crate::domain::{Account, Fault, Proof, ProofOutcome};
use crate::flow::rate_limit::RateLimits;
use crate::flow::record::Recorder;
use crate::identity::IdentityTable;

/// Accounts that are asked about at once, where nobody sets it.
pub const AT_ONCE: usize = 8;

/// Times that a limit is waited for, for one account.
const PATIENCE: u32 = 8;

/// Proofs that are kept in one go, and the longest time that one waits for it.
const KEPT_TOGETHER: usize = 64;
const KEPT_AFTER: Duration = Duration::from_secs(1);

/// Progress of a sweep.
#[derive(Clone, Debug)]
pub enum Swept {
    /// One more account was asked about.
    Proof(Proof),
    /// Nothing is sent for this long, for a limit.
    Waits(Duration),
    /// Proofs could not be kept; the sweep goes on.
    NotKept(Fault),
}

/// Asks who each of `accounts`, which were just read, is: `at_once` of them at a time. Proofs are told as they come,
/// and kept.
pub async fn sweep(
    backend: &dyn Backend,
    recorder: &Recorder,
    table: &IdentityTable,
    accounts: Vec<Account>,
    at_once: usize,
    mut on: impl FnMut(Swept),
) {
    let limits = RateLimits::default();
    let (waits, mut waiting) = tokio::sync::mpsc::unbounded_channel();
    let proofs = stream::iter(accounts)
        .map(|account| patient(backend, recorder, table, account, &limits, &waits))
        .buffer_unordered(at_once.max(1));
    tokio::pin!(proofs);
    let (mut unkept, mut since) = (Unkept { recorder, proofs: Vec::new() }, Instant::now());
    loop {
        let proof = tokio::select! {
            Some(wait) = waiting.recv() => {
                on(Swept::Waits(wait));
                continue;
            }
            proof = proofs.next() => proof,
        };
        let is_last = proof.is_none();
        unkept.proofs.extend(proof.clone());
        proof.into_iter().for_each(|proof| on(Swept::Proof(proof)));
        if unkept.proofs.len() >= KEPT_TOGETHER || since.elapsed() >= KEPT_AFTER || is_last {
            since = Instant::now();
            if let Err(fault) = keep(recorder, std::mem::take(&mut unkept.proofs)).await {
                on(Swept::NotKept(fault));
            }
        }
        if is_last {
            return;
        }
    }
}

/// Proofs that are still to be kept. Those of a sweep that is stopped are, too.
struct Unkept<'a> {
    recorder: &'a Recorder,
    proofs: Vec<Proof>,
}

impl Drop for Unkept<'_> {
    fn drop(&mut self) {
        let (recorder, proofs) = (self.recorder.clone(), std::mem::take(&mut self.proofs));
        if let Some(runtime) = Handle::try_current().ok().filter(|_| !proofs.is_empty()) {
            // Nobody is there any more to be told that it failed.
            runtime.spawn(async move { drop(keep(&recorder, proofs).await) });
        }
    }
}

async fn patient(
    backend: &dyn Backend,
    recorder: &Recorder,
    table: &IdentityTable,
    account: Account,
    limits: &RateLimits,
    waits: &tokio::sync::mpsc::UnboundedSender<Duration>,
) -> Proof {
    let mut tries = 0;
    loop {
        // Nobody listens where the sweep was stopped.
        limits.pass(&account.connection, |left| waits.send(left).unwrap_or_default()).await;
        match probe(backend, recorder, table, &account).await {
            Ok(proof) => {
                limits.passed(&account.connection);
                return proof;
            }
            Err(limit) if tries < PATIENCE && limits.close(&account.connection, &limit) => tries += 1,
            Err(limit) => {
                let outcome = ProofOutcome::Failed(limit.to_string().into());
                return Proof::new(&account, Timestamp::now(), Duration::ZERO, None, outcome);
            }
        }
    }
}
