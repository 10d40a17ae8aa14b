//! Calls of one run of an agent: together under a line of the run, folded at first.

pub(super) mod view;

use std::collections::HashMap;
use std::ops::Range;

use crate::domain::Untrusted;
use crate::journal::CallOutcome;
use crate::tui::activity::logged;
use crate::tui::activity::screen::Call;

/// Facts on a run that is kept in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFacts {
    /// First words of it.
    pub title: Untrusted,
    /// Id of the model.
    pub model: Untrusted,
}

/// Several calls of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RunGroup {
    /// Id of the run.
    pub(super) id: Untrusted,
    /// Places of its calls among the rows.
    pub(super) rows: Range<usize>,
    /// Number of calls that failed.
    pub(super) failed: usize,
}

/// Line of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListLine {
    /// A run, by its place among the groups.
    Run(usize),
    /// A call, by its place among the rows.
    Call {
        /// The place.
        row: usize,
        /// Whether it stands below its run.
        in_run: bool,
    },
}

/// Run that a call belongs to.
pub(super) fn run_of(call: &Call) -> Option<&Untrusted> {
    match call {
        Call::Ours(ours) => ours.agent_run.as_ref(),
        Call::Theirs(theirs) => theirs.run.as_ref(),
    }
}

/// Whether a call failed, or its tool reported a failure.
pub(super) fn has_failed(call: &Call) -> bool {
    let outcome = match call {
        Call::Ours(ours) => ours.outcome,
        Call::Theirs(theirs) => logged::outcome(theirs),
    };
    matches!(outcome, CallOutcome::Failed | CallOutcome::Reported)
}

/// Brings the calls of each run together where its first one stood. A run with a single call is no group.
pub(super) fn gather(rows: Vec<Call>) -> (Vec<Call>, Vec<RunGroup>) {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for run in rows.iter().filter_map(run_of) {
        *counts.entry(run.raw().to_owned()).or_default() += 1;
    }
    counts.retain(|_, count| *count > 1);
    if counts.is_empty() {
        return (rows, Vec::new());
    }
    // A call by itself, or a run by its place among `runs`.
    let mut order: Vec<Result<Call, usize>> = Vec::new();
    let mut runs: Vec<(Untrusted, Vec<Call>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for call in rows {
        let run = run_of(&call).filter(|run| counts.contains_key(run.raw())).cloned();
        let Some(run) = run else {
            order.push(Ok(call));
            continue;
        };
        let place = *places.entry(run.raw().to_owned()).or_insert_with(|| {
            order.push(Err(runs.len()));
            runs.push((run, Vec::new()));
            runs.len() - 1
        });
        runs.get_mut(place).into_iter().for_each(|(_, calls)| calls.push(call.clone()));
    }
    let (mut gathered, mut groups) = (Vec::new(), Vec::new());
    for part in order {
        match part {
            Ok(call) => gathered.push(call),
            Err(place) => {
                let Some((id, calls)) = runs.get_mut(place) else { continue };
                let from = gathered.len();
                let failed = calls.iter().filter(|call| has_failed(call)).count();
                gathered.append(calls);
                groups.push(RunGroup { id: id.clone(), rows: from..gathered.len(), failed });
            }
        }
    }
    (gathered, groups)
}

/// Lines of so many rows; of these groups the calls as well where `is_unfolded` says so.
pub(super) fn lines(rows: usize, groups: &[RunGroup], is_unfolded: impl Fn(&RunGroup) -> bool) -> Vec<ListLine> {
    let (mut lines, mut row) = (Vec::new(), 0);
    for (at, group) in groups.iter().enumerate() {
        lines.extend((row..group.rows.start).map(|row| ListLine::Call { row, in_run: false }));
        lines.push(ListLine::Run(at));
        if is_unfolded(group) {
            lines.extend(group.rows.clone().map(|row| ListLine::Call { row, in_run: true }));
        }
        row = group.rows.end;
    }
    lines.extend((row..rows).map(|row| ListLine::Call { row, in_run: false }));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CallSource, CallStatus, JsonText, LoggedCall};

    fn call(name: &str, run: Option<&str>, status: CallStatus) -> Call {
        Call::Theirs(LoggedCall {
            execution: Some(name.into()),
            tool: Some(name.into()),
            provider: "GMAIL".into(),
            account: None,
            connection: "gmail".into(),
            connection_id: "".into(),
            identifier: "ada".into(),
            source: CallSource::Api,
            status,
            error_code: None,
            error_message: None,
            took: None,
            started_at: None,
            run: run.map(Into::into),
            raw: JsonText::empty_object(),
        })
    }

    #[test]
    fn calls_of_a_run_stand_where_its_first_one_stood_and_one_alone_is_no_group() {
        let rows =
            [("a", None), ("b", Some("r1")), ("c", Some("r2")), ("d", None), ("e", Some("r1")), ("f", Some("r3"))];
        let rows = rows.map(|(name, run)| {
            call(name, run, if name == "e" { CallStatus::ProviderError } else { CallStatus::Success })
        });
        let (rows, groups) = gather(rows.into());
        assert_eq!(rows.iter().map(Call::name).collect::<Vec<_>>(), ["a", "b", "e", "c", "d", "f"]);
        assert_eq!(groups, [RunGroup { id: "r1".into(), rows: 1..3, failed: 1 }]);
        let call = |row, in_run| ListLine::Call { row, in_run };
        assert_eq!(
            lines(rows.len(), &groups, |_| false),
            [call(0, false), ListLine::Run(0), call(3, false), call(4, false), call(5, false)]
        );
        assert_eq!(
            lines(rows.len(), &groups, |_| true),
            [
                call(0, false),
                ListLine::Run(0),
                call(1, true),
                call(2, true),
                call(3, false),
                call(4, false),
                call(5, false)
            ]
        );
    }
}
