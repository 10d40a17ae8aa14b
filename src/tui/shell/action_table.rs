//! The one action table: the rows of every feature, and those that belong to none.

use crate::tui::input::action::Action;
use crate::tui::input::context::Context::{self, self as C};
use crate::tui::input::spec::Spec;
use crate::tui::{
    accounts, activity, agent, approval, checks, comparison, environments, explain, explorer, mcp_servers, playground,
    tools,
};

/// Every row there is. Rows that share a key in a context are tried in this order; the first that applies
/// right now is taken.
pub fn rows() -> impl Iterator<Item = &'static Spec> + Clone {
    const TABLES: [&[Spec]; 13] = [
        accounts::ACTIONS,
        tools::ACTIONS,
        playground::ACTIONS,
        explorer::ACTIONS,
        activity::ACTIONS,
        agent::ACTIONS,
        approval::ACTIONS,
        comparison::ACTIONS,
        checks::ACTIONS,
        environments::ACTIONS,
        explain::ACTIONS,
        mcp_servers::ACTIONS,
        ACTIONS,
    ];
    TABLES.into_iter().flatten()
}

const LISTS: &[Context] = &[
    C::Accounts,
    C::AccountDetail,
    C::Tools,
    C::Schema,
    C::Output,
    C::Activity,
    C::Entry,
    C::Agent,
    C::NewRun,
    C::Checks,
    C::Finding,
    C::Difference,
    C::AsCode,
    C::Inspect,
    C::Help,
    C::Environments,
    C::Presets,
    C::Export,
    C::HandOver,
    C::McpServers,
    C::ServerAccounts,
    C::ServerTrial,
    C::Requests,
    C::SavedFilters,
    C::ComparePeople,
    C::Comparison,
    C::Explanation,
    C::Board,
    C::Approval,
    C::Content,
    C::ServerContent,
    C::Drift,
];

