//! Calls of the environment's own log: whether they fit a filter, their outcome in our words, and their rows as they
//! came.

use crate::domain::{CallStatus, ClockOffset, LoggedCall};
use crate::flow::call_log;
use crate::journal::{CallOutcome, JournalFilter};
use crate::json::Document;
use crate::tui::explorer::json_view::JsonView;
use crate::tui::widgets::matching::holds;
use crate::tui::widgets::typing::filter::stands_in;

/// Longest row that is shown as it came, in bytes; they are a few hundred.
const LONGEST_ROW: usize = 64 << 10;

/// Row of the environment's log, to look through.
pub(super) struct LoggedRow {
    key: String,
    /// The row as it came.
    pub(super) view: JsonView,
}

impl LoggedRow {
    /// The row of a call; none where it is too long for one.
    pub(super) fn new(call: &LoggedCall) -> Option<Self> {
        let document = Some(&call.raw).filter(|raw| raw.raw().len() <= LONGEST_ROW)?;
        let view = JsonView::new(Document::index(document.clone()).ok()?).named("logged-call");
        Some(Self { key: call_log::key(call).to_owned(), view })
    }

    /// Whether it is the row of the call with this key.
    pub(super) fn is_of(&self, key: &str) -> bool {
        self.key == key
    }
}

impl std::fmt::Debug for LoggedRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LoggedRow({} bytes)", self.key.len())
    }
}

/// Whether a call of the environment's log fits; of what that does not hold, nothing does.
pub(super) fn fits(wanted: &JournalFilter, call: &LoggedCall, skew: ClockOffset) -> bool {
    let has = |part: &Option<String>, text: &str| part.as_ref().is_none_or(|part| holds(text, &part.to_lowercase()));
    let is = |what: &Option<String>, text: &str| what.as_ref().is_none_or(|what| text == what);
    let name = call.tool.as_ref().map_or("", |tool| tool.raw());
    let outcome = outcome(call);
    let moment = skew.to_ours(call.started_at.unwrap_or_default());
    has(&wanted.name, name)
        && has(&wanted.identifier, call.identifier.raw())
        && wanted.connection.as_ref().is_none_or(|part| stands_in(part, &[call.connection.raw()]))
        && is(&wanted.account, call.account.as_ref().map_or("", |id| id.raw()))
        && is(&wanted.agent_run, call.run.as_ref().map_or("", |run| run.raw()))
        && is(&wanted.execution, call.execution.as_ref().map_or("", |id| id.raw()))
        && (wanted.outcomes.is_empty() || wanted.outcomes.contains(&outcome))
        && wanted.since.is_none_or(|since| moment >= since)
        && wanted.until.is_none_or(|until| moment <= until)
        && wanted.environment.is_none()
        && wanted.front.is_none()
        && wanted.client.is_none()
        && wanted.words.iter().all(|word| {
            let word = word.to_lowercase();
            let message = call.error_message.as_ref().map_or("", |message| message.raw());
            [name, call.identifier.raw(), call.connection.raw(), message].iter().any(|text| holds(text, &word))
        })
}

/// Outcome of a call of the environment's log, in our words.
pub fn outcome(call: &LoggedCall) -> CallOutcome {
    match call.status {
        CallStatus::Success => CallOutcome::Succeeded,
        CallStatus::ProviderError | CallStatus::PlatformError => CallOutcome::Failed,
        CallStatus::Other(_) => CallOutcome::Unknown,
    }
}
