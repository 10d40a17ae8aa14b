//! Own requests to a provider's API in the environment's log: their answers tell no execution id, which joins all other
//! calls with their entries.

use jiff::SignedDuration;

use crate::domain::{CallSource, ClockOffset, LoggedCall};
use crate::journal::{CallKind, EntrySummary};

/// Time by which the log may place the start of a request before or after its entry: the way there, and what is not
/// known of its clock.
const APART: SignedDuration = SignedDuration::from_secs(5);

/// Requests that are looked for in the log.
pub(super) struct OwnRequests<'a> {
    entries: Vec<&'a EntrySummary>,
    skew: ClockOffset,
}

impl<'a> OwnRequests<'a> {
    pub(super) fn among(ours: &'a [EntrySummary], skew: ClockOffset) -> Self {
        let is_request = |call: &&EntrySummary| call.kind == CallKind::Proxy && call.execution.is_none();
        Self { entries: ours.iter().filter(is_request).collect(), skew }
    }

    /// Whether this row is of one of them, the nearest in time. Each has one row.
    pub(super) fn take(&mut self, call: &LoggedCall) -> bool {
        let (CallSource::Proxy, Some(began)) = (&call.source, call.started_at) else { return false };
        let began = self.skew.to_ours(began);
        let apart = |entry: &EntrySummary| entry.began.duration_since(began).abs();
        let is_it = |entry: &EntrySummary| {
            entry.connection == call.connection && entry.identifier == call.identifier && apart(entry) <= APART
        };
        let found = self.entries.iter().enumerate().filter(|(_, entry)| is_it(entry));
        let Some((nearest, _)) = found.min_by_key(|(_, entry)| apart(entry)) else { return false };
        self.entries.swap_remove(nearest);
        true
    }
}
