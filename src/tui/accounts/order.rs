//! Order and grouping of the accounts.

use std::cmp::Ordering;

use jiff::Timestamp;

use crate::domain::{Account, Status};
pub use crate::tui::core::state::account_store::urgency;

/// Order of the rows; rows that are alike in it stand together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Most urgent status first.
    #[default]
    Need,
    /// By connection, then identifier.
    Connection,
    /// By identifier, then connection.
    Identifier,
    /// Next to expire first.
    Expiry,
    /// Last used first.
    Use,
}

impl Order {
    /// All orders with their names.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Need, "need"),
        (Self::Connection, "connection"),
        (Self::Identifier, "identifier"),
        (Self::Expiry, "expiry"),
        (Self::Use, "last use"),
    ];

    /// Name for people.
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(order, _)| *order == self).map_or("", |(_, name)| name)
    }

    /// The one of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, other)| *other == name).map(|(order, _)| order)
    }

    /// The next one, around and around.
    #[must_use]
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|(order, _)| *order == self).map_or(0, |at| at + 1);
        Self::ALL.get(at).map_or(Self::Need, |(order, _)| *order)
    }

    /// Order of two accounts.
    pub fn compare(self, a: &Account, b: &Account) -> Ordering {
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
            Self::Connection => a.connection.cmp(&b.connection),
            Self::Identifier => a.identifier.cmp(&b.identifier),
            Self::Status => urgency(&a.status).cmp(&urgency(&b.status)).then_with(|| match (&a.status, &b.status) {
                (Status::Other(a), Status::Other(b)) => a.cmp(b),
                _ => Ordering::Equal,
            }),
            Self::Provider => a.provider.cmp(&b.provider),
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
