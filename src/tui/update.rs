//! The one place where the model changes: an event in, effects out, no I/O, no clock.

use crossterm::event::{KeyEvent, KeyEventKind};
use ratatui::layout::Rect;

use super::action::{Action, Context, Spec};
use super::effect::{Effect, Slot, Task};
use super::event::{Event, Outcome};
use super::handover::HandedBack;
use super::hits::Target;
use super::model::{Environment, Model};
use super::perform::{self, environments};
use super::place::{Pane, Tab};
use super::popups::Popup;
use super::popups::new_account::Connections;
use super::screens::{accounts, activity, layout, tools};
use super::toast::Level;
use super::widgets::list::Move;
use crate::domain::Status;

/// Takes one event into the model. `model.now` has been set to the time of the event.
pub fn update(model: &mut Model, event: Event) -> Vec<Effect> {
    let mut effects = take_in(model, event);
    let uptime = model.now.uptime;
    model.accounts.follow(uptime);
    model.tools.follow(uptime);
    effects.extend(perform::read_what_is_looked_at(model));
    effects.extend(perform::follow(model));
    model.fit_explorer();
    effects
}

fn take_in(model: &mut Model, event: Event) -> Vec<Effect> {
    match event {
        Event::Key(key) if key.kind == KeyEventKind::Release => Vec::new(),
        Event::Key(key) => on_key(model, key),
        Event::Click(target) => on_click(model, target),
        Event::Scroll(target, rows) => on_scroll(model, target, rows),
        Event::Paste(text) => {
            match model.contexts().first() {
                Some(Context::Filter) => {
                    model.filter_mut().paste(&text);
                    return model.rearrange();
                }
                Some(Context::Input | Context::InputForm) => {
                    let review = model.playground.paste(&text);
                    return model.review(review);
                }
                Some(Context::Find) => {
                    if let Some(view) = model.explorer_mut() {
                        view.find.input.paste(&text);
                    }
                    return model.find();
                }
                Some(Context::NewAccount) => {
                    if let Some(Popup::NewAccount(form)) = model.popups.last_mut() {
                        form.typed().paste(&text);
                        form.changed(model.accounts.all());
                    }
                }
                Some(Context::Credentials) => {
                    if let Some(Popup::Credentials(form)) = model.popups.last_mut() {
                        form.paste(&text);
                    }
                }
                Some(Context::Picker) => {
                    if let Some(Popup::Picker(picker)) = model.popups.last_mut() {
                        picker.input.paste(&text);
                        picker.look();
                    }
                }
                Some(Context::Chooser) => {
                    if let Some(Popup::Chooser(chooser)) = model.popups.last_mut() {
                        chooser.input.paste(&text);
                        chooser.look();
                    }
                }
                Some(Context::ProfileForm) => {
                    if let Some(Popup::ProfileForm(form)) = model.popups.last_mut() {
                        form.paste(&text);
                    }
                }
                Some(Context::Query) => {
                    if let Some(Popup::Query(query)) = model.popups.last_mut() {
                        query.input.paste(&text);
                    }
                }
                Some(Context::PresetName) => {
                    if let Some(Popup::Presets(popup)) = model.popups.last_mut()
                        && let Some(name) = &mut popup.naming
                    {
                        name.paste(&text);
                    }
                }
                Some(Context::Palette) => {
                    if let Some(Popup::Palette(palette)) = model.popups.last_mut() {
                        palette.input.paste(&text);
                        palette.look(model.accounts.all(), model.tools.all());
                    }
                }
                _ => {}
            }
            Vec::new()
        }
        Event::Resize(columns, rows) => {
            model.screen = Rect::new(0, 0, columns, rows);
            if let Some(Popup::Looks(popup)) = model.popups.last_mut() {
                popup.fit(model.screen);
            }
            model.rearrange()
        }
        Event::Tick => Vec::new(),
        Event::HandedBack(Ok(HandedBack::Edited(text))) => {
            let review = model.playground.edited(&text);
            model.review(review)
        }
        Event::HandedBack(Ok(HandedBack::Read)) => Vec::new(),
        Event::HandedBack(Err(fault)) => {
            model.toasts.say(Level::Problem, fault.to_string(), model.now.uptime);
            Vec::new()
        }
        Event::End(code) => vec![Effect::Quit(code)],
        Event::Task(job, outcome) if model.jobs.is_current(job) => on_outcome(model, job.slot, outcome),
        Event::Task(..) => Vec::new(),
    }
}

