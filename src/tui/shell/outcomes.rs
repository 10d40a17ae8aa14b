//! What came of a task, taken into the model.

use crate::domain::Status;
use crate::tui::accounts::new_account::state::Connections;
use crate::tui::accounts::screen as accounts;
use crate::tui::core::effect::{Effect, Slot};
use crate::tui::core::event::Outcome;
use crate::tui::core::messages::AccountsLoaded;
use crate::tui::core::toast::Level;
use crate::tui::input::tabs::Pane;
use crate::tui::shell::model::Model;
use crate::tui::shell::perform;
use crate::tui::shell::popup::Popup;

/// Takes it in, and says what is to be done next.
pub fn take(model: &mut Model, slot: Slot, outcome: Outcome) -> Vec<Effect> {
    let uptime = model.cx.now.uptime;
    let body = model.cx.body();
    let rows = accounts::table_rows(body, Pane::List);
    match outcome {
        Outcome::Room(message) => return model.deliver(message),
        Outcome::AccountsPage(items, total) => model.accounts.page(&mut model.cx.accounts, items, total, rows),
        Outcome::AccountsEnd(result) => {
            model.cx.jobs.finish(slot);
            let said = match &result {
                Ok(mismatch) => mismatch.map(|mismatch| (mismatch.missing() > 0, mismatch.told("account"))),
                Err(fault) => Some((true, fault.to_string())),
            };
            model.accounts.end(&mut model.cx.accounts, result, rows);
            // Where nothing came, a card says it.
            if let Some((bad, words)) = said.filter(|_| model.accounts.shown() > 0) {
                model.cx.toasts.say(if bad { Level::Problem } else { Level::Note }, words, uptime);
            }
            model.cx.send(AccountsLoaded);
        }
        Outcome::AccountRead(result) => {
            model.cx.jobs.finish(slot);
            if let Ok(account) = &result {
                model.playground.account_changed(account);
            }
            model.accounts.read(&mut model.cx.accounts, result, rows);
        }
        Outcome::Connections(result) => {
            model.cx.jobs.finish(slot);
            if let Ok((_, Some(mismatch))) = &result {
                model.cx.toasts.say(Level::Problem, mismatch.told("connection"), uptime);
            }
            if let Some(Popup::NewAccount(form)) = model.popups.last_mut() {
                form.connections = Connections::of(result.map(|(found, _)| found));
                form.look_around(model.cx.accounts.all());
            }
        }
        Outcome::Asked(asked, authorization) => {
            model.cx.jobs.finish(slot);
            perform::asked(model, asked, &authorization);
        }
        Outcome::AccountChanged(result) => {
            model.cx.jobs.finish(slot);
            let works = result.as_ref().ok().filter(|account| account.status == Status::Active).cloned();
            perform::account_changed(model, result);
            works.into_iter().for_each(|account| model.tools.authorized(&account, &mut model.cx));
        }
        Outcome::AccountDeleted(id, result) => {
            model.cx.jobs.finish(slot);
            match result {
                Ok(()) => {
                    model.cx.toasts.say(Level::Done, format!("{id} is deleted."), uptime);
                    model.accounts.remove(&mut model.cx.accounts, &id, rows);
                }
                Err(fault) => model.cx.toasts.say(Level::Problem, fault.to_string(), uptime),
            }
        }
        Outcome::Skew(skew) => {
            if let Some((level, text)) = model.cx.clock.hear(skew) {
                model.cx.toasts.say(level, text, uptime);
            }
        }
        Outcome::AuthorizeStep(progress) => return perform::authorize_step(model, progress),
        Outcome::AuthorizeEnd(result) => {
            model.cx.jobs.finish(slot);
            if let Ok(account) = &result {
                model.tools.authorized(account, &mut model.cx);
            }
            return perform::authorize_end(model, result);
        }
    }
    Vec::new()
}
