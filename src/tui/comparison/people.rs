//! Choice of the people to compare.

use crate::domain::{ConnectionName, Identifier, Status, Tool, human_order};
use crate::flow::account_resolution::able;
use crate::order::StableOrder as _;
use crate::tui::core::state::account_store::AccountStore;
use crate::tui::input::typed::Typed;
use crate::tui::widgets::list::{Cursor, Move};
use crate::tui::widgets::typing::filter::{Filter, matches};

/// People who can be chosen at most: their results are kept until the popup closes.
pub const MOST: usize = 50;

/// Everybody who has an account on the connection, and who of them is chosen.
#[derive(Default)]
pub struct People {
    /// Everybody, by name.
    rows: Vec<PersonRow>,
    /// Rows that fit the filter.
    fitting: Vec<usize>,
    /// Text that narrows the list down.
    pub filter: Filter,
    /// Cursor over the rows that fit.
    pub cursor: Cursor,
}

/// Somebody who can be chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonRow {
    /// The person.
    pub identifier: Identifier,
    /// Status of their account.
    pub status: Status,
    /// Whether they are chosen.
    pub chosen: bool,
}

/// The connection that most of those who could call `tool` have an account on.
pub fn likeliest_connection(tool: &Tool, accounts: &AccountStore) -> Option<ConnectionName> {
    let mut counts: Vec<(&ConnectionName, usize)> = Vec::new();
    for account in able(tool, accounts.all()) {
        match counts.iter_mut().find(|(known, _)| *known == &account.connection) {
            Some((_, count)) => *count += 1,
            None => counts.push((&account.connection, 1)),
        }
    }
    // Of equal ones the first by name, whatever the order of the list.
    counts.order_by(|(one, many), (other, more)| more.cmp(many).then_with(|| human_order(one.raw(), other.raw())));
    counts.first().map(|(connection, _)| (*connection).clone())
}

impl People {
    /// Everybody with an account on `connection`; `first` is chosen already.
    pub fn new(connection: &ConnectionName, accounts: &AccountStore, first: Option<&Identifier>) -> Self {
        let of_connection = accounts.all().iter().filter(|account| account.connection == *connection);
        let mut rows: Vec<_> = of_connection
            .map(|account| PersonRow {
                identifier: account.identifier.clone(),
                status: account.status.clone(),
                chosen: first == Some(&account.identifier),
            })
            .collect();
        rows.order_by(|one, other| human_order(one.identifier.raw(), other.identifier.raw()));
        rows.dedup_by(|one, other| one.identifier == other.identifier);
        let mut people = Self { rows, ..Self::default() };
        people.narrow();
        people
    }

    /// Number of people, whoever fits the filter.
    pub fn all(&self) -> usize {
        self.rows.len()
    }

    /// Those who fit the filter.
    pub fn shown(&self) -> impl Iterator<Item = &PersonRow> {
        self.fitting.iter().filter_map(|row| self.rows.get(*row))
    }

    /// Number of those who fit the filter.
    pub fn len(&self) -> usize {
        self.fitting.len()
    }

    /// Those who are chosen, by name.
    pub fn chosen(&self) -> impl Iterator<Item = &PersonRow> {
        self.rows.iter().filter(|row| row.chosen)
    }

    /// Takes what is typed into the filter.
    pub fn take(&mut self, typed: &Typed) {
        if self.filter.take(typed) {
            self.narrow();
        }
    }

    /// Forgets the filter; whether there was one.
    pub fn forget_filter(&mut self) -> bool {
        let was_there = self.filter.typing || !self.filter.is_empty();
        self.filter.clear();
        self.narrow();
        was_there
    }

    fn narrow(&mut self) {
        let wanted = self.filter.text();
        let fits = |row: &PersonRow| matches(wanted, &[row.identifier.raw(), &row.status.word()]);
        self.fitting = self.rows.iter().enumerate().filter(|(_, row)| fits(row)).map(|(at, _)| at).collect();
        self.cursor = Cursor::default();
    }

    /// Chooses whoever is under the cursor, or leaves them out, and moves on.
    pub fn choose(&mut self, height: usize) {
        if let Some(row) = self.fitting.get(self.cursor.row).and_then(|row| self.rows.get_mut(*row)) {
            row.chosen = !row.chosen;
        }
        self.cursor.step(Move::By(1), self.fitting.len(), height);
    }

    /// Chooses everybody shown whose account is active; where all of them are chosen, leaves everybody shown out.
    pub fn choose_shown(&mut self) {
        let is_active = |row: &PersonRow| row.status == Status::Active;
        let all = self.shown().filter(|row| is_active(row)).all(|row| row.chosen);
        for row in &self.fitting {
            if let Some(row) = self.rows.get_mut(*row) {
                row.chosen = !all && (row.chosen || is_active(row));
            }
        }
    }
}
