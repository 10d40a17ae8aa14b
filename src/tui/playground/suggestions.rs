//! Values that could be meant at a row of the form.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::domain::{Identifier, Untrusted};
use crate::json::edit::PathStep;
use crate::json::{excerpt, is_mistakable, quoted};
use crate::schema::{Allowed, FieldKind, FieldValue, FormField};
use crate::tui::core::messages::PickEntry;
use crate::tui::playground::form::inner_kind;
use crate::tui::playground::formats;

/// Fill in what was picked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum FillRow {
    /// Puts this JSON into the row that has the keyboard.
    Value(String),
    /// Gives that row another of its alternatives, counted from 0.
    Alternative(usize),
    /// Puts this JSON at this place.
    Place(Vec<PathStep>, String),
    /// The row that adds a name takes this one.
    Name(String),
    /// Leaves the row's value out.
    LeaveOut,
}

/// Value that could be meant.
pub(super) struct Suggestion {
    label: Untrusted,
    note: Untrusted,
    row: FillRow,
}

impl Suggestion {
    pub(super) fn new(label: impl Into<Untrusted>, note: impl Into<Untrusted>, row: FillRow) -> Self {
        Self { label: label.into(), note: note.into(), row }
    }

    /// Suggestion of a string, with a note beside it.
    fn value(raw: &Untrusted, note: &str) -> Self {
        Self::new(in_words(raw), note, FillRow::Value(raw.raw().to_owned()))
    }

    /// Suggestion of a value that a schema allows, by its name where it has one.
    pub(super) fn allowed(one: &Allowed, note: &str) -> Self {
        let Some(label) = &one.label else { return Self::value(&one.json, note) };
        let note = if note.is_empty() { one.json.clone() } else { format!("{} {note}", one.json.raw()).into() };
        Self::new(label.clone(), note, FillRow::Value(one.json.raw().to_owned()))
    }

    pub(super) fn leave_out() -> Self {
        Self::new("omit", "", FillRow::LeaveOut)
    }
}

impl From<Suggestion> for PickEntry {
    fn from(Suggestion { label, note, row }: Suggestion) -> Self {
        Self::new(label, note, row)
    }
}

/// JSON as people read it: a text without its quotes, unless it could be taken for another value.
pub(super) fn in_words(json: &Untrusted) -> Untrusted {
    match serde_json::from_str::<String>(json.raw()) {
        // A dash stands before what is not there.
        Ok(text) if is_mistakable(&text) || text.starts_with('–') => format!("\"{text}\"").into(),
        Ok(text) => text.into(),
        // Only the beginning of a long one is here.
        Err(_) if json.raw().starts_with('"') => {
            format!("{}…", excerpt(format!("{}\"", json.raw()).as_bytes(), usize::MAX).text.raw()).into()
        }
        Err(_) => json.clone(),
    }
}

/// Whether [`suggestions`] has anything, told without making it.
pub(super) fn has_suggestions(field: &FormField, acting_as: &Identifier) -> bool {
    if field.kind == FieldKind::AddName {
        return field.names.as_ref().is_some_and(|names| names.offered().next().is_some());
    }
    field.default.is_some()
        || !field.examples.is_empty()
        || matches!(inner_kind(&field.kind), FieldKind::Choice(values) if !values.is_empty())
        || format_of(field).is_some_and(|format| formats::has_offers(format, acting_as))
        || may_be_null(field)
        || field.filled != FieldValue::LeftOut
}

/// Suggestions for the row, each value once.
pub(super) fn suggestions(field: &FormField, now: Timestamp, acting_as: &Identifier) -> Vec<Suggestion> {
    let mut found: Vec<Suggestion> = Vec::new();
    if field.kind == FieldKind::AddName {
        let names = field.names.iter().flat_map(|names| names.offered());
        return names.map(|name| Suggestion::new(name, "", FillRow::Name(name.to_owned()))).collect();
    }
    found.extend(field.default.iter().map(|raw| Suggestion::value(raw, "default")));
    found.extend(field.examples.iter().map(|raw| Suggestion::value(raw, "example")));
    if let FieldKind::Choice(values) = inner_kind(&field.kind) {
        found.extend(values.iter().map(|one| Suggestion::allowed(one, "")));
    }
    if let Some(format) = format_of(field) {
        let offered = formats::offers(format, now, acting_as);
        found.extend(offered.into_iter().map(|(text, what)| Suggestion::value(&quoted(&text).as_str().into(), &what)));
    }
    if may_be_null(field) {
        found.push(Suggestion::new("null", "explicit null", FillRow::Value("null".into())));
    }
    if field.filled != FieldValue::LeftOut {
        found.push(Suggestion::leave_out());
    }
    let mut seen = HashSet::new();
    found.retain(|suggestion| seen.insert(suggestion.row.clone()));
    found
}

/// Format of the row; that of an address where a text is only called like one.
fn format_of(field: &FormField) -> Option<&str> {
    const EMAIL: &str = "email";
    let is_called_so = || {
        let mut names = field.label.raw().as_bytes().windows(EMAIL.len());
        *inner_kind(&field.kind) == FieldKind::Text && names.any(|name| name.eq_ignore_ascii_case(EMAIL.as_bytes()))
    };
    field.format.as_ref().map(Untrusted::raw).or_else(|| is_called_so().then_some(EMAIL))
}

fn may_be_null(field: &FormField) -> bool {
    field.nullable && field.filled != FieldValue::Null
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::JsonText;
    use crate::json::Document;
    use crate::schema::{SchemaForm, VariantChoices};

    fn fields(input: &str) -> Vec<FormField> {
        let schema = r#"{"type":"object","additionalProperties":true,"properties":{"plain":{"type":"string"},
            "given":{"type":"string","default":"a","examples":["a","b"],"enum":["a","b","c"]},
            "email_to":{"type":"string"},"day":{"type":"string","format":"date"},"id":{"type":"string","format":"uuid"},
            "maybe":{"type":["integer","null"]},"none":{"enum":[]}}}"#;
        let json = |text: &str| JsonText::parse(text.to_owned()).unwrap();
        let document = Document::index(json(input)).unwrap();
        SchemaForm::new(&json(schema), &document, &VariantChoices::default()).fields
    }

    #[test]
    fn whether_there_are_any_is_known_without_making_them() {
        let mut known = Vec::new();
        for (input, who) in [("{}", "ada@acme.dev"), ("{}", "user-7"), (r#"{"plain":"x","maybe":null}"#, "user-7")] {
            let who = who.into();
            for field in fields(input) {
                let made = !suggestions(&field, Timestamp::UNIX_EPOCH, &who).is_empty();
                assert_eq!(has_suggestions(&field, &who), made, "{} of {input} as {who}", field.label);
                known.push(made);
            }
        }
        assert!(known.contains(&true) && known.contains(&false));
    }

    #[test]
    fn each_value_is_suggested_once_and_first_where_it_matters_most() {
        let fields = fields("{}");
        let given = fields.iter().find(|field| field.label.raw() == "given").unwrap();
        let made = suggestions(given, Timestamp::UNIX_EPOCH, &"ada".into());
        let labels: Vec<_> = made.iter().map(|made| (made.label.raw(), made.note.raw())).collect();
        assert_eq!(labels, [("a", "default"), ("b", "example"), ("c", "")]);
    }
}
