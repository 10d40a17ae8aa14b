//! A result part by part, in the place of its JSON: the usual face of what a server answered.

use crate::domain::{ServerAccount, ToolOrigin};
use crate::tui::core::component::Input;
use crate::tui::core::cx::Cx;
use crate::tui::explorer::actions as explorer;
use crate::tui::explorer::content::ContentView;
use crate::tui::explorer::content::actions::{self as content, PartOpening};
use crate::tui::explorer::content::popup::ContentPopup;
use crate::tui::explorer::content::tasks::Wanted;
use crate::tui::input::action::{Action, Availability};
use crate::tui::playground::screen::{Output, Playground};

/// The parts, and whether they are what is shown.
pub struct ContentFace {
    /// The parts.
    pub view: ContentView,
    /// Whether they are shown, and not the JSON.
    pub is_shown: bool,
}

impl Playground {
    /// Reads the parts of the result, where a server gave it.
    pub(in crate::tui::playground) fn read_content(&mut self) {
        let is_server =
            self.subject.as_ref().is_some_and(|subject| matches!(subject.tool.origin, ToolOrigin::Server(_)));
        self.content = match &self.output {
            Output::Done(view, ..) if is_server => {
                ContentView::of_result(view.document(), &view.name()).map(|view| ContentFace { view, is_shown: true })
            }
            _ => None,
        };
    }

    /// The parts, where they are what is shown.
    pub(in crate::tui::playground) fn shown_content(&self) -> Option<&ContentView> {
        self.content.as_ref().filter(|face| face.is_shown).map(|face| &face.view)
    }

    /// Whether an action applies to the result as it is shown.
    pub(in crate::tui::playground) fn explores(&self, action: Action) -> Availability {
        let json = |action| explorer::availability(self.output.view(), action);
        let Some(view) = self.shown_content() else {
            return match action {
                Action::SwitchContent => Availability::here(self.content.is_some()),
                action => json(action),
            };
        };
        match action {
            Action::SwitchContent => Availability::Yes,
            Action::OpenPart | Action::SavePart | Action::Copy => content::availability(view, action),
            // What the document as a whole is for works on it from here as well.
            Action::Query
            | Action::Find
            | Action::ToggleTable
            | Action::ToggleRaw
            | Action::Page
            | Action::Save
            | Action::CopyMenu
            | Action::CopyPath
            | Action::CopyPointer => json(action),
            _ => Availability::NotHere,
        }
    }

    /// Carries out an action on the result as it is shown.
    pub(in crate::tui::playground) fn explore_by(&mut self, action: Action, cx: &mut Cx) {
        let Some(face) = &mut self.content else { return self.explore_json(action, cx) };
        match action {
            Action::SwitchContent => face.is_shown = !face.is_shown,
            Action::OpenPart if face.is_shown => self.open_part(cx),
            Action::SavePart | Action::Copy if face.is_shown => content::act(&face.view, action, cx),
            action => {
                // These show the JSON, so that what they do is seen.
                if matches!(action, Action::Find | Action::ToggleTable | Action::ToggleRaw | Action::Query) {
                    face.is_shown = false;
                }
                self.explore_json(action, cx);
            }
        }
    }

    fn explore_json(&mut self, action: Action, cx: &mut Cx) {
        if let Some(view) = self.output.view_mut() {
            explorer::act(view, action, cx);
        }
    }

    fn open_part(&mut self, cx: &mut Cx) {
        match self.shown_content().and_then(content::open) {
            Some(PartOpening::Explore(filter, document)) => {
                if let (Some(face), Some(view)) = (&mut self.content, self.output.view_mut()) {
                    face.is_shown = false;
                    view.push(filter, 1, document);
                }
            }
            Some(PartOpening::Read(uri)) => {
                if let Some(subject) = &self.subject {
                    let whose = ServerAccount {
                        account: subject.account.clone(),
                        connection: subject.connection.clone(),
                        identifier: subject.identifier.clone(),
                    };
                    ContentPopup::open(whose, Wanted::Resource(uri), cx);
                }
            }
            None => {}
        }
    }

    /// Goes from the JSON back to the parts. Whether there are any.
    pub(in crate::tui::playground) fn back_to_content(&mut self) -> bool {
        match &mut self.content {
            Some(face) if !face.is_shown => {
                face.is_shown = true;
                true
            }
            Some(_) | None => false,
        }
    }

    /// Takes steps and clicks in the result as it is shown.
    pub(in crate::tui::playground) fn explore_input(&mut self, input: &Input, cx: &mut Cx) {
        match &mut self.content {
            Some(face) if face.is_shown => content::input(&mut face.view, input),
            _ => {
                if let Some(view) = self.output.view_mut() {
                    explorer::input(view, input, cx);
                }
            }
        }
    }
}
