//! What the program is asked to do: plain data, carried out by the runner.

use bytes::Bytes;

use crate::domain::{AccountId, AccountRef, AuthorizationType, Credentials, Provider};
use crate::flow::authorize::Verification;
use crate::flow::credentials::CredentialTarget;
pub use crate::tui::core::job::{Job, Jobs, Slot};
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
    /// Tell how far the broker's clock is from ours, now and whenever that changes.
    WatchClock,
}

/// A file to be written, under a name that nothing has yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saving {
    /// What it should be called; a number is put in if something is called so already.
    pub name: String,
    /// What goes in.
    pub bytes: Bytes,
}
