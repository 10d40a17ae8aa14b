//! Popup: the question whether a `.env` that was found may be used.

mod view;

use crate::profile::TrustQuestion;
use crate::tui::core::component::Component;
use crate::tui::core::cx::Cx;
use crate::tui::environments::opener::OpenOrder;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::widgets::canvas::Canvas;

/// Question whether a `.env` is trusted.
pub struct EnvFile {
    question: TrustQuestion,
    /// Whether something is open meanwhile, and stays so after a no.
    something_is_open: bool,
}

impl EnvFile {
    /// Opens the popup with the question.
    pub fn open(question: TrustQuestion, cx: &mut Cx) {
        cx.open(Self { question, something_is_open: cx.environment.open().is_some() });
    }

    fn answer(&self, answer: Option<bool>, cx: &mut Cx) {
        let (question, something_is_open) = (self.question.clone(), self.something_is_open);
        cx.send(OpenOrder::Answered { question, something_is_open, answer });
    }
}

impl Component for EnvFile {
    fn context(&self) -> Context {
        Context::EnvFile
    }

    fn availability(&self, action: Action, _cx: &Cx) -> Availability {
        Availability::here(matches!(action, Action::Yes | Action::No))
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        cx.close();
        self.answer(Some(action == Action::Yes), cx);
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }

    fn close(&mut self, cx: &mut Cx) {
        self.answer(None, cx);
    }
}
