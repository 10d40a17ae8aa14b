//! What actions do with the calls of the past.

use crate::domain::ToolCall;
use crate::export::snippet;
use crate::flow::record;
use crate::journal::StoredBody;
use crate::redact::blank_credentials;
use crate::tui::activity::diff::state::{Comparison, Difference};
use crate::tui::activity::replay as replaying;
use crate::tui::activity::screen::Half;
use crate::tui::activity::snippet::state::AsCode;
use crate::tui::core::effect::{Effect, Saving, Slot, Task};
use crate::tui::core::toast::Level;
use crate::tui::input::tabs::Tab;
use crate::tui::playground::perform::ask_and_run;
use crate::tui::shell::model::{Environment, Model};
use crate::tui::shell::popup::Popup;

pub(crate) fn go(model: &mut Model) -> Vec<Effect> {
    model.cx.tab = Tab::Activity;
    read(model)
}

/// Reads the newest page again, and what others called meanwhile.
pub(crate) fn read(model: &mut Model) -> Vec<Effect> {
    let page = model.activity.begin();
    let mut effects = vec![model.cx.jobs.start(Slot::History, Task::ReadHistory(Box::new(page)))];
    if matches!(model.cx.environment, Environment::Open(_)) {
        effects.push(model.cx.jobs.start(Slot::Logged, Task::ReadLogged));
    }
    effects
}

/// What is to be read because of where the cursor has come to rest.
pub(crate) fn follow(model: &mut Model) -> Vec<Effect> {
    if model.cx.tab != Tab::Activity {
        return Vec::new();
    }
    let mut effects = Vec::new();
    if let Some(id) = model.activity.follow(model.cx.now.uptime) {
        effects.push(model.cx.jobs.start(Slot::Entry, Task::ReadEntry(id)));
    }
    if let Some(page) = model.activity.more() {
        effects.push(model.cx.jobs.start(Slot::History, Task::ReadHistory(Box::new(page))));
    }
    effects
}

pub(crate) fn toggle_recording(model: &mut Model) {
    model.cx.recording = !model.cx.recording;
    let text = match model.cx.recording {
        true => "Calls are written down again.",
        false => "From now on no call is written down, until you say so again.",
    };
    model.cx.toasts.say(Level::Note, text, model.cx.now.uptime);
}

pub(crate) fn compare(model: &mut Model) -> Vec<Effect> {
    let Some((left, right)) = model.activity.pair() else { return Vec::new() };
    let arguments = model.activity.half == Half::Arguments;
    begin(model, Comparison { left, right, arguments, ignore: crate::json::Ignore::default() })
}

/// Compares anew with something else left out of account.
pub(crate) fn recompare(model: &mut Model, change: impl FnOnce(&mut Comparison)) -> Vec<Effect> {
    let Some(Popup::Difference(popup)) = model.popups.pop() else { return Vec::new() };
    let mut of = popup.of;
    change(&mut of);
    begin(model, of)
}

fn begin(model: &mut Model, of: Comparison) -> Vec<Effect> {
    model.popups.push(Popup::Difference(Box::new(Difference::begin(of.clone()))));
    vec![model.cx.jobs.start(Slot::Compare, Task::Compare(Box::new(of)))]
}

/// Puts the call back into the playground, as it was. Credentials were never kept: their places are
/// empty, and the call waits for them.
pub(crate) fn replay(model: &mut Model, at_once: bool, as_acting: bool) -> Vec<Effect> {
    let Some(shown) = model.activity.whole() else { return Vec::new() };
    let entry = &shown.entry;
    let StoredBody::Kept(arguments) = &entry.arguments else { return Vec::new() };
    let whole = entry.hidden.is_empty();
    let input = if whole { arguments.clone() } else { blank_credentials(arguments, &entry.hidden) };
    let Some(subject) = replaying::subject(model, entry, as_acting) else { return Vec::new() };
    model.cx.tab = Tab::Playground;
    let review = model.playground.open(subject);
    let mut effects = model.review(review);
    let review = model.playground.edited(&crate::json::pretty(&input));
    effects.extend(model.review(review));
    if !whole {
        let text = "Credentials are never kept: fill in the empty places first.";
        model.cx.toasts.say(Level::Note, text, model.cx.now.uptime);
    } else if at_once {
        effects.extend(ask_and_run(model));
    }
    effects
}

/// The call on screen as code: the one that stands in the playground, or the one beside the list.
pub(crate) fn as_code(model: &mut Model) {
    let popup = match model.cx.tab {
        Tab::Activity => model.activity.whole().map(|shown| {
            let entry = &shown.entry;
            AsCode::new(|form| record::as_code(entry, form).unwrap_or_default())
        }),
        _ => model.playground.call().map(|call: ToolCall| AsCode::new(|form| snippet(&call, form))),
    };
    model.popups.extend(popup.map(Popup::AsCode));
}

/// Into a file of its own, in the folder the program was started in: the code, or the result.
pub(crate) fn save(model: &mut Model) -> Vec<Effect> {
    let saving = match model.popups.last() {
        Some(Popup::AsCode(popup)) => popup
            .selected()
            .map(|(form, code)| Saving { name: format!("call.{}", form.extension()), bytes: code.clone().into() }),
        Some(_) => None,
        None => model
            .explorer()
            .map(|view| Saving { name: "result.json".to_owned(), bytes: view.document().text().bytes().clone() }),
    };
    saving.map(|saving| vec![model.cx.jobs.start(Slot::Save, Task::Save(saving))]).unwrap_or_default()
}
