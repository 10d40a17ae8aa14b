//! A JSON text as a tree that keeps the spelling of everything in it.

use indexmap::IndexMap;
use serde_json::value::RawValue;

use crate::domain::JsonText;

/// Values nested deeper than this have no inside here. An outline needs three levels an entry.
const MAX_DEPTH: u32 = 100;

/// A longer schema is not read at all: taking it apart costs its length times its depth.
const MAX_BYTES: usize = 2_000_000;

/// One value: its text, and what is in it.
pub(super) struct Tree<'a> {
    /// The value's text.
    pub(super) raw: &'a str,
    pub(super) shape: Shape<'a>,
}

/// What a value is.
pub(super) enum Shape<'a> {
    /// Members in their order; of equal names the last, as in most readers.
    Object(IndexMap<String, Tree<'a>>),
    Array(Vec<Tree<'a>>),
    String(String),
    Number,
    Bool(bool),
    Null,
    /// An object or array that was not taken apart: nested too deeply, or with a key that is no
    /// Unicode text.
    Closed,
}

impl<'a> Tree<'a> {
    /// A schema; none when it is too long.
    pub(super) fn schema(json: &'a JsonText) -> Option<Self> {
        (json.bytes().len() <= MAX_BYTES).then(|| Self::read(json.raw().trim(), MAX_DEPTH))
    }

    /// A value, with its outermost members if it is an object.
    pub(super) fn top(json: &'a JsonText) -> Self {
        Self::read(json.raw().trim(), 1)
    }

    fn read(raw: &'a str, levels: u32) -> Self {
        let shape = match raw.bytes().next() {
            Some(b'{') if levels > 0 => {
                serde_json::from_str::<IndexMap<String, &'a RawValue>>(raw).map_or(Shape::Closed, |members| {
                    let read = |(name, value): (String, &'a RawValue)| (name, Self::read(value.get(), levels - 1));
                    Shape::Object(members.into_iter().map(read).collect())
                })
            }
            Some(b'[') if levels > 0 => serde_json::from_str::<Vec<&'a RawValue>>(raw).map_or(Shape::Closed, |items| {
                Shape::Array(items.into_iter().map(|value| Self::read(value.get(), levels - 1)).collect())
            }),
            Some(b'{' | b'[') => Shape::Closed,
            Some(b'"') => Shape::String(serde_json::from_str(raw).unwrap_or_default()),
            Some(b't') => Shape::Bool(true),
            Some(b'f') => Shape::Bool(false),
            Some(b'n') | None => Shape::Null,
            Some(_) => Shape::Number,
        };
        Self { raw, shape }
    }

    /// The member of this name.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        match &self.shape {
            Shape::Object(members) => members.get(name),
            _ => None,
        }
    }

    /// The members of an object; of anything else, none.
    pub(super) fn members(&self) -> impl Iterator<Item = (&str, &Self)> {
        let members = match &self.shape {
            Shape::Object(members) => Some(members),
            _ => None,
        };
        members.into_iter().flatten().map(|(name, value)| (name.as_str(), value))
    }

    /// The items of an array; of anything else, none.
    pub(super) fn items(&self) -> &[Self] {
        match &self.shape {
            Shape::Array(items) => items,
            _ => &[],
        }
    }

    /// The text of a string.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.shape {
            Shape::String(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn bool(&self) -> Option<bool> {
        match self.shape {
            Shape::Bool(bool) => Some(bool),
            _ => None,
        }
    }

    /// A number as near as a float comes; none beyond its range.
    pub(super) fn number(&self) -> Option<f64> {
        let number: f64 = matches!(self.shape, Shape::Number).then(|| self.raw.parse().ok())??;
        number.is_finite().then_some(number)
    }

    /// Whether JSON Schema takes the value for one of this type.
    pub(super) fn is_a(&self, kind: &str) -> bool {
        match (kind, &self.shape) {
            ("integer", Shape::Number) => self.number().is_some_and(|n| n.fract() == 0.0),
            ("object", Shape::Closed) => self.raw.starts_with('{'),
            ("array", Shape::Closed) => self.raw.starts_with('['),
            ("object", Shape::Object(_))
            | ("array", Shape::Array(_))
            | ("string", Shape::String(_))
            | ("number", Shape::Number)
            | ("boolean", Shape::Bool(_))
            | ("null", Shape::Null) => true,
            _ => false,
        }
    }
}
