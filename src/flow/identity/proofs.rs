//! All proofs of an environment, and the verdict on each beside the others.

use std::collections::HashMap;

use super::verdict::Verdict;
use crate::domain::{
    AccountId, Fault, Identifier, Identity, MatchRule, Proof, ProofOutcome, Provider, Status, Untrusted,
};
use crate::flow::record::{Recorder, blocking};

/// Proofs by account. A verdict is found in a time that does not grow with their number.
#[derive(Clone, Debug, Default)]
pub struct Proofs {
    rule: MatchRule,
    by_account: HashMap<AccountId, Proof>,
    /// Accounts behind one user of a provider.
    by_user: HashMap<(String, String), Vec<AccountId>>,
    /// Accounts of one identifier.
    by_identifier: HashMap<Identifier, Vec<AccountId>>,
}

impl Proofs {
    /// None yet, to be judged by this rule.
    pub fn new(rule: MatchRule) -> Self {
        Self { rule, ..Self::default() }
    }

    /// Rule that they are judged by.
    pub fn rule(&self) -> &MatchRule {
        &self.rule
    }

    /// Takes a proof in the place of an earlier one of its account.
    pub fn insert(&mut self, proof: Proof) {
        self.remove(&proof.account);
        if let ProofOutcome::Identified(identity) = &proof.outcome {
            if let Some(user) = user(&proof.provider, identity) {
                self.by_user.entry(user).or_default().push(proof.account.clone());
            }
            self.by_identifier.entry(proof.identifier.clone()).or_default().push(proof.account.clone());
        }
        self.by_account.insert(proof.account.clone(), proof);
    }

    /// Forgets the proof of an account.
    pub fn remove(&mut self, account: &AccountId) {
        let Some(proof) = self.by_account.remove(account) else { return };
        let ProofOutcome::Identified(identity) = &proof.outcome else { return };
        let lists = user(&proof.provider, identity).and_then(|user| self.by_user.get_mut(&user));
        for list in lists.into_iter().chain(self.by_identifier.get_mut(&proof.identifier)) {
            list.retain(|other| other != account);
        }
    }

    /// Proof of an account.
    pub fn get(&self, account: &AccountId) -> Option<&Proof> {
        self.by_account.get(account)
    }

    /// All of them, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &Proof> {
        self.by_account.values()
    }

    /// Number of proofs.
    pub fn len(&self) -> usize {
        self.by_account.len()
    }

    /// True before anything was proven.
    pub fn is_empty(&self) -> bool {
        self.by_account.is_empty()
    }

    /// Verdict on an account's proof; none without one.
    pub fn verdict(&self, account: &AccountId) -> Option<Verdict> {
        let proof = self.get(account)?;
        Some(match &proof.outcome {
            ProofOutcome::Refused(_) if proof.status == Status::Active => Verdict::Refused,
            ProofOutcome::Refused(_) => Verdict::Unusable,
            ProofOutcome::NotProvable(_) => Verdict::NotProvable,
            ProofOutcome::Failed(_) => Verdict::Failed,
            ProofOutcome::Identified(identity) => self.identified(proof, identity),
        })
    }

    fn identified(&self, proof: &Proof, identity: &Identity) -> Verdict {
        let matches = self.rule.matches(&proof.identifier, identity);
        if matches == Some(false) {
            return Verdict::Mismatch;
        }
        if let Some(other) = self.other_identifier(proof, identity) {
            return Verdict::Shared(other);
        }
        match (self.other_person(proof, identity), matches) {
            (Some(split), _) => split,
            (None, Some(_)) => Verdict::Proven,
            (None, None) => Verdict::Identified,
        }
    }

    /// Another identifier behind which the same user stands.
    fn other_identifier(&self, proof: &Proof, identity: &Identity) -> Option<Identifier> {
        let accounts = self.by_user.get(&user(&proof.provider, identity)?)?;
        let others = accounts.iter().filter_map(|account| self.get(account)).map(|other| &other.identifier);
        others.filter(|other| **other != proof.identifier).min_by(|a, b| a.raw().cmp(b.raw())).cloned()
    }

    /// The same identifier on another connection, where it is provably somebody else. A connection whose person is
    /// known to be the wrong one does not put the right one in doubt.
    fn other_person(&self, proof: &Proof, identity: &Identity) -> Option<Verdict> {
        let accounts = self.by_identifier.get(&proof.identifier)?;
        accounts.iter().filter_map(|account| self.get(account)).find_map(|other| {
            let ProofOutcome::Identified(theirs) = &other.outcome else { return None };
            let same = match other.provider.raw().eq_ignore_ascii_case(proof.provider.raw()) {
                true => identity.is_same_user(theirs),
                false => identity.has_same_email(theirs),
            };
            let is_known_wrong = self.rule.matches(&other.identifier, theirs) == Some(false)
                && self.rule.matches(&proof.identifier, identity) == Some(true);
            let is_split = same == Some(false) && !is_known_wrong;
            is_split.then(|| {
                Verdict::Split(
                    other.connection.clone(),
                    theirs.label().cloned().unwrap_or_else(|| Untrusted::from("–")),
                )
            })
        })
    }
}

