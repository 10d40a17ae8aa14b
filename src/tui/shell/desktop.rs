//! What actions do around the program: the mouse, the colours, the clipboard.

use crate::tui::core::effect::{Effect, Slot, Task};
use crate::tui::core::toast::Level;
use crate::tui::input::action::Action;
use crate::tui::input::tabs::Tab;
use crate::tui::shell::availability;
use crate::tui::shell::model::{Copying, Model};
use crate::tui::shell::popup::Popup;

pub(crate) fn toggle_mouse(model: &mut Model) -> Vec<Effect> {
    model.cx.mouse = !model.cx.mouse;
    let text = match (model.cx.mouse, availability::key_for(Action::ToggleMouse, model)) {
        (true, _) => "The mouse is ours again.".to_owned(),
        (false, "") => "The mouse is the terminal's now: select and copy with it as usual.".to_owned(),
        (false, key) => {
            format!("The mouse is the terminal's now: select and copy with it as usual. {key} takes it back.")
        }
    };
    model.cx.toasts.say(Level::Note, text, model.cx.now.uptime);
    vec![Effect::Mouse(model.cx.mouse)]
}

pub(crate) fn toggle_recording(model: &mut Model) {
    model.cx.recording = !model.cx.recording;
    let text = match model.cx.recording {
        true => "Calls are written down again.",
        false => "From now on no call is written down, until you say so again.",
    };
    model.cx.say(Level::Note, text);
}

pub(crate) fn cycle_theme(model: &mut Model) {
    model.cx.theme = model.cx.theme.next();
    model.cx.look = Some(model.cx.theme.look);
    model.cx.toasts.say(Level::Note, format!("The theme is {} now.", model.cx.theme.look.name()), model.cx.now.uptime);
}

pub(crate) fn copy(model: &mut Model) -> Vec<Effect> {
    let picked = match (model.popups.last(), model.cx.tab) {
        (Some(Popup::Authorize(popup)), _) => popup.link.as_ref().map(|link| (link.url.to_string(), "the link")),
        (Some(Popup::WholeLink(popup)), _) => Some((popup.url.to_string(), "the link")),
        (Some(_), _) => None,
        (None, Tab::Accounts) => {
            model.accounts.selected(&model.cx.accounts).map(|account| (account.id.raw().to_owned(), "the account's id"))
        }
        (None, Tab::Tools) => None,
        (None, Tab::Playground | Tab::Activity) => model.explorer().map(|view| (view.value(), "the value")),
    };
    picked.map(|(text, what)| put_on_clipboard(model, text, what)).unwrap_or_default()
}

/// The desktop's clipboard if there is one, else the terminal's.
pub(crate) fn put_on_clipboard(model: &mut Model, text: String, what: impl Into<String>) -> Vec<Effect> {
    let copying = Copying { text, what: what.into() };
    if !model.cx.desktop_clipboard {
        return ask_the_terminal(model, copying);
    }
    let task = Task::Copy(copying.text.clone());
    model.copying = Some(copying);
    vec![model.cx.jobs.start(Slot::Clipboard, task)]
}

/// The desktop's clipboard has it, or there is none.
pub(crate) fn copied(model: &mut Model, done: bool) -> Vec<Effect> {
    match model.copying.take() {
        Some(copying) if done => {
            model.cx.toasts.say(Level::Done, format!("Copied {}.", copying.what), model.cx.now.uptime);
            Vec::new()
        }
        Some(copying) => ask_the_terminal(model, copying),
        None => Vec::new(),
    }
}

/// Many terminals drop what is longer than this without a word; in bytes.
const LONG: usize = 74_000;

/// Says only what is known: a terminal does not answer whether it did what it was asked.
fn ask_the_terminal(model: &mut Model, Copying { text, what }: Copying) -> Vec<Effect> {
    let key = |action| availability::key_for(action, model);
    let link = matches!(model.popups.last(), Some(Popup::Authorize(_)));
    let otherwise = match (link, model.cx.mouse) {
        (true, _) if !key(Action::WholeLink).is_empty() => format!("{} shows it alone", key(Action::WholeLink)),
        (_, true) if !key(Action::ToggleMouse).is_empty() => {
            format!("{} leaves it the mouse to select text with", key(Action::ToggleMouse))
        }
        _ => "select it with the mouse".to_owned(),
    };
    let long = if text.len() > LONG { " That is much for a terminal." } else { "" };
    let said = format!("Asked the terminal to copy {what}; if it refuses, {otherwise}.{long}");
    model.cx.toasts.say(Level::Done, said, model.cx.now.uptime);
    vec![Effect::Copy(text)]
}
