//! Popup: one of several things is picked, narrowed down by what is typed.

mod view;

use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::layout::{self, Body};
use crate::tui::core::messages::{Pick, PickEntry};
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::typed::{Line, Typed};
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::{Cursor, Move};
use crate::tui::widgets::typing::filter::{Filter, matches};

/// Popup: entries to pick from, and those of them that fit the filter.
pub struct Picker {
    title: String,
    /// Filter as it is typed.
    pub filter: Filter,
    /// The entry under the cursor, among those that fit.
    cursor: Cursor,
    entries: Vec<PickEntry>,
    /// Places of the entries that fit the filter.
    fitting: Vec<usize>,
    /// Rows of the list that are seen.
    height: usize,
}

impl From<Pick> for Picker {
    fn from(Pick { title, entries, current, typed }: Pick) -> Self {
        let fitting = (0..entries.len()).collect();
        let cursor = Cursor { row: current.unwrap_or(0), top: 0 };
        let mut picker = Self { title, filter: Filter::being_typed(), cursor, entries, fitting, height: 0 };
        if let Some(typed) = typed {
            picker.narrow(&typed);
        }
        picker
    }
}

impl Picker {
    /// The entries that fit the filter.
    fn fitting(&self) -> impl Iterator<Item = &PickEntry> {
        self.fitting.iter().filter_map(|at| self.entries.get(*at))
    }

    /// Place of the entry under the cursor.
    fn picked(&self) -> Option<usize> {
        self.fitting.get(self.cursor.row).copied()
    }

    /// Takes what is typed into the filter.
    fn narrow(&mut self, typed: &Typed) {
        if !self.filter.take(typed) {
            return;
        }
        let wanted = self.filter.text();
        let fits = |entry: &PickEntry| matches(wanted, &[entry.label.raw(), entry.note.raw()]);
        self.fitting = self.entries.iter().enumerate().filter(|(_, entry)| fits(entry)).map(|(at, _)| at).collect();
        self.cursor = Cursor::default();
    }

    fn step(&mut self, step: Move) {
        self.cursor.step(step, self.fitting.len(), self.height);
    }
}

impl Component for Picker {
    fn context(&self) -> Context {
        Context::Picker
    }

    fn availability(&self, action: Action, _cx: &Cx) -> Availability {
        match action {
            Action::Choose => Availability::when(self.picked().is_some(), "No match."),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        let picked = self.picked().filter(|_| action == Action::Choose);
        let then = picked.and_then(|at| self.entries.get_mut(at)?.then.take());
        if let Some(then) = then {
            cx.close();
            cx.request(Request::Send(then));
        }
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        match input {
            Input::Typed(typed) => self.narrow(typed),
            Input::Step(step) => self.step(*step),
            Input::Click(Target::Entry(row)) => {
                self.cursor.row = *row;
                cx.request(Request::Do(Action::Choose));
            }
            Input::Click(_) | Input::Scroll(..) => {}
        }
    }

    fn line(&self) -> Option<Line> {
        Some(self.filter.capacity())
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        self.height = layout::palette_rows(body.area);
        self.cursor.settle(self.fitting.len(), self.height);
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }
}
