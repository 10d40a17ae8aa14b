//! Modifiers of the tool that is open: what of them is used, the input as it is sent, the result as it came.

pub mod tasks;
pub mod trust;
mod view;

pub(super) use view::head;

use self::tasks::{Aim, AnswerModifiers, InputModified, ModifiedInput, ModifiersAnswered, ModifyInput, ReadModifiers};
use crate::domain::{Fault, JsonText, Tool, ToolCall};
use crate::flow::modifiers::Selection;
use crate::json::Ignore;
use crate::profile::FileQuestion;
use crate::tui::core::cx::Cx;
use crate::tui::core::messages::ShowDifference;
use crate::tui::core::toast::Level;
use crate::tui::explorer::json_view::JsonView;
use crate::tui::input::action::Availability;
use crate::tui::input::tabs::Pane;
use crate::tui::playground::modifiers::tasks::ModifiersRead;
use crate::tui::playground::modifiers::trust::ModifiersQuestion;
use crate::tui::playground::output::Output;
use crate::tui::playground::screen::Playground;
use crate::tui::playground::tasks::RunTool;

/// Modifiers of the tool that is open.
#[derive(Default)]
pub struct ToolModifiers {
    /// Modifiers that are for the tool, as last read.
    pub selection: Selection,
    /// Whether they are used.
    pub usage: Usage,
    /// Input that was changed to be sent.
    pub(super) ready: Option<Box<ModifiedInput>>,
    /// The result in the other form than the one that is shown.
    pub(super) other: Option<OtherResult>,
}

/// Whether modifiers are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Usage {
    /// They are.
    #[default]
    On,
    /// Not for the next call.
    OffOnce,
    /// Not for this input, which was sent before as it stands.
    Replay,
}

/// A result in the form that is not shown.
pub struct OtherResult {
    pub(super) view: Box<JsonView>,
    /// Whether it is the one that came.
    pub(super) came: bool,
}

/// The person said whether the project's modifiers are used.
#[derive(Debug)]
pub struct AnsweredModifiers {
    question: FileQuestion,
    agreed: bool,
    aim: Aim,
}

/// Modifiers of a call that is sent.
#[derive(Clone, Debug, PartialEq)]
pub enum CallModifiers {
    /// None, whatever the files say.
    Off,
    /// These, if the files still say so.
    As(Selection),
}

impl CallModifiers {
    /// Those of a call that takes a result in this form.
    pub(super) fn selection(&self) -> Selection {
        match self {
            Self::Off => Selection::default(),
            Self::As(selection) => selection.clone(),
        }
    }
}

impl ToolModifiers {
    /// Whether they are used for the next call.
    pub(super) fn are_used(&self) -> bool {
        self.usage == Usage::On && !self.selection.is_empty()
    }

    /// Whether there is anything to say of them.
    pub(super) fn has_head(&self) -> bool {
        !self.selection.is_empty() || !self.selection.remarks.is_empty()
    }
}

impl Playground {
    /// The tool that is open; none for a request, which no modifier is for.
    fn tool(&self) -> Option<&Tool> {
        self.subject.as_ref().filter(|subject| !subject.is_request()).map(|subject| &subject.tool)
    }

    /// Rows of the head that tell of modifiers.
    pub(super) fn head_rows(&self) -> u16 {
        u16::from(self.tool().is_some() && self.modifiers.has_head())
    }

    /// Has the files read again.
    pub(super) fn read_modifiers(&self, cx: &mut Cx) {
        if let Some(tool) = self.tool() {
            cx.start(ReadModifiers { tool: tool.name.clone() });
        }
    }

    /// Takes what the files say now.
    pub(super) fn modifiers_read(&mut self, ModifiersRead(tool, selection): ModifiersRead, cx: &mut Cx) {
        cx.jobs.finish(ReadModifiers::SLOT);
        if self.tool().is_some_and(|open| open.name == tool) {
            self.take_selection(selection, cx);
        }
    }

    fn take_selection(&mut self, selection: Result<Selection, Fault>, cx: &mut Cx) {
        match selection {
            Ok(selection) => self.modifiers.selection = selection,
            Err(fault) => cx.say(Level::Problem, fault.to_string()),
        }
    }

    /// Whether modifiers can be turned off or on.
    pub(super) fn can_toggle_modifiers(&self) -> Availability {
        match self.tool() {
            None => Availability::NotHere,
            Some(_) => Availability::when(!self.modifiers.selection.is_empty(), "No modifier is for this tool."),
        }
    }

    /// Turns modifiers off for the next call, or on again.
    pub(super) fn toggle_modifiers(&mut self, cx: &mut Cx) {
        let (usage, said) = match self.modifiers.usage {
            Usage::On => (Usage::OffOnce, "Modifiers are off for the next call."),
            Usage::OffOnce | Usage::Replay => (Usage::On, "Modifiers are on."),
        };
        self.modifiers.usage = usage;
        cx.say(Level::Note, said);
    }

    /// Whether the input can be looked at as it is sent.
    pub(super) fn can_show_sent(&self) -> Availability {
        match (self.tool(), &self.syntax) {
            (None, _) => Availability::NotHere,
            (Some(_), Some(_)) => Availability::No("The input is not valid JSON.".into()),
            (Some(_), None) if self.modifiers.selection.question.is_some() => Availability::Yes,
            (Some(_), None) => {
                let changes = self.modifiers.selection.changes_input() || self.modifiers.selection.require().is_err();
                Availability::when(changes, "No modifier changes the input of this tool.")
            }
        }
    }

