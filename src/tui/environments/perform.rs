//! What actions do to environments and to what they come from.

use crate::domain::{Fault, FaultKind};
use crate::profile::{OpenTarget, ProfileName, Source, SourceList, SourceState, TrustQuestion};
use crate::tui::core::effect::{Books, Effect, Slot, Task};
use crate::tui::core::event::Outcome;
use crate::tui::core::toast::Level;
use crate::tui::environments::env_file::state::EnvFile;
use crate::tui::environments::list::Environments;
use crate::tui::environments::profile_form::state::{ProfileForm, State};
use crate::tui::shell::confirm::state::{Confirm, Then};
use crate::tui::shell::model::{Environment, Model};
use crate::tui::shell::popup::Popup;

fn keep(model: &mut Model, books: Books) -> Vec<Effect> {
    vec![model.cx.jobs.start(Slot::Books, Task::Books(books))]
}

fn list(model: &mut Model) -> Option<&mut Environments> {
    model.popups.iter_mut().rev().find_map(|popup| match popup {
        Popup::Environments(list) => Some(list.as_mut()),
        _ => None,
    })
}

fn form(model: &mut Model) -> Option<&mut ProfileForm> {
    model.popups.iter_mut().rev().find_map(|popup| match popup {
        Popup::ProfileForm(form) => Some(form.as_mut()),
        _ => None,
    })
}

/// Shows what there is.
pub(crate) fn show(model: &mut Model) -> Vec<Effect> {
    let open = match &model.cx.environment {
        Environment::Open(card) => Some(card.source.clone()),
        _ => None,
    };
    model.popups.push(Popup::Environments(Box::new(Environments::new(open))));
    keep(model, Books::Survey)
}

/// Opens the selected one; about a `.env` that was not agreed to, a question comes first.
pub(crate) fn open_selected(model: &mut Model) -> Vec<Effect> {
    let Some(entry) = list(model).and_then(|list| list.selected().cloned()) else { return Vec::new() };
    match entry.state {
        SourceState::Asked(question, agreed) if agreed != Some(true) => {
            ask(model, question);
            Vec::new()
        }
        _ => model.switch_to(entry.source.request(), None),
    }
}

/// What comes of opening an environment, short of opening it, and of work on the sources.
pub(crate) fn hear(model: &mut Model, slot: Slot, outcome: Outcome) -> Vec<Effect> {
    // These two are said on the way.
    if !matches!(outcome, Outcome::AtKeychain(_) | Outcome::AnswerLost(_)) {
        model.cx.jobs.finish(slot);
    }
    match outcome {
        Outcome::AskAbout(question) => {
            model.cx.environment = Environment::Asking;
            ask(model, question);
        }
        Outcome::AtKeychain(name) => model.cx.environment = Environment::AtKeychain(name),
        Outcome::AnswerLost(fault) => {
            let text = format!("Your answer counts until you leave, but could not be kept. {}", fault.message);
            model.cx.toasts.say(Level::Problem, text, model.cx.now.uptime);
        }
        Outcome::Surveyed(survey) => surveyed(model, survey),
        Outcome::ProfileSaved(name, result) => {
            let said = format!("Profile {name} is saved, its secret in the keychain.");
            return added(model, name, result, said);
        }
        Outcome::ProfileKept(name, result) => {
            let said = format!("Profile {name} is kept until you leave; nothing was written.");
            return added(model, name, result, said);
        }
        Outcome::BooksKept(result) => return books_kept(model, result),
        _ => {}
    }
    Vec::new()
}

fn ask(model: &mut Model, question: TrustQuestion) {
    let something_is_open = matches!(model.cx.environment, Environment::Open(_));
    model.popups.push(Popup::EnvFile(Box::new(EnvFile { question, something_is_open })));
}

/// What somebody said about a `.env`.
pub(crate) fn answer(model: &mut Model, EnvFile { question, something_is_open }: EnvFile, yes: bool) -> Vec<Effect> {
    if something_is_open && !yes {
        return keep(model, Books::Answer(Box::new(question), false));
    }
    if something_is_open {
        return model.switch_to(OpenTarget::DotEnv, Some((question, true)));
    }
    // What the program was started for leads past a file that was said no to.
    if !yes {
        model.wanted = None;
    }
    vec![model.open_wanted(Some((question, yes)))]
}

/// Somebody would rather not say: this time without the file, and asked again the next.
pub(crate) fn do_not_answer(model: &mut Model, popup: &EnvFile) -> Vec<Effect> {
    if popup.something_is_open {
        return Vec::new();
    }
    model.wanted = Some(OpenTarget::Configured);
    vec![model.open_wanted(None)]
}

