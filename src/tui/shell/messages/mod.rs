//! Popup: everything that was said so far.

mod view;

use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::{Cursor, Move};

/// Popup: the messages so far. Holds the scroll position; the messages themselves are where toasts are kept.
#[derive(Default)]
pub struct Messages {
    /// The first message that is shown, the newest being 0.
    top: usize,
}

/// Messages of a page: they have one or more lines each.
const PAGE: usize = 11;

impl Messages {
    /// Scrolls among so many messages.
    fn step(&mut self, step: Move, messages: usize) {
        let mut cursor = Cursor { row: self.top, top: self.top };
        cursor.step(step.in_rows(PAGE), messages, 1);
        self.top = cursor.row;
    }
}

impl Component for Messages {
    fn context(&self) -> Context {
        Context::Help
    }

    fn availability(&self, _action: Action, _cx: &Cx) -> Availability {
        Availability::NotHere
    }

    fn act(&mut self, _action: Action, _cx: &mut Cx) {}

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        if let Input::Step(step) = input {
            self.step(*step, cx.toasts.said().len());
        }
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }
}
