//! The one action table.
//!
//! Everything a person can do is one row here: its name, a sentence, its keys, where it applies.
//! Key handling, the footer, the help page and clickable hints all read this table, so a hint
//! cannot lie. Whether an action applies *right now*, and if not, why, is in [`super::availability`].

use super::keys::Key;

/// Where the keyboard is. Innermost first, a model has a chain of these; a key is looked up along it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Context {
    /// Every screen and popup, text fields included.
    Everywhere,
    /// Every screen, while no text is being typed and no popup is open.
    Screen,
    /// The account table.
    Accounts,
    /// The detail beside it.
    AccountDetail,
    /// The tool list.
    Tools,
    /// The schema beside it.
    Schema,
    /// The playground's input editor.
    Input,
    /// The playground's output.
    Output,
    /// A one-line filter being typed.
    Filter,
    /// The authorization popup.
    Authorize,
    /// The page that shows one whole link.
    WholeLink,
    /// The help page.
    Help,
    /// A question with two answers.
    Confirm,
}

impl Context {
    /// A heading for the help page.
    pub fn title(self) -> &'static str {
        match self {
            Self::Everywhere => "Everywhere",
            Self::Screen => "On every screen",
            Self::Accounts => "Accounts",
            Self::AccountDetail => "Account detail",
            Self::Tools => "Tools",
            Self::Schema => "Schema",
            Self::Input => "Input",
            Self::Output => "Output",
            Self::Filter => "Filter",
            Self::Authorize => "Authorize",
            Self::WholeLink => "Whole link",
            Self::Help => "Help",
            Self::Confirm => "Question",
        }
    }
}

/// Everything a person can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Stop waiting for the running call.
    Stop,
    /// Stop loading a list.
    StopLoading,
    /// Leave the program.
    Quit,
    /// Go to sleep, back to the shell.
    Suspend,
    /// Show the keys that work here.
    Help,
    /// Go to the accounts.
    GoAccounts,
    /// Go to the tools.
    GoTools,
    /// Go to the playground.
    GoPlayground,
    /// Close, go back, forget the filter.
    Back,
    /// Move the keyboard to the next pane.
    NextPane,
    /// Move the keyboard to the previous pane.
    PreviousPane,
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// One page up.
    PageUp,
    /// One page down.
    PageDown,
    /// To the first row.
    Top,
    /// To the last row.
    Bottom,
    /// Type a filter.
    Filter,
    /// Keep the filter and return to the list.
    AcceptFilter,
    /// Next status in the status filter.
    CycleStatus,
    /// Load again.
    Refresh,
    /// Make an authorization link for the selected account.
    Authorize,
    /// Look at the detail.
    Detail,
    /// Act as this account's person and list the tools.
    BrowseTools,
    /// Try the selected tool in the playground.
    TryTool,
    /// Copy what is selected.
    Copy,
    /// Copy the path of what is selected.
    CopyPath,
    /// Open the link in the browser.
    OpenBrowser,
    /// Show the whole link alone.
    WholeLink,
    /// Make a new link.
    RenewLink,
    /// Fill the input with a sample.
    Sample,
    /// Run the tool.
    Run,
    /// Fold or unfold.
    ToggleFold,
    /// Fold, or go to the parent.
    FoldOrParent,
    /// Unfold, or go to the first child.
    UnfoldOrChild,
    /// Fold everything.
    FoldAll,
    /// Unfold everything.
    UnfoldAll,
    /// Say yes.
    Yes,
    /// Say no.
    No,
}

/// One row of the table.
pub struct Spec {
    /// What it is about.
    pub action: Action,
    /// The stable name of the action, for remapping and the key reference.
    pub name: &'static str,
    /// One or two words for a footer hint.
    pub hint: &'static str,
    /// What it does, for the help page.
    pub sentence: &'static str,
    /// Where its keys work.
    pub contexts: &'static [Context],
    /// Default keys; the first one is shown.
    pub keys: &'static [&'static str],
    /// Place in the footer, low first; none keeps it out.
    pub footer: Option<u8>,
}

use Context as C;

const LISTS: &[Context] = &[C::Accounts, C::AccountDetail, C::Tools, C::Schema, C::Output, C::Help];

