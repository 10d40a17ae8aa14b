//! What helps, as data: a front makes a key or a command of it.

use crate::domain::{Account, ConnectionName, Identifier, Provider, ToolName};
use crate::profile::Source;

/// Step that helps against a cause.
#[derive(Clone, Debug, PartialEq)]
pub enum Remedy {
    /// List the tools of this identifier, on this connection or on all of theirs.
    ListTools(Identifier, Option<ConnectionName>),
    /// List the accounts, on this connection or all of them.
    ListAccounts(Option<ConnectionName>),
    /// List the connections.
    ListConnections,
    /// Authorize this account.
    Authorize(Box<Account>),
    /// Add the scopes to the connection, then authorize this account again.
    GrantScopes(Box<Account>),
    /// Have somebody at the provider allow it.
    AskProvider(Box<Account>),
    /// Have whoever writes the authorization server's policy allow it.
    AskPolicy,
    /// Grant the resource at the authorization server, then send the call again.
    GrantResource,
    /// Mend the connection's own settings.
    MendConnection,
    /// Connect an account, of this identifier and on this connection where they are known.
    Connect(Option<Identifier>, Option<ConnectionName>),
    /// Switch the connection on, in the environment's dashboard.
    EnableConnection(ConnectionName),
    /// Finish the connection, in the environment's dashboard.
    FinishConnection(ConnectionName),
    /// Make a connection to this provider, in the environment's dashboard.
    MakeConnection(Provider),
    /// Show this tool, as this identifier may call it.
    ShowTool(ToolName, Option<Identifier>),
    /// Search the tools of the environment.
    SearchTools,
    /// Open this environment.
    OpenEnvironment(Source),
    /// Choose another environment.
    ChooseEnvironment,
    /// Give this environment another client id and secret, or another role.
    FixKey,
    /// Change the input of the call.
    ChangeInput,
    /// Send the call again later.
    SendAgain,
    /// Ask the same again later.
    AskAgain,
}

impl Remedy {
    /// A stable name for programs to match on.
    pub fn slug(&self) -> &'static str {
        match self {
            Self::ListTools(..) => "list_tools",
            Self::ListAccounts(_) => "list_accounts",
            Self::ListConnections => "list_connections",
            Self::Authorize(_) => "authorize",
            Self::GrantScopes(_) => "grant_scopes",
            Self::AskProvider(_) => "ask_provider",
            Self::AskPolicy => "ask_policy",
            Self::GrantResource => "grant_resource",
            Self::MendConnection => "mend_connection",
            Self::Connect(..) => "connect",
            Self::EnableConnection(_) => "enable_connection",
            Self::FinishConnection(_) => "finish_connection",
            Self::MakeConnection(_) => "make_connection",
            Self::ShowTool(..) => "show_tool",
            Self::SearchTools => "search_tools",
            Self::OpenEnvironment(_) => "open_environment",
            Self::ChooseEnvironment => "choose_environment",
            Self::FixKey => "fix_key",
            Self::ChangeInput => "change_input",
            Self::SendAgain => "send_again",
            Self::AskAgain => "ask_again",
        }
    }

    /// The step in a few words, safe to show.
    pub fn words(&self) -> String {
        match self {
            Self::ListTools(identifier, Some(connection)) => {
                format!("list the tools of {identifier} on {connection}")
            }
            Self::ListTools(identifier, None) => format!("list the tools of {identifier}"),
            Self::ListAccounts(Some(connection)) => format!("list the accounts on {connection}"),
            Self::ListAccounts(None) => "list the accounts".to_owned(),
            Self::ListConnections => "list the connections".to_owned(),
            Self::Authorize(account) => format!("authorize {}", account.label()),
            Self::GrantScopes(account) => format!(
                "add the scope to {} in the environment's dashboard, then authorize {} again",
                account.connection,
                account.label()
            ),
            Self::AskProvider(account) => {
                format!("have somebody at {} allow it to {}", account.provider, account.identifier)
            }
            Self::AskPolicy => "have whoever writes the policy allow it; asking again gives the same".to_owned(),
            Self::GrantResource => "grant the resource, then send the same call again".to_owned(),
            Self::MendConnection => "mend the connection's settings as the message says".to_owned(),
            Self::Connect(Some(identifier), Some(connection)) => {
                format!("connect an account for {identifier} on {connection}")
            }
            Self::Connect(Some(identifier), None) => format!("connect an account for {identifier}"),
            Self::Connect(None, Some(connection)) => format!("connect an account on {connection}"),
            Self::Connect(None, None) => "connect the first account".to_owned(),
            Self::EnableConnection(name) => format!("switch {name} on in the environment's dashboard"),
            Self::FinishConnection(name) => format!("look at {name} in the environment's dashboard"),
            Self::MakeConnection(provider) => {
                format!("make a connection to {provider} in the environment's dashboard")
            }
            Self::ShowTool(tool, _) => format!("show {tool}"),
            Self::SearchTools => "search the tools of the environment".to_owned(),
            Self::OpenEnvironment(source) => format!("open {source}"),
            Self::ChooseEnvironment => "choose another environment".to_owned(),
            Self::FixKey => "check the client id and secret of this environment, and what they may do".to_owned(),
            Self::ChangeInput => "change the input".to_owned(),
            Self::SendAgain => "send the call again later".to_owned(),
            Self::AskAgain => "ask again later".to_owned(),
        }
    }
}
