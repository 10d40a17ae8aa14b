//! State of the Activity screen: every call from here, and as far as the environment tells, from anywhere else.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use ratatui::layout::Size;

use crate::domain::{ClockOffset, Fault, LoggedCall};
use crate::journal::{EntryId, EntryOrder, EntrySummary, FilterNames, JournalFilter as Wanted, completions};
use crate::tui::activity::following::Following;
use crate::tui::activity::lines::Arrival;
use crate::tui::activity::logged::LoggedRow;
use crate::tui::activity::runs::{ListLine, RunFacts, RunGroup};
use crate::tui::core::layout;
use crate::tui::core::state::environment::EnvironmentCard;
use crate::tui::input::tabs::Pane;
use crate::tui::widgets::columns::Direction;
use crate::tui::widgets::debounced_cursor::DebouncedCursor;
use crate::tui::widgets::list::{Cursor, Move};
use crate::tui::widgets::typing::filter::Filter;

/// The list's part of the screen, in percent.
pub const SHARE: u16 = 55;

/// Entries that are read at a time.
pub const PAGE: usize = 300;

/// Lines of facts above the arguments or the result.
pub const FACTS: usize = 6;

/// Call in the list.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    /// Made from here, and kept in the journal.
    Ours(EntrySummary),
    /// Made elsewhere, as the environment's log tells.
    Theirs(LoggedCall),
}

impl Call {
    /// Time of its start, as far as anybody said, by our clock.
    pub fn began(&self, skew: ClockOffset) -> Timestamp {
        match self {
            Self::Ours(summary) => summary.began,
            Self::Theirs(call) => skew.to_ours(call.started_at.unwrap_or_default()),
        }
    }
}

/// State of loading.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Load {
    /// Nobody has looked yet.
    #[default]
    Idle,
    /// A page is being read.
    Running,
    /// There are older ones.
    More,
    /// Every call that fits is here.
    Complete,
    /// The journal cannot be read.
    Failed(Fault),
}

/// A page of the journal that is to be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Conditions for the calls to read.
    pub wanted: Wanted,
    /// Older than this one; the newest where there is none.
    pub before: Option<EntryId>,
    /// Order of the list, and its direction.
    pub order: (EntryOrder, Direction),
    /// Number of calls that are here already.
    pub skipped: usize,
}

/// Page of the journal that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Calls, the newest first.
    pub calls: Vec<EntrySummary>,
    /// Number of rows among them that cannot be read.
    pub unreadable: u64,
    /// Number of rows that fit the filter in all.
    pub total: u64,
    /// Runs of the agent here that some of them belong to, by their ids.
    pub runs: HashMap<String, RunFacts>,
    /// Whether this is the first page, in place of what was there.
    pub first: bool,
}

pub use super::entry::{Half, Shown};

/// Cells that the longest names of the loaded calls take.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Widest {
    pub(super) name: usize,
    pub(super) identifier: usize,
    pub(super) connection: usize,
}

/// State of the Activity screen.
#[derive(Debug, Default)]
pub struct Activity {
    pub(super) ours: Vec<EntrySummary>,
    pub(super) theirs: Vec<LoggedCall>,
    /// Both together, the newest first, those of one run together.
    pub(super) rows: Vec<Call>,
    /// Runs with several calls, in the order of their rows.
    pub(super) groups: Vec<RunGroup>,
    /// Lines of the list.
    pub(super) lines: Vec<ListLine>,
    /// Ids of the runs whose calls are shown one by one.
    pub(super) unfolded: HashSet<String>,
    /// Runs of the agent here, by their ids.
    pub(super) runs: HashMap<String, RunFacts>,
    /// State of following the environment's log.
    pub(super) following: Following,
    /// Widths of the longest names.
    pub(super) widest: Widest,
    /// Number of our calls that fit the filter, those not loaded included.
    pub total: u64,
    /// Number of our calls that cannot be read.
    pub unreadable: u64,
    /// State of loading.
    pub load: Load,
    /// Filter as it is typed.
    pub filter: Filter,
    pub(super) wanted: Wanted,
    /// Order of the list.
    pub by: EntryOrder,
    /// Direction of the order.
    pub direction: Direction,
    /// Whether calls of every environment are shown, not of the open one alone.
    pub everywhere: bool,
    /// Reason why the filter means nothing.
    pub unclear: Option<String>,
    /// The line under the cursor.
    pub cursor: Cursor,
    /// Pane that has the keyboard.
    pub focus: Pane,
    pub(super) beside: DebouncedCursor,
    /// The entry beside the list, once it is read.
    pub shown: Option<Shown>,
    /// The row of the environment's log beside the list.
    pub(super) logged_row: Option<LoggedRow>,
    /// Half of the shown entry.
    pub half: Half,
    marked: Vec<EntryId>,
    /// Offset of the clock of the environment's log from that of the journal.
    pub(super) skew: ClockOffset,
    /// Whether the page that is being read is read for the calls that came meanwhile.
    pub(super) reads_news: bool,
    /// Whether calls were written since the page that is being read was asked for.
    pub(super) is_stale: bool,
    /// Entry to put the cursor on, once it is read.
    pub(super) sought: Option<EntryId>,
    /// Rows that the list shows.
    pub(super) height: usize,
}

