//! MCP servers that the environment provisions: their configurations and instances, whose accounts they need, the tokens
//! that open them, what they offer, and handing them to other programs. All of it in popups over the screen that it was
//! opened from.

pub mod auth_states;
pub mod call;
pub mod form;
mod frame;
pub mod hand_over;
pub mod list;
pub mod rename;
pub mod tasks;
pub mod token;
pub mod trial;

use crate::tui::input::action::Action;
use crate::tui::input::context::Context as C;
use crate::tui::input::spec::Spec;

/// Rows of the action table that belong to provisioned servers.
#[rustfmt::skip]
pub const ACTIONS: &[Spec] = &[
    Spec { action: Action::McpServers, name: "mcp-servers", hint: "MCP servers", keys: &["M"], footer: None, contexts: &[C::Accounts, C::AccountDetail],
           title: "MCP servers", also: "virtual provision agent configuration instance session token model context protocol",
           sentence: "Show the MCP servers that the environment provisions for agents" },
    Spec { action: Action::TryServer, name: "try-server", hint: "try it", keys: &["Enter", "x"], footer: Some(1), contexts: &[C::McpServers],
           title: "Try the server", also: "open test tools compare",
           sentence: "Open the server as this user: its tools beside those of the user" },
    Spec { action: Action::AddServer, name: "new-server", hint: "new", keys: &["n"], footer: Some(2), contexts: &[C::McpServers],
           title: "New configuration", also: "add create server",
           sentence: "Create a configuration: connections, and which of their tools" },
    Spec { action: Action::EditServer, name: "edit-server", hint: "edit", keys: &["e"], footer: Some(3), contexts: &[C::McpServers],
           title: "Edit configuration", also: "change tools connections description rename",
           sentence: "Change the configuration, or the name of an instance" },
    Spec { action: Action::ServerAccounts, name: "server-accounts", hint: "accounts", keys: &["a"], footer: Some(4), contexts: &[C::McpServers],
           title: "Accounts of the server", also: "authorize auth state status links",
           sentence: "Show which connections of the server are authorized for this user" },
    Spec { action: Action::SessionToken, name: "session-token", hint: "token", keys: &["t"], footer: Some(5), contexts: &[C::McpServers],
           title: "Session token", also: "mint bearer key credential",
           sentence: "Mint a token with which an agent opens the server as this user" },
    Spec { action: Action::HandOver, name: "hand-over", hint: "hand over", keys: &["h"], footer: Some(6), contexts: &[C::McpServers],
           title: "Hand it over", also: "claude cursor vscode desktop client configuration json",
           sentence: "Show the server as configuration of another program, without its token" },
    Spec { action: Action::EnsureInstance, name: "ensure-instance", hint: "instance", keys: &["u"], footer: Some(7), contexts: &[C::McpServers],
           title: "Instance for this user", also: "ensure create own url",
           sentence: "Give this user their own server of the configuration; asks first" },
    Spec { action: Action::ChoosePerson, name: "server-person", hint: "user", keys: &["i"], footer: Some(8), contexts: &[C::McpServers],
           title: "Choose the user", also: "identifier person act as whom",
           sentence: "Choose as whom servers are tried and tokens are minted" },
    Spec { action: Action::DeleteServer, name: "delete-server", hint: "delete", keys: &["D"], footer: Some(9), contexts: &[C::McpServers],
           title: "Delete", also: "remove configuration instance",
           sentence: "Delete this configuration or instance for good; asks first" },
    Spec { action: Action::Copy, name: "copy-server", hint: "copy URL", keys: &["y"], footer: Some(10), contexts: &[C::McpServers],
           title: "Copy the URL", also: "clipboard yank",
           sentence: "Copy the URL of the server; that of an instance needs no token" },
    Spec { action: Action::Refresh, name: "refresh-servers", hint: "refresh", keys: &["r"], footer: Some(11), contexts: &[C::McpServers, C::ServerAccounts, C::ServerTrial],
           title: "Refresh", also: "reload again",
           sentence: "Ask the environment again" },
    Spec { action: Action::Submit, name: "save-server", hint: "save", keys: &["Enter"], footer: Some(1), contexts: &[C::ServerForm, C::InstanceName],
           title: "Save", also: "",
           sentence: "Save what is filled in" },
    Spec { action: Action::NextField, name: "server-next-field", hint: "next", keys: &["Tab", "Down"], footer: Some(2), contexts: &[C::ServerForm],
           title: "Next row", also: "",
           sentence: "Go to the next field, connection or tool" },
    Spec { action: Action::PreviousField, name: "server-previous-field", hint: "previous", keys: &["Shift-Tab", "Up"], footer: None, contexts: &[C::ServerForm],
           title: "Previous row", also: "",
           sentence: "Go to the field, connection or tool before" },
    Spec { action: Action::Authorize, name: "authorize-for-server", hint: "authorize", keys: &["a", "Enter"], footer: Some(1), contexts: &[C::ServerAccounts],
           title: "Authorize", also: "login connect consent",
           sentence: "Authorize this connection for the user, and follow it to the end" },
    Spec { action: Action::MakeLinks, name: "server-links", hint: "make links", keys: &["l"], footer: Some(2), contexts: &[C::ServerAccounts],
           title: "Make links", also: "authorization url",
           sentence: "Make a link for each connection that waits; missing accounts are created" },
    Spec { action: Action::Copy, name: "copy-server-link", hint: "copy link", keys: &["y"], footer: Some(3), contexts: &[C::ServerAccounts],
           title: "Copy the link", also: "clipboard yank",
           sentence: "Copy the link of this connection" },
    Spec { action: Action::OpenBrowser, name: "open-server-link", hint: "open link", keys: &["o"], footer: Some(4), contexts: &[C::ServerAccounts],
           title: "Open the link", also: "browser",
           sentence: "Open the link of this connection in the browser" },
    Spec { action: Action::MintToken, name: "mint-token", hint: "mint", keys: &["Enter"], footer: Some(1), contexts: &[C::SessionToken],
           title: "Mint the token", also: "create new",
           sentence: "Have the environment make the token" },
    Spec { action: Action::Copy, name: "copy-token", hint: "copy", keys: &["y"], footer: Some(1), contexts: &[C::SessionToken],
           title: "Copy the token", also: "clipboard yank",
           sentence: "Copy the token; it is gone when this closes" },
    Spec { action: Action::SwitchAccess, name: "switch-access", hint: "access", keys: &["Tab"], footer: Some(2), contexts: &[C::SessionToken, C::ServerTrial],
           title: "Full access or read only", also: "level",
           sentence: "Full access, or only tools that read" },
    Spec { action: Action::TryTool, name: "call-through-server", hint: "call", keys: &["Enter"], footer: Some(1), contexts: &[C::ServerTrial],
           title: "Call the tool", also: "run execute",
           sentence: "Call this tool through the server" },
    Spec { action: Action::Run, name: "run-through-server", hint: "run", keys: &["Ctrl-R", "F5"], footer: Some(1), contexts: &[C::ServerCall],
           title: "Run tool", also: "execute call send",
           sentence: "Run the tool through the server, with this input" },
    Spec { action: Action::PageUp, name: "server-result-up", hint: "result up", keys: &["PageUp"], footer: None, contexts: &[C::ServerCall],
           title: "Result up", also: "",
           sentence: "Scroll the result up" },
    Spec { action: Action::PageDown, name: "server-result-down", hint: "result down", keys: &["PageDown"], footer: Some(3), contexts: &[C::ServerCall],
           title: "Result down", also: "",
           sentence: "Scroll the result down" },
    Spec { action: Action::Copy, name: "copy-client-config", hint: "copy", keys: &["y", "Enter"], footer: Some(1), contexts: &[C::HandOver],
           title: "Copy", also: "clipboard yank",
           sentence: "Copy this text" },
    Spec { action: Action::Save, name: "save-client-config", hint: "save", keys: &["s", "w"], footer: Some(2), contexts: &[C::HandOver],
           title: "Save", also: "file",
           sentence: "Save this text to a file" },
    Spec { action: Action::Help, name: "server-help", hint: "help", keys: &["?"], footer: Some(31), contexts: &[C::McpServers, C::ServerAccounts, C::SessionToken, C::ServerTrial, C::HandOver],
           title: "Help", also: "keys shortcuts",
           sentence: "Show the keys that work here" },
    Spec { action: Action::Back, name: "close-server", hint: "back", keys: &["Esc"], footer: Some(18), contexts: &[C::McpServers, C::ServerForm, C::InstanceName, C::ServerAccounts, C::SessionToken, C::ServerTrial, C::ServerCall, C::HandOver],
           title: "Back", also: "close cancel",
           sentence: "Close, or stop waiting for a call" },
];
