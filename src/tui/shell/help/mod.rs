//! Popup: what the keys do here, read from the action table.

mod view;

use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::spec::Spec;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::{Cursor, Move};

/// Context, and the actions whose keys work in it.
pub type Section = (Context, Vec<(&'static Spec, Availability)>);

/// The actions of the place where it was asked for, as they were then.
pub struct Help {
    sections: Vec<Section>,
    top: usize,
}

/// More lines than the page ever has; drawing stops at its real end.
const LINES: usize = 200;

impl Help {
    /// Help for where the keyboard is: its contexts and what could be done in each.
    pub fn new(sections: Vec<Section>) -> Self {
        Self { sections, top: 0 }
    }

    /// The contexts and their actions.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The first line that is shown, if there are that many.
    pub fn top(&self) -> usize {
        self.top
    }

    /// Scrolls the page.
    fn step(&mut self, step: Move) {
        let mut cursor = Cursor { row: self.top, top: self.top };
        match step {
            Move::Pages(by) => cursor.step(Move::By(by * 10), LINES, 1),
            step => cursor.step(step, LINES, 1),
        }
        self.top = cursor.row;
    }
}

impl Component for Help {
    fn context(&self) -> Context {
        Context::Help
    }

    fn availability(&self, _action: Action, _cx: &Cx) -> Availability {
        Availability::NotHere
    }

    fn act(&mut self, _action: Action, _cx: &mut Cx) {}

    fn input(&mut self, input: &Input, _cx: &mut Cx) {
        match input {
            Input::Step(step) => self.step(*step),
            Input::Scroll(_, rows) => self.step(Move::By(*rows)),
            Input::Typed(_) | Input::Click(_) => {}
        }
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }
}
