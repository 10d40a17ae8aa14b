//! Members of one object of a world file, each read once and held against what is expected.

use std::borrow::Cow;
use std::cell::RefCell;

use jiff::SignedDuration;
use serde_json::{Map, Value};

use super::mistakes::{Mistakes, Place};
use super::source::split_position;
use crate::domain::nearest_name;

/// Members of one object. What nobody asked for is a mistake in the end.
pub struct Fields<'f> {
    members: &'f Map<String, Value>,
    place: Place,
    mistakes: &'f Mistakes,
    known: RefCell<Vec<&'static str>>,
}

impl<'f> Fields<'f> {
    pub fn new(members: &'f Map<String, Value>, place: Place, mistakes: &'f Mistakes) -> Self {
        Self { members, place, mistakes, known: RefCell::default() }
    }

    /// Place of the object.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Where mistakes are told.
    pub fn mistakes(&self) -> &'f Mistakes {
        self.mistakes
    }

    /// Something is wrong with a member.
    pub fn tell(&self, key: &str, sentence: impl Into<String>) {
        self.mistakes.tell(self.place.key(key), sentence);
    }

    /// Something is wrong with the object.
    pub fn tell_here(&self, sentence: impl Into<String>) {
        self.mistakes.tell(self.place.clone(), sentence);
    }

    /// Whether a member is there.
    pub fn has(&self, key: &'static str) -> bool {
        self.get(key).is_some()
    }

    /// The member as it is; null counts as absent.
    pub fn get(&self, key: &'static str) -> Option<&'f Value> {
        self.known.borrow_mut().push(key);
        self.members.get(key).filter(|value| !value.is_null())
    }

    fn read<T>(&self, key: &'static str, expected: &str, read: impl FnOnce(&'f Value) -> Option<T>) -> Option<T> {
        let value = self.get(key)?;
        let read = read(value);
        if read.is_none() {
            self.tell(key, format!("“{key}” must be {expected}, not {}.", kind(value)));
        }
        read
    }

    /// An optional text, which is not empty.
    pub fn text(&self, key: &'static str) -> Option<&'f str> {
        let text = self.read(key, "a text", Value::as_str)?;
        if text.trim().is_empty() {
            self.tell(key, format!("“{key}” is empty."));
            return None;
        }
        Some(text)
    }

    /// A text that must be there.
    pub fn required_text(&self, key: &'static str) -> Option<&'f str> {
        self.required(key);
        self.text(key)
    }

    /// Tells where a member is missing.
    pub fn required(&self, key: &'static str) {
        if !self.has(key) {
            self.tell_here(format!("“{key}” is missing."));
        }
    }

    pub fn flag(&self, key: &'static str) -> Option<bool> {
        self.read(key, "true or false", Value::as_bool)
    }

    /// A whole number from 1 to `most`.
    pub fn count(&self, key: &'static str, most: u64) -> Option<u64> {
        let expected = format!("a whole number from 1 to {most}");
        self.read(key, &expected, |value| value.as_u64().filter(|number| (1..=most).contains(number)))
    }

    /// A time such as `90s` or `-2h`.
    pub fn duration(&self, key: &'static str) -> Option<SignedDuration> {
        let text = self.read(key, "a time such as “90s” or “2h”", Value::as_str)?;
        let duration = text.parse().ok();
        if duration.is_none() {
            self.tell(key, format!("“{key}” must be a time such as “90s” or “2h”, not “{text}”."));
        }
        duration
    }

    /// Texts; one alone may stand for a list of one.
    pub fn texts(&self, key: &'static str) -> Option<Vec<&'f str>> {
        self.read(key, "a list of texts", |value| match value {
            Value::String(text) => Some(vec![text.as_str()]),
            Value::Array(items) => items.iter().map(Value::as_str).collect(),
            _ => None,
        })
    }

    /// One of a few words.
    pub fn word<T: Copy>(&self, key: &'static str, known: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let found = known.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let words: Vec<_> = known.iter().map(|(word, _)| *word).collect();
            let meant = nearest_name(text, words.iter().copied());
            self.tell(key, unknown(&format!("“{key}” cannot be “{text}”"), meant, &words));
        }
        found
    }

    /// An object as it is.
    pub fn object(&self, key: &'static str) -> Option<&'f Map<String, Value>> {
        self.read(key, "a table", Value::as_object)
    }

    /// An object, to be read like this one.
    pub fn fields(&self, key: &'static str) -> Option<Fields<'f>> {
        self.object(key).map(|members| Fields::new(members, self.place.key(key), self.mistakes))
    }

    /// A list of objects, each to be read like this one.
    pub fn rows(&self, key: &'static str) -> Vec<Fields<'f>> {
        let items = self.read(key, "a list of tables", Value::as_array);
        let row = |(at, item): (usize, &'f Value)| {
            let place = self.place.key(key).item(at);
            match item.as_object() {
                Some(members) => Some(Fields::new(members, place, self.mistakes)),
                None => {
                    self.mistakes.tell(place, format!("An item of “{key}” must be a table, not {}.", kind(item)));
                    None
                }
            }
        };
        items.into_iter().flatten().enumerate().filter_map(row).collect()
    }

    /// Any value; a text is read as JSON, so that what a provider documents can be pasted.
    pub fn json(&self, key: &'static str) -> Option<Cow<'f, Value>> {
        match self.get(key)? {
            // One placeholder may stand for the whole.
            Value::String(text) if text.trim_start().starts_with("{{") => self.get(key).map(Cow::Borrowed),
            Value::String(text) => match serde_json::from_str(text) {
                Ok(value) => Some(Cow::Owned(value)),
                Err(error) => {
                    let words = error.to_string();
                    let (words, place) = split_position(&words);
                    let place = place.replace(" column", ", column");
                    self.tell(key, format!("“{key}” is a text, so it must hold JSON: {words}, at its line {place}."));
                    None
                }
            },
            value => Some(Cow::Borrowed(value)),
        }
    }

    /// Tells of every member that nobody asked for.
    pub fn end(self) {
        let known = self.known.borrow();
        for key in self.members.keys().filter(|key| !known.contains(&key.as_str())) {
            let mut names: Vec<_> = known.clone();
            names.sort_unstable();
            names.dedup();
            let meant = nearest_name(key, names.iter().copied());
            self.tell(key, unknown(&format!("“{key}” means nothing here"), meant, &names));
        }
    }
}

/// A sentence about a name that does not exist: the nearest one, or all where none is near.
pub fn unknown(what: &str, meant: Option<&str>, known: &[&str]) -> String {
    const MOST: usize = 20;
    match meant {
        Some(meant) => format!("{what}. Is “{meant}” meant?"),
        None if known.is_empty() => format!("{what}."),
        None if known.len() <= MOST => format!("{what}. Known: {}.", known.join(", ")),
        None => format!("{what}."),
    }
}

/// Kind of a value, in words.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a table",
    }
}
