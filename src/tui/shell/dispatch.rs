//! Way of an action to a component: what opens environments, then what has the keyboard, then the program as a
//! whole, then the shell itself. The first that knows it decides whether it applies.

use std::time::Duration;

use crate::tui::core::component::Component;
use crate::tui::core::effect::Effect;
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::spec::Spec;
use crate::tui::shell::count::step;
use crate::tui::shell::help::{self, Help};
use crate::tui::shell::jump::Jump;
use crate::tui::shell::model::Model;
use crate::tui::shell::palette::{self, Palette};

/// Takers of an action, in the order in which they are asked.
#[derive(Clone, Copy)]
enum Taker {
    Opener,
    Component,
    Desktop,
    Shell,
}

/// Whether `action` applies right now, and if not, why.
pub fn availability(action: Action, model: &Model) -> Availability {
    asked(action, model).1
}

/// The taker that knows an action, and its answer.
fn asked(action: Action, model: &Model) -> (Taker, Availability) {
    let refuses = || model.cx.environment.refuses(action);
    let shows_all = || (model.cx.masked && action.lends_the_terminal()).then_some(SHOWS_ALL);
    let components: [(Taker, &dyn Component); 3] =
        [(Taker::Opener, &model.opener), (Taker::Component, model.component()), (Taker::Desktop, &model.desktop)];
    for (taker, component) in components {
        match component.availability(action, &model.cx) {
            Availability::NotHere => {}
            known => return (taker, known.unless_lacking(refuses).unless_lacking(shows_all)),
        }
    }
    (Taker::Shell, of_shell(action, model).unless_lacking(refuses))
}

/// Reason against another program on the screen while things are masked here.
const SHOWS_ALL: &str = "Screen-share mode is on, and another program would show what it masks.";

/// Whether the shell does it itself.
fn of_shell(action: Action, model: &Model) -> Availability {
    let is_covered = !model.popups.is_empty();
    match action {
        // Its own key closes it.
        Action::Help => Availability::here(!is_uppermost::<Help>(model)),
        motion if step(motion).is_some() => Availability::Yes,
        Action::Jump | Action::Redraw => Availability::Yes,
        Action::Back => Availability::here(is_covered),
        Action::Palette => Availability::here(!is_uppermost::<Palette>(model)),
        Action::Zoom if is_covered => Availability::NotHere,
        Action::Zoom => {
            Availability::when(model.cx.body().fits_two(), "This terminal has room for one pane, and shows that.")
        }
        _ => Availability::NotHere,
    }
}

/// Does the first of `actions` that applies now; where none does, says why.
pub(super) fn run_first_available(model: &mut Model, actions: impl Iterator<Item = Action>) {
    let mut reason = None;
    for action in actions {
        match asked(action, model) {
            (taker, Availability::Yes) => return run(model, taker, action),
            (_, Availability::No(why)) => reason = reason.or(Some(why)),
            (_, Availability::NotHere) => {}
        }
    }
    if let Some(why) = reason {
        model.cx.say(Level::Reason, why);
    }
}

/// Time in which a second wish to quit is meant.
const MEANT: Duration = Duration::from_secs(5);

/// Whether the program does not end yet: somebody has something to lose and has not said so twice.
fn holds_back_quit(model: &mut Model) -> bool {
    let uptime = model.cx.now.uptime;
    let asked = model.cx.quit_asked.replace(uptime);
    let is_meant = asked.is_some_and(|asked| uptime.saturating_sub(asked) <= MEANT);
    let screens = model.screens().into_iter().map(|screen| screen as &dyn Component);
    let popups = model.popups.iter().map(|popup| popup.as_ref());
    let reason = popups.chain(screens).find_map(|component| component.holds_back_quit(&model.cx));
    let Some(reason) = reason.filter(|_| !is_meant) else { return false };
    let again = match model.cx.key_for(Action::Quit) {
        "" => String::new(),
        key => format!(" Press {key} again to quit anyway."),
    };
    model.cx.say(Level::Reason, format!("{reason}{again}"));
    true
}

fn run(model: &mut Model, taker: Taker, action: Action) {
    if action == Action::Quit && holds_back_quit(model) {
        return;
    }
    match taker {
        Taker::Opener => model.opener.act(action, &mut model.cx),
        Taker::Component => model.in_component(|component, cx| component.act(action, cx)),
        Taker::Desktop => model.desktop.act(action, &mut model.cx),
        Taker::Shell => run_in_shell(model, action),
    }
}

fn run_in_shell(model: &mut Model, action: Action) {
    match action {
        Action::Jump => model.jump = Some(Jump::default()),
        Action::Redraw => model.cx.effect(Effect::Redraw),
        Action::Help => {
            let help = help::told(model);
            model.cx.open(help);
        }
        Action::Palette => {
            let palette = palette::offered(model);
            palette.load(&mut model.cx);
            model.cx.open(palette);
        }
        Action::Zoom => model.cx.zoomed = !model.cx.zoomed,
        Action::Back => {
            if let Some(mut popup) = model.popups.pop() {
                popup.close(&mut model.cx);
                model.note_place();
            }
        }
        motion => step(motion).into_iter().for_each(|step| model.step(step)),
    }
}

fn is_uppermost<T: Component>(model: &Model) -> bool {
    model.popups.last().is_some_and(|popup| popup.downcast_ref::<T>().is_some())
}

/// Keys that do the action of a row where the keyboard is: those that no other action takes first. Of a row that does
/// not apply, those that it would have.
pub fn keys_here<'a>(spec: &'static Spec, contexts: &'a [Context], model: &'a Model) -> impl Iterator<Item = &'a str> {
    let taken = move |key: &&str| {
        let first = model.cx.keymap.claiming(contexts, key).find(|row| availability(row.action, model).is_yes());
        first.is_some_and(|row| row.action != spec.action)
    };
    model.cx.keymap.written(spec).iter().map(String::as_str).filter(move |key| !taken(key))
}
