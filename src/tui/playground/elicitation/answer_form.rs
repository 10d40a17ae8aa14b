//! Values that a server asks for, as a form.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::domain::{JsonText, Untrusted};
use crate::json::Document;
use crate::json::edit::{PathStep, remove};
use crate::schema::{FieldKind, FieldValue, FormField, InputCheck, InputProblem, missing_required};
use crate::tui::input::typed::{Line, Typed};
use crate::tui::playground::form::{Change, InputForm, inner_kind, label_width};
use crate::tui::playground::suggestions::FillRow;
use crate::tui::widgets::list::Move;

/// The form, and the values in it.
pub struct AnswerForm {
    /// Rows of the form, and the place among them.
    pub form: InputForm,
    /// The values, as the text that is sent.
    text: String,
    schema: JsonText,
    /// Titles of the fields, by their names.
    titles: HashMap<String, Untrusted>,
    /// Problems, known once the person wanted to send the values.
    pub(super) problems: Vec<InputProblem>,
    /// Parts of the schema that are not checked, a line each.
    pub(super) unchecked: Vec<String>,
    typed: bool,
    rows: usize,
}

impl AnswerForm {
    /// The form of a schema, with its defaults filled in and nothing that nobody said.
    pub(super) fn new(schema: JsonText, now: Timestamp) -> Self {
        let mut form = InputForm::default();
        form.now = now;
        form.begin(Some(schema.clone()));
        let text = defaults(&schema);
        let titles = titles(&schema);
        let (problems, unchecked) = (Vec::new(), Vec::new());
        let mut this = Self { form, text, schema, titles, problems, unchecked, typed: false, rows: 1 };
        this.look();
        this
    }

    /// Makes the rows of the values, by their titles where they have some.
    fn look(&mut self) {
        self.form.look(&self.text);
        for field in &mut self.form.form.fields {
            if let [PathStep::Key(name)] = field.path.as_slice()
                && let Some(title) = self.titles.get(name)
            {
                field.label = title.clone();
                // Where nothing else is said, the title stands for the description.
                if field.description == *title {
                    field.description = Untrusted::default();
                }
            }
        }
        self.form.widest = self.form.form.fields.iter().map(label_width).max().unwrap_or(0);
    }

    /// Schema of the values.
    pub(super) fn schema(&self) -> &JsonText {
        &self.schema
    }

    /// Whether there is anything to fill in.
    pub(super) fn has_rows(&self) -> bool {
        !self.form.form.fields.is_empty()
    }

    /// Whether anything was typed or chosen.
    pub(super) fn was_typed(&self) -> bool {
        self.typed
    }

    /// Rows that are seen.
    pub(super) fn fit(&mut self, rows: usize) {
        self.rows = rows;
        self.form.step(Move::By(0), rows);
    }

    /// Moves among the rows.
    pub(super) fn step(&mut self, step: Move) {
        self.form.step(step, self.rows);
    }

    /// Moves to a row.
    pub(super) fn select(&mut self, row: usize) {
        self.form.select(row);
    }

    /// Line that is typed on.
    pub(super) fn line(&self) -> Option<Line> {
        self.form.cell.as_ref().map(|cell| cell.input.capacity(false))
    }

    /// Whether the row is picked from a list of values.
    pub(super) fn picks(&self) -> bool {
        self.form.selected().is_some_and(|field| matches!(inner_kind(&field.kind), FieldKind::Choice(_)))
    }

    /// Whether there is anything at the row that could be left out.
    pub(super) fn can_leave_out(&self) -> bool {
        self.form.selected().is_some_and(|field| field.filled != FieldValue::LeftOut)
    }

    /// Takes what is typed on the row.
    pub(super) fn typed(&mut self, typed: &Typed) {
        let change = match typed {
            Typed::Key(key) => self.form.key(*key),
            Typed::Paste(text) => self.form.paste(text),
        };
        self.take(change);
    }

    /// Does what the row is there for: turns a switch, begins an item, else goes on.
    pub(super) fn fill_in(&mut self) {
        match self.form.fill_in() {
            Some(change) => self.take(Some(change)),
            None => self.step(Move::By(1)),
        }
    }

    /// Takes away what stands at the row.
    pub(super) fn leave_out(&mut self) {
        let change = self.form.leave_out();
        self.take(change);
    }

