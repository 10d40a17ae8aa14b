//! Popup: one line that the agent's screen needs: a reason, the id of a model, or a key.

mod view;

use crate::agent::CallDecision;
use crate::domain::Untrusted;
use crate::tui::agent::tasks::{KeepKey, KeyKept, ModelAsking};
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::message::Message;
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::typed::{Line, Typed};
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::typing::line_input::LineInput;

/// Characters of a reason, and of a model's id.
const MOST: usize = 1_000;

/// Use of the line.
#[derive(Clone, Debug)]
pub(super) enum Purpose {
    /// Reason for refusing the call of this id; name of its tool, safe to show.
    Reason(Untrusted, String),
    /// Id of a model.
    Model,
    /// Key for the models' server of this name.
    Key(String, ModelAsking),
}

/// The line as it is typed.
pub(super) struct LinePopup {
    purpose: Purpose,
    input: LineInput,
    /// Reason why it was not taken, safe to show.
    refused: Option<String>,
}

/// Decide on a call that waits.
#[derive(Debug)]
pub(super) struct Decided(pub(super) Untrusted, pub(super) CallDecision);

/// Use this model.
#[derive(Debug)]
pub(super) struct ModelChosen(pub(super) String);

/// Look again which model would be asked: there is another key.
#[derive(Debug)]
pub(super) struct KeyChanged;

impl LinePopup {
    /// Opens the popup.
    pub(super) fn open(purpose: Purpose, cx: &mut Cx) {
        let input = match purpose {
            Purpose::Key(..) => LineInput::default(),
            Purpose::Reason(..) | Purpose::Model => LineInput::of_at_most(MOST),
        };
        cx.open(Self { purpose, input, refused: None });
    }

    fn submit(&mut self, cx: &mut Cx) {
        match &self.purpose {
            Purpose::Reason(call, _) => {
                let decision = CallDecision::Deny(self.input.raw().trim().to_owned());
                cx.close();
                cx.send(Decided(call.clone(), decision));
            }
            Purpose::Model if self.input.is_blank() => self.refused = Some("Enter the id of a model.".to_owned()),
            Purpose::Model => {
                let id = self.input.raw().trim().to_owned();
                cx.close();
                cx.send(ModelChosen(id));
            }
            Purpose::Key(..) if self.input.is_blank() => self.refused = Some("Enter a key.".to_owned()),
            Purpose::Key(_, asking) => {
                cx.start(KeepKey { asking: asking.clone(), key: self.input.secret() });
            }
        }
    }
}

impl Component for LinePopup {
    fn context(&self) -> Context {
        match self.purpose {
            Purpose::Key(..) => Context::ModelKey,
            Purpose::Reason(..) | Purpose::Model => Context::DenyReason,
        }
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        match action {
            Action::Submit => Availability::when(!cx.is_running(KeepKey::SLOT), "The key is being kept."),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        if action == Action::Submit {
            self.submit(cx);
        }
    }

    fn input(&mut self, input: &Input, _cx: &mut Cx) {
        match input {
            Input::Typed(Typed::Key(key)) => drop(self.input.key(*key)),
            Input::Typed(Typed::Paste(text)) => self.input.paste(text, false),
            _ => return,
        }
        self.refused = None;
    }

    fn line(&self) -> Option<Line> {
        Some(self.input.capacity(false))
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let KeyKept(result) = message.take()?;
        cx.jobs.finish(KeepKey::SLOT);
        match result {
            Ok(words) => {
                cx.close_popup::<Self>();
                cx.say(Level::Done, words);
                cx.send(KeyChanged);
            }
            Err(fault) => self.refused = Some(fault.to_string()),
        }
        Ok(())
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }
}
