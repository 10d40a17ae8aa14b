//! Messages from one feature to another. What a feature's own tasks report is the feature's.

use std::fmt;

use bytes::Bytes;
use tokio::sync::oneshot;
use url::Url;

use crate::agent::RunId;
use crate::domain::{
    Account, AccountId, ConnectionName, Elicitation, ElicitationAnswer, Fault, Identifier, JsonText, Tool, ToolName,
    Untrusted,
};
use crate::flow::explain::Question;
use crate::flow::snippets::Snippet;
use crate::journal::EntryId;
use crate::json::{Document, Ignore, NodeId, TableExport};
use crate::tui::core::message::{Message, Payload};
use crate::tui::core::state::subject::Subject;
use crate::tui::core::state::unsent::UnsentInput;
use crate::tui::core::suggested_fix::SuggestedFix;
use crate::tui::core::work::job::Slot;
use crate::tui::input::action::Action;
use crate::tui::input::tabs::Tab;
use crate::tui::input::typed::Typed;

/// Put text on the clipboard.
#[derive(Debug)]
pub struct CopyText {
    /// Text to copy.
    pub text: String,
    /// Name for the message: “the link”. Safe to show.
    pub what: String,
}

/// Save a file: its name is asked for first, and nothing is overwritten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveFile {
    /// Name that is offered; a number is put in if that is taken.
    pub name: String,
    /// Content of the file.
    pub bytes: Bytes,
}

/// Save a result that is looked at as a table: as the table where the name ends as one of its formats does, else as the
/// result that it is.
#[derive(Debug)]
pub struct SaveTable {
    /// Name that is offered, and the result.
    pub file: SaveFile,
    /// The table.
    pub table: TableExport,
}

/// Save a list: as a table where the name ends as one of its formats does, else as JSON.
#[derive(Debug)]
pub struct SaveList {
    /// Name that is offered.
    pub name: String,
    /// Names of the columns.
    pub heads: &'static [&'static str],
    /// Values of each row, as many as there are columns.
    pub rows: Vec<Vec<String>>,
}

/// Show a menu.
#[derive(Debug)]
pub struct OpenMenu {
    /// Title of the menu, safe to show.
    pub title: String,
    /// Rows of the menu.
    pub entries: Vec<MenuEntry>,
}

/// Row of a menu.
#[derive(Debug)]
pub struct MenuEntry {
    /// Letter that chooses it. `j` and `k` move the cursor.
    pub letter: char,
    /// Name of the row, safe to show.
    pub label: String,
    /// Beginning of what it is about.
    pub preview: Untrusted,
    /// Effect of choosing it.
    pub then: Option<MenuThen>,
}

/// Effect of choosing a row of a menu.
#[derive(Debug)]
pub enum MenuThen {
    /// Sends a message.
    Send(Message),
    /// Does an action where the keyboard was before.
    Do(Action),
}

impl MenuEntry {
    /// A row that sends `then`.
    pub fn new(letter: char, label: impl Into<String>, preview: impl Into<Untrusted>, then: impl Payload) -> Self {
        let then = Some(MenuThen::Send(Message::new(then)));
        Self { letter, label: label.into(), preview: preview.into(), then }
    }

    /// A row that does an action.
    pub fn doing(letter: char, label: impl Into<String>, action: Action) -> Self {
        Self { letter, label: label.into(), preview: "".into(), then: Some(MenuThen::Do(action)) }
    }
}

/// Other processes wrote calls into the journal.
#[derive(Debug)]
pub struct CallsWritten;

/// Open a page in the browser on this machine.
#[derive(Debug)]
pub struct OpenInBrowser(pub Url);

/// Place of the browser that is started.
pub const BROWSER: Slot = Slot::new("browser");

/// The browser was started, or could not be.
#[derive(Debug)]
pub struct BrowserOpened(pub Result<(), Fault>);

