//! Connected accounts: what needs you first.

use std::time::Duration;

use crate::backend::tally::Mismatch;
use crate::domain::{Account, AccountId, Fault, Status};
use crate::tui::accounts::detail_loader::Looking;
use crate::tui::accounts::filter::{Advice, Criteria};
use crate::tui::accounts::lines::{Lines, Shown};
use crate::tui::accounts::order::{Group, Order, urgency};
use crate::tui::core::debounced_cursor::Follow;
use crate::tui::core::layout;
use crate::tui::input::tabs::Pane;
use crate::tui::widgets::filter::Filter;
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
    /// Nothing more will come; in what that differs from what was announced.
    Complete(Option<Mismatch>),
    /// It ended early; what arrived before stays.
    Failed(Fault),
}

/// The screen's state.
#[derive(Debug, Default)]
pub struct Accounts {
    rows: Vec<Account>,
    /// All rows in the order that was asked for; positions in `rows`.
    sorted: Vec<usize>,
    /// Those of them that are shown, and the headings over them.
    lines: Lines,
    /// How many there are of each status, the most urgent first.
    counts: Vec<(Status, usize)>,
    /// What the rows are ordered by.
    pub by: Order,
    /// What they are grouped by.
    pub group: Group,
    /// How many the broker says there are.
    pub total: Option<u64>,
    /// How far loading got.
    pub load: Load,
    /// The text filter.
    pub filter: Filter,
    /// What it asks for.
    criteria: Criteria,
    /// What is to be said of it.
    advice: Option<Advice>,
    /// Only accounts of this status.
    pub status: Option<Status>,
    /// The line under the cursor; never a heading.
    pub cursor: Cursor,
    /// Whether the person has moved the cursor: until then it stays on what needs them most.
    moved: bool,
    /// The account that the cursor goes to as soon as it is there, unless the person moves it first.
    pub wanted: Option<AccountId>,
    /// Which row the detail shows.
    beside: Follow,
    /// How long it has shown it, and what is known of it beyond the list.
    pub looking: Looking,
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

    /// How many accounts are shown.
    pub fn shown(&self) -> usize {
        self.lines.rows()
    }

    /// What the lines from `top` on show.
    pub fn lines_from(&self, top: usize) -> impl Iterator<Item = (usize, Shown<'_>)> {
        self.lines.from(top, &self.rows)
    }

    /// Which of the shown accounts is under the cursor, counted from one.
    pub fn place(&self) -> usize {
        self.lines.place(self.cursor.row)
    }

    /// The account under the cursor.
    pub fn selected(&self) -> Option<&Account> {
        self.lines.row(self.cursor.row).and_then(|row| self.rows.get(row))
    }

    /// The account that the detail shows: the one under the cursor, once that rests.
    pub fn beside(&self) -> Option<&Account> {
        self.beside.shown().and_then(|row| self.rows.get(row))
    }

    /// Lets the detail follow the cursor.
    pub fn follow(&mut self, now: Duration) {
        let row = self.lines.row(self.cursor.row);
        match self.focus {
            Pane::List => self.beside.cursor(row, now),
            Pane::Side => self.beside.at_once(row),
        };
        self.looking.at(self.beside.shown().and_then(|row| self.rows.get(row)), now);
    }

    /// How long the detail still waits for the cursor to rest.
    pub fn waits(&self, now: Duration) -> Option<Duration> {
        self.beside.due(now)
    }

    /// What the filter looks for in names.
    pub fn letters(&self) -> String {
        self.criteria.letters()
    }