impl Activity {
    /// The page to read first, or again: what fits the filter.
    pub fn begin(&mut self, open: Option<&EnvironmentCard>) -> Page {
        self.load = Load::Running;
        self.reads_news = false;
        Page { wanted: self.wanted_in(open), before: None, order: (self.by, self.direction), skipped: 0 }
    }

    /// The filter, narrowed to the open environment unless the person wants others too.
    fn wanted_in(&self, open: Option<&EnvironmentCard>) -> Wanted {
        let named = self.everywhere || self.wanted.environment.is_some();
        let made_in = open.filter(|_| !named).map(|card| card.recorded_as.clone());
        Wanted { made_in, ..self.wanted.clone() }
    }

    /// Takes the filter as it is typed now. None while it means nothing.
    pub fn look(&mut self, now: Timestamp, open: Option<&EnvironmentCard>) -> Option<Page> {
        match Wanted::parse(self.filter.text(), now) {
            Ok(wanted) => {
                self.unclear = None;
                self.wanted = wanted;
                Some(self.begin(open))
            }
            Err(unclear) => {
                self.unclear = Some(unclear.to_string());
                None
            }
        }
    }

    /// Takes a page that was read.
    pub fn page(&mut self, result: Result<Found, Fault>) {
        let arrival = if std::mem::take(&mut self.reads_news) { Arrival::News } else { Arrival::Again };
        let found = match result {
            Ok(found) => found,
            Err(fault) => return self.load = Load::Failed(fault),
        };
        self.load = if found.calls.len() < PAGE { Load::Complete } else { Load::More };
        self.total = found.total;
        if found.first {
            self.ours = found.calls;
            self.unreadable = found.unreadable;
        } else {
            self.ours.extend(found.calls);
            self.unreadable += found.unreadable;
        }
        self.runs.extend(found.runs);
        self.arrange(arrival);
    }

    /// Takes the calls that the environment's own log told of.
    pub fn logged(&mut self, calls: Vec<LoggedCall>) {
        self.theirs = calls;
        self.arrange(Arrival::Again);
    }

    /// Fits into its place. The clock of the environment's log may have been found to be another.
    pub(super) fn fit(&mut self, body: layout::Body, skew: ClockOffset) {
        self.height = rows(body, Pane::List);
        if self.skew != skew {
            self.skew = skew;
            self.arrange(Arrival::Again);
        }
        let side = layout::panes(body, Pane::Side, SHARE).side;
        let uses = self.uses_rows(layout::inner_rows(side));
        let down = u16::try_from(2 + FACTS + uses).unwrap_or(u16::MAX);
        // The facts of a call stand above its bodies, with a column of air on each side.
        let size = Size::new(side.width.saturating_sub(4), side.height.saturating_sub(down));
        if let Some(view) = self.view_mut() {
            view.fit(size);
        }
    }

    /// Whether no more than one page is loaded, so that reading it again loses nothing.
    pub(super) fn has_one_page(&self) -> bool {
        self.ours.len() <= PAGE
    }

    /// Whether the list is in its first order, in which alone a page is found without looking at all calls.
    pub(super) fn is_newest_first(&self) -> bool {
        (self.by, self.direction) == Default::default()
    }

    /// Orders by something else; by the same, the other way around.
    pub fn order_by(&mut self, by: EntryOrder) {
        self.direction = if self.by == by { self.direction.other() } else { Direction::Forward };
        self.by = by;
    }

