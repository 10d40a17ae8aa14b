//! What actions do to accounts: connecting, authorizing, disconnecting, deleting.

use std::time::Duration;

use crate::domain::{Account, AccountId, AccountRef, Fault, Identifier, Untrusted};
use crate::flow::authorize::{Progress, Verification};
use crate::tui::accounts::authorize::links::{connect, elsewhere, verification};
use crate::tui::accounts::authorize::state::Authorize;
use crate::tui::accounts::confirm_text as losses;
use crate::tui::accounts::credentials::perform as credentials;
use crate::tui::accounts::new_account::state::{Field, NewAccount};
use crate::tui::accounts::screen as accounts;
use crate::tui::core::effect::{Effect, Slot, Task};
use crate::tui::core::messages::{CopyText, OpenInBrowser};
use crate::tui::core::toast::Level;
use crate::tui::input::tabs::Pane;
use crate::tui::shell::confirm::state::{Confirm, Then};
use crate::tui::shell::model::Model;
use crate::tui::shell::popup::Popup;
use crate::tui::widgets::time;

pub(crate) fn authorize(model: &mut Model) -> Vec<Effect> {
    let account = model.accounts.selected(&model.cx.accounts).cloned();
    account.map(|account| authorize_this(model, &account)).unwrap_or_default()
}

/// Makes a link for this account and follows it.
pub(crate) fn authorize_this(model: &mut Model, account: &Account) -> Vec<Effect> {
    follow(model, account, verification(model), false)
}

/// A link to hand to somebody else, copied as soon as it is there. The popup says how long it is good
/// and what it needs, and follows what they do with it.
pub(crate) fn copy_link(model: &mut Model) -> Vec<Effect> {
    let account = model.accounts.selected(&model.cx.accounts).cloned();
    account.map(|account| follow(model, &account, elsewhere(model), true)).unwrap_or_default()
}

fn follow(model: &mut Model, account: &Account, verification: Verification, copy: bool) -> Vec<Effect> {
    let mut popup = Authorize::start(account, verification.clone(), model.cx.now.uptime);
    popup.copy = copy;
    let account = popup.account.clone();
    model.popups.push(Popup::Authorize(Box::new(popup)));
    vec![model.cx.jobs.start(Slot::Authorize, Task::Authorize(account, verification))]
}

/// Copies the link that a popup was waiting for to copy, once it has come.
fn copy_awaited_link(model: &mut Model) -> Vec<Effect> {
    let now = model.cx.brokers_now();
    let Some(popup) = authorize_popup(model).filter(|popup| popup.copy) else { return Vec::new() };
    let Some(link) = popup.link.as_ref() else { return Vec::new() };
    let url = link.url.to_string();
    let good = popup.link_seconds(now).map(|left| format!(", good for {}", time::clock(left.max(0).unsigned_abs())));
    let what = format!("a link for {} on {}{}", popup.identifier, popup.connection, good.unwrap_or_default());
    popup.copy = false;
    model.cx.send(CopyText { text: url, what });
    Vec::new()
}

pub(crate) fn link_for_others(model: &mut Model) -> Vec<Effect> {
    let verification = elsewhere(model);
    if let Some(Popup::Authorize(popup)) = model.popups.last_mut() {
        popup.verification = verification;
    }
    renew(model)
}

pub(crate) fn renew(model: &mut Model) -> Vec<Effect> {
    let uptime = model.cx.now.uptime;
    let Some(Popup::Authorize(popup)) = model.popups.last_mut() else { return Vec::new() };
    popup.renew(uptime);
    let task = Task::Authorize(popup.account.clone(), popup.verification.clone());
    vec![model.cx.jobs.start(Slot::Authorize, task)]
}

pub(crate) fn open_browser(model: &mut Model) -> Vec<Effect> {
    let url = match model.popups.last() {
        Some(Popup::Authorize(popup)) => popup.link.as_ref().map(|link| link.url.clone()),
        Some(Popup::WholeLink(popup)) => Some(popup.url.clone()),
        _ => None,
    };
    let Some(url) = url else { return Vec::new() };
    if model.cx.browser_is_local {
        model.cx.send(OpenInBrowser(url));
        return Vec::new();
    }
    model.popups.push(Popup::Confirm(Confirm {
        title: "Open a browser over SSH".into(),
        lines: vec![
            "You are connected over SSH: a browser started here would not open where you sit.".to_owned(),
            "Copying the link and opening it over there is the usual way. Try it here all the same?".to_owned(),
        ],
        yes: "try it here".into(),
        then: Then::OpenBrowser(url),
    }));
    Vec::new()
}

/// Nobody waits any more. Says what is left of it, and asks what has become of the account.
pub(crate) fn stop_waiting(model: &mut Model, popup: &Authorize) -> Vec<Effect> {
    let mut text = format!("Stopped waiting for {} on {}.", popup.identifier, popup.connection);
    if let Some(left @ 1..) = popup.link_seconds(model.cx.brokers_now()) {
        text.push_str(&format!(" The link stays good for {}.", time::clock(left.unsigned_abs())));
    }
    model.cx.toasts.say(Level::Note, text, model.cx.now.uptime);
    let mut effects = vec![model.cx.jobs.cancel(Slot::Authorize)];
    effects.extend(popup.found.clone().into_iter().flat_map(|id| read(model, id)));
    effects
}

