//! What actions do with tools that are handed over as definitions.

use crate::domain::Fault;
use crate::tui::core::effect::{Effect, Slot, Task};
use crate::tui::core::toast::Level;
use crate::tui::shell::model::Model;
use crate::tui::shell::popup::Popup;
use crate::tui::tools::export::state::{Export, Made};

/// The marked tools, else those that are shown.
pub(crate) fn show(model: &mut Model) -> Vec<Effect> {
    let popup = Export::new(model.tools.chosen(&model.cx.tools), model.tools.marked_weight().0 > 0);
    model.popups.push(Popup::Export(Box::new(popup)));
    write(model)
}

/// Has the definitions written for the dialect under the cursor.
pub(crate) fn write(model: &mut Model) -> Vec<Effect> {
    let Some(Popup::Export(popup)) = model.popups.last_mut() else { return Vec::new() };
    popup.made = None;
    popup.top = 0;
    let wanted = popup.wanted();
    vec![model.cx.jobs.start(Slot::Export, Task::Export(wanted))]
}

/// Has them written mended, or as they came.
pub(crate) fn mend(model: &mut Model) -> Vec<Effect> {
    if let Some(Popup::Export(popup)) = model.popups.last_mut() {
        popup.mended = !popup.mended;
    }
    write(model)
}

/// They are written.
pub(crate) fn made(model: &mut Model, result: Result<Made, Fault>) {
    let popup = model.popups.iter_mut().rev().find_map(|popup| match popup {
        Popup::Export(popup) => Some(popup),
        _ => None,
    });
    match (result, popup) {
        (Ok(made), Some(popup)) => popup.made = Some(made),
        (Ok(_), None) => {}
        (Err(fault), _) => model.cx.toasts.say(Level::Problem, fault.to_string(), model.cx.now.uptime),
    }
}
