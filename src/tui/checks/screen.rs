//! State of the Checks screen.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::Fault;
use crate::flow::doctor::{Finding, Report, Severity, Step};
use crate::tui::checks::rows::{Group, holds, rows};
use crate::tui::core::layout;
use crate::tui::input::tabs::Pane;
use crate::tui::widgets::debounced_cursor::DebouncedCursor;
use crate::tui::widgets::groups::{Groups, Line};
use crate::tui::widgets::list::{Cursor, Move};
use crate::tui::widgets::text;
use crate::tui::widgets::typing::filter::Filter;

/// The list's part of the screen, in percent.
pub const SHARE: u16 = 62;

/// Result of the last examination.
#[derive(Debug, Default)]
pub enum Outcome {
    /// Nobody has asked yet.
    #[default]
    None,
    /// It ended, and this was found.
    Found,
    /// Somebody stopped it before anything was found.
    Stopped,
    /// It broke down.
    Failed(Fault),
}

/// State of the Checks screen.
#[derive(Debug, Default)]
pub struct Checks {
    /// All rows, the worst first.
    rows: Vec<Finding>,
    /// Positions of the rows that are shown, in their order.
    shown: Vec<usize>,
    /// Headings over them.
    groups: Groups,
    /// Grouping.
    pub group: Group,
    /// Filter as it is typed.
    pub filter: Filter,
    /// The line under the cursor; never a heading.
    pub cursor: Cursor,
    /// Pane that has the keyboard.
    pub focus: Pane,
    /// First line of the detail that is shown.
    pub detail_top: usize,
    /// Result of the last examination.
    pub outcome: Outcome,
    /// Progress of the one that runs.
    pub step: Option<Step>,
    /// Time at which the environment was read.
    pub as_of: Option<Timestamp>,
    /// Whether this day's snapshot was seen to.
    pub snapshot_seen: bool,
    /// Cells of the longest subject that is shown.
    pub(super) widest: usize,
    beside: DebouncedCursor,
    height: usize,
}

impl Checks {
    /// Takes what was found. The cursor stays on what it was on, where that is still there.
    pub fn take(&mut self, result: Result<Report, Fault>) {
        self.step = None;
        match result {
            Ok(report) => {
                let selected = self.selected().map(|row| (row.check, row.subject.clone()));
                self.rows = rows(&report);
                self.as_of = Some(report.at);
                self.outcome = Outcome::Found;
                self.arrange();
                let same = |row: &Finding| selected.as_ref().is_some_and(|(c, s)| *c == row.check && *s == row.subject);
                let at = self.shown.iter().position(|row| self.rows.get(*row).is_some_and(same));
                let line = at.map_or(self.cursor.row, |at| self.groups.line_of(at));
                self.go(line, false);
            }
            Err(fault) => self.outcome = Outcome::Failed(fault),
        }
    }

    /// Takes note that it was stopped; what was found before stays.
    pub fn stop(&mut self) {
        self.step = None;
        if self.rows.is_empty() {
            self.outcome = Outcome::Stopped;
        }
    }

    /// Filters and groups anew.
    pub fn arrange(&mut self) {
        let words: Vec<String> = self.filter.text().split_whitespace().map(str::to_lowercase).collect();
        let shown =
            (0..self.rows.len()).filter(|at| self.rows.get(*at).is_some_and(|row| holds(row, &words))).collect();
        (self.shown, self.groups) = match self.group {
            Group::Nothing => {
                let shown: Vec<usize> = shown;
                let rows = shown.len();
                (shown, Groups::none(rows))
            }
            group => {
                let of = |at: usize| self.rows.get(at).map_or(0, |row| group.of(row));
                Groups::gather(shown, group.count(), of)
            }
        };
        let subjects = self.shown.iter().filter_map(|at| self.rows.get(*at)).map(|row| row.subject.scrubbed());
        self.widest = subjects.map(|subject| text::width(&subject)).max().unwrap_or_default();
        self.beside.forget();
        self.go(self.cursor.row, false);
    }

    /// Puts the cursor onto a line, or beside it where that is a heading.
    fn go(&mut self, line: usize, up: bool) {
        let lines = self.groups.lines();
        self.cursor.go(line, lines, self.height);
        if self.groups.is_heading(self.cursor.row) {
            let row = if up && self.cursor.row > 0 { self.cursor.row - 1 } else { self.cursor.row + 1 };
            self.cursor.go(row, lines, self.height);
        }
        // The first row of a group does not stand at the top without the name of the group.
        let above = self.cursor.row.checked_sub(1).is_some_and(|above| self.groups.is_heading(above));
        if above && self.cursor.top == self.cursor.row && self.height > 1 {
            self.cursor.top -= 1;
        }
    }

    /// Puts the cursor onto a line.
    pub fn select(&mut self, line: usize) {
        self.detail_top = 0;
        self.go(line, false);
    }

