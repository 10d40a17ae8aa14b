//! What actions do with an array that is looked at as a table.

use crate::domain::Fault;
use crate::tui::core::effect::{Effect, Slot, Task};
use crate::tui::core::messages::{Pick, PickAgain, PickEntry};
use crate::tui::core::toast::Level;
use crate::tui::explorer::json_view::JsonView;
use crate::tui::explorer::table::{TableView, Tabulated};
use crate::tui::shell::model::Model;

/// Show or hide this column of the table, counted from 0.
#[derive(Debug)]
pub(crate) struct ToggleColumn(pub(crate) usize);

pub(crate) fn toggle(model: &mut Model) -> Vec<Effect> {
    let Some(view) = model.explorer_mut() else { return Vec::new() };
    if view.table().is_some() {
        view.leave_face();
        return Vec::new();
    }
    let work = view.tabulate();
    work.map(|work| vec![model.cx.jobs.start(Slot::Table, Task::Tabulate(work))]).unwrap_or_default()
}

/// A table is ready, or its rows stand in order.
pub(crate) fn tabulated(model: &mut Model, result: Result<Option<Tabulated>, Fault>) {
    match (result, model.explorer_mut()) {
        (Ok(Some(found)), Some(view)) => view.tabulated(found),
        (Ok(_), _) => {}
        (Err(fault), _) => model.cx.toasts.say(Level::Problem, fault.to_string(), model.cx.now.uptime),
    }
}

/// By the column under the cursor, upwards, downwards, and as it came.
pub(crate) fn order(model: &mut Model) -> Vec<Effect> {
    let work = model.explorer_mut().and_then(|view| view.in_table(TableView::next_order)).flatten();
    match work {
        Some(work) => vec![model.cx.jobs.start(Slot::Table, Task::Tabulate(work))],
        None => vec![model.cx.jobs.cancel(Slot::Table)],
    }
}

/// Offers every column, to be shown or hidden.
pub(crate) fn pick_columns(model: &mut Model) {
    if let Some(entries) = entries(model) {
        let title = "Columns: show or hide".to_owned();
        model.cx.send(Pick { title, entries, stays: true, ..Pick::default() });
    }
}

fn entries(model: &Model) -> Option<Vec<PickEntry>> {
    let table = model.explorer().and_then(JsonView::table)?;
    let entry = |(at, (name, note, shown)): (usize, (String, String, bool))| {
        let note = format!("{note}{}", if shown { "" } else { "  hidden" });
        PickEntry::new(name, note, ToggleColumn(at))
    };
    Some(table.columns().enumerate().map(entry).collect())
}

/// Shows or hides a column; the list stays open for the next.
pub(crate) fn toggle_column(model: &mut Model, column: usize) {
    if let Some(view) = model.explorer_mut() {
        view.in_table(|table| table.toggle_column(column));
    }
    let entries = entries(model).unwrap_or_default();
    model.cx.send(PickAgain(entries));
}