/// An authorization came a step further.
pub(crate) fn authorize_step(model: &mut Model, progress: Progress) -> Vec<Effect> {
    // One that was just made belongs into the list whatever becomes of it.
    if let Progress::Found(account) = &progress
        && model.cx.accounts.by_id(&account.id).is_none()
    {
        let rows = list_rows(model);
        model.accounts.put(&mut model.cx.accounts, account.clone(), rows);
    }
    let uptime = model.cx.now.uptime;
    if let Some(popup) = authorize_popup(model) {
        popup.progress(progress, uptime);
    }
    copy_awaited_link(model)
}

/// An authorization ended, well or not.
pub(crate) fn authorize_end(model: &mut Model, result: Result<Account, Fault>) -> Vec<Effect> {
    let uptime = model.cx.now.uptime;
    let failed = result.is_err();
    if let Ok(account) = &result {
        let rows = list_rows(model);
        model.accounts.put(&mut model.cx.accounts, account.clone(), rows);
        model.playground.account_changed(account);
        // The link has done its work: the page that shows it alone goes too.
        model.popups.retain(|popup| !matches!(popup, Popup::WholeLink(_)));
    }
    let Some(popup) = authorize_popup(model) else { return Vec::new() };
    popup.end(result, uptime);
    // Consent that was not confirmed leaves another status behind than before.
    let found = popup.found.clone().filter(|_| failed);
    found.into_iter().flat_map(|id| read(model, id)).collect()
}

pub(crate) fn authorize_popup(model: &mut Model) -> Option<&mut Authorize> {
    model.popups.iter_mut().find_map(|popup| match popup {
        Popup::Authorize(popup) => Some(popup.as_mut()),
        _ => None,
    })
}

/// Rows that the list shows.
fn list_rows(model: &Model) -> usize {
    accounts::table_rows(model.cx.body(), Pane::List)
}

pub(crate) fn new_account(model: &mut Model) -> Vec<Effect> {
    ask_for_account(model, model.cx.acting_as.clone().as_ref(), None)
}

/// Asks for a new account, likely of this person and on a connection with a name like this.
pub(crate) fn ask_for_account(
    model: &mut Model,
    identifier: Option<&Identifier>,
    like: Option<&Untrusted>,
) -> Vec<Effect> {
    let mut form = NewAccount::new(identifier, model.cx.accounts.all());
    if let Some(like) = like {
        form.connection.paste(like);
    }
    model.popups.push(Popup::NewAccount(Box::new(form)));
    vec![model.cx.jobs.start(Slot::Connections, Task::LoadConnections)]
}

pub(crate) fn next_field(model: &mut Model) {
    match model.popups.last_mut() {
        Some(Popup::NewAccount(form)) => {
            form.field = match form.field {
                Field::Connection => Field::Identifier,
                Field::Identifier => Field::Connection,
            };
            form.look_around(model.cx.accounts.all());
        }
        Some(Popup::Credentials(form)) => form.step(1),
        _ => {}
    }
}

/// From the connection to the identifier, and from there to the credentials or to the link.
pub(crate) fn submit(model: &mut Model) -> Vec<Effect> {
    let form = match model.popups.last_mut() {
        Some(Popup::NewAccount(form)) => form,
        Some(Popup::Credentials(_)) => return credentials::submit(model),
        _ => return Vec::new(),
    };
    if form.field == Field::Connection {
        form.field = Field::Identifier;
        form.look_around(model.cx.accounts.all());
        return Vec::new();
    }
    if form.take_person(model.cx.accounts.all()) {
        return Vec::new();
    }
    let Some(chosen) = form.chosen() else { return Vec::new() };
    let (connection, identifier) = (chosen.connection.clone(), Identifier::from(form.identifier.text().trim()));
    model.popups.pop();
    let known =
        model.cx.accounts.all().iter().find(|a| a.connection == connection && a.identifier == identifier).cloned();
    if !chosen.authorization.is_oauth()
        && let Some(effects) = credentials::instead_of_a_link(model, &chosen, &identifier, known.as_ref())
    {
        return effects;
    }
    connect(model, connection, identifier, known)
}

/// Asks before anything is lost, and says what.
pub(crate) fn ask_to_change(model: &mut Model, delete: bool) {
    let Some(account) = model.accounts.selected(&model.cx.accounts) else { return };
    let now = model.cx.brokers_now();
    let looked_at = model.accounts.beside(&model.cx.accounts).is_some_and(|beside| beside.id == account.id);
    let settings = looked_at && !model.accounts.looking.extra().settings.is_empty();
    let confirm = if delete { losses::deleting(account, settings, now) } else { losses::disconnecting(account, now) };
    model.popups.push(Popup::Confirm(confirm));
}

pub(crate) fn cycle_group(model: &mut Model) {
    let height = model.page_height();
    model.accounts.group_by(&model.cx.accounts, model.accounts.group.next(), height);
}

pub(crate) fn detail(model: &mut Model) -> Vec<Effect> {
    model.accounts.focus = Pane::Side;
    model.accounts.detail_top = 0;
    model
        .accounts
        .selected(&model.cx.accounts)
        .map(|account| account.id.clone())
        .map(|id| read(model, id))
        .unwrap_or_default()
}

/// Asks for the details of an account that somebody has looked at for a while.
pub(crate) fn read_what_is_looked_at(model: &mut Model) -> Vec<Effect> {
    if model.look_is_due() != Some(Duration::ZERO) {
        return Vec::new();
    }
    model
        .accounts
        .beside(&model.cx.accounts)
        .map(|account| account.id.clone())
        .map(|id| read(model, id))
        .unwrap_or_default()
}

fn read(model: &mut Model, id: AccountId) -> Vec<Effect> {
    model.accounts.looking.begin(&id);
    vec![model.cx.jobs.start(Slot::Detail, Task::ReadAccount(AccountRef::Id(id)))]
}
