//! Popup: one call, as something to run elsewhere.

mod view;

use crate::flow::snippets::Snippet;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::messages::{CopyText, SaveFile};
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::{Cursor, Move};

/// The forms a call can be had in, and the one under the cursor.
pub struct AsCode {
    /// Each form with the call in it.
    pub forms: Vec<Snippet>,
    /// The form under the cursor.
    pub cursor: Cursor,
}

impl AsCode {
    /// A call in these forms.
    pub fn new(forms: Vec<Snippet>) -> Self {
        Self { forms, cursor: Cursor::default() }
    }

    /// Form under the cursor.
    pub fn selected(&self) -> Option<&Snippet> {
        self.forms.get(self.cursor.row)
    }

    /// Moves the cursor to another form.
    fn step(&mut self, step: Move) {
        self.cursor.step(step, self.forms.len(), self.forms.len());
    }
}

impl Component for AsCode {
    fn context(&self) -> Context {
        Context::AsCode
    }

    fn availability(&self, action: Action, _cx: &Cx) -> Availability {
        Availability::here(matches!(action, Action::Copy | Action::Save))
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        let Some((form, code)) = self.selected() else { return };
        match action {
            Action::Copy => cx.send(CopyText { text: code.clone(), what: "the call".into() }),
            Action::Save => {
                cx.send(SaveFile { name: format!("call.{}", form.extension()), bytes: code.clone().into() });
            }
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, _cx: &mut Cx) {
        match input {
            Input::Step(step) => self.step(*step),
            Input::Click(Target::Entry(row)) => self.cursor.row = *row,
            Input::Click(_) | Input::Scroll(..) | Input::Typed(_) => {}
        }
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }
}
