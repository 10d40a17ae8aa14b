//! The one action table.
//!
//! Everything a person can do is one row here: its name, a sentence, its keys, where it applies.
//! Key handling, the footer, the help page and clickable hints all read this table, with the keys that
//! are in force ([`super::keymap`]), so a hint cannot lie. Whether an action applies *right now*, and if not, why, is in [`super::availability`].

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
    /// The same input as a form.
    InputForm,
    /// The playground's output.
    Output,
    /// The list of past calls.
    Activity,
    /// What went along with one of them, or came back.
    Entry,
    /// In what two of them differ.
    Difference,
    /// Tools as definitions.
    Export,
    /// A call as code.
    AsCode,
    /// The presets of a tool.
    Presets,
    /// A preset's name being typed.
    PresetName,
    /// A jq filter being typed.
    Query,
    /// A value looked at as what it is.
    Looks,
    /// A search in the output being typed.
    Find,
    /// A one-line filter being typed.
    Filter,
    /// The authorization popup.
    Authorize,
    /// The page that shows one whole link.
    WholeLink,
    /// A page to read: help, messages.
    Help,
    /// The form for a new account.
    NewAccount,
    /// The form for credentials.
    Credentials,
    /// The palette being typed into.
    Palette,
    /// A question with two answers.
    Confirm,
    /// A person or an account being chosen.
    Chooser,
    /// A value or a field being picked.
    Picker,
    /// Something in the way of a call.
    Obstacle,
    /// The question about a `.env`.
    EnvFile,
    /// What environments can come from.
    Environments,
    /// The form for a new profile.
    ProfileForm,
}

impl Context {
    /// Whether letters are text here.
    pub fn types(self) -> bool {
        matches!(
            self,
            Self::Filter
                | Self::Find
                | Self::Input
                | Self::InputForm
                | Self::NewAccount
                | Self::Credentials
                | Self::Palette
                | Self::Chooser
                | Self::Picker
                | Self::ProfileForm
                | Self::PresetName
        )
    }

