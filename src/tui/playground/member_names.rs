//! Names of members in the form of an input: one more, or another one for what is there.

use crate::domain::JsonText;
use crate::json::Document;
use crate::json::edit::{PathStep, pointer, rename, set};
use crate::schema::{FieldKind, FieldValue, FormField, SchemaForm, initial_value};
use crate::tui::playground::form::{Cell, Change, InputForm, Reading, adds_name, inner_kind};
use crate::tui::widgets::typing::line_input::LineInput;
use crate::tui::widgets::typing::undo::Run;

impl InputForm {
    /// Whether the name of something that is there is being typed.
    pub fn is_renaming(&self) -> bool {
        self.is_naming() && self.selected().is_some_and(|field| !adds_name(field))
    }

    /// Whether a name is being typed, of something that is there or of something new.
    pub fn is_naming(&self) -> bool {
        self.cell.as_ref().is_some_and(|cell| cell.input_reading() == Reading::Name)
    }

    /// Whether the row is an object that takes names of its own, which it may have to be made for first.
    pub fn takes_names(&self) -> bool {
        let made = || {
            let (schema, document, path) = (self.schema.as_ref()?, self.document.as_ref()?, self.names_place()?);
            let text = JsonText::parse(set(document, &path, "{}")).ok()?;
            let form = SchemaForm::new(schema, &Document::index(text).ok()?, &self.choices);
            Some(form.fields.iter().any(|field| adds_name(field) && field.path == path))
        };
        self.names_row().is_some() || made().unwrap_or(false)
    }

    /// Goes to where a name is added to the object of the row, unless that asks for other things first.
    pub fn go_to_names(&mut self, past_others: bool) {
        if let Some(row) = self.names_row().filter(|row| past_others || *row == self.cursor.row + 1) {
            self.select(row);
        }
    }

    fn names_row(&self) -> Option<usize> {
        let path = self.selected().filter(|field| *inner_kind(&field.kind) == FieldKind::Object)?.path.as_slice();
        self.form.fields.iter().position(|field| adds_name(field) && field.path == path)
    }

    /// The place of an object that is not there yet.
    fn names_place(&self) -> Option<Vec<PathStep>> {
        let open =
            |field: &&FormField| *inner_kind(&field.kind) == FieldKind::Object && field.filled == FieldValue::LeftOut;
        self.selected().filter(open).map(|field| field.path.clone())
    }

    /// Types a new name for the row, beginning with the one that it has.
    pub fn rename(&mut self) {
        let Some(field) = self.selected().filter(|field| field.names.is_some() && !adds_name(field)) else { return };
        let Some(PathStep::Key(name)) = field.path.last() else { return };
        self.cell = Some(Cell::new(&field.path, Reading::Name, LineInput::with(name)));
    }

    /// The name stays what it is. Whether one was being typed.
    pub fn stop_renaming(&mut self) -> bool {
        let renaming = self.is_renaming();
        if renaming {
            self.cell = None;
            self.open_cell();
        }
        renaming
    }

    /// Types this name in the place of what is typed.
    pub fn type_name(&mut self, name: &str) {
        if let Some(cell) = self.cell.as_mut().filter(|cell| cell.input_reading() == Reading::Name) {
            cell.input = LineInput::with(name);
        }
        self.hold_name();
    }

    /// Holds the name that is typed against what the schema says of names.
    pub(crate) fn hold_name(&mut self) {
        let (Some(field), Some(cell)) = (self.selected(), &self.cell) else { return };
        let typed = cell.input.raw();
        let own = !adds_name(field) && matches!(field.path.last(), Some(PathStep::Key(name)) if name == typed);
        let objection = field.names.as_ref().filter(|_| !own).and_then(|names| names.objection(typed));
        if let Some(cell) = &mut self.cell {
            cell.objection = objection;
        }
    }

    /// Empties the line of a new member where typing begins: the first digit takes the place of the 0.
    pub(crate) fn begin_anew(&mut self) {
        let fresh = std::mem::take(&mut self.fresh);
        let begins = |cell: &&mut Cell| matches!(cell.input_reading(), Reading::Number | Reading::Json);
        if let Some(cell) = self.cell.as_mut().filter(begins).filter(|_| fresh) {
            cell.input = LineInput::default();
        }
    }

    /// Takes the name that is typed: the member is there, or has that name, and the cursor is on it. None
    /// where something speaks against it, or where it is the name that it has.
    pub fn take_name(&mut self) -> Option<Change> {
        let cell = self.cell.as_ref().filter(|cell| cell.objection.is_none())?;
        let (field, document) = (self.selected()?, self.document.as_ref()?);
        let (name, adds) = (cell.input.raw().to_owned(), adds_name(field));
        let old = field.path.clone();
        let object = if adds { old.as_slice() } else { old.split_last()?.1 };
        let path = [object, &[PathStep::Key(name.clone())]].concat();
        if path == old {
            self.stop_renaming();
            return None;
        }
        self.going = Some((pointer(&path), false));
        if adds {
            self.fresh = true;
            let value = initial_value(self.schema.as_ref()?, document, &self.choices, &path, self.now);
            return self.put_at(&path, &value);
        }
        let text = rename(document, &old, &name);
        let moved = |at: Vec<PathStep>| match at.strip_prefix(old.as_slice()) {
            Some(rest) => [&path, rest].concat(),
            None => at,
        };
        self.choices = std::mem::take(&mut self.choices).into_iter().map(|(at, which)| (moved(at), which)).collect();
        self.cell = None;
        Some(Change { text, run: Run::Alone })
    }
}
