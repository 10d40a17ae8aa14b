//! Actions on a row of the form: whether they apply, and what they do.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::domain::Untrusted;
use crate::json::edit::PathStep;
use crate::json::{Document, NodeId, NodeKind, quoted};
use crate::schema::{Allowed, FieldKind, FieldValue, FormField};
use crate::tui::core::cx::Cx;
use crate::tui::core::messages::Pick;
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::typed::Typed;
use crate::tui::playground::form::{Change, InputForm, inner_kind};
use crate::tui::playground::screen::{InputView, Playground};
use crate::tui::playground::suggestions::{FillRow, Suggestion, has_suggestions, suggestions};
use crate::tui::widgets::list::Move;

/// Columns of a value in a title, and characters of the value that it would replace.
const TITLE: usize = 40;
const NOTE: usize = 60;

/// Reason where the row is in no list.
const NO_ITEM: &str = "This is not an item of a list.";

/// Whether this can be done to the row that has the keyboard.
pub(super) fn availability(playground: &Playground, action: Action) -> Availability {
    let form = &playground.form;
    let (Some(field), Some(subject)) = (form.selected(), &playground.subject) else { return Availability::NotHere };
    let adds = field.kind == FieldKind::AddName;
    match action {
        Action::FillIn => match form.cell.as_ref().and_then(|cell| cell.objection.clone()) {
            Some(objection) => Availability::No(objection.into()),
            None => Availability::Yes,
        },
        Action::Rename => Availability::when(field.names.is_some() && !adds, "The schema fixes this name."),
        Action::LeaveOut | Action::PutNull | Action::PutEmpty if adds => {
            Availability::No("Type the name first, then Enter.".into())
        }
        Action::Suggest => {
            Availability::when(has_suggestions(field, &subject.identifier), "No suggestions for this field.")
        }
        Action::LeaveOut => Availability::when(field.filled != FieldValue::LeftOut, "Already omitted."),
        Action::DuplicateItem => Availability::when(form.item().is_some(), NO_ITEM),
        Action::MoveItemUp => match form.item() {
            None => Availability::No(NO_ITEM.into()),
            Some((at, _)) => Availability::when(at > 0, "It is the first item."),
        },
        Action::MoveItemDown => match form.item() {
            None => Availability::No(NO_ITEM.into()),
            Some((at, count)) => Availability::when(at + 1 < count, "It is the last item."),
        },
        Action::PutNull => Availability::when(field.filled != FieldValue::Null, "Already null."),
        Action::PutEmpty => {
            let can_be = matches!(inner_kind(&field.kind), FieldKind::Text | FieldKind::List(_) | FieldKind::Object);
            Availability::when(can_be, "Only text, a list or an object can be empty.")
        }
        _ => Availability::NotHere,
    }
}

impl Playground {
    /// Takes text typed on the row. A letter on a row that is picked from opens the choice with that letter; on an
    /// object with open names it begins the next name.
    pub(super) fn typed_in_form(&mut self, typed: &Typed, cx: &mut Cx) {
        let picks = |field: &FormField| matches!(inner_kind(&field.kind), FieldKind::Choice(_));
        let review = match typed {
            Typed::Key(key) if begins_a_word(*key) && self.form.selected().is_some_and(picks) => {
                return pick_value(&self.form, Some(typed.clone()), cx);
            }
            Typed::Key(key) if begins_a_word(*key) && self.form.takes_names() => {
                let change = self.form.fill_in();
                self.take_change(change, cx);
                self.form.go_to_names(true);
                self.key(*key)
            }
            Typed::Key(key) => self.key(*key),
            Typed::Paste(text) => self.paste(text),
        };
        self.follow_up(review, cx);
    }

    /// Moves among the rows.
    pub(super) fn step_in_form(&mut self, step: Move) {
        if self.view == InputView::Form {
            self.form.step(step, self.form_rows);
        }
    }

    /// Does what the row is there for.
    pub(super) fn fill_in(&mut self, cx: &mut Cx) {
        if self.form.is_naming() {
            let change = self.form.take_name();
            return self.take_change(change, cx);
        }
        match self.form.selected().map(|field| &field.kind) {
            Some(FieldKind::Choice(_)) => pick_value(&self.form, None, cx),
            // Who has just typed is done with the field.
            Some(FieldKind::Variant { .. }) if self.form.was_typed() => self.step_in_form(Move::By(1)),
            Some(FieldKind::Variant { .. }) => self.pick_alternative(cx),
            _ => match self.form.fill_in() {
                Some(change) => {
                    self.take_change(Some(change), cx);
                    self.form.go_to_names(false);
                }
                None => self.step_in_form(Move::By(1)),
            },
        }
    }

    /// Leaves the row out, or puts `null` or something empty there.
    pub(super) fn put(&mut self, action: Action, cx: &mut Cx) {
        let change = match action {
            Action::LeaveOut => self.form.leave_out(),
            Action::PutNull => self.form.put("null"),
            _ => self.form.empty(),
        };
        self.take_change(change, cx);
    }

    /// Duplicates or moves the item that the row is, or is in.
    pub(super) fn change_item(&mut self, action: Action, cx: &mut Cx) {
        let change = match action {
            Action::DuplicateItem => self.form.duplicate_item(),
            Action::MoveItemUp => self.form.move_item(-1),
            _ => self.form.move_item(1),
        };
        self.take_change(change, cx);
    }

    fn take_change(&mut self, change: Option<Change>, cx: &mut Cx) {
        let review = self.take(change);
        self.follow_up(review, cx);
    }