/// Ask a question that is answered with yes or no.
#[derive(Debug)]
pub struct Ask {
    /// Title of the question.
    pub title: String,
    /// The question, line by line, safe to show.
    pub lines: Vec<String>,
    /// Words for the yes: "run it anyway".
    pub yes: String,
    /// Sent after a yes.
    pub then: Message,
}

/// Put a question of a server to the person, on top of whatever is there.
#[derive(Debug)]
pub struct ServerQuestion {
    /// The question.
    pub elicitation: Box<Elicitation>,
    /// Account of the call that asks, safe to show.
    pub whom: String,
    /// Way back to the call. Dropping it cancels the question.
    pub reply: oneshot::Sender<ElicitationAnswer>,
}

/// Take the question of a server away: nobody waits for the answer any more.
#[derive(Debug)]
pub struct QuestionOver;

/// Stop the call that a server asks in.
#[derive(Debug)]
pub struct StopCall;

/// Have one of several things picked.
#[derive(Debug, Default)]
pub struct Pick {
    /// Title of the list, safe to show.
    pub title: String,
    /// Entries to pick from.
    pub entries: Vec<PickEntry>,
    /// The entry that holds now; the cursor is on it at first.
    pub current: Option<usize>,
    /// Beginning of the filter, typed before the list was there.
    pub typed: Option<Typed>,
}

/// Entry that can be picked.
#[derive(Debug)]
pub struct PickEntry {
    /// Name of the entry, as it is listed.
    pub label: Untrusted,
    /// A few words about it.
    pub note: Untrusted,
    /// Sent once it is picked.
    pub then: Option<Message>,
}

impl PickEntry {
    /// An entry that sends `then`.
    pub fn new(label: impl Into<Untrusted>, note: impl Into<Untrusted>, then: impl Payload) -> Self {
        Self { label: label.into(), note: note.into(), then: Some(Message::new(then)) }
    }
}

/// Tell what stands in the way of a call, and offer ways around it.
#[derive(Debug)]
pub struct CallBlocked {
    /// Title: what cannot be done.
    pub title: String,
    /// Obstacles, line by line, safe to show.
    pub lines: Vec<String>,
    /// Step that helps.
    pub fix: Option<SuggestedFix>,
    /// Way to go on all the same.
    pub overriding: Option<Override>,
    /// The tool, where somebody else might call it.
    pub tool: Option<Box<Tool>>,
}

/// Way to go on although something stands in the way.
#[derive(Debug)]
pub struct Override {
    /// A few words on it.
    pub words: &'static str,
    /// Sent once somebody insists.
    pub then: Message,
}

/// Have somebody chosen to act as.
#[derive(Debug)]
pub struct ChoosePerson;

/// Find out why a list is empty or a call failed, and tell.
#[derive(Debug)]
pub struct ExplainThis(pub Box<Question>);

/// List the tools of somebody, and act as them from here on.
#[derive(Debug)]
pub struct ActAs {
    /// Identifier to act as.
    pub identifier: Identifier,
    /// Connection to list tools on; none for all that they have an account on.
    pub connection: Option<ConnectionName>,
    /// Whether the filter over the tools is forgotten.
    pub anew: bool,
}

/// Open a tool in the playground.
#[derive(Debug)]
pub struct OpenInPlayground(pub Box<Subject>);

/// Open the tool of an input that an earlier run left unsent.
#[derive(Clone, Debug)]
pub struct OpenUnsent(pub Box<UnsentInput>);

/// Put a past call into the playground.
#[derive(Debug)]
pub struct ReplayInPlayground {
    /// The tool, and as whom.
    pub subject: Box<Subject>,
    /// Input of the call, indented.
    pub input: String,
    /// Whether all of it is there: credentials were never kept.
    pub is_whole: bool,
    /// Whether it is sent at once.
    pub at_once: bool,
}

/// Open a past call in the playground, as it was.
#[derive(Debug)]
pub struct OpenCall(pub EntryId);

/// Put a value into a field of the playground's input.
pub struct UseValue {
    /// The document that it stands in.
    pub document: Document,
    /// Place of the value in its document.
    pub node: NodeId,
}

