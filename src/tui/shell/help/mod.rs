//! Popup: the keys that work here, read from the action table. Can be searched, and does what is chosen.

mod editing;
mod view;

use std::borrow::Cow;

use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::layout::Body;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::typed::Line;
use crate::tui::shell::count::step;
use crate::tui::shell::dispatch;
use crate::tui::shell::model::Model;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::{Cursor, Move};
use crate::tui::widgets::typing::filter::{Filter, matches};

/// Keys of one place.
pub struct Section {
    /// Heading.
    pub title: &'static str,
    /// Its keys, in the order of the action table.
    pub rows: Vec<Row>,
}

/// Line of the page: keys and what they do.
pub struct Row {
    /// Keys as people write them, joined by spaces; `no key` where there is none.
    pub keys: String,
    /// Name of the action.
    pub title: &'static str,
    /// Sentence on its effect.
    pub sentence: &'static str,
    /// Words to find it by beside those that are shown.
    also: &'static str,
    /// Reason why it does not apply now.
    pub reason: Option<Cow<'static, str>>,
    /// Action to do when the row is chosen; none for keys that edit text.
    pub action: Option<Action>,
}

/// The keys of the place where it was asked for, as they were then.
pub struct Help {
    place: &'static str,
    sections: Vec<Section>,
    filter: Filter,
    /// Lines that fit the filter.
    lines: Vec<HelpLine>,
    cursor: Cursor,
    height: usize,
}

/// Line of the page, by places in the list of sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HelpLine {
    Gap,
    Heading(usize),
    Row(usize, usize),
}

/// Help for where the keyboard is: each action that applies there, or does not for a reason.
pub fn told(model: &Model) -> Help {
    let contexts = model.contexts();
    let mut sections: Vec<Section> = Vec::new();
    let mut moving = Section { title: "Moving", rows: Vec::new() };
    for context in &contexts {
        let mut section = Section { title: context.title(), rows: Vec::new() };
        for spec in model.cx.keymap.in_context(*context) {
            let reason = match dispatch::availability(spec.action, model) {
                Availability::Yes => None,
                Availability::No(reason) => Some(reason),
                Availability::NotHere => continue,
            };
            let keys: Vec<&str> = dispatch::keys_here(spec, &contexts, model).collect();
            if keys.is_empty() && !model.cx.keymap.written(spec).is_empty() {
                continue;
            }
            let rows = sections.iter_mut().flat_map(|section| &mut section.rows);
            let mut rows = rows.chain(&mut section.rows).chain(&mut moving.rows);
            if let Some(row) = rows.find(|row| row.action == Some(spec.action)) {
                row.add(&keys);
                continue;
            }
            let keys = if keys.is_empty() { "no key".to_owned() } else { keys.join(" ") };
            let action = Some(spec.action);
            let row = Row { keys, title: spec.title, sentence: spec.sentence, also: spec.also, reason, action };
            if moves(spec.action) { moving.rows.push(row) } else { section.rows.push(row) }
        }
        sections.push(section);
    }
    sections.extend(contexts.first().and_then(|context| editing::section(*context)));
    sections.push(moving);
    sections.retain(|section| !section.rows.is_empty());
    Help::new(contexts.first().map_or("", |context| context.title()), sections)
}

/// Whether an action only moves the cursor or the keyboard.
fn moves(action: Action) -> bool {
    step(action).is_some()
        || matches!(
            action,
            Action::NextPane
                | Action::PreviousPane
                | Action::NextGroup
                | Action::PreviousGroup
                | Action::NextColumn
                | Action::PreviousColumn
                | Action::NextField
                | Action::PreviousField
                | Action::GoParent
                | Action::NextSibling
                | Action::PreviousSibling
        )
}

impl Row {
    /// Adds keys that do the same.
    fn add(&mut self, keys: &[&str]) {
        for key in keys {
            if !self.keys.split(' ').any(|known| known == *key) {
                self.keys.push(' ');
                self.keys.push_str(key);
            }
        }
    }
}

