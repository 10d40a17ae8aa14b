//! Connected accounts: what needs you first.

use ratatui::layout::Rect;

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
    /// Rows that are shown, in their order; positions in `rows`.
    order: Vec<usize>,
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

    /// The account with this id.
    pub fn by_id(&self, id: &AccountId) -> Option<&Account> {
        self.rows.iter().find(|account| account.id == *id)
    }

    /// How many accounts call for attention.
    pub fn needing_you(&self) -> usize {
        self.rows.iter().filter(|account| account.status.needs_you()).count()
    }

    /// How many accounts there are of each status, in order of first appearance.
    pub fn counts(&self) -> Vec<(Status, usize)> {
        let mut counts: Vec<(Status, usize)> = Vec::new();
        for account in &self.rows {
            match counts.iter_mut().find(|(status, _)| *status == account.status) {
                Some((_, count)) => *count += 1,
                None => counts.push((account.status.clone(), 1)),
            }
        }
        counts.sort_by_key(|(status, _)| urgency(status));
        counts
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
                self.arrange(height);
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
            self.arrange(height);
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
        self.arrange(height);
    }

    /// Filters and sorts anew, keeping the cursor on its account where that is still shown.
    pub fn arrange(&mut self, height: usize) {
        let selected = self.selected().filter(|_| self.moved).map(|account| account.id.clone());
        let wanted = self.filter.text();
        self.order = (0..self.rows.len())
            .filter(|row| {
                self.rows.get(*row).is_some_and(|account| {
                    self.status.as_ref().is_none_or(|status| account.status == *status)
                        && matches(
                            wanted,
                            &[
                                account.identifier.raw(),
                                account.connection.raw(),
                                account.provider.raw(),
                                account.id.raw(),
                                &account.status.word(),
                            ],
                        )
                })
            })
            .collect();
        let rows = &self.rows;
        self.order.sort_by(|a, b| match (rows.get(*a), rows.get(*b)) {
            (Some(a), Some(b)) => (urgency(&a.status), &a.identifier, &a.connection).cmp(&(
                urgency(&b.status),
                &b.identifier,
                &b.connection,
            )),
            _ => a.cmp(b),
        });
        let at =
            selected.and_then(|id| self.order.iter().position(|row| self.rows.get(*row).is_some_and(|a| a.id == id)));
        self.cursor.go(at.unwrap_or(self.cursor.row), self.order.len(), height);
    }

    /// The next status in the status filter, through all statuses there are and back to none.
    pub fn cycle_status(&mut self, height: usize) {
        let present: Vec<Status> = self.counts().into_iter().map(|(status, _)| status).collect();
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
