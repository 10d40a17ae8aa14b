//! A tool's input as a form: rows over its JSON text, which stays the one truth.

use std::collections::HashMap;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::Timestamp;

use crate::domain::{JsonText, Untrusted};
use crate::json::edit::{PathStep, pointer, remove, set};
use crate::json::{Document, escaped, quoted};
use crate::schema::{
    FieldKind, FieldValue, FormField, InputProblem, SchemaForm, VariantChoices, initial_value, switch_variant,
};
use crate::tui::widgets::list::{Cursor, Move};
use crate::tui::widgets::text;
use crate::tui::widgets::typing::line_input::LineInput;
use crate::tui::widgets::typing::undo::Run;

/// Bytes of a value. A longer one is kept, but not typed on one line.
const MAX_TYPED: usize = 16 << 10;

/// Values of a switch.
const SWITCH: [&str; 2] = ["true", "false"];

/// New text of the input, made by the form.
#[derive(Debug, PartialEq, Eq)]
pub struct Change {
    /// The whole text from now on; nothing that is new in it is hidden.
    pub text: String,
    /// Run of changes that it belongs to: one step for undo.
    pub run: Run,
}

/// Way a typed text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Text, without quotes.
    Text,
    /// Number; text where it is none.
    Number,
    /// JSON; text where it is none.
    Json,
    /// Name of a member, which is there once Enter takes it.
    Name,
}

/// Line that is typed on.
pub struct Cell {
    path: Vec<PathStep>,
    reading: Reading,
    /// Text as it is typed.
    pub input: LineInput,
    /// The value that this makes, to tell one's own changes from others.
    made: FieldValue,
    /// Objection to the text, where it is a name.
    pub objection: Option<String>,
    /// Whether anything was typed on it.
    typed: bool,
}

impl Cell {
    pub(crate) fn new(path: &[PathStep], reading: Reading, input: LineInput) -> Self {
        Self { path: path.to_vec(), reading, input, made: FieldValue::LeftOut, objection: None, typed: false }
    }

    /// Way the typed text is read.
    pub fn input_reading(&self) -> Reading {
        self.reading
    }
}

/// The rows and the place among them.
#[derive(Default)]
pub struct InputForm {
    /// Rows of the form, made from schema and input.
    pub form: SchemaForm,
    /// The row that has the keyboard.
    pub cursor: Cursor,
    /// The line that is typed on, where that row has one.
    pub cell: Option<Cell>,
    /// Columns that the longest name takes, with its depth.
    pub widest: usize,
    pub(crate) schema: Option<JsonText>,
    pub(crate) document: Option<Document>,
    pub(crate) choices: VariantChoices,
    /// Time of the event that is handled, for values that begin with a date.
    pub(crate) now: Timestamp,
    /// Row of each place, by its JSON Pointer.
    places: HashMap<String, usize>,
    /// Place that the cursor goes to once the rows are made anew.
    pub(crate) going: Option<Stand>,
    /// Whether that is a member which has just got its name.
    pub(crate) fresh: bool,
}

/// The place of a row: a JSON Pointer, and whether it is the row that adds a name there.
type Stand = (String, bool);

impl InputForm {
    /// Another tool's input: nothing is chosen yet.
    pub fn begin(&mut self, schema: Option<JsonText>) {
        *self = Self { schema, now: self.now, ..Self::default() };
    }

    /// Makes the rows of the text, which may not be JSON yet: then there are none.
    pub fn look(&mut self, text: &str) {
        let before = self.going.take().or_else(|| self.selected().map(stand));
        let read = JsonText::parse(text.to_owned()).ok().and_then(|text| Document::index(text).ok());
        let (Some(schema), Some(document)) = (&self.schema, read) else {
            (self.document, self.form, self.cell) = (None, SchemaForm::default(), None);
            self.places.clear();
            return;
        };
        self.form = SchemaForm::new(schema, &document, &self.choices);
        self.document = Some(document);
        let rows = self.form.fields.iter().enumerate();
        self.places =
            rows.filter(|(_, field)| !adds_name(field)).map(|(row, field)| (pointer(&field.path), row)).collect();
        self.widest = self.form.fields.iter().map(label_width).max().unwrap_or(0);
        // The cursor stays with its place, or with what that was in.
        if let Some((place, adds)) = before {
            let same = |field: &FormField| adds_name(field) && pointer(&field.path) == place;
            let adding = adds.then(|| self.form.fields.iter().position(same)).flatten();
            self.cursor.row = adding.or_else(|| self.nearest(&place)).unwrap_or(self.cursor.row);
        }
        self.cursor.row = self.cursor.row.min(self.form.fields.len().saturating_sub(1));
        self.open_cell();
        self.begin_anew();
    }

