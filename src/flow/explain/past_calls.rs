//! What earlier calls say of an account: those of this machine's journal, and those that the environment logged.

use std::sync::Arc;

use jiff::Timestamp;

use super::question::Question;
use crate::backend::Backend;
use crate::backend::scalekit::EMBEDDED;
use crate::domain::{
    AccountId, CallStatus, ClockOffset, ConnectionName, ExecutionId, Fault, FaultKind, Identifier, LoggedCall,
    ToolName, Untrusted,
};
use crate::flow::call_log;
use crate::flow::record::{Records, blocking};
use crate::journal::{CallKind, CallOutcome, EntryId, EntrySummary, JournalFilter};

/// Calls of the journal that are looked at, the newest first.
const LOOKED_AT: usize = 60;

/// One earlier call.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::flow) struct PastCall {
    /// Time of its start by the environment's clock; none where nobody said.
    pub at: Option<Timestamp>,
    pub identifier: Identifier,
    pub connection: ConnectionName,
    pub account: AccountId,
    /// None for a request to the provider's own API.
    pub tool: Option<ToolName>,
    pub outcome: PastOutcome,
    /// Words on the failure.
    pub said: Untrusted,
    /// Its number in the journal; none for one of the environment's log.
    pub number: Option<EntryId>,
    /// The environment's name for it.
    pub execution: Option<ExecutionId>,
}

/// What came of an earlier call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::flow) enum PastOutcome {
    /// The provider carried it out.
    Succeeded,
    /// The provider did not take the account's credentials.
    Unauthorized,
    /// The provider took them, and did not let the account do that.
    Forbidden,
    /// Anything else, which says nothing of the account.
    Other,
}

/// A call that succeeded in another environment.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::flow) struct Elsewhere {
    /// Environment, as it is recorded.
    pub environment: Untrusted,
    pub connection: ConnectionName,
    pub at: Timestamp,
}

/// What the journal has of the person.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::flow) struct OwnCalls {
    /// Calls in the open environment, the newest first.
    pub here: Vec<PastCall>,
    /// The newest success in each other environment.
    pub elsewhere: Vec<Elsewhere>,
}

/// Reads what the journal has of the person that `question` is about.
///
/// # Errors
/// The journal cannot be read.
pub(super) async fn of_journal(
    records: &Arc<Records>,
    question: &Question,
    environment: &str,
    skew: ClockOffset,
) -> Result<OwnCalls, Fault> {
    let Some(identifier) = question.identifier.clone() else { return Ok(OwnCalls::default()) };
    let journal = records.journal().await?;
    let (asked, environment) = (question.clone(), environment.to_owned());
    blocking(move || {
        let person = JournalFilter { identifier: Some(identifier.raw().to_owned()), ..JournalFilter::default() };
        let here = JournalFilter { made_in: Some(environment.clone()), ..person.clone() };
        let theirs = |entry: &EntrySummary| entry.identifier == identifier;
        let here = journal.list(&here, None, LOOKED_AT)?.calls.into_iter().filter(theirs);
        let here = here.map(|entry| PastCall::from_entry(entry, skew)).collect();
        let worked = JournalFilter { outcomes: vec![CallOutcome::Succeeded], ..person };
        let mut elsewhere: Vec<Elsewhere> = Vec::new();
        for entry in journal.list(&worked, None, LOOKED_AT)?.calls {
            let same_tool = asked.tool.as_ref().is_none_or(|tool| tool.raw() == entry.name.raw());
            let same_place = asked.connection.as_ref().is_none_or(|connection| *connection == entry.connection);
            let is_new = !elsewhere.iter().any(|known| known.environment == entry.environment);
            // What works in the sandbox works in no real environment.
            let is_other = ![environment.as_str(), EMBEDDED].contains(&entry.environment.raw());
            if is_other && theirs(&entry) && (same_tool || same_place) && is_new {
                let EntrySummary { environment, connection, began: at, .. } = entry;
                elsewhere.push(Elsewhere { environment, connection, at });
            }
        }
        Ok(OwnCalls { here, elsewhere })
    })
    .await
}

/// The newest calls of the person in the environment's own log, whoever made them; none where it has no log.
pub(super) async fn of_log(backend: &dyn Backend, identifier: &Identifier) -> Vec<PastCall> {
    let calls = call_log::first(backend).await;
    calls.into_iter().filter(|call| call.identifier == *identifier).map(PastCall::from_logged).collect()
}

impl PastCall {
    fn from_entry(entry: EntrySummary, skew: ClockOffset) -> Self {
        let fault = entry.fault.as_ref().map(|(kind, _)| kind.as_str());
        let outcome = match (entry.outcome, entry.status) {
            (CallOutcome::Succeeded, _) => PastOutcome::Succeeded,
            (CallOutcome::Failed, Some(401)) if fault != Some(FaultKind::KeyRefused.slug()) => {
                PastOutcome::Unauthorized
            }
            (CallOutcome::Failed, Some(403)) if fault != Some(FaultKind::Forbidden.slug()) => PastOutcome::Forbidden,
            _ => PastOutcome::Other,
        };
        Self {
            at: Some(skew.to_brokers(entry.began)),
            tool: (entry.kind == CallKind::Tool).then(|| ToolName::new(entry.name)),
            identifier: entry.identifier,
            connection: entry.connection,
            account: entry.account,
            outcome,
            said: entry.fault.map(|(_, said)| said).unwrap_or_default(),
            number: Some(entry.id),
            execution: entry.execution,
        }
    }

    fn from_logged(call: LoggedCall) -> Self {
        let code = call.error_code.as_ref().map_or("", |code| code.raw());
        let outcome = match (&call.status, code) {
            (CallStatus::Success, _) => PastOutcome::Succeeded,
            (_, "UNAUTHORIZED" | "UNAUTHENTICATED") => PastOutcome::Unauthorized,
            (_, "FORBIDDEN" | "PERMISSION_DENIED") => PastOutcome::Forbidden,
            _ => PastOutcome::Other,
        };
        Self {
            at: call.started_at,
            identifier: call.identifier,
            connection: call.connection,
            account: call.account.unwrap_or_default(),
            tool: call.tool,
            outcome,
            said: call.error_message.unwrap_or_default(),
            number: None,
            execution: call.execution,
        }
    }

    /// What the other side said, without our words before it.
    pub fn words(&self) -> String {
        let said = self.said.to_string();
        said.split_once(" It said: ").map_or(said.as_str(), |(_, theirs)| theirs).trim().to_owned()
    }
}
