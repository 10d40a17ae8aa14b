//! Popup: the presets of one tool, to be filled in, saved under a name, deleted.

pub mod tasks;
mod view;

use ratatui::layout::Rect;

use crate::domain::{Fault, FaultKind, JsonText, ToolName};
use crate::journal::{IfTaken, Preset, PresetName};
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::core::messages::Ask;
use crate::tui::core::state::subject::Subject;
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::typed::Line;
use crate::tui::playground::presets::tasks::{PresetList, PresetStep, PresetTask};
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::Cursor;
use crate::tui::widgets::typing::filter::Filter;

/// Reason why an input is not saved.
const NOT_JSON: &str = "The input is not valid JSON: only valid input is saved.";

/// The list, and the name that is being typed.
pub struct Presets {
    /// Tool that the presets are for.
    tool: ToolName,
    /// Presets that are saved; none while they are being read.
    kept: Option<Vec<Preset>>,
    /// The preset under the cursor.
    cursor: Cursor,
    /// The name to save under; none while the list has the keyboard.
    pub naming: Option<Filter>,
    /// Reason why something could not be done, safe to show.
    broken: Option<String>,
    screen: Rect,
}

/// The presets were read, after some work on them, or that failed.
#[derive(Debug)]
pub struct PresetsReport(pub Result<PresetList, Fault>);

/// Fill the input with a preset.
#[derive(Debug)]
pub struct FillInPreset(pub Preset);

/// Save the input under this name.
#[derive(Debug)]
pub(super) struct SaveInput {
    name: PresetName,
    taken: IfTaken,
}

/// Delete a preset of the tool.
#[derive(Debug)]
struct DeletePreset(PresetName);

impl PresetsReport {
    /// Says what came of the work, where the list is closed already.
    pub(super) fn after_closing(self, cx: &mut Cx) {
        cx.jobs.finish(PresetTask::SLOT);
        match self.0.map(|list| list.said) {
            Ok(said) => said.into_iter().for_each(|said| cx.say(Level::Done, said)),
            Err(fault) => cx.say(Level::Problem, fault.to_string()),
        }
    }
}

impl SaveInput {
    /// Saves the input of the tool, if it is JSON.
    pub(super) fn start(self, subject: Option<&Subject>, input: &str, cx: &mut Cx) {
        let Some(subject) = subject else { return };
        match JsonText::parse(input.to_owned()) {
            Ok(arguments) => {
                let step = PresetStep::Save(self.name, arguments, self.taken);
                cx.start(PresetTask { tool: subject.tool.name.clone(), step });
            }
            Err(_) => cx.send(PresetsReport(Err(Fault::new(FaultKind::InvalidInput, NOT_JSON)))),
        }
    }
}

impl Presets {
    /// Shows those of a tool.
    pub(super) fn open(tool: ToolName, cx: &mut Cx) {
        cx.start(PresetTask { tool: tool.clone(), step: PresetStep::Read });
        let (cursor, screen) = (Cursor::default(), Rect::default());
        cx.open(Self { tool, kept: None, cursor, naming: None, broken: None, screen });
    }

    /// All that is here.
    fn all(&self) -> &[Preset] {
        self.kept.as_deref().unwrap_or_default()
    }

    /// The preset under the cursor.
    fn selected(&self) -> Option<&Preset> {
        self.all().get(self.cursor.row)
    }

    /// The preset that would be replaced by saving under the name that is typed.
    fn replaced(&self) -> Option<&Preset> {
        let typed = self.naming.as_ref()?.text().trim();
        self.all().iter().find(|preset| preset.name.raw() == typed)
    }

    fn height(&self) -> usize {
        view::rows_shown(self.screen, self.all().len())
    }

    fn start(&self, step: PresetStep, cx: &mut Cx) {
        cx.start(PresetTask { tool: self.tool.clone(), step });
    }

