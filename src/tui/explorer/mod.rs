//! The JSON explorer: rows that fold, search, ways to look, tables, jq. Screens embed it.

pub mod actions;
pub mod columns;
pub mod inspect;
pub mod jq;
pub mod json_faces;
pub mod json_find;
pub mod json_row;
pub mod json_view;
pub mod json_window;
pub mod table;

use crate::tui::input::action::Action;
use crate::tui::input::context::Context as C;
use crate::tui::input::spec::Spec;

/// Rows of the action table that belong to the explorer, wherever it stands, and to its popups.
#[rustfmt::skip]
pub const ACTIONS: &[Spec] = &[
    Spec { action: Action::Find, name: "find", hint: "search", keys: &["/"], footer: Some(4), contexts: &[C::Output, C::Entry],
           sentence: "Look for something in keys and values; folds open where it stands" },
    Spec { action: Action::AcceptFind, name: "accept-find", hint: "keep search", keys: &["Enter"], footer: Some(1), contexts: &[C::Find],
           sentence: "Keep what was looked for and go back to the output" },
    Spec { action: Action::ToggleRegex, name: "regex", hint: "regex or text", keys: &["Ctrl-T"], footer: Some(2), contexts: &[C::Find],
           sentence: "Take what is typed as a regular expression; again as plain text" },
    Spec { action: Action::NextMatch, name: "next-match", hint: "next match", keys: &["n"], footer: Some(5), contexts: &[C::Output, C::Entry],
           sentence: "To the next match, around the end" },
    Spec { action: Action::PreviousMatch, name: "previous-match", hint: "match before", keys: &["N"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "To the match before, around the start" },
    Spec { action: Action::ToTree, name: "table-to-tree", hint: "show in the tree", keys: &["Enter"], footer: Some(2), contexts: &[C::Output, C::Entry],
           sentence: "From a cell of the table to the same value among the rows" },
    Spec { action: Action::PreviousColumn, name: "previous-column", hint: "column before", keys: &["Left", "h"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "To the column before, in a table" },
    Spec { action: Action::NextColumn, name: "next-column", hint: "next column", keys: &["Right", "l"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "To the next column of a table" },
    Spec { action: Action::OrderByColumn, name: "order-by-column", hint: "order by this", keys: &["o"], footer: Some(3), contexts: &[C::Output, C::Entry],
           sentence: "Order the table by this column, upwards; again downwards, again as it came" },
    Spec { action: Action::PickColumns, name: "pick-columns", hint: "columns", keys: &["f"], footer: Some(3), contexts: &[C::Output, C::Entry],
           sentence: "Show columns of the table, or hide them" },
    Spec { action: Action::ToggleTable, name: "table", hint: "table", keys: &["t"], footer: Some(6), contexts: &[C::Output, C::Entry],
           sentence: "Look at an array of objects as a table; again for the rows" },
    Spec { action: Action::Presets, name: "presets-beside", hint: "presets", keys: &["F6"], footer: None, contexts: &[C::Output],
           sentence: "Show what was saved for this tool under a name" },
    Spec { action: Action::ToggleFold, name: "toggle-fold", hint: "fold", keys: &["Space", "Enter"], footer: Some(3), contexts: &[C::Output, C::Entry, C::Schema],
           sentence: "Fold or unfold the object or array here" },
    Spec { action: Action::FoldOrParent, name: "fold", hint: "fold", keys: &["Left", "h"], footer: None, contexts: &[C::Output, C::Entry, C::Schema],
           sentence: "Fold here, or go to the parent" },
    Spec { action: Action::UnfoldOrChild, name: "unfold", hint: "unfold", keys: &["Right", "l"], footer: None, contexts: &[C::Output, C::Entry, C::Schema],
           sentence: "Unfold here, or go to the first child" },
    Spec { action: Action::FoldAll, name: "fold-all", hint: "fold all", keys: &["C"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "Fold everything" },
    Spec { action: Action::UnfoldAll, name: "unfold-all", hint: "unfold all", keys: &["E"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "Unfold everything" },
    Spec { action: Action::Deeper, name: "deeper", hint: "one level more", keys: &["+", "="], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "Unfold everything to one level more than before" },
    Spec { action: Action::Shallower, name: "shallower", hint: "one level less", keys: &["-"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "Unfold everything to one level less than before" },
    Spec { action: Action::UnfoldBelow, name: "unfold-below", hint: "unfold inside", keys: &["*"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "Unfold the value under the cursor and everything inside it" },
    Spec { action: Action::ToggleWrap, name: "wrap", hint: "wrap", keys: &["W"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "Show long values in full, on several lines; again to cut them off" },
    Spec { action: Action::ToggleRaw, name: "raw", hint: "as it came", keys: &["b"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "Show the text as it came, byte for byte; again for the rows" },
    Spec { action: Action::Inspect, name: "look", hint: "look", keys: &["v"], footer: Some(6), contexts: &[C::Output, C::Entry],
           sentence: "Look at the value as what it is: text with its lines, link, moment, base64, JSON in a text" },
    Spec { action: Action::ExploreText, name: "look-inside", hint: "explore", keys: &["Enter"], footer: Some(1), contexts: &[C::Inspect],
           sentence: "Explore the JSON that is in this text; back brings you here again" },
    Spec { action: Action::OpenLink, name: "open-link", hint: "open in browser", keys: &["Enter", "o"], footer: Some(1), contexts: &[C::Inspect],
           sentence: "Open the page in the browser; asks first and names the host" },
    Spec { action: Action::NextDisplay, name: "next-look", hint: "another way", keys: &["Tab", "Right", "l"], footer: Some(3), contexts: &[C::Inspect],
           sentence: "Look at it another way" },
    Spec { action: Action::PreviousDisplay, name: "previous-look", hint: "the way before", keys: &["Shift-Tab", "Left", "h"], footer: None, contexts: &[C::Inspect],
           sentence: "Look at it the way before" },
    Spec { action: Action::GoParent, name: "parent", hint: "parent", keys: &["H"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "To the object or array that the value stands in" },
    Spec { action: Action::NextSibling, name: "next-sibling", hint: "next sibling", keys: &["J"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "To the next value in the same object or array, past everything inside this one" },
    Spec { action: Action::PreviousSibling, name: "previous-sibling", hint: "sibling before", keys: &["K"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "To the value before it in the same object or array" },
    Spec { action: Action::CopyPath, name: "copy-path", hint: "copy path", keys: &["Y"], footer: None, contexts: &[C::Output, C::Entry, C::Schema],
           sentence: "Copy the path of what is selected, as jq writes it" },
    Spec { action: Action::CopyPointer, name: "copy-pointer", hint: "copy pointer", keys: &["Ctrl-Y"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "Copy the path of the selected value as a JSON Pointer" },
    Spec { action: Action::Query, name: "jq", hint: "jq", keys: &[":", "|"], footer: Some(5), contexts: &[C::Output, C::Entry],
           sentence: "Ask the value under the cursor with a jq filter; the result can be looked at in turn" },
    Spec { action: Action::RunQuery, name: "run-jq", hint: "run", keys: &["Enter"], footer: Some(1), contexts: &[C::Query],
           sentence: "Run the filter, in a process of its own" },
    Spec { action: Action::Complete, name: "complete-jq", hint: "complete", keys: &["Tab"], footer: Some(2), contexts: &[C::Query],
           sentence: "Type the rest of a name" },
    Spec { action: Action::OlderQuery, name: "older-jq", hint: "older", keys: &["Up"], footer: Some(3), contexts: &[C::Query],
           sentence: "The filter before" },
    Spec { action: Action::NewerQuery, name: "newer-jq", hint: "newer", keys: &["Down"], footer: None, contexts: &[C::Query],
           sentence: "The filter after" },
    Spec { action: Action::Page, name: "page", hint: "pager", keys: &["P"], footer: Some(7), contexts: &[C::Output, C::Entry],
           sentence: "Read the result in your own pager (PAGER)" },
];
