//! What actions do to the list of tools: whose are listed, who is acted as, which one is tried.

use crate::domain::{Account, ConnectionName, Fault, Identifier, Status};
use crate::journal::SentArguments;
use crate::tui::accounts::perform as accounts;
use crate::tui::core::effect::{Effect, Recall, Slot, Task};
use crate::tui::core::toast::Level;
use crate::tui::input::tabs::{Pane, Tab};
use crate::tui::playground::screen::Subject;
use crate::tui::playground::validator_cache::Review;
use crate::tui::shell::model::{Environment, Model};
use crate::tui::shell::popup::Popup;
use crate::tui::tools::account_picker::state::{Choice, Chooser};
use crate::tui::tools::account_resolution::{Trial, inactive, subject};
use crate::tui::tools::blocked::state::Insist;
use crate::tui::tools::screen::{Load, Scope};
use crate::tui::tools::suggested_fix::Remedy;

/// To the tools; on the first visit those of the person who was acted as before are asked for, or the
/// whole environment's.
pub(crate) fn go(model: &mut Model) -> Vec<Effect> {
    model.cx.tab = Tab::Tools;
    first_visit(model)
}

/// Asks for tools if the screen that shows them has never had any.
pub(crate) fn first_visit(model: &mut Model) -> Vec<Effect> {
    let open = matches!(model.cx.environment, Environment::Open(_));
    if model.cx.tab != Tab::Tools || !open || !matches!(model.cx.tools.load, Load::Idle) {
        return Vec::new();
    }
    match model.cx.acting_as.clone() {
        Some(identifier) => act_as(model, identifier, None),
        None => show(model, Scope::Environment, false),
    }
}

/// Lists the tools of `scope`. From here on the program acts as its person.
pub(crate) fn show(model: &mut Model, scope: Scope, anew: bool) -> Vec<Effect> {
    if let Scope::Person(identifier, _) = &scope {
        model.cx.acting_as = Some(identifier.clone());
    }
    model.cx.tab = Tab::Tools;
    model.tools.focus = Pane::List;
    load(model, scope, anew)
}

fn load(model: &mut Model, scope: Scope, anew: bool) -> Vec<Effect> {
    if model.tools.show(&mut model.cx.tools, scope.clone(), anew) {
        return vec![model.cx.jobs.cancel(Slot::Search), model.cx.jobs.start(Slot::Tools, Task::LoadTools(scope))];
    }
    let mut effects = vec![model.cx.jobs.cancel(Slot::Tools)];
    effects.extend(model.rearrange());
    effects
}

/// An account works again: its tools are asked for where they were missing.
pub(crate) fn authorized(model: &mut Model, account: &Account) -> Vec<Effect> {
    let concerned = match model.tools.scope() {
        Scope::Person(who, connection) => {
            *who == account.identifier && connection.as_ref().is_none_or(|connection| *connection == account.connection)
        }
        Scope::Environment => false,
    };
    let missing = model.cx.tools.rows().len() == 0 || model.tools.unlisted.contains(&account.id);
    match concerned && missing {
        true => load(model, model.tools.scope().clone(), true),
        false => Vec::new(),
    }
}

/// From here on the program acts as `identifier`.
pub(crate) fn act_as(model: &mut Model, identifier: Identifier, connection: Option<ConnectionName>) -> Vec<Effect> {
    show(model, Scope::Person(identifier, connection), false)
}

pub(crate) fn act_as_selected(model: &mut Model) -> Vec<Effect> {
    let Some(identifier) = model.accounts.selected(&model.cx.accounts).map(|account| account.identifier.clone()) else {
        return Vec::new();
    };
    model.tools.filter.clear();
    act_as(model, identifier, None)
}

pub(crate) fn browse(model: &mut Model) -> Vec<Effect> {
    let authorized = match model.popups.last() {
        Some(Popup::Authorize(popup)) => popup.authorized().cloned(),
        _ => None,
    };
    let Some(account) = authorized.or_else(|| model.accounts.selected(&model.cx.accounts).cloned()) else {
        return Vec::new();
    };
    model.popups.clear();
    model.tools.filter.clear();
    act_as(model, account.identifier, Some(account.connection))
}

pub(crate) fn cycle_scope(model: &mut Model) -> Vec<Effect> {
    let next = model.tools.next_scope(model.cx.acting_as.as_ref());
    next.map(|scope| show(model, scope, false)).unwrap_or_default()
}

/// Asks for the same tools again.
pub(crate) fn refresh(model: &mut Model) -> Vec<Effect> {
    let scope = match (&model.cx.tools.load, &model.cx.acting_as) {
        (Load::Idle, Some(identifier)) => Scope::Person(identifier.clone(), None),
        _ => model.tools.scope().clone(),
    };
    show(model, scope, true)
}

/// Whom to act as; from an obstacle, with whose account the tool can be tried instead.
pub(crate) fn choose_person(model: &mut Model) {
    let chooser = match model.popups.pop() {
        Some(Popup::Obstacle(obstacle)) => match &obstacle.tool {
            Some(tool) => Chooser::accounts(tool, model.able(tool)),
            None => Chooser::persons(model.cx.accounts.all(), model.cx.acting_as.as_ref()),
        },
        _ => Chooser::persons(model.cx.accounts.all(), model.cx.acting_as.as_ref()),
    };
    model.popups.push(Popup::Chooser(Box::new(chooser)));
    model.settle_chooser();
}

