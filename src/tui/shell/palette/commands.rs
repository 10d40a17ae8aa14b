//! Commands that the palette offers: those of the place where it was opened, then those of other places.

use crate::domain::Account;
use crate::order::StableOrder as _;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::spec::Spec;
use crate::tui::input::tabs::{Pane, Tab};
use crate::tui::shell::dispatch;
use crate::tui::shell::model::Model;
use crate::tui::shell::palette::entry::{Choice, Entry, Place};
use crate::tui::shell::palette::{Command, Palette};

/// Reason where what is typed in a popup would be lost.
const FORM_OPEN: &str = "Finish or close this form first.";

/// A palette for where the keyboard is.
pub fn offered(model: &Model) -> Palette {
    let blocked = model.component().context().holds_input().then_some(FORM_OPEN);
    let mut commands = here(model);
    commands.extend(elsewhere(model, blocked));
    commands.iter_mut().for_each(|command| command.entry.name_account(model));
    Palette::new(commands, blocked)
}

/// Commands of the place of the keyboard: what can be done first, then what cannot, with the reason.
fn here(model: &Model) -> Vec<Command> {
    let contexts = model.contexts();
    let mut offered: Vec<Command> = Vec::new();
    for spec in model.cx.keymap.reachable(&contexts).filter(|spec| !is_left_out(spec.action)) {
        let again = offered.iter().any(|command| command.entry.choice == Choice::Do(spec.action));
        let reason = match dispatch::availability(spec.action, model) {
            Availability::Yes => None,
            Availability::No(reason) => Some(reason),
            Availability::NotHere => continue,
        };
        if !again {
            let key = dispatch::keys_here(spec, &contexts, model).next().unwrap_or_default();
            let entry = Entry {
                label: spec.title.into(),
                key: key.to_owned(),
                note: spec.sentence.into(),
                reason,
                choice: Choice::Do(spec.action),
                by_letters: false,
            };
            offered.push(Command::new(spec, entry));
        }
    }
    offered.order_by_key(|command| command.entry.reason.is_some());
    offered
}

/// Commands of other places, in the order of the table.
fn elsewhere(model: &Model, blocked: Option<&'static str>) -> Vec<Command> {
    let contexts = model.contexts();
    let is_here = |spec: &Spec| spec.contexts.iter().any(|context| contexts.contains(context));
    let titles: Vec<_> =
        model.cx.keymap.reachable(&contexts).filter(|spec| !is_left_out(spec.action)).map(|spec| spec.title).collect();
    let mut offered: Vec<Command> = Vec::new();
    for (spec, keys) in model.cx.keymap.rows().filter(|(spec, _)| !is_here(spec) && !is_left_out(spec.action)) {
        let again = titles.contains(&spec.title) || offered.iter().any(|command| command.entry.label == spec.title);
        let Some(place) = home(spec, model.cx.tab).filter(|_| !again) else { continue };
        let refuses = || model.cx.environment.refuses(spec.action);
        let note = match place.name() {
            "" => spec.sentence.to_owned(),
            name => format!("{name}: {}", spec.sentence),
        };
        let entry = Entry {
            label: spec.title.into(),
            key: keys.first().cloned().unwrap_or_default(),
            note: note.into(),
            reason: blocked.or_else(refuses).map(Into::into),
            choice: Choice::At(place, spec),
            by_letters: false,
        };
        offered.push(Command::new(spec, entry));
    }
    offered
}

impl Entry {
    /// Says as whom a request would be sent, where one can be.
    fn name_account(&mut self, model: &Model) {
        let tab = match &self.choice {
            Choice::Do(Action::OpenRequest) => model.cx.tab,
            Choice::At(Place::Pane(tab, _), spec) if spec.action == Action::OpenRequest => *tab,
            _ => return,
        };
        let account = match tab {
            Tab::Tools => model.tools.account(&model.cx),
            _ => model.accounts.selected(&model.cx.accounts),
        };
        if let Some(Account { identifier, connection, .. }) = account {
            self.label = format!("{} as {identifier} on {connection}", self.label).into();
        }
    }
}

/// Whether nobody looks for it by name: it moves the cursor, or answers what is asked.
fn is_left_out(action: Action) -> bool {
    matches!(
        action,
        Action::Palette
            | Action::Choose
            | Action::Up
            | Action::Down
            | Action::PageUp
            | Action::PageDown
            | Action::Top
            | Action::Bottom
            | Action::FoldOrParent
            | Action::UnfoldOrChild
            | Action::NextColumn
            | Action::PreviousColumn
    )
}

/// Whether an action answers a question of the agent's run, and so means nothing from elsewhere.
fn answers(action: Action) -> bool {
    matches!(
        action,
        Action::AllowOnce
            | Action::AllowRun
            | Action::EditCall
            | Action::DenyCall
            | Action::Authorize
            | Action::GoOn
            | Action::OpenItem
    )
}

/// Place where a row is at home: on the screen that is shown, if it is there too. None for rows of popups.
fn home(spec: &'static Spec, shown: Tab) -> Option<Place> {
    let places = || spec.contexts.iter().filter_map(|context| place_of(*context, spec.action));
    places().find(|place| matches!(place, Place::Pane(tab, _) if *tab == shown)).or_else(|| places().next())
}

fn place_of(context: Context, action: Action) -> Option<Place> {
    Some(match context {
        Context::Everywhere | Context::Screen if action != Action::Back => Place::Anywhere,
        Context::Accounts | Context::AccountDetail => Place::Pane(Tab::Accounts, Pane::List),
        Context::Tools => Place::Pane(Tab::Tools, Pane::List),
        Context::Schema => Place::Pane(Tab::Tools, Pane::Side),
        Context::Input | Context::InputForm => Place::Pane(Tab::Playground, Pane::List),
        Context::Output => Place::Pane(Tab::Playground, Pane::Side),
        Context::Activity => Place::Pane(Tab::Activity, Pane::List),
        Context::Entry if action == Action::SwitchTold => return None,
        Context::Entry => Place::Pane(Tab::Activity, Pane::Side),
        Context::Agent if answers(action) => return None,
        Context::Agent => Place::Pane(Tab::Agent, Pane::List),
        Context::Message => Place::Pane(Tab::Agent, Pane::Side),
        Context::Checks | Context::Finding => Place::Pane(Tab::Checks, Pane::List),
        Context::Environments if action == Action::AddProfile => Place::Environments,
        _ => return None,
    })
}
