//! What actions do with the calls of the past.

use super::playground::ask_and_run;
use super::surroundings;
use crate::domain::{Tool, ToolCall};
use crate::export::snippet;
use crate::flow::record;
use crate::journal::{Body, CallKind, Entry};
use crate::json::redact::emptied;
use crate::tui::effect::{Effect, Saving, Slot, Task};
use crate::tui::model::{Environment, Model};
use crate::tui::place::Tab;
use crate::tui::popups::Popup;
use crate::tui::popups::as_code::AsCode;
use crate::tui::popups::difference::{Comparison, Difference};
use crate::tui::screens::activity::Half;
use crate::tui::screens::playground::Subject;
use crate::tui::toast::Level;

pub(super) fn go(model: &mut Model) -> Vec<Effect> {
    model.tab = Tab::Activity;
    read(model)
}

/// Reads the newest page again, and what others called meanwhile.
pub(super) fn read(model: &mut Model) -> Vec<Effect> {
    let page = model.activity.begin();
    let mut effects = vec![model.jobs.start(Slot::History, Task::ReadHistory(Box::new(page)))];
    if matches!(model.environment, Environment::Open(_)) {
        effects.push(model.jobs.start(Slot::Logged, Task::ReadLogged));
    }
    effects
}

/// What is to be read because of where the cursor has come to rest.
pub(in crate::tui) fn follow(model: &mut Model) -> Vec<Effect> {
    if model.tab != Tab::Activity {
        return Vec::new();
    }
    let mut effects = Vec::new();
    if let Some(id) = model.activity.follow(model.now.uptime) {
        effects.push(model.jobs.start(Slot::Entry, Task::ReadEntry(id)));
    }
    if let Some(page) = model.activity.more() {
        effects.push(model.jobs.start(Slot::History, Task::ReadHistory(Box::new(page))));
    }
    effects
}

pub(super) fn toggle_recording(model: &mut Model) {
    model.recording = !model.recording;
    let text = match model.recording {
        true => "Calls are written down again.",
        false => "From now on no call is written down, until you say so again.",
    };
    model.toasts.say(Level::Note, text, model.now.uptime);
}

pub(super) fn compare(model: &mut Model) -> Vec<Effect> {
    let Some((left, right)) = model.activity.pair() else { return Vec::new() };
    let arguments = model.activity.half == Half::Arguments;
    begin(model, Comparison { left, right, arguments, ignore: crate::json::Ignore::default() })
}

/// Compares anew with something else left out of account.
pub(super) fn recompare(model: &mut Model, change: impl FnOnce(&mut Comparison)) -> Vec<Effect> {
    let Some(Popup::Difference(popup)) = model.popups.pop() else { return Vec::new() };
    let mut of = popup.of;
    change(&mut of);
    begin(model, of)
}

fn begin(model: &mut Model, of: Comparison) -> Vec<Effect> {
    model.popups.push(Popup::Difference(Box::new(Difference::begin(of.clone()))));
    vec![model.jobs.start(Slot::Compare, Task::Compare(Box::new(of)))]
}

/// Puts the call back into the playground, as it was. Credentials were never kept: their places are
/// empty, and the call waits for them.
pub(super) fn replay(model: &mut Model, at_once: bool, as_acting: bool) -> Vec<Effect> {
    let Some(shown) = model.activity.whole() else { return Vec::new() };
    let entry = &shown.entry;
    let Body::Kept(arguments) = &entry.arguments else { return Vec::new() };
    let whole = entry.hidden.is_empty();
    let input = if whole { arguments.clone() } else { emptied(arguments, &entry.hidden) };
    let Some(subject) = subject(model, entry, as_acting) else { return Vec::new() };
    model.tab = Tab::Playground;
    let review = model.playground.open(subject);
    let mut effects = model.review(review);
    let review = model.playground.edited(&crate::json::pretty(&input));
    effects.extend(model.review(review));
    if !whole {
        let text = "Credentials are never kept: fill in the empty places first.";
        model.toasts.say(Level::Note, text, model.now.uptime);
    } else if at_once {
        effects.extend(ask_and_run(model));
    }
    effects
}

