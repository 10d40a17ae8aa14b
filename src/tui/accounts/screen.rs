//! Connected accounts: what needs you first.

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use crate::domain::{Account, AccountId, Fault};
use crate::flow::tally::Mismatch;
use crate::tui::accounts::changes::Change;
use crate::tui::accounts::detail::loader::DetailLoader;
use crate::tui::accounts::filter::{self, Criteria};
use crate::tui::accounts::lines::{Lines, ShownLine};
use crate::tui::accounts::order::{Group, Order};
use crate::tui::accounts::refresh::LiveRefresh;
use crate::tui::core::layout;
use crate::tui::core::state::account_store::AccountStore;
use crate::tui::input::tabs::Pane;
use crate::tui::widgets::columns::Direction;
use crate::tui::widgets::debounced_cursor::DebouncedCursor;
use crate::tui::widgets::list::{Cursor, Move};
use crate::tui::widgets::text;
use crate::tui::widgets::typing::filter::Filter;

/// The list's part of the screen, in percent.
pub const SHARE: u16 = 62;

/// State of the Accounts screen.
#[derive(Debug, Default)]
pub struct Accounts {
    /// All rows in the order that was asked for; positions in `rows`.
    sorted: Vec<usize>,
    /// Lines with those of them that are shown, and the headings over them.
    pub(super) lines: Lines,
    /// Order of the rows.
    pub by: Order,
    /// Direction of the order.
    pub direction: Direction,
    /// Grouping of the rows.
    pub group: Group,
    /// Filter as it is typed.
    pub filter: Filter,
    /// Conditions read from the filter.
    criteria: Criteria,
    /// Mistake in the filter, shown in place of the column names.
    slip: Option<String>,
    /// Changes that were said yes to and have not begun.
    pub(super) changes: VecDeque<Change>,
    /// Reading again by itself.
    pub live: LiveRefresh,
    /// Accounts that are marked.
    marked: HashSet<AccountId>,
    /// Widths of the longest names.
    widest: Widest,
    /// Number of rows that they were measured in.
    measured: usize,
    /// The line under the cursor; never a heading.
    pub cursor: Cursor,
    /// Whether the person has moved the cursor: until then it stays on what needs them most.
    moved: bool,
    /// The account that the cursor goes to as soon as it is there, unless the person moves it first.
    pub wanted: Option<AccountId>,
    /// Row that the detail shows, which waits for the cursor to rest.
    beside: DebouncedCursor,
    /// Account in the detail: since when it is there, and what is known of it beyond the list.
    pub looking: DetailLoader,
    /// First line of the detail that is shown, where the wheel turned over it.
    pub detail_top: usize,
    /// Fact of the detail under the cursor.
    pub fact: usize,
    /// Pane that has the keyboard.
    pub focus: Pane,
    /// Rows of the list that are seen at once.
    height: usize,
}

/// Cells that the longest names of the loaded accounts take.
#[derive(Clone, Copy, Debug, Default)]
pub struct Widest {
    /// Of a connection.
    pub connection: usize,
    /// Of an identifier.
    pub identifier: usize,
    /// Of a provider.
    pub provider: usize,
}

impl Accounts {
    /// Number of accounts shown.
    pub fn shown(&self) -> usize {
        self.lines.rows()
    }