/// Of everything this key could do here, the first that applies now; else the reason why it does not;
/// else it is text.
fn on_key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    let pressed = super::keys::Key::of(&key);
    let contexts = model.contexts();
    let typing = contexts.first().is_some_and(|context| context.types());
    let bound: Vec<&Spec> = model.keymap.bound(&contexts, pressed).collect();
    let is_text = typing && pressed.types();
    match contexts.first() {
        _ if !is_text && !bound.is_empty() => return perform::attempt(model, bound.iter().map(|spec| spec.action)),
        Some(Context::Filter) if model.filter_mut().key(key) => return model.rearrange(),
        Some(Context::Find) if model.explorer_mut().is_some_and(|view| view.find.input.key(key)) => {
            return model.find();
        }
        Some(Context::Input) => {
            let review = model.playground.key(key);
            return model.review(review);
        }
        Some(Context::InputForm) => return perform::form::key(model, key),
        Some(Context::Picker) => {
            if let Some(Popup::Picker(picker)) = model.popups.last_mut()
                && picker.input.key(key)
            {
                picker.look();
            }
        }
        Some(Context::NewAccount) => {
            if let Some(Popup::NewAccount(form)) = model.popups.last_mut()
                && form.typed().key(key)
            {
                form.changed(model.accounts.all());
            }
        }
        Some(Context::Credentials) => {
            if let Some(Popup::Credentials(form)) = model.popups.last_mut() {
                form.key(key);
            }
        }
        Some(Context::Chooser) => {
            if let Some(Popup::Chooser(chooser)) = model.popups.last_mut()
                && chooser.input.key(key)
            {
                chooser.look();
            }
        }
        Some(Context::ProfileForm) => {
            if let Some(Popup::ProfileForm(form)) = model.popups.last_mut() {
                form.key(key);
            }
        }
        Some(Context::Query) => {
            if let Some(Popup::Query(query)) = model.popups.last_mut() {
                query.input.key(key);
            }
        }
        Some(Context::PresetName) => {
            if let Some(Popup::Presets(popup)) = model.popups.last_mut()
                && let Some(name) = &mut popup.naming
            {
                name.key(key);
            }
        }
        Some(Context::Palette) => {
            if let Some(Popup::Palette(palette)) = model.popups.last_mut()
                && palette.input.key(key)
            {
                palette.look(model.accounts.all(), model.tools.all());
            }
        }
        _ => {}
    }
    Vec::new()
}

fn on_click(model: &mut Model, target: Target) -> Vec<Effect> {
    match target {
        Target::Action(action) => return perform::attempt(model, std::iter::once(action)),
        Target::Tab(tab) if model.popups.is_empty() => {
            return perform::attempt(model, std::iter::once(tab.action()));
        }
        Target::Entry(row) => match model.popups.last_mut() {
            Some(Popup::Palette(palette)) => {
                palette.cursor.row = row;
                return perform::attempt(model, std::iter::once(Action::Choose));
            }
            Some(Popup::Chooser(chooser)) => {
                chooser.cursor.row = row;
                return perform::attempt(model, std::iter::once(Action::Choose));
            }
            Some(Popup::Picker(picker)) => {
                picker.cursor.row = row;
                return perform::attempt(model, std::iter::once(Action::Choose));
            }
            Some(Popup::NewAccount(form)) => {
                form.point_at(row);
                return perform::attempt(model, std::iter::once(Action::Submit));
            }
            Some(Popup::Credentials(form)) => form.go_to(row),
            Some(Popup::ProfileForm(form)) => form.go_to(row),
            Some(Popup::Environments(list)) => list.cursor.row = row,
            Some(Popup::Looks(popup)) => popup.choose(row),
            Some(Popup::Presets(list)) => list.cursor.row = row,
            Some(Popup::Export(popup)) => {
                popup.cursor.row = row;
                return perform::export::write(model);
            }
            _ => {}
        },
        Target::Pane(pane) if model.popups.is_empty() => model.set_focus(pane),
        Target::Row(pane, row) if model.popups.is_empty() => {
            model.set_focus(pane);
            let height = model.page_height();
            match (model.tab, pane) {
                (Tab::Accounts, Pane::List) => model.accounts.select(row, height),
                (Tab::Tools, Pane::List) => model.tools.select(row, height),
                (Tab::Tools, Pane::Side) => model.tools.schema.click(row, height),
                (Tab::Activity, Pane::List) => model.activity.select(row, height),
                (Tab::Playground, Pane::List) => model.playground.form.select(row),
                (Tab::Playground | Tab::Activity, Pane::Side) => {
                    if let Some(view) = model.explorer_mut() {
                        view.click(row);
                    }
                }
                _ => {}
            }
        }
        Target::Tab(_) | Target::Pane(_) | Target::Row(..) | Target::Popup => {}
    }
    Vec::new()
}

