//! Popup: a menu, of which each row has a letter.

mod view;

use crossterm::event::KeyCode;

use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::layout::Body;
use crate::tui::core::messages::{MenuEntry, MenuThen, OpenMenu};
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::typed::{Typed, is_letter};
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::{Cursor, Move};

/// Popup: rows to choose from by their letters, or by the cursor.
pub struct Menu {
    title: String,
    entries: Vec<MenuEntry>,
    cursor: Cursor,
    /// Rows that are seen.
    height: usize,
}

impl From<OpenMenu> for Menu {
    fn from(OpenMenu { title, entries }: OpenMenu) -> Self {
        Self { title, entries, cursor: Cursor::default(), height: 0 }
    }
}

impl Menu {
    fn step(&mut self, step: Move) {
        self.cursor.step(step, self.entries.len(), self.height);
    }

    /// Closes the menu and does what the row says.
    fn choose(&mut self, at: usize, cx: &mut Cx) {
        let Some(then) = self.entries.get_mut(at).and_then(|entry| entry.then.take()) else { return };
        cx.close();
        cx.request(match then {
            MenuThen::Send(message) => Request::Send(message),
            MenuThen::Do(action) => Request::Do(action),
        });
    }
}

impl Component for Menu {
    fn context(&self) -> Context {
        Context::Menu
    }

    fn availability(&self, action: Action, _cx: &Cx) -> Availability {
        Availability::here(action == Action::Choose)
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        if action == Action::Choose {
            self.choose(self.cursor.row, cx);
        }
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        match input {
            Input::Typed(Typed::Key(key)) if is_letter(*key) => {
                let KeyCode::Char(letter) = key.code else { return };
                match self.entries.iter().position(|entry| entry.letter == letter) {
                    Some(at) => self.choose(at, cx),
                    None if letter == 'j' => self.step(Move::By(1)),
                    None if letter == 'k' => self.step(Move::By(-1)),
                    None => {}
                }
            }
            Input::Step(step) => self.step(*step),
            Input::Click(Target::Entry(row)) => self.choose(*row, cx),
            Input::Scroll(_, rows) => self.step(Move::By(*rows)),
            Input::Typed(_) | Input::Click(_) => {}
        }
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        self.height = view::rows(body.area, self.entries.len());
        self.cursor.settle(self.entries.len(), self.height);
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }
}
