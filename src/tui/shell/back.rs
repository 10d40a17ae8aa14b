//! The way back.

use crate::tui::accounts::credentials::perform as credentials;
use crate::tui::accounts::perform as accounts;
use crate::tui::core::effect::{Effect, Slot};
use crate::tui::explorer::actions as explorer;
use crate::tui::input::tabs::{Pane, Tab};
use crate::tui::shell::model::Model;
use crate::tui::shell::popup::Popup;

/// Out of whatever is innermost: a popup, a filter, a pane, a screen.
pub(crate) fn back(model: &mut Model) -> Vec<Effect> {
    if let Some(effects) = credentials::stop(model) {
        return effects;
    }
    if let Some(popup) = model.popups.pop() {
        return match popup {
            Popup::Credentials(_) => vec![model.cx.jobs.cancel(Slot::Form)],
            Popup::Room(mut room) => {
                room.close(&mut model.cx);
                Vec::new()
            }
            Popup::Authorize(popup) if !popup.is_over() => accounts::stop_waiting(model, &popup),
            _ => Vec::new(),
        };
    }
    let mut went = false;
    if model.focus() == Pane::Side {
        model.in_explorer(|view, cx| went = explorer::back(view, cx));
    }
    if went {
        return Vec::new();
    }
    match model.cx.tab {
        Tab::Playground | Tab::Tools => {}
        Tab::Accounts | Tab::Activity => {
            let filter = model.filter_mut();
            if filter.typing || !filter.is_empty() {
                filter.clear();
                return model.rearrange();
            } else if model.focus() == Pane::Side {
                model.set_focus(Pane::List);
            } else if model.cx.tab != Tab::Accounts {
                model.cx.tab = Tab::Accounts;
            } else {
                model.accounts.status = None;
                return model.rearrange();
            }
        }
    }
    Vec::new()
}
