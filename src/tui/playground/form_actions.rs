//! Filling in the form of an input: what can be offered for a row, and what speaks against it.

use std::collections::HashSet;

use crate::domain::Untrusted;
use crate::json::edit::PathStep;
use crate::json::{excerpt, is_mistakable, quoted};
use crate::schema::{Allowed, FieldKind, FieldValue, FormField};
use crate::tui::core::messages::PickEntry;
use crate::tui::explorer::actions::NO_RESULT;
use crate::tui::input::action::{Action, Availability};
use crate::tui::playground::form::inner_kind;
use crate::tui::playground::formats;
use crate::tui::playground::screen::InputView;
use crate::tui::shell::availability;
use crate::tui::shell::model::Model;

/// Bytes of an input. A form of more takes longer than a frame to be made anew after each key.
const LONGEST_FORM: usize = 2_000_000;

/// What is to be said where something is too long for a key to change it here.
pub fn too_long(model: &Model) -> String {
    match availability::key_for(Action::Edit, model) {
        "" => "it is too long to type on here, your own editor is better at that.".to_owned(),
        key => format!("it is too long to type on here, {key} opens it in your own editor."),
    }
}

/// Why the input cannot be looked at the other way.
pub fn no_form(model: &Model) -> Option<String> {
    let playground = &model.playground;
    let schema = playground.subject.as_ref().and_then(|subject| subject.tool.input_schema.as_ref());
    match (playground.view, schema) {
        (InputView::Form, _) => None,
        (InputView::Json, None) => Some("This tool declares no input schema: there is no form of it.".into()),
        (InputView::Json, Some(_)) => {
            (playground.input_text().len() > LONGEST_FORM).then(|| "The input is too long for a form.".into())
        }
    }
}

/// Whether this can be done to the row that has the keyboard.
pub fn of_row(action: Action, model: &Model) -> Availability {
    let form = &model.playground.form;
    let Some(field) = form.selected() else { return Availability::NotHere };
    let adds = field.kind == FieldKind::AddName;
    match action {
        Action::FillIn => match form.cell.as_ref().and_then(|cell| cell.objection.clone()) {
            Some(objection) => Availability::No(objection.into()),
            None => Availability::Yes,
        },
        Action::Rename => Availability::when(
            field.names.is_some() && !adds,
            "Its name is the schema's; only one that the schema leaves open can be changed.",
        ),
        Action::LeaveOut | Action::PutNull | Action::PutEmpty if adds => {
            Availability::No("A name comes first: type it, then Enter.".into())
        }
        Action::Suggest => Availability::when(has_offers(model), "There is nothing to suggest for this field."),
        Action::LeaveOut => Availability::when(field.filled != FieldValue::LeftOut, "It is left out already."),
        Action::PutNull => Availability::when(field.filled != FieldValue::Null, "It is null already."),
        _ => {
            let can_be = matches!(inner_kind(&field.kind), FieldKind::Text | FieldKind::List(_) | FieldKind::Object);
            Availability::when(can_be, "Only a text, a list or an object can be empty.")
        }
    }
}

/// Why the value under the cursor cannot go into the input.
pub fn no_use(model: &Model) -> Option<String> {
    let playground = &model.playground;
    let schema = playground.subject.as_ref().map(|subject| subject.tool.input_schema.is_some());
    match (model.explorer(), schema) {
        (None, _) => Some(NO_RESULT.into()),
        (_, None) => Some("There is no tool in the playground whose input it could go into.".into()),
        (_, Some(false)) => Some("The tool in the playground declares no input schema.".into()),
        _ if playground.syntax.is_some() => Some("The input in the playground is not JSON yet.".into()),
        _ => None,
    }
}

/// What was picked for the input.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FillRow {
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
}

/// One thing that could be meant at a row.
pub struct Suggestion {
    label: Untrusted,
    note: Untrusted,
    pick: FillRow,
}

impl From<Suggestion> for PickEntry {
    fn from(Suggestion { label, note, pick }: Suggestion) -> Self {
        Self::new(label, note, pick)
    }
}

