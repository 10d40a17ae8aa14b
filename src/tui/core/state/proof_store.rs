//! Proofs of who the accounts are, and the sweep that takes them.

use std::time::Duration;

use crate::domain::{Account, MatchRule, Proof};
use crate::flow::identity::{Proofs, Verdict};

/// Proofs of the open environment's accounts.
#[derive(Debug, Default)]
pub struct ProofStore {
    proofs: Proofs,
    /// Proving under way.
    pub sweep: Option<Sweep>,
}

/// Rank of an account by the verdict on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProofRank {
    /// Whether somebody is needed.
    pub needs_you: bool,
    /// Place in the order of the verdicts: the worst is 0.
    pub place: usize,
}

/// Proving of several accounts, under way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sweep {
    /// Accounts to ask about.
    pub total: usize,
    /// Accounts that were asked about.
    pub done: usize,
    /// Accounts among them of which nobody said who they are.
    pub untold: usize,
    /// Uptime at which it began.
    pub began: Duration,
    /// Uptime until which nothing is sent, for a rate limit.
    pub waits_until: Option<Duration>,
}

impl Sweep {
    /// Accounts a second so far; none before the first few.
    pub fn rate(&self, now: Duration) -> Option<f64> {
        let seconds = now.saturating_sub(self.began).as_secs_f64();
        (self.done >= 3 && seconds > 0.2).then(|| self.done as f64 / seconds)
    }

    /// Time left at that rate.
    pub fn left(&self, now: Duration) -> Option<Duration> {
        let rest = self.total.saturating_sub(self.done) as f64;
        self.rate(now).map(|rate| Duration::from_secs_f64((rest / rate).min(1e9)))
    }
}

impl ProofStore {
    /// No proof yet, to be judged by this rule.
    pub fn new(rule: MatchRule) -> Self {
        Self { proofs: Proofs::new(rule), sweep: None }
    }

    /// Takes a proof in the place of an earlier one.
    pub fn insert(&mut self, proof: Proof) {
        self.proofs.insert(proof);
    }

    /// All proofs, whatever their accounts have become.
    pub fn all(&self) -> &Proofs {
        &self.proofs
    }

    /// True before anything was proven.
    pub fn is_empty(&self) -> bool {
        self.proofs.is_empty()
    }

    /// Proof of an account. One that was taken while the account had another status says nothing of it now.
    pub fn of(&self, account: &Account) -> Option<&Proof> {
        self.proofs.get(&account.id).filter(|proof| proof.status == account.status)
    }

    /// Verdict on an account.
    pub fn verdict(&self, account: &Account) -> Option<Verdict> {
        self.of(account)?;
        self.proofs.verdict(&account.id)
    }

    /// Whether an account acts as somebody else than meant, or is refused although it should work.
    pub fn needs_you(&self, account: &Account) -> bool {
        self.verdict(account).is_some_and(|verdict| verdict.needs_you())
    }

    /// Rank of an account by its verdict; none without one. A sort asks once for each account, and not in every
    /// comparison.
    pub fn rank(&self, account: &Account) -> Option<ProofRank> {
        let verdict = self.verdict(account)?;
        Some(ProofRank { needs_you: verdict.needs_you(), place: verdict.rank() })
    }
}