/// Rows for what every screen has, and for what several popups share.
#[rustfmt::skip]
const ACTIONS: &[Spec] = &[
    Spec { action: Action::Submit, name: "submit", hint: "continue", keys: &["Enter"], footer: Some(1), contexts: &[C::NewAccount, C::Credentials, C::PasteAddress, C::ProfileForm, C::Passphrase, C::PresetName, C::Values],
           title: "Continue", also: "",
           sentence: "Continue with what is filled in" },
    Spec { action: Action::NextField, name: "form-next-field", hint: "next field", keys: &["Tab", "Down"], footer: Some(2), contexts: &[C::Credentials, C::ProfileForm, C::Passphrase, C::Values],
           title: "Next field", also: "",
           sentence: "Go to the next field" },
    Spec { action: Action::PreviousField, name: "form-previous-field", hint: "previous field", keys: &["Shift-Tab", "Up"], footer: None, contexts: &[C::Credentials, C::ProfileForm, C::Passphrase, C::Values],
           title: "Previous field", also: "",
           sentence: "Go to the previous field" },
    Spec { action: Action::Reveal, name: "reveal", hint: "show/mask", keys: &["F2"], footer: Some(3), contexts: &[C::Credentials, C::ProfileForm],
           title: "Show or mask", also: "",
           sentence: "Show the secret in this field until you leave it; again to mask it" },
    Spec { action: Action::Filter, name: "filter", hint: "filter", keys: &["/"], footer: Some(5), contexts: &[C::Accounts, C::Tools, C::Activity, C::Checks, C::Help, C::ServerContent],
           title: "Filter", also: "search find",
           sentence: "Show only what matches" },
    Spec { action: Action::SavedFilters, name: "saved-filters", hint: "filters", keys: &["f"], footer: None, contexts: &[C::Accounts, C::Tools, C::Activity],
           title: "Saved filters", also: "bookmark search view",
           sentence: "Choose a saved filter, or save this one" },
    Spec { action: Action::SaveFilter, name: "save-filter", hint: "save current", keys: &["s"], footer: Some(2), contexts: &[C::SavedFilters],
           title: "Save filter", also: "",
           sentence: "Save the current filter of the list" },
    Spec { action: Action::DeleteFilter, name: "delete-filter", hint: "delete", keys: &["D"], footer: Some(3), contexts: &[C::SavedFilters],
           title: "Delete filter", also: "remove",
           sentence: "Delete this saved filter" },
    Spec { action: Action::AcceptFilter, name: "accept-filter", hint: "keep filter", keys: &["Enter"], footer: Some(1), contexts: &[C::Filter],
           title: "Keep filter", also: "",
           sentence: "Keep the filter and go back to the list" },
    Spec { action: Action::StopLoading, name: "stop-loading", hint: "stop loading", keys: &["Esc"], footer: Some(2), contexts: &[C::Accounts, C::AccountDetail, C::Tools, C::Schema],
           title: "Stop loading", also: "cancel abort",
           sentence: "Stop loading; what has arrived stays" },
    Spec { action: Action::Copy, name: "copy", hint: "copy", keys: &["y"], footer: Some(8), contexts: &[C::Accounts, C::AccountDetail, C::Tools, C::Schema, C::Output, C::Activity, C::Entry, C::Checks, C::Finding, C::Authorize, C::WholeLink, C::Inspect, C::Content, C::ServerContent, C::Agent],
           title: "Copy", also: "yank clipboard id",
           sentence: "Copy what is selected: account id, tool name, value, link" },
    Spec { action: Action::Yes, name: "yes", hint: "yes", keys: &["y"], footer: Some(1), contexts: &[C::Confirm],
           title: "Yes", also: "",
           sentence: "Do it" },
    Spec { action: Action::No, name: "no", hint: "no", keys: &["n", "Enter", "Esc"], footer: Some(2), contexts: &[C::Confirm],
           title: "No", also: "",
           sentence: "Do not do it" },
    Spec { action: Action::Up, name: "up", hint: "up", keys: &["k", "Up"], footer: None, contexts: LISTS,
           title: "Up", also: "",
           sentence: "One row up" },
    Spec { action: Action::Down, name: "down", hint: "down", keys: &["j", "Down"], footer: None, contexts: LISTS,
           title: "Down", also: "",
           sentence: "One row down" },
    Spec { action: Action::Choose, name: "choose", hint: "choose", keys: &["Enter"], footer: Some(1), contexts: &[C::Palette, C::AccountPicker, C::Picker, C::Help, C::SavedFilters],
           title: "Choose", also: "",
           sentence: "Choose what the cursor is on" },
    Spec { action: Action::Up, name: "filter-up", hint: "up", keys: &["Up"], footer: None, contexts: &[C::Filter, C::Palette, C::NewAccount, C::Find, C::AccountPicker, C::Picker, C::InputForm],
           title: "Up", also: "",
           sentence: "One row up" },
    Spec { action: Action::Down, name: "filter-down", hint: "down", keys: &["Down"], footer: None, contexts: &[C::Filter, C::Palette, C::NewAccount, C::Find, C::AccountPicker, C::Picker, C::InputForm],
           title: "Down", also: "",
           sentence: "One row down" },
    Spec { action: Action::PageUp, name: "page-up", hint: "page up", keys: &["PageUp", "Ctrl-B"], footer: None, contexts: LISTS,
           title: "Page up", also: "",
           sentence: "One page up" },
    Spec { action: Action::PageDown, name: "page-down", hint: "page down", keys: &["PageDown", "Ctrl-F"], footer: None, contexts: LISTS,
           title: "Page down", also: "",
           sentence: "One page down" },
    Spec { action: Action::HalfPageUp, name: "half-page-up", hint: "half page up", keys: &["Ctrl-U"], footer: None, contexts: LISTS,
           title: "Half page up", also: "",
           sentence: "Half a page up" },
    Spec { action: Action::HalfPageDown, name: "half-page-down", hint: "half page down", keys: &["Ctrl-D"], footer: None, contexts: LISTS,
           title: "Half page down", also: "",
           sentence: "Half a page down" },
    Spec { action: Action::NextGroup, name: "next-group", hint: "next group", keys: &["}", "]"], footer: None, contexts: &[C::Accounts, C::Tools, C::Checks],
           title: "Next group", also: "",
           sentence: "Next group: connection, provider, status" },
    Spec { action: Action::PreviousGroup, name: "previous-group", hint: "previous group", keys: &["{", "["], footer: None, contexts: &[C::Accounts, C::Tools, C::Checks],
           title: "Previous group", also: "",
           sentence: "Previous group: connection, provider, status" },
    Spec { action: Action::NextPane, name: "into-details", hint: "details", keys: &["Right", "l"], footer: None, contexts: &[C::Accounts, C::Tools, C::Activity, C::Checks],
           title: "Into the details", also: "pane right",
           sentence: "Move to the pane beside the list" },
    Spec { action: Action::PreviousPane, name: "back-to-list", hint: "list", keys: &["Left", "h"], footer: None, contexts: &[C::AccountDetail, C::Schema, C::Finding],
           title: "Back to the list", also: "pane left",
           sentence: "Move back to the list" },
    Spec { action: Action::Redraw, name: "redraw", hint: "redraw", keys: &["Ctrl-L"], footer: None, contexts: &[C::Screen],
           title: "Redraw", also: "clear repaint",
           sentence: "Draw the whole screen again" },
    Spec { action: Action::Complete, name: "complete-filter", hint: "complete", keys: &["Tab"], footer: Some(2), contexts: &[C::Filter],
           title: "Complete", also: "",
           sentence: "Complete the name or value; again for the next" },
    Spec { action: Action::CompleteBack, name: "complete-filter-back", hint: "previous value", keys: &["Shift-Tab"], footer: None, contexts: &[C::Filter],
           title: "Previous value", also: "",
           sentence: "Complete with the value before" },
    Spec { action: Action::Top, name: "top", hint: "top", keys: &["g", "Home"], footer: None, contexts: LISTS,
           title: "Top", also: "",
           sentence: "First row" },
    Spec { action: Action::Bottom, name: "bottom", hint: "bottom", keys: &["G", "End"], footer: None, contexts: LISTS,
           title: "Bottom", also: "",
           sentence: "Last row" },
    Spec { action: Action::NextPane, name: "next-pane", hint: "next pane", keys: &["Tab"], footer: Some(9), contexts: &[C::Screen, C::Input, C::InputForm, C::Message],
           title: "Next pane", also: "focus",
           sentence: "Move to the next pane" },
    Spec { action: Action::PreviousPane, name: "previous-pane", hint: "previous pane", keys: &["Shift-Tab"], footer: None, contexts: &[C::Screen, C::Input, C::InputForm, C::Message],
           title: "Previous pane", also: "focus",
           sentence: "Move to the previous pane" },
    Spec { action: Action::Palette, name: "palette", hint: "commands", keys: &["Ctrl-P"], footer: Some(30), contexts: &[C::Screen, C::Input, C::InputForm, C::Filter, C::Find, C::Message],
           title: "Commands", also: "palette everything",
           sentence: "Find a command, account, tool, preset or environment" },
    Spec { action: Action::GoAccounts, name: "accounts", hint: "accounts", keys: &["1"], footer: None, contexts: &[C::Screen],
           title: "Go to Accounts", also: "connected tab",
           sentence: "Show the accounts" },
    Spec { action: Action::GoTools, name: "tools", hint: "tools", keys: &["2"], footer: None, contexts: &[C::Screen],
           title: "Go to Tools", also: "catalogue tab",
           sentence: "Show the tools" },
    Spec { action: Action::GoPlayground, name: "playground", hint: "playground", keys: &["3"], footer: None, contexts: &[C::Screen],
           title: "Go to Playground", also: "tab try",
           sentence: "Show the playground" },
    Spec { action: Action::GoActivity, name: "activity", hint: "activity", keys: &["4"], footer: None, contexts: &[C::Screen],
           title: "Go to Activity", also: "history journal calls log past tab",
           sentence: "Show past calls" },
    Spec { action: Action::GoAgent, name: "agent", hint: "agent", keys: &["5"], footer: None, contexts: &[C::Screen],
           title: "Go to Agent", also: "model chat conversation run ai tab",
           sentence: "Show the conversation with a model that works as one user" },
    Spec { action: Action::GoChecks, name: "checks", hint: "checks", keys: &["6"], footer: None, contexts: &[C::Screen],
           title: "Go to Checks", also: "doctor findings health changes drift tab",
           sentence: "Show what the checks found, and what changed" },
    Spec { action: Action::Save, name: "save", hint: "save", keys: &["w"], footer: Some(2), contexts: &[C::AsCode, C::Output, C::Entry, C::Inspect, C::Export],
           title: "Save to file", also: "write export download",
           sentence: "Save to a new file in the folder jackfield was started in" },
    Spec { action: Action::Save, name: "save-list", hint: "save list", keys: &["w"], footer: None, contexts: &[C::Accounts, C::Tools, C::Activity, C::Checks],
           title: "Save list", also: "export csv tsv markdown json write",
           sentence: "Save the rows, or the marked ones, as CSV, TSV, Markdown, JSON" },
    Spec { action: Action::Jump, name: "jump", hint: "jump", keys: &[";"], footer: None, contexts: &[C::Screen],
           title: "Jump", also: "labels letters mouse click go",
           sentence: "Label everything that can be clicked; type a label to click it" },
    Spec { action: Action::ToggleRecording, name: "recording", hint: "recording", keys: &["F10"], footer: None, contexts: &[C::Everywhere],
           title: "Recording on/off", also: "journal history private",
           sentence: "Record calls, or not" },
    Spec { action: Action::ChooseMode, name: "mode", hint: "mode", keys: &["Alt-m"], footer: None, contexts: &[C::Everywhere],
           title: "Mode", also: "read only ask free safe write protect",
           sentence: "Choose what may be sent to this environment, for this run" },
    Spec { action: Action::ModeRead, name: "mode-read", hint: "read only", keys: &[], footer: None, contexts: &[C::Everywhere],
           title: "Mode: read only", also: "safe write protect lock",
           sentence: "Refuse whatever is not known to read, for this run" },
    Spec { action: Action::ModeAsk, name: "mode-ask", hint: "ask", keys: &[], footer: None, contexts: &[C::Everywhere],
           title: "Mode: ask", also: "safe confirm question writes",
           sentence: "Ask before whatever is not known to read, for this run" },
    Spec { action: Action::ModeFree, name: "mode-free", hint: "free", keys: &[], footer: None, contexts: &[C::Everywhere],
           title: "Mode: free", also: "unsafe unlock writes",
           sentence: "Ask only before something is taken away, for this run" },
    Spec { action: Action::Refresh, name: "refresh", hint: "refresh", keys: &["r", "R"], footer: Some(11), contexts: &[C::Screen, C::Content, C::ServerContent],
           title: "Refresh", also: "reload load again",
           sentence: "Load again" },
    Spec { action: Action::Back, name: "back", hint: "back", keys: &["Esc"], footer: Some(18), contexts: &[C::Screen, C::Filter, C::Authorize, C::Board, C::Approval, C::Rehearsal, C::WholeLink, C::PasteAddress, C::Help, C::Palette, C::NewAccount, C::Credentials, C::Find, C::AccountPicker, C::Picker, C::BlockedCall, C::Difference, C::AsCode, C::Query, C::Inspect, C::EnvFile, C::ModifiersFile, C::ProjectFiles, C::Environments, C::ProfileForm, C::Passphrase, C::Presets, C::PresetName, C::Export, C::Requests, C::SavedFilters, C::ComparePeople, C::Comparison, C::Explanation, C::Content, C::ServerContent, C::Values, C::Drift, C::CallInput, C::NewRun, C::ModelKey],
           title: "Back", also: "close cancel clear",
           sentence: "Close, go back, or clear the filter" },
    Spec { action: Action::Help, name: "help", hint: "help", keys: &["?"], footer: Some(31), contexts: &[C::Screen, C::Authorize, C::Board, C::Approval, C::Rehearsal, C::Inspect, C::EnvFile, C::ModifiersFile, C::ProjectFiles, C::Environments, C::Presets, C::Export, C::Requests, C::WholeLink, C::Difference, C::AsCode, C::Confirm, C::BlockedCall, C::Help, C::SavedFilters, C::ComparePeople, C::Comparison, C::Explanation, C::ElicitationPage, C::Content, C::ServerContent, C::Drift, C::NewRun],
           title: "Help", also: "keys shortcuts",
           sentence: "Show the keys that work here" },
    Spec { action: Action::Help, name: "help-anywhere", hint: "help", keys: &["F1"], footer: Some(31), contexts: &[C::Everywhere],
           title: "Help", also: "keys shortcuts",
           sentence: "Show the keys that work here, while typing too" },
    Spec { action: Action::Quit, name: "quit", hint: "quit", keys: &["q"], footer: Some(20), contexts: &[C::Screen],
           title: "Quit", also: "exit leave",
           sentence: "Leave jackfield" },
    Spec { action: Action::Quit, name: "quit-anywhere", hint: "quit", keys: &["Ctrl-C", "Ctrl-Q"], footer: None, contexts: &[C::Everywhere],
           title: "Quit", also: "exit leave",
           sentence: "Leave jackfield, while typing too" },
    Spec { action: Action::Messages, name: "messages", hint: "messages", keys: &["m"], footer: None, contexts: &[C::Screen],
           title: "Messages", also: "notifications errors log",
           sentence: "Show past messages" },
    Spec { action: Action::Requests, name: "requests", hint: "requests", keys: &["L"], footer: None, contexts: &[C::Screen],
           title: "Requests", also: "http wire network log api",
           sentence: "Show the HTTP requests: URL, status, time" },
    Spec { action: Action::Environments, name: "environments", hint: "environments", keys: &["O"], footer: None, contexts: &[C::Screen],
           title: "Environments", also: "switch profiles sandbox open change credentials",
           sentence: "Show, open and manage environments and profiles" },
    Spec { action: Action::Environments, name: "environments-anywhere", hint: "environments", keys: &["F3"], footer: None, contexts: &[C::Input, C::InputForm, C::Filter, C::Find],
           title: "Environments", also: "switch profiles sandbox open change credentials",
           sentence: "Show, open and manage environments and profiles, while typing too" },
    Spec { action: Action::ShowAuthorization, name: "authorization", hint: "authorization", keys: &["B"], footer: None, contexts: &[C::Screen],
           title: "Show authorization", also: "waiting background link",
           sentence: "Show the authorization that is under way" },
    Spec { action: Action::ToggleMouse, name: "mouse", hint: "mouse", keys: &["F9"], footer: None, contexts: &[C::Everywhere],
           title: "Mouse on/off", also: "select copy text",
           sentence: "Mouse on or off (off: select text as usual)" },
    Spec { action: Action::ToggleMasking, name: "share-mode", hint: "share mode", keys: &["F12"], footer: None, contexts: &[C::Everywhere],
           title: "Screen-share mode", also: "screen share privacy mask hide personal private streaming presentation demo",
           sentence: "Mask identifiers, e-mails, ids, links and secrets on screen, or show them" },
    Spec { action: Action::CycleTheme, name: "theme", hint: "theme", keys: &["F8"], footer: None, contexts: &[C::Everywhere],
           title: "Theme", also: "dark light color colour",
           sentence: "Dark, light or no colour" },
    Spec { action: Action::Zoom, name: "zoom", hint: "zoom", keys: &["z", "F7"], footer: None, contexts: &[C::Accounts, C::AccountDetail, C::Tools, C::Schema, C::Output, C::Activity, C::Entry, C::Checks, C::Finding],
           title: "Zoom", also: "fullscreen maximize",
           sentence: "Give this pane the whole screen; again for both" },
    Spec { action: Action::Submit, name: "save-file", hint: "save", keys: &["Enter"], footer: Some(1), contexts: &[C::SaveFile],
           title: "Save", also: "write",
           sentence: "Save the file under this name; an existing file is never overwritten" },
    Spec { action: Action::Submit, name: "save-note", hint: "save", keys: &["Enter"], footer: Some(1), contexts: &[C::Note],
           title: "Save note", also: "write",
           sentence: "Save the note; an empty one is removed" },
    Spec { action: Action::Choose, name: "menu-choose", hint: "choose", keys: &["Enter"], footer: Some(1), contexts: &[C::Menu],
           title: "Choose", also: "",
           sentence: "Choose the selected row; its letter does the same" },
    Spec { action: Action::Up, name: "menu-up", hint: "up", keys: &["Up"], footer: None, contexts: &[C::Menu, C::Columns],
           title: "Up", also: "",
           sentence: "One row up" },
    Spec { action: Action::Down, name: "menu-down", hint: "down", keys: &["Down"], footer: None, contexts: &[C::Menu, C::Columns],
           title: "Down", also: "",
           sentence: "One row down" },
    Spec { action: Action::Back, name: "cancel", hint: "cancel", keys: &["Esc"], footer: Some(18), contexts: &[C::SaveFile, C::Note, C::Menu, C::DenyReason],
           title: "Cancel", also: "",
           sentence: "Close without doing anything" },
    Spec { action: Action::CopyMenu, name: "copy-menu", hint: "copy what", keys: &["Ctrl-Y"], footer: Some(10), contexts: &[C::Accounts, C::AccountDetail, C::Output, C::Entry],
           title: "Copy menu", also: "clipboard yank path pointer id",
           sentence: "Choose what to copy: id, label, link, value, path, table" },
    Spec { action: Action::Suspend, name: "suspend", hint: "suspend", keys: &["Ctrl-Z"], footer: None, contexts: &[C::Screen, C::Filter, C::Authorize, C::Board, C::Rehearsal, C::WholeLink, C::Help],
           title: "Suspend", also: "background shell",
           sentence: "Go back to the shell; fg returns here" },
    Spec { action: Action::Detail, name: "request-detail", hint: "open", keys: &["Enter"], footer: Some(1), contexts: &[C::Requests],
           title: "Request details", also: "headers body show",
           sentence: "Open the request: headers, bodies and timing, without credentials" },
    Spec { action: Action::Copy, name: "copy-request", hint: "copy as curl", keys: &["y"], footer: Some(2), contexts: &[C::Requests],
           title: "Copy as curl", also: "",
           sentence: "Copy the request as a curl command; the token is a variable" },
    Spec { action: Action::Back, name: "close-requests", hint: "close", keys: &["q"], footer: None, contexts: &[C::Requests],
           title: "Close", also: "",
           sentence: "Close the request, or the list" },
    Spec { action: Action::StopLoading, name: "stop-finding", hint: "stop loading", keys: &["Ctrl-X"], footer: Some(2), contexts: &[C::Palette],
           title: "Stop loading", also: "",
           sentence: "Stop loading tools into this list; what has arrived stays" },
    Spec { action: Action::Palette, name: "palette-anywhere", hint: "commands", keys: &["Ctrl-P"], footer: None, contexts: &[C::Everywhere],
           title: "Commands", also: "palette everything",
           sentence: "Find a command, account, tool, preset or environment, in popups too" },
    Spec { action: Action::Palette, name: "palette-in-lists", hint: "commands", keys: &[":"], footer: None, contexts: &[C::Accounts, C::AccountDetail, C::Tools, C::Schema, C::Activity, C::Checks, C::Finding, C::Agent],
           title: "Commands", also: "palette everything",
           sentence: "Find a command, account, tool, preset or environment" },
    Spec { action: Action::Back, name: "close-page", hint: "close", keys: &["q", "?", "F1"], footer: None, contexts: &[C::Help],
           title: "Close", also: "",
           sentence: "Close this page" },
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::tui::input::key::Key;

    #[test]
    fn every_row_says_what_it_does_in_a_few_words() {
        for spec in rows() {
            let Spec { name, title, hint, sentence, also, .. } = spec;
            assert!((2..=28).contains(&title.chars().count()), "{name}: {title}");
            assert!(title.starts_with(char::is_uppercase), "{name}: {title}");
            assert!((2..=20).contains(&hint.chars().count()), "{name}: {hint}");
            assert!((4..=76).contains(&sentence.chars().count()), "{name}: {sentence}");
            assert!(sentence.starts_with(char::is_uppercase) && !sentence.ends_with('.'), "{name}: {sentence}");
            assert_eq!(also.to_lowercase(), **also, "{name}");
        }
    }

    #[test]
    fn every_key_in_the_table_is_a_key() {
        // Rows of the menu that a key opens; the palette has them as well.
        let of_menu = ["mode-read", "mode-ask", "mode-free"];
        for spec in rows() {
            assert_eq!(spec.keys.is_empty(), of_menu.contains(&spec.name), "{} has no key", spec.name);
            for key in spec.keys {
                assert!(key.parse::<Key>().is_ok(), "{}: {key:?}", spec.name);
            }
        }
    }

    #[test]
    fn names_are_unique() {
        let names: HashSet<_> = rows().map(|spec| spec.name).collect();
        assert_eq!(names.len(), rows().count());
    }

    #[test]
    fn keys_that_type_are_never_bound_where_text_is_typed() {
        for spec in rows() {
            let typed = [
                C::Everywhere,
                C::Filter,
                C::Find,
                C::Input,
                C::Palette,
                C::NewAccount,
                C::Credentials,
                C::AccountPicker,
                C::ProfileForm,
                C::Passphrase,
                C::PasteAddress,
                C::PresetName,
                C::Query,
                C::Elicitation,
                C::Values,
            ]
            .iter()
            .any(|c| spec.contexts.contains(c));
            assert!(!typed || spec.keys().all(|key| !key.types()), "{} would swallow a letter", spec.name);
        }
    }
}
