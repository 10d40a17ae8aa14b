//! What actions do in the form of an input: values are picked, put, left out.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::domain::Untrusted;
use crate::json::edit::PathStep;
use crate::json::{NodeKind, quoted};
use crate::schema::{Allowed, FieldKind, FieldValue, FormField};
use crate::tui::core::effect::Effect;
use crate::tui::core::messages::Pick;
use crate::tui::core::toast::Level;
use crate::tui::input::action::Action;
use crate::tui::input::typed::Typed;
use crate::tui::playground::form::{Change, inner_kind};
use crate::tui::playground::form_actions::{FillRow, Suggestion, allowed, entry, offers};
use crate::tui::playground::screen::InputView;
use crate::tui::runtime::external_program::Handover;
use crate::tui::shell::model::Model;
use crate::tui::widgets::list::Move;

/// What is typed on the row. A letter on a row that is picked from opens the choice with that letter; on an
/// object with open names it begins the next name.
pub fn typed(model: &mut Model, typed: &Typed) -> Vec<Effect> {
    let picks = |field: &FormField| matches!(inner_kind(&field.kind), FieldKind::Choice(_));
    let review = match typed {
        Typed::Key(key) if is_letter(*key) && model.playground.form.selected().is_some_and(picks) => {
            pick_value(model, Some(typed.clone()));
            return Vec::new();
        }
        Typed::Key(key) if is_letter(*key) && model.playground.form.takes_names() => {
            let change = model.playground.form.fill_in();
            let mut effects = change.map(|change| take(model, Some(change))).unwrap_or_default();
            model.playground.form.go_to_names(true);
            let review = model.playground.key(*key);
            effects.extend(model.review(review));
            return effects;
        }
        Typed::Key(key) => model.playground.key(*key),
        Typed::Paste(text) => model.playground.paste(text),
    };
    model.review(review)
}

fn is_letter(key: KeyEvent) -> bool {
    matches!(key.code, KeyCode::Char(c) if !c.is_whitespace())
        && !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
}

/// Lends a text of the form, or the whole input, to the person's own editor.
pub(crate) fn edit(model: &mut Model) -> Vec<Effect> {
    let playground = &mut model.playground;
    let text = (playground.view == InputView::Form).then(|| playground.form.long_text()).flatten();
    playground.lent_field = text.is_some();
    vec![Effect::HandOver(Handover::Edit(text.unwrap_or_else(|| playground.input_text().to_owned())))]
}

/// Does what the row is there for.
pub(crate) fn fill_in(model: &mut Model) -> Vec<Effect> {
    let form = &mut model.playground.form;
    if form.is_naming() {
        let change = form.take_name();
        return take(model, change);
    }
    match form.selected().map(|field| &field.kind) {
        Some(FieldKind::Choice(_)) => pick_value(model, None),
        Some(FieldKind::Variant { .. }) => pick_alternative(model),
        _ => match model.playground.form.fill_in() {
            Some(change) => {
                let effects = take(model, Some(change));
                model.playground.form.go_to_names(false);
                return effects;
            }
            None => model.step(Move::By(1)),
        },
    }
    Vec::new()
}

/// Leaves the row out, or puts `null` or something empty there.
pub(crate) fn put(model: &mut Model, action: Action) -> Vec<Effect> {
    let form = &mut model.playground.form;
    let change = match action {
        Action::LeaveOut => form.leave_out(),
        Action::PutNull => form.put("null"),
        _ => form.empty(),
    };
    take(model, change)
}

fn take(model: &mut Model, change: Option<Change>) -> Vec<Effect> {
    let review = model.playground.take(change);
    model.review(review)
}

fn open(model: &mut Model, title: String, entries: Vec<Suggestion>, current: Option<usize>, typed: Option<Typed>) {
    let entries = entries.into_iter().map(Into::into).collect();
    model.cx.send(Pick { title, entries, current, typed, stays: false });
}

fn pick_value(model: &mut Model, typed: Option<Typed>) {
    let Some(field) = model.playground.form.selected() else { return };
    let FieldKind::Choice(values) = inner_kind(&field.kind) else { return };
    let now = match &field.filled {
        FieldValue::Value(now) => values.iter().position(|value| value.is(now.raw())),
        FieldValue::Null | FieldValue::LeftOut => None,
    };
    let is_default = |one: &Allowed| field.default.as_ref().is_some_and(|default| one.is(default.raw()));
    let mut entries: Vec<Suggestion> =
        values.iter().map(|one| allowed(one, if is_default(one) { "default" } else { "" })).collect();
    if field.filled != FieldValue::LeftOut {
        entries.push(entry("leave it out", "", FillRow::LeaveOut));
    }
    let title = field.label.to_string();
    open(model, title, entries, now, typed);
}