    /// Whether this is a part of a screen that does not type, so that the keys of every screen work too.
    pub fn is_pane(self) -> bool {
        matches!(self, Self::Accounts | Self::AccountDetail | Self::Tools | Self::Schema | Self::Output)
    }

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
            Self::InputForm => "Input as a form",
            Self::Output => "Output",
            Self::Activity => "Activity",
            Self::Entry => "Call",
            Self::Difference => "Difference",
            Self::Export => "Definitions",
            Self::AsCode => "As code",
            Self::Presets => "Presets",
            Self::PresetName => "Preset's name",
            Self::Query => "jq",
            Self::Looks => "Look",
            Self::Find => "Search",
            Self::Filter => "Filter",
            Self::Authorize => "Authorize",
            Self::WholeLink => "Whole link",
            Self::Help => "Page",
            Self::NewAccount => "New account",
            Self::Credentials => "Credentials",
            Self::Palette => "Palette",
            Self::Confirm => "Question",
            Self::Chooser => "Choice",
            Self::Picker => "Pick",
            Self::Obstacle => "Obstacle",
            Self::EnvFile => "A .env",
            Self::Environments => "Environments",
            Self::ProfileForm => "New profile",
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
    /// Show everything that was said so far.
    Messages,
    /// Show what went over the wire.
    Requests,
    /// Take the mouse, or leave it to the terminal.
    ToggleMouse,
    /// Draw in other colours.
    CycleTheme,
    /// Edit the input in the person's own editor.
    Edit,
    /// Read the result in the person's own pager.
    Page,
    /// Find anything by name.
    Palette,
    /// Do, or go to, what the palette points at.
    Choose,
    /// Go to the accounts.
    GoAccounts,
    /// Go to the tools.
    GoTools,
    /// Go to the playground.
    GoPlayground,
    /// Go to the calls of the past.
    GoActivity,
    /// Send a past call again.
    Replay,
    /// Put a past call into the playground.
    EditReplay,
    /// Send a past call again as whoever is acted as now.
    ReplayAs,
    /// Mark a past call for comparing.
    Mark,
    /// Compare two calls.
    Compare,
    /// Look at the other half of a call.
    TurnHalf,
    /// Leave times out of account, or not.
    IgnoreTimes,
    /// Leave ids out of account, or not.
    IgnoreIds,
    /// Write calls down, or not.
    ToggleRecording,
    /// Show the call as code.
    AsCode,
    /// Ask the value under the cursor with jq.
    Query,
    /// Run the filter.
    Ask,
    /// Type the rest of a name.
    Complete,
    /// An older filter.
    OlderQuery,
    /// A newer filter.
    NewerQuery,
    /// Save what is on screen to a file.
    Save,
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
    /// Look for something in the output.
    Find,
    /// Keep what was looked for and return to the output.
    AcceptFind,
    /// Take what is looked for as a regular expression, or as a text.
    ToggleRegex,
    /// To the next match.
    NextMatch,
    /// To the match before.
    PreviousMatch,
    /// Keep the filter and return to the list.
    AcceptFilter,
    /// List the tools of one connection, of all of a person's, or of the whole environment.
    CycleScope,
    /// Choose whom to act as.
    ChoosePerson,
    /// Do what helps.
    Repair,
    /// Go on although something stands in the way.
    Insist,
    /// To the next group of a list.
    NextGroup,
    /// To the group before.
    PreviousGroup,
    /// To the other place that a reference leads to.
    FollowReference,
    /// Copy the path of what is selected as a JSON Pointer.
    CopyPointer,
    /// Mark a tool, or take its mark away.
    MarkTool,
    /// Mark every tool that is shown.
    MarkShown,
    /// Show tools as definitions.
    Export,
    /// Order the list by something else.
    CycleOrder,
    /// Group the list by something else.
    CycleGroup,
    /// Next status in the status filter.
    CycleStatus,
    /// Load again.
    Refresh,
    /// Make an authorization link for the selected account.
    Authorize,
    /// Look at the detail.
    Detail,
    /// Connect an account that does not exist yet.
    NewAccount,
    /// Type in the credentials of an account that has some already.
    UpdateCredentials,
    /// Go to the next field of a form.
    NextField,
    /// Go to the field before.
    PreviousField,
    /// Show what is masked, or mask it again.
    Reveal,
    /// One more name and value.
    AddRow,
    /// Leave the form to the person it is about: make a link.
    LinkInstead,
    /// Go on with what was filled in.
    Submit,
    /// Drop an account's credentials.
    Disconnect,
    /// Delete an account.
    Delete,
    /// Act as this account's person and list the tools.
    BrowseTools,
    /// Act as this account's person on every connection.
    ActAs,
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
    /// Make a link that somebody else can use, and copy it.
    CopyLink,
    /// Make the link one that somebody else can use.
    LinkForOthers,
    /// Show the input as a form, or as JSON.
    TurnInput,
    /// Fill in the row of the form.
    FillIn,
    /// Offer values for the row of the form.
    Suggest,
    /// Take what stands at the row of the form away.
    LeaveOut,
    /// Put `null` there.
    PutNull,
    /// Put something empty there.
    PutEmpty,
    /// Put the value under the cursor into a field of the input.
    UseAs,
    /// Show the presets of the tool.
    Presets,
    /// Fill the input with a preset.
    FillInPreset,
    /// Save the input as a preset.
    SavePreset,
    /// Delete a preset.
    DeletePreset,
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
    /// Go to what the value stands in.
    GoParent,
    /// Go to the next value in the same object or array.
    NextSibling,
    /// Go to the one before.
    PreviousSibling,
    /// Unfold the value and everything inside it.
    UnfoldBelow,
    /// Unfold one level more.
    Deeper,
    /// Unfold one level less.
    Shallower,
    /// Look at an array of objects as a table, or at the rows again.
    ToggleTable,
    /// From a cell of the table to the same value among the rows.
    ToTree,
    /// To the next column.
    NextColumn,
    /// To the column before.
    PreviousColumn,
    /// Order the table by the column under the cursor.
    OrderByColumn,
    /// Show columns, or hide them.
    PickColumns,
    /// Look at the value as what it is.
    Look,
    /// Look at it another way.
    NextLook,
    /// Look at it as before.
    PreviousLook,
    /// Explore the document in a text.
    LookInside,
    /// Open an address in the browser, after a question.
    OpenLink,
    /// Look at the text as it came, or at the rows again.
    ToggleRaw,
    /// Wrap long values, or cut them off again.
    ToggleWrap,
    /// Fold everything.
    FoldAll,
    /// Unfold everything.
    UnfoldAll,
    /// Show what environments can come from.
    Environments,
    /// Open the selected one.
    OpenSource,
    /// Save a new profile.
    AddProfile,
    /// Make a profile the one in use.
    UseProfile,
    /// Remove a profile.
    RemoveProfile,
    /// Keep a new profile until the program ends.
    KeepProfile,
    /// Say yes.
    Yes,
    /// Say no.
    No,
}

/// Whether an action applies right now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Availability {
    /// It does.
    Yes,
    /// It could apply here, but not now; the reason is a sentence for the person.
    No(String),
    /// It makes no sense here, and nobody needs to be told.
    NotHere,
}

impl Availability {
    /// Whether it applies.
    pub fn is_yes(&self) -> bool {
        *self == Self::Yes
    }

    /// It applies under a condition, and otherwise not for this reason.
    pub fn when(condition: bool, reason: &str) -> Self {
        if condition { Self::Yes } else { Self::No(reason.to_owned()) }
    }

    /// It applies under a condition, and otherwise makes no sense.
    pub fn here(condition: bool) -> Self {
        if condition { Self::Yes } else { Self::NotHere }
    }
}

/// One row of the table.
#[derive(Debug)]
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
    /// Place in the footer, low first, from [`FOOTER_RIGHT`] on at its right end; none keeps it out.
    pub footer: Option<u8>,
}

/// Hints from this place on stand at the right end of the footer and are never crowded out.
pub const FOOTER_RIGHT: u8 = 30;

