//! What actions do with a value that is looked at as what it is.

use crate::domain::{Fault, Untrusted};
use crate::tui::core::effect::{Effect, Slot, Task};
use crate::tui::core::toast::Level;
use crate::tui::explorer::inspect::state::{Face, LookAt, Looks};
use crate::tui::shell::confirm::state::{Confirm, Then};
use crate::tui::shell::model::Model;
use crate::tui::shell::popup::Popup;

pub(crate) fn begin(model: &mut Model) -> Vec<Effect> {
    let Some(view) = model.explorer() else { return Vec::new() };
    let look = LookAt { of: (view.document().clone(), view.node()) };
    let popup = Looks::begin(view.path());
    model.popups.push(Popup::Looks(Box::new(popup)));
    vec![model.cx.jobs.start(Slot::Look, Task::Look(look))]
}

pub(crate) fn looked(model: &mut Model, result: Result<Vec<Face>, Fault>) {
    let Some(Popup::Looks(popup)) = model.popups.iter_mut().rev().find(|popup| matches!(popup, Popup::Looks(_))) else {
        return;
    };
    match result {
        Ok(faces) => {
            popup.faces = Some(faces);
            popup.fit(model.cx.screen);
        }
        Err(fault) => {
            model.popups.retain(|popup| !matches!(popup, Popup::Looks(_)));
            model.cx.toasts.say(Level::Problem, fault.to_string(), model.cx.now.uptime);
        }
    }
}

pub(crate) fn turn(model: &mut Model, by: isize) {
    if let Some(Popup::Looks(popup)) = model.popups.last_mut() {
        popup.turn(by);
    }
}

/// The document in the text takes the place of the one it is in, until somebody goes back.
pub(crate) fn dive(model: &mut Model) {
    let Some(Popup::Looks(popup)) = model.popups.last() else { return };
    let Some((document, filter)) = popup.inside() else { return };
    let path = model.explorer().map(|view| view.path()).unwrap_or_default();
    model.popups.pop();
    if let Some(view) = model.explorer_mut() {
        view.dive(format!("{path} | {filter}"), document);
    }
}

/// A stranger chose the address: the host is named before anything opens.
pub(crate) fn ask_to_open(model: &mut Model) {
    let Some(Popup::Looks(popup)) = model.popups.last() else { return };
    let Some(url) = popup.link().cloned() else { return };
    let shown = |text: &str| Untrusted::from(text).to_string();
    let mut lines = vec![
        format!("Open a page of {} in the browser?", shown(url.host_str().unwrap_or_default())),
        String::new(),
        shown(url.as_str()),
    ];
    if !model.cx.browser_is_local {
        lines.push(String::new());
        lines.push("The browser would open on the machine that jackfield runs on.".to_owned());
    }
    let title = "A link out of a result".to_owned();
    model.popups.push(Popup::Confirm(Confirm { title, lines, yes: "open it".into(), then: Then::OpenBrowser(url) }));
}