    /// What is to be said of the filter.
    pub fn advice(&self) -> Option<&Advice> {
        self.advice.as_ref()
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

    /// Whether something is not here that the broker says there is.
    pub fn is_incomplete(&self) -> bool {
        matches!(&self.load, Load::Complete(Some(mismatch)) if mismatch.missing() > 0)
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
    pub fn end(&mut self, result: Result<Option<Mismatch>, Fault>, height: usize) {
        let load = match result {
            Ok(mismatch) => Load::Complete(mismatch),
            Err(fault) => Load::Failed(fault),
        };
        if let (Load::Running { fresh: Some(fresh) }, Load::Complete(_)) =
            (std::mem::replace(&mut self.load, load), &self.load)
        {
            self.rows = fresh;
            self.looking.forget_all();
            self.changed(height);
        }
    }

    /// Loading was stopped: what arrived of a first load stays, a reload changes nothing.
    pub fn stop(&mut self, height: usize) {
        self.load = Load::Complete(None);
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

    /// An account's details came, or could not be had. Nobody moved anything: the cursor goes with its
    /// account as at any other change.
    pub fn read(&mut self, result: Result<Account, Fault>, height: usize) {
        self.looking.end(result.as_ref().err());
        let Ok(account) = result else { return };
        let Some(row) = self.rows.iter_mut().find(|row| row.id == account.id) else { return };
        let alike = Account { raw: account.raw.clone(), ..row.clone() } == account;
        *row = account;
        // Most often the details only say more, and every row stays where it is.
        if alike { self.looking.renew() } else { self.changed(height) }
    }

    /// One account is gone.
    pub fn remove(&mut self, id: &AccountId, height: usize) {
        self.rows.retain(|account| account.id != *id);
        self.total = self.total.map(|total| total.saturating_sub(1));
        // Positions behind it have all moved; the cursor stays where it is, on what came after.
        self.sorted.clear();
        self.lines = Lines::default();
        self.changed(height);
    }

    /// Rows came, went or changed: counts and sorts anew.
    fn changed(&mut self, height: usize) {
        self.beside.forget();
        self.looking.renew();
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

    /// Groups by something else.
    pub fn group_by(&mut self, group: Group, height: usize) {
        self.group = group;
        // Whoever asks for groups wants to see them from the place where they are.
        self.moved = true;
        self.sort(height);
    }

    fn sort(&mut self, height: usize) {
        let selected = self.selected_id();
        // New rows come last; the old ones, in order already, cost next to nothing.
        self.sorted.retain(|row| *row < self.rows.len());
        self.sorted.extend(self.sorted.len()..self.rows.len());
        let (rows, by, group) = (&self.rows, self.by, self.group);
        self.sorted.sort_by(|a, b| match (rows.get(*a), rows.get(*b)) {
            (Some(a), Some(b)) => group.compare(a, b).then_with(|| by.compare(a, b)),
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
        self.criteria = Criteria::read(self.filter.text(), self.counts.iter().map(|(status, _)| status));
        self.advice = self.criteria.advice(&self.rows);
        let (rows, criteria, status) = (&self.rows, &self.criteria, self.status.as_ref());
        let all = criteria.is_empty();
        let fits = |account: &Account| {
            status.is_none_or(|status| account.status == *status) && (all || criteria.fits(account))
        };
        self.lines = Lines::of(rows, &self.sorted, self.group, fits);
        let at = selected.and_then(|id| self.lines.find(|row| rows.get(row).is_some_and(|account| account.id == *id)));
        let at = at.unwrap_or(self.cursor.row);
        self.lines.go(&mut self.cursor, at, height);
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

    /// Scrolls the list without moving the cursor more than it must.
    pub fn scroll(&mut self, by: isize, height: usize) {
        self.lines.scroll(&mut self.cursor, by, height);
    }

    /// Puts the cursor onto a line.
    pub fn select(&mut self, row: usize, height: usize) {
        self.moved = true;
        self.lines.go(&mut self.cursor, row, height);
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
        let at = self.lines.find(|row| self.rows.get(row).is_some_and(|account| account.id == *id));
        if let Some(at) = at {
            self.select(at, height);
        }
    }

    /// Moves the cursor, or scrolls the detail where the keyboard is there.
    pub fn step(&mut self, step: Move, height: usize) {
        match self.focus {
            Pane::List => {
                self.moved = true;
                self.lines.step(&mut self.cursor, step, height);
                self.detail_top = 0;
            }
            Pane::Side => {
                let mut cursor = Cursor { row: self.detail_top, top: self.detail_top };
                cursor.step(step, DETAIL_LINES + self.looking.extra().len(), 1);
                self.detail_top = cursor.row;
            }
        }
    }
}

/// More lines than any detail has without what only the wire has words for; scrolling stops earlier
/// at its real end, in drawing.
const DETAIL_LINES: usize = 64;

/// Rows of the table, without its head line.
pub fn table_rows(body: layout::Body, focus: Pane) -> usize {
    layout::inner_rows(layout::panes(body, focus, SHARE).list).saturating_sub(1)
}