    /// Whether the text is JSON and has rows.
    pub fn is_there(&self) -> bool {
        self.document.is_some()
    }

    /// The row that has the keyboard.
    pub fn selected(&self) -> Option<&FormField> {
        self.form.fields.get(self.cursor.row)
    }

    /// The row of a place, or of the nearest one around it.
    fn nearest(&self, pointer: &str) -> Option<usize> {
        let around = std::iter::successors(Some(pointer), |inner| inner.rsplit_once('/').map(|(around, _)| around));
        around.filter_map(|place| self.places.get(place)).next().copied()
    }

    /// Moves to the row of whatever stands so many bytes from the start of the text.
    pub fn go_to_offset(&mut self, offset: usize) {
        let Some(document) = &self.document else { return };
        let path = document.steps_to(document.at_offset(offset));
        if let Some(row) = self.nearest(&pointer(&path)) {
            self.select(row);
        }
    }

    /// Offset of the row's value in the text, in bytes.
    pub fn offset(&self) -> Option<usize> {
        let document = self.document.as_ref()?;
        let field = self.selected()?;
        let around = (0..=field.path.len()).rev().find_map(|length| document.at(field.path.get(..length)?))?;
        Some(document.range(around).start)
    }

    /// Moves among the rows.
    pub fn step(&mut self, step: Move, height: usize) {
        self.cursor.step(step, self.form.fields.len(), height);
        self.open_cell();
    }

    /// Moves to a row.
    pub fn select(&mut self, row: usize) {
        self.cursor.row = row.min(self.form.fields.len().saturating_sub(1));
        self.open_cell();
    }

    /// The row a problem belongs to: its own place, or the nearest one around it; none for the input as a
    /// whole.
    pub fn row_of(&self, problem: &InputProblem) -> Option<usize> {
        self.nearest(problem.pointer.raw())
    }

    /// Gives the row a key. What becomes of the text, if anything.
    pub fn key(&mut self, key: KeyEvent) -> Option<Change> {
        if let Some(cell) = &mut self.cell {
            return cell.input.key(key).then(|| self.typed()).flatten();
        }
        let inner = inner_kind(&self.selected()?.kind).clone();
        let plain = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        match (inner, key.code) {
            (FieldKind::Switch, KeyCode::Char(' ') | KeyCode::Left | KeyCode::Right) => self.turn(1),
            (FieldKind::Switch, KeyCode::Char(c)) if plain => {
                let value = SWITCH.into_iter().find(|value| value.starts_with(c.to_ascii_lowercase()))?;
                self.put(value)
            }
            (FieldKind::Choice(_), KeyCode::Left) => self.turn(-1),
            (FieldKind::Choice(_), KeyCode::Right) => self.turn(1),
            (_, KeyCode::Backspace | KeyCode::Delete) => self.leave_out(),
            _ => None,
        }
    }

    /// Whether something was typed on the row since the keyboard came to it.
    pub fn was_typed(&self) -> bool {
        self.cell.as_ref().is_some_and(|cell| cell.typed)
    }

    /// Pastes into the line that is typed on, all of it. A value that is too long for a line then closes it.
    pub fn paste(&mut self, text: &Untrusted) -> Option<Change> {
        let cell = self.cell.as_mut()?;
        let many_lines = cell.reading == Reading::Text;
        if cell.reading != Reading::Name && cell.input.raw().len() + text.raw().len() > MAX_TYPED {
            let typed = cell.input.with_all(text, many_lines);
            let value = value_of(&typed, cell.reading);
            let change = change(self.document.as_ref()?, &cell.path, value.as_deref());
            self.cell = None;
            return Some(change);
        }
        cell.input.paste(text, many_lines);
        self.typed()
    }

    /// The name that is typed, where one is.
    pub fn name(&self) -> Option<&LineInput> {
        self.cell.as_ref().filter(|cell| cell.reading == Reading::Name).map(|cell| &cell.input)
    }

    /// Whether what stands at the row would be typed on a line if it were not so long.
    pub fn is_too_long(&self) -> bool {
        let typed = |field: &FormField| {
            matches!(inner_kind(&field.kind), FieldKind::Text | FieldKind::Number | FieldKind::Json)
        };
        self.cell.is_none() && self.selected().is_some_and(typed)
    }

