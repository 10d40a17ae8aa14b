//! Picking a value for a field of the input, or a field for a value.

use crate::domain::Untrusted;
use crate::json::edit::PathStep;
use crate::tui::input::typed::Typed;
use crate::tui::widgets::filter::{Filter, matches};
use crate::tui::widgets::list::{Cursor, Move};

/// What can be picked, narrowed down by what is typed.
pub struct Picker {
    /// What it is picked for.
    pub title: String,
    /// What is typed.
    pub input: Filter,
    /// The entry under the cursor, among those that fit.
    pub cursor: Cursor,
    entries: Vec<Entry>,
    /// The entries that fit what is typed.
    fitting: Vec<usize>,
}

/// One thing that can be picked.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it is called.
    pub label: Untrusted,
    /// More about it.
    pub note: Untrusted,
    /// What picking it does.
    pub pick: Pick,
}

/// What picking an entry does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pick {
    /// This JSON goes into the row that has the keyboard.
    Value(String),
    /// That row takes another of its alternatives, counted from 0.
    Alternative(usize),
    /// This JSON goes to this place.
    Place(Vec<PathStep>, String),
    /// The row that adds a name takes this one.
    Name(String),
    /// Nothing stands at the row any more.
    LeaveOut,
    /// This column of a table is shown or hidden, counted from 0.
    Column(usize),
}

impl Picker {
    /// A choice among these, the cursor on the one that holds now.
    pub fn new(title: String, entries: Vec<Entry>, now: Option<usize>) -> Self {
        let mut picker =
            Self { title, input: Filter::being_typed(), cursor: Cursor::default(), entries, fitting: Vec::new() };
        picker.look();
        picker.cursor.row = now.unwrap_or(0);
        picker
    }

    /// The entries that fit what is typed.
    pub fn fitting(&self) -> impl Iterator<Item = &Entry> {
        self.fitting.iter().filter_map(|row| self.entries.get(*row))
    }

    /// How many of how many there are.
    pub fn counts(&self) -> (usize, usize) {
        (self.fitting.len(), self.entries.len())
    }

    /// What the cursor is on.
    pub fn picked(&self) -> Option<&Pick> {
        self.fitting().nth(self.cursor.row).map(|entry| &entry.pick)
    }

    /// The same entries, which say something else now; what is typed and the cursor stay.
    pub fn renew(&mut self, entries: Vec<Entry>) {
        self.entries = entries;
    }

    /// Takes what is typed, and looks again.
    pub fn take(&mut self, typed: &Typed) {
        if self.input.take(typed) {
            self.look();
        }
    }

    /// Looks again, after what is typed has changed.
    pub fn look(&mut self) {
        let wanted = self.input.text();
        let fits = |entry: &Entry| matches(wanted, &[entry.label.raw(), entry.note.raw()]);
        self.fitting = self.entries.iter().enumerate().filter(|(_, entry)| fits(entry)).map(|(row, _)| row).collect();
        self.cursor = Cursor::default();
    }

    /// Moves the cursor.
    pub fn step(&mut self, step: Move, height: usize) {
        self.cursor.step(step, self.fitting.len(), height);
    }
}
