//! What actions do to accounts: connecting, authorizing, disconnecting, deleting.

use crate::domain::{AccountRef, Identifier, Untrusted};
use crate::flow::authorize::Verification;
use crate::tui::effect::{Effect, Slot, Task};
use crate::tui::model::{Environment, Model};
use crate::tui::place::Pane;
use crate::tui::popups::Popup;
use crate::tui::popups::authorize::Authorize;
use crate::tui::popups::confirm::{Confirm, Then};
use crate::tui::popups::new_account::{Field, NewAccount};

pub(super) fn authorize(model: &mut Model) -> Vec<Effect> {
    let verification = verification(model);
    let Some(account) = model.accounts.selected() else { return Vec::new() };
    let popup = Authorize::start(account, verification.clone(), model.now.uptime);
    let account = popup.account.clone();
    model.popups.push(Popup::Authorize(Box::new(popup)));
    vec![model.jobs.start(Slot::Authorize, Task::Authorize(account, verification))]
}

/// Where a verification comes back to: here, if the browser runs here.
fn verification(model: &Model) -> Verification {
    if model.browser_is_local { Verification::ThisMachine } else { Verification::None }
}

/// A link that comes back to this machine can only be finished on it. One for somebody else comes
/// back to the application, if the profile says where that is.
pub(super) fn link_for_others(model: &mut Model) -> Vec<Effect> {
    let elsewhere = match &model.environment {
        Environment::Open(card) => card.user_verify_url.clone(),
        _ => None,
    };
    if let Some(Popup::Authorize(popup)) = model.popups.last_mut() {
        popup.verification = elsewhere.map_or(Verification::None, Verification::Elsewhere);
    }
    renew(model)
}

pub(super) fn renew(model: &mut Model) -> Vec<Effect> {
    let uptime = model.now.uptime;
    let Some(Popup::Authorize(popup)) = model.popups.last_mut() else { return Vec::new() };
    popup.renew(uptime);
    let task = Task::Authorize(popup.account.clone(), popup.verification.clone());
    vec![model.jobs.start(Slot::Authorize, task)]
}

pub(super) fn open_browser(model: &mut Model) -> Vec<Effect> {
    let url = match model.popups.last() {
        Some(Popup::Authorize(popup)) => popup.link.as_ref().map(|link| link.url.clone()),
        Some(Popup::WholeLink(popup)) => Some(popup.url.clone()),
        _ => None,
    };
    url.map(|url| vec![model.jobs.start(Slot::Browser, Task::OpenBrowser(url))]).unwrap_or_default()
}

pub(super) fn new_account(model: &mut Model) -> Vec<Effect> {
    let likely = model.acting_as.as_ref().map(|identifier| Untrusted::from(identifier.raw()));
    model.popups.push(Popup::NewAccount(Box::new(NewAccount::new(likely.as_ref()))));
    vec![model.jobs.start(Slot::Connections, Task::LoadConnections)]
}

pub(super) fn next_field(model: &mut Model) {
    if let Some(Popup::NewAccount(form)) = model.popups.last_mut() {
        form.field = match form.field {
            Field::Connection => Field::Identifier,
            Field::Identifier => Field::Connection,
        };
    }
}

/// From the connection to the identifier, and from there to the link.
pub(super) fn submit(model: &mut Model) -> Vec<Effect> {
    let Some(Popup::NewAccount(form)) = model.popups.last_mut() else { return Vec::new() };
    if form.field == Field::Connection {
        form.field = Field::Identifier;
        return Vec::new();
    }
    let Some(connection) = form.chosen() else { return Vec::new() };
    let identifier = Identifier::from(form.identifier.text().trim());
    model.popups.pop();
    let known = model.accounts.all().iter().find(|a| a.connection == connection && a.identifier == identifier).cloned();
    let verification = verification(model);
    let popup = match known {
        Some(account) => Authorize::start(&account, verification.clone(), model.now.uptime),
        None => Authorize::start_new(connection, identifier, verification.clone(), model.now.uptime),
    };
    let account = popup.account.clone();
    model.popups.push(Popup::Authorize(Box::new(popup)));
    vec![model.jobs.start(Slot::Authorize, Task::Authorize(account, verification))]
}

/// Asks before anything is lost, and says what.
pub(super) fn ask_to_change(model: &mut Model, delete: bool) {
    let Some(account) = model.accounts.selected() else { return };
    let label = account.label();
    let confirm = if delete {
        Confirm {
            title: format!("Delete {label}"),
            lines: vec![
                format!("The account {} and its credentials are deleted for good.", account.id),
                format!(
                    "Calls as {} on {} fail until a new account is authorized.",
                    account.identifier, account.connection
                ),
            ],
            yes: "delete it".into(),
            then: Then::Delete(account.id.clone()),
        }
    } else {
        Confirm {
            title: format!("Disconnect {label}"),
            lines: vec![
                "Its credentials are dropped; the account stays and can be authorized again.".to_owned(),
                format!("Calls as {} on {} fail until then.", account.identifier, account.connection),
            ],
            yes: "disconnect it".into(),
            then: Then::Disconnect(account.id.clone()),
        }
    };
    model.popups.push(Popup::Confirm(confirm));
}

pub(super) fn detail(model: &mut Model) -> Vec<Effect> {
    model.accounts.focus = Pane::Side;
    model.accounts.detail_top = 0;
    match model.accounts.selected() {
        Some(account) => {
            let account = AccountRef::Id(account.id.clone());
            vec![model.jobs.start(Slot::Detail, Task::ReadAccount(account))]
        }
        None => Vec::new(),
    }
}