    /// The text of the row that somebody would rather write in an editor, if it is one.
    pub fn long_text(&self) -> Option<String> {
        let field = self.selected().filter(|field| *inner_kind(&field.kind) == FieldKind::Text)?;
        match self.raw(&field.path) {
            Some(raw) => serde_json::from_str::<Option<String>>(raw).ok().map(Option::unwrap_or_default),
            None => Some(String::new()),
        }
    }

    /// The row's text as it came back from an editor.
    pub fn wrote(&mut self, text: &str) -> Option<Change> {
        self.put(&quoted(text))
    }

    /// The next of the values that a row can have.
    fn turn(&mut self, by: isize) -> Option<Change> {
        let field = self.selected()?;
        let FieldValue::Value(there) = &field.filled else { return self.turn_from(None, by) };
        let now = match inner_kind(&field.kind) {
            FieldKind::Switch => SWITCH.iter().position(|value| *value == there.raw()),
            FieldKind::Choice(values) => values.iter().position(|value| value.is(there.raw())),
            _ => None,
        };
        self.turn_from(now, by)
    }

    fn turn_from(&mut self, now: Option<usize>, by: isize) -> Option<Change> {
        let values: Vec<String> = match inner_kind(&self.selected()?.kind) {
            FieldKind::Switch => SWITCH.map(str::to_owned).into(),
            FieldKind::Choice(values) => values.iter().map(|value| value.json.raw().to_owned()).collect(),
            _ => return None,
        };
        let count = isize::try_from(values.len()).ok()?;
        let next = now.map_or(if by < 0 { count - 1 } else { 0 }, |now| {
            (isize::try_from(now).unwrap_or(0) + by).rem_euclid(count)
        });
        let value = values.get(usize::try_from(next).ok()?)?.clone();
        self.put(&value)
    }

    /// Change on Enter where nothing is chosen from: a switch turns, what is missing is made, a text is done with.
    /// None where there is only the next row to go to.
    pub fn fill_in(&mut self) -> Option<Change> {
        let field = self.selected()?;
        match &field.kind {
            FieldKind::Switch => self.turn(1),
            FieldKind::AddItem(_) => self.start(),
            FieldKind::Object | FieldKind::List(_) if !matches!(field.filled, FieldValue::Value(_)) => self.start(),
            _ => None,
        }
    }

    /// Puts at the row what must be there at least.
    pub fn start(&mut self) -> Option<Change> {
        let path = self.place()?;
        let value = initial_value(self.schema.as_ref()?, self.document.as_ref()?, &self.choices, &path, self.now);
        self.put(&value)
    }

    /// Takes what stands at the row away.
    pub fn leave_out(&mut self) -> Option<Change> {
        let path = self.place()?;
        self.selected().filter(|field| field.filled != FieldValue::LeftOut)?;
        self.cell = None;
        let text = remove(self.document.as_ref()?, &path);
        Some(Change { text, run: Run::Alone })
    }

    /// Puts the emptiest value there that is one: `""`, `[]`, `{}`; `null` where it has no such value.
    pub fn empty(&mut self) -> Option<Change> {
        let value = match inner_kind(&self.selected()?.kind) {
            FieldKind::Text => "\"\"",
            FieldKind::List(_) => "[]",
            FieldKind::Object => "{}",
            _ => return None,
        };
        self.put(value)
    }

    /// Puts `value`, which is JSON, at the row, as a step of its own.
    pub fn put(&mut self, value: &str) -> Option<Change> {
        let path = self.place()?;
        self.put_at(&path, value)
    }

    /// Puts `value`, which is JSON, at a place.
    pub fn put_at(&mut self, path: &[PathStep], value: &str) -> Option<Change> {
        // What was typed there is no longer what stands there.
        self.cell = None;
        let text = set(self.document.as_ref()?, path, &escaped(value));
        Some(Change { text, run: Run::Alone })
    }

    /// Takes another alternative at the row. What stands there stays if it can be meant for that one.
    pub fn choose(&mut self, alternative: usize) -> Option<Change> {
        let path = self.place()?;
        self.choices.insert(path.clone(), alternative);
        let (schema, document) = (self.schema.as_ref()?, self.document.as_ref()?);
        let value = switch_variant(schema, document, &self.choices, &path, self.now);
        if self.raw(&path) == Some(value.as_str()) {
            // The rows change all the same.
            let text = document.text().raw().to_owned();
            self.look(&text);
            return None;
        }
        self.put(&value)
    }

