//! Actions of a person, and whether they apply.
//!
//! The keys and words of each action are a row of the action table ([`crate::tui::input::spec`]).

use std::borrow::Cow;

use crate::backend::Ability;

/// Action that a person can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Find out why a list is empty or a call failed.
    Explain,
    /// Ask other environments of this machine the same.
    AskOthers,
    /// Ask the same questions again.
    AskAgain,
    /// Stop waiting for the running call.
    Stop,
    /// Stop loading a list.
    StopLoading,
    /// Open what was typed in an earlier run and not sent.
    ContinueUnsent,
    /// Drop what was typed in an earlier run and not sent.
    DropUnsent,
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
    /// Go to something by the letters that label it.
    Jump,
    /// Draw the whole screen again.
    Redraw,
    /// Mask what is personal or secret on screen, or no longer.
    ToggleMasking,
    /// Draw in other colours.
    CycleTheme,
    /// Type into the input.
    TypeInput,
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
    /// Go to the agent.
    GoAgent,
    /// Go to the checks.
    GoChecks,
    /// Run the checks.
    RunChecks,
    /// Run the checks, and ask who every account is.
    ProveAll,
    /// Do what repairs a finding.
    Repair,
    /// Send a past call again.
    Replay,
    /// Put a past call into the playground.
    EditReplay,
    /// Send a past call again as whoever is acted as now.
    ReplayAs,
    /// Mark a row, or take its mark away.
    Mark,
    /// Compare two calls.
    Compare,
    /// Run the tool as several people, and compare what they see.
    ComparePeople,
    /// Show the calls of every environment, or of the open one alone.
    EveryEnvironment,
    /// Show calls made elsewhere as they come in, or not.
    Follow,
    /// Look at the other half of a call.
    SwitchHalf,
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
    RunQuery,
    /// Type the rest of a name.
    Complete,
    /// Type the one before.
    CompleteBack,
    /// Fetch an older filter.
    OlderQuery,
    /// Fetch a newer filter.
    NewerQuery,
    /// Save what is on screen to a file.
    Save,
    /// Show the schema of a tool's other side.
    SwitchSchema,
    /// Show resources and prompts of servers.
    ServerContent,
    /// Show resources, or prompts.
    SwitchShelf,
    /// Read a resource or a prompt.
    ReadContent,
    /// Open the part of a content under the cursor.
    OpenPart,
    /// Save the part of a content under the cursor.
    SavePart,
    /// Show a result part by part, or as JSON.
    SwitchContent,
    /// Close, go back, forget the filter.
    Back,
    /// Move the keyboard to the next pane.
    NextPane,
    /// Move the keyboard to the previous pane.
    PreviousPane,
    /// Go one row up.
    Up,
    /// Go one row down.
    Down,
    /// Go one page up.
    PageUp,
    /// Go one page down.
    PageDown,
    /// Go half a page up.
    HalfPageUp,
    /// Go half a page down.
    HalfPageDown,
    /// Go to the first row.
    Top,
    /// Go to the last row.
    Bottom,
    /// Type a filter.
    Filter,
    /// Look for something in the output.
    Find,
    /// Keep what was looked for and return to the output.
    AcceptFind,
    /// Take what is looked for as a regular expression, or as a text.
    ToggleRegex,
    /// Go to the next match.
    NextMatch,
    /// Go to the match before.
    PreviousMatch,
    /// Show the filters that are saved.
    SavedFilters,
    /// Save the filter of the list.
    SaveFilter,
    /// Delete a saved filter.
    DeleteFilter,
    /// Keep the filter and return to the list.
    AcceptFilter,
    /// List the tools of one connection, of all of a person's, or of the whole environment.
    CycleScope,
    /// Choose whom to act as.
    ChoosePerson,
    /// Do what helps.
    ApplyFix,
    /// Go on although something stands in the way.
    Override,
    /// Go to the next group of a list.
    NextGroup,
    /// Go to the group before.
    PreviousGroup,
    /// Go to the other place that a reference leads to.
    FollowReference,
    /// Copy the path of what is selected as a JSON Pointer.
    CopyPointer,
    /// Mark every row that is shown.
    MarkShown,
    /// Show tools as definitions.
    Export,
    /// Mend definitions that would be refused, or show them as they are.
    Sanitize,
    /// Choose what to order the list by.
    ChooseOrder,
    /// Group the list by something else.
    CycleGroup,
    /// Choose the status to show.
    ChooseStatus,
    /// Show only what needs somebody, or everything.
    OnlyNeedy,
    /// Go to the next that needs somebody.
    NextNeedy,
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
    /// Add a name and a value.
    AddRow,
    /// Leave the form to the person it is about: make a link.
    LinkInstead,
    /// Go on with what was filled in.
    Submit,
    /// Say no to what a server asks.
    Decline,
    /// Trust a tool as its server has changed it, and send the call.
    TrustTool,
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
    /// Make a tool a favourite, or no longer.
    ToggleFavourite,
    /// Open a tool that ran lately.
    OpenRecent,
    /// Write a note on a past call.
    WriteNote,
    /// Write a request to the own API of this account's provider.
    OpenRequest,
    /// Copy what is selected.
    Copy,
    /// Copy the path of what is selected.
    CopyPath,
    /// Choose what to copy of it.
    CopyMenu,
    /// Show a column, or hide it.
    ToggleColumn,
    /// Open the link in the browser.
    OpenBrowser,
    /// Show the whole link alone.
    WholeLink,
    /// Paste the address that a browser elsewhere ended at.
    PasteAddress,
    /// Make a new link.
    RenewLink,
    /// Stop waiting for an authorization.
    StopWaiting,
    /// Close what is over.
    CloseFinished,
    /// Show the authorization that is under way.
    ShowAuthorization,
    /// Make a link that somebody else can use, and copy it.
    CopyLink,
    /// Ask the provider who the chosen accounts are.
    Prove,
    /// Ask the providers who all accounts shown are.
    ProveShown,
    /// Make the link one that somebody else can use.
    LinkForOthers,
    /// Open the next link that nobody has opened yet.
    OpenNextLink,
    /// Take what is over off the board.
    ClearFinished,
    /// Open the call of an account that failed before.
    RetryFailed,
    /// Try whether the environment verifies who consents.
    Rehearse,
    /// Show the input as a form, or as JSON.
    SwitchInputView,
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
    /// Give a member of the form another name.
    Rename,
    /// Put a copy of the list item behind it.
    DuplicateItem,
    /// Move the list item before the one before.
    MoveItemUp,
    /// Move the list item behind the next.
    MoveItemDown,
    /// Leave the modifiers of the tool out for the next call, or use them again.
    ToggleModifiers,
    /// Show what the modifiers make of the input.
    ShowSent,
    /// Show the result as it came, or as the modifiers made it.
    SwitchResult,
    /// Take what was chosen of the names and values offered while typing.
    TakeCompletion,
    /// Close the list of names and values offered while typing.
    CloseCompletion,
    /// Indent the input anew.
    FormatInput,
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
    /// Go from a cell of the table to the same value among the rows.
    ToTree,
    /// Go to the next column.
    NextColumn,
    /// Go to the column before.
    PreviousColumn,
    /// Order the table by the column under the cursor.
    OrderByColumn,
    /// Show columns, or hide them.
    PickColumns,
    /// Look at the value as what it is.
    Inspect,
    /// Look at it another way.
    NextDisplay,
    /// Look at it as before.
    PreviousDisplay,
    /// Explore the document in a text.
    ExploreText,
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
    /// Show the MCP servers that the environment provisions.
    McpServers,
    /// Create a configuration of a server.
    AddServer,
    /// Change a configuration, or the name of an instance.
    EditServer,
    /// Delete a configuration or an instance.
    DeleteServer,
    /// Give a person an instance of a server.
    EnsureInstance,
    /// Show which connections of a server are authorized.
    ServerAccounts,
    /// Make a link for each connection of a server that waits.
    MakeLinks,
    /// Mint a session token of a server: how, and for whom, is shown first.
    SessionToken,
    /// Have the token minted.
    MintToken,
    /// Switch between full access and tools that read.
    SwitchAccess,
    /// Open a server as one person.
    TryServer,
    /// Show a server as configuration of other programs.
    HandOver,
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
    /// Change a profile.
    EditProfile,
    /// Test the URL and the key of a source.
    TestConnection,
    /// Begin the sandbox anew.
    StartOver,
    /// Keep a new profile until the program ends.
    KeepProfile,
    /// Let the mode of the open environment be chosen.
    ChooseMode,
    /// Refuse whatever is not known to read.
    ModeRead,
    /// Ask before whatever is not known to read.
    ModeAsk,
    /// Ask only before something is taken away.
    ModeFree,
    /// Give the pane with the keyboard the screen alone, or share it again.
    Zoom,
    /// Let an agent make a call, once.
    AllowOnce,
    /// Let an agent call a tool until its run ends.
    AllowRun,
    /// Refuse the call of an agent.
    DenyCall,
    /// Show the call of an agent that waits.
    ShowApprovals,
    /// Type a message to the model.
    TypeMessage,
    /// Send the message to the model.
    SendMessage,
    /// Begin a new line of the message.
    NewLine,
    /// Put a prompt to try into the message.
    TryPrompt,
    /// Open what the cursor is on in a run: unfold thinking, show a call.
    OpenItem,
    /// Change the input of a call that an agent wishes for.
    EditCall,
    /// Try a call of an agent again whose account had to be authorized.
    GoOn,
    /// Begin a new run of the agent.
    NewRun,
    /// Show the earlier runs of the agent.
    EarlierRuns,
    /// Type the key for the models' server.
    ModelKey,
    /// Show the calls of a run in the history.
    CallsOfRun,
    /// Open the run of a past call.
    OpenRun,
    /// Show what the model was told of a result.
    SwitchTold,
    /// Export a run.
    ExportRun,
    /// Replay a run as somebody else.
    ReplayRun,
    /// Say yes.
    Yes,
    /// Say no.
    No,
}