fn on_scroll(model: &mut Model, target: Target, rows: i32) -> Vec<Effect> {
    let rows = isize::try_from(rows).unwrap_or_default();
    if let Some(popup) = model.popups.last_mut() {
        match popup {
            Popup::Help(help) => help.step(Move::By(rows)),
            Popup::Looks(popup) => popup.step(Move::By(rows), model.screen),
            Popup::Export(popup) => popup.scroll(rows, layout::export_rows(model.screen)),
            _ => {}
        }
        return Vec::new();
    }
    let pane = match target {
        Target::Row(pane, _) | Target::Pane(pane) => pane,
        _ => return Vec::new(),
    };
    let focus = model.focus();
    model.set_focus(pane);
    let height = model.page_height();
    match (model.tab, pane) {
        (Tab::Accounts, Pane::List) => {
            model.accounts.scroll(rows, height);
        }
        _ => model.step(Move::By(rows)),
    }
    // Turning the wheel looks at a pane without moving the keyboard into it.
    model.set_focus(focus);
    Vec::new()
}

fn on_outcome(model: &mut Model, slot: Slot, outcome: Outcome) -> Vec<Effect> {
    let uptime = model.now.uptime;
    let body = layout::frame(model.screen).body;
    let rows = accounts::table_rows(body, Pane::List);
    match outcome {
        Outcome::Opened(Ok(card)) => {
            model.jobs.finish(slot);
            model.resume(&card.name);
            let mut effects = model.arrive(&card.recorded_as);
            model.environment = Environment::Open(card);
            effects.push(model.jobs.start(Slot::Clock, Task::WatchClock));
            model.accounts.begin();
            effects.push(model.jobs.start(Slot::Accounts, Task::LoadAccounts));
            effects.extend(perform::tools::first_visit(model));
            return effects;
        }
        Outcome::Opened(Err(fault)) => {
            model.jobs.finish(slot);
            model.environment = Environment::Failed(fault);
        }
        outcome @ (Outcome::AskAbout(_)
        | Outcome::AtKeychain(_)
        | Outcome::AnswerLost(_)
        | Outcome::Surveyed(_)
        | Outcome::ProfileSaved(..)
        | Outcome::ProfileKept(..)
        | Outcome::BooksKept(_)) => return environments::hear(model, slot, outcome),
        Outcome::AccountsPage(items, total) => model.accounts.page(items, total, rows),
        Outcome::AccountsEnd(result) => {
            model.jobs.finish(slot);
            if let Err(fault) = &result
                && model.accounts.shown() > 0
            {
                model.toasts.say(Level::Problem, fault.to_string(), uptime);
            }
            model.accounts.end(result, rows);
            model.status_of_subject();
        }
        Outcome::AccountRead(result) => {
            model.jobs.finish(slot);
            if let Ok(account) = &result {
                model.playground.account_changed(account);
            }
            model.accounts.read(result, rows);
        }
        Outcome::Connections(result) => {
            model.jobs.finish(slot);
            if let Some(Popup::NewAccount(form)) = model.popups.last_mut() {
                form.connections = Connections::of(result);
                form.look_around(model.accounts.all());
            }
        }
        Outcome::Asked(asked, authorization) => {
            model.jobs.finish(slot);
            perform::asked(model, asked, &authorization);
        }
        Outcome::AccountChanged(result) => {
            model.jobs.finish(slot);
            let works = result.as_ref().ok().filter(|account| account.status == Status::Active).cloned();
            perform::account_changed(model, result);
            return works.map(|account| perform::tools::authorized(model, &account)).unwrap_or_default();
        }
        Outcome::AccountDeleted(id, result) => {
            model.jobs.finish(slot);
            match result {
                Ok(()) => {
                    model.toasts.say(Level::Done, format!("{id} is deleted."), uptime);
                    model.accounts.remove(&id, rows);
                }
                Err(fault) => model.toasts.say(Level::Problem, fault.to_string(), uptime),
            }
        }
        Outcome::ToolsPage(items, total) => {
            let search = model.tools.page(items, total, tools::rows(body, Pane::List));
            return model.search(search);
        }
        Outcome::Exchanges(more) => {
            if let Some(Popup::Requests(requests)) = model.popups.last_mut() {
                requests.add(more);
            }
        }
        Outcome::Skew(skew) => model.skewed(skew),
        Outcome::Found(result) => {
            model.jobs.finish(slot);
            perform::found(model, result);
        }
        Outcome::Looked(result) => {
            model.jobs.finish(slot);
            perform::looked(model, result);
        }
        Outcome::Tabulated(result) => {
            model.jobs.finish(slot);
            perform::tabulated(model, result);
        }
        Outcome::Ranked(order) => {
            model.jobs.finish(slot);
            model.tools.ranked(order, tools::rows(body, Pane::List));
        }
        Outcome::ToolsEnd(result) => {
            model.jobs.finish(slot);
            let said = match &result {
                Ok(Some(cause)) => Some(cause.to_string()),
                Ok(None) => None,
                Err(fault) => Some(fault.to_string()),
            };
            // Where nothing came, a card says it.
            if let Some(said) = said.filter(|_| model.tools.here() > 0) {
                model.toasts.say(Level::Problem, said, uptime);
            }
            model.tools.end(result);
            model.note_unlisted();
        }
        Outcome::AuthorizeStep(progress) => return perform::authorize_step(model, progress),
        Outcome::AuthorizeEnd(result) => {
            model.jobs.finish(slot);
            let mut effects = match &result {
                Ok(account) => perform::tools::authorized(model, account),
                Err(_) => Vec::new(),
            };
            effects.extend(perform::authorize_end(model, result));
            return effects;
        }
        Outcome::Copied(done) => {
            model.jobs.finish(slot);
            return perform::copied(model, done);
        }
        Outcome::BrowserOpened(result) => {
            model.jobs.finish(slot);
            match (perform::authorize_popup(model), result) {
                (Some(popup), result) => popup.browser(result, uptime),
                (None, Err(fault)) => model.toasts.say(Level::Problem, fault.to_string(), uptime),
                (None, Ok(())) => {}
            }
        }
        Outcome::Validated(result) => {
            model.jobs.finish(slot);
            match result {
                Ok(findings) => model.playground.found(&findings),
                Err(fault) => model.toasts.say(Level::Problem, fault.to_string(), uptime),
            }
        }
        Outcome::History(result) => {
            model.jobs.finish(slot);
            model.activity.page(result, activity::rows(body, Pane::List));
        }
        Outcome::Logged(calls) => {
            model.jobs.finish(slot);
            model.activity.logged(calls, activity::rows(body, Pane::List));
        }
        Outcome::EntryRead(result) => {
            model.jobs.finish(slot);
            match result {
                Ok(shown) => model.activity.shown = Some(*shown),
                Err(fault) => model.toasts.say(Level::Problem, fault.to_string(), uptime),
            }
        }
        Outcome::Compared(result) => {
            model.jobs.finish(slot);
            if let Some(Popup::Difference(popup)) = model.popups.last_mut() {
                popup.compared = Some(result.map_err(|fault| fault.to_string()));
            }
        }
        Outcome::Exported(result) => {
            model.jobs.finish(slot);
            perform::export::made(model, result);
        }
        Outcome::Recalled(result) => {
            model.jobs.finish(slot);
            return perform::tools::recalled(model, result);
        }
        Outcome::Presets(result) => {
            model.jobs.finish(slot);
            return perform::presets::done(model, result);
        }
        Outcome::Queried(result) => {
            model.jobs.finish(slot);
            perform::queried(model, result);
        }
        Outcome::QueryKept(result) => {
            model.jobs.finish(slot);
            if let Err(fault) = result {
                model.toasts.say(Level::Problem, fault.to_string(), uptime);
            }
        }
        Outcome::Saved(result) => {
            model.jobs.finish(slot);
            match result {
                Ok(name) => model.toasts.say(Level::Done, format!("Saved as {name}."), uptime),
                Err(fault) => model.toasts.say(Level::Problem, fault.to_string(), uptime),
            }
        }
        Outcome::Unrecorded(fault) => model.toasts.say(Level::Problem, format!("Not recorded: {fault}"), uptime),
        Outcome::Ran(result) => {
            model.jobs.finish(slot);
            model.playground.end(result.map(|ran| (ran.execution, ran.document)), uptime);
        }
    }
    Vec::new()
}
