//! Connected accounts: what needs you first.

use std::cmp::Ordering;
use std::time::Duration;

use jiff::Timestamp;
use ratatui::layout::Rect;

use super::follow::Follow;
use super::layout;
use crate::domain::{Account, AccountId, Fault, Status};
use crate::tui::place::Pane;
use crate::tui::widgets::filter::{Filter, matches};
use crate::tui::widgets::list::{Cursor, Move};

/// The list's part of the screen, in percent.
pub const SHARE: u16 = 62;

/// How far loading got.
#[derive(Debug, Default)]
pub enum Load {
    /// Nothing was asked for yet.
    #[default]
    Idle,
    /// Pages are arriving; a reload keeps the old rows until it is complete.
    Running {
        /// Rows of a reload so far; none on the first load, which shows each page as it comes.
        fresh: Option<Vec<Account>>,
    },
    /// Everything is here.
    Complete,
    /// It ended early; what arrived before stays.
    Failed(Fault),
}

/// The screen's state.
#[derive(Debug, Default)]
pub struct Accounts {
    rows: Vec<Account>,
    /// All rows in the order that was asked for; positions in `rows`.
    sorted: Vec<usize>,
    /// Those of them that are shown.
    order: Vec<usize>,
    /// How many there are of each status, the most urgent first.
    counts: Vec<(Status, usize)>,
    /// What the rows are ordered by.
    pub by: Order,
    /// How many the broker says there are.
    pub total: Option<u64>,
    /// How far loading got.
    pub load: Load,
    /// The text filter.
    pub filter: Filter,
    /// Only accounts of this status.
    pub status: Option<Status>,
    /// The row under the cursor, in `order`.
    pub cursor: Cursor,
    /// Whether the person has moved the cursor: until then it stays on what needs them most.
    moved: bool,
    /// The account that the cursor goes to as soon as it is there, unless the person moves it first.
    pub wanted: Option<AccountId>,
    /// Which row the detail shows.
    beside: Follow,
    /// First line of the detail that is shown.
    pub detail_top: usize,
    /// Where the keyboard is.
    pub focus: Pane,
}

impl Accounts {
    /// Every account that is here, in the order it came.
    pub fn all(&self) -> &[Account] {
        &self.rows
    }

    /// How many rows are shown.
    pub fn shown(&self) -> usize {
        self.order.len()
    }

    /// The shown rows from `top` on.
    pub fn rows_from(&self, top: usize) -> impl Iterator<Item = (usize, &Account)> {
        self.order.iter().enumerate().skip(top).filter_map(|(at, row)| Some((at, self.rows.get(*row)?)))
    }

    /// The account under the cursor.
    pub fn selected(&self) -> Option<&Account> {
        self.order.get(self.cursor.row).and_then(|row| self.rows.get(*row))
    }

    /// The account that the detail shows: the one under the cursor, once that rests.
    pub fn beside(&self) -> Option<&Account> {
        self.beside.shown().and_then(|row| self.rows.get(row))
    }

    /// Lets the detail follow the cursor.
    pub fn follow(&mut self, now: Duration) {
        let row = self.order.get(self.cursor.row).copied();
        match self.focus {
            Pane::List => self.beside.cursor(row, now),
            Pane::Side => self.beside.at_once(row),
        };
    }

    /// How long the detail still waits for the cursor to rest.
    pub fn waits(&self, now: Duration) -> Option<Duration> {
        self.beside.due(now)
    }

    /// The account with this id.
    pub fn by_id(&self, id: &AccountId) -> Option<&Account> {
        self.rows.iter().find(|account| account.id == *id)
    }

    /// How many accounts call for attention.
    pub fn needing_you(&self) -> usize {
        self.counts.iter().filter(|(status, _)| status.needs_you()).map(|(_, count)| count).sum()
    }

    /// How many accounts there are of each status, the most urgent first.
    pub fn counts(&self) -> &[(Status, usize)] {
        &self.counts
    }

    /// Loading begins.
    pub fn begin(&mut self) {
        self.load = Load::Running { fresh: (!self.rows.is_empty()).then(Vec::new) };
    }

