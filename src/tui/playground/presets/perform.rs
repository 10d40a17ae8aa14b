//! What actions do with the presets of the tool in the playground.

use crate::domain::{Fault, FaultKind, JsonText, ToolName};
use crate::journal::{IfTaken, PresetName};
use crate::json::pretty;
use crate::tui::core::effect::{Effect, Slot, Task};
use crate::tui::core::toast::Level;
use crate::tui::input::tabs::Pane;
use crate::tui::playground::presets::state::{Done, Presets, Step, Work};
use crate::tui::shell::confirm::state::{Confirm, Then};
use crate::tui::shell::model::Model;
use crate::tui::shell::popup::Popup;
use crate::tui::widgets::filter::Filter;

fn popup(model: &mut Model) -> Option<&mut Presets> {
    model.popups.iter_mut().rev().find_map(|popup| match popup {
        Popup::Presets(popup) => Some(popup.as_mut()),
        _ => None,
    })
}

fn start(model: &mut Model, tool: ToolName, step: Step) -> Vec<Effect> {
    vec![model.cx.jobs.start(Slot::Presets, Task::Presets(Box::new(Work { tool, step })))]
}

/// Shows them.
pub(crate) fn show(model: &mut Model) -> Vec<Effect> {
    let Some(tool) = model.playground.subject.as_ref().map(|subject| subject.tool.name.clone()) else {
        return Vec::new();
    };
    model.popups.push(Popup::Presets(Box::new(Presets::of(tool.clone()))));
    start(model, tool, Step::Read)
}

/// Puts the selected one into the input. Undo brings back what stood there.
pub(crate) fn fill_in(model: &mut Model) -> Vec<Effect> {
    let Some(preset) = popup(model).and_then(|popup| popup.selected().cloned()) else { return Vec::new() };
    model.popups.pop();
    model.playground.focus = Pane::List;
    let review = model.playground.fill(&pretty(&preset.arguments.to_fill_in()));
    let said = match preset.arguments.hidden.is_empty() {
        true => format!("Filled in “{}”.", preset.name),
        false => format!("Filled in “{}”. Credentials were never kept: fill in the empty places.", preset.name),
    };
    model.cx.toasts.say(Level::Note, said, model.cx.now.uptime);
    model.review(review)
}

/// Asks for a name to save under.
pub(crate) fn name(model: &mut Model) {
    if let Some(popup) = popup(model) {
        popup.naming = Some(Filter::being_typed());
        popup.broken = None;
    }
}

/// Saves under the name that was typed.
pub(crate) fn save(model: &mut Model) -> Vec<Effect> {
    let arguments = JsonText::parse(model.playground.input_text().to_owned());
    let Some(popup) = popup(model) else { return Vec::new() };
    let Some(naming) = &popup.naming else { return Vec::new() };
    let taken = if popup.replaced().is_some() { IfTaken::Replace } else { IfTaken::Refuse };
    match (PresetName::parse(naming.text()), arguments) {
        (Ok(name), Ok(arguments)) => {
            let tool = popup.tool.clone();
            start(model, tool, Step::Save(name, arguments, taken))
        }
        (Err(fault), _) => {
            popup.broken = Some(fault.message.into());
            Vec::new()
        }
        (Ok(_), Err(_)) => Vec::new(),
    }
}

pub(crate) fn ask_to_delete(model: &mut Model) {
    let Some((tool, preset)) = popup(model).and_then(|popup| Some((popup.tool.clone(), popup.selected()?))) else {
        return;
    };
    let name = preset.name.clone();
    model.popups.push(Popup::Confirm(Confirm {
        title: "Delete a preset".into(),
        lines: vec![format!("“{name}” of {tool} is gone then, for every account.")],
        yes: "delete it".into(),
        then: Then::DeletePreset(tool, name),
    }));
}

pub(crate) fn delete(model: &mut Model, tool: ToolName, name: PresetName) -> Vec<Effect> {
    start(model, tool, Step::Delete(name))
}

/// Back from the name to the list. Whether there was a name being typed.
pub(crate) fn stop(model: &mut Model) -> bool {
    match model.popups.last_mut() {
        Some(Popup::Presets(popup)) => {
            popup.broken = None;
            popup.naming.take().is_some()
        }
        _ => false,
    }
}

/// It was done, or not.
pub(crate) fn done(model: &mut Model, result: Result<Done, Fault>) -> Vec<Effect> {
    let (screen, uptime) = (model.cx.screen, model.cx.now.uptime);
    match result {
        Ok(done) => {
            if let Some(said) = &done.said {
                model.cx.toasts.say(Level::Done, said.clone(), uptime);
            }
            if let Some(popup) = popup(model) {
                popup.read(done, screen);
            }
        }
        Err(fault) => match popup(model) {
            Some(popup) => {
                popup.kept.get_or_insert_default();
                popup.broken = Some(fault.to_string());
                // Somebody else has made it meanwhile: it is looked at before it is replaced.
                if fault.kind == FaultKind::Conflict {
                    let tool = popup.tool.clone();
                    return start(model, tool, Step::Read);
                }
            }
            None => model.cx.toasts.say(Level::Problem, fault.to_string(), uptime),
        },
    }
    Vec::new()
}
