//! Making a receipt: what is asked, read and looked up for it, all of it bounded.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::document::{document, person_of};
use super::{AccountState, FailedCall, Receipt, SamePerson};
use crate::backend::Backend;
use crate::domain::{
    Account, AccountId, AccountRef, Fault, FaultKind, Identity, JsonText, Proof, ProofOutcome, Untrusted,
};
use crate::flow::environment::Opened;
use crate::flow::identity::{self, Proofs, Swept};
use crate::flow::record::{Recorder, Records, blocking};
use crate::flow::{accounts, sources, tools};
use crate::journal::{CallKind, CallOutcome, EntrySummary, Journal, JournalFilter, KeptReceipt};
use crate::order::StableOrder as _;

/// Longest time that the tools are counted.
const COUNTING: Duration = Duration::from_secs(10);

/// Longest time that the provider is asked who the account is, limits that are waited out included.
const ASKING: Duration = Duration::from_secs(60);

/// Calls of an account among which the last failure is looked for.
const LOOKED_AT: usize = 100;

/// Receipts among which the person of before is looked for.
const EARLIER: usize = 20;

/// An authorization that has ended.
#[derive(Clone, Debug)]
pub struct Authorized {
    /// The account before.
    pub before: Account,
    /// The account after, or the reason why it is not authorized.
    pub result: Result<Account, Fault>,
    /// Time from its beginning to its end.
    pub took: Duration,
}

/// Makes the receipt of an authorization, and keeps it where `recorder` keeps anything, with the proof that was asked for.
/// What cannot be had is left out: a receipt never fails.
pub async fn make(opened: &Opened, recorder: &Recorder, ended: Authorized) -> (Receipt, Option<Proof>) {
    let backend = opened.backend.as_ref();
    let Authorized { before, result, took } = ended;
    let at = Timestamp::now();
    let (after, fault) = match result {
        Ok(account) => (Some(account), None),
        Err(fault) => (accounts::get(backend, &AccountRef::Id(before.id.clone())).await.ok(), Some(fault)),
    };
    // Before a new proof takes the place of the old one.
    let past = past(recorder, &before).await;
    let authorized = after.as_ref().filter(|_| fault.is_none());
    let (proof, tools) = match authorized {
        Some(account) => tokio::join!(prove(backend, recorder, account), counted(backend, account)),
        None => (None, None),
    };
    let proof = match (authorized, proof) {
        (Some(account), Some(proof)) => Some(rehearsed(backend, account, proof).await),
        (_, proof) => proof,
    };
    let verdict = proof.as_ref().and_then(|proof| {
        let mut proofs = Proofs::new(opened.match_rule.clone());
        past.proofs.into_iter().chain([proof.clone()]).for_each(|proof| proofs.insert(proof));
        proofs.verdict(&before.id)
    });
    let outcome = proof.as_ref().map(|proof| proof.outcome.clone());
    let receipt = Receipt {
        account: before.id.clone(),
        connection: before.connection.clone(),
        identifier: before.identifier.clone(),
        at,
        took,
        before: Some(AccountState::of(&before)),
        after: after.as_ref().map(AccountState::of),
        same: SamePerson::compare(past.person.as_ref(), outcome.as_ref()),
        proof: outcome,
        verdict,
        tools,
        failed_call: past.failed_call.filter(|_| fault.is_none()),
        fault,
    };
    if let Some(records) = recorder.records()
        && let Err(fault) = keep(records, recorder.environment(), &receipt).await
    {
        tracing::warn!(fault = fault.kind.slug(), "receipt not kept");
    }
    (receipt, proof)
}

/// Asks the provider who the account is; none where no answer came in time.
async fn prove(backend: &dyn Backend, recorder: &Recorder, account: &Account) -> Option<Proof> {
    let (table, _) = identity::table(sources::home().ok().as_ref());
    let recorder = recorder.clone().probing();
    let mut proof = None;
    let told = |swept| {
        if let Swept::Proof(told) = swept {
            proof = Some(told);
        }
    };
    let sweep = identity::sweep(backend, &recorder, &table, vec![account.clone()], 1, told);
    let _ = tokio::time::timeout(ASKING, sweep).await;
    proof
}

/// The proof of an account whose provider has nothing to ask: where a call gets a credential of its own, one is got at least.
async fn rehearsed(backend: &dyn Backend, account: &Account, proof: Proof) -> Proof {
    let ProofOutcome::NotProvable(why) = &proof.outcome else { return proof };
    let tried = tokio::time::timeout(ASKING, backend.authorizer().rehearse(account)).await;
    let outcome = match tried {
        Ok(Ok(Some(came))) => ProofOutcome::NotProvable(Untrusted::from(format!("{came} {why}"))),
        Ok(Err(fault)) => ProofOutcome::Refused(Untrusted::from(fault.to_string())),
        Ok(Ok(None)) | Err(_) => return proof,
    };
    Proof { outcome, ..proof }
}