    /// Content of the lines from `top` on, with their positions.
    pub fn lines_from<'a>(
        &'a self,
        store: &'a AccountStore,
        top: usize,
    ) -> impl Iterator<Item = (usize, ShownLine<'a>)> {
        self.lines.from(top, store.all())
    }

    /// Position of the account under the cursor among those shown, counted from one.
    pub fn place(&self) -> usize {
        self.lines.place(self.cursor.row)
    }

    /// The account under the cursor.
    pub fn selected<'a>(&self, store: &'a AccountStore) -> Option<&'a Account> {
        self.lines.row(self.cursor.row).and_then(|row| store.row(row))
    }

    /// The account that the detail shows: the one under the cursor, once that rests.
    pub fn beside<'a>(&self, store: &'a AccountStore) -> Option<&'a Account> {
        self.beside.shown().and_then(|row| store.row(row))
    }

    /// Fits the list into its place. Who sees another part of it keeps the cursor in sight.
    pub fn fit(&mut self, body: layout::Body, store: &AccountStore) {
        let height = table_rows(body);
        if height != self.height {
            self.height = height;
            self.arrange(store);
        }
    }

    /// Forgets everything but how the list is arranged, which is the person's and not the environment's.
    pub fn forget(&mut self) {
        let Self { by, direction, group, height, .. } = *self;
        *self = Self { by, direction, group, height, ..Self::default() };
    }

    /// Lets the detail follow the cursor.
    pub fn follow(&mut self, store: &AccountStore, now: Duration) {
        let row = self.lines.row(self.cursor.row);
        match self.focus {
            Pane::List => self.beside.cursor(row, now),
            Pane::Side => self.beside.at_once(row),
        };
        self.looking.at(self.beside.shown().and_then(|row| store.row(row)), now);
    }

    /// Time until the detail follows the cursor; none where it shows the right row already.
    pub fn waits(&self, now: Duration) -> Option<Duration> {
        self.beside.due(now)
    }

    /// Letters that the filter looks for in names.
    pub fn letters(&self) -> String {
        self.criteria.letters()
    }

    /// Connection and identifier that the filter names.
    pub fn names(&self) -> (Option<&str>, Option<&str>) {
        self.criteria.names()
    }

    /// Mistake in the filter.
    pub fn slip(&self) -> Option<&str> {
        self.slip.as_deref()
    }

    /// Widths of the longest names.
    pub fn widest(&self) -> Widest {
        self.widest
    }

    /// Takes a page of accounts that arrived.
    pub fn page(&mut self, store: &mut AccountStore, items: Vec<Account>, total: Option<u64>) {
        if store.page(items, total) {
            self.beside.forget();
            self.looking.renew();
            self.sort(store);
        }
    }

    /// Takes note that no more pages come. The cursor stays with its account, in the same place on screen.
    pub fn end(&mut self, store: &mut AccountStore, result: Result<Option<Mismatch>, Fault>) {
        // Before the rows are replaced: a position means another account then.
        let (selected, before) = (self.wanted(store).cloned(), self.cursor);
        if store.end(result) {
            let here: HashSet<&AccountId> = store.all().iter().map(|account| &account.id).collect();
            self.marked.retain(|id| here.contains(id));
            self.looking.forget_all();
            self.changed(store);
            let is = |row: usize| store.row(row).is_some_and(|account| Some(&account.id) == selected.as_ref());
            if let Some(at) = self.lines.find(is) {
                let top = at.saturating_sub(before.row.saturating_sub(before.top));
                self.cursor = Cursor { row: at, top };
                self.lines.go(&mut self.cursor, at, self.height);
            }
        }
    }

    /// Stops loading; what arrived before stays.
    pub fn stop(&mut self, store: &mut AccountStore) {
        store.stop();
        self.arrange(store);
    }

    /// Takes an account that was read again, or is new. The cursor is with it or with its neighbours for a reason,
    /// and stays where it is.
    pub fn put(&mut self, store: &mut AccountStore, account: Account) {
        self.moved = true;
        store.put(account);
        self.changed(store);
    }

    /// An account's details came, or could not be had. Nobody moved anything: the cursor goes with its
    /// account as at any other change.
    pub fn read(&mut self, store: &mut AccountStore, result: Result<Account, Fault>) {
        self.looking.end(result.as_ref().err());
        match result.ok().and_then(|account| store.read(account)) {
            Some(true) => self.changed(store),
            Some(false) => self.looking.renew(),
            None => {}
        }
    }

    /// Takes accounts that were read again while nobody did anything: the cursor goes with its account.
    pub fn put_rows(&mut self, store: &mut AccountStore, read: Vec<Account>) {
        let mut changes = false;
        for account in read {
            changes |= store.read(account) == Some(true);
        }
        if changes {
            self.changed(store);
        }
    }

    /// Rows of the list that are seen at once.
    pub fn rows_on_screen(&self) -> usize {
        self.height
    }

    /// Takes an account out of the list.
    pub fn remove(&mut self, store: &mut AccountStore, id: &AccountId) {
        store.remove(id);
        self.marked.remove(id);
        // Positions behind it have all moved; the cursor stays where it is, on what came after.
        self.sorted.clear();
        self.lines = Lines::default();
        self.changed(store);
    }

    /// Rows came, went or changed: sorts anew.
    fn changed(&mut self, store: &AccountStore) {
        (self.widest, self.measured) = (Widest::default(), 0);
        self.beside.forget();
        self.looking.renew();
        self.sort(store);
    }

    /// Orders by something else; by the same, the other way around.
    pub fn order_by(&mut self, store: &AccountStore, by: Order) {
        self.direction = if self.by == by { self.direction.other() } else { Direction::Forward };
        self.by = by;
        self.sort(store);
    }

    /// Groups by something else.
    pub fn group_by(&mut self, store: &AccountStore, group: Group) {
        self.group = group;
        // Whoever asks for groups wants to see them from the place where they are.
        self.moved = true;
        self.sort(store);
    }

    /// Verdicts changed: the rows are sorted anew.
    pub(super) fn reorder(&mut self, store: &AccountStore) {
        self.beside.forget();
        self.looking.renew();
        self.sort(store);
    }

    fn sort(&mut self, store: &AccountStore) {
        let selected = self.wanted(store).cloned();
        // New rows come last; the old ones, in order already, cost next to nothing.
        let rows = store.all();
        self.sorted.retain(|row| *row < rows.len());
        self.sorted.extend(self.sorted.len()..rows.len());
        let (by, direction, group) = (self.by, self.direction, self.group);
        let unmeasured = rows.get(self.measured..).unwrap_or_default();
        self.measured = rows.len();
        self.widest = unmeasured.iter().fold(self.widest, |widest, account| Widest {
            connection: widest.connection.max(text::width(&account.connection.scrubbed())),
            identifier: widest.identifier.max(text::width(&account.identifier.scrubbed())),
            provider: widest.provider.max(text::width(&account.provider.scrubbed())),
        });
        let proven =
            if store.proofs.is_empty() { Vec::new() } else { rows.iter().map(|row| store.proofs.rank(row)).collect() };
        let row = |at: usize| Some((rows.get(at)?, proven.get(at).copied().flatten()));
        self.sorted.sort_by(|a, b| match (row(*a), row(*b)) {
            (Some(a), Some(b)) => group.compare(a.0, b.0).then_with(|| by.compare(direction, a, b)),
            _ => a.cmp(b),
        });
        self.show(store, selected.as_ref());
    }

    /// Filters anew, keeping the cursor on its account where that is still shown.
    pub fn arrange(&mut self, store: &AccountStore) {
        let selected = self.wanted(store).cloned();
        self.show(store, selected.as_ref());
    }

    /// The account that the person put the cursor on, in this run or before it.
    pub fn wanted<'a>(&'a self, store: &'a AccountStore) -> Option<&'a AccountId> {
        if self.moved { self.selected(store).map(|account| &account.id) } else { self.wanted.as_ref() }
    }

    fn show(&mut self, store: &AccountStore, selected: Option<&AccountId>) {
        self.criteria = Criteria::read(self.filter.text(), store.counts().iter().map(|(status, _)| status));
        self.slip = self.criteria.slip(store.all(), &store.proofs);
        let (rows, criteria) = (store.all(), &self.criteria);
        let all = criteria.is_empty();
        let fits = |account: &Account| all || criteria.fits(account, &store.proofs);
        self.lines = Lines::of(rows, &self.sorted, self.group, fits);
        let at = selected.and_then(|id| self.lines.find(|row| rows.get(row).is_some_and(|account| account.id == *id)));
        let at = at.unwrap_or(self.cursor.row);
        self.lines.go(&mut self.cursor, at, self.height);
    }

    /// Takes another filter, as if it had been typed.
    pub fn filter_by(&mut self, store: &AccountStore, text: &str) {
        self.filter.set(text);
        self.filter.typing = false;
        self.focus = Pane::List;
        self.arrange(store);
    }

    /// Offers ways to go on with the filter.
    pub fn offer(&mut self, store: &AccountStore) {
        let offered = filter::completions(self.filter.text(), store);
        self.filter.offer(offered);
    }

    /// Puts the cursor on the next account below it that calls for attention, or on the first there is. Whether there
    /// is one.
    pub fn go_to_needy(&mut self, store: &AccountStore) -> bool {
        let is_needy = |row: usize| store.row(row).is_some_and(|account| store.needs_you(account));
        let at = self.lines.find_after(self.cursor.row, is_needy);
        if let Some(at) = at {
            self.select(at);
        }
        at.is_some()
    }

    /// Goes to the first account of the next group, or of the one before.
    pub fn step_group(&mut self, forward: bool) {
        if let Some(line) = self.lines.group(self.cursor.row, forward) {
            self.select(line);
            self.lines.show_group(&mut self.cursor, self.height);
        }
    }

    /// Marks the account under the cursor, or takes its mark away, and goes on to the next.
    pub fn mark(&mut self, store: &AccountStore) {
        let Some(id) = self.selected(store).map(|account| account.id.clone()) else { return };
        if !self.marked.remove(&id) {
            self.marked.insert(id);
        }
        self.step(Move::By(1));
    }

    /// Marks every account that is shown; where all of them are marked, none.
    pub fn mark_shown(&mut self, store: &AccountStore) {
        let shown = self.lines.from(0, store.all()).filter_map(|(_, line)| match line {
            ShownLine::Account(account) => Some(account.id.clone()),
            ShownLine::Heading(_) => None,
        });
        let shown: Vec<AccountId> = shown.collect();
        match shown.iter().all(|id| self.marked.contains(id)) {
            true => shown.iter().for_each(|id| {
                self.marked.remove(id);
            }),
            false => self.marked.extend(shown),
        }
    }

    /// Takes every mark away. Whether there were any.
    pub fn clear_marks(&mut self) -> bool {
        !std::mem::take(&mut self.marked).is_empty()
    }

    /// Whether an account is marked.
    pub fn is_marked(&self, account: &Account) -> bool {
        self.marked.contains(&account.id)
    }

    /// Number of accounts that are marked.
    pub fn marks(&self) -> usize {
        self.marked.len()
    }

    /// Whether an action is about several accounts. Beside the list it is about the one that stands there.
    pub fn acts_on_several(&self) -> bool {
        self.marked.len() > 1 && self.focus == Pane::List
    }

    /// The account that an action is about where that is one: the only one that is marked, else the one under the
    /// cursor.
    pub fn target<'a>(&self, store: &'a AccountStore) -> Option<&'a Account> {
        let is_marked = self.marked.len() == 1 && self.focus == Pane::List;
        let marked = is_marked.then(|| self.marked.iter().next()).flatten();
        marked.map_or_else(|| self.selected(store), |id| store.by_id(id))
    }

    /// The accounts that an action is about: those that are marked, in the order of the list; else the one under the
    /// cursor.
    pub fn chosen<'a>(&self, store: &'a AccountStore) -> Vec<&'a Account> {
        match self.marked.is_empty() {
            true => self.selected(store).into_iter().collect(),
            false => self.sorted.iter().filter_map(|row| store.row(*row)).filter(|row| self.is_marked(row)).collect(),
        }
    }

    /// Scrolls the list without moving the cursor more than it must.
    pub fn scroll(&mut self, by: isize) {
        self.lines.scroll(&mut self.cursor, by, self.height);
    }

    /// Puts the cursor onto a line.
    pub fn select(&mut self, row: usize) {
        self.moved = true;
        self.lines.go(&mut self.cursor, row, self.height);
        (self.detail_top, self.fact) = (0, 0);
    }

    /// Forgets the filters, so that every account is shown.
    pub fn reveal(&mut self) {
        self.filter.clear();
        self.focus = Pane::List;
    }

    /// Puts the cursor onto this account, if it is shown.
    pub fn go_to(&mut self, store: &AccountStore, id: &AccountId) {
        let at = self.lines.find(|row| store.row(row).is_some_and(|account| account.id == *id));
        if let Some(at) = at {
            self.select(at);
        }
    }

    /// Moves the cursor, or scrolls the detail where the keyboard is there.
    pub fn step(&mut self, step: Move) {
        match self.focus {
            Pane::List => {
                self.moved = true;
                self.lines.step(&mut self.cursor, step, self.height);
                (self.detail_top, self.fact) = (0, 0);
            }
            Pane::Side => self.scroll_detail(step),
        }
    }

    /// Scrolls the detail of the account.
    pub fn scroll_detail(&mut self, step: Move) {
        let mut cursor = Cursor { row: self.detail_top, top: self.detail_top };
        cursor.step(step, DETAIL_LINES + self.looking.extra().len(), 1);
        self.detail_top = cursor.row;
    }
}

/// More lines than any detail has without what only the wire has words for; scrolling stops earlier
/// at its real end, in drawing.
const DETAIL_LINES: usize = 64;

/// Rows of the table, without its head line.
fn table_rows(body: layout::Body) -> usize {
    layout::inner_rows(layout::panes(body, Pane::List, SHARE).list).saturating_sub(1)
}
