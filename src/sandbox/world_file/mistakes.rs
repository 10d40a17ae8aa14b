//! Mistakes of a world file, all of them, each with its place.

use std::cell::RefCell;

use super::source::Source;
use crate::order::StableOrder as _;

/// More are counted only: nobody mends that many at once.
const MOST: usize = 50;

/// One step from a value to one inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Member of an object.
    Key(String),
    /// Item of a list, from 0.
    Item(usize),
}

/// Way from the whole file to a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place(pub Vec<Step>);

impl Place {
    /// Place of a member.
    pub fn key(&self, key: &str) -> Self {
        self.with(Step::Key(key.to_owned()))
    }

    /// Place of an item.
    pub fn item(&self, at: usize) -> Self {
        self.with(Step::Item(at))
    }

    fn with(&self, step: Step) -> Self {
        Self(self.0.iter().cloned().chain([step]).collect())
    }
}

/// One thing that is wrong in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldMistake {
    /// Line and column, from 1; none where the whole file is meant.
    pub place: Option<(usize, usize)>,
    /// A sentence that may quote the file: foreign text.
    pub sentence: String,
}

impl WorldMistake {
    /// A mistake of the whole file.
    pub fn of_file(sentence: impl Into<String>) -> Self {
        Self { place: None, sentence: sentence.into() }
    }

    /// `line 7, column 3`.
    pub fn label(&self) -> String {
        match self.place {
            Some((line, column)) => format!("line {line}, column {column}"),
            None => "the file".to_owned(),
        }
    }
}

/// Collects mistakes while a file is read.
#[derive(Debug, Default)]
pub struct Mistakes(RefCell<Vec<(Place, String)>>);

impl Mistakes {
    /// Something is wrong with the value at this place.
    pub fn tell(&self, place: Place, sentence: impl Into<String>) {
        self.0.borrow_mut().push((place, sentence.into()));
    }

    /// Everything that was told, in the order of the lines.
    pub fn located(self, source: &Source<'_>) -> Vec<WorldMistake> {
        let told = self.0.into_inner();
        let more = told.len().saturating_sub(MOST);
        let locate = |(place, sentence): (Place, String)| WorldMistake { place: source.locate(&place), sentence };
        let mut found: Vec<_> = told.into_iter().take(MOST).map(locate).collect();
        found.order_by(|a, b| a.place.cmp(&b.place));
        if more > 0 {
            found.push(WorldMistake::of_file(format!("There are {more} more.")));
        }
        found
    }
}
