//! The decision: from what was read to one cause and its evidence, without a request.

mod connection;
mod past;
#[cfg(test)]
mod tests;
mod tools;

use jiff::Timestamp;

use super::Diagnosis;
use super::cause::Cause;
use super::evidence::Evidence;
use super::facts::{Answer, Facts};
use super::question::Question;
use super::reading::relevant;
use crate::domain::{Account, Connection, Fault, FaultKind, Identifier, Status};

/// Names and accounts that are told at most, of each kind.
const MAX_NAMED: usize = 3;

/// Names the cause. Every control question adds its evidence; the first that finds something wrong names the cause,
/// and what later ones find is only possible.
pub(in crate::flow) fn diagnose(question: Question, facts: &Facts) -> Diagnosis {
    let mut diagnosis =
        Examination { question: &question, facts, evidence: Vec::new(), causes: Vec::new(), weak: Vec::new() };
    diagnosis.access();
    diagnosis.passing_call();
    diagnosis.person();
    diagnosis.connection();
    diagnosis.tool();
    diagnosis.accounts();
    diagnosis.past();
    diagnosis.offered();
    diagnosis.call();
    diagnosis.environment();
    let Examination { evidence, causes, mut weak, .. } = diagnosis;
    let mut causes = causes.into_iter();
    let cause = causes.next();
    let mut also_possible: Vec<Cause> = causes.collect();
    also_possible.append(&mut weak);
    also_possible.retain(|other| Some(other) != cause.as_ref());
    also_possible.dedup();
    Diagnosis { question, environment: String::new(), cause, evidence, also_possible, at: facts.now }
}

struct Examination<'a> {
    question: &'a Question,
    facts: &'a Facts,
    evidence: Vec<Evidence>,
    /// What is wrong, the most decisive first.
    causes: Vec<Cause>,
    /// What may be wrong, and is never told first.
    weak: Vec<Cause>,
}

