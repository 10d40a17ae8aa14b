//! Places of the keyboard.

/// Place of the keyboard. A model has a chain of these, the innermost first; a key is looked up along it.
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
    /// Arguments or result of one of them.
    Entry,
    /// A note on one of them being typed.
    Note,
    /// The conversation with a model.
    Agent,
    /// The message to it.
    Message,
    /// A call of it being changed before it is sent.
    CallInput,
    /// The reason for refusing one of its calls.
    DenyReason,
    /// Whom a new run acts as, on what, and with which model.
    NewRun,
    /// The key for the models' server.
    ModelKey,
    /// A run replayed as somebody else.
    Replay,
    /// The list of findings.
    Checks,
    /// The finding beside it.
    Finding,
    /// The differences between two of them.
    Difference,
    /// People being chosen to run a tool as.
    ComparePeople,
    /// What several people see.
    Comparison,
    /// Tools as definitions.
    Export,
    /// A call as code.
    AsCode,
    /// The presets of a tool.
    Presets,
    /// A preset's name being typed.
    PresetName,
    /// A form that a server asks for in the middle of a call.
    Elicitation,
    /// A page that a server asks the person to visit.
    ElicitationPage,
    /// What a server changed of a tool that is about to be called.
    Drift,
    /// A jq filter being typed.
    Query,
    /// A value looked at as what it is.
    Inspect,
    /// The resources and prompts of servers.
    ServerContent,
    /// Values for a resource or a prompt being typed.
    Values,
    /// The content of a resource or a prompt, part by part.
    Content,
    /// A search in the output being typed.
    Find,
    /// A one-line filter being typed.
    Filter,
    /// The authorization popup.
    Authorize,
    /// The board of authorizations.
    Board,
    /// The question whether a call of an agent is allowed.
    Approval,
    /// A rehearsal of verification.
    Rehearsal,
    /// The page that shows one whole link.
    WholeLink,
    /// The address that a browser elsewhere ended at, being pasted.
    PasteAddress,
    /// A page to read: help, messages.
    Help,
    /// The requests that were sent, or one of them.
    Requests,
    /// The form for a new account.
    NewAccount,
    /// The form for credentials.
    Credentials,
    /// The palette being typed into.
    Palette,
    /// A question with two answers.
    Confirm,
    /// A person or an account being chosen.
    AccountPicker,
    /// A value or a field being picked.
    Picker,
    /// Something in the way of a call.
    BlockedCall,
    /// The question about a `.env`.
    EnvFile,
    /// In the question whether the modifiers of a folder are used.
    ModifiersFile,
    /// The question about the files of a project.
    ProjectFiles,
    /// The list of sources of environments.
    Environments,
    /// The passphrase of the vault being typed.
    Passphrase,
    /// The form for a new profile.
    ProfileForm,
    /// The filters that are saved for a list.
    SavedFilters,
    /// The name of a file that is saved.
    SaveFile,
    /// A menu with letters.
    Menu,
    /// The columns of a table.
    Columns,
    /// The answer to why something does not work.
    Explanation,
    /// The MCP servers that the environment provisions.
    McpServers,
    /// The form for a configuration of one.
    ServerForm,
    /// A name of an instance being typed.
    InstanceName,
    /// The connections of a server.
    ServerAccounts,
    /// A session token.
    SessionToken,
    /// A server that is tried.
    ServerTrial,
    /// The input of a call through a server.
    ServerCall,
    /// A server as configuration of other programs.
    HandOver,
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
                | Self::PasteAddress
                | Self::NewAccount
                | Self::Credentials
                | Self::Palette
                | Self::AccountPicker
                | Self::Picker
                | Self::ProfileForm
                | Self::Passphrase
                | Self::PresetName
                | Self::Note
                | Self::Message
                | Self::CallInput
                | Self::DenyReason
                | Self::ModelKey
                | Self::Elicitation
                | Self::Values
                | Self::Query
                | Self::SaveFile
                | Self::Menu
                | Self::Columns
                | Self::ServerForm
                | Self::InstanceName
                | Self::ServerCall
        )
    }

    /// Whether rows are moved in here, so that a number repeats a motion.
    pub fn has_rows(self) -> bool {
        matches!(
            self,
            Self::Accounts
                | Self::AccountDetail
                | Self::Tools
                | Self::Schema
                | Self::Output
                | Self::Activity
                | Self::Entry
                | Self::Agent
                | Self::Requests
                | Self::ServerContent
                | Self::Content
                | Self::ComparePeople
                | Self::Comparison
                | Self::Board
                | Self::Checks
                | Self::Finding
                | Self::McpServers
                | Self::ServerTrial
        )
    }

    /// Whether something is being filled in that is lost where its popup closes.
    pub fn holds_input(self) -> bool {
        matches!(
            self,
            Self::NewAccount
                | Self::Credentials
                | Self::ProfileForm
                | Self::PresetName
                | Self::Note
                | Self::CallInput
                | Self::DenyReason
                | Self::ModelKey
                | Self::ServerForm
                | Self::InstanceName
                | Self::ServerCall
                | Self::Elicitation
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
            Self::Screen => "Any screen",
            Self::Accounts => "Accounts",
            Self::AccountDetail => "Account detail",
            Self::Tools => "Tools",
            Self::Schema => "Schema",
            Self::Input => "Input",
            Self::InputForm => "Form",
            Self::Output => "Output",
            Self::Activity => "Activity",
            Self::Entry => "Call",
            Self::Note => "Note",
            Self::Agent => "Agent",
            Self::Message => "Message",
            Self::CallInput => "Input of a call",
            Self::DenyReason => "Reason",
            Self::NewRun => "New run",
            Self::ModelKey => "Model key",
            Self::Replay => "Replay",
            Self::Checks => "Checks",
            Self::Finding => "Finding",
            Self::Difference => "Difference",
            Self::ComparePeople => "Users to compare",
            Self::Comparison => "Comparison",
            Self::Export => "Definitions",
            Self::AsCode => "As code",
            Self::Presets => "Presets",
            Self::PresetName => "Preset name",
            Self::Elicitation => "Question",
            Self::ElicitationPage => "Page to visit",
            Self::Drift => "Changed tool",
            Self::Query => "jq",
            Self::Inspect => "Value",
            Self::ServerContent => "Resources and prompts",
            Self::Values => "Values",
            Self::Content => "Content",
            Self::Find => "Search",
            Self::Filter => "Filter",
            Self::Authorize => "Authorize",
            Self::Board => "Board",
            Self::Approval => "Call of an agent",
            Self::Rehearsal => "Rehearsal",
            Self::WholeLink => "Whole link",
            Self::PasteAddress => "Paste address",
            Self::Help => "Page",
            Self::Requests => "Requests",
            Self::NewAccount => "New account",
            Self::Credentials => "Credentials",
            Self::Palette => "Commands",
            Self::Confirm => "Confirm",
            Self::AccountPicker => "Account",
            Self::Picker => "List",
            Self::BlockedCall => "Blocked call",
            Self::EnvFile => ".env file",
            Self::ModifiersFile => "Modifiers of a folder",
            Self::ProjectFiles => "Files of a folder",
            Self::Environments => "Environments",
            Self::Passphrase => "Vault",
            Self::ProfileForm => "New profile",
            Self::SavedFilters => "Saved filters",
            Self::SaveFile => "Save",
            Self::Menu => "Menu",
            Self::Columns => "Columns",
            Self::Explanation => "Explanation",
            Self::McpServers => "MCP servers",
            Self::ServerForm => "Server configuration",
            Self::InstanceName => "Instance name",
            Self::ServerAccounts => "Accounts of a server",
            Self::SessionToken => "Session token",
            Self::ServerTrial => "Server on trial",
            Self::ServerCall => "Call through a server",
            Self::HandOver => "Hand over",
        }
    }
}
