//! Showing and hiding the columns of a table.

use crate::tui::core::cx::Cx;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{Pick, PickAgain, PickEntry};
use crate::tui::explorer::json_view::JsonView;

/// Show or hide this column of the table, counted from 0.
#[derive(Debug)]
struct ToggleColumn(usize);

/// Opens a list of the table's columns, to show and hide them.
pub fn pick(view: &JsonView, cx: &mut Cx) {
    let title = "Columns: show or hide".to_owned();
    cx.send(Pick { title, entries: entries(view), stays: true, ..Pick::default() });
}

fn entries(view: &JsonView) -> Vec<PickEntry> {
    let entry = |(at, (name, note, shown)): (usize, (String, String, bool))| {
        let note = format!("{note}{}", if shown { "" } else { "  hidden" });
        PickEntry::new(name, note, ToggleColumn(at))
    };
    view.table().into_iter().flat_map(|table| table.columns().enumerate()).map(entry).collect()
}

/// Shows or hides a column; the list stays open for the next.
///
/// # Errors
/// The message, where it is for somebody else.
pub fn receive(view: Option<&mut JsonView>, message: Message, cx: &mut Cx) -> Result<(), Message> {
    let ToggleColumn(column) = message.take()?;
    if let Some(view) = view {
        view.in_table(|table| table.toggle_column(column));
        cx.send(PickAgain(entries(view)));
    }
    Ok(())
}