    /// Has the input saved under the name that was typed.
    fn save(&mut self, cx: &mut Cx) {
        let Some(naming) = &self.naming else { return };
        let taken = if self.replaced().is_some() { IfTaken::Replace } else { IfTaken::Refuse };
        match PresetName::parse(naming.text()) {
            Ok(name) => cx.send(SaveInput { name, taken }),
            Err(fault) => self.broken = Some(fault.message.into()),
        }
    }

    fn ask_to_delete(&self, cx: &mut Cx) {
        let Some(preset) = self.selected() else { return };
        cx.send(Ask {
            title: "Delete a preset".into(),
            lines: vec![format!("“{}” of {} is gone then, for every account.", preset.name, self.tool)],
            yes: "delete it".into(),
            then: Message::new(DeletePreset(preset.name.clone())),
        });
    }

    /// Takes the list that was read. The cursor is on the preset that was saved, else where it was.
    fn read(&mut self, list: PresetList) {
        if list.said.is_some() {
            self.broken = None;
        }
        let saved = list.saved.map(|preset| preset.name);
        if saved.is_some() {
            self.naming = None;
        }
        let before = saved.or_else(|| self.selected().map(|preset| preset.name.clone()));
        self.kept = Some(list.kept);
        let row = self.all().iter().position(|preset| Some(&preset.name) == before.as_ref());
        self.cursor.go(row.unwrap_or(self.cursor.row), self.all().len(), self.height());
    }

    fn report(&mut self, result: Result<PresetList, Fault>, cx: &mut Cx) {
        cx.jobs.finish(PresetTask::SLOT);
        match result {
            Ok(list) => {
                if let Some(said) = &list.said {
                    cx.say(Level::Done, said.clone());
                }
                self.read(list);
            }
            Err(fault) => {
                self.kept.get_or_insert_default();
                // Somebody else has made it meanwhile: it is looked at before it is replaced.
                if fault.kind == FaultKind::Conflict {
                    self.start(PresetStep::Read, cx);
                }
                self.broken = Some(fault.to_string());
            }
        }
    }
}

impl Component for Presets {
    fn context(&self) -> Context {
        if self.naming.is_some() { Context::PresetName } else { Context::Presets }
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        let is_busy = cx.is_running(PresetTask::SLOT);
        match action {
            Action::Back if self.naming.is_some() => Availability::Yes,
            Action::Submit => Availability::when(!is_busy, "It is being saved already."),
            Action::FillInPreset | Action::SavePreset | Action::DeletePreset if is_busy => {
                Availability::No("Still reading what is saved.".into())
            }
            Action::SavePreset => Availability::when(cx.draft.is_json, NOT_JSON),
            Action::FillInPreset | Action::DeletePreset => Availability::here(self.selected().is_some()),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            // From the name to the list.
            Action::Back => (self.naming, self.broken) = (None, None),
            Action::Submit => self.save(cx),
            Action::SavePreset => (self.naming, self.broken) = (Some(Filter::being_typed()), None),
            Action::FillInPreset => {
                if let Some(preset) = self.selected() {
                    cx.close();
                    cx.send(FillInPreset(preset.clone()));
                }
            }
            Action::DeletePreset => self.ask_to_delete(cx),
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, _cx: &mut Cx) {
        match (input, &mut self.naming) {
            (Input::Typed(typed), Some(naming)) => {
                naming.take(typed);
            }
            (Input::Step(step), _) => self.cursor.step(*step, self.all().len(), self.height()),
            (Input::Click(Target::Entry(row)), _) => self.cursor.row = *row,
            _ => {}
        }
    }

    fn line(&self) -> Option<Line> {
        self.naming.as_ref().map(Filter::capacity)
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let taken = message.take().map(|PresetsReport(result)| self.report(result, cx));
        taken.or_else(|message| message.take().map(|DeletePreset(name)| self.start(PresetStep::Delete(name), cx)))
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        self.screen = body.area;
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }
}
