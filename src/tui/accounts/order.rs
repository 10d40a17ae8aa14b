//! Order and grouping of the accounts.

use std::cmp::Ordering;

use crate::domain::{Account, Status, human_order};
pub use crate::tui::core::state::account_store::urgency;
use crate::tui::core::state::proof_store::ProofRank;
use crate::tui::widgets::columns::Direction;

/// Order of the rows; rows that are alike in it stand together. Each is the order of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// What needs somebody first: a proof that does, then the most urgent status.
    #[default]
    Need,
    /// By connection, then identifier.
    Connection,
    /// By identifier, then connection.
    Identifier,
    /// Worst verdict on who it is first.
    Proof,
    /// By provider, then identifier.
    Provider,
    /// Next to expire first; behind them those that have expired already, the latest first.
    Expiry,
    /// Last used first.
    Use,
}

impl Order {
    /// All orders with their names and the letters that choose them, in the order of their columns.
    pub const ALL: [(Self, &'static str, char); 7] = [
        (Self::Need, "need", 'n'),
        (Self::Connection, "connection", 'c'),
        (Self::Identifier, "identifier", 'i'),
        (Self::Proof, "proof", 'r'),
        (Self::Provider, "provider", 'p'),
        (Self::Expiry, "expiry", 'e'),
        (Self::Use, "last use", 'u'),
    ];

    /// Name for people.
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(order, ..)| *order == self).map_or("", |(_, name, _)| name)
    }

    /// The one of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, other, _)| *other == name).map(|(order, ..)| order)
    }

    /// The one of a column.
    pub fn from_column(column: usize) -> Option<Self> {
        Self::ALL.get(column).map(|(order, ..)| *order)
    }

    /// Number of its column.
    pub fn column(self) -> usize {
        Self::ALL.iter().position(|(order, ..)| *order == self).unwrap_or_default()
    }

    /// Order of two accounts. What an account lacks comes last in both directions.
    pub fn compare(
        self,
        direction: Direction,
        (a, by_proof): (&Account, Option<ProofRank>),
        (b, other_by_proof): (&Account, Option<ProofRank>),
    ) -> Ordering {
        let name = |a: &str, b: &str| human_order(a, b);
        let by_connection = || name(a.connection.raw(), b.connection.raw());
        let by_identifier = || name(a.identifier.raw(), b.identifier.raw());
        let then = || by_identifier().then_with(by_connection);
        match self {
            Self::Need => {
                let need = |account: &Account, rank: Option<ProofRank>| {
                    (!rank.is_some_and(|rank| rank.needs_you), urgency(&account.status))
                };
                direction.apply(need(a, by_proof).cmp(&need(b, other_by_proof))).then_with(then)
            }
            Self::Proof => match (by_proof, other_by_proof) {
                (Some(one), Some(other)) => direction.apply(one.place.cmp(&other.place)),
                (one, other) => one.is_none().cmp(&other.is_none()),
            }
            .then_with(then),
            Self::Connection => direction.apply(by_connection()).then_with(by_identifier),
            Self::Identifier => direction.apply(by_identifier()).then_with(by_connection),
            Self::Provider => direction.apply(name(a.provider.raw(), b.provider.raw())).then_with(then),
            Self::Expiry => {
                let has_expired = |account: &Account| account.status == Status::Expired;
                let times = match (a.token_expires_at, b.token_expires_at) {
                    (Some(one), Some(other)) if has_expired(a) && has_expired(b) => direction.apply(other.cmp(&one)),
                    (Some(one), Some(other)) => {
                        direction.apply(has_expired(a).cmp(&has_expired(b)).then_with(|| one.cmp(&other)))
                    }
                    (one, other) => one.is_none().cmp(&other.is_none()),
                };
                times.then_with(then)
            }
            Self::Use => match (a.last_used_at, b.last_used_at) {
                (Some(one), Some(other)) => direction.apply(other.cmp(&one)),
                (one, other) => one.is_none().cmp(&other.is_none()),
            }
            .then_with(then),
        }
    }
}

/// Grouping of the rows; inside a group the order holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Group {
    /// One list without headings.
    #[default]
    Nothing,
    /// Group for each connection.
    Connection,
    /// Group for each identifier.
    Identifier,
    /// Group for each status, the most urgent on top.
    Status,
    /// Group for each provider.
    Provider,
}

impl Group {
    /// All groupings with their names.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Nothing, "nothing"),
        (Self::Connection, "connection"),
        (Self::Identifier, "identifier"),
        (Self::Status, "status"),
        (Self::Provider, "provider"),
    ];

    /// Name for people.
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(group, _)| *group == self).map_or("", |(_, name)| name)
    }

    /// The one of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, other)| *other == name).map(|(group, _)| group)
    }

    /// The next one, around and around.
    #[must_use]
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|(group, _)| *group == self).map_or(0, |at| at + 1);
        Self::ALL.get(at).map_or(Self::Nothing, |(group, _)| *group)
    }

    /// Order of two accounts' groups; equal in the same group.
    pub fn compare(self, a: &Account, b: &Account) -> Ordering {
        match self {
            Self::Nothing => Ordering::Equal,
            Self::Connection => human_order(a.connection.raw(), b.connection.raw()),
            Self::Identifier => human_order(a.identifier.raw(), b.identifier.raw()),
            Self::Status => urgency(&a.status).cmp(&urgency(&b.status)).then_with(|| match (&a.status, &b.status) {
                (Status::Other(a), Status::Other(b)) => a.cmp(b),
                _ => Ordering::Equal,
            }),
            Self::Provider => human_order(a.provider.raw(), b.provider.raw()),
        }
    }

    /// Title of this account's group, safe to show.
    pub fn title(self, account: &Account) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Connection => account.connection.to_string(),
            Self::Identifier => account.identifier.to_string(),
            Self::Status => account.status.word(),
            Self::Provider => account.provider.to_string(),
        }
    }
}
