//! Popup: a question that is answered with yes or no.

pub(crate) mod view;

use crate::tui::core::component::Component;
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::message::Message;
use crate::tui::core::messages::Ask;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::widgets::canvas::Canvas;

/// The question, and what follows a yes.
pub struct Question {
    /// Title of the question.
    title: String,
    /// The question, line by line, safe to show.
    pub lines: Vec<String>,
    /// Words for the yes: "run it anyway".
    yes: String,
    then: Option<Message>,
}

impl From<Ask> for Question {
    fn from(Ask { title, lines, yes, then }: Ask) -> Self {
        Self { title, lines, yes, then: Some(then) }
    }
}

impl Component for Question {
    fn context(&self) -> Context {
        Context::Confirm
    }

    fn availability(&self, action: Action, _cx: &Cx) -> Availability {
        Availability::here(matches!(action, Action::Yes | Action::No))
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        cx.close();
        if let Some(then) = self.then.take_if(|_| action == Action::Yes) {
            cx.request(Request::Send(then));
        }
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, &self.title, &self.lines, &self.yes);
    }
}