use Context as C;

const LISTS: &[Context] = &[
    C::Accounts,
    C::AccountDetail,
    C::Tools,
    C::Schema,
    C::Output,
    C::Activity,
    C::Entry,
    C::Difference,
    C::AsCode,
    C::Looks,
    C::Help,
    C::Environments,
    C::Presets,
    C::Export,
];

/// The table. Rows that share a key in a context are tried in this order; the first that applies
/// right now is taken.
#[rustfmt::skip]
pub static ACTIONS: &[Spec] = &[
    Spec { action: Action::Authorize, name: "authorize", hint: "authorize", keys: &["a"], footer: Some(1), contexts: &[C::Accounts, C::AccountDetail],
           sentence: "Make an authorization link for the selected account and follow it until it is done" },
    Spec { action: Action::BrowseTools, name: "browse-tools", hint: "tools", keys: &["t"], footer: Some(3), contexts: &[C::Accounts, C::AccountDetail, C::Authorize],
           sentence: "Act as this account's person and list the tools they may call" },
    Spec { action: Action::ActAs, name: "act-as", hint: "act as", keys: &["T"], footer: None, contexts: &[C::Accounts, C::AccountDetail],
           sentence: "Act as this account's person on every connection they have" },
    Spec { action: Action::NewAccount, name: "new-account", hint: "new", keys: &["n"], footer: Some(2), contexts: &[C::Accounts, C::AccountDetail],
           sentence: "Connect an account that does not exist yet: choose the connection, name the person" },
    Spec { action: Action::UpdateCredentials, name: "credentials", hint: "credentials", keys: &["c"], footer: Some(4), contexts: &[C::Accounts, C::AccountDetail],
           sentence: "Type in the credentials of an account that needs no consent: a key, a password, a token" },
    Spec { action: Action::Disconnect, name: "disconnect", hint: "disconnect", keys: &["d"], footer: Some(9), contexts: &[C::Accounts, C::AccountDetail],
           sentence: "Drop this account's credentials; the account stays and can be authorized again" },
    Spec { action: Action::Delete, name: "delete", hint: "delete", keys: &["D"], footer: None, contexts: &[C::Accounts, C::AccountDetail],
           sentence: "Delete this account for good" },
    Spec { action: Action::CopyLink, name: "copy-link", hint: "copy a link", keys: &["Y"], footer: None, contexts: &[C::Accounts, C::AccountDetail],
           sentence: "Make a link for somebody else to authorize this account with, and copy it" },
    Spec { action: Action::Submit, name: "submit", hint: "go on", keys: &["Enter"], footer: Some(1), contexts: &[C::NewAccount, C::Credentials, C::ProfileForm, C::PresetName],
           sentence: "Go on with what was filled in" },
    Spec { action: Action::NextField, name: "next-field", hint: "next field", keys: &["Tab", "Shift-Tab"], footer: Some(2), contexts: &[C::NewAccount],
           sentence: "Go to the other field" },
    Spec { action: Action::NextField, name: "form-next-field", hint: "next field", keys: &["Tab", "Down"], footer: Some(2), contexts: &[C::Credentials, C::ProfileForm],
           sentence: "Go to the next field" },
    Spec { action: Action::PreviousField, name: "form-previous-field", hint: "field before", keys: &["Shift-Tab", "Up"], footer: None, contexts: &[C::Credentials, C::ProfileForm],
           sentence: "Go to the field before" },
    Spec { action: Action::Reveal, name: "reveal", hint: "show or mask", keys: &["F2"], footer: Some(3), contexts: &[C::Credentials, C::ProfileForm],
           sentence: "Show what is masked in this field, until you leave it; again to mask it" },
    Spec { action: Action::AddRow, name: "add-row", hint: "one more", keys: &["Ctrl-N"], footer: Some(4), contexts: &[C::Credentials],
           sentence: "One more name and value" },
    Spec { action: Action::LinkInstead, name: "link-instead", hint: "link instead", keys: &["Ctrl-L"], footer: Some(5), contexts: &[C::Credentials],
           sentence: "Make a link to a form in the browser instead, where the person types it in themselves" },
    Spec { action: Action::Detail, name: "detail", hint: "detail", keys: &["Enter"], footer: Some(5), contexts: &[C::Accounts],
           sentence: "Look at everything the broker says of this account" },
    Spec { action: Action::TryTool, name: "try-tool", hint: "try it", keys: &["Enter", "p"], footer: Some(1), contexts: &[C::Tools, C::Schema],
           sentence: "Open the selected tool in the playground" },
    Spec { action: Action::CycleStatus, name: "status-filter", hint: "status", keys: &["s"], footer: Some(7), contexts: &[C::Accounts],
           sentence: "Show only accounts of one status; again for the next status" },
    Spec { action: Action::CycleOrder, name: "order", hint: "order", keys: &["o"], footer: Some(10), contexts: &[C::Accounts],
           sentence: "Order by need, connection, identifier, expiry, last use; again for the next" },
    Spec { action: Action::CycleOrder, name: "tool-order", hint: "order", keys: &["o"], footer: Some(11), contexts: &[C::Tools],
           sentence: "Order by weight, the heaviest first; again as they were listed" },
    Spec { action: Action::MarkTool, name: "mark-tool", hint: "mark", keys: &["Space"], footer: Some(7), contexts: &[C::Tools],
           sentence: "Mark this tool for an export, and go on to the next; again to take the mark away" },
    Spec { action: Action::MarkShown, name: "mark-shown", hint: "mark all", keys: &["A"], footer: None, contexts: &[C::Tools],
           sentence: "Mark every tool that is shown; again to take the marks away" },
    Spec { action: Action::Export, name: "export", hint: "export", keys: &["e"], footer: Some(8), contexts: &[C::Tools],
           sentence: "Show the marked tools, or all that are shown, as definitions for a model, and what that would refuse" },
    Spec { action: Action::CycleGroup, name: "group", hint: "group", keys: &["b"], footer: Some(12), contexts: &[C::Accounts],
           sentence: "Group by connection, identifier, status, provider, and back to one list" },
    Spec { action: Action::Filter, name: "filter", hint: "filter", keys: &["/"], footer: Some(6), contexts: &[C::Accounts, C::Tools, C::Activity],
           sentence: "Type to show only what matches" },
    Spec { action: Action::AcceptFilter, name: "accept-filter", hint: "keep filter", keys: &["Enter", "Tab"], footer: Some(1), contexts: &[C::Filter],
           sentence: "Keep the filter and go back to the list" },
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
    Spec { action: Action::OpenBrowser, name: "open-browser", hint: "open in browser", keys: &["Enter", "o"], footer: Some(1), contexts: &[C::Authorize, C::WholeLink],
           sentence: "Open the link in the browser on this machine" },
    Spec { action: Action::RenewLink, name: "renew-link", hint: "new link", keys: &["r"], footer: Some(4), contexts: &[C::Authorize],
           sentence: "Make a new link; the old one no longer counts" },
    Spec { action: Action::WholeLink, name: "whole-link", hint: "whole link", keys: &["u"], footer: Some(3), contexts: &[C::Authorize],
           sentence: "Show the link alone on a page of its own, so that any terminal can copy it" },
    Spec { action: Action::LinkForOthers, name: "link-for-others", hint: "for somebody else", keys: &["h"], footer: Some(5), contexts: &[C::Authorize],
           sentence: "Make a link to hand to somebody else, who opens it on a machine of their own" },
    Spec { action: Action::Run, name: "run", hint: "run", keys: &["Ctrl-R", "F5"], footer: Some(1), contexts: &[C::Input, C::InputForm, C::Output],
           sentence: "Run the tool with this input, as the person named above" },
    Spec { action: Action::Stop, name: "stop", hint: "stop", keys: &["Esc", "Ctrl-C"], footer: Some(2), contexts: &[C::Input, C::InputForm, C::Output],
           sentence: "Stop waiting for what is running" },
    Spec { action: Action::StopLoading, name: "stop-loading", hint: "stop loading", keys: &["Esc"], footer: Some(2), contexts: &[C::Accounts, C::AccountDetail, C::Tools, C::Schema],
           sentence: "Stop loading; what has arrived stays" },
    Spec { action: Action::Sample, name: "sample", hint: "sample", keys: &["Ctrl-S"], footer: Some(3), contexts: &[C::Input, C::InputForm],
           sentence: "Fill the input with a sample made from the schema; again for every field" },
    Spec { action: Action::TurnInput, name: "turn-input", hint: "form", keys: &["F2"], footer: Some(4), contexts: &[C::Input],
           sentence: "Show the input as a form: the same value, field by field" },
    Spec { action: Action::TurnInput, name: "turn-form", hint: "JSON", keys: &["F2"], footer: Some(4), contexts: &[C::InputForm],
           sentence: "Show the input as JSON, with the cursor at the same place" },
    Spec { action: Action::FillIn, name: "fill-in", hint: "fill in", keys: &["Enter"], footer: Some(5), contexts: &[C::InputForm],
           sentence: "Pick a value, turn a switch, add what is missing; else go to the next field" },
    Spec { action: Action::Suggest, name: "suggest", hint: "suggest", keys: &["Ctrl-T"], footer: Some(6), contexts: &[C::InputForm],
           sentence: "Offer values: the default, examples, times from now, null, leaving it out" },
    Spec { action: Action::LeaveOut, name: "leave-out", hint: "leave out", keys: &["Ctrl-X"], footer: Some(7), contexts: &[C::InputForm],
           sentence: "Leave the field out, or remove the item" },
    Spec { action: Action::PutNull, name: "put-null", hint: "null", keys: &["Ctrl-N"], footer: None, contexts: &[C::InputForm],
           sentence: "Put null into the field" },
    Spec { action: Action::PutEmpty, name: "put-empty", hint: "empty", keys: &["Ctrl-B"], footer: None, contexts: &[C::InputForm],
           sentence: "Put an empty text, list or object into the field, which is not the same as leaving it out" },
    Spec { action: Action::UseAs, name: "use-as", hint: "use as …", keys: &["u"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "Put the value under the cursor into a field of the input that is being made" },
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
    Spec { action: Action::Presets, name: "presets", hint: "presets", keys: &["F6"], footer: Some(5), contexts: &[C::Input, C::InputForm],
           sentence: "Show what was saved for this tool under a name: fill it in, save the input, delete" },
    Spec { action: Action::Presets, name: "presets-beside", hint: "presets", keys: &["F6"], footer: None, contexts: &[C::Output],
           sentence: "Show what was saved for this tool under a name" },
    Spec { action: Action::FillInPreset, name: "fill-in-preset", hint: "fill in", keys: &["Enter"], footer: Some(1), contexts: &[C::Presets],
           sentence: "Put it in the place of the input; undo brings back what stood there" },
    Spec { action: Action::SavePreset, name: "save-preset", hint: "save as", keys: &["s", "n"], footer: Some(2), contexts: &[C::Presets],
           sentence: "Save the input that stands there under a name; what looks like a credential is left out" },
    Spec { action: Action::DeletePreset, name: "delete-preset", hint: "delete", keys: &["D"], footer: Some(3), contexts: &[C::Presets],
           sentence: "Delete this preset, after a question" },
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
    Spec { action: Action::Look, name: "look", hint: "look", keys: &["v"], footer: Some(6), contexts: &[C::Output, C::Entry],
           sentence: "Look at the value as what it is: text with its lines, link, moment, base64, JSON in a text" },
    Spec { action: Action::LookInside, name: "look-inside", hint: "explore", keys: &["Enter"], footer: Some(1), contexts: &[C::Looks],
           sentence: "Explore the JSON that is in this text; back brings you here again" },
    Spec { action: Action::OpenLink, name: "open-link", hint: "open in browser", keys: &["Enter", "o"], footer: Some(1), contexts: &[C::Looks],
           sentence: "Open the page in the browser; asks first and names the host" },
    Spec { action: Action::NextLook, name: "next-look", hint: "another way", keys: &["Tab", "Right", "l"], footer: Some(3), contexts: &[C::Looks],
           sentence: "Look at it another way" },
    Spec { action: Action::PreviousLook, name: "previous-look", hint: "the way before", keys: &["Shift-Tab", "Left", "h"], footer: None, contexts: &[C::Looks],
           sentence: "Look at it the way before" },
    Spec { action: Action::GoParent, name: "parent", hint: "parent", keys: &["H"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "To the object or array that the value stands in" },
    Spec { action: Action::NextSibling, name: "next-sibling", hint: "next sibling", keys: &["J"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "To the next value in the same object or array, past everything inside this one" },
    Spec { action: Action::PreviousSibling, name: "previous-sibling", hint: "sibling before", keys: &["K"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "To the value before it in the same object or array" },
    Spec { action: Action::Copy, name: "copy", hint: "copy", keys: &["y"], footer: Some(8), contexts: &[C::Accounts, C::AccountDetail, C::Tools, C::Schema, C::Output, C::Activity, C::Entry, C::Authorize, C::WholeLink, C::Looks],
           sentence: "Copy what is selected: an account's id, a tool's name, a value, the link" },
    Spec { action: Action::CopyPath, name: "copy-path", hint: "copy path", keys: &["Y"], footer: None, contexts: &[C::Output, C::Entry, C::Schema],
           sentence: "Copy the path of what is selected, as jq writes it" },
    Spec { action: Action::Yes, name: "yes", hint: "yes", keys: &["y", "Enter"], footer: Some(1), contexts: &[C::Confirm],
           sentence: "Do it" },
    Spec { action: Action::No, name: "no", hint: "no", keys: &["n", "Esc"], footer: Some(2), contexts: &[C::Confirm],
           sentence: "Do not" },
    Spec { action: Action::Yes, name: "use-env-file", hint: "use it", keys: &["y"], footer: Some(1), contexts: &[C::EnvFile],
           sentence: "Use this .env, now and whenever it names this URL" },
    Spec { action: Action::No, name: "refuse-env-file", hint: "never here", keys: &["n"], footer: Some(2), contexts: &[C::EnvFile],
           sentence: "Do not use this .env, now or whenever it names this URL" },
    Spec { action: Action::OpenSource, name: "open-environment", hint: "open", keys: &["Enter"], footer: Some(1), contexts: &[C::Environments],
           sentence: "Close what is open and open this environment; what you typed for a tool is kept" },
    Spec { action: Action::AddProfile, name: "new-profile", hint: "new profile", keys: &["n"], footer: Some(2), contexts: &[C::Environments],
           sentence: "Save an environment under a name, its secret in the keychain" },
    Spec { action: Action::UseProfile, name: "use-profile", hint: "put in use", keys: &["u"], footer: Some(3), contexts: &[C::Environments],
           sentence: "Make this profile the one that is opened where nothing else is said" },
    Spec { action: Action::RemoveProfile, name: "remove-profile", hint: "remove", keys: &["D"], footer: Some(4), contexts: &[C::Environments],
           sentence: "Remove this profile and its secret" },
    Spec { action: Action::KeepProfile, name: "keep-profile", hint: "keep for this run", keys: &["Ctrl-T"], footer: Some(1), contexts: &[C::ProfileForm],
           sentence: "Keep the profile and its secret in memory until the program ends, and write nothing" },
    Spec { action: Action::Up, name: "up", hint: "up", keys: &["k", "Up"], footer: None, contexts: LISTS,
           sentence: "One row up" },
    Spec { action: Action::Down, name: "down", hint: "down", keys: &["j", "Down"], footer: None, contexts: LISTS,
           sentence: "One row down" },
    Spec { action: Action::CycleScope, name: "scope", hint: "scope", keys: &["s"], footer: Some(4), contexts: &[C::Tools, C::Schema],
           sentence: "List the tools of the person acted as on one connection, on all of theirs, or those of the whole environment; again for the next" },
    Spec { action: Action::ChoosePerson, name: "choose-person", hint: "act as …", keys: &["w"], footer: Some(5), contexts: &[C::Tools, C::Schema, C::Obstacle],
           sentence: "Choose whom to act as, among everybody who has an account" },
    Spec { action: Action::Repair, name: "repair", hint: "repair", keys: &["a"], footer: Some(2), contexts: &[C::Tools, C::Schema, C::Output],
           sentence: "Do what helps: authorize or connect the account that is missing, or list what was meant" },
    Spec { action: Action::Repair, name: "repair-obstacle", hint: "repair", keys: &["Enter", "a"], footer: Some(1), contexts: &[C::Obstacle],
           sentence: "Do what helps: authorize or connect the account that is missing" },
    Spec { action: Action::Insist, name: "insist", hint: "insist", keys: &["i"], footer: Some(2), contexts: &[C::Obstacle],
           sentence: "Go on all the same" },
    Spec { action: Action::NextGroup, name: "next-group", hint: "next group", keys: &["}", "]"], footer: None, contexts: &[C::Tools],
           sentence: "To the next connection or provider" },
    Spec { action: Action::PreviousGroup, name: "previous-group", hint: "group before", keys: &["{", "["], footer: None, contexts: &[C::Tools],
           sentence: "To the connection or provider before" },
    Spec { action: Action::FollowReference, name: "follow-reference", hint: "follow", keys: &["r"], footer: Some(3), contexts: &[C::Schema],
           sentence: "Go where the reference leads that this entry came by" },
    Spec { action: Action::CopyPointer, name: "copy-pointer", hint: "copy pointer", keys: &["Ctrl-Y"], footer: None, contexts: &[C::Output, C::Entry],
           sentence: "Copy the path of the selected value as a JSON Pointer" },
    Spec { action: Action::Choose, name: "choose", hint: "choose", keys: &["Enter"], footer: Some(1), contexts: &[C::Palette, C::Chooser, C::Picker],
           sentence: "Do, or go to, what the cursor is on" },
    Spec { action: Action::Up, name: "filter-up", hint: "up", keys: &["Up"], footer: None, contexts: &[C::Filter, C::Palette, C::NewAccount, C::Find, C::Chooser, C::Picker, C::InputForm],
           sentence: "One row up" },
    Spec { action: Action::Down, name: "filter-down", hint: "down", keys: &["Down"], footer: None, contexts: &[C::Filter, C::Palette, C::NewAccount, C::Find, C::Chooser, C::Picker, C::InputForm],
           sentence: "One row down" },
    Spec { action: Action::PageUp, name: "page-up", hint: "page up", keys: &["PageUp", "Ctrl-B", "Ctrl-U"], footer: None, contexts: LISTS,
           sentence: "One page up" },
    Spec { action: Action::PageDown, name: "page-down", hint: "page down", keys: &["PageDown", "Ctrl-F", "Ctrl-D"], footer: None, contexts: LISTS,
           sentence: "One page down" },
    Spec { action: Action::PageUp, name: "form-page-up", hint: "page up", keys: &["PageUp"], footer: None, contexts: &[C::InputForm],
           sentence: "One page up" },
    Spec { action: Action::PageDown, name: "form-page-down", hint: "page down", keys: &["PageDown"], footer: None, contexts: &[C::InputForm],
           sentence: "One page down" },
    Spec { action: Action::Top, name: "top", hint: "top", keys: &["g", "Home"], footer: None, contexts: LISTS,
           sentence: "To the first row" },
    Spec { action: Action::Bottom, name: "bottom", hint: "bottom", keys: &["G", "End"], footer: None, contexts: LISTS,
           sentence: "To the last row" },
    Spec { action: Action::NextPane, name: "next-pane", hint: "next pane", keys: &["Tab"], footer: Some(9), contexts: &[C::Screen, C::Input, C::InputForm],
           sentence: "Move the keyboard to the next pane" },
    Spec { action: Action::PreviousPane, name: "previous-pane", hint: "previous pane", keys: &["Shift-Tab"], footer: None, contexts: &[C::Screen, C::Input, C::InputForm],
           sentence: "Move the keyboard to the previous pane" },
    Spec { action: Action::Palette, name: "palette", hint: "all", keys: &["Ctrl-P"], footer: Some(30), contexts: &[C::Screen, C::Input, C::InputForm, C::Filter, C::Find],
           sentence: "Find any action, account or tool by name" },
    Spec { action: Action::GoAccounts, name: "accounts", hint: "accounts", keys: &["1"], footer: None, contexts: &[C::Screen],
           sentence: "Go to the accounts" },
    Spec { action: Action::GoTools, name: "tools", hint: "tools", keys: &["2"], footer: None, contexts: &[C::Screen],
           sentence: "Go to the tools" },
    Spec { action: Action::GoPlayground, name: "playground", hint: "playground", keys: &["3"], footer: None, contexts: &[C::Screen],
           sentence: "Go to the playground" },
    Spec { action: Action::GoActivity, name: "activity", hint: "activity", keys: &["4"], footer: None, contexts: &[C::Screen],
           sentence: "Go to everything that was called" },
    Spec { action: Action::Replay, name: "replay", hint: "send again", keys: &["r"], footer: Some(1), contexts: &[C::Activity, C::Entry],
           sentence: "Send this call again as it was, as the same person" },
    Spec { action: Action::EditReplay, name: "edit-replay", hint: "edit", keys: &["e"], footer: Some(2), contexts: &[C::Activity, C::Entry],
           sentence: "Put this call into the playground, to change it before it is sent again" },
    Spec { action: Action::ReplayAs, name: "replay-as", hint: "send as me", keys: &["A"], footer: None, contexts: &[C::Activity, C::Entry],
           sentence: "Send this call again as the person you act as now" },
    Spec { action: Action::Mark, name: "mark", hint: "mark", keys: &["Space"], footer: Some(4), contexts: &[C::Activity],
           sentence: "Mark this call; two marked ones are compared" },
    Spec { action: Action::Compare, name: "compare", hint: "compare", keys: &["d"], footer: Some(3), contexts: &[C::Activity, C::Entry],
           sentence: "Show in which values the marked calls differ: what came back, or what went along" },
    Spec { action: Action::TurnHalf, name: "turn-half", hint: "other half", keys: &["i"], footer: Some(5), contexts: &[C::Activity, C::Entry, C::Difference],
           sentence: "Look at what went along instead of what came back, and the other way round" },
    Spec { action: Action::IgnoreTimes, name: "ignore-times", hint: "times", keys: &["t"], footer: Some(1), contexts: &[C::Difference],
           sentence: "Leave times out of account; again to count them" },
    Spec { action: Action::IgnoreIds, name: "ignore-ids", hint: "ids", keys: &["d"], footer: Some(2), contexts: &[C::Difference],
           sentence: "Leave ids out of account; again to count them" },
    Spec { action: Action::AsCode, name: "as-code", hint: "as code", keys: &["c", "F4"], footer: Some(6), contexts: &[C::Activity, C::Entry, C::Output],
           sentence: "Show the call as a jackfield or curl command, or for the Python or Node SDK" },
    Spec { action: Action::AsCode, name: "input-as-code", hint: "as code", keys: &["F4"], footer: None, contexts: &[C::Input, C::InputForm],
           sentence: "Show the call as code, while typing too" },
    Spec { action: Action::Copy, name: "copy-code", hint: "copy", keys: &["y", "Enter"], footer: Some(1), contexts: &[C::AsCode],
           sentence: "Copy the call in this form" },
    Spec { action: Action::Copy, name: "copy-definitions", hint: "copy", keys: &["y", "Enter"], footer: Some(1), contexts: &[C::Export],
           sentence: "Copy all definitions in this form" },
    Spec { action: Action::Query, name: "jq", hint: "jq", keys: &[":", "|"], footer: Some(5), contexts: &[C::Output, C::Entry],
           sentence: "Ask the value under the cursor with a jq filter; the result can be looked at in turn" },
    Spec { action: Action::Ask, name: "run-jq", hint: "run", keys: &["Enter"], footer: Some(1), contexts: &[C::Query],
           sentence: "Run the filter, in a process of its own" },
    Spec { action: Action::Complete, name: "complete-jq", hint: "complete", keys: &["Tab"], footer: Some(2), contexts: &[C::Query],
           sentence: "Type the rest of a name" },
    Spec { action: Action::OlderQuery, name: "older-jq", hint: "older", keys: &["Up"], footer: Some(3), contexts: &[C::Query],
           sentence: "The filter before" },
    Spec { action: Action::NewerQuery, name: "newer-jq", hint: "newer", keys: &["Down"], footer: None, contexts: &[C::Query],
           sentence: "The filter after" },
    Spec { action: Action::Save, name: "save", hint: "save", keys: &["w"], footer: Some(2), contexts: &[C::AsCode, C::Output, C::Entry, C::Looks, C::Export],
           sentence: "Save it to a new file in the folder the program was started in" },
    Spec { action: Action::ToggleRecording, name: "recording", hint: "recording", keys: &["F10"], footer: None, contexts: &[C::Everywhere],
           sentence: "Write calls down no more, or again" },
    Spec { action: Action::Detail, name: "look-at-call", hint: "look", keys: &["Enter"], footer: Some(7), contexts: &[C::Activity],
           sentence: "Move the keyboard to what stands beside the list" },
    Spec { action: Action::Refresh, name: "refresh", hint: "refresh", keys: &["R"], footer: Some(11), contexts: &[C::Screen],
           sentence: "Ask the broker again" },
    Spec { action: Action::Back, name: "back", hint: "back", keys: &["Esc"], footer: Some(18), contexts: &[C::Screen, C::Input, C::InputForm, C::Filter, C::Authorize, C::WholeLink, C::Help, C::Palette, C::NewAccount, C::Credentials, C::Find, C::Chooser, C::Picker, C::Obstacle, C::Difference, C::AsCode, C::Query, C::Looks, C::EnvFile, C::Environments, C::ProfileForm, C::Presets, C::PresetName, C::Export],
           sentence: "Close, go back, or forget the filter" },
    Spec { action: Action::Help, name: "help", hint: "help", keys: &["?"], footer: Some(31), contexts: &[C::Screen, C::Authorize, C::Looks, C::EnvFile, C::Environments, C::Presets, C::Export],
           sentence: "Show what the keys do here" },
    Spec { action: Action::Help, name: "help-anywhere", hint: "help", keys: &["F1"], footer: Some(31), contexts: &[C::Everywhere],
           sentence: "Show what the keys do here, while typing too" },
    Spec { action: Action::Quit, name: "quit", hint: "quit", keys: &["q"], footer: Some(20), contexts: &[C::Screen, C::Help],
           sentence: "Leave the program" },
    Spec { action: Action::Quit, name: "quit-anywhere", hint: "quit", keys: &["Ctrl-C", "Ctrl-Q"], footer: None, contexts: &[C::Everywhere],
           sentence: "Leave the program, while typing too" },
    Spec { action: Action::Edit, name: "edit", hint: "editor", keys: &["Ctrl-E"], footer: Some(4), contexts: &[C::Input, C::InputForm],
           sentence: "Edit the input in your own editor (VISUAL, EDITOR)" },
    Spec { action: Action::Page, name: "page", hint: "pager", keys: &["P"], footer: Some(7), contexts: &[C::Output, C::Entry],
           sentence: "Read the result in your own pager (PAGER)" },
    Spec { action: Action::Messages, name: "messages", hint: "messages", keys: &["m"], footer: None, contexts: &[C::Screen],
           sentence: "Show everything that was said so far" },
    Spec { action: Action::Requests, name: "requests", hint: "requests", keys: &["L"], footer: None, contexts: &[C::Screen],
           sentence: "Show what went over the wire: every request, its answer, how long it took" },
    Spec { action: Action::Environments, name: "environments", hint: "environments", keys: &["O"], footer: None, contexts: &[C::Screen],
           sentence: "Show what is open and where it came from; open another environment; add, use and remove profiles" },
    Spec { action: Action::Environments, name: "environments-anywhere", hint: "environments", keys: &["F3"], footer: None, contexts: &[C::Input, C::InputForm, C::Filter, C::Find],
           sentence: "Show the environments, while typing too" },
    Spec { action: Action::ToggleMouse, name: "mouse", hint: "mouse", keys: &["F9"], footer: None, contexts: &[C::Everywhere],
           sentence: "Leave the mouse to the terminal, to select and copy text with it; again to take it back" },
    Spec { action: Action::CycleTheme, name: "theme", hint: "theme", keys: &["F8"], footer: None, contexts: &[C::Everywhere],
           sentence: "Draw in dark colours, in light ones, or without any; again for the next" },
    Spec { action: Action::Suspend, name: "suspend", hint: "suspend", keys: &["Ctrl-Z"], footer: None, contexts: &[C::Screen, C::Filter, C::Authorize, C::WholeLink, C::Help],
           sentence: "Go back to the shell; fg returns here" },
];

/// Rows whose keys work in `context`, in table order.
pub fn in_context(context: Context) -> impl Iterator<Item = &'static Spec> {
    ACTIONS.iter().filter(move |spec| spec.contexts.contains(&context))
}

impl Spec {
    /// Its default keys, parsed. The table is a constant that a test parses whole, so nothing is lost here.
    pub fn keys(&self) -> impl Iterator<Item = Key> + '_ {
        self.keys.iter().filter_map(|text| text.parse().ok())
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
            let typed = [
                C::Everywhere,
                C::Filter,
                C::Find,
                C::Input,
                C::Palette,
                C::NewAccount,
                C::Credentials,
                C::Chooser,
                C::ProfileForm,
                C::PresetName,
            ]
            .iter()
            .any(|c| spec.contexts.contains(c));
            assert!(!typed || spec.keys().all(|key| !key.types()), "{} would swallow a letter", spec.name);
        }
    }
}
