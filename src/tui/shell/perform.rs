//! What each action does. By the time it is asked for, [`availability`] has
//! found that it applies.

pub(crate) use crate::tui::accounts::credentials::perform as credentials;
pub(crate) use crate::tui::accounts::perform as accounts;
pub(crate) use crate::tui::shell::back;

pub(crate) use accounts::{authorize_end, authorize_popup, authorize_step, read_what_is_looked_at};
pub(crate) use credentials::{account_changed, asked};

use crate::domain::Account;
use crate::tui::accounts::authorize::whole_link::state::WholeLink;
use crate::tui::core::component::Component;
use crate::tui::core::cx::Cx;
use crate::tui::core::effect::{Effect, Slot, Task};
use crate::tui::core::messages::{ActAs, CopyText, OpenInBrowser, UseValue};
use crate::tui::core::toast::Level;
use crate::tui::explorer::actions as explorer;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::tabs::{Pane, Tab};
use crate::tui::shell::availability;
use crate::tui::shell::confirm::state::{Confirm, Then};
use crate::tui::shell::help::Help;
use crate::tui::shell::model::Model;
use crate::tui::shell::palette::Palette;
use crate::tui::shell::popup::Popup;
use crate::tui::widgets::list::Move;

/// Does the first of `actions` that applies now; where none does, says why.
pub(crate) fn attempt(model: &mut Model, actions: impl Iterator<Item = Action>) -> Vec<Effect> {
    let mut reason = None;
    for action in actions {
        match availability::of(action, model) {
            Availability::Yes => return perform(model, action),
            Availability::No(why) => reason = reason.or(Some(why)),
            Availability::NotHere => {}
        }
    }
    if let Some(why) = reason {
        model.cx.toasts.say(Level::Reason, why, model.cx.now.uptime);
    }
    Vec::new()
}

fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    if model.opener.availability(action, &model.cx).is_yes() {
        model.opener.act(action, &mut model.cx);
        return Vec::new();
    }
    let known = |room: &mut dyn Component, cx: &mut Cx| {
        let known = room.availability(action, cx).is_yes();
        if known {
            room.act(action, cx);
        }
        known
    };
    if model.in_room(known) == Some(true) {
        return Vec::new();
    }
    if model.desktop.availability(action, &model.cx).is_yes() {
        model.desktop.act(action, &mut model.cx);
        return Vec::new();
    }
    if availability::EXPLORER.contains(&action) {
        model.in_explorer(|view, cx| explorer::act(view, action, cx));
        return Vec::new();
    }
    match action {
        Action::Zoom => {
            model.cx.zoomed = !model.cx.zoomed;
            return model.rearrange();
        }
        Action::UseAs => {
            if let Some(view) = model.explorer() {
                let value = UseValue { document: view.document().clone(), node: view.node() };
                model.cx.send(value);
            }
        }
        Action::Help => {
            let help = Help::new(availability::told(model));
            model.cx.open(help);
        }
        Action::Back => return back::back(model),
        Action::Palette => {
            let contexts = model.contexts();
            let moves = [Action::Palette, Action::Up, Action::Down, Action::PageUp, Action::PageDown];
            let reachable = availability::reachable(&contexts).filter(|(_, spec)| !moves.contains(&spec.action));
            let actions = reachable.map(|(_, spec)| {
                let key = model.cx.keymap.key_for(spec.action, &contexts).to_owned();
                (spec, key, availability::of(spec.action, model))
            });
            let palette = Palette::new(actions);
            model.cx.open(palette);
        }
        Action::Save => model.in_explorer(|view, cx| explorer::act(view, Action::Save, cx)),
        Action::NextPane | Action::PreviousPane => model.set_focus(model.focus().other()),
        Action::Up => model.step(Move::By(-1)),
        Action::Down => model.step(Move::By(1)),
        Action::PageUp => model.step(Move::Pages(-1)),
        Action::PageDown => model.step(Move::Pages(1)),
        Action::Top => model.step(Move::Top),
        Action::Bottom => model.step(Move::Bottom),
        Action::Filter => {
            model.set_focus(Pane::List);
            model.filter_mut().typing = true;
        }
        Action::AcceptFilter => model.filter_mut().typing = false,
        Action::CycleStatus => {
            let height = model.page_height();
            model.accounts.cycle_status(&model.cx.accounts, height);
        }
        Action::CycleOrder => {
            let height = model.page_height();
            model.accounts.order_by(&model.cx.accounts, model.accounts.by.next(), height);
        }
        Action::CycleGroup => accounts::cycle_group(model),
        Action::Refresh => return load_accounts(model),
        Action::StopLoading => return stop_loading(model),
        Action::Detail => return accounts::detail(model),
        Action::Authorize => return accounts::authorize(model),
        Action::NewAccount => return accounts::new_account(model),
        Action::NextField => accounts::next_field(model),
        Action::UpdateCredentials => return credentials::for_selected(model),
        Action::PreviousField => credentials::step(model, -1),
        Action::Reveal => credentials::reveal(model),
        Action::AddRow => credentials::add_row(model),
        Action::LinkInstead => return credentials::link_instead(model),
        Action::Submit => return accounts::submit(model),
        Action::Disconnect => accounts::ask_to_change(model, false),
        Action::Delete => accounts::ask_to_change(model, true),
        Action::ActAs => {
            let account = model.accounts.selected(&model.cx.accounts);
            let person = account.map(|account| account.identifier.clone());
            person.into_iter().for_each(|identifier| model.cx.send(ActAs { identifier, connection: None, anew: true }));
        }
        Action::OpenBrowser => return accounts::open_browser(model),
        Action::RenewLink => return accounts::renew(model),
        Action::CopyLink => return accounts::copy_link(model),
        Action::LinkForOthers => return accounts::link_for_others(model),
        Action::WholeLink => {
            if let Some(Popup::Authorize(popup)) = model.popups.last()
                && let Some(link) = &popup.link
            {
                let url = link.url.clone();
                model.popups.push(Popup::WholeLink(WholeLink { url }));
            }
        }
        Action::BrowseTools => {
            let authorized = match model.popups.last() {
                Some(Popup::Authorize(popup)) => popup.authorized(),
                _ => None,
            };
            let account = authorized.or_else(|| model.accounts.selected(&model.cx.accounts));
            if let Some(Account { identifier, connection, .. }) = account.cloned() {
                model.popups.clear();
                model.cx.send(ActAs { identifier, connection: Some(connection), anew: true });
            }
        }
        Action::Yes => return answer(model, true),
        Action::No => return answer(model, false),
        Action::Copy => return copy(model),
        _ => {}
    }
    Vec::new()
}