impl Action {
    /// Ability that the open environment must have for it.
    pub fn ability(self) -> Option<Ability> {
        match self {
            Self::NewAccount | Self::Disconnect | Self::Delete | Self::UpdateCredentials | Self::Rehearse => {
                Some(Ability::AccountAdmin)
            }
            Self::CopyLink | Self::LinkForOthers | Self::LinkInstead => Some(Ability::Links),
            Self::AsCode => Some(Ability::Snippets),
            Self::Follow => Some(Ability::CallLog),
            Self::OpenRequest => Some(Ability::Proxy),
            Self::McpServers => Some(Ability::McpServers),
            Self::ServerContent => Some(Ability::ServerContent),
            _ => None,
        }
    }

    /// Whether it changes the environment, or asks the environment for a way to. What a call does is the tool's business.
    pub fn writes(self) -> bool {
        let of_servers = matches!(
            self,
            Self::AddServer | Self::EditServer | Self::DeleteServer | Self::EnsureInstance | Self::MakeLinks
        );
        of_servers || matches!(self, Self::Authorize | Self::RenewLink) || self.ability().is_some_and(Ability::writes)
    }

    /// Whether it hands what is on screen to another program, which draws it as it likes.
    pub fn lends_the_terminal(self) -> bool {
        matches!(self, Self::Edit | Self::Page)
    }
}

/// Whether an action applies right now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Availability {
    /// The action applies.
    Yes,
    /// The action could apply here, but not now; the reason is a sentence for the person.
    No(Cow<'static, str>),
    /// The action makes no sense here, and nobody needs to be told.
    NotHere,
}

impl Availability {
    /// Whether the action applies.
    pub fn is_yes(&self) -> bool {
        *self == Self::Yes
    }

    /// Applies under a condition, and otherwise not for this reason.
    pub fn when(condition: bool, reason: &'static str) -> Self {
        if condition { Self::Yes } else { Self::No(reason.into()) }
    }

    /// Applies where no reason speaks against it.
    pub fn unless(reason: Option<Cow<'static, str>>) -> Self {
        reason.map_or(Self::Yes, Self::No)
    }

    /// The reason against it, where there is one that no other outweighs.
    #[must_use]
    pub fn unless_lacking(self, reason: impl FnOnce() -> Option<&'static str>) -> Self {
        match self {
            Self::NotHere => Self::NotHere,
            known => reason().map_or(known, |reason| Self::No(reason.into())),
        }
    }

    /// Applies under a condition, and otherwise makes no sense.
    pub fn here(condition: bool) -> Self {
        if condition { Self::Yes } else { Self::NotHere }
    }
}