/// One user of one provider.
fn user(provider: &Provider, identity: &Identity) -> Option<(String, String)> {
    let key = identity.id.as_ref().or(identity.email.as_ref()).or(identity.name.as_ref())?;
    Some((provider.raw().to_lowercase(), key.raw().to_lowercase()))
}

/// Proofs of the environment that the journal keeps; none where nothing is recorded.
///
/// # Errors
/// [`FaultKind::Local`](crate::domain::FaultKind::Local): the journal cannot be read.
pub async fn kept(recorder: &Recorder) -> Result<Vec<Proof>, Fault> {
    let Some(records) = recorder.records() else { return Ok(Vec::new()) };
    let (journal, environment) = (records.journal().await?, recorder.environment().to_owned());
    blocking(move || journal.proofs(&environment)).await
}

/// Keeps proofs in the journal; nothing where nothing is recorded.
///
/// # Errors
/// [`FaultKind::Local`](crate::domain::FaultKind::Local): the journal cannot be written.
pub async fn keep(recorder: &Recorder, proofs: Vec<Proof>) -> Result<(), Fault> {
    let Some(records) = recorder.records() else { return Ok(()) };
    let (journal, environment) = (records.open().await?, recorder.environment().to_owned());
    blocking(move || journal.keep_proofs(&environment, &proofs)).await
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::*;

    fn proof(account: &str, connection: &str, identifier: &str, outcome: ProofOutcome) -> Proof {
        Proof {
            account: account.into(),
            connection: connection.into(),
            identifier: identifier.into(),
            provider: connection.to_uppercase().as_str().into(),
            status: Status::Active,
            token_expires_at: None,
            at: Timestamp::UNIX_EPOCH,
            took: Duration::ZERO,
            execution: None,
            outcome,
        }
    }

    fn is(id: &str, email: &str) -> ProofOutcome {
        let some = |text: &str| (!text.is_empty()).then(|| Untrusted::from(text));
        ProofOutcome::Identified(Identity { id: some(id), email: some(email), ..Identity::default() })
    }

    fn words(proofs: &Proofs, accounts: &[&str]) -> Vec<&'static str> {
        accounts
            .iter()
            .map(|account| proofs.verdict(&(*account).into()).map_or("–", |verdict| verdict.word()))
            .collect()
    }

    #[test]
    fn each_trouble_has_its_verdict() {
        let mut proofs = Proofs::new(MatchRule::Auto);
        proofs.insert(proof("a", "linear", "ada@acme.dev", is("U1", "ADA@acme.dev")));
        proofs.insert(proof("b", "gmail", "barbara@acme.dev", is("", "dennis@acme.dev")));
        proofs.insert(proof("c", "slack", "user_1", is("S1", "")));
        proofs.insert(proof("d", "slack", "user_2", is("S1", "")));
        proofs.insert(proof("e", "slack", "user_3", is("S3", "")));
        proofs.insert(proof("f", "github", "user_4", is("4", "eve@acme.dev")));
        proofs.insert(proof("g", "asana", "user_4", is("9", "mallory@acme.dev")));
        proofs.insert(proof("h", "asana", "x", ProofOutcome::Refused("revoked".into())));
        proofs
            .insert(Proof { status: Status::Expired, ..proof("i", "asana", "y", ProofOutcome::Refused("no".into())) });
        proofs.insert(proof("j", "shelf", "z", ProofOutcome::NotProvable("no call".into())));
        let all = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"];
        let verdicts = [
            "proven",
            "mismatch",
            "shared",
            "shared",
            "identified",
            "split",
            "split",
            "refused",
            "unusable",
            "not provable",
            "–",
        ];
        assert_eq!(words(&proofs, &all), verdicts);
        assert_eq!(proofs.verdict(&"c".into()), Some(Verdict::Shared("user_2".into())));
        assert_eq!(proofs.verdict(&"f".into()), Some(Verdict::Split("asana".into(), "mallory@acme.dev".into())));
        // A later proof takes the place of the earlier one, everywhere.
        proofs.insert(proof("d", "slack", "user_2", is("S2", "")));
        proofs.insert(proof("g", "asana", "user_4", is("9", "eve@acme.dev")));
        assert_eq!(words(&proofs, &["c", "d", "f", "g"]), ["identified"; 4]);
    }

    #[test]
    fn the_wrong_person_elsewhere_does_not_put_the_right_one_in_doubt() {
        let mut proofs = Proofs::new(MatchRule::Auto);
        proofs.insert(proof("a", "linear", "ada@acme.dev", is("1", "ada@acme.dev")));
        proofs.insert(proof("b", "gmail", "ada@acme.dev", is("", "eve@acme.dev")));
        assert_eq!(words(&proofs, &["a", "b"]), ["proven", "mismatch"]);
    }

    #[test]
    fn a_rule_of_the_profile_decides() {
        let mut proofs = Proofs::new(MatchRule::parse("acme-{id}").unwrap());
        proofs.insert(proof("a", "linear", "acme-7", is("7", "ada@acme.dev")));
        proofs.insert(proof("b", "linear", "acme-8", is("9", "bob@acme.dev")));
        assert_eq!(words(&proofs, &["a", "b"]), ["proven", "mismatch"]);
    }
}
