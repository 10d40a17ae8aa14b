//! What actions do to accounts: connecting, authorizing, disconnecting, deleting.

use std::time::Duration;

use super::credentials;
use super::surroundings::put_on_clipboard;
use crate::domain::{Account, AccountId, AccountRef, ConnectionName, Identifier};
use crate::flow::authorize::Verification;
use crate::tui::effect::{Effect, Slot, Task};
use crate::tui::model::{Environment, Model};
use crate::tui::place::Pane;
use crate::tui::popups::Popup;
use crate::tui::popups::authorize::Authorize;
use crate::tui::popups::confirm::{Confirm, Then};
use crate::tui::popups::new_account::{Field, NewAccount};
use crate::tui::widgets::time;

pub(super) fn authorize(model: &mut Model) -> Vec<Effect> {
    follow(model, verification(model), false)
}

/// A link to hand to somebody else, copied as soon as it is there. The popup says how long it is good
/// and what it needs, and follows what they do with it.
pub(super) fn copy_link(model: &mut Model) -> Vec<Effect> {
    follow(model, elsewhere(model), true)
}

fn follow(model: &mut Model, verification: Verification, copy: bool) -> Vec<Effect> {
    let Some(account) = model.accounts.selected() else { return Vec::new() };
    let mut popup = Authorize::start(account, verification.clone(), model.now.uptime);
    popup.copy = copy;
    let account = popup.account.clone();
    model.popups.push(Popup::Authorize(Box::new(popup)));
    vec![model.jobs.start(Slot::Authorize, Task::Authorize(account, verification))]
}

/// Copies the link that a popup was waiting for to copy, once it has come.
pub(in crate::tui) fn copy_awaited_link(model: &mut Model) -> Vec<Effect> {
    let now = model.now.wall;
    let waiting = model.popups.iter_mut().find_map(|popup| match popup {
        Popup::Authorize(popup) if popup.copy => Some(popup),
        _ => None,
    });
    let Some(popup) = waiting else { return Vec::new() };
    let Some(link) = popup.link.as_ref() else { return Vec::new() };
    let url = link.url.to_string();
    let good = popup.link_seconds(now).map(|left| format!(", good for {}", time::clock(left.max(0).unsigned_abs())));
    let what = format!("a link for {} on {}{}", popup.identifier, popup.connection, good.unwrap_or_default());
    popup.copy = false;
    put_on_clipboard(model, url, what)
}

/// Where a verification comes back to: here, if the browser runs here.
fn verification(model: &Model) -> Verification {
    if model.browser_is_local { Verification::ThisMachine } else { Verification::None }
}

/// A link that comes back to this machine can only be finished on it. One for somebody else comes
/// back to the application, if the profile says where that is.
fn elsewhere(model: &Model) -> Verification {
    let page = match &model.environment {
        Environment::Open(card) => card.user_verify_url.clone(),
        _ => None,
    };
    page.map_or(Verification::None, Verification::Elsewhere)
}

pub(super) fn link_for_others(model: &mut Model) -> Vec<Effect> {
    let verification = elsewhere(model);
    if let Some(Popup::Authorize(popup)) = model.popups.last_mut() {
        popup.verification = verification;
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
    let form = NewAccount::new(model.acting_as.as_ref(), model.accounts.all());
    model.popups.push(Popup::NewAccount(Box::new(form)));
    vec![model.jobs.start(Slot::Connections, Task::LoadConnections)]
}

pub(super) fn next_field(model: &mut Model) {
    match model.popups.last_mut() {
        Some(Popup::NewAccount(form)) => {
            form.field = match form.field {
                Field::Connection => Field::Identifier,
                Field::Identifier => Field::Connection,
            };
            form.look_around(model.accounts.all());
        }
        Some(Popup::Credentials(form)) => form.step(1),
        _ => {}
    }
}

/// From the connection to the identifier, and from there to the credentials or to the link.
pub(super) fn submit(model: &mut Model) -> Vec<Effect> {
    let form = match model.popups.last_mut() {
        Some(Popup::NewAccount(form)) => form,
        Some(Popup::Credentials(_)) => return credentials::submit(model),
        _ => return Vec::new(),
    };
    if form.field == Field::Connection {
        form.field = Field::Identifier;
        form.look_around(model.accounts.all());
        return Vec::new();
    }
    if form.take_person(model.accounts.all()) {
        return Vec::new();
    }
    let Some(chosen) = form.chosen() else { return Vec::new() };
    let (connection, identifier) = (chosen.connection.clone(), Identifier::from(form.identifier.text().trim()));
    model.popups.pop();
    let known = model.accounts.all().iter().find(|a| a.connection == connection && a.identifier == identifier).cloned();
    if !chosen.authorization.is_oauth()
        && let Some(effects) = credentials::instead_of_a_link(model, &chosen, &identifier, known.as_ref())
    {
        return effects;
    }
    connect(model, connection, identifier, known)
}

/// Makes a link for an account that may not exist yet.
pub(super) fn connect(
    model: &mut Model,
    connection: ConnectionName,
    identifier: Identifier,
    known: Option<Account>,
) -> Vec<Effect> {
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

pub(super) fn cycle_group(model: &mut Model) {
    let height = model.page_height();
    model.accounts.group_by(model.accounts.group.next(), height);
}

pub(super) fn detail(model: &mut Model) -> Vec<Effect> {
    model.accounts.focus = Pane::Side;
    model.accounts.detail_top = 0;
    model.accounts.selected().map(|account| account.id.clone()).map(|id| read(model, id)).unwrap_or_default()
}

/// Asks for the details of an account that somebody has looked at for a while.
pub(in crate::tui) fn read_what_is_looked_at(model: &mut Model) -> Vec<Effect> {
    if model.look_is_due() != Some(Duration::ZERO) {
        return Vec::new();
    }
    model.accounts.beside().map(|account| account.id.clone()).map(|id| read(model, id)).unwrap_or_default()
}

fn read(model: &mut Model, id: AccountId) -> Vec<Effect> {
    model.accounts.looking.begin(&id);
    vec![model.jobs.start(Slot::Detail, Task::ReadAccount(AccountRef::Id(id)))]
}