    /// A page arrived.
    pub fn page(&mut self, items: Vec<Account>, total: Option<u64>, height: usize) {
        self.total = total.or(self.total);
        match &mut self.load {
            Load::Running { fresh: Some(fresh) } => fresh.extend(items),
            _ => {
                self.rows.extend(items);
                self.changed(height);
            }
        }
    }

    /// No more pages come.
    pub fn end(&mut self, result: Result<(), Fault>, height: usize) {
        let load = match result {
            Ok(()) => Load::Complete,
            Err(fault) => Load::Failed(fault),
        };
        if let (Load::Running { fresh: Some(fresh) }, Load::Complete) =
            (std::mem::replace(&mut self.load, load), &self.load)
        {
            self.rows = fresh;
            self.changed(height);
        }
    }

    /// Loading was stopped: what arrived of a first load stays, a reload changes nothing.
    pub fn stop(&mut self, height: usize) {
        self.load = Load::Complete;
        self.arrange(height);
    }

    /// One account was read again, or is new. The cursor is with it or with its neighbours for a
    /// reason, and stays where it is.
    pub fn put(&mut self, account: Account, height: usize) {
        self.moved = true;
        match self.rows.iter_mut().find(|row| row.id == account.id) {
            Some(row) => *row = account,
            None => self.rows.push(account),
        }
        self.changed(height);
    }

    /// One account is gone.
    pub fn remove(&mut self, id: &AccountId, height: usize) {
        self.rows.retain(|account| account.id != *id);
        self.total = self.total.map(|total| total.saturating_sub(1));
        // Positions behind it have all moved; the cursor stays where it is, on what came after.
        self.sorted.clear();
        self.order.clear();
        self.changed(height);
    }

    /// Rows came, went or changed: counts and sorts anew.
    fn changed(&mut self, height: usize) {
        self.beside.forget();
        let mut counts: Vec<(Status, usize)> = Vec::new();
        for account in &self.rows {
            match counts.iter_mut().find(|(status, _)| *status == account.status) {
                Some((_, count)) => *count += 1,
                None => counts.push((account.status.clone(), 1)),
            }
        }
        counts.sort_by_key(|(status, _)| urgency(status));
        self.counts = counts;
        self.sort(height);
    }

    /// Orders by something else.
    pub fn order_by(&mut self, by: Order, height: usize) {
        self.by = by;
        self.sort(height);
    }

    fn sort(&mut self, height: usize) {
        let selected = self.selected_id();
        // New rows come last; the old ones, in order already, cost next to nothing.
        self.sorted.retain(|row| *row < self.rows.len());
        self.sorted.extend(self.sorted.len()..self.rows.len());
        let (rows, by) = (&self.rows, self.by);
        self.sorted.sort_by(|a, b| match (rows.get(*a), rows.get(*b)) {
            (Some(a), Some(b)) => by.compare(a, b),
            _ => a.cmp(b),
        });
        self.show(selected.as_ref(), height);
    }

    /// Filters anew, keeping the cursor on its account where that is still shown.
    pub fn arrange(&mut self, height: usize) {
        let selected = self.selected_id();
        self.show(selected.as_ref(), height);
    }

    fn selected_id(&self) -> Option<AccountId> {
        self.wanted().cloned()
    }

    /// The account that the person put the cursor on, in this run or before it.
    pub fn wanted(&self) -> Option<&AccountId> {
        if self.moved { self.selected().map(|account| &account.id) } else { self.wanted.as_ref() }
    }

    fn show(&mut self, selected: Option<&AccountId>, height: usize) {
        let wanted = self.filter.text();
        let fits = |account: &Account| {
            self.status.as_ref().is_none_or(|status| account.status == *status)
                && (wanted.is_empty()
                    || matches(
                        wanted,
                        &[
                            account.identifier.raw(),
                            account.connection.raw(),
                            account.provider.raw(),
                            account.id.raw(),
                            &account.status.word(),
                        ],
                    ))
        };
        let rows = &self.rows;
        self.order = self.sorted.iter().copied().filter(|row| rows.get(*row).is_some_and(fits)).collect();
        let at = selected.and_then(|id| self.order.iter().position(|row| rows.get(*row).is_some_and(|a| a.id == *id)));
        self.cursor.go(at.unwrap_or(self.cursor.row), self.order.len(), height);
    }

