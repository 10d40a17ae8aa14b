//! The only values that fit at a place, and what each is called.

use super::flatten::FlatSchema;
use super::tree::Tree;
use crate::domain::Untrusted;

/// One value that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The value, as JSON.
    pub json: Untrusted,
    /// Title that the schema gives the value.
    pub label: Option<Untrusted>,
}

impl Allowed {
    fn new(value: &Tree<'_>, label: Option<&str>) -> Self {
        let json = Untrusted::from(value.decoded().as_ref());
        // A label that is the value itself tells nothing.
        let label = label.filter(|label| !label.is_empty() && value.text() != Some(label)).map(Untrusted::from);
        Self { json, label }
    }

    /// The value with its name behind it: `3 (urgent)`.
    pub(super) fn in_words(&self) -> Untrusted {
        match &self.label {
            Some(label) => format!("{} ({})", self.json.raw(), label.raw()).into(),
            None => self.json.clone(),
        }
    }

    /// True if this JSON is the value, however it is written.
    pub fn is(&self, json: &str) -> bool {
        let value = |json: &str| serde_json::from_str::<serde_json::Value>(json).ok();
        self.json.raw() == json || value(json).is_some_and(|other| value(self.json.raw()) == Some(other))
    }
}

/// The values that fit, where only certain ones do; empty where others do too.
pub(super) fn allowed(merged: &FlatSchema<'_, '_>) -> Vec<Allowed> {
    if let Some(values) = merged.get("enum").map(Tree::items) {
        let names = ["enumNames", "x-enumNames", "x-enum-varnames"].into_iter().find_map(|keyword| merged.get(keyword));
        let names = names.map_or(&[][..], Tree::items);
        let name = |at: usize| names.get(at).and_then(Tree::text);
        return values.iter().enumerate().map(|(at, value)| Allowed::new(value, name(at))).collect();
    }
    if let Some(constant) = merged.get("const") {
        return vec![Allowed::new(constant, None)];
    }
    merged.constants().into_iter().map(|(value, title)| Allowed::new(value, title)).collect()
}
