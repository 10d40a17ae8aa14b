//! The one place where the model changes: an event in, effects out, no I/O, no clock.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::tui::accounts::filter::NEEDS_YOU;
use crate::tui::core::component::Input;
use crate::tui::core::effect::Effect;
use crate::tui::core::event::{Event, Returned};
use crate::tui::core::layout;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{ShowStatus, TextEdited};
use crate::tui::core::toast::Level;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::input::key::Key;
use crate::tui::input::tabs::Pane;
use crate::tui::input::typed::Typed;
use crate::tui::shell::count::{repeats, step};
use crate::tui::shell::dispatch::run_first_available;
use crate::tui::shell::model::Model;
use crate::tui::shell::share;
use crate::tui::widgets::list::Move;

/// Takes one event into the model. `model.cx.now` has been set to the time of the event.
pub fn update(model: &mut Model, event: Event) -> Vec<Effect> {
    model.note_place();
    take(model, event);
    model.fulfil();
    model.settle();
    model.fulfil();
    // Its tool may be found, open and filled in within one event.
    for _ in 0..3 {
        if model.awaited.is_some() {
            model.follow_preset();
            model.fulfil();
        }
    }
    model.lay_out();
    model.note_place();
    if model.cx.masked {
        share::learn(model);
    }
    model.cx.take_effects()
}

fn take(model: &mut Model, event: Event) {
    match event {
        Event::Key(key) if key.kind == KeyEventKind::Release => {}
        // A key that is no label ends it, and does nothing else: a slip of the finger is no order.
        Event::Key(_) if model.jump.is_some() => model.jump = None,
        Event::Key(key) => on_key(model, key),
        Event::Jump(letter, None) => model.jump.iter_mut().for_each(|jump| jump.push(letter)),
        Event::Jump(_, Some(target)) => {
            model.jump = None;
            take(model, Event::Click(target));
        }
        Event::Click(Target::Action(action)) => run_first_available(model, std::iter::once(action)),
        Event::Click(Target::Tab(tab)) if model.popups.is_empty() => {
            run_first_available(model, std::iter::once(tab.action()));
        }
        Event::Click(Target::Tab(_)) => {}
        Event::Click(Target::Status(status)) if model.popups.is_empty() => show_status(model, status),
        Event::Click(Target::Status(_)) => {}
        Event::Click(target) => on_click(model, target),
        Event::Scroll(target, rows) => {
            let rows = isize::try_from(rows).unwrap_or_default();
            model.in_component(|component, cx| component.input(&Input::Scroll(target, rows), cx));
        }
        Event::Paste(text) => on_typed(model, Typed::Paste(text)),
        Event::Resize(columns, rows) => model.cx.screen = layout::screen(columns, rows),
        Event::Focus(has_focus) => model.cx.has_focus = has_focus,
        Event::Tick | Event::Returned(Ok(Returned::Read)) => {}
        Event::Returned(Ok(Returned::Edited(text))) => model.deliver(Message::new(TextEdited(text))),
        Event::Returned(Err(fault)) => model.cx.say(Level::Problem, fault.to_string()),
        Event::Message(message) => model.deliver(message),
        Event::End(code) => model.cx.effect(Effect::Quit(code)),
        Event::Task(job, message) => {
            if model.cx.jobs.is_current(job) {
                model.deliver(message);
            }
        }
    }
}

/// Takes a key: of the actions it has here, the first that applies now, else the reason why none does; else it is
/// text.
fn on_key(model: &mut Model, key: KeyEvent) {
    model.forget_preset();
    model.cx.toasts.answer();
    let pressed = Key::of(&key);
    let contexts = model.contexts();
    let typing = contexts.first().is_some_and(|context| context.types());
    let bound: Vec<Action> = model.cx.keymap.bound(&contexts, pressed).map(|spec| spec.action).collect();
    let has_rows = !typing && contexts.iter().any(|context| context.has_rows());
    if has_rows && model.count.take_digit(pressed, bound.is_empty()) {
        return;
    }
    let count = model.count.finish();
    if bound.is_empty() || typing && pressed.types() {
        return on_typed(model, Typed::Key(key));
    }
    match count {
        Some(count) => run_counted(model, &bound, count),
        None => run_first_available(model, bound.into_iter()),
    }
}

/// Repeats a motion so many times; to the first or last row, a number goes to the row of that number. What is no
/// motion is done once.
fn run_counted(model: &mut Model, bound: &[Action], count: usize) {
    match bound.iter().find_map(|action| step(*action)) {
        Some(Move::Top | Move::Bottom) => {
            model.step(Move::Top);
            model.step(Move::By(1).times(count.saturating_sub(1)));
        }
        Some(step) => model.step(step.times(count)),
        None if bound.iter().copied().any(repeats) => {
            (0..count).for_each(|_| run_first_available(model, bound.iter().copied()));
        }
        None => run_first_available(model, bound.iter().copied()),
    }
}

/// Time in which a second click on a row is one of two.
const DOUBLE: Duration = Duration::from_millis(400);

/// Gives a click to what has the keyboard. The second of two on one row is Enter.
fn on_click(model: &mut Model, target: Target) {
    let now = model.cx.now.uptime;
    let before = model.clicked.replace((target, now));
    model.in_component(|component, cx| component.input(&Input::Click(target), cx));
    let is_second = before.is_some_and(|(last, at)| last == target && now.saturating_sub(at) <= DOUBLE);
    if is_second && matches!(target, Target::Row(Pane::List, _)) {
        model.clicked = None;
        on_key(model, KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE));
    }
}

/// Shows the accounts that the header counts: those of a status, or all that need somebody.
fn show_status(model: &mut Model, status: Option<usize>) {
    let word = match status {
        None => Some(NEEDS_YOU.to_owned()),
        Some(at) => model.cx.accounts.counts().get(at).map(|(status, _)| status.word().replace(' ', "-")),
    };
    word.into_iter().for_each(|word| model.deliver(Message::new(ShowStatus(word))));
}

/// Gives what is typed to what has the keyboard, and says so where not all of it fits there.
fn on_typed(model: &mut Model, typed: Typed) {
    let left_out = model.component().line().and_then(|line| line.left_out(&typed));
    model.in_component(|component, cx| component.input(&Input::Typed(typed), cx));
    if let Some(words) = left_out {
        model.cx.say(Level::Problem, words);
    }
}