    /// Whether the result can be looked at in its other form.
    pub(super) fn can_switch_result(&self) -> Availability {
        let is_done = matches!(self.output, Output::Done(..));
        Availability::when(is_done && self.modifiers.other.is_some(), "No modifier changed the result.")
    }

    /// Shows the result in its other form.
    pub(super) fn switch_result(&mut self) {
        let (Output::Done(view, ..), Some(other)) = (&mut self.output, &mut self.modifiers.other) else { return };
        std::mem::swap(view, &mut other.view);
        other.came = !other.came;
        self.read_content();
    }

    /// Has the input changed as it is before it is sent; asks about the project's modifiers first.
    pub(super) fn modify(&mut self, aim: Aim, cx: &mut Cx) {
        if let Some(question) = self.modifiers.selection.question.clone() {
            return ModifiersQuestion::open(question, aim, cx);
        }
        let Some(subject) = self.subject.as_ref().filter(|subject| !subject.is_request()) else { return };
        let (tool, person) = (&subject.tool, subject.identifier.clone());
        let Ok(typed) = JsonText::parse(self.input_text().to_owned()) else { return };
        let (tool, schema) = (tool.name.clone(), tool.input_schema.clone());
        cx.start(ModifyInput { tool, person, schema, typed, aim, validators: self.validators.clone() });
    }

    /// Takes an answer about the project's modifiers.
    pub(super) fn answer_modifiers(&self, AnsweredModifiers { question, agreed, aim }: AnsweredModifiers, cx: &mut Cx) {
        if let Some(tool) = self.tool() {
            cx.start(AnswerModifiers { question, agreed, tool: tool.name.clone(), aim });
        }
    }

    /// Goes on with what was asked about.
    pub(super) fn modifiers_answered(&mut self, answered: ModifiersAnswered, cx: &mut Cx) {
        cx.jobs.finish(ReadModifiers::SLOT);
        let ModifiersAnswered { aim, selection, not_kept } = answered;
        if let Some(fault) = not_kept {
            cx.say(Level::Problem, format!("Not kept: {fault}"));
        }
        let can_go_on = selection.is_ok();
        self.take_selection(selection, cx);
        match aim {
            Aim::Run { again } if can_go_on => self.ask_to_run(again, cx),
            Aim::Show if can_go_on && self.modifiers.selection.changes_input() => self.modify(aim, cx),
            _ => {}
        }
    }

    /// Sends or shows the input as it was changed.
    pub(super) fn input_modified(&mut self, InputModified(aim, modified): InputModified, cx: &mut Cx) {
        cx.jobs.finish(ModifyInput::SLOT);
        let modified = match modified {
            Ok(modified) => modified,
            Err(fault) if aim == Aim::Show => return cx.say(Level::Problem, fault.to_string()),
            Err(fault) => {
                self.modifiers.other = None;
                self.output = Output::Failed(fault, std::time::Duration::ZERO, None);
                self.focus = Pane::Side;
                return;
            }
        };
        if modified.typed.raw() != self.input_text() {
            return cx.say(Level::Note, "The input was changed meanwhile. Nothing was sent.");
        }
        self.modifiers.selection = modified.selection.clone();
        match aim {
            Aim::Show => {
                let side = |name: &str, input: &JsonText| (name.to_owned(), input.clone());
                let (left, right) = (side("as typed", &modified.typed), side("as sent", &modified.sent));
                cx.send(ShowDifference { left, right, inputs: true, ignore: Ignore::default() });
            }
            Aim::Run { again } => {
                self.modifiers.ready = Some(modified);
                self.ask_to_send(again, cx);
            }
        }
    }

    /// The input that is ready to be sent; none where it goes out as it was typed.
    pub(super) fn ready_input(&self) -> Option<&ModifiedInput> {
        let ready = self.modifiers.ready.as_deref()?;
        (self.modifiers.are_used() && ready.typed.raw() == self.input_text()).then_some(ready)
    }

    /// The call as it is sent, and the modifiers that take part in it. None where an input that has to be changed first
    /// is not.
    pub(super) fn call_to_send(&mut self) -> Option<(ToolCall, CallModifiers)> {
        let call = self.call()?;
        if self.modifiers.usage != Usage::On {
            return Some((call, CallModifiers::Off));
        }
        if !self.modifiers.are_used() {
            return Some((call, CallModifiers::As(Selection::default())));
        }
        self.ready_input()?;
        let ready = self.modifiers.ready.take()?;
        Some((ToolCall { input: ready.sent, ..call }, CallModifiers::As(ready.selection)))
    }

    /// Takes note that a call was sent.
    pub(super) fn modifiers_sent(&mut self) {
        self.modifiers.ready = None;
        self.modifiers.other = None;
        if self.modifiers.usage == Usage::OffOnce {
            self.modifiers.usage = Usage::On;
        }
    }

    /// Forgets what belongs to another tool.
    pub(super) fn reset_modifiers(&mut self) {
        self.modifiers = ToolModifiers::default();
    }

    /// Reads the files again after a call, which may have failed for what stands there now.
    pub(super) fn follow_call(&self, cx: &mut Cx) {
        if !cx.is_running(RunTool::SLOT) {
            self.read_modifiers(cx);
        }
    }
}
