//! Declared status held against behaviour: accounts that say one thing and do another.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::identity::Proofs;
use crate::domain::{Account, AccountId, ExecutionId, Proof, ProofOutcome, Status, Untrusted};
use crate::order::StableOrder as _;

/// Time by which two clocks may differ, or a renewal be under way, without anybody being wrong.
const GRACE: SignedDuration = SignedDuration::from_mins(5);

/// Account that says one thing and does another.
#[derive(Clone, Debug, PartialEq)]
pub struct Disagreement {
    /// The account, as it was last read.
    pub account: Account,
    /// Kind of contradiction.
    pub kind: DisagreementKind,
    /// What the account did, in the other side's words where there are any.
    pub behaviour: Behaviour,
}

/// Behaviour of an account, and when it was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Behaviour {
    /// Time of the behaviour.
    pub at: Timestamp,
    /// Execution in which it showed.
    pub execution: Option<ExecutionId>,
    /// The other side's words.
    pub said: Option<Untrusted>,
}

/// Kinds of contradiction, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DisagreementKind {
    /// Says active, and is refused.
    ActiveRefused,
    /// Its verification succeeded, and it still waits.
    VerifiedPending,
    /// Says that it cannot be used, and works.
    InactiveWorks,
    /// Says active, and its token has ended.
    ActivePastExpiry,
}

impl DisagreementKind {
    /// Sentence on the account that it is about.
    pub fn sentence(self, account: &Account) -> String {
        let (label, word) = (account.label(), account.status.word());
        match self {
            Self::ActiveRefused => format!("{label} says {word}, but the provider refuses its calls."),
            Self::VerifiedPending => format!("{label} says {word}, although its verification succeeded."),
            Self::InactiveWorks => format!("{label} says {word}, but its calls work."),
            Self::ActivePastExpiry => format!("{label} says {word}, but its token ended."),
        }
    }

    /// Sentence on what repairs it.
    pub fn repair(self) -> &'static str {
        match self {
            Self::ActiveRefused => "Authorize it again.",
            Self::VerifiedPending => "Read it again; if it still waits, authorize it again.",
            Self::InactiveWorks => "Nothing is broken for callers. Read it again, and report it to the environment.",
            Self::ActivePastExpiry => "Prove it: the next call renews the token, or shows that it cannot be renewed.",
        }
    }
}

/// Every contradiction among `accounts`, worst first. `verified` tells when the verification of an account last
/// succeeded here; `now` is the environment's time.
pub fn disagreements(
    accounts: &[Account],
    proofs: &Proofs,
    verified: &HashMap<AccountId, Timestamp>,
    now: Timestamp,
) -> Vec<Disagreement> {
    let mut found: Vec<_> = accounts
        .iter()
        .filter_map(|account| {
            let (kind, behaviour) = contradiction(account, proofs.get(&account.id), verified.get(&account.id), now)?;
            Some(Disagreement { account: account.clone(), kind, behaviour })
        })
        .collect();
    found.order_by_key(|it| (it.kind, it.account.label()));
    found
}

fn contradiction(
    account: &Account,
    proof: Option<&Proof>,
    verified: Option<&Timestamp>,
    now: Timestamp,
) -> Option<(DisagreementKind, Behaviour)> {
    use DisagreementKind::{ActivePastExpiry, ActiveRefused, InactiveWorks, VerifiedPending};
    // What was seen before the account changed says nothing of what it is now.
    let proof = proof.filter(|proof| proof.status == account.status);
    let seen = |proof: &Proof, said: Option<&Untrusted>| Behaviour {
        at: proof.at,
        execution: proof.execution.clone(),
        said: said.cloned(),
    };
    let is_active = account.status == Status::Active;
    match proof.map(|proof| (proof, &proof.outcome)) {
        Some((proof, ProofOutcome::Refused(said))) if is_active => {
            return Some((ActiveRefused, seen(proof, Some(said))));
        }
        Some((proof, ProofOutcome::Identified(_))) if !is_active => return Some((InactiveWorks, seen(proof, None))),
        _ => {}
    }
    if let Some(at) = verified
        && matches!(account.status, Status::PendingAuth | Status::PendingVerification)
        && account.updated_at.is_none_or(|updated| updated <= *at + GRACE)
    {
        return Some((VerifiedPending, Behaviour { at: *at, execution: None, said: None }));
    }
    let ended = account.token_expires_at.filter(|end| is_active && *end + GRACE < now)?;
    let works_since =
        proof.is_some_and(|proof| proof.at > ended && matches!(proof.outcome, ProofOutcome::Identified(_)));
    (!works_since).then_some((ActivePastExpiry, Behaviour { at: ended, execution: None, said: None }))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::{AuthorizationType, Identity, JsonText, MatchRule};

    fn account(id: &str, status: Status) -> Account {
        Account {
            id: id.into(),
            identifier: id.into(),
            connection: "linear".into(),
            connection_id: "conn_1".into(),
            provider: "LINEAR".into(),
            status,
            authorization: AuthorizationType::unknown(),
            token_expires_at: None,
            updated_at: None,
            last_used_at: None,
            org_wide: false,
            raw: JsonText::empty_object(),
        }
    }

    fn proof(account: &Account, at: Timestamp, outcome: ProofOutcome) -> Proof {
        Proof {
            account: account.id.clone(),
            connection: account.connection.clone(),
            identifier: account.identifier.clone(),
            provider: account.provider.clone(),
            status: account.status.clone(),
            token_expires_at: account.token_expires_at,
            at,
            took: Duration::ZERO,
            execution: Some("exec_1".into()),
            outcome,
        }
    }

    #[test]
    fn each_contradiction_is_found_with_its_evidence_and_no_other() {
        let now: Timestamp = "2026-11-29T12:00:00Z".parse().unwrap();
        let named = || ProofOutcome::Identified(Identity { id: Some("U1".into()), ..Identity::default() });
        let refused = || ProofOutcome::Refused("token revoked".into());
        let past =
            |account: Account| Account { token_expires_at: Some(now - SignedDuration::from_hours(3)), ..account };
        let accounts = [
            account("a refused", Status::Active),
            account("b works", Status::Expired),
            account("c pending", Status::PendingVerification),
            past(account("d past", Status::Active)),
            past(account("e renewed", Status::Active)),
            account("f well", Status::Active),
            account("g expired", Status::Expired),
            account("h changed", Status::Active),
        ];
        let mut proofs = Proofs::new(MatchRule::Auto);
        for (at, outcome) in [(0, refused()), (1, named()), (4, named()), (5, named()), (6, refused())] {
            proofs.insert(proof(&accounts[at], now, outcome));
        }
        let before = Account { status: Status::Expired, ..accounts[7].clone() };
        proofs.insert(proof(&before, now, named()));
        let verified = HashMap::from([("c pending".into(), now), ("f well".into(), now)]);
        let found = disagreements(&accounts, &proofs, &verified, now);
        let told: Vec<_> = found.iter().map(|it| (it.account.id.raw(), it.kind)).collect();
        assert_eq!(
            told,
            [
                ("a refused", DisagreementKind::ActiveRefused),
                ("c pending", DisagreementKind::VerifiedPending),
                ("b works", DisagreementKind::InactiveWorks),
                ("d past", DisagreementKind::ActivePastExpiry),
            ]
        );
        let Behaviour { execution, said, .. } = &found[0].behaviour;
        assert_eq!((execution.as_ref().unwrap().raw(), said.as_ref().unwrap().raw()), ("exec_1", "token revoked"));
        assert!(found[0].kind.sentence(&found[0].account).contains("says active, but"));
    }
}
