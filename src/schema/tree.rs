//! A JSON text as a tree that keeps the spelling of everything in it.

use std::borrow::Cow;

use indexmap::IndexMap;

use crate::domain::JsonText;
use crate::json::{Document, NodeId, NodeKind};

/// Values nested deeper than this have no inside here. An outline needs three levels an entry.
const MAX_DEPTH: u32 = 100;

/// Bytes of a schema at most; a longer one is not read at all.
const MAX_BYTES: usize = 2_000_000;

/// One value: its text, and what is in it.
pub(super) struct Tree<'a> {
    /// Text of the value, as it stands in the schema.
    pub(super) raw: &'a str,
    pub(super) shape: TreeKind<'a>,
}

/// Value by its kind.
pub(super) enum TreeKind<'a> {
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
    /// A schema; none when it is too long. Costs its length, however deep it is.
    pub(super) fn schema(json: &'a JsonText) -> Option<Self> {
        if json.bytes().len() > MAX_BYTES {
            return None;
        }
        Self::parsed(json, MAX_DEPTH)
    }

    /// A value, with its outermost members if it is an object.
    pub(super) fn top(json: &'a JsonText) -> Option<Self> {
        Self::parsed(json, 1)
    }

    fn parsed(json: &'a JsonText, levels: u32) -> Option<Self> {
        let document = Document::index(json.clone()).ok()?;
        Some(Self::read(&document, document.root(), json.raw(), levels))
    }

    /// Recursion ends after so many levels.
    fn read(document: &Document, node: NodeId, text: &'a str, levels: u32) -> Self {
        let raw = text.get(document.range(node)).unwrap_or_default();
        let inner = |child| Self::read(document, child, text, levels.saturating_sub(1));
        let member = |child| {
            let name = serde_json::from_slice::<String>(document.key(child)?).ok()?;
            Some((name, inner(child)))
        };
        let shape = match document.kind(node) {
            NodeKind::Object | NodeKind::Array if levels == 0 => TreeKind::Closed,
            NodeKind::Object => {
                document.children(node).map(member).collect::<Option<_>>().map_or(TreeKind::Closed, TreeKind::Object)
            }
            NodeKind::Array => TreeKind::Array(document.children(node).map(inner).collect()),
            NodeKind::String => TreeKind::String(serde_json::from_str(raw).unwrap_or_default()),
            NodeKind::Bool => TreeKind::Bool(raw == "true"),
            NodeKind::Null => TreeKind::Null,
            NodeKind::Number => TreeKind::Number,
        };
        Self { raw, shape }
    }

    /// The value as JSON in which texts are decoded: `"\u65e5"` is `"日"`. Numbers keep their spelling, and
    /// so does a text that is no Unicode.
    pub(super) fn decoded(&self) -> Cow<'a, str> {
        let json = |text: &str| serde_json::Value::from(text).to_string();
        match &self.shape {
            _ if !self.raw.contains('\\') => Cow::Borrowed(self.raw),
            TreeKind::String(text) if !text.is_empty() => Cow::Owned(json(text)),
            TreeKind::Array(items) => {
                let items: Vec<_> = items.iter().map(Self::decoded).collect();
                Cow::Owned(format!("[{}]", items.join(",")))
            }
            TreeKind::Object(members) => {
                let members: Vec<_> =
                    members.iter().map(|(name, value)| format!("{}:{}", json(name), value.decoded())).collect();
                Cow::Owned(format!("{{{}}}", members.join(",")))
            }
            _ => Cow::Borrowed(self.raw),
        }
    }

    /// True if this JSON is the same value, however texts in it are written.
    pub(super) fn equals(&self, json: &str) -> bool {
        let value = |json: &str| serde_json::from_str::<serde_json::Value>(json).ok();
        if self.raw == json {
            return true;
        }
        match &self.shape {
            TreeKind::String(text) => {
                json.contains('\\') && serde_json::from_str::<String>(json).ok().as_ref() == Some(text)
            }
            // A text, which this is none.
            _ if json.starts_with('"') => false,
            _ => value(self.raw).is_some_and(|this| value(json) == Some(this)),
        }
    }

    /// The member of this name.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        match &self.shape {
            TreeKind::Object(members) => members.get(name),
            _ => None,
        }
    }

    /// The members of an object; of anything else, none.
    pub(super) fn members(&self) -> impl Iterator<Item = (&str, &Self)> {
        let members = match &self.shape {
            TreeKind::Object(members) => Some(members),
            _ => None,
        };
        members.into_iter().flatten().map(|(name, value)| (name.as_str(), value))
    }

    /// The items of an array; of anything else, none.
    pub(super) fn items(&self) -> &[Self] {
        match &self.shape {
            TreeKind::Array(items) => items,
            _ => &[],
        }
    }

    /// The text of a string.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.shape {
            TreeKind::String(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn bool(&self) -> Option<bool> {
        match self.shape {
            TreeKind::Bool(bool) => Some(bool),
            _ => None,
        }
    }

    /// A number as near as a float comes; none beyond its range.
    pub(super) fn number(&self) -> Option<f64> {
        let number: f64 = matches!(self.shape, TreeKind::Number).then(|| self.raw.parse().ok())??;
        number.is_finite().then_some(number)
    }

    /// True if JSON Schema takes the value for one of this type.
    pub(super) fn is_a(&self, kind: &str) -> bool {
        match (kind, &self.shape) {
            ("integer", TreeKind::Number) => self.number().is_some_and(|n| n.fract() == 0.0),
            ("object", TreeKind::Closed) => self.raw.starts_with('{'),
            ("array", TreeKind::Closed) => self.raw.starts_with('['),
            ("object", TreeKind::Object(_))
            | ("array", TreeKind::Array(_))
            | ("string", TreeKind::String(_))
            | ("number", TreeKind::Number)
            | ("boolean", TreeKind::Bool(_))
            | ("null", TreeKind::Null) => true,
            _ => false,
        }
    }
}
