//! What actions do to credentials that are being typed in.

use crate::domain::{Account, AuthorizationType, AuthorizedBy, Credentials, Fault, Identifier, Provider};
use crate::flow::credentials::{Asked, CredentialTarget};
use crate::tui::accounts::authorize::links::connect;
use crate::tui::accounts::credentials::state::{CredentialsForm, Form};
use crate::tui::accounts::new_account::state::Chosen;
use crate::tui::accounts::screen;
use crate::tui::core::effect::{Effect, Slot, Task};
use crate::tui::core::toast::Level;
use crate::tui::input::tabs::Pane;
use crate::tui::shell::model::Model;
use crate::tui::shell::popup::Popup;

fn form(model: &mut Model) -> Option<&mut CredentialsForm> {
    match model.popups.last_mut() {
        Some(Popup::Credentials(form)) => Some(form),
        _ => None,
    }
}

/// In the place of what the selected account has.
pub(crate) fn for_selected(model: &mut Model) -> Vec<Effect> {
    let Some(account) = model.accounts.selected(&model.cx.accounts) else { return Vec::new() };
    let form = CredentialsForm::for_known(account);
    let (provider, authorization) = (account.provider.clone(), account.authorization.clone());
    open(model, form, provider, authorization)
}

/// For an account on a connection that needs no consent. None where its credentials come another way.
pub(crate) fn instead_of_a_link(
    model: &mut Model,
    chosen: &Chosen,
    identifier: &Identifier,
    known: Option<&Account>,
) -> Option<Vec<Effect>> {
    let Chosen { connection, provider, authorization } = chosen;
    let mut form = match known {
        Some(account) => CredentialsForm::for_known(account),
        None => CredentialsForm::for_new(connection.clone(), identifier.clone(), provider),
    };
    if authorization.is_typed_in() {
        return Some(open(model, form, provider.clone(), authorization.clone()));
    }
    // Nothing can be replaced where nothing is held.
    (authorization.by() == AuthorizedBy::Nothing && known.is_none()).then(|| {
        form.form = Form::Nothing;
        model.popups.push(Popup::Credentials(Box::new(form)));
        Vec::new()
    })
}

fn open(model: &mut Model, form: CredentialsForm, provider: Provider, authorization: AuthorizationType) -> Vec<Effect> {
    model.popups.push(Popup::Credentials(Box::new(form)));
    vec![model.cx.jobs.start(Slot::Form, Task::AskProvider(provider, authorization))]
}

/// What the provider asks for is known.
pub(crate) fn asked(model: &mut Model, asked: Asked, authorization: &AuthorizationType) {
    let forms = model.popups.iter_mut().filter_map(|popup| match popup {
        Popup::Credentials(form) => Some(form),
        _ => None,
    });
    forms.for_each(|form| form.asked(asked.clone(), authorization));
}

pub(crate) fn step(model: &mut Model, by: isize) {
    if let Some(form) = form(model) {
        form.step(by);
    }
}

pub(crate) fn reveal(model: &mut Model) {
    if let Some(form) = form(model) {
        form.revealed = !form.revealed;
    }
}

pub(crate) fn add_row(model: &mut Model) {
    if let Some(form) = form(model) {
        form.add_row();
    }
}

/// From field to field, and from the last one to the broker.
pub(crate) fn submit(model: &mut Model) -> Vec<Effect> {
    let Some(form) = form(model) else { return Vec::new() };
    if !form.is_at_end() {
        form.step(1);
        return Vec::new();
    }
    let Some(filled) = form.filled_in() else { return Vec::new() };
    (form.sending, form.refusal, form.revealed) = (true, None, false);
    let holder = form.holder.clone();
    hand_over(model, holder, filled)
}

fn hand_over(model: &mut Model, holder: CredentialTarget, filled: Credentials) -> Vec<Effect> {
    vec![model.cx.jobs.start(Slot::Change, Task::HandOver(holder, filled))]
}

/// The person it is about fills in a form of their own.
pub(crate) fn link_instead(model: &mut Model) -> Vec<Effect> {
    match model.popups.pop() {
        Some(Popup::Credentials(form)) => match form.holder {
            CredentialTarget::New(connection, identifier) => {
                let mut effects = vec![model.cx.jobs.cancel(Slot::Form)];
                effects.extend(connect(model, connection, identifier, None));
                effects
            }
            CredentialTarget::Known(_) => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Stops waiting for what is on its way, and keeps what was typed. None where nothing is.
pub(crate) fn stop(model: &mut Model) -> Option<Vec<Effect>> {
    let form = form(model).filter(|form| form.sending)?;
    form.sending = false;
    let text = "Stopped waiting; the broker may have taken it all the same. What you typed is still here.";
    model.cx.toasts.say(Level::Note, text, model.cx.now.uptime);
    Some(vec![model.cx.jobs.cancel(Slot::Change)])
}

/// An account was changed or made, or not. A form that was sent goes when it was taken, and stays
/// with everything in it when it was not.
pub(crate) fn account_changed(model: &mut Model, result: Result<Account, Fault>) {
    let uptime = model.cx.now.uptime;
    let sent = model.popups.iter_mut().rposition(|popup| matches!(popup, Popup::Credentials(form) if form.sending));
    match (result, sent.and_then(|at| model.popups.get_mut(at))) {
        (Err(fault), Some(Popup::Credentials(form))) => form.refused(fault),
        (Err(fault), _) => model.cx.toasts.say(Level::Problem, fault.to_string(), uptime),
        (Ok(account), _) => {
            let text = format!("{} is {} now.", account.label(), account.status.word());
            model.cx.toasts.say(Level::Done, text, uptime);
            model.playground.account_changed(&account);
            let rows = screen::table_rows(model.cx.body(), Pane::List);
            let id = account.id.clone();
            model.accounts.put(&mut model.cx.accounts, account, rows);
            if let Some(at) = sent {
                model.popups.remove(at);
                model.accounts.go_to(&model.cx.accounts, &id, rows);
            }
        }
    }
}