/// One thing that can be picked.
pub fn entry(label: impl Into<Untrusted>, note: impl Into<Untrusted>, pick: FillRow) -> Suggestion {
    Suggestion { label: label.into(), note: note.into(), pick }
}

/// JSON as people read it: a text without its quotes, unless it could be taken for another value.
pub fn in_words(json: &Untrusted) -> Untrusted {
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

/// JSON as an entry.
pub fn value(raw: &Untrusted, note: &str) -> Suggestion {
    entry(in_words(raw), note, FillRow::Value(raw.raw().to_owned()))
}

/// One of the values that a schema allows, by its name where it has one.
pub fn allowed(one: &Allowed, note: &str) -> Suggestion {
    let Some(label) = &one.label else { return value(&one.json, note) };
    let note = if note.is_empty() { one.json.clone() } else { format!("{} {note}", one.json.raw()).into() };
    entry(label.clone(), note, FillRow::Value(one.json.raw().to_owned()))
}

/// Whether [`offers`] has anything, found out without making it.
fn has_offers(model: &Model) -> bool {
    let (Some(field), Some(subject)) = (model.playground.form.selected(), &model.playground.subject) else {
        return false;
    };
    if field.kind == FieldKind::AddName {
        return field.names.as_ref().is_some_and(|names| names.offered().next().is_some());
    }
    let formats = field.format.as_ref().is_some_and(|format| formats::has_offers(format.raw(), &subject.identifier));
    field.default.is_some()
        || !field.examples.is_empty()
        || matches!(inner_kind(&field.kind), FieldKind::Choice(values) if !values.is_empty())
        || formats
        || may_be_an_address(field) && formats::has_offers("email", &subject.identifier)
        || field.nullable && field.filled != FieldValue::Null
        || field.filled != FieldValue::LeftOut
}

/// Whether a text is called like an address, and its format says nothing else.
fn may_be_an_address(field: &FormField) -> bool {
    const EMAIL: &[u8] = b"email";
    let mut names = field.label.raw().as_bytes().windows(EMAIL.len());
    *inner_kind(&field.kind) == FieldKind::Text
        && field.format.is_none()
        && names.any(|name| name.eq_ignore_ascii_case(EMAIL))
}

/// Everything that could be meant at the row.
pub fn offers(model: &Model) -> Vec<Suggestion> {
    let (Some(field), Some(subject)) = (model.playground.form.selected(), &model.playground.subject) else {
        return Vec::new();
    };
    let mut entries: Vec<Suggestion> = Vec::new();
    if field.kind == FieldKind::AddName {
        let names = field.names.iter().flat_map(|names| names.offered());
        return names.map(|name| entry(name, "", FillRow::Name(name.to_owned()))).collect();
    }
    entries.extend(field.default.iter().map(|raw| value(raw, "default")));
    entries.extend(field.examples.iter().map(|raw| value(raw, "example")));
    if let FieldKind::Choice(values) = inner_kind(&field.kind) {
        entries.extend(values.iter().map(|one| allowed(one, "")));
    }
    if let Some(format) = &field.format {
        let offered = formats::offers(format.raw(), model.cx.brokers_now(), &subject.identifier);
        entries.extend(offered.into_iter().map(|(text, what)| value(&quoted(&text).as_str().into(), &what)));
    }
    if may_be_an_address(field) {
        let offered = formats::offers("email", model.cx.brokers_now(), &subject.identifier);
        entries.extend(offered.into_iter().map(|(text, what)| value(&quoted(&text).as_str().into(), &what)));
    }
    if field.nullable && field.filled != FieldValue::Null {
        entries.push(entry("null", "nothing, said outright", FillRow::Value("null".into())));
    }
    if field.filled != FieldValue::LeftOut {
        entries.push(entry("leave it out", "", FillRow::LeaveOut));
    }
    let mut seen = HashSet::new();
    entries.retain(|entry| seen.insert(entry.pick.clone()));
    entries
}
