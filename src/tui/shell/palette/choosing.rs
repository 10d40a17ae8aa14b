//! Way of what was chosen in the palette to its place.

use crate::profile::{SourceEntry, SourceState};
use crate::tui::core::cx::Request;
use crate::tui::core::messages::{GoToAccount, GoToTool, OpenUnsent};
use crate::tui::core::toast::Level;
use crate::tui::environments::env_file::EnvFile;
use crate::tui::environments::opener::OpenOrder;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::spec::Spec;
use crate::tui::input::tabs::{Pane, Tab};
use crate::tui::shell::dispatch;
use crate::tui::shell::model::Model;
use crate::tui::shell::palette::entry::{Choice, Place};

/// Message: go where this is and do it. For the shell.
#[derive(Debug)]
pub struct Chosen(pub Choice);

impl Model {
    /// Leaves every popup by the way back, then goes where it was chosen to go.
    pub(in crate::tui::shell) fn go_to_chosen(&mut self, Chosen(choice): Chosen) {
        while let Some(mut popup) = self.popups.pop() {
            popup.close(&mut self.cx);
        }
        self.note_place();
        match choice {
            Choice::Do(action) => self.cx.request(Request::Do(action)),
            Choice::At(place, spec) => self.do_there(place, spec),
            Choice::Account(id) => self.cx.send(GoToAccount(id)),
            Choice::Tool(name) => self.cx.send(GoToTool(name)),
            Choice::Preset(preset) => self.open_preset(*preset),
            Choice::Unsent(input) => self.cx.send(OpenUnsent(input)),
            Choice::Environment(entry) => self.switch_to(*entry),
        }
    }

    /// Goes to the place of an action and does it there, or says why not.
    fn do_there(&mut self, place: Place, spec: &'static Spec) {
        match place {
            Place::Anywhere => {}
            Place::Pane(tab, pane) => self.go_to_pane(tab, pane, spec),
            Place::Environments => {
                dispatch::run_first_available(self, std::iter::once(Action::Environments));
                self.fulfil();
            }
        }
        if dispatch::availability(spec.action, self) == Availability::NotHere {
            return self.cx.say(Level::Reason, format!("“{}” does not apply here now.", spec.title));
        }
        dispatch::run_first_available(self, std::iter::once(spec.action));
    }

    fn go_to_pane(&mut self, tab: Tab, pane: Pane, spec: &Spec) {
        if self.cx.tab != tab {
            self.cx.request(Request::Show(tab));
            self.fulfil();
        }
        let context = self.component().context();
        let (lists, sides) = (
            [Context::Accounts, Context::Tools, Context::Input, Context::InputForm, Context::Activity],
            [Context::AccountDetail, Context::Schema, Context::Output, Context::Entry],
        );
        let is_elsewhere = match pane {
            Pane::List => sides.contains(&context),
            Pane::Side => lists.contains(&context),
        };
        if is_elsewhere && !spec.contexts.contains(&context) {
            dispatch::run_first_available(self, std::iter::once(Action::NextPane));
        }
        self.note_place();
    }

    /// Opens an environment; about a `.env` that was not agreed to, a question comes first.
    fn switch_to(&mut self, entry: SourceEntry) {
        match entry.state {
            SourceState::Asked(question, agreed) if agreed != Some(true) => EnvFile::open(question, &mut self.cx),
            _ => self.cx.send(OpenOrder::Switch(entry.source.request(), None)),
        }
    }
}