/// The list has come.
fn surveyed(model: &mut Model, survey: Result<SourceList, Fault>) {
    let screen = model.cx.screen;
    if let Some(list) = list(model) {
        let survey =
            survey.unwrap_or_else(|fault| SourceList { troubles: vec![fault.message.into()], ..SourceList::default() });
        list.surveyed(survey, screen);
    }
}

pub(crate) fn new_profile(model: &mut Model) {
    model.popups.push(Popup::ProfileForm(Box::default()));
}

/// From field to field; from the last one into the keychain.
pub(crate) fn submit(model: &mut Model) -> Vec<Effect> {
    let Some(form) = form(model) else { return Vec::new() };
    if !form.is_at_end() {
        form.step(1);
        return Vec::new();
    }
    let Some((profile, secret)) = form.filled_in() else { return Vec::new() };
    form.state = State::Saving;
    keep(model, Books::Save(Box::new(profile), secret))
}

/// Without a keychain: in memory alone.
pub(crate) fn keep_profile(model: &mut Model) -> Vec<Effect> {
    match form(model).and_then(ProfileForm::filled_in) {
        Some((profile, secret)) => keep(model, Books::Keep(Box::new(profile), secret)),
        None => Vec::new(),
    }
}

/// Stops waiting for the keychain, if that is what a popup does; the popup stays.
pub(crate) fn stop(model: &mut Model) -> Option<Vec<Effect>> {
    match model.popups.last_mut() {
        Some(Popup::ProfileForm(form)) if form.state == State::Saving => {
            let message = "You stopped waiting for the keychain. Nothing is saved.";
            form.refused(Fault::new(FaultKind::Cancelled, message));
            Some(vec![model.cx.jobs.cancel(Slot::Books)])
        }
        Some(Popup::Environments(list)) if list.at_keychain => {
            list.at_keychain = false;
            Some(keep(model, Books::Survey))
        }
        _ => None,
    }
}

/// A new profile was saved, or kept, or not.
fn added(model: &mut Model, name: ProfileName, result: Result<(), Fault>, said: String) -> Vec<Effect> {
    match result {
        Ok(()) => {
            model.popups.retain(|popup| !matches!(popup, Popup::ProfileForm(_)));
            model.cx.toasts.say(Level::Done, said, model.cx.now.uptime);
            if let Some(list) = list(model) {
                list.look_for(Source::Profile(name));
            }
            keep(model, Books::Survey)
        }
        Err(fault) => {
            match form(model) {
                Some(form) => form.refused(fault),
                None => model.cx.toasts.say(Level::Problem, fault.to_string(), model.cx.now.uptime),
            }
            Vec::new()
        }
    }
}

pub(crate) fn put_in_use(model: &mut Model) -> Vec<Effect> {
    let name = list(model).and_then(|list| list.profile().map(|(name, _)| name.clone()));
    name.map(|name| keep(model, Books::Use(name))).unwrap_or_default()
}

pub(crate) fn ask_to_remove(model: &mut Model) {
    let open = match &model.cx.environment {
        Environment::Open(card) => Some(card.source.clone()),
        _ => None,
    };
    let Some((name, state)) = list(model).and_then(|list| list.profile()) else { return };
    let lost = match state {
        SourceState::Kept => "It and its secret are only in memory: both are gone then.",
        _ => "It is taken out of the file, and its secret out of the keychain.",
    };
    let mut lines = vec![lost.to_owned()];
    if open == Some(Source::Profile(name.clone())) {
        lines.push("What is open stays open until you leave or switch.".to_owned());
    }
    let confirm = Confirm {
        title: format!("Remove profile {name}"),
        lines,
        yes: "remove it".into(),
        then: Then::RemoveProfile(name.clone()),
    };
    model.popups.push(Popup::Confirm(confirm));
}

pub(crate) fn remove(model: &mut Model, name: ProfileName) -> Vec<Effect> {
    if let Some(list) = list(model) {
        list.at_keychain = true;
    }
    keep(model, Books::Remove(name))
}

/// The sources were worked on, and look different now.
fn books_kept(model: &mut Model, result: Result<String, Fault>) -> Vec<Effect> {
    if let Some(list) = list(model) {
        list.at_keychain = false;
    }
    match result {
        Ok(said) => model.cx.toasts.say(Level::Done, said, model.cx.now.uptime),
        Err(fault) => model.cx.toasts.say(Level::Problem, fault.to_string(), model.cx.now.uptime),
    }
    if list(model).is_none() { Vec::new() } else { keep(model, Books::Survey) }
}
