//! What is typed where letters are text: into a field, the editor, the form.

use crate::tui::core::component::Input;
use crate::tui::core::effect::Effect;
use crate::tui::core::toast::Level;
use crate::tui::explorer::actions as explorer;
use crate::tui::input::context::Context;
use crate::tui::input::typed::Line;
use crate::tui::input::typed::Typed;
use crate::tui::shell::model::Model;
use crate::tui::shell::popup::Popup;
use crate::tui::widgets::filter::Filter;
use crate::tui::widgets::secret_input::SecretInput;

/// Takes it into what has the keyboard, and says so where not all of it fits there.
pub fn take(model: &mut Model, typed: &Typed) -> Vec<Effect> {
    let left_out = line(model).and_then(|line| line.left_out(typed));
    let effects = into_focus(model, typed);
    if let Some(words) = left_out {
        model.cx.say(Level::Problem, words);
    }
    effects
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
        _ => {}
    }
    match model.popups.last_mut()? {
        Popup::NewAccount(form) => Some(of(form.typed())),
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
        _ => {
            into_popup(model, typed);
            Vec::new()
        }
    }
}

fn into_popup(model: &mut Model, typed: &Typed) {
    match model.popups.last_mut() {
        Some(Popup::NewAccount(form)) => form.take(typed, model.cx.accounts.all()),
        Some(Popup::Credentials(form)) => match typed {
            Typed::Key(key) => form.key(*key),
            Typed::Paste(text) => form.paste(text),
        },
        _ => {}
    }
}
