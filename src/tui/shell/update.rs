//! The one place where the model changes: an event in, effects out, no I/O, no clock.

use crossterm::event::{KeyEvent, KeyEventKind};

use crate::tui::core::component::Input;
use crate::tui::core::effect::Effect;
use crate::tui::core::event::Event;
use crate::tui::core::layout;
use crate::tui::core::message::Message;
use crate::tui::core::messages::TextEdited;
use crate::tui::core::toast::Level;
use crate::tui::input::action::Action;
use crate::tui::input::actions::Spec;
use crate::tui::input::hit_test::Target;
use crate::tui::input::key::Key;
use crate::tui::input::tabs::{Pane, Tab};
use crate::tui::input::typed::Typed;
use crate::tui::runtime::external_program::HandedBack;
use crate::tui::shell::model::Model;
use crate::tui::shell::outcomes;
use crate::tui::shell::perform;
use crate::tui::shell::popup::Popup;
use crate::tui::shell::typing;
use crate::tui::widgets::list::Move;

/// Takes one event into the model. `model.cx.now` has been set to the time of the event.
pub fn update(model: &mut Model, event: Event) -> Vec<Effect> {
    model.note_place();
    let mut effects = take_in(model, event);
    effects.extend(model.fulfil());
    let uptime = model.cx.now.uptime;
    model.accounts.follow(&model.cx.accounts, uptime);
    effects.extend(perform::read_what_is_looked_at(model));
    model.settle();
    effects.extend(model.fulfil());
    model.lay_out();
    effects.extend(model.cx.take_effects());
    model.note_place();
    effects
}

fn take_in(model: &mut Model, event: Event) -> Vec<Effect> {
    match event {
        Event::Key(key) if key.kind == KeyEventKind::Release => Vec::new(),
        Event::Key(key) => on_key(model, key),
        Event::Click(target) => on_click(model, target),
        Event::Scroll(target, rows) => on_scroll(model, target, rows),
        Event::Paste(text) => typing::take(model, &Typed::Paste(text)),
        Event::Resize(columns, rows) => {
            model.cx.screen = layout::screen(columns, rows);
            model.rearrange()
        }
        Event::Tick => Vec::new(),
        Event::HandedBack(Ok(HandedBack::Edited(text))) => model.deliver(Message::new(TextEdited(text))),
        Event::HandedBack(Ok(HandedBack::Read)) => Vec::new(),
        Event::HandedBack(Err(fault)) => {
            model.cx.toasts.say(Level::Problem, fault.to_string(), model.cx.now.uptime);
            Vec::new()
        }
        Event::Message(message) => model.deliver(message),
        Event::End(code) => vec![Effect::Quit(code)],
        Event::Task(job, outcome) if model.cx.jobs.is_current(job) => outcomes::take(model, job.slot, outcome),
        Event::Task(..) => Vec::new(),
    }
}

/// Of everything this key could do here, the first that applies now; else the reason why it does not;
/// else it is text.
fn on_key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    model.cx.toasts.answer();
    let pressed = Key::of(&key);
    let contexts = model.contexts();
    let typing = contexts.first().is_some_and(|context| context.types());
    let bound: Vec<&Spec> = model.cx.keymap.bound(&contexts, pressed).collect();
    if bound.is_empty() || typing && pressed.types() {
        return typing::take(model, &Typed::Key(key));
    }
    perform::attempt(model, bound.iter().map(|spec| spec.action))
}

fn on_click(model: &mut Model, target: Target) -> Vec<Effect> {
    let is_shell = matches!(target, Target::Action(_) | Target::Tab(_));
    if !is_shell && model.in_room(|room, cx| room.input(&Input::Click(target), cx)).is_some() {
        return Vec::new();
    }
    match target {
        Target::Action(action) => return perform::attempt(model, std::iter::once(action)),
        Target::Tab(tab) if model.popups.is_empty() => {
            return perform::attempt(model, std::iter::once(tab.action()));
        }
        Target::Entry(row) => match model.popups.last_mut() {
            Some(Popup::NewAccount(form)) => {
                form.point_at(row);
                return perform::attempt(model, std::iter::once(Action::Submit));
            }
            Some(Popup::Credentials(form)) => form.go_to(row),
            _ => {}
        },
        Target::Pane(pane) if model.popups.is_empty() => model.set_focus(pane),
        Target::Row(pane, row) if model.popups.is_empty() => {
            model.set_focus(pane);
            let height = model.page_height();
            match (model.cx.tab, pane) {
                (Tab::Accounts, Pane::List) => model.accounts.select(row, height),
                (Tab::Activity, Pane::Side) => {
                    if let Some(view) = model.explorer_mut() {
                        view.click(row);
                    }
                }
                _ => {}
            }
        }
        Target::Tab(_) | Target::Pane(_) | Target::Row(..) | Target::Popup => {}
    }
    Vec::new()
}

fn on_scroll(model: &mut Model, target: Target, rows: i32) -> Vec<Effect> {
    let rows = isize::try_from(rows).unwrap_or_default();
    if model.in_room(|room, cx| room.input(&Input::Scroll(target, rows), cx)).is_some() {
        return Vec::new();
    }
    if !model.popups.is_empty() {
        return Vec::new();
    }
    let pane = match target {
        Target::Row(pane, _) | Target::Pane(pane) => pane,
        _ => return Vec::new(),
    };
    let focus = model.focus();
    model.set_focus(pane);
    let height = model.page_height();
    match (model.cx.tab, pane) {
        (Tab::Accounts, Pane::List) => {
            model.accounts.scroll(rows, height);
        }
        _ => model.step(Move::By(rows)),
    }
    // Turning the wheel looks at a pane without moving the keyboard into it.
    model.set_focus(focus);
    Vec::new()
}
