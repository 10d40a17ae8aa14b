//! Menus of the list of accounts: what to order it by, and which status to show.

use crate::domain::pluralize;
use crate::tui::accounts::actions::OrderBy;
use crate::tui::accounts::filter::NEEDS_YOU;
use crate::tui::accounts::order::Order;
use crate::tui::core::cx::Cx;
use crate::tui::core::messages::{MenuEntry, OpenMenu, ShowStatus};

/// Letter that chooses what the list is ordered by already, whatever its own is: the key of the menu, pressed again.
const AGAIN: char = 'o';

/// Letters of the statuses, in their order; they have none of their own.
const LETTERS: &str = "abcdefghilm";

/// Opens the menu of orders.
pub(super) fn choose_order(current: Order, cx: &mut Cx) {
    let entry = |(by, name, letter): (Order, &'static str, char)| {
        let note = if by == current { "now; again reverses" } else { "" };
        MenuEntry::new(letter, name, note, OrderBy(by))
    };
    let mut entries: Vec<MenuEntry> = Order::ALL.into_iter().map(entry).collect();
    entries.push(MenuEntry::new(AGAIN, "reverse", current.name(), OrderBy(current)));
    cx.send(OpenMenu { title: "Order by".to_owned(), entries });
}

/// Opens the menu of statuses: it writes into the filter.
pub(super) fn choose_status(cx: &mut Cx) {
    let count = |count: usize| pluralize(count as u64, "account");
    let mut entries = Vec::new();
    let needy = cx.accounts.needing_you();
    if needy > 0 {
        entries.push(MenuEntry::new('n', "needs you", count(needy), ShowStatus(NEEDS_YOU.to_owned())));
    }
    for ((status, accounts), letter) in cx.accounts.counts().iter().zip(LETTERS.chars()) {
        let word = status.word();
        let (glyph, _) = cx.theme.status(status);
        let shown = ShowStatus(word.replace(' ', "-"));
        entries.push(MenuEntry::new(letter, format!("{glyph} {word}"), count(*accounts), shown));
    }
    entries.push(MenuEntry::new('s', "any status", count(cx.accounts.all().len()), ShowStatus(String::new())));
    cx.send(OpenMenu { title: "Show accounts that are".to_owned(), entries });
}