    fn pick_alternative(&self, cx: &mut Cx) {
        let Some(field) = self.form.selected() else { return };
        let FieldKind::Variant { names, details, chosen, .. } = &field.kind else { return };
        let named = |(at, name): (usize, &Untrusted)| {
            let detail = details.get(at).map(Untrusted::raw).unwrap_or_default();
            let note = match (at == *chosen, detail) {
                (false, detail) => detail.to_owned(),
                (true, "") => "now".to_owned(),
                (true, detail) => format!("now, {detail}"),
            };
            Suggestion::new(name.clone(), note, FillRow::Alternative(at))
        };
        let can_go = field.filled != FieldValue::LeftOut && !field.path.is_empty();
        let left_out = can_go.then(Suggestion::leave_out);
        let entries = names.iter().enumerate().map(named).chain(left_out).map(Into::into).collect();
        let title = format!("{}: choose a variant", field.label);
        cx.send(Pick { title, entries, current: Some(*chosen), ..Pick::default() });
    }

    pub(super) fn suggest(&self, cx: &mut Cx) {
        let (Some(field), Some(subject)) = (self.form.selected(), &self.subject) else { return };
        let found = suggestions(field, cx.server_now(), &subject.identifier);
        let entries = found.into_iter().map(Into::into).collect();
        cx.send(Pick { title: field.label.to_string(), entries, ..Pick::default() });
    }

    /// Offers the fields of the input that a value could go into.
    pub(super) fn offer_places(&mut self, document: &Document, node: NodeId, cx: &mut Cx) {
        let raw = String::from_utf8_lossy(document.raw(node)).into_owned();
        let kind = document.kind(node);
        let shown = document.display_string(node, TITLE).shown();
        self.form.look(self.editor.text());
        let into = |field: &FormField| match (inner_kind(&field.kind), kind) {
            // A number or a switch goes into a text as it is written.
            (FieldKind::Text, NodeKind::Number | NodeKind::Bool) => quoted(&raw),
            _ => raw.clone(),
        };
        let fits = |field: &&FormField| match (inner_kind(&field.kind), kind) {
            (FieldKind::AddName, _) => false,
            (FieldKind::Text, NodeKind::Object | NodeKind::Array) | (FieldKind::Object, NodeKind::Array) => false,
            (FieldKind::Number, kind) => kind == NodeKind::Number,
            (FieldKind::Switch, kind) => kind == NodeKind::Bool,
            (FieldKind::Object | FieldKind::List(_), kind) => kind.is_container(),
            (FieldKind::Choice(values), _) => values.iter().any(|value| value.is(&raw)),
            _ => true,
        };
        let entries = self.form.form.fields.iter().filter(fits).map(|field| {
            let now = match &field.filled {
                FieldValue::LeftOut => String::new(),
                FieldValue::Null => "now null".to_owned(),
                FieldValue::Value(value) => format!("now {}", value.raw().chars().take(NOTE).collect::<String>()),
            };
            Suggestion::new(name_of(&field.path), now, FillRow::Place(field.path.clone(), into(field))).into()
        });
        cx.send(Pick { title: format!("Use {shown} as"), entries: entries.collect(), ..Pick::default() });
    }

    /// Takes what was picked.
    pub(super) fn fill_row(&mut self, row: FillRow, cx: &mut Cx) {
        let form = &mut self.form;
        let change = match row {
            FillRow::Value(value) => form.put(&value),
            FillRow::Alternative(at) => form.choose(at),
            FillRow::LeaveOut => form.leave_out(),
            FillRow::Name(name) => {
                form.type_name(&name);
                form.take_name()
            }
            FillRow::Place(path, value) => {
                let tool = self.subject.as_ref().map(|subject| subject.tool.name.to_string()).unwrap_or_default();
                cx.say(Level::Done, format!("{} of {tool} filled in.", Untrusted::from(name_of(&path))));
                form.put_at(&path, &value)
            }
        };
        self.take_change(change, cx);
    }
}

/// Offers the values that the row can have; `typed` is the beginning of the filter.
pub(super) fn pick_value(form: &InputForm, typed: Option<Typed>, cx: &mut Cx) {
    let Some(field) = form.selected() else { return };
    let FieldKind::Choice(values) = inner_kind(&field.kind) else { return };
    let current = match &field.filled {
        FieldValue::Value(now) => values.iter().position(|value| value.is(now.raw())),
        FieldValue::Null | FieldValue::LeftOut => None,
    };
    let is_default = |one: &Allowed| field.default.as_ref().is_some_and(|default| one.is(default.raw()));
    let allowed = |one| Suggestion::allowed(one, if is_default(one) { "default" } else { "" });
    let left_out = (field.filled != FieldValue::LeftOut).then(Suggestion::leave_out);
    let entries = values.iter().map(allowed).chain(left_out).map(Into::into).collect();
    cx.send(Pick { title: field.label.to_string(), entries, current, typed });
}

pub(super) fn begins_a_word(key: KeyEvent) -> bool {
    matches!(key.code, KeyCode::Char(c) if !c.is_whitespace())
        && !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
}

fn name_of(path: &[PathStep]) -> String {
    path.iter().fold(String::new(), |name, step| match step {
        PathStep::Key(key) if name.is_empty() => key.clone(),
        PathStep::Key(key) => format!("{name}.{key}"),
        PathStep::Item(at) => format!("{name}[{at}]"),
    })
}
