//! The board for a ticket: as Markdown, or as CSV.

use crate::tui::accounts::board::rows::{row, title};
use crate::tui::core::cx::Cx;
use crate::tui::core::messages::{CopyText, MenuEntry, OpenMenu, SaveList};
use crate::tui::core::state::authorization::Authorization;

/// Names of the columns.
const HEADS: [&str; 9] =
    ["connection", "identifier", "result", "before", "after", "same_person", "tools", "seconds", "account"];

/// Offers the ways in which the board leaves the program.
pub(super) fn choose(cx: &mut Cx) {
    let markdown = CopyText { text: markdown(cx), what: "the board as Markdown".to_owned() };
    let save = |name: &str| SaveList { name: name.to_owned(), heads: &HEADS, rows: rows(cx) };
    let (csv, table) = (save("authorizations.csv"), save("authorizations.md"));
    let entries = vec![
        MenuEntry::new('m', "copy as Markdown", "", markdown),
        MenuEntry::new('c', "save as CSV", "", csv),
        MenuEntry::new('d', "save as Markdown", "", table),
    ];
    cx.send(OpenMenu { title: "Export the board".to_owned(), entries });
}

/// Links are left out: whoever holds one can use it.
fn rows(cx: &Cx) -> Vec<Vec<String>> {
    cx.authorizations.oldest_first().map(|(_, one)| values(one, cx)).collect()
}

fn values(one: &Authorization, cx: &Cx) -> Vec<String> {
    let receipt = one.receipt.as_deref();
    let status = |account: Option<&crate::domain::Account>| account.map(|account| account.status.name());
    vec![
        one.connection.clone(),
        one.identifier.clone(),
        row(one, cx).words,
        status(one.before.as_ref()).unwrap_or_default(),
        status(one.authorized()).unwrap_or_default(),
        receipt.map(|receipt| receipt.same.name().to_owned()).unwrap_or_default(),
        receipt.and_then(|receipt| receipt.tools).map(|tools| tools.to_string()).unwrap_or_default(),
        one.took(cx.now.uptime).as_secs().to_string(),
        one.found.as_ref().map(ToString::to_string).unwrap_or_default(),
    ]
}

/// A list of tasks: ticked where everything is proven.
fn markdown(cx: &Cx) -> String {
    let mut text = format!("**{}**\n\n", escaped(&title(cx)));
    for (_, one) in cx.authorizations.oldest_first() {
        let is_proven = one.receipt.as_ref().is_some_and(|receipt| receipt.is_clean());
        let tick = if is_proven { 'x' } else { ' ' };
        let row = row(one, cx);
        text.push_str(&format!("- [{tick}] {}: {}\n", escaped(&one.label()), escaped(&row.words)));
    }
    text
}

/// Nothing in a name is Markdown.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '*' | '_' | '`' | '[' | ']' | '<' | '>' | '|' | '#') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
