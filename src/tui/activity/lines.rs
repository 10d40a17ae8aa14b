//! Rows and lines of the list of past calls: put together from both logs, and the cursor kept on its call.

use std::collections::HashSet;

use crate::domain::{LoggedCall, Untrusted};
use crate::flow::call_log;
use crate::journal::EntryId;
use crate::order::StableOrder as _;
use crate::tui::activity::logged::fits;
use crate::tui::activity::order::compare;
use crate::tui::activity::own_requests::OwnRequests;
use crate::tui::activity::runs::{self, ListLine, RunGroup, run_of};
use crate::tui::activity::screen::{Activity, Call, Load, Widest};
use crate::tui::input::tabs::Pane;
use crate::tui::widgets::text;

/// Calls of the environment's log that are kept: many more than anybody looks through.
const KEPT: usize = 2_000;

/// Reason why rows are put together anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// Somebody asked for them.
    Again,
    /// Calls were made while somebody looks.
    News,
}

/// What the cursor is on, to be found again.
enum Selected {
    Call(Box<Call>),
    Run(Untrusted),
}

impl Activity {
    /// Takes calls that the environment's log did not tell of before.
    pub(super) fn logged_news(&mut self, news: Vec<LoggedCall>) {
        let known: HashSet<&str> = news.iter().map(call_log::key).collect();
        self.theirs.retain(|call| !known.contains(call_log::key(call)));
        self.theirs.extend(news);
        self.theirs.order_by(|a, b| b.started_at.cmp(&a.started_at));
        self.theirs.truncate(KEPT);
        self.arrange(Arrival::News);
    }

    /// Puts both logs together. The cursor stays on its call; on the newest one it stays on the newest where the log is
    /// followed.
    pub(super) fn arrange(&mut self, arrival: Arrival) {
        let selected = self.selected_line();
        let before = (arrival == Arrival::News).then(|| Known::of(&self.rows));
        let rows = self.both();
        let (rows, groups) = if self.has_groups() { runs::gather(rows) } else { (rows, Vec::new()) };
        let width = |text: &str| text::width(&Untrusted::from(text).scrubbed());
        self.widest = rows.iter().fold(Widest::default(), |widest, call| Widest {
            name: widest.name.max(width(call.name())),
            identifier: widest.identifier.max(width(call.identifier())),
            connection: widest.connection.max(width(call.connection())),
        });
        let is_new = |call: &&Call| before.as_ref().is_some_and(|before| !before.has(call));
        let came: Vec<Call> = rows.iter().filter(is_new).cloned().collect();
        (self.rows, self.groups) = (rows, groups);
        self.following.take_news(&came, &self.rows);
        self.line_up();
        self.beside.forget();
        let stays_on_newest =
            self.following.is_on && self.is_newest_first() && self.focus == Pane::List && self.cursor.row == 0;
        if stays_on_newest {
            self.cursor.go(0, self.lines.len(), self.height);
            let is_other = came.iter().any(|call| self.selected().is_some_and(|at| is_same(at, call)));
            self.following.moved |= is_other;
            return;
        }
        self.put_cursor_on(selected.as_ref());
    }

    /// Folds the run under the cursor, or unfolds it.
    pub(super) fn toggle_run(&mut self) {
        let Some(id) = self.selected_group().map(|group| group.id.raw().to_owned()) else { return };
        if !self.unfolded.remove(&id) {
            self.unfolded.insert(id);
        }
        self.line_up();
        self.beside.forget();
        self.cursor.settle(self.lines.len(), self.height);
    }

    fn line_up(&mut self) {
        let unfolded = &self.unfolded;
        self.lines = runs::lines(self.rows.len(), &self.groups, |group: &RunGroup| unfolded.contains(group.id.raw()));
    }

    /// Whether calls of one run stand together: in an order by time, and where more than one run is looked at.
    fn has_groups(&self) -> bool {
        self.by == Default::default() && self.wanted.agent_run.is_none()
    }

    /// Calls of both logs that fit, in their order.
    fn both(&self) -> Vec<Call> {
        let known: HashSet<&str> = self.ours.iter().filter_map(|call| Some(call.execution.as_ref()?.raw())).collect();
        let oldest = match (&self.load, self.ours.last()) {
            (Load::More, Some(last)) if self.is_newest_first() => last.began,
            _ => jiff::Timestamp::MIN,
        };
        let mut requests = OwnRequests::among(&self.ours, self.skew);
        let theirs = self.theirs.iter().filter(|call| {
            call.execution.as_ref().is_none_or(|execution| !known.contains(execution.raw()))
                && !requests.take(call)
                && call.started_at.is_some_and(|began| self.skew.to_ours(began) >= oldest)
                && fits(&self.wanted, call, self.skew)
        });
        let mut rows: Vec<Call> = theirs.cloned().map(Call::Theirs).collect();
        rows.extend(self.ours.iter().cloned().map(Call::Ours));
        rows.order_by(|a, b| compare(a, b, self.by, self.direction, self.skew));
        rows
    }

