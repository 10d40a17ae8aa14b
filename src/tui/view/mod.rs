//! How everything is drawn: a frame, from the model alone.

mod account_detail;
mod accounts;
mod activity;
mod as_code;
mod authorize;
mod chooser;
mod confirm;
mod credentials;
mod difference;
mod env_file;
mod environments;
mod export;
mod footer;
mod header;
mod help;
mod input_form;
mod looks;
mod messages;
mod new_account;
mod obstacle;
mod palette;
mod picker;
mod playground;
mod presets;
mod profile_form;
mod query;
mod requests;
mod tools;
mod whole_link;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;

use super::hits::Hits;
use super::model::Model;
use super::place::Tab;
use super::popups::Popup;
use super::screens::layout;
use super::widgets::canvas::{Canvas, nth_line};

/// Draws everything. Returns what can be clicked, and where the terminal's cursor belongs.
pub fn draw(model: &Model, cells: &mut Buffer) -> (Hits, Option<Position>) {
    let mut canvas = Canvas::new(cells, &model.theme, &model.keymap);
    let screen = canvas.cells.area;
    if screen.width < layout::SMALLEST.0 || screen.height < layout::SMALLEST.1 {
        too_small(&mut canvas, screen);
        return (canvas.hits, None);
    }
    let parts = layout::frame(screen, model.zoomed);
    header::draw(&mut canvas, model, parts.header);
    header::tabs(&mut canvas, model, parts.tabs);
    match model.tab {
        Tab::Accounts => accounts::draw(&mut canvas, model, parts.body),
        Tab::Tools => tools::draw(&mut canvas, model, parts.body),
        Tab::Playground => playground::draw(&mut canvas, model, parts.body),
        Tab::Activity => activity::draw(&mut canvas, model, parts.body),
    }
    if !model.popups.is_empty() {
        canvas.recede();
    }
    for popup in &model.popups {
        // The caret is where the keyboard is.
        canvas.cursor = None;
        match popup {
            Popup::Authorize(popup) => authorize::draw(&mut canvas, model, popup),
            Popup::WholeLink(popup) => whole_link::draw(&mut canvas, model, popup),
            Popup::Help(popup) => help::draw(&mut canvas, model, popup),
            Popup::Messages(popup) => messages::draw(&mut canvas, model, popup),
            Popup::Requests(popup) => requests::draw(&mut canvas, model, popup),
            Popup::NewAccount(popup) => new_account::draw(&mut canvas, model, popup),
            Popup::Credentials(popup) => credentials::draw(&mut canvas, model, popup),
            Popup::Palette(popup) => palette::draw(&mut canvas, model, popup),
            Popup::Confirm(popup) => confirm::draw(&mut canvas, model, popup),
            Popup::Chooser(popup) => chooser::draw(&mut canvas, model, popup),
            Popup::Picker(popup) => picker::draw(&mut canvas, model, popup),
            Popup::Obstacle(popup) => obstacle::draw(&mut canvas, model, popup),
            Popup::Difference(popup) => difference::draw(&mut canvas, model, popup),
            Popup::Presets(popup) => presets::draw(&mut canvas, model, popup),
            Popup::Query(popup) => query::draw(&mut canvas, model, popup),
            Popup::Looks(popup) => looks::draw(&mut canvas, model, popup),
            Popup::Export(popup) => export::draw(&mut canvas, model, popup),
            Popup::AsCode(popup) => as_code::draw(&mut canvas, model, popup),
            Popup::EnvFile(popup) => env_file::draw(&mut canvas, model, popup),
            Popup::Environments(popup) => environments::draw(&mut canvas, model, popup),
            Popup::ProfileForm(popup) => profile_form::draw(&mut canvas, model, popup),
        }
    }
    footer::draw(&mut canvas, model, parts.footer);
    footer::toast(&mut canvas, model, parts.footer);
    (canvas.hits, canvas.cursor)
}

fn too_small(canvas: &mut Canvas<'_>, screen: Rect) {
    let (columns, rows) = layout::SMALLEST;
    let lines = [
        "jackfield needs".to_owned(),
        format!("{columns}x{rows} or more"),
        format!("now {}x{}", screen.width, screen.height),
    ];
    let top = usize::from(screen.height).saturating_sub(lines.len()) / 2;
    for (at, line) in lines.into_iter().enumerate() {
        canvas.line(nth_line(screen, top + at), Line::from(line).style(canvas.theme.strong));
    }
}