    /// Moves the cursor, or scrolls the detail where the keyboard is there.
    pub fn step(&mut self, step: Move) {
        match self.focus {
            Pane::List => {
                let before = self.cursor.row;
                self.cursor.step(step, self.groups.lines(), self.height);
                self.detail_top = 0;
                self.go(self.cursor.row, self.cursor.row < before);
            }
            Pane::Side => self.scroll_detail(step),
        }
    }

    /// Scrolls the list without moving the cursor more than it must.
    pub fn scroll(&mut self, by: isize) {
        self.cursor.scroll(by, self.groups.lines(), self.height);
        if self.groups.is_heading(self.cursor.row) {
            let below = self.cursor.row + 1 < self.cursor.top + self.height.max(2);
            self.cursor.row = if below { self.cursor.row + 1 } else { self.cursor.row.saturating_sub(1) };
        }
    }

    /// Scrolls the detail; drawing stops at its real end.
    pub fn scroll_detail(&mut self, step: Move) {
        let most = self.beside().map_or(0, |row| row.evidence.len() + 16);
        let mut cursor = Cursor { row: self.detail_top, top: self.detail_top };
        cursor.step(step, most, 1);
        self.detail_top = cursor.row;
    }

    /// Goes to the first row of the next group, or of the one before.
    pub fn step_group(&mut self, forward: bool) {
        let line = if forward { self.groups.next(self.cursor.row) } else { self.groups.previous(self.cursor.row) };
        if let Some(line) = line {
            self.select(line);
        }
    }

    /// Whether there are headings to step among.
    pub fn has_groups(&self) -> bool {
        self.groups.lines() > self.shown.len()
    }

    /// The row under the cursor.
    pub fn selected(&self) -> Option<&Finding> {
        self.row_at(self.cursor.row)
    }

    fn row_at(&self, line: usize) -> Option<&Finding> {
        match self.groups.at(line)? {
            Line::Row(at) => self.rows.get(*self.shown.get(at)?),
            Line::Heading { .. } => None,
        }
    }

    /// The row that the detail shows: the one under the cursor, once that rests.
    pub fn beside(&self) -> Option<&Finding> {
        self.beside.shown().and_then(|line| self.row_at(line))
    }

    /// Lets the detail follow the cursor.
    pub fn follow(&mut self, now: Duration) {
        let line = self.selected().is_some().then_some(self.cursor.row);
        match self.focus {
            Pane::List => self.beside.cursor(line, now),
            Pane::Side => self.beside.at_once(line),
        };
    }

    /// Time until the detail follows the cursor.
    pub fn waits(&self, now: Duration) -> Option<Duration> {
        self.beside.due(now)
    }

    /// Content of the lines from the top of the window on: a row, or the heading of a group with its first row.
    pub fn lines_from(&self, top: usize) -> impl Iterator<Item = (usize, ShownLine<'_>)> {
        (top..self.groups.lines()).filter_map(|line| {
            let row = |at: usize| self.rows.get(*self.shown.get(at)?);
            let shown = match self.groups.at(line)? {
                Line::Row(at) => ShownLine::Row(row(at)?),
                Line::Heading { first, rows } => ShownLine::Heading(self.group.title(row(first)?), rows),
            };
            Some((line, shown))
        })
    }

    /// Rows that are shown, in their order.
    pub fn shown(&self) -> impl Iterator<Item = &Finding> {
        self.shown.iter().filter_map(|at| self.rows.get(*at))
    }

    /// Number of rows that are shown.
    pub fn shown_rows(&self) -> usize {
        self.shown.len()
    }

    /// Number of the row under the cursor, counted from one without the headings.
    pub fn place(&self) -> usize {
        match self.groups.at(self.cursor.row) {
            Some(Line::Row(at)) => at + 1,
            _ => 0,
        }
    }

    /// Whether everything that was found is that all is well.
    pub fn is_all_well(&self) -> bool {
        matches!(self.outcome, Outcome::Found) && self.rows.iter().all(|row| row.severity == Severity::Ok)
    }

    /// All rows, shown or not.
    pub fn all(&self) -> &[Finding] {
        &self.rows
    }

    /// Number of rows of this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.rows.iter().filter(|row| row.severity == severity).count()
    }

    /// Fits into its place.
    pub fn fit(&mut self, body: layout::Body) {
        let height = layout::inner_rows(layout::panes(body, Pane::List, SHARE).list).saturating_sub(1);
        if height != self.height {
            self.height = height;
            self.go(self.cursor.row, false);
        }
    }

    /// Forgets everything but how the list is arranged.
    pub fn forget(&mut self) {
        let Self { group, height, .. } = *self;
        *self = Self { group, height, ..Self::default() };
    }
}

/// Content of a line.
#[derive(Clone, Copy, Debug)]
pub enum ShownLine<'a> {
    /// Title of a group, and the number of its rows.
    Heading(&'static str, usize),
    /// A row.
    Row(&'a Finding),
}