/// The table. Rows that share a key in a context are tried in this order; the first that applies
/// right now is taken.
pub static ACTIONS: &[Spec] = &[
    Spec {
        action: Action::Authorize,
        name: "authorize",
        hint: "authorize",
        sentence: "Make an authorization link for the selected account and follow it until it is done",
        contexts: &[C::Accounts, C::AccountDetail],
        keys: &["a"],
        footer: Some(1),
    },
    Spec {
        action: Action::BrowseTools,
        name: "browse-tools",
        hint: "tools",
        sentence: "Act as this account's person and list the tools they may call",
        contexts: &[C::Accounts, C::AccountDetail, C::Authorize],
        keys: &["t"],
        footer: Some(3),
    },
    Spec {
        action: Action::Detail,
        name: "detail",
        hint: "detail",
        sentence: "Look at everything the broker says of this account",
        contexts: &[C::Accounts],
        keys: &["Enter"],
        footer: Some(5),
    },
    Spec {
        action: Action::TryTool,
        name: "try-tool",
        hint: "try it",
        sentence: "Open the selected tool in the playground",
        contexts: &[C::Tools, C::Schema],
        keys: &["Enter", "p"],
        footer: Some(1),
    },
    Spec {
        action: Action::CycleStatus,
        name: "status-filter",
        hint: "status",
        sentence: "Show only accounts of one status; again for the next status",
        contexts: &[C::Accounts],
        keys: &["s"],
        footer: Some(7),
    },
    Spec {
        action: Action::Filter,
        name: "filter",
        hint: "filter",
        sentence: "Type to show only what matches",
        contexts: &[C::Accounts, C::Tools],
        keys: &["/"],
        footer: Some(6),
    },
    Spec {
        action: Action::AcceptFilter,
        name: "accept-filter",
        hint: "keep filter",
        sentence: "Keep the filter and go back to the list",
        contexts: &[C::Filter],
        keys: &["Enter", "Tab"],
        footer: Some(1),
    },
    Spec {
        action: Action::OpenBrowser,
        name: "open-browser",
        hint: "open in browser",
        sentence: "Open the link in the browser on this machine",
        contexts: &[C::Authorize, C::WholeLink],
        keys: &["Enter", "o"],
        footer: Some(1),
    },
    Spec {
        action: Action::RenewLink,
        name: "renew-link",
        hint: "new link",
        sentence: "Make a new link; the old one no longer counts",
        contexts: &[C::Authorize],
        keys: &["r"],
        footer: Some(4),
    },
    Spec {
        action: Action::WholeLink,
        name: "whole-link",
        hint: "whole link",
        sentence: "Show the link alone on a page of its own, so that any terminal can copy it",
        contexts: &[C::Authorize],
        keys: &["u"],
        footer: Some(3),
    },
    Spec {
        action: Action::Run,
        name: "run",
        hint: "run",
        sentence: "Run the tool with this input, as the person named above",
        contexts: &[C::Input, C::Output],
        keys: &["Ctrl-R", "F5"],
        footer: Some(1),
    },
    Spec {
        action: Action::Stop,
        name: "stop",
        hint: "stop",
        sentence: "Stop waiting for what is running",
        contexts: &[C::Input, C::Output],
        keys: &["Esc", "Ctrl-C"],
        footer: Some(2),
    },
    Spec {
        action: Action::StopLoading,
        name: "stop-loading",
        hint: "stop loading",
        sentence: "Stop loading; what has arrived stays",
        contexts: &[C::Accounts, C::AccountDetail, C::Tools, C::Schema],
        keys: &["Esc"],
        footer: Some(2),
    },
    Spec {
        action: Action::Sample,
        name: "sample",
        hint: "sample",
        sentence: "Fill the input with a sample made from the schema; again for every field",
        contexts: &[C::Input],
        keys: &["Ctrl-S"],
        footer: Some(3),
    },
    Spec {
        action: Action::ToggleFold,
        name: "toggle-fold",
        hint: "fold",
        sentence: "Fold or unfold the object or array here",
        contexts: &[C::Output, C::Schema],
        keys: &["Space", "Enter"],
        footer: Some(3),
    },
    Spec {
        action: Action::FoldOrParent,
        name: "fold",
        hint: "fold",
        sentence: "Fold here, or go to the parent",
        contexts: &[C::Output, C::Schema],
        keys: &["Left", "h"],
        footer: None,
    },
    Spec {
        action: Action::UnfoldOrChild,
        name: "unfold",
        hint: "unfold",
        sentence: "Unfold here, or go to the first child",
        contexts: &[C::Output, C::Schema],
        keys: &["Right", "l"],
        footer: None,
    },
    Spec {
        action: Action::FoldAll,
        name: "fold-all",
        hint: "fold all",
        sentence: "Fold everything",
        contexts: &[C::Output],
        keys: &["C", "-"],
        footer: None,
    },
    Spec {
        action: Action::UnfoldAll,
        name: "unfold-all",
        hint: "unfold all",
        sentence: "Unfold everything",
        contexts: &[C::Output],
        keys: &["E", "+"],
        footer: None,
    },
    Spec {
        action: Action::Copy,
        name: "copy",
        hint: "copy",
        sentence: "Copy what is selected: an account's id, a tool's name, a value, the link",
        contexts: &[C::Accounts, C::AccountDetail, C::Tools, C::Schema, C::Output, C::Authorize, C::WholeLink],
        keys: &["y"],
        footer: Some(8),
    },
    Spec {
        action: Action::CopyPath,
        name: "copy-path",
        hint: "copy path",
        sentence: "Copy the path of the selected value",
        contexts: &[C::Output],
        keys: &["Y"],
        footer: None,
    },
    Spec {
        action: Action::Yes,
        name: "yes",
        hint: "yes",
        sentence: "Do it",
        contexts: &[C::Confirm],
        keys: &["y", "Enter"],
        footer: Some(1),
    },
    Spec {
        action: Action::No,
        name: "no",
        hint: "no",
        sentence: "Do not",
        contexts: &[C::Confirm],
        keys: &["n", "Esc"],
        footer: Some(2),
    },
    Spec {
        action: Action::Up,
        name: "up",
        hint: "up",
        sentence: "One row up",
        contexts: LISTS,
        keys: &["k", "Up"],
        footer: None,
    },
    Spec {
        action: Action::Down,
        name: "down",
        hint: "down",
        sentence: "One row down",
        contexts: LISTS,
        keys: &["j", "Down"],
        footer: None,
    },
    Spec {
        action: Action::Up,
        name: "filter-up",
        hint: "up",
        sentence: "One row up",
        contexts: &[C::Filter],
        keys: &["Up"],
        footer: None,
    },
    Spec {
        action: Action::Down,
        name: "filter-down",
        hint: "down",
        sentence: "One row down",
        contexts: &[C::Filter],
        keys: &["Down"],
        footer: None,
    },
    Spec {
        action: Action::PageUp,
        name: "page-up",
        hint: "page up",
        sentence: "One page up",
        contexts: LISTS,
        keys: &["PageUp", "Ctrl-B", "Ctrl-U"],
        footer: None,
    },
    Spec {
        action: Action::PageDown,
        name: "page-down",
        hint: "page down",
        sentence: "One page down",
        contexts: LISTS,
        keys: &["PageDown", "Ctrl-F", "Ctrl-D"],
        footer: None,
    },
    Spec {
        action: Action::Top,
        name: "top",
        hint: "top",
        sentence: "To the first row",
        contexts: LISTS,
        keys: &["g", "Home"],
        footer: None,
    },
    Spec {
        action: Action::Bottom,
        name: "bottom",
        hint: "bottom",
        sentence: "To the last row",
        contexts: LISTS,
        keys: &["G", "End"],
        footer: None,
    },
    Spec {
        action: Action::NextPane,
        name: "next-pane",
        hint: "next pane",
        sentence: "Move the keyboard to the next pane",
        contexts: &[C::Screen, C::Input],
        keys: &["Tab"],
        footer: Some(9),
    },
    Spec {
        action: Action::PreviousPane,
        name: "previous-pane",
        hint: "previous pane",
        sentence: "Move the keyboard to the previous pane",
        contexts: &[C::Screen, C::Input],
        keys: &["Shift-Tab"],
        footer: None,
    },
    Spec {
        action: Action::GoAccounts,
        name: "accounts",
        hint: "accounts",
        sentence: "Go to the accounts",
        contexts: &[C::Screen],
        keys: &["1"],
        footer: None,
    },
    Spec {
        action: Action::GoTools,
        name: "tools",
        hint: "tools",
        sentence: "Go to the tools",
        contexts: &[C::Screen],
        keys: &["2"],
        footer: None,
    },
    Spec {
        action: Action::GoPlayground,
        name: "playground",
        hint: "playground",
        sentence: "Go to the playground",
        contexts: &[C::Screen],
        keys: &["3"],
        footer: None,
    },
    Spec {
        action: Action::Refresh,
        name: "refresh",
        hint: "refresh",
        sentence: "Ask the broker again",
        contexts: &[C::Screen],
        keys: &["R"],
        footer: Some(20),
    },
    Spec {
        action: Action::Back,
        name: "back",
        hint: "back",
        sentence: "Close, go back, or forget the filter",
        contexts: &[C::Screen, C::Input, C::Filter, C::Authorize, C::WholeLink, C::Help],
        keys: &["Esc"],
        footer: Some(18),
    },
    Spec {
        action: Action::Help,
        name: "help",
        hint: "help",
        sentence: "Show what the keys do here",
        contexts: &[C::Screen, C::Authorize],
        keys: &["?"],
        footer: Some(21),
    },
    Spec {
        action: Action::Help,
        name: "help-anywhere",
        hint: "help",
        sentence: "Show what the keys do here, while typing too",
        contexts: &[C::Everywhere],
        keys: &["F1"],
        footer: Some(22),
    },
    Spec {
        action: Action::Quit,
        name: "quit",
        hint: "quit",
        sentence: "Leave the program",
        contexts: &[C::Screen, C::Help],
        keys: &["q"],
        footer: Some(23),
    },
    Spec {
        action: Action::Quit,
        name: "quit-anywhere",
        hint: "quit",
        sentence: "Leave the program, while typing too",
        contexts: &[C::Everywhere],
        keys: &["Ctrl-C", "Ctrl-Q"],
        footer: None,
    },
    Spec {
        action: Action::Suspend,
        name: "suspend",
        hint: "suspend",
        sentence: "Go back to the shell; fg returns here",
        contexts: &[C::Screen, C::Filter, C::Authorize, C::WholeLink, C::Help],
        keys: &["Ctrl-Z"],
        footer: None,
    },
];