fn subject(model: &Model, entry: &Entry, as_acting: bool) -> Option<Subject> {
    let call = &entry.summary;
    let account = match (as_acting, &model.acting_as) {
        (true, Some(identifier)) => model
            .accounts
            .all()
            .iter()
            .find(|account| account.identifier == *identifier && account.connection == call.connection)?,
        (true, None) => return None,
        (false, _) => match model.accounts.by_id(&call.account) {
            Some(account) => account,
            None => return Some(bare(model, entry)),
        },
    };
    Some(Subject {
        account: account.id.clone(),
        identifier: account.identifier.clone(),
        connection: account.connection.clone(),
        status: Some(account.status.clone()),
        ..bare(model, entry)
    })
}

/// What the entry itself knows; the tool's schema if its tool is in the list.
fn bare(model: &Model, entry: &Entry) -> Subject {
    let call = &entry.summary;
    let known = model.tools.all().iter().find(|tool| tool.name.raw() == call.name.raw()).cloned();
    Subject {
        tool: known.unwrap_or_else(|| Tool::unknown(call.name.raw())),
        account: call.account.clone(),
        identifier: call.identifier.clone(),
        connection: call.connection.clone(),
        status: None,
    }
}

/// The call on screen as code: the one that stands in the playground, or the one beside the list.
pub(super) fn as_code(model: &mut Model) {
    let popup = match model.tab {
        Tab::Activity => model.activity.whole().map(|shown| {
            let entry = &shown.entry;
            AsCode::new(|form| record::as_code(entry, form).unwrap_or_default())
        }),
        _ => model.playground.call().map(|call: ToolCall| AsCode::new(|form| snippet(&call, form))),
    };
    model.popups.extend(popup.map(Popup::AsCode));
}

pub(super) fn copy_code(model: &mut Model) -> Vec<Effect> {
    let Some(Popup::AsCode(popup)) = model.popups.last() else { return Vec::new() };
    let Some((form, code)) = popup.selected().cloned() else { return Vec::new() };
    surroundings::put_on_clipboard(model, code, format!("the call for {}", form.name()))
}

/// Into a file of its own, in the folder the program was started in: the code, or the result.
pub(super) fn save(model: &mut Model) -> Vec<Effect> {
    let saving = match model.popups.last() {
        Some(Popup::AsCode(popup)) => popup
            .selected()
            .map(|(form, code)| Saving { name: format!("call.{}", form.extension()), bytes: code.clone().into() }),
        Some(_) => None,
        None => model
            .explorer()
            .map(|view| Saving { name: "result.json".to_owned(), bytes: view.document().text().bytes().clone() }),
    };
    saving.map(|saving| vec![model.jobs.start(Slot::Save, Task::Save(saving))]).unwrap_or_default()
}

/// Why the entry beside the list cannot be sent again, if it cannot.
pub(in crate::tui) fn no_replay(model: &Model, as_acting: bool) -> Option<String> {
    let Some(shown) = model.activity.whole() else {
        return Some("Only calls made from here can be sent again: what went into others is not known.".into());
    };
    let entry = &shown.entry;
    let Environment::Open(card) = &model.environment else { return Some("The environment is not open yet.".into()) };
    if entry.summary.environment.raw() != card.recorded_as {
        return Some(format!("This call was made in {}; open that environment first.", entry.summary.environment));
    }
    if entry.summary.kind == CallKind::Proxy {
        let id = entry.summary.id;
        return Some(format!("The playground runs tools. `jackfield history replay {id}` sends this request again."));
    }
    if !matches!(entry.arguments, Body::Kept(_)) {
        return Some("What went along was too large to keep.".into());
    }
    if as_acting {
        return match &model.acting_as {
            None => Some("You act as nobody yet: T on an account changes that.".into()),
            Some(who) if *who == entry.summary.identifier => Some(format!("It was made as {who} already.")),
            Some(who) if subject(model, entry, true).is_none() => {
                Some(format!("{who} has no account on {}.", entry.summary.connection))
            }
            Some(_) => None,
        };
    }
    None
}
