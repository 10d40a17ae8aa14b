//! Receipts: what an authorization changed, and what is proven of it.
//!
//! A status alone proves nothing. [`make()`] asks the provider who the account is, counts its tools, and holds both
//! against what was known before; an account that is authorized and still refused is told as such.

mod document;
mod make;
mod person;
#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

pub use self::document::{document, is_authorized};
pub use self::make::{Authorized, kept, make};
pub use self::person::SamePerson;
use self::person::told;
use super::identity::Verdict;
use crate::domain::{
    Account, AccountId, ConnectionName, Fault, Identifier, Identity, ProofOutcome, SafeMessage, Status, Untrusted,
    listed, pluralize,
};
use crate::journal::{CallKind, EntryId};

/// Receipt of one authorization.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// Id of the account.
    pub account: AccountId,
    /// Name of its connection.
    pub connection: ConnectionName,
    /// Its identifier.
    pub identifier: Identifier,
    /// End of the authorization.
    pub at: Timestamp,
    /// Time from its beginning to its end.
    pub took: Duration,
    /// The account before; none where it was made for this.
    pub before: Option<AccountState>,
    /// The account after; none where it could not be read.
    pub after: Option<AccountState>,
    /// Answer to the question who the account is; none where nobody asked, because it is not authorized.
    pub proof: Option<ProofOutcome>,
    /// Verdict on that, beside all other proofs of the environment.
    pub verdict: Option<Verdict>,
    /// That person, held against who it was before.
    pub same: SamePerson,
    /// Tools that are listed for the account; none where that could not be read in time.
    pub tools: Option<u64>,
    /// The last call of this account that failed, where nothing has worked since.
    pub failed_call: Option<FailedCall>,
    /// Reason why it is not authorized.
    pub fault: Option<Fault>,
}

/// An account at one moment, as far as a receipt tells of it.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountState {
    /// Status, as the back-end tells it.
    pub status: Status,
    /// End of the access token (UTC).
    pub token_expires_at: Option<Timestamp>,
    /// Scopes, where the back-end tells them.
    pub scopes: Option<Vec<Untrusted>>,
}

/// A call of the past that failed.
#[derive(Clone, Debug, PartialEq)]
pub struct FailedCall {
    /// Number in the journal.
    pub entry: EntryId,
    /// Tool or request.
    pub kind: CallKind,
    /// The tool's name, or method and path.
    pub name: Untrusted,
    /// Time at which it was sent.
    pub began: Timestamp,
    /// Reason, as it was written down.
    pub fault: Option<Untrusted>,
}

/// Result of an authorization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The provider says who the account is, and nothing says that this is wrong.
    Proven,
    /// The provider says that the account is somebody else than its identifier stands for.
    SomebodyElse(SafeMessage),
    /// The account is authorized; who it is, and whether calls work, nobody could prove.
    Unproven(SafeMessage),
    /// The account is authorized, and the provider refuses all the same.
    StillFailing(SafeMessage),
    /// The account is not authorized.
    NotAuthorized(SafeMessage),
}

impl Outcome {
    /// Name in documents.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::SomebodyElse(_) => "somebody_else",
            Self::Unproven(_) => "unproven",
            Self::StillFailing(_) => "still_failing",
            Self::NotAuthorized(_) => "not_authorized",
        }
    }
}

impl AccountState {
    /// State of an account as it was read.
    pub fn of(account: &Account) -> Self {
        Self { status: account.status.clone(), token_expires_at: account.token_expires_at, scopes: scopes(account) }
    }
}

/// Scopes that an account tells. The wire has no such member, some environments send one. Reference:
/// docs/scalekit-api.md, 4.1.
fn scopes(account: &Account) -> Option<Vec<Untrusted>> {
    let document: Value = serde_json::from_str(account.raw.raw()).ok()?;
    let scopes = document.get("scopes")?.as_array()?;
    let texts: Option<Vec<Untrusted>> = scopes.iter().map(|scope| scope.as_str().map(Untrusted::from)).collect();
    texts.filter(|texts| !texts.is_empty())
}

