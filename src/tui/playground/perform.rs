//! What actions do in the playground: a call goes out, its result is looked at.

use crate::flow::preflight::{ObjectionKind, Waiver, question};
use crate::tui::core::effect::{Effect, Recording, Slot, Task};
use crate::tui::core::toast::Level;
use crate::tui::input::tabs::Pane;
use crate::tui::playground::screen as playground;
use crate::tui::shell::confirm::state::{Confirm, Then};
use crate::tui::shell::model::Model;
use crate::tui::shell::popup::Popup;
use crate::tui::tools::blocked::state::{Insist, Obstacle};

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
        let remedy = model.playground.subject.as_ref().and_then(|subject| model.repair(subject));
        let (title, lines) = ("Not sent".to_owned(), lines.collect());
        let obstacle = Obstacle { title, lines, remedy, insist: Some(Insist::Run), tool: None };
        model.popups.push(Popup::Obstacle(Box::new(obstacle)));
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