/// Takes what the chooser points at.
pub(crate) fn chosen(model: &mut Model) -> Vec<Effect> {
    let choice = match model.popups.last() {
        Some(Popup::Chooser(chooser)) => chooser.chosen(),
        _ => None,
    };
    let Some(choice) = choice else { return Vec::new() };
    model.popups.pop();
    match choice {
        Choice::Person(identifier) => act_as(model, identifier, None),
        Choice::Account(tool, account) => {
            if model.cx.acting_as.is_none() {
                model.cx.acting_as = Some(account.identifier.clone());
            }
            if account.status == Status::Active {
                return open(model, subject(&tool, &account));
            }
            model.popups.push(Popup::Obstacle(Box::new(inactive(&tool, &account))));
            Vec::new()
        }
    }
}

pub(crate) fn try_selected(model: &mut Model) -> Vec<Effect> {
    match model.trial() {
        Some(Trial::Ready(subject)) => return open(model, *subject),
        Some(Trial::Choose(chooser)) => model.popups.push(Popup::Chooser(Box::new(chooser))),
        Some(Trial::Obstacle(obstacle)) => model.popups.push(Popup::Obstacle(Box::new(obstacle))),
        Some(Trial::NotYet) => {
            let text = "The accounts are still being loaded, and none that fits is among those that are here.";
            model.cx.toasts.say(Level::Note, text, model.cx.now.uptime);
        }
        None => {}
    }
    Vec::new()
}

/// Opens a tool in the playground.
pub(crate) fn open(model: &mut Model, subject: Subject) -> Vec<Effect> {
    model.cx.tab = Tab::Playground;
    let whom = |subject: &Subject| (subject.account.clone(), subject.identifier.clone(), subject.connection.clone());
    let same = |old: &Subject| old.tool.name == subject.tool.name && whom(old) == whom(&subject);
    if model.playground.subject.as_ref().is_some_and(same) {
        model.playground.focus = Pane::List;
        return Vec::new();
    }
    let review = model.playground.open(subject);
    let mut effects = model.review(review);
    effects.extend(recall(model));
    // A call that is still out has nowhere to show its result any more.
    if !model.cx.jobs.is_running(Slot::Run) {
        return effects;
    }
    let text = "Stopped waiting for the call that was out; the provider may have carried it out all the same.";
    model.cx.toasts.say(Level::Note, text, model.cx.now.uptime);
    effects.push(model.cx.jobs.cancel(Slot::Run));
    effects
}

/// Asks what was sent last, where nothing was typed for this tool yet.
fn recall(model: &mut Model) -> Option<Effect> {
    let (Some(subject), Environment::Open(card)) = (&model.playground.subject, &model.cx.environment) else {
        return None;
    };
    let wanted = Recall {
        environment: card.recorded_as.clone(),
        tool: subject.tool.name.clone(),
        account: subject.account.clone(),
        identifier: subject.identifier.clone(),
    };
    model.playground.recalled.waits().then(|| model.cx.jobs.start(Slot::Recall, Task::Recall(wanted)))
}

/// What was sent last for the tool that was opened, if anything was.
pub(crate) fn recalled(model: &mut Model, result: Result<Option<SentArguments>, Fault>) -> Vec<Effect> {
    match result {
        Ok(Some(sent)) => {
            let review = model.playground.recall(&sent);
            if !matches!(review, Review::Unchanged) && !sent.arguments.hidden.is_empty() {
                let text = "As last sent, but credentials are never kept: fill in the empty places first.";
                model.cx.toasts.say(Level::Note, text, model.cx.now.uptime);
            }
            model.review(review)
        }
        // A journal that cannot be read is told of where it is looked at.
        Ok(None) | Err(_) => Vec::new(),
    }
}

/// Does what helps.
pub(crate) fn repair(model: &mut Model) -> Vec<Effect> {
    let Some(remedy) = model.remedy() else { return Vec::new() };
    if let Some(Popup::Obstacle(_)) = model.popups.last() {
        model.popups.pop();
    }
    match remedy {
        Remedy::LoadAccounts => crate::tui::shell::perform::load_accounts(model),
        Remedy::Authorize(account) => accounts::authorize_this(model, &account),
        Remedy::Connect(identifier, like) => accounts::ask_for_account(model, identifier.as_ref(), Some(&like)),
        Remedy::ActAs(identifier) | Remedy::OnEveryConnection(identifier) => act_as(model, identifier, None),
        Remedy::OnConnection(identifier, connection) => act_as(model, identifier, Some(connection)),
        Remedy::ActAsAnother => {
            choose_person(model);
            Vec::new()
        }
    }
}

/// Goes on although something stands in the way.
pub(crate) fn insist(model: &mut Model) -> Vec<Effect> {
    match model.popups.pop() {
        Some(Popup::Obstacle(obstacle)) => match obstacle.insist {
            Some(Insist::Open(subject)) => open(model, *subject),
            Some(Insist::Run) => crate::tui::playground::perform::run(model),
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}