/// Number of tools that are listed for an account; none where that took too long or failed.
async fn counted(backend: &dyn Backend, account: &Account) -> Option<u64> {
    let mut count = 0_u64;
    let page = |page: Vec<_>, _| count += page.len() as u64;
    let connections = [account.connection.clone()];
    let load = tools::load(backend, &account.identifier, &connections, page);
    let loaded = tokio::time::timeout(COUNTING, load).await;
    loaded.ok()?.ok()?;
    Some(count)
}

/// Facts of the past that a receipt tells of.
#[derive(Default)]
struct Past {
    /// All proofs of the environment.
    proofs: Vec<Proof>,
    /// The person that the account was proven to be last.
    person: Option<Identity>,
    failed_call: Option<FailedCall>,
}

async fn past(recorder: &Recorder, account: &Account) -> Past {
    let Some(records) = recorder.records() else { return Past::default() };
    let proofs = identity::kept(recorder).await.unwrap_or_default();
    let Ok(journal) = records.journal().await else { return Past::default() };
    let (environment, account) = (recorder.environment().to_owned(), account.clone());
    let proven = proofs.iter().find_map(|proof| match &proof.outcome {
        ProofOutcome::Identified(identity) if proof.account == account.id => Some(identity.clone()),
        _ => None,
    });
    let read = move || {
        // A later proof may have been refused, which tells of nobody.
        let earlier = || {
            let receipts = journal.receipts(&environment, Some(&account.id), EARLIER).unwrap_or_default();
            receipts.iter().find_map(|kept| person_of(&parsed(&kept.document)?))
        };
        let person = proven.or_else(earlier);
        Ok(Past { proofs, person, failed_call: failed_call(&journal, &environment, &account).ok().flatten() })
    };
    blocking(read).await.unwrap_or_default()
}

fn parsed(document: &JsonText) -> Option<Value> {
    serde_json::from_str(document.raw()).ok()
}

/// The newest call of an account that failed, unless the same has worked since. What a person denied did not fail: it is
/// not offered to be sent again.
fn failed_call(journal: &Journal, environment: &str, account: &Account) -> Result<Option<FailedCall>, Fault> {
    let all = JournalFilter { made_in: Some(environment.to_owned()), probe: Some(false), ..JournalFilter::default() };
    let by_id = JournalFilter { account: Some(account.id.raw().to_owned()), ..all.clone() };
    // A request names no account: it is found by its pair.
    let by_pair = JournalFilter {
        connection: Some(account.connection.raw().to_owned()),
        identifier: Some(account.identifier.raw().to_owned()),
        ..all
    };
    let is_its = |call: &EntrySummary| {
        call.account == account.id
            || (call.kind == CallKind::Proxy
                && call.connection == account.connection
                && call.identifier == account.identifier)
    };
    let mut calls = journal.list(&by_id, None, LOOKED_AT)?.calls;
    calls.extend(journal.list(&by_pair, None, LOOKED_AT)?.calls.into_iter().filter(is_its));
    calls.order_by_key(|call| std::cmp::Reverse(call.id));
    calls.dedup_by_key(|call| call.id);
    let mut works: HashSet<String> = HashSet::new();
    for call in calls {
        match call.outcome {
            CallOutcome::Succeeded => {
                works.insert(call.name.raw().to_owned());
            }
            CallOutcome::Failed | CallOutcome::Reported
                if !works.contains(call.name.raw()) && !was_denied(call.fault.as_ref()) =>
            {
                return Ok(Some(FailedCall {
                    entry: call.id,
                    kind: call.kind,
                    name: call.name,
                    began: call.began,
                    fault: call.fault.map(|(_, words)| words),
                }));
            }
            _ => {}
        }
    }
    Ok(None)
}

/// Whether a person denied the call, so that it was never sent.
fn was_denied(fault: Option<&(String, Untrusted)>) -> bool {
    fault.is_some_and(|(slug, _)| slug == FaultKind::Denied.slug())
}

async fn keep(records: &Arc<Records>, environment: &str, receipt: &Receipt) -> Result<(), Fault> {
    let journal = records.journal().await?;
    let Ok(json) = JsonText::parse(document(receipt).to_string()) else { return Ok(()) };
    let (environment, account, at) = (environment.to_owned(), receipt.account.clone(), receipt.at);
    blocking(move || journal.keep_receipt(&environment, &account, at, &json)).await
}

/// Receipts of one account, or of all of an environment, the newest first.
///
/// # Errors
/// [`FaultKind::Local`]: the journal cannot be read.
pub async fn kept(
    records: &Records,
    environment: &str,
    account: Option<AccountId>,
    limit: usize,
) -> Result<Vec<KeptReceipt>, Fault> {
    let (journal, environment) = (records.journal().await?, environment.to_owned());
    blocking(move || journal.receipts(&environment, account.as_ref(), limit)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_denied_did_not_fail() {
        let fault = |kind: FaultKind| Some((kind.slug().to_owned(), Untrusted::from("No.")));
        assert!(was_denied(fault(FaultKind::Denied).as_ref()));
        assert!(!was_denied(fault(FaultKind::ProviderFailed).as_ref()) && !was_denied(None));
    }
}