impl Receipt {
    /// Result of the authorization.
    pub fn outcome(&self) -> Outcome {
        match (&self.fault, &self.proof) {
            (Some(fault), _) => Outcome::NotAuthorized(fault.message.clone()),
            (None, Some(ProofOutcome::Identified(now))) if self.verdict == Some(Verdict::Mismatch) => {
                let who = told(now);
                Outcome::SomebodyElse(format!("Calls for {} act as {who}.", self.identifier).into())
            }
            (None, Some(ProofOutcome::Identified(_))) => Outcome::Proven,
            (None, Some(ProofOutcome::Refused(words))) => Outcome::StillFailing(words.to_string().into()),
            (None, Some(ProofOutcome::NotProvable(words))) => Outcome::Unproven(words.to_string().into()),
            (None, Some(ProofOutcome::Failed(words))) => {
                Outcome::Unproven(format!("The question who it is failed: {words}").into())
            }
            (None, None) => Outcome::Unproven("Nobody asked who it is.".into()),
        }
    }

    /// Whether everything is proven, and nothing calls for a second look. Another person than before is no reason for one
    /// where it is provably the right one now.
    pub fn is_clean(&self) -> bool {
        let is_another = matches!(self.same, SamePerson::Another(_)) && self.verdict != Some(Verdict::Proven);
        let needs_you = self.verdict.as_ref().is_some_and(Verdict::needs_you);
        self.outcome() == Outcome::Proven && !is_another && !needs_you
    }

    /// Whether somebody should look at it: it fails, or acts as somebody else than before or than meant.
    pub fn needs_you(&self) -> bool {
        match self.outcome() {
            Outcome::Proven => !self.is_clean(),
            Outcome::Unproven(_) => false,
            Outcome::SomebodyElse(_) | Outcome::StillFailing(_) | Outcome::NotAuthorized(_) => true,
        }
    }

    /// A sentence on the result.
    pub fn headline(&self) -> String {
        match self.outcome() {
            Outcome::Proven if self.is_clean() => "Proven: it is authorized, and it works.".to_owned(),
            Outcome::Proven if matches!(self.same, SamePerson::Another(_)) => {
                "Authorized, as another person than before.".to_owned()
            }
            Outcome::Proven => "Authorized, and it works. Who it is calls for a second look.".to_owned(),
            Outcome::SomebodyElse(why) => format!("Authorized as somebody else. {why}"),
            Outcome::Unproven(_) => "Authorized. Whether it works is not proven.".to_owned(),
            Outcome::StillFailing(why) => format!("Authorized, and still failing: {why}"),
            Outcome::NotAuthorized(why) => why.to_string(),
        }
    }

    /// `linear/ada@acme.dev`, safe to show.
    pub fn label(&self) -> String {
        format!("{}/{}", self.connection, self.identifier)
    }

    /// Names and ids of the people that it tells of, as they are shown.
    pub fn names(&self) -> Vec<String> {
        let now = match &self.proof {
            Some(ProofOutcome::Identified(now)) => Some(now),
            _ => None,
        };
        let before = match &self.same {
            SamePerson::Another(before) => Some(before.as_ref()),
            _ => None,
        };
        let parts = |person: &Identity| [person.name.clone(), person.email.clone(), person.id.clone()];
        now.into_iter().chain(before).flat_map(parts).flatten().map(|part| part.to_string()).collect()
    }

    /// `expired → active`, safe to show.
    pub fn change(&self) -> String {
        let word = |state: &Option<AccountState>| state.as_ref().map(|state| state.status.word());
        match (word(&self.before), word(&self.after)) {
            (Some(before), Some(after)) if before == after => format!("still {after}"),
            (Some(before), Some(after)) => format!("{before} → {after}"),
            (None, Some(after)) => format!("new → {after}"),
            (Some(before), None) => format!("{before} before, not known now"),
            (None, None) => "not known".to_owned(),
        }
    }