    /// The next status in the status filter, through all statuses there are and back to none.
    pub fn cycle_status(&mut self, height: usize) {
        let present: Vec<Status> = self.counts.iter().map(|(status, _)| status.clone()).collect();
        self.status = match &self.status {
            None => present.first().cloned(),
            Some(now) => present.iter().position(|status| status == now).and_then(|at| present.get(at + 1)).cloned(),
        };
        self.arrange(height);
    }

    /// Puts the cursor onto a row.
    pub fn select(&mut self, row: usize, height: usize) {
        self.moved = true;
        self.cursor.go(row, self.order.len(), height);
        self.detail_top = 0;
    }

    /// Forgets the filters, so that every account is shown.
    pub fn reveal(&mut self) {
        self.filter.clear();
        self.status = None;
        self.focus = Pane::List;
    }

    /// Puts the cursor onto this account, if it is shown.
    pub fn go_to(&mut self, id: &AccountId, height: usize) {
        let at = self.order.iter().position(|row| self.rows.get(*row).is_some_and(|account| account.id == *id));
        if let Some(at) = at {
            self.select(at, height);
        }
    }

    /// Moves the cursor, or scrolls the detail where the keyboard is there.
    pub fn step(&mut self, step: Move, height: usize) {
        match self.focus {
            Pane::List => {
                self.moved = true;
                self.cursor.step(step, self.order.len(), height);
                self.detail_top = 0;
            }
            Pane::Side => {
                let mut cursor = Cursor { row: self.detail_top, top: self.detail_top };
                cursor.step(step, DETAIL_LINES, 1);
                self.detail_top = cursor.row;
            }
        }
    }
}

/// More lines than any detail has; scrolling stops earlier at its real end, in drawing.
const DETAIL_LINES: usize = 64;

/// Rows of the table, without its head line.
pub fn table_rows(body: Rect, focus: Pane) -> usize {
    layout::inner_rows(layout::panes(body, focus, SHARE).list).saturating_sub(1)
}

/// What the rows can be ordered by; rows that are alike in it stand together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// What needs somebody first.
    #[default]
    Need,
    /// Connection, then identifier.
    Connection,
    /// Identifier, then connection.
    Identifier,
    /// What runs out next first.
    Expiry,
    /// What was used last first.
    Use,
}

impl Order {
    /// All of them, with what they are called.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Need, "need"),
        (Self::Connection, "connection"),
        (Self::Identifier, "identifier"),
        (Self::Expiry, "expiry"),
        (Self::Use, "last use"),
    ];

    /// What it is called.
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(order, _)| *order == self).map_or("", |(_, name)| name)
    }

    /// The next one, around and around.
    #[must_use]
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|(order, _)| *order == self).map_or(0, |at| at + 1);
        Self::ALL.get(at).map_or(Self::Need, |(order, _)| *order)
    }

    fn compare(self, a: &Account, b: &Account) -> Ordering {
        let by_identifier = || (&a.identifier, &a.connection).cmp(&(&b.identifier, &b.connection));
        match self {
            Self::Need => urgency(&a.status).cmp(&urgency(&b.status)).then_with(by_identifier),
            Self::Connection => (&a.connection, &a.identifier).cmp(&(&b.connection, &b.identifier)),
            Self::Identifier => by_identifier(),
            Self::Expiry => {
                let last = Timestamp::MAX;
                let (a, b) = (a.token_expires_at.unwrap_or(last), b.token_expires_at.unwrap_or(last));
                a.cmp(&b).then_with(by_identifier)
            }
            Self::Use => b.last_used_at.cmp(&a.last_used_at).then_with(by_identifier),
        }
    }
}

/// What comes first: what needs somebody, the worst on top.
fn urgency(status: &Status) -> u8 {
    match status {
        Status::Expired => 0,
        Status::Other(_) => 1,
        Status::PendingVerification => 2,
        Status::PendingAuth => 3,
        Status::Unspecified => 4,
        Status::Active => 5,
        Status::Disconnected => 6,
    }
}