    /// Takes what was picked for the row.
    pub(super) fn fill_row(&mut self, row: FillRow) {
        let change = match row {
            FillRow::Value(value) => self.form.put(&value),
            FillRow::Alternative(at) => self.form.choose(at),
            FillRow::LeaveOut => self.form.leave_out(),
            FillRow::Place(path, value) => self.form.put_at(&path, &value),
            FillRow::Name(_) => None,
        };
        self.take(change);
    }

    fn take(&mut self, change: Option<Change>) {
        let Some(Change { text, .. }) = change else { return };
        self.typed = true;
        self.text = text;
        self.look();
        // What was wrong is looked at anew when it is sent.
        self.problems.clear();
    }

    /// The values to hold against the schema; none where something obvious is missing, which is noted.
    pub(super) fn filled_in(&mut self) -> Option<JsonText> {
        let values = JsonText::parse(self.without_empty()).ok()?;
        self.problems = missing_required(&self.schema, &values);
        self.problems.is_empty().then_some(values)
    }

    /// Takes what is wrong with the values, and goes to the first of it.
    pub(super) fn judge(&mut self, found: InputCheck) {
        self.note_unchecked(&found.dropped);
        self.problems = found.problems;
        if let Some(row) = self.problems.iter().find_map(|problem| self.form.row_of(problem)) {
            self.form.select(row);
        }
    }

    /// Takes note of what was not checked.
    pub(super) fn note_unchecked(&mut self, dropped: &[impl ToString]) {
        self.unchecked = dropped.iter().map(ToString::to_string).collect();
    }

    /// The values without texts that are empty where none is asked for: nobody meant those.
    fn without_empty(&self) -> String {
        let is_empty = |field: &&FormField| {
            !field.required
                && *inner_kind(&field.kind) == FieldKind::Text
                && matches!(&field.filled, FieldValue::Value(raw) if raw.raw() == "\"\"")
                && matches!(field.path.as_slice(), [PathStep::Key(_)])
        };
        let empty: Vec<_> = self.form.form.fields.iter().filter(is_empty).map(|field| field.path.clone()).collect();
        empty.iter().fold(self.text.clone(), |text, path| {
            let document = JsonText::parse(text.clone()).ok().and_then(|text| Document::index(text).ok());
            document.map_or(text, |document| remove(&document, path))
        })
    }
}

/// The titles of the fields of a flat schema.
fn titles(schema: &JsonText) -> HashMap<String, Untrusted> {
    let schema: Value = serde_json::from_str(schema.raw()).unwrap_or_default();
    let fields = schema.get("properties").and_then(Value::as_object);
    let titled = fields.into_iter().flatten().filter_map(|(name, field)| {
        let title = field.get("title").and_then(Value::as_str).filter(|title| !title.trim().is_empty())?;
        Some((name.clone(), title.into()))
    });
    titled.collect()
}

/// The defaults of the fields of a flat schema.
fn defaults(schema: &JsonText) -> String {
    let schema: Value = serde_json::from_str(schema.raw()).unwrap_or_default();
    let fields = schema.get("properties").and_then(Value::as_object);
    let known = fields.into_iter().flatten().filter_map(|(name, field)| {
        let default = field.get("default").filter(|default| !default.is_null())?;
        Some((name.clone(), default.clone()))
    });
    Value::Object(known.collect::<Map<_, _>>()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(schema: &str) -> AnswerForm {
        AnswerForm::new(JsonText::parse(schema.to_owned()).expect("JSON"), Timestamp::UNIX_EPOCH)
    }

    const FLAT: &str = r#"{"type":"object","required":["name"],"properties":{
        "name":{"type":"string"},"mail":{"type":"string","format":"email"},"age":{"type":"integer","default":7}}}"#;

    #[test]
    fn only_defaults_are_filled_in() {
        assert_eq!(form(FLAT).text, r#"{"age":7}"#);
        assert_eq!(form("{}").text, "{}");
        assert_eq!(form(r#"{"properties":7}"#).text, "{}");
    }

    #[test]
    fn what_is_missing_is_noted_and_an_empty_text_is_not_sent() {
        let mut form = form(FLAT);
        assert!(form.filled_in().is_none() && form.problems.len() == 1);
        form.take(Some(Change {
            text: r#"{"name":"Ada","mail":""}"#.into(),
            run: crate::tui::widgets::typing::undo::Run::Alone,
        }));
        assert!(form.was_typed());
        assert_eq!(form.filled_in().expect("complete").raw(), r#"{"name":"Ada"}"#);
    }
}
