//! What is lost with an account, said before anything is.

use jiff::Timestamp;

use crate::domain::{Account, Status};
use crate::tui::popups::confirm::{Confirm, Then};
use crate::tui::widgets::time;

/// The question before an account's credentials are dropped.
pub(super) fn disconnecting(account: &Account, now: Timestamp) -> Confirm {
    let mut lines = vec![format!("Its {} dropped; the account itself stays.", held(account))];
    lines.extend(common(account, now));
    lines.push(format!("To bring it back, {}.", again(account)));
    Confirm {
        title: format!("Disconnect {}", account.label()),
        lines,
        yes: "disconnect it".into(),
        then: Then::Disconnect(account.id.clone()),
    }
}

/// The question before an account is deleted; `settings` says that it has some of its own.
pub(super) fn deleting(account: &Account, settings: bool, now: Timestamp) -> Confirm {
    let mut lines = vec![format!("The account {} is deleted for good. Its {} dropped.", account.id, held(account))];
    if settings {
        lines.push("Its settings (api_config) are lost.".to_owned());
    }
    lines.extend(common(account, now));
    lines.push(format!("Whoever wants it back makes a new account, with another id: {}.", again(account)));
    Confirm {
        title: format!("Delete {}", account.label()),
        lines,
        yes: "delete it".into(),
        then: Then::Delete(account.id.clone()),
    }
}

fn held(account: &Account) -> &'static str {
    if account.authorization.is_typed_in() { "credentials, typed in by somebody, are" } else { "credentials are" }
}

fn again(account: &Account) -> String {
    if account.authorization.is_typed_in() {
        format!("somebody must type in the credentials of {} again", account.identifier)
    } else {
        format!("{} must consent again", account.identifier)
    }
}

fn common(account: &Account, now: Timestamp) -> impl Iterator<Item = String> {
    let calls = format!("calls as {} on {}", account.identifier, account.connection);
    let used = account
        .last_used_at
        .map_or_else(|| "it was never used".to_owned(), |at| format!("it was last used {}", time::relative(at, now)));
    let works = match account.status {
        Status::Active => format!("It is active, {used}: {calls} will fail."),
        _ => format!("It is {}, {used}: {calls} fail already.", account.status.word()),
    };
    let shared = account.org_wide.then(|| "It is shared: the whole organization loses it.".to_owned());
    [works].into_iter().chain(shared)
}
