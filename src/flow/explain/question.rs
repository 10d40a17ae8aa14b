//! What is asked about.

use std::fmt;

use jiff::Timestamp;

use crate::domain::{AccountId, ConnectionName, Fault, FaultKind, Identifier, LoggedCall, ToolName, Untrusted};
use crate::journal::{CallKind, CallOutcome, EntryId, EntrySummary};

/// What is asked about: as far as it is named, whose, where, which tool, and which call. Nothing named asks about the
/// environment as a whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Question {
    /// Identifier that was acted as, or looked for.
    pub identifier: Option<Identifier>,
    /// Connection.
    pub connection: Option<ConnectionName>,
    /// Tool.
    pub tool: Option<ToolName>,
    /// Call that failed.
    pub call: Option<FailedCall>,
}

/// A call that failed, as far as it is remembered.
#[derive(Clone, Debug, PartialEq)]
pub struct FailedCall {
    /// Its number in the journal; none for one of which only the failure is known.
    pub number: Option<EntryId>,
    /// Environment that it went to, as it is recorded; none for the open one.
    pub environment: Option<Untrusted>,
    /// Time at which it was sent; none where it is not known.
    pub began: Option<Timestamp>,
    /// Account that it went out with; empty where the environment chose it.
    pub account: AccountId,
    /// Kind of its fault by its name; none where it did not fail.
    pub fault: Option<String>,
    /// HTTP status of the answer.
    pub status: Option<u16>,
    /// What was said of it, ours and the other side's words.
    pub said: Untrusted,
}

impl FailedCall {
    /// True if the fault is one of these kinds.
    pub(super) fn is_any(&self, kinds: &[FaultKind]) -> bool {
        self.fault.as_deref().is_some_and(|fault| kinds.iter().any(|kind| kind.slug() == fault))
    }

    /// True if it failed at all.
    pub fn failed(&self) -> bool {
        self.fault.is_some()
    }
}

impl Question {
    /// Question about one identifier, on one connection or on all of them.
    pub fn person(identifier: Identifier, connection: Option<ConnectionName>) -> Self {
        Self { identifier: Some(identifier), connection, ..Self::default() }
    }

    /// Question about a call that failed just now.
    pub fn failure(identifier: Identifier, connection: ConnectionName, tool: Option<ToolName>, fault: &Fault) -> Self {
        let call = FailedCall {
            number: None,
            environment: None,
            began: None,
            account: AccountId::default(),
            fault: Some(fault.kind.slug().to_owned()),
            status: fault.http_status,
            said: fault.to_string().into(),
        };
        Self { identifier: Some(identifier), connection: Some(connection), tool, call: Some(call) }
    }

    /// Question about a call in the journal.
    pub fn entry(entry: &EntrySummary) -> Self {
        let failed = !matches!(entry.outcome, CallOutcome::Succeeded | CallOutcome::Running);
        let (kind, said) = match &entry.fault {
            Some((kind, said)) => (kind.clone(), said.clone()),
            None => (entry.outcome.word().to_owned(), Untrusted::default()),
        };
        let call = FailedCall {
            number: Some(entry.id),
            environment: Some(entry.environment.clone()),
            began: Some(entry.began),
            account: entry.account.clone(),
            fault: failed.then_some(kind),
            status: entry.status,
            said,
        };
        Self {
            identifier: Some(entry.identifier.clone()),
            connection: Some(entry.connection.clone()),
            // A request to the provider's own API is no tool.
            tool: (entry.kind == CallKind::Tool).then(|| ToolName::new(entry.name.clone())),
            call: Some(call),
        }
    }

    /// Question about a call that the environment's own log tells of.
    pub fn logged(call: &LoggedCall) -> Self {
        let words = [&call.error_code, &call.error_message].into_iter().flatten().map(|text| text.raw().to_owned());
        let said = words.collect::<Vec<_>>().join(": ");
        let kind = call.error_code.as_ref().map(|code| match code.raw() {
            "UNAUTHORIZED" | "UNAUTHENTICATED" => FaultKind::NeedsAuthorization,
            "RATE_LIMITED" => FaultKind::ProviderLimited,
            _ => FaultKind::ProviderFailed,
        });
        let failed = FailedCall {
            number: None,
            environment: None,
            began: call.started_at,
            account: call.account.clone().unwrap_or_default(),
            fault: kind.map(|kind| kind.slug().to_owned()),
            status: None,
            said: said.into(),
        };
        Self {
            identifier: Some(call.identifier.clone()),
            connection: Some(call.connection.clone()),
            tool: call.tool.clone(),
            call: Some(failed),
        }
    }

    /// ` for ada@acme.dev on linear`, as far as it is named.
    fn place(&self) -> String {
        let whom = self.identifier.as_ref().map(|identifier| format!(" for {identifier}"));
        let place = self.connection.as_ref().map(|connection| format!(" on {connection}"));
        [whom, place].into_iter().flatten().collect()
    }
}

impl fmt::Display for Question {
    /// The question in words, safe to show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place();
        match (&self.call, &self.tool, &self.identifier) {
            (Some(_), Some(tool), _) => write!(f, "Why did {tool} fail{place}?"),
            (Some(_), None, _) => write!(f, "Why did the request fail{place}?"),
            (None, Some(tool), _) => write!(f, "Why does {tool} not work{place}?"),
            (None, None, Some(_)) => write!(f, "Why are there no tools{place}?"),
            (None, None, None) => write!(f, "Why are there no accounts{place}?"),
        }
    }
}
