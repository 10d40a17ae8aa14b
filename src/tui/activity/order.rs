//! Order of the list of past calls: our own and those of the environment's log, one among the other.

use std::cmp::Ordering;
use std::time::Duration;

use crate::domain::{ClockOffset, human_order};
use crate::journal::EntryOrder;
use crate::tui::activity::logged::outcome;
use crate::tui::activity::screen::Call;
use crate::tui::core::cx::Cx;
use crate::tui::core::messages::{MenuEntry, OpenMenu};
use crate::tui::widgets::columns::Direction;

/// Order: order the list by this; by the same, the other way around.
#[derive(Debug)]
pub(super) struct OrderBy(pub EntryOrder);

/// Letter of the row that reverses the order: the key of the menu, pressed again.
const AGAIN: char = 'o';

/// Opens the menu of orders.
pub(super) fn choose(current: EntryOrder, cx: &mut Cx) {
    let entry = |(by, name, letter): (EntryOrder, &'static str, char)| {
        let note = if by == current { "now" } else { "" };
        MenuEntry::new(letter, name, note, OrderBy(by))
    };
    let mut entries: Vec<MenuEntry> = EntryOrder::ALL.into_iter().map(entry).collect();
    entries.push(MenuEntry::new(AGAIN, "reverse", "", OrderBy(current)));
    cx.send(OpenMenu { title: "Order by".to_owned(), entries });
}

/// Number of an order's column.
pub(super) fn column(by: EntryOrder) -> usize {
    EntryOrder::ALL.iter().position(|(order, ..)| *order == by).unwrap_or_default()
}

/// Order of two calls; those that are alike in it, the newest first.
pub(super) fn compare(a: &Call, b: &Call, by: EntryOrder, direction: Direction, skew: ClockOffset) -> Ordering {
    let newest_first = || b.began(skew).cmp(&a.began(skew));
    let ordering = match by {
        EntryOrder::Began => return direction.apply(newest_first()),
        EntryOrder::Outcome => a.outcome().cmp(&b.outcome()),
        EntryOrder::Name => human_order(a.name(), b.name()),
        EntryOrder::Identifier => human_order(a.identifier(), b.identifier()),
        EntryOrder::Connection => human_order(a.connection(), b.connection()),
        EntryOrder::Took => b.took().cmp(&a.took()),
    };
    direction.apply(ordering).then_with(newest_first)
}

impl Call {
    /// Number of its outcome.
    fn outcome(&self) -> i64 {
        let outcome = match self {
            Self::Ours(ours) => ours.outcome,
            Self::Theirs(theirs) => outcome(theirs),
        };
        outcome.number()
    }

    /// Name of the tool, as it came.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Ours(ours) => ours.name.raw(),
            Self::Theirs(theirs) => theirs.tool.as_ref().map_or("", |tool| tool.raw()),
        }
    }

    /// Identifier that it was made as, as it came.
    pub(super) fn identifier(&self) -> &str {
        match self {
            Self::Ours(ours) => ours.identifier.raw(),
            Self::Theirs(theirs) => theirs.identifier.raw(),
        }
    }

    /// Connection that it was made on, as it came.
    pub(super) fn connection(&self) -> &str {
        match self {
            Self::Ours(ours) => ours.connection.raw(),
            Self::Theirs(theirs) => theirs.connection.raw(),
        }
    }

    /// Time that it took, as far as anybody said.
    pub(super) fn took(&self) -> Option<Duration> {
        match self {
            Self::Ours(ours) => ours.took,
            Self::Theirs(theirs) => theirs.took,
        }
    }
}