fn pick_alternative(model: &mut Model) {
    let Some(field) = model.playground.form.selected() else { return };
    let FieldKind::Variant { names, chosen, .. } = &field.kind else { return };
    let (chosen, title) = (*chosen, format!("{}: which kind", field.label));
    let mut entries: Vec<Suggestion> = Vec::new();
    for (at, name) in names.iter().enumerate() {
        entries.push(entry(name.clone(), if at == chosen { "now" } else { "" }, FillRow::Alternative(at)));
    }
    if field.filled != FieldValue::LeftOut && !field.path.is_empty() {
        entries.push(entry("leave it out", "", FillRow::LeaveOut));
    }
    open(model, title, entries, Some(chosen), None);
}

pub(crate) fn suggest(model: &mut Model) {
    let entries = offers(model);
    let Some(field) = model.playground.form.selected() else { return };
    let title = field.label.to_string();
    open(model, title, entries, None, None);
}

/// Fields of the input that the value under the cursor of the explorer could go into.
pub(crate) fn use_as(model: &mut Model) {
    let Some(view) = model.explorer() else { return };
    let (document, node) = (view.document(), view.node());
    let raw = String::from_utf8_lossy(document.raw(node)).into_owned();
    let kind = document.kind(node);
    let shown = document.display_string(node, 40).shown();
    let text = model.playground.input_text().to_owned();
    model.playground.form.look(&text);
    let into = |field: &FormField| match (inner_kind(&field.kind), kind) {
        // A number or a switch goes into a text as it is written.
        (FieldKind::Text, NodeKind::Number | NodeKind::Bool) => quoted(&raw),
        _ => raw.clone(),
    };
    let fits = |field: &FormField| match (inner_kind(&field.kind), kind) {
        (FieldKind::AddName, _) => false,
        (FieldKind::Text, NodeKind::Object | NodeKind::Array) | (FieldKind::Object, NodeKind::Array) => false,
        (FieldKind::Number, kind) => kind == NodeKind::Number,
        (FieldKind::Switch, kind) => kind == NodeKind::Bool,
        (FieldKind::Object | FieldKind::List(_), kind) => kind.is_container(),
        (FieldKind::Choice(values), _) => values.iter().any(|value| value.is(&raw)),
        _ => true,
    };
    let fields = model.playground.form.form.fields.iter().filter(|field| fits(field));
    let entries = fields.map(|field| {
        let now = match &field.filled {
            FieldValue::LeftOut => String::new(),
            FieldValue::Null => "now null".to_owned(),
            FieldValue::Value(value) => format!("now {}", value.raw().chars().take(60).collect::<String>()),
        };
        entry(name_of(&field.path).as_str(), now.as_str(), FillRow::Place(field.path.clone(), into(field)))
    });
    let entries: Vec<Suggestion> = entries.collect();
    open(model, format!("Use {shown} as"), entries, None, None);
}

fn name_of(path: &[PathStep]) -> String {
    path.iter().fold(String::new(), |name, step| match step {
        PathStep::Key(key) if name.is_empty() => key.clone(),
        PathStep::Key(key) => format!("{name}.{key}"),
        PathStep::Item(at) => format!("{name}[{at}]"),
    })
}

/// Takes what was picked.
pub(crate) fn picked(model: &mut Model, pick: FillRow) -> Vec<Effect> {
    let form = &mut model.playground.form;
    let change = match pick {
        FillRow::Value(value) => form.put(&value),
        FillRow::Alternative(at) => form.choose(at),
        FillRow::LeaveOut => form.leave_out(),
        FillRow::Name(name) => {
            form.type_name(&name);
            form.take_name()
        }
        FillRow::Place(path, value) => {
            let change = form.put_at(&path, &value);
            let tool = model.playground.subject.as_ref().map(|subject| subject.tool.name.to_string());
            let said = format!("{} of {} is filled in.", Untrusted::from(name_of(&path)), tool.unwrap_or_default());
            model.cx.toasts.say(Level::Done, said, model.cx.now.uptime);
            change
        }
    };
    take(model, change)
}
