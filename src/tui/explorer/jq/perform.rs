//! What actions do with jq.

use crate::domain::Fault;
use crate::json::Document;
use crate::tui::core::effect::{Effect, Slot, Task};
use crate::tui::core::toast::Level;
use crate::tui::explorer::jq::history::remember;
use crate::tui::explorer::jq::state::Query;
use crate::tui::shell::model::Model;
use crate::tui::shell::popup::Popup;

pub(crate) fn begin(model: &mut Model) {
    if let Some(view) = model.explorer() {
        let query = Query::new(view.document().clone(), view.node());
        model.popups.push(Popup::Query(Box::new(query)));
    }
}

pub(crate) fn ask(model: &mut Model) -> Vec<Effect> {
    let Some(Popup::Query(popup)) = model.popups.last_mut() else { return Vec::new() };
    let asked = popup.ask();
    let filter = asked.filter.clone();
    remember(&mut model.cx.queries, filter.clone());
    let mut effects = vec![model.cx.jobs.start(Slot::Query, Task::Query(asked))];
    if model.cx.recording {
        effects.push(model.cx.jobs.start(Slot::Queries, Task::KeepQuery(filter)));
    }
    effects
}

pub(crate) fn complete(model: &mut Model) {
    if let Some(Popup::Query(popup)) = model.popups.last_mut() {
        popup.complete();
    }
}

pub(crate) fn recall(model: &mut Model, older: bool) {
    if let Some(Popup::Query(popup)) = model.popups.last_mut() {
        popup.recall(&model.cx.queries, older);
    }
}

/// A result takes the place of what was asked, until somebody goes back; a failure stays with the
/// filter that is to be mended.
pub(crate) fn queried(model: &mut Model, result: Result<(Document, Option<String>), Fault>) {
    let Some(Popup::Query(popup)) = model.popups.last_mut() else { return };
    popup.running = false;
    match result {
        Err(fault) => popup.broken = Some(fault.to_string()),
        Ok((document, broken)) => {
            let filter = popup.input.text().to_owned();
            model.popups.pop();
            if let Some(view) = model.explorer_mut() {
                view.dive(filter, document);
            }
            if let Some(why) = broken {
                model.cx.toasts.say(Level::Problem, format!("The filter broke off: {why}"), model.cx.now.uptime);
            }
        }
    }
}
