//! The list of accounts as rows to save.

use crate::tui::accounts::lines::ShownLine;
use crate::tui::accounts::screen::Accounts;
use crate::tui::core::cx::Cx;
use crate::tui::core::messages::SaveList;

/// Names of the columns.
const HEADS: [&str; 8] =
    ["status", "connection", "identifier", "provider", "token_expires_at", "last_used_at", "updated_at", "id"];

/// The accounts that are marked, else those that are shown, in the order of the list.
pub(super) fn list(accounts: &Accounts, cx: &Cx) -> SaveList {
    let shown = accounts.lines_from(&cx.accounts, 0).filter_map(|(_, line)| match line {
        ShownLine::Account(account) => Some(account),
        ShownLine::Heading(_) => None,
    });
    let chosen = if accounts.marks() > 0 { accounts.chosen(&cx.accounts) } else { shown.collect() };
    let time = |at: Option<jiff::Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    let rows = chosen.into_iter().map(|account| {
        vec![
            account.status.name(),
            account.connection.raw().to_owned(),
            account.identifier.raw().to_owned(),
            account.provider.raw().to_owned(),
            time(account.token_expires_at),
            time(account.last_used_at),
            time(account.updated_at),
            account.id.raw().to_owned(),
        ]
    });
    SaveList { name: "accounts.csv".to_owned(), heads: &HEADS, rows: rows.collect() }
}
