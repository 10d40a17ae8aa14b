//! Asking who many accounts are: a few at a time, patient with limits, stopped by dropping it.

use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, stream};

use super::gate::Gate;
use super::probe::probe;
use super::proofs::keep;
use crate::backend::Backend;
use crate::domain::{Account, Fault, Proof, ProofOutcome};
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
    let gate = Gate::default();
    let (waits, mut waiting) = tokio::sync::mpsc::unbounded_channel();
    let proofs = stream::iter(accounts)
        .map(|account| patient(backend, recorder, table, account, &gate, &waits))
        .buffer_unordered(at_once.max(1));
    tokio::pin!(proofs);
    let (mut unkept, mut since) = (Vec::new(), Instant::now());
    loop {
        let proof = tokio::select! {
            Some(wait) = waiting.recv() => {
                on(Swept::Waits(wait));
                continue;
            }
            proof = proofs.next() => proof,
        };
        let is_last = proof.is_none();
        unkept.extend(proof.clone());
        proof.into_iter().for_each(|proof| on(Swept::Proof(proof)));
        if unkept.len() >= KEPT_TOGETHER || since.elapsed() >= KEPT_AFTER || is_last {
            since = Instant::now();
            if let Err(fault) = keep(recorder, std::mem::take(&mut unkept)).await {
                on(Swept::NotKept(fault));
            }
        }
        if is_last {
            return;
        }
    }
}

async fn patient(
    backend: &dyn Backend,
    recorder: &Recorder,
    table: &IdentityTable,
    account: Account,
    gate: &Gate,
    waits: &tokio::sync::mpsc::UnboundedSender<Duration>,
) -> Proof {
    let mut tries = 0;
    loop {
        gate.pass(&account.provider).await;
        match probe(backend, recorder, table, &account).await {
            Ok(proof) => {
                gate.passed(&account.provider);
                return proof;
            }
            Err(limit) if tries < PATIENCE => {
                tries += 1;
                gate.close(&account.provider, &limit);
                if let Some(until) = gate.closed_until(&account.provider) {
                    // Nobody listens where the sweep was stopped.
                    let _ = waits.send(until.saturating_duration_since(Instant::now()));
                }
            }
            Err(limit) => return given_up(&account, &limit),
        }
    }
}

fn given_up(account: &Account, limit: &Fault) -> Proof {
    Proof {
        account: account.id.clone(),
        connection: account.connection.clone(),
        identifier: account.identifier.clone(),
        provider: account.provider.clone(),
        status: account.status.clone(),
        token_expires_at: account.token_expires_at,
        at: jiff::Timestamp::now(),
        took: Duration::ZERO,
        execution: None,
        outcome: ProofOutcome::Failed(limit.to_string().into()),
    }
}
