//! Keys that edit text: they belong to the fields, and to no action.

use crate::tui::input::context::Context;
use crate::tui::shell::help::{Row, Section};

/// Keys, name and sentence.
type Editing = (&'static str, &'static str, &'static str);

const UNDO: [Editing; 2] =
    [("Ctrl-Z", "Undo", "Undo the last change of the input"), ("Ctrl-Y", "Redo", "Redo what was undone")];

const EDITOR: [Editing; 5] = [
    ("Ctrl-A", "Select all", "Select the whole input"),
    ("Shift-Left/Right", "Select", "Select text"),
    ("Ctrl-Left/Right", "Word left, right", "Move by words"),
    ("Home/End", "Start, end", "Start or end of the line"),
    ("Ctrl-W Alt-D", "Delete word", "Delete the word before or after the cursor"),
];

const LINE: [Editing; 5] = [
    ("Home Ctrl-A", "Start", "Start of the line"),
    ("End Ctrl-E", "End", "End of the line"),
    ("Ctrl-Left/Right", "Word left, right", "Move by words"),
    ("Ctrl-W Alt-D", "Delete word", "Delete the word before or after the cursor"),
    ("Ctrl-U Ctrl-K", "Delete to start, end", "Delete everything before or after the cursor"),
];

/// Keys that edit what is typed in this context; none where nothing is.
pub(super) fn section(context: Context) -> Option<Section> {
    let rows: Vec<Editing> = match context {
        Context::Input => UNDO.into_iter().chain(EDITOR).collect(),
        // Its other keys do something with the row.
        Context::InputForm => {
            UNDO.into_iter().chain(LINE.into_iter().filter(|(keys, ..)| !keys.contains("Ctrl-E"))).collect()
        }
        context if context.types() => LINE.to_vec(),
        _ => return None,
    };
    let row = |(keys, title, sentence): Editing| Row {
        keys: keys.to_owned(),
        title,
        sentence,
        also: "edit text",
        reason: None,
        action: None,
    };
    Some(Section { title: "Editing text", rows: rows.into_iter().map(row).collect() })
}
