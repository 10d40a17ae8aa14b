//! What the program is asked to do: plain data, carried out by the runner.

use bytes::Bytes;
use url::Url;

use crate::domain::{AccountId, AccountRef, AuthorizationType, Credentials, Identifier, Provider, ToolCall, ToolName};
use crate::flow::authorize::Verification;
use crate::flow::credentials::CredentialTarget;
pub use crate::tui::core::job::{Job, Jobs, Slot};
use crate::tui::playground::presets::state::Work;
use crate::tui::playground::validator_cache::Check;
use crate::tui::runtime::external_program::Handover;

/// One thing to do.
#[derive(Debug)]
pub enum Effect {
    /// Start a task in its job's slot; whatever ran there before is cancelled.
    Start(Job, Task),
    /// Cancel what runs in a slot.
    Cancel(Slot),
    /// Ask the terminal to put this on the clipboard.
    Copy(String),
    /// Lend the terminal to an editor or a pager.
    HandOver(Handover),
    /// Take the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Give the terminal back to the shell until it wakes us again.
    Suspend,
    /// Leave the program with this exit code.
    Quit(u8),
}

/// Work that takes a while.
#[derive(Debug)]
pub enum Task {
    /// A task of one feature.
    Room(Box<dyn crate::tui::core::task::Task>),
    /// Read all accounts, page by page.
    LoadAccounts,
    /// Read one account again.
    ReadAccount(AccountRef),
    /// Read all connections.
    LoadConnections,
    /// Find out what a provider asks of a person whose account authorizes this way.
    AskProvider(Provider, AuthorizationType),
    /// Hand over what somebody typed in.
    HandOver(CredentialTarget, Credentials),
    /// Drop an account's credentials.
    Disconnect(AccountId),
    /// Delete an account.
    Delete(AccountId),
    /// Make a link for this account and follow it.
    Authorize(AccountRef, Verification),
    /// Put text on the desktop's clipboard.
    Copy(String),
    /// Open a page in the browser on this machine.
    OpenBrowser(Url),
    /// Run a tool, and write it down if that is wanted.
    Run(ToolCall, Recording),
    /// Find out what a tool was called with last.
    Recall(Recall),
    /// Work on the presets of a tool.
    Presets(Box<Work>),
    /// Write a file.
    Save(Saving),
    /// Tell how far the broker's clock is from ours, now and whenever that changes.
    WatchClock,
    /// Hold an input against its schema.
    Validate(Check),
}

/// Of which calls the last is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recall {
    /// Made in this environment, as the journal calls it,
    pub environment: String,
    /// of this tool,
    pub tool: ToolName,
    /// with this account,
    pub account: AccountId,
    /// as this person.
    pub identifier: Identifier,
}

/// Whether a call is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recording {
    /// It is.
    On,
    /// It is not.
    Off,
}

/// A file to be written, under a name that nothing has yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saving {
    /// What it should be called; a number is put in if something is called so already.
    pub name: String,
    /// What goes in.
    pub bytes: Bytes,
}