    /// Offers ways to go on with the filter; `known` are names of the open environment.
    pub fn offer(&mut self, known: impl FnOnce() -> FilterNames) {
        let offered = completions(self.filter.text(), || {
            let mut names = known();
            for call in &self.ours {
                names.tools.push(call.name.to_string());
                names.identifiers.push(call.identifier.to_string());
                names.connections.push(call.connection.to_string());
                names.environments.push(call.environment.to_string());
            }
            names
        });
        self.filter.offer(offered);
    }

    /// Number of calls.
    pub fn shown(&self) -> usize {
        self.rows.len()
    }

    /// Number of rows that are not ours.
    pub fn strangers(&self) -> usize {
        self.rows.iter().filter(|row| matches!(row, Call::Theirs(_))).count()
    }

    /// The calls in their order, those of folded runs included.
    pub fn calls(&self) -> impl Iterator<Item = &Call> {
        self.rows.iter()
    }

    /// The call under the cursor; none where that is on a run.
    pub fn selected(&self) -> Option<&Call> {
        self.call_at(self.cursor.row)
    }

    /// The entry under the cursor, if the call was made from here.
    pub fn selected_entry(&self) -> Option<&EntrySummary> {
        match self.selected() {
            Some(Call::Ours(summary)) => Some(summary),
            _ => None,
        }
    }

    /// The page to read next, if the cursor has come near the end of what is here.
    pub fn more(&mut self, open: Option<&EnvironmentCard>) -> Option<Page> {
        let near = self.cursor.row + PAGE / 3 >= self.lines.len();
        if self.load != Load::More || !near {
            return None;
        }
        self.load = Load::Running;
        let order = (self.by, self.direction);
        let before = self.ours.last().map(|call| call.id);
        Some(Page { wanted: self.wanted_in(open), before, order, skipped: self.ours.len() })
    }

    /// Marks the entry under the cursor, or takes the mark away, and goes on to the next. Of three marks the first
    /// goes.
    pub fn mark(&mut self) {
        let Some(id) = self.selected_entry().map(|summary| summary.id) else { return };
        if self.marked.contains(&id) {
            self.marked.retain(|marked| *marked != id);
        } else {
            self.marked.push(id);
            let surplus = self.marked.len().saturating_sub(2);
            self.marked.drain(..surplus);
        }
        self.step(Move::By(1), self.height);
    }

    /// Puts the cursor on the entry that was asked for, and the keyboard into it, if it is here.
    pub(super) fn go_to_sought(&mut self) {
        let Some(id) = self.sought.take() else { return };
        let row = self.rows.iter().position(|row| matches!(row, Call::Ours(summary) if summary.id == id));
        if let Some(line) = row.and_then(|row| self.line_of(row)) {
            self.select(line, self.height);
            self.focus = Pane::Side;
        }
    }

    /// Whether an entry is marked.
    pub fn is_marked(&self, id: EntryId) -> bool {
        self.marked.contains(&id)
    }

    /// The two entries to compare, the older first: both marked ones, or the marked one with the one
    /// under the cursor.
    pub fn pair(&self) -> Option<(EntryId, EntryId)> {
        let (one, other) = match (self.marked.as_slice(), self.selected_entry()) {
            ([one, other], _) => (*one, *other),
            ([one], Some(selected)) if selected.id != *one => (*one, selected.id),
            _ => return None,
        };
        Some((one.min(other), one.max(other)))
    }

    /// Moves the cursor, or in what stands beside the list.
    pub fn step(&mut self, step: Move, height: usize) {
        match self.focus {
            Pane::List => self.cursor.step(step, self.lines.len(), height),
            Pane::Side => {
                if let Some(view) = self.view_mut() {
                    view.step(step);
                }
            }
        }
    }

    /// Puts the cursor onto a line.
    pub fn select(&mut self, line: usize, height: usize) {
        self.cursor.go(line, self.lines.len(), height);
    }
}

/// Rows of the list, or of what stands beside it, whichever has the keyboard.
pub fn rows(body: layout::Body, focus: Pane) -> usize {
    let panes = layout::panes(body, focus, SHARE);
    match focus {
        Pane::List => layout::inner_rows(panes.list).saturating_sub(1),
        Pane::Side => layout::inner_rows(panes.side).saturating_sub(FACTS),
    }
}