impl<'a> Examination<'a> {
    fn known(&self) -> &'a [Connection] {
        self.facts.connections.told().map_or(&[], Vec::as_slice)
    }

    fn own(&self) -> &'a [Account] {
        self.facts.own.told().map_or(&[], Vec::as_slice)
    }

    /// Whether the environment answers its key at all.
    fn access(&mut self) {
        let facts = self.facts;
        let accounts = facts.own.fault().or(facts.first.fault());
        let reads = [
            ("accounts", "read connected accounts", accounts, true),
            ("connections of this environment", "list connections", facts.connections.fault(), false),
            ("the tool", "list tools", facts.tool.fault(), true),
            ("tools", "list tools", facts.offered.fault(), true),
        ];
        for (asked, what, fault, decides) in reads {
            let Some(fault) = fault else { continue };
            let cause = match fault.kind {
                FaultKind::KeyRefused => Cause::KeyRefused(said_of(fault)),
                FaultKind::Forbidden => Cause::KeyForbidden(what),
                _ => Cause::not_answered(fault),
            };
            let told = match fault.kind {
                FaultKind::KeyRefused | FaultKind::Forbidden => Evidence::bad(asked, fault.to_string()),
                _ => Evidence::unknown(asked, fault.to_string()),
            };
            self.evidence.push(told);
            let all_same = self.causes.iter().any(|known| known.slug() == cause.slug());
            match decides || fault.kind == FaultKind::KeyRefused {
                _ if all_same => {}
                true => self.causes.push(cause),
                false => self.weak.push(cause),
            }
        }
        if let Answer::Failed(fault) = &facts.journal {
            self.evidence.push(Evidence::unknown("past calls", fault.to_string()));
        }
    }

    /// A call that never came to an account explains itself.
    fn passing_call(&mut self) {
        use FaultKind::{BadAnswer, Blocked, KeyRefused, Local, Misconfigured, Network, NotGranted, PolicyDenied};
        use FaultKind::{RateLimited, TimedOut, TooLarge, Unreachable};
        let Some(call) = &self.question.call else { return };
        let at = call.began.map(|at| format!(", {}", ago(at, self.facts.now))).unwrap_or_default();
        let name = call.number.map_or_else(|| "the call".to_owned(), |number| format!("call {number}"));
        let status = call.status.map(|status| format!(" HTTP {status}")).unwrap_or_default();
        let Some(fault) = &call.fault else {
            return self.evidence.push(Evidence::good(name, format!("did not fail{status}{at}")));
        };
        let said = if call.said.is_empty() { String::new() } else { format!("  {}", call.said) };
        self.evidence.push(Evidence::bad(name, format!("{fault}{status}{at}{said}")));
        let passing = [Network, Unreachable, Blocked, TimedOut, RateLimited, TooLarge, BadAnswer, Local, KeyRefused];
        if call.is_any(&[KeyRefused]) {
            self.causes.push(Cause::KeyRefused(call.said.to_string()));
        } else if call.is_any(&[FaultKind::Forbidden]) {
            self.causes.push(Cause::KeyForbidden("do what the call does"));
        } else if call.is_any(&[PolicyDenied, NotGranted, Misconfigured]) {
            // No credential was got: what the provider thinks of any is not the question.
            self.causes.push(self.of_call(fault));
        } else if call.is_any(&passing) || call.is_any(&[FaultKind::ProviderLimited]) {
            self.causes.push(self.of_call(fault));
        }
    }

    fn of_call(&self, fault: &str) -> Cause {
        let said = self.question.call.as_ref().map(|call| call.said.clone()).unwrap_or_default();
        Cause::Call { kind: fault.to_owned(), said, tool: self.question.tool.clone() }
    }

    /// Whether the identifier has an account at all.
    fn person(&mut self) {
        let (Some(identifier), Some(own)) = (&self.question.identifier, self.facts.own.told()) else { return };
        let asked = format!("accounts of {identifier}");
        if !own.is_empty() {
            let places: Vec<_> = own.iter().take(MAX_NAMED).map(|account| account.connection.to_string()).collect();
            let more = if own.len() > MAX_NAMED { ", …" } else { "" };
            return self.evidence.push(Evidence::good(asked, format!("{}: {}{more}", own.len(), places.join(", "))));
        }
        self.evidence.push(Evidence::bad(asked, "none"));
        for near in self.facts.near_people.iter().take(MAX_NAMED) {
            self.evidence.push(Evidence::nearest("nearest", &near.to_string(), &identifier.to_string()));
        }
        let mut near = self.facts.near_people.iter();
        let neighbour = |meant: &Identifier| Cause::IdentifierNeighbour {
            wanted: identifier.clone(),
            meant: meant.clone(),
            connection: self.question.connection.clone(),
        };
        self.causes.push(near.next().map_or_else(|| Cause::IdentifierUnknown(identifier.clone()), neighbour));
    }

    fn tell_account(&mut self, account: &Account) {
        let asked = format!("{} on {}", account.identifier, account.connection);
        let word = account.status.word();
        self.evidence.push(match account.status {
            Status::Active => Evidence::good(asked, word),
            Status::Other(_) => Evidence::bad(asked, format!("{word}{}", self.since(account))),
            _ => Evidence::bad(asked, format!("{word} ({}){}", account.status.name(), self.since(account))),
        });
    }

    /// ` for 2 h`, where the account says since when.
    fn since(&self, account: &Account) -> String {
        let at = match account.status {
            Status::Expired => account.token_expires_at,
            _ => account.updated_at,
        };
        at.filter(|at| *at < self.facts.now).map(|at| format!(", {}", ago(at, self.facts.now))).unwrap_or_default()
    }

    /// Status of the accounts that the question can be about.
    fn accounts(&mut self) {
        let accounts: Vec<&Account> = relevant(self.question, self.facts).collect();
        let is_one = self.question.connection.is_some() || accounts.len() == 1;
        for account in accounts.iter().take(MAX_NAMED * 2) {
            self.tell_account(account);
            let known = self.known().iter().find(|known| known.name == account.connection);
            if let Some(known) = known.filter(|_| self.question.connection.is_none()) {
                self.state(known);
            }
        }
        let inactive = accounts.iter().filter(|account| account.status != Status::Active);
        let (needy, decided): (Vec<_>, Vec<_>) = inactive.partition(|account| is_one || account.status.needs_you());
        let works = accounts.iter().any(|account| account.status == Status::Active);
        self.causes.extend(needy.into_iter().map(|account| Cause::Status(Box::new(Account::clone(account)))));
        let decided = decided.into_iter().map(|account| Cause::Status(Box::new(Account::clone(account))));
        // Somebody disconnected it on purpose: that is the cause only where nothing else would do.
        if works { self.weak.extend(decided) } else { self.causes.extend(decided) }
    }

    /// The call's own failure, where nothing explains it.
    fn call(&mut self) {
        let Some(call) = self.question.call.as_ref() else { return };
        if let Some(fault) = call.fault.as_ref().filter(|_| self.causes.is_empty()) {
            self.causes.push(self.of_call(fault));
        }
    }

    /// Whether there are accounts at all, where nobody is named.
    fn environment(&mut self) {
        let Some(first) = self.facts.first.told() else { return };
        let asked = match &self.question.connection {
            Some(connection) => format!("accounts on {connection}"),
            None => "accounts of this environment".to_owned(),
        };
        let total = first.total.unwrap_or(first.accounts.len() as u64).max(first.accounts.len() as u64);
        if total > 0 {
            return self.evidence.push(Evidence::good(asked, total.to_string()));
        }
        self.evidence.push(Evidence::bad(asked, "none"));
        self.causes.push(match &self.question.connection {
            Some(connection) => Cause::NoAccountsOn(connection.clone()),
            None => Cause::NoAccounts,
        });
    }
}

fn said_of(fault: &Fault) -> String {
    fault.said.as_ref().map(|said| format!("It said: {said}")).unwrap_or_default()
}

/// `2 h ago`.
pub(in crate::flow::explain) fn ago(at: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_second().saturating_sub(at.as_second());
    let (count, unit) = match seconds {
        ..5 => return "just now".to_owned(),
        5..60 => (seconds, "s"),
        60..3_600 => (seconds / 60, "min"),
        3_600..172_800 => (seconds / 3_600, "h"),
        _ => (seconds / 86_400, "d"),
    };
    format!("{count} {unit} ago")
}