    /// The receipt in one line without the account's name, safe to show.
    pub fn line(&self) -> String {
        let tools = self.tools.map(|tools| pluralize(tools, "tool"));
        let parts = match self.outcome() {
            Outcome::NotAuthorized(why) => vec![Some(self.change()), Some(first_sentence(&why))],
            Outcome::StillFailing(why) => {
                vec![Some(format!("authorized, and still failing: {}", first_sentence(&why)))]
            }
            Outcome::SomebodyElse(why) => vec![Some(self.change()), Some(first_sentence(&why)), tools],
            Outcome::Unproven(why) => {
                vec![Some(self.change()), Some(format!("not proven: {}", first_sentence(&why))), tools]
            }
            Outcome::Proven => {
                let beside = self.beside_others();
                vec![Some(self.change()), Some(self.same.words().to_owned()), beside, tools]
            }
        };
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    /// Trouble that only the proofs of other accounts show, safe to show.
    fn beside_others(&self) -> Option<String> {
        match self.verdict.as_ref()? {
            Verdict::Shared(other) => Some(format!("same person as {other}")),
            Verdict::Split(connection, who) => Some(format!("on {connection} it is {who}")),
            _ => None,
        }
    }

    /// Facts with their names, safe to show.
    pub fn facts(&self, moment: impl Fn(Timestamp) -> String) -> Vec<(&'static str, String)> {
        let mut facts = vec![("status", self.change())];
        match &self.proof {
            Some(ProofOutcome::Identified(now)) => {
                facts.push(("person", format!("{} · {}", told(now), self.same.words())))
            }
            Some(ProofOutcome::Refused(why)) => facts.push(("person", format!("refused: {why}"))),
            Some(ProofOutcome::NotProvable(why)) => facts.push(("person", format!("not proven: {why}"))),
            Some(ProofOutcome::Failed(why)) => facts.push(("person", format!("not known: {why}"))),
            None => {}
        }
        if let SamePerson::Another(before) = &self.same {
            facts.push(("before", told(before)));
        }
        facts.extend(self.beside_others().map(|words| ("but", words)));
        let expiry = |state: &Option<AccountState>| state.as_ref().and_then(|state| state.token_expires_at);
        let (before, after) = (expiry(&self.before).map(&moment), expiry(&self.after).map(&moment));
        match (before, after) {
            (Some(before), Some(after)) if before != after => {
                facts.push(("expires", format!("{after} (was {before})")))
            }
            (_, Some(after)) => facts.push(("expires", after)),
            (..) => {}
        }
        let scopes = |state: &Option<AccountState>| {
            state.as_ref().and_then(|state| state.scopes.as_deref()).map(|scopes| listed(scopes, ", "))
        };
        match (scopes(&self.before), scopes(&self.after)) {
            (Some(before), Some(after)) if before != after => {
                facts.push(("scopes", format!("{after} (were {before})")))
            }
            (_, Some(after)) => facts.push(("scopes", after)),
            (..) => {}
        }
        if self.fault.is_none() {
            let words = |count: u64| if count == 0 { "none listed".to_owned() } else { count.to_string() };
            facts.push(("tools", self.tools.map_or_else(|| "not read in time".to_owned(), words)));
        }
        if let Some(call) = &self.failed_call {
            let why = call.fault.as_ref().map(|fault| format!(": {fault}")).unwrap_or_default();
            facts.push(("last failure", format!("{} on {}{why}", call.name, moment(call.began))));
        }
        facts
    }
}

/// The first sentence of a message without its full stop, for a line of several parts.
fn first_sentence(message: &str) -> String {
    message.split_once(". ").map_or(message, |(first, _)| first).trim_end_matches('.').to_owned()
}