/// Rows whose keys work in `context`, in table order.
pub fn in_context(context: Context) -> impl Iterator<Item = &'static Spec> {
    ACTIONS.iter().filter(move |spec| spec.contexts.contains(&context))
}

/// Rows that `key` names in `context`, in table order.
pub fn bound_to(context: Context, key: Key) -> impl Iterator<Item = &'static Spec> {
    in_context(context).filter(move |spec| spec.keys().any(|k| k == key))
}

impl Spec {
    /// Its keys, parsed. The table is a constant that a test parses whole, so nothing is lost here.
    pub fn keys(&self) -> impl Iterator<Item = Key> + '_ {
        self.keys.iter().filter_map(|text| text.parse().ok())
    }

    /// The key that hints show.
    pub fn shown_key(&self) -> &'static str {
        self.keys.first().copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_key_in_the_table_is_a_key() {
        for spec in ACTIONS {
            assert!(!spec.keys.is_empty(), "{} has no key", spec.name);
            for key in spec.keys {
                assert!(key.parse::<Key>().is_ok(), "{}: {key:?}", spec.name);
            }
        }
    }

    #[test]
    fn names_are_unique() {
        let names: HashSet<_> = ACTIONS.iter().map(|spec| spec.name).collect();
        assert_eq!(names.len(), ACTIONS.len());
    }

    #[test]
    fn keys_that_type_are_never_bound_where_text_is_typed() {
        for spec in ACTIONS {
            let typed = [C::Everywhere, C::Filter, C::Input].iter().any(|c| spec.contexts.contains(c));
            assert!(!typed || spec.keys().all(|key| !key.types()), "{} would swallow a letter", spec.name);
        }
    }
}