    fn selected_line(&self) -> Option<Selected> {
        match self.selected_group() {
            Some(group) => Some(Selected::Run(group.id.clone())),
            None => self.selected().cloned().map(|call| Selected::Call(Box::new(call))),
        }
    }

    /// Puts the cursor on what it was on, and leaves the lines around it where they stand on screen. The newest stay in
    /// sight where they are.
    fn put_cursor_on(&mut self, selected: Option<&Selected>) {
        let line = match selected {
            Some(Selected::Call(call)) => {
                self.rows.iter().position(|row| is_same(row, call)).and_then(|row| self.line_of(row))
            }
            Some(Selected::Run(id)) => match self.groups.iter().position(|group| group.id == *id) {
                Some(group) => self.lines.iter().position(|line| *line == ListLine::Run(group)),
                None => {
                    let row = self.rows.iter().position(|row| run_of(row) == Some(id));
                    row.and_then(|row| self.line_of(row))
                }
            },
            None => None,
        };
        let line = line.unwrap_or(0);
        if self.cursor.top > 0 {
            self.cursor.top = (self.cursor.top + line).saturating_sub(self.cursor.row);
        }
        self.cursor.go(line, self.lines.len(), self.height);
    }

    /// Line of a row; that of its run, where it is folded.
    pub(super) fn line_of(&self, row: usize) -> Option<usize> {
        let own = self.lines.iter().position(|line| matches!(line, ListLine::Call { row: at, .. } if *at == row));
        own.or_else(|| {
            let group = self.groups.iter().position(|group| group.rows.contains(&row))?;
            self.lines.iter().position(|line| *line == ListLine::Run(group))
        })
    }

    /// The call on a line; none where a run stands there.
    pub(super) fn call_at(&self, line: usize) -> Option<&Call> {
        match self.lines.get(line)? {
            ListLine::Call { row, .. } => self.rows.get(*row),
            ListLine::Run(_) => None,
        }
    }

    /// The run on a line.
    pub(super) fn group_at(&self, line: usize) -> Option<&RunGroup> {
        match self.lines.get(line)? {
            ListLine::Run(group) => self.groups.get(*group),
            ListLine::Call { .. } => None,
        }
    }

    /// The run under the cursor.
    pub(super) fn selected_group(&self) -> Option<&RunGroup> {
        self.group_at(self.cursor.row)
    }

    /// The run that stands beside the list.
    pub(super) fn beside_group(&self) -> Option<&RunGroup> {
        self.beside.shown().and_then(|line| self.group_at(line))
    }

    /// Calls of a run, in the order of the list.
    pub(super) fn calls_of(&self, group: &RunGroup) -> &[Call] {
        self.rows.get(group.rows.clone()).unwrap_or_default()
    }

    /// Calls that a line stands for: those of a folded run all at once.
    pub(super) fn calls_on(&self, line: usize) -> &[Call] {
        match self.lines.get(line) {
            Some(ListLine::Call { row, .. }) => self.rows.get(*row..=*row).unwrap_or_default(),
            Some(ListLine::Run(group)) => match self.groups.get(*group) {
                Some(group) if !self.unfolded.contains(group.id.raw()) => self.calls_of(group),
                _ => &[],
            },
            None => &[],
        }
    }

    /// Run of an agent that the line under the cursor belongs to.
    pub(super) fn selected_run(&self) -> Option<&Untrusted> {
        match self.selected_group() {
            Some(group) => Some(&group.id),
            None => self.selected().and_then(run_of),
        }
    }

    /// Number of the call under the cursor, or of the first one of the run there, from 1; 0 where there is none.
    pub(super) fn number(&self) -> usize {
        match self.lines.get(self.cursor.row) {
            Some(ListLine::Call { row, .. }) => row + 1,
            Some(ListLine::Run(group)) => self.groups.get(*group).map_or(0, |group| group.rows.start + 1),
            None => 0,
        }
    }
}

/// Names of calls that are there.
struct Known {
    entries: HashSet<EntryId>,
    names: HashSet<String>,
}

impl Known {
    fn of(rows: &[Call]) -> Self {
        let entry = |call: &Call| match call {
            Call::Ours(ours) => Some(ours.id),
            Call::Theirs(_) => None,
        };
        let entries = rows.iter().filter_map(entry).collect();
        Self { entries, names: rows.iter().filter_map(name).map(str::to_owned).collect() }
    }

    fn has(&self, call: &Call) -> bool {
        let is_entry = matches!(call, Call::Ours(ours) if self.entries.contains(&ours.id));
        is_entry || name(call).is_some_and(|name| self.names.contains(name))
    }
}

/// Name of a call in the environment's log, where it has one already.
pub(super) fn name(call: &Call) -> Option<&str> {
    match call {
        Call::Ours(ours) => ours.execution.as_ref().map(|execution| execution.raw()),
        Call::Theirs(theirs) => Some(call_log::key(theirs)),
    }
}

/// Whether both are one call: one that the log told of may have been found in the journal since.
pub(super) fn is_same(one: &Call, other: &Call) -> bool {
    match (one, other) {
        (Call::Ours(one), Call::Ours(other)) => one.id == other.id,
        (one, other) => name(one).is_some() && name(one) == name(other),
    }
}