pub(crate) fn load_accounts(model: &mut Model) -> Vec<Effect> {
    model.cx.accounts.begin();
    vec![model.cx.jobs.start(Slot::Accounts, Task::LoadAccounts)]
}

fn stop_loading(model: &mut Model) -> Vec<Effect> {
    let height = model.page_height();
    model.accounts.stop(&mut model.cx.accounts, height);
    vec![model.cx.jobs.cancel(Slot::Accounts)]
}

fn answer(model: &mut Model, yes: bool) -> Vec<Effect> {
    match model.popups.pop() {
        Some(Popup::Confirm(Confirm { then, .. })) if yes => match then {
            Then::OpenBrowser(url) => {
                model.cx.send(OpenInBrowser(url));
                Vec::new()
            }
            Then::Disconnect(id) => vec![model.cx.jobs.start(Slot::Change, Task::Disconnect(id))],
            Then::Delete(id) => vec![model.cx.jobs.start(Slot::Change, Task::Delete(id))],
        },
        _ => Vec::new(),
    }
}

fn copy(model: &mut Model) -> Vec<Effect> {
    let picked = match (model.popups.last(), model.cx.tab) {
        (Some(Popup::Authorize(popup)), _) => popup.link.as_ref().map(|link| (link.url.to_string(), "the link")),
        (Some(Popup::WholeLink(popup)), _) => Some((popup.url.to_string(), "the link")),
        (Some(_), _) => None,
        (None, Tab::Accounts) => {
            model.accounts.selected(&model.cx.accounts).map(|account| (account.id.raw().to_owned(), "the account's id"))
        }
        (None, Tab::Playground) => model.explorer().map(|view| (view.value(), "the value")),
        (None, _) => None,
    };
    if let Some((text, what)) = picked {
        model.cx.send(CopyText { text, what: what.to_owned() });
    }
    Vec::new()
}
