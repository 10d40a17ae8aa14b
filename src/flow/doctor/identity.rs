//! Who accounts really are, as far as the providers were asked, and what they do against what they say.

use std::collections::HashMap;

use jiff::Timestamp;

use super::Subject;
use super::accounts::{about, utc};
use super::finding::{Check, Finding, Problem, Severity};
use crate::domain::{Account, AccountId, ConnectionName, Proof, ProofOutcome, pluralize};
use crate::flow::disagreements::{Disagreement, DisagreementKind, disagreements};
use crate::flow::identity::{Proofs, Verdict};

/// Accounts that act as somebody else, or do another thing than they say. `asked` tells whether they were asked just
/// now; `verified` when the authorization of an account last succeeded here.
pub(super) fn identity(
    subject: &Subject<'_>,
    proofs: &Proofs,
    verified: &HashMap<AccountId, Timestamp>,
    asked: bool,
) -> Vec<Finding> {
    let accounts: Vec<Account> = subject.accounts.iter().map(|account| (*account).clone()).collect();
    let mut found: Vec<_> = accounts.iter().filter_map(|account| person(account, proofs)).collect();
    let contradictions = disagreements(&accounts, proofs, verified, subject.now);
    found.extend(contradictions.iter().map(contradiction));
    found.extend(summary(&accounts, proofs, asked));
    found
}

/// The person behind an account, where that is somebody else.
fn person(account: &Account, proofs: &Proofs) -> Option<Finding> {
    let proof = proofs.get(&account.id)?;
    let who = match &proof.outcome {
        ProofOutcome::Identified(identity) => identity.label().map(ToString::to_string).unwrap_or_default(),
        _ => String::new(),
    };
    let identifier = &account.identifier;
    let (severity, sentence) = match proofs.verdict(&account.id)? {
        Verdict::Mismatch => (Severity::Bad, format!("Calls for {identifier} act as {who}.")),
        Verdict::Shared(other) => (Severity::Warning, format!("The same person as {other}: both act as {who}.")),
        Verdict::Split(connection, other) => {
            (Severity::Warning, format!("It acts as {who}, but as {other} on {}.", shown(&connection)))
        }
        Verdict::Failed => (Severity::Note, format!("Who it is could not be asked. {}", words(proof))),
        // What is declared active and refused is a contradiction, told below.
        Verdict::Refused | Verdict::Unusable | Verdict::Proven | Verdict::Identified | Verdict::NotProvable => {
            return None;
        }
    };
    let finding = about(account, Check::Identity, severity, sentence);
    let mut evidence = vec![format!("asked {}", utc(proof.at))];
    evidence.extend(proof.execution.as_ref().map(|execution| format!("execution {execution}")));
    evidence.extend(finding.evidence.iter().cloned());
    Some(Finding { kind: Problem::Person, evidence, ..finding })
}

fn shown(connection: &ConnectionName) -> String {
    connection.to_string()
}

fn words(proof: &Proof) -> String {
    match &proof.outcome {
        ProofOutcome::Identified(_) => String::new(),
        ProofOutcome::Refused(said) | ProofOutcome::NotProvable(said) | ProofOutcome::Failed(said) => said.to_string(),
    }
}

fn contradiction(found: &Disagreement) -> Finding {
    let severity = match found.kind {
        DisagreementKind::ActiveRefused => Severity::Bad,
        DisagreementKind::VerifiedPending | DisagreementKind::ActivePastExpiry => Severity::Warning,
        DisagreementKind::InactiveWorks => Severity::Note,
    };
    let account = &found.account;
    let sentence = format!("{} {}", found.kind.sentence(account), found.kind.repair());
    let finding = about(account, Check::Identity, severity, sentence);
    let mut evidence = vec![format!("seen {}", utc(found.behaviour.at))];
    evidence.extend(found.behaviour.execution.as_ref().map(|execution| format!("execution {execution}")));
    evidence.extend(found.behaviour.said.as_ref().map(|said| format!("the other side said: {said}")));
    evidence.extend(finding.evidence.iter().cloned());
    Finding { evidence, ..finding }
}

/// A line on how many are known.
fn summary(accounts: &[Account], proofs: &Proofs, asked: bool) -> Option<Finding> {
    let verdicts: Vec<_> = accounts.iter().filter_map(|account| proofs.verdict(&account.id)).collect();
    let count = |wanted: &dyn Fn(&Verdict) -> bool| verdicts.iter().filter(|verdict| wanted(verdict)).count();
    if accounts.is_empty() {
        return None;
    }
    let all = pluralize(accounts.len() as u64, "account");
    let proven = count(&|verdict| *verdict == Verdict::Proven);
    let (severity, sentence) = match verdicts.len() {
        0 => (Severity::Note, format!("Nobody asked the providers who these {all} are.")),
        known => {
            let open = count(&|verdict| matches!(verdict, Verdict::NotProvable | Verdict::Identified));
            let when = if asked { "now" } else { "earlier" };
            let sentence = format!("{proven} of {all} proven; {known} asked {when}, {open} of them not provable.");
            // Where nothing can be proven, all is not well for certain.
            (if asked && open < known { Severity::Ok } else { Severity::Note }, sentence)
        }
    };
    Some(Finding::new(Check::Identity, severity, "proofs", sentence))
}