impl fmt::Debug for UseValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UseValue({:?})", self.node)
    }
}

/// The text that was lent to the person's own editor came back.
#[derive(Debug)]
pub struct TextEdited(pub String);

/// Run a tool as several people, and show who sees what: whom is asked first.
#[derive(Debug)]
pub struct CompareForPeople {
    /// The tool.
    pub tool: Box<Tool>,
    /// Its input, the same for everybody.
    pub input: JsonText,
    /// Connection of everybody's account, where it is known.
    pub connection: Option<ConnectionName>,
}

/// Show the differences between two results, or two inputs, each with the name of its owner, safe to show.
#[derive(Debug)]
pub struct ShowDifference {
    /// The first.
    pub left: (String, JsonText),
    /// The second.
    pub right: (String, JsonText),
    /// Whether they are inputs.
    pub inputs: bool,
    /// Members that do not count at first.
    pub ignore: Ignore,
}

/// Show a call as code, in these forms.
#[derive(Debug)]
pub struct ShowSnippets(pub Vec<Snippet>);

/// Make an authorization link for an account and follow it.
#[derive(Debug)]
pub struct AuthorizeAccount(pub Box<Account>);

/// Have a connection ask for these scopes as well, and authorize one of its accounts with them.
#[derive(Debug)]
pub struct AuthorizeWithScopes {
    /// The account.
    pub account: Box<Account>,
    /// Every scope that it is to have.
    pub scopes: Vec<Untrusted>,
}

/// Connect an account that does not exist yet.
#[derive(Debug)]
pub struct ConnectAccount {
    /// The person, if they are known.
    pub identifier: Option<Identifier>,
    /// Name of a connection, or of a provider, to begin with.
    pub like: Option<Untrusted>,
}

/// Show the authorization that failed, or the newest that is under way.
#[derive(Debug)]
pub struct ShowAuthorization;

/// Load the accounts again.
#[derive(Debug)]
pub struct ReloadAccounts;

/// Tell everybody that the environment is open.
#[derive(Debug)]
pub struct EnvironmentOpened;

/// Leave the environment: everything of it goes, but not what somebody typed.
#[derive(Debug)]
pub struct LeaveEnvironment;

/// Read which tools are favourites, and which ran lately.
#[derive(Debug)]
pub struct ReadToolUsage;

/// Load the listed tools again, if any were: there are other contracts now.
#[derive(Debug)]
pub struct ReloadTools;

/// Show an account in the list.
#[derive(Debug)]
pub struct GoToAccount(pub AccountId);

/// Show a list with this filter.
#[derive(Debug)]
pub struct ApplyFilter {
    /// Screen of the list.
    pub tab: Tab,
    /// The filter, as it is typed.
    pub text: String,
}

/// Show the calls of an agent's run in the history, with the cursor on one of them where it is named.
#[derive(Debug)]
pub struct GoToCalls {
    /// Id of the run.
    pub run: String,
    /// The call.
    pub entry: Option<EntryId>,
}

/// Open a run of the agent, to read it or to go on with it.
#[derive(Debug)]
pub struct OpenAgentRun(pub RunId);

/// Show the accounts of a status: its word in a filter; of any status where it is empty.
#[derive(Debug)]
pub struct ShowStatus(pub String);

/// Show the filters that are saved for a screen.
#[derive(Debug)]
pub struct OpenSavedFilters {
    /// The screen.
    pub tab: Tab,
    /// Its filter as it is now.
    pub current: String,
}

/// Show a tool in the list.
#[derive(Debug)]
pub struct GoToTool(pub ToolName);

/// An account was changed, made, or authorized. For everybody: whoever hears it passes it on.
#[derive(Debug)]
pub struct AccountChanged(pub Box<Account>);

/// An account was read again, because somebody looked at it. For everybody: whoever hears it passes it on.
#[derive(Debug)]
pub struct AccountRefreshed(pub Box<Account>);

/// The list of accounts is complete, or broke off. For everybody.
#[derive(Debug)]
pub struct AccountsLoaded;
