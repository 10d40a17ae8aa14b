//! Words for a question before an account is lost: everything that goes with it.

use jiff::Timestamp;

use crate::domain::{Account, Status, pluralize};
use crate::tui::accounts::changes::{Change, ChangeOrder};
use crate::tui::core::message::Message;
use crate::tui::core::messages::Ask;
use crate::tui::widgets::time;

/// The question before an account's credentials are dropped.
pub(super) fn disconnecting(account: &Account, now: Timestamp) -> Ask {
    let mut lines = vec!["Its credentials are dropped; the account itself stays.".to_owned()];
    lines.extend(common(account, now));
    lines.push(format!("To bring it back, {}.", again(account)));
    Ask {
        title: format!("Disconnect {}", account.label()),
        lines,
        yes: "disconnect it".into(),
        then: Message::new(ChangeOrder(vec![Change::Disconnect(account.id.clone())])),
    }
}

/// The question before an account is deleted; `settings` says that it has some of its own.
pub(super) fn deleting(account: &Account, settings: bool, now: Timestamp) -> Ask {
    let held = match account.status {
        Status::PendingAuth | Status::Disconnected => "",
        _ => " and its credentials",
    };
    let settings = if settings { " Its settings (api_config) are lost too." } else { "" };
    let mut lines = vec![format!("Deletes {}{held} for good.{settings}", account.id)];
    lines.extend(common(account, now));
    lines.push(format!("Only a new account brings it back: {}.", again(account)));
    Ask {
        title: format!("Delete {}", account.label()),
        lines,
        yes: "delete it".into(),
        then: Message::new(ChangeOrder(vec![Change::Delete(account.id.clone())])),
    }
}

/// Accounts that a question about many names; more would hide its answers.
const NAMED: usize = 8;

/// The question before several accounts are disconnected, or deleted.
pub(super) fn of_many(deletes: bool, accounts: &[&Account]) -> Ask {
    let many = pluralize(accounts.len() as u64, "account");
    let (verb, loss) = match deletes {
        true => ("Delete", "Deletes them and their credentials for good:"),
        false => ("Disconnect", "Their credentials are dropped; the accounts themselves stay:"),
    };
    let mut lines = vec![loss.to_owned()];
    let named = accounts.iter().take(NAMED);
    lines.extend(named.map(|account| format!("  {}, {}", account.label(), account.status.word())));
    let more = accounts.len().saturating_sub(NAMED);
    if more > 0 {
        lines.push(format!("  and {more} more"));
    }
    let change = |account: &&Account| match deletes {
        true => Change::Delete(account.id.clone()),
        false => Change::Disconnect(account.id.clone()),
    };
    Ask {
        title: format!("{verb} {many}"),
        lines,
        yes: format!("{} them", verb.to_lowercase()),
        then: Message::new(ChangeOrder(accounts.iter().map(change).collect())),
    }
}

fn again(account: &Account) -> String {
    let again = if account.status == Status::PendingAuth { "" } else { " again" };
    if account.authorization.is_typed_in() {
        format!("somebody must type in the credentials of {}{again}", account.identifier)
    } else {
        format!("{} must consent{again}", account.identifier)
    }
}

fn common(account: &Account, now: Timestamp) -> impl Iterator<Item = String> {
    let calls = format!("calls as {} on {}", account.identifier, account.connection);
    let used = match account.last_used_at {
        Some(at) => format!("last used {}", time::relative(at, now)),
        None => "never used".to_owned(),
    };
    let works = match account.status {
        Status::Active => format!("It is active, {used}: {calls} will fail."),
        _ => format!("It is {}, {used}: {calls} fail already.", account.status.word()),
    };
    let shared = account.org_wide.then(|| "It is shared: the whole organization loses it.".to_owned());
    [works].into_iter().chain(shared)
}
