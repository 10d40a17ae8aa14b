//! What is typed where letters are text: into a field, the editor, the form.

use crossterm::event::KeyCode;

use crate::tui::core::component::Input;
use crate::tui::core::effect::Effect;
use crate::tui::core::toast::Level;
use crate::tui::explorer::actions as explorer;
use crate::tui::input::context::Context;
use crate::tui::input::typed::Line;
use crate::tui::input::typed::{Typed, is_letter};
use crate::tui::playground::form_actions::too_long;
use crate::tui::shell::model::Model;
use crate::tui::shell::perform;
use crate::tui::shell::popup::Popup;
use crate::tui::widgets::filter::Filter;
use crate::tui::widgets::secret_input::SecretInput;

/// Takes it into what has the keyboard, and says so where not all of it fits there.
pub fn take(model: &mut Model, typed: &Typed) -> Vec<Effect> {
    let left_out = line(model).and_then(|line| line.left_out(typed));
    let refused = refused(model, typed);
    let was_open = model.playground.form.cell.is_some();
    let effects = into_focus(model, typed);
    // What was pasted into a line of the form is kept, however long; a line it is no more.
    let closed = was_open && model.playground.form.cell.is_none() && matches!(typed, Typed::Paste(_));
    let (level, words) = match (left_out, refused, closed) {
        (Some(words), ..) => (Level::Problem, words),
        (None, true, _) => (Level::Reason, format!("Nothing is typed: {}", too_long(model))),
        (None, false, true) => (Level::Note, format!("The whole text is kept: {}", too_long(model))),
        (None, false, false) => return effects,
    };
    model.cx.toasts.say(level, words, model.cx.now.uptime);
    effects
}

/// Whether the input, or the row of its form, is too long to take what is typed.
fn refused(model: &Model, typed: &Typed) -> bool {
    let changes = match typed {
        Typed::Paste(_) => true,
        Typed::Key(key) => is_letter(*key) || matches!(key.code, KeyCode::Enter | KeyCode::Backspace | KeyCode::Delete),
    };
    let playground = &model.playground;
    changes
        && match model.contexts().first() {
            Some(Context::Input) => playground.editor.is_long(),
            Some(Context::InputForm) => {
                !matches!(typed, Typed::Key(key) if !is_letter(*key)) && playground.form.is_too_long()
            }
            _ => false,
        }
}

/// The line that has the keyboard; none where texts of any length are typed.
fn line(model: &mut Model) -> Option<Line> {
    if let Some(room) = model.room() {
        return room.line();
    }
    let of = Filter::capacity;
    let secret = SecretInput::capacity;
    match model.contexts().first() {
        Some(Context::Filter) => return Some(of(model.filter_mut())),
        Some(Context::Find) => return model.explorer_mut().map(|view| of(&view.find.input)),
        Some(Context::InputForm) => return model.playground.form.name().map(|name| secret(name, false)),
        Some(Context::Input) => return None,
        _ => {}
    }
    match model.popups.last_mut()? {
        Popup::Palette(popup) => Some(of(&popup.input)),
        Popup::NewAccount(form) => Some(of(form.typed())),
        Popup::Presets(popup) => popup.naming.as_ref().map(of),
        Popup::Credentials(form) => form.typed().map(|(input, many_lines)| secret(input, many_lines)),
        _ => None,
    }
}

fn into_focus(model: &mut Model, typed: &Typed) -> Vec<Effect> {
    let input = Input::Typed(typed.clone());
    if model.in_room(|room, cx| room.input(&input, cx)).is_some() {
        return Vec::new();
    }
    match model.contexts().first() {
        Some(Context::Filter) if model.filter_mut().take(typed) => model.rearrange(),
        Some(Context::Find) => {
            model.in_explorer(|view, cx| explorer::input(view, &input, cx));
            Vec::new()
        }
        Some(Context::Input) => {
            let review = match typed {
                Typed::Key(key) => model.playground.key(*key),
                Typed::Paste(text) => model.playground.paste(text),
            };
            model.review(review)
        }
        Some(Context::InputForm) => perform::form::typed(model, typed),
        _ => {
            into_popup(model, typed);
            Vec::new()
        }
    }
}

fn into_popup(model: &mut Model, typed: &Typed) {
    match model.popups.last_mut() {
        Some(Popup::Palette(popup)) => popup.take(typed, model.cx.accounts.all(), model.cx.tools.rows()),
        Some(Popup::NewAccount(form)) => form.take(typed, model.cx.accounts.all()),
        Some(Popup::Presets(popup)) => {
            popup.naming.as_mut().map(|name| name.take(typed));
        }
        Some(Popup::Credentials(form)) => match typed {
            Typed::Key(key) => form.key(*key),
            Typed::Paste(text) => form.paste(text),
        },
        _ => {}
    }
}
