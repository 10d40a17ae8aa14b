//! What is typed where letters are text: into a field, the editor, the form.

use super::context::Context;
use super::effect::Effect;
use super::model::Model;
use super::perform;
use super::popups::Popup;
use super::widgets::typed::Typed;

/// Takes it into what has the keyboard.
pub fn take(model: &mut Model, typed: &Typed) -> Vec<Effect> {
    match model.contexts().first() {
        Some(Context::Filter) if model.filter_mut().take(typed) => model.rearrange(),
        Some(Context::Find) if model.explorer_mut().is_some_and(|view| view.find.input.take(typed)) => model.find(),
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
        Some(Popup::Picker(popup)) => popup.take(typed),
        Some(Popup::Chooser(popup)) => popup.take(typed),
        Some(Popup::Palette(popup)) => popup.take(typed, model.accounts.all(), model.tools.all()),
        Some(Popup::NewAccount(form)) => form.take(typed, model.accounts.all()),
        Some(Popup::Query(popup)) => {
            popup.input.take(typed);
        }
        Some(Popup::Presets(popup)) => {
            popup.naming.as_mut().map(|name| name.take(typed));
        }
        Some(Popup::Credentials(form)) => match typed {
            Typed::Key(key) => form.key(*key),
            Typed::Paste(text) => form.paste(text),
        },
        Some(Popup::ProfileForm(form)) => match typed {
            Typed::Key(key) => form.key(*key),
            Typed::Paste(text) => form.paste(text),
        },
        _ => {}
    }
}
