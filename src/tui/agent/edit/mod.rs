//! Popup: the input of a call that a model wishes for, changed before it is sent.

pub mod tasks;
mod view;

use ratatui::layout::Rect;

use crate::agent::CallDecision;
use crate::agent::CallRow;
use crate::domain::{Identifier, JsonText};
use crate::json::pretty;
use crate::tui::agent::edit::tasks::{CallChecked, CheckCall};
use crate::tui::agent::line::Decided;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::effect::{Effect, ExternalProgram};
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::core::messages::TextEdited;
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::typed::Typed;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::typing::editor::Editor;

/// The input as it is changed.
pub(super) struct EditPopup {
    call: CallRow,
    identifier: Identifier,
    editor: Editor,
    /// What is wrong with the input as it was last checked, safe to show.
    problems: Vec<String>,
    /// The text that these are about: sent again unchanged, it goes out all the same.
    checked: Option<String>,
}

impl EditPopup {
    /// Opens the popup with the input that would be sent.
    pub(super) fn open(call: &CallRow, identifier: &Identifier, cx: &mut Cx) {
        let text = match call.sent() {
            Ok(input) => pretty(input),
            Err(text) => text.raw().to_owned(),
        };
        cx.open(Self {
            call: call.clone(),
            identifier: identifier.clone(),
            editor: Editor::new(&text),
            problems: Vec::new(),
            checked: None,
        });
    }

    fn submit(&mut self, cx: &mut Cx) {
        let input = match JsonText::parse(self.editor.text().to_owned()) {
            Ok(input) => input,
            Err(error) => return cx.say(Level::Reason, format!("The input is not valid JSON: {error}.")),
        };
        if self.checked.as_deref() == Some(self.editor.text()) {
            return self.send(input, cx);
        }
        cx.start(CheckCall {
            tool: self.call.tool.clone(),
            connection: self.call.connection.clone(),
            identifier: self.identifier.clone(),
            input,
        });
    }

    fn send(&self, input: JsonText, cx: &mut Cx) {
        cx.close_popup::<Self>();
        cx.send(Decided(self.call.id.clone(), CallDecision::Edited(input)));
    }

    fn take(&mut self, CallChecked(input, result): CallChecked, cx: &mut Cx) {
        cx.jobs.finish(CheckCall::SLOT);
        self.problems = match result {
            Ok(problems) => problems,
            Err(fault) => vec![format!("It could not be checked: {fault}")],
        };
        self.checked = Some(self.editor.text().to_owned());
        if self.problems.is_empty() {
            self.send(input, cx);
        }
    }
}

impl Component for EditPopup {
    fn context(&self) -> Context {
        Context::CallInput
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        match action {
            Action::Submit => Availability::when(!cx.is_running(CheckCall::SLOT), "The input is being checked."),
            Action::Edit => Availability::Yes,
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Submit => self.submit(cx),
            Action::Edit => cx.effect(Effect::Lend(ExternalProgram::Edit(self.editor.text().to_owned()))),
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, _cx: &mut Cx) {
        match input {
            Input::Typed(Typed::Key(key)) => drop(self.editor.key(*key)),
            Input::Typed(Typed::Paste(text)) => self.editor.paste(text),
            Input::Step(_) | Input::Click(_) | Input::Scroll(..) => {}
        }
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        message
            .take()
            .map(|TextEdited(text)| self.editor.replace(&text))
            .or_else(|message| message.take().map(|checked| self.take(checked, cx)))
    }

    fn layout(&mut self, _body: Body, _cx: &Cx) {}

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self, Rect { height: cx.screen.height.saturating_sub(1), ..cx.screen });
    }

    fn close(&mut self, cx: &mut Cx) {
        cx.cancel(CheckCall::SLOT);
    }
}