    /// The place that the row fills in; none for the row that adds a name, which fills in none yet.
    fn place(&self) -> Option<Vec<PathStep>> {
        self.selected().filter(|field| !adds_name(field)).map(|field| field.path.clone())
    }

    pub(crate) fn raw(&self, path: &[PathStep]) -> Option<&str> {
        let document = self.document.as_ref()?;
        std::str::from_utf8(document.raw(document.at(path)?)).ok()
    }

    /// Change that the typed text makes.
    fn typed(&mut self) -> Option<Change> {
        if self.is_naming() {
            self.hold_name();
            return None;
        }
        let cell = self.cell.as_mut()?;
        cell.typed = true;
        let value = value_of(cell.input.raw(), cell.reading);
        cell.made = filled(value.as_deref());
        Some(change(self.document.as_ref()?, &cell.path, value.as_deref()))
    }

    /// Opens the line of the row that has the keyboard, unless what is typed on it made what stands there.
    pub(crate) fn open_cell(&mut self) {
        let Some(field) = self.selected() else { return self.cell = None };
        let same = |cell: &Cell| {
            let name = cell.reading == Reading::Name;
            let fits = name || cell.input.raw().len() <= MAX_TYPED;
            fits && cell.path == field.path
                && name == adds_name(field)
                && (name || cell.made == self.filled(&field.path))
        };
        if self.cell.as_ref().is_some_and(same) {
            return;
        }
        let reading = match inner_kind(&field.kind) {
            FieldKind::Text => Reading::Text,
            FieldKind::Number => Reading::Number,
            FieldKind::Json => Reading::Json,
            FieldKind::AddName => Reading::Name,
            _ => return self.cell = None,
        };
        if self.raw(&field.path).is_some_and(|raw| raw.len() > MAX_TYPED) {
            return self.cell = None;
        }
        let made = self.filled(&field.path);
        let typed = match (&made, reading) {
            (_, Reading::Name) => String::new(),
            (FieldValue::Value(raw), Reading::Text) => serde_json::from_str(raw.raw()).unwrap_or_default(),
            (FieldValue::Value(raw), _) => raw.raw().to_owned(),
            (FieldValue::LeftOut | FieldValue::Null, _) => String::new(),
        };
        self.cell = Some(Cell { made, ..Cell::new(&field.path, reading, LineInput::with(&typed)) });
        if reading == Reading::Name {
            self.hold_name();
        }
    }

    /// Whole value at a place.
    fn filled(&self, path: &[PathStep]) -> FieldValue {
        filled(self.raw(path))
    }
}

fn filled(raw: Option<&str>) -> FieldValue {
    match raw {
        None => FieldValue::LeftOut,
        Some("null") => FieldValue::Null,
        Some(raw) => FieldValue::Value(raw.into()),
    }
}

pub(crate) fn adds_name(field: &FormField) -> bool {
    field.kind == FieldKind::AddName
}

fn stand(field: &FormField) -> Stand {
    (pointer(&field.path), adds_name(field))
}

/// Columns that a row's name takes, with its depth and the mark of what is required.
pub fn label_width(field: &FormField) -> usize {
    field.depth * 2 + text::width(&field.label.scrubbed()) + usize::from(field.required)
}

/// Kind of a row once its alternative is chosen, or its item begun.
pub fn inner_kind(kind: &FieldKind) -> &FieldKind {
    match kind {
        FieldKind::Variant { inner, .. } | FieldKind::AddItem(inner) => inner_kind(inner),
        kind => kind,
    }
}

/// JSON for a typed text; none where nothing is left of a number or of JSON.
fn value_of(typed: &str, reading: Reading) -> Option<String> {
    let text = typed.trim();
    let is_json = || JsonText::parse(text.to_owned()).is_ok();
    match reading {
        Reading::Number | Reading::Json if text.is_empty() => None,
        // Of any size: what a number is, the text says.
        Reading::Number if text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) && is_json() => Some(text.into()),
        Reading::Json if is_json() => Some(escaped(text).into_owned()),
        _ => Some(quoted(typed)),
    }
}

/// Change that puts this value at that place, or takes away what is there.
fn change(document: &Document, path: &[PathStep], value: Option<&str>) -> Change {
    let text = value.map_or_else(|| remove(document, path), |value| set(document, path, value));
    Change { text, run: Run::Filling(pointer(path)) }
}

#[cfg(test)]
mod tests;
