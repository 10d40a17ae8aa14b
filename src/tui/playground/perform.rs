//! What actions do in the playground: a call goes out, its result is looked at.

use crate::domain::{Fault, FaultKind};
use crate::flow::preflight::{ObjectionKind, Waiver, question};
use crate::journal::SentArguments;
use crate::tui::core::effect::{Effect, Recall, Recording, Slot, Task};
use crate::tui::core::environment::Environment;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{CallBlocked, Override};
use crate::tui::core::subject::Subject;
use crate::tui::core::suggested_fix::SuggestedFix;
use crate::tui::core::toast::Level;
use crate::tui::input::tabs::{Pane, Tab};
use crate::tui::playground::screen as playground;
use crate::tui::playground::screen::Output;
use crate::tui::playground::validator_cache::Review;
use crate::tui::shell::confirm::state::{Confirm, Then};
use crate::tui::shell::model::Model;
use crate::tui::shell::popup::Popup;

/// The call goes out, whatever speaks against it.
#[derive(Debug)]
pub(crate) struct SendCall;

impl Model {
    /// What helps against an account that is not active.
    pub(crate) fn fix_of_subject(&self) -> Option<SuggestedFix> {
        let account = self.cx.accounts.by_id(&self.playground.subject.as_ref()?.account)?;
        Some(SuggestedFix::Authorize(Box::new(account.clone())))
    }

    /// What helps against the failure on screen.
    pub(crate) fn fix_of_output(&self) -> Option<SuggestedFix> {
        match &self.playground.output {
            Output::Failed(fault, _) if fault.kind == FaultKind::NeedsAuthorization => self.fix_of_subject(),
            _ => None,
        }
    }

    /// Takes over what the list of accounts says of the account that the tool runs with.
    pub(crate) fn status_of_subject(&mut self) {
        let id = self.playground.subject.as_ref().map(|subject| &subject.account);
        if let Some(account) = id.and_then(|id| self.cx.accounts.by_id(id)) {
            self.playground.account_changed(&account.clone());
        }
    }
}

/// Sends the call, unless something speaks against it: then that is asked about, once. With an account
/// that is not active it goes out only if somebody insists.
pub(crate) fn ask_and_run(model: &mut Model) -> Vec<Effect> {
    if model.playground.editor.is_long() {
        // It was not looked at while it was typed.
        let review = model.playground.look();
        if let Some(problem) = &model.playground.syntax {
            let text = format!("The input is not JSON yet. Line {}: {}", problem.line, problem.message);
            model.cx.toasts.say(Level::Note, text, model.cx.now.uptime);
            return model.review(review);
        }
    }
    let objections = model.playground.objections();
    let lines = objections.iter().map(|objection| objection.sentence.clone());
    if objections.iter().any(|objection| objection.kind == ObjectionKind::Status) {
        let fix = model.fix_of_subject();
        let (title, lines) = ("Not sent".to_owned(), lines.collect());
        let overriding = Some(Override { words: "send it all the same", then: Message::new(SendCall) });
        model.cx.send(CallBlocked { title, lines, fix, overriding, tool: None });
        return Vec::new();
    }
    if objections.is_empty() {
        return run(model);
    }
    let only_asks = objections.iter().all(|objection| objection.kind.waiver() == Waiver::Yes);
    let asked = [String::new(), question(&objections).to_owned()];
    model.popups.push(Popup::Confirm(Confirm {
        title: "Before it goes".into(),
        lines: lines.chain(asked).collect(),
        yes: if only_asks { "run it" } else { "run it anyway" }.into(),
        then: Then::Run,
    }));
    Vec::new()
}

pub(crate) fn run(model: &mut Model) -> Vec<Effect> {
    let Some(call) = model.playground.call() else { return Vec::new() };
    model.playground.begin(model.cx.now.uptime);
    // Where only one pane fits, it is the one in which something happens now.
    let body = model.cx.body();
    if playground::areas(body, Pane::List).1.side.is_empty() {
        model.playground.focus = Pane::Side;
    }
    let recording = if model.cx.recording { Recording::On } else { Recording::Off };
    vec![model.cx.jobs.start(Slot::Run, Task::Run(call, recording))]
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