impl Help {
    fn new(place: &'static str, sections: Vec<Section>) -> Self {
        let (filter, cursor) = (Filter::default(), Cursor::default());
        let mut help = Self { place, sections, filter, lines: Vec::new(), cursor, height: 0 };
        help.narrow();
        help
    }

    /// Every section, whatever is filtered.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    fn row(&self, line: HelpLine) -> Option<&Row> {
        match line {
            HelpLine::Row(section, row) => self.sections.get(section)?.rows.get(row),
            HelpLine::Gap | HelpLine::Heading(_) => None,
        }
    }

    /// The row under the cursor.
    fn selected(&self) -> Option<&Row> {
        self.row(*self.lines.get(self.cursor.row)?)
    }

    /// Lists the rows that fit what is typed.
    fn narrow(&mut self) {
        self.lines.clear();
        let wanted = self.filter.text();
        for (at, section) in self.sections.iter().enumerate() {
            let fits = |row: &Row| matches(wanted, &[&row.keys, row.title, row.sentence, row.also]);
            let rows = section.rows.iter().enumerate().filter(|(_, row)| fits(row));
            let mut rows = rows.map(|(row, _)| HelpLine::Row(at, row)).peekable();
            if rows.peek().is_some() {
                self.lines.extend((!self.lines.is_empty()).then_some(HelpLine::Gap));
                self.lines.push(HelpLine::Heading(at));
                self.lines.extend(rows);
            }
        }
        self.cursor = Cursor::default();
        self.step(Move::Top);
    }

    /// Moves the cursor from row to row, past headings. At the first row all that stands above it is shown.
    fn step(&mut self, step: Move) {
        let before = self.cursor.row;
        self.cursor.step(step, self.lines.len(), self.height);
        let down = self.cursor.row > before || matches!(step, Move::Top | Move::By(0));
        let is_row = |at: &usize| self.lines.get(*at).is_some_and(|line| matches!(line, HelpLine::Row(..)));
        let below = (self.cursor.row..self.lines.len()).find(is_row);
        let above = || (0..=self.cursor.row).rev().find(is_row);
        let at = if down { below.or_else(above) } else { above().or(below) };
        self.cursor.go(at.unwrap_or_default(), self.lines.len(), self.height);
        if !self.lines.iter().take(self.cursor.row).any(|line| matches!(line, HelpLine::Row(..))) {
            self.cursor.top = 0;
        }
    }

    fn choose(&self, cx: &mut Cx) {
        let Some(action) = self.selected().and_then(|row| row.action) else { return };
        cx.close();
        cx.request(Request::Do(action));
    }
}

impl Component for Help {
    fn context(&self) -> Context {
        if self.filter.typing { Context::Picker } else { Context::Help }
    }

    fn availability(&self, action: Action, _cx: &Cx) -> Availability {
        match (action, self.selected()) {
            (Action::Choose, Some(row)) => match &row.reason {
                Some(reason) => Availability::No(reason.clone()),
                None => Availability::here(row.action.is_some()),
            },
            (Action::Filter, _) => Availability::Yes,
            (Action::Back, _) => Availability::here(self.filter.typing || !self.filter.is_empty()),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Choose => self.choose(cx),
            Action::Filter => self.filter.typing = true,
            Action::Back => {
                self.filter.clear();
                self.narrow();
            }
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        match input {
            Input::Typed(typed) => {
                if self.filter.typing && self.filter.take(typed) {
                    self.narrow();
                }
            }
            Input::Step(step) => self.step(*step),
            Input::Scroll(_, rows) => self.step(Move::By(*rows)),
            Input::Click(Target::Entry(line)) => {
                self.cursor.row = *line;
                cx.request(Request::Do(Action::Choose));
            }
            Input::Click(_) => {}
        }
    }

    fn line(&self) -> Option<Line> {
        self.filter.typing.then(|| self.filter.capacity())
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        let height = view::rows_shown(body.area);
        if height != self.height {
            self.height = height;
            self.step(Move::By(0));
        }
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }
}
