//! What actions do in the JSON on screen.

use crate::domain::Fault;
use crate::json::{Document, NodeId};
use crate::tui::core::toast::Level;
use crate::tui::explorer::json_view::{Fold, JsonView};
use crate::tui::input::action::Action;
use crate::tui::input::tabs::Tab;
use crate::tui::shell::model::Model;

/// Does something with the JSON on screen, if there is any.
pub(crate) fn with(model: &mut Model, work: impl FnOnce(&mut JsonView)) {
    if let Some(view) = model.explorer_mut() {
        work(view);
    }
}

/// The search in a document has ended; nobody may look at that any more.
pub(crate) fn found(model: &mut Model, result: Result<(Document, Vec<NodeId>), Fault>) {
    match (result, model.explorer_mut()) {
        (Ok((document, found)), Some(view)) => view.found(&document, found),
        (Ok(_), None) => {}
        (Err(fault), view) => {
            view.into_iter().for_each(JsonView::forget_search);
            model.cx.toasts.say(Level::Problem, fault.to_string(), model.cx.now.uptime);
        }
    }
}

/// Folds in a result or in a schema.
pub(crate) fn fold(model: &mut Model, fold: Fold) {
    if model.cx.tab == Tab::Tools {
        let height = model.page_height();
        model.tools.schema.fold(fold, height);
    } else {
        with(model, |view| view.fold(fold));
    }
}

/// Folds everything to one level more or less, and says to which.
pub(crate) fn fold_deeper(model: &mut Model, by: i32) {
    if let Some((level, levels)) = model.explorer_mut().map(|view| view.fold_deeper(by)) {
        let text = match level >= levels {
            true if levels == 1 => "Its one level is unfolded.".to_owned(),
            true => format!("All {levels} levels are unfolded."),
            false => format!("Unfolded to level {level} of {levels}."),
        };
        model.cx.toasts.say(Level::Note, text, model.cx.now.uptime);
    }
}

/// The path of what is selected in a result or in a schema, and what it is called.
pub(crate) fn path(model: &Model, action: Action) -> Option<(String, &'static str)> {
    let view = model.explorer();
    match (action, model.cx.tab) {
        (Action::CopyPath, Tab::Tools) => Some((model.tools.schema.path()?, "the path")),
        (Action::CopyPath, _) => Some((view?.path(), "the path")),
        (Action::CopyPointer, _) => Some((view?.pointer(), "the pointer")),
        _ => None,
    }
}
