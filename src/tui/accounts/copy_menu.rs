//! Menu of what can be copied of an account.

use crate::domain::{Account, Untrusted};
use crate::json::pretty;
use crate::tui::core::cx::Cx;
use crate::tui::core::messages::{CopyText, MenuEntry, OpenMenu};
use crate::tui::input::action::Action;

/// Opens the menu for this account.
pub(super) fn open(account: &Account, cx: &mut Cx) {
    let text = |letter, label: &str, what: &str, text: &str| {
        let copying = CopyText { text: text.to_owned(), what: what.to_owned() };
        MenuEntry::new(letter, label, Untrusted::from(text), copying)
    };
    let label = format!("{}/{}", account.connection.raw(), account.identifier.raw());
    let json = pretty(&account.raw);
    let mut entries = vec![
        text('y', "account id", "the account's id", account.id.raw()),
        text('i', "identifier", "the identifier", account.identifier.raw()),
        text('c', "connection", "the connection's name", account.connection.raw()),
        text('n', "connection id", "the connection's id", account.connection_id.raw()),
        text('l', "connection/identifier", "connection and identifier", &label),
        MenuEntry::new(
            'r',
            "account as JSON",
            "as the API sent it",
            CopyText { text: json, what: "the account as JSON".to_owned() },
        ),
        MenuEntry::doing('u', "authorization link for somebody else", Action::CopyLink),
    ];
    // Some environments have no ids for connections.
    entries.retain(|entry| entry.letter != 'n' || !account.connection_id.raw().is_empty());
    cx.send(OpenMenu { title: "Copy".to_owned(), entries });
}
