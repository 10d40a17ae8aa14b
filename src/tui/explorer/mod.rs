//! The JSON explorer: rows that fold, search, ways to look, tables, jq. Screens embed it.

pub mod actions;
pub mod columns;
pub mod copy;
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
           sentence: "Search keys and values and unfold matches; in a table, show only rows that match" },
    Spec { action: Action::AcceptFind, name: "accept-find", hint: "keep search", keys: &["Enter"], footer: Some(1), contexts: &[C::Find],
           sentence: "Keep the search and go back to the output" },
    Spec { action: Action::ToggleRegex, name: "regex", hint: "regex or text", keys: &["Ctrl-T"], footer: Some(2), contexts: &[C::Find],
           sentence: "Search for a regular expression, or for plain text" },
    Spec { action: Action::NextMatch, name: "next-match", hint: "next match", keys: &["n"], footer: Some(5), contexts: &[C::Output, C::Entry],
           sentence: "Next match" },
    Spec { action: Action::PreviousMatch, name: "previous-match", hint: "previous match", keys: &["N"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "Previous match" },
    Spec { action: Action::ToTree, name: "table-to-tree", hint: "show in the tree", keys: &["Enter"], footer: Some(2), contexts: &[C::Output, C::Entry],
           sentence: "Show the cell in the tree" },
    Spec { action: Action::PreviousColumn, name: "previous-column", hint: "previous column", keys: &["Left", "h"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "Previous column of the table" },
    Spec { action: Action::NextColumn, name: "next-column", hint: "next column", keys: &["Right", "l"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "Next column of the table" },
    Spec { action: Action::OrderByColumn, name: "order-by-column", hint: "sort", keys: &["o"], footer: Some(3), contexts: &[C::Output, C::Entry],
           sentence: "Sort by this column: ascending, descending, unsorted" },
    Spec { action: Action::PickColumns, name: "pick-columns", hint: "columns", keys: &["f"], footer: Some(3), contexts: &[C::Output, C::Entry],
           sentence: "Show or hide columns" },
    Spec { action: Action::ToggleTable, name: "table", hint: "table", keys: &["t"], footer: Some(6), contexts: &[C::Output, C::Entry],
           sentence: "Show an array of objects as a table, or as a tree" },
    Spec { action: Action::Presets, name: "presets-beside", hint: "presets", keys: &["F6"], footer: None, contexts: &[C::Output],
           sentence: "Show the saved inputs of this tool" },
    Spec { action: Action::ToggleFold, name: "toggle-fold", hint: "fold", keys: &["Space", "Enter"], footer: Some(3), contexts: &[C::Output, C::Entry, C::Schema],
           sentence: "Fold or unfold" },
    Spec { action: Action::FoldOrParent, name: "fold", hint: "fold", keys: &["Left", "h"], footer: None, contexts: &[C::Output, C::Entry, C::Schema],
           sentence: "Fold, or go to the parent" },
    Spec { action: Action::UnfoldOrChild, name: "unfold", hint: "unfold", keys: &["Right", "l"], footer: None, contexts: &[C::Output, C::Entry, C::Schema],
           sentence: "Unfold, or go to the first child" },
    Spec { action: Action::FoldAll, name: "fold-all", hint: "fold all", keys: &["C"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "Fold everything" },
    Spec { action: Action::UnfoldAll, name: "unfold-all", hint: "unfold all", keys: &["E"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "Unfold everything" },
    Spec { action: Action::Deeper, name: "deeper", hint: "one level more", keys: &["+", "="], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "Unfold one more level everywhere" },
    Spec { action: Action::Shallower, name: "shallower", hint: "one level less", keys: &["-"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "Unfold one level less everywhere" },
    Spec { action: Action::UnfoldBelow, name: "unfold-below", hint: "unfold inside", keys: &["*"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "Unfold the value and everything inside it" },
    Spec { action: Action::ToggleWrap, name: "wrap", hint: "wrap", keys: &["W"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "Wrap long values, or cut them off" },
    Spec { action: Action::ToggleRaw, name: "raw", hint: "raw", keys: &["b"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "Show the raw text, or the tree" },
    Spec { action: Action::Inspect, name: "look", hint: "view", keys: &["v"], footer: Some(6), contexts: &[C::Output, C::Entry],
           sentence: "View decoded (text, link, time, base64, JSON)" },
    Spec { action: Action::ExploreText, name: "look-inside", hint: "explore", keys: &["Enter"], footer: Some(1), contexts: &[C::Inspect],
           sentence: "Explore the JSON inside this text" },
    Spec { action: Action::OpenLink, name: "open-link", hint: "open in browser", keys: &["Enter", "o"], footer: Some(1), contexts: &[C::Inspect],
           sentence: "Open in the browser; asks first and names the host" },
    Spec { action: Action::NextDisplay, name: "next-look", hint: "next view", keys: &["Tab", "Right", "l"], footer: Some(3), contexts: &[C::Inspect],
           sentence: "Next way to view it" },
    Spec { action: Action::PreviousDisplay, name: "previous-look", hint: "previous view", keys: &["Shift-Tab", "Left", "h"], footer: None, contexts: &[C::Inspect],
           sentence: "Previous way to view it" },
    Spec { action: Action::GoParent, name: "parent", hint: "parent", keys: &["H"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "Go to the parent object or array" },
    Spec { action: Action::NextSibling, name: "next-sibling", hint: "next sibling", keys: &["J"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "Next value in the same object or array" },
    Spec { action: Action::PreviousSibling, name: "previous-sibling", hint: "previous sibling", keys: &["K"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "Previous value in the same object or array" },
    Spec { action: Action::CopyPath, name: "copy-path", hint: "copy path", keys: &["Y"], footer: None, contexts: &[C::Output, C::Entry, C::Schema],
           sentence: "Copy the jq path" },
    Spec { action: Action::ToggleColumn, name: "toggle-column", hint: "toggle", keys: &["Enter"], footer: Some(1), contexts: &[C::Columns],
           sentence: "Show or hide the column; Space does the same" },
    Spec { action: Action::Back, name: "columns-done", hint: "done", keys: &["Esc"], footer: Some(2), contexts: &[C::Columns],
           sentence: "Back to the table" },
    Spec { action: Action::PageUp, name: "jq-page-up", hint: "page up", keys: &["PageUp"], footer: None, contexts: &[C::Query],
           sentence: "One page up in the preview" },
    Spec { action: Action::PageDown, name: "jq-page-down", hint: "page down", keys: &["PageDown"], footer: None, contexts: &[C::Query],
           sentence: "One page down in the preview" },
    Spec { action: Action::CopyPointer, name: "copy-pointer", hint: "copy pointer", keys: &["Alt-y"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "Copy the JSON Pointer" },
    Spec { action: Action::Query, name: "jq", hint: "jq", keys: &[":", "|"], footer: Some(5), contexts: &[C::Output, C::Entry],
           sentence: "Filter the value under the cursor with jq, with a preview while you type" },
    Spec { action: Action::RunQuery, name: "run-jq", hint: "keep", keys: &["Enter"], footer: Some(1), contexts: &[C::Query],
           sentence: "Open the result of the filter; Esc there returns" },
    Spec { action: Action::Complete, name: "complete-jq", hint: "complete", keys: &["Tab"], footer: Some(2), contexts: &[C::Query],
           sentence: "Complete a key" },
    Spec { action: Action::OlderQuery, name: "older-jq", hint: "older", keys: &["Up"], footer: Some(3), contexts: &[C::Query],
           sentence: "Older filter" },
    Spec { action: Action::NewerQuery, name: "newer-jq", hint: "newer", keys: &["Down"], footer: None, contexts: &[C::Query],
           sentence: "Newer filter" },
    Spec { action: Action::Page, name: "page", hint: "pager", keys: &["P"], footer: Some(7), contexts: &[C::Output, C::Entry],
           sentence: "Open the result in $PAGER" },
];
