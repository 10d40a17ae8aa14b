//! What earlier calls say of accounts that claim to be active.

use super::{Examination, MAX_NAMED, ago};
use crate::domain::{Account, FaultKind, ProofOutcome, Status};
use crate::flow::explain::cause::Cause;
use crate::flow::explain::evidence::Evidence;
use crate::flow::explain::past_calls::{PastCall, PastOutcome};
use crate::flow::explain::reading::relevant;
use crate::flow::explain::scopes;
use crate::order::StableOrder as _;

impl Examination<'_> {
    /// What earlier calls say of accounts that claim to be active.
    pub(super) fn past(&mut self) {
        let active = relevant(self.question, self.facts).filter(|account| account.status == Status::Active);
        for account in active.take(MAX_NAMED * 2) {
            // A question who the account is stands among the calls of the journal, so a refusal of that counts here.
            let calls = self.calls_of(account);
            self.credentials(account, &calls);
            self.permission(account, &calls);
            self.who(account);
        }
    }

    /// Person behind the account, by the last proof of it.
    fn who(&mut self, account: &Account) {
        let proofs = &self.facts.proofs;
        let proof = proofs.get(&account.id).filter(|proof| proof.status == account.status);
        let (Some(proof), Some(verdict)) = (proof, proofs.verdict(&account.id)) else { return };
        let ProofOutcome::Identified(identity) = &proof.outcome else { return };
        let who = identity.label().map(ToString::to_string).unwrap_or_default();
        let asked = format!("person behind {}", account.label());
        let told = format!("{who}, {} ({})", verdict.word(), ago(proof.at, self.facts.now));
        if !verdict.needs_you() {
            return self.evidence.push(Evidence::good(asked, told));
        }
        self.evidence.push(Evidence::bad(asked, told));
        self.causes.push(Cause::SomebodyElse { account: Box::new(account.clone()), who, verdict });
    }

    /// The calls of an account, the newest first; the one that is asked about counts.
    fn calls_of(&self, account: &Account) -> Vec<PastCall> {
        let is_its = |call: &&PastCall| match call.account.is_empty() {
            true => call.connection == account.connection && call.identifier == account.identifier,
            false => call.account == account.id,
        };
        let journal: &[PastCall] = self.facts.journal.told().map_or(&[], |own| own.here.as_slice());
        // The journal knows its own calls better than the environment's log does.
        let is_known = |call: &&PastCall| {
            call.execution.is_some() && journal.iter().any(|known| known.execution == call.execution)
        };
        let log = self.facts.log.iter().filter(|call| !is_known(call));
        let mut calls: Vec<PastCall> = journal.iter().chain(log).filter(is_its).cloned().collect();
        calls.extend(self.call_in_question().filter(|call| is_its(&call)));
        calls.order_by_key(|call| std::cmp::Reverse(call.at));
        calls
    }

    /// The call in question, where neither journal nor log holds it.
    fn call_in_question(&self) -> Option<PastCall> {
        let call = self.question.call.as_ref().filter(|call| call.failed() && call.number.is_none())?;
        let outcome = match call.status {
            Some(401) => PastOutcome::Unauthorized,
            Some(403) => PastOutcome::Forbidden,
            _ if call.began.is_some() && call.is_any(&[FaultKind::NeedsAuthorization]) => PastOutcome::Unauthorized,
            _ => PastOutcome::Other,
        };
        Some(PastCall {
            at: call.began.or(Some(self.facts.now)),
            identifier: self.question.identifier.clone()?,
            connection: self.question.connection.clone()?,
            account: call.account.clone(),
            tool: self.question.tool.clone(),
            outcome,
            said: call.said.clone(),
            number: None,
            execution: None,
        })
    }

    /// Whether the provider takes the account's credentials, by its newest call that tells.
    fn credentials(&mut self, account: &Account, calls: &[PastCall]) {
        let tells = |call: &&PastCall| !matches!(call.outcome, PastOutcome::Other);
        let asked = format!("last call as {}", account.label());
        let Some(newest) = calls.iter().find(tells) else {
            return self.evidence.push(Evidence::plain(asked, "none that is known"));
        };
        let when = newest.at.map(|at| ago(at, self.facts.now)).unwrap_or_default();
        let told_by = if newest.number.is_some() { "" } else { " (the environment's log)" };
        let number = newest.number.map(|number| format!("call {number}, ")).unwrap_or_default();
        if newest.outcome != PastOutcome::Unauthorized {
            return self.evidence.push(Evidence::good(asked, format!("{number}credentials taken {when}{told_by}")));
        }
        let said = newest.words();
        let quoted = if said.is_empty() { String::new() } else { format!("  “{said}”") };
        self.evidence.push(Evidence::bad(asked, format!("{number}refused with 401 {when}{told_by}{quoted}")));
        let cause = Cause::RevokedAtProvider { account: Box::new(account.clone()), said };
        // Whoever authorized it since may have repaired it.
        let is_old = newest.at.zip(account.updated_at).is_some_and(|(at, updated)| at < updated);
        if is_old { self.weak.push(cause) } else { self.causes.push(cause) }
    }

    /// Whether the provider lets the account do what the tool does, by the newest call of it.
    fn permission(&mut self, account: &Account, calls: &[PastCall]) {
        let Some(tool) = &self.question.tool else { return };
        let of_tool = |call: &&PastCall| call.tool.as_ref() == Some(tool);
        let lacks = |call: &PastCall| scopes::missing(&call.words());
        let tells = |call: &&PastCall| {
            matches!(call.outcome, PastOutcome::Forbidden | PastOutcome::Succeeded)
                || call.outcome == PastOutcome::Other && lacks(call).is_some()
        };
        let Some(newest) = calls.iter().filter(of_tool).find(tells) else { return };
        if newest.outcome == PastOutcome::Succeeded {
            return;
        }
        let said = newest.words();
        let when = newest.at.map(|at| format!(" {}", ago(at, self.facts.now))).unwrap_or_default();
        let how = if newest.outcome == PastOutcome::Forbidden { "refused with 403" } else { "refused" };
        let quoted = if said.is_empty() { String::new() } else { format!("  “{said}”") };
        self.evidence.push(Evidence::bad(format!("last call of {tool}"), format!("{how}{when}{quoted}")));
        let (account, tool) = (Box::new(account.clone()), tool.clone());
        self.causes.push(match lacks(newest) {
            Some(scopes) => Cause::ScopeMissing { account, tool, scopes, said },
            None => Cause::Forbidden { account, tool, said },
        });
    }
}
