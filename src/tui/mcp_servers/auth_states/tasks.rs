//! Tasks: the authorization of a server's connections, and the account behind one of them.

use async_trait::async_trait;

use crate::domain::{Account, AccountRef, ConnectionAuthState, Fault, ServerOfPerson};
use crate::flow::{accounts, mcp_servers};
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Asks for the authorization of each connection.
#[derive(Debug)]
pub struct ReadAuthStates {
    /// The server.
    pub server: ServerOfPerson,
    /// Whether links are made, and accounts for them.
    pub with_links: bool,
}

/// Report: the connections.
#[derive(Debug)]
pub struct AuthStatesRead(pub Result<Vec<ConnectionAuthState>, Fault>);

impl ReadAuthStates {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("mcp-auth-states").shown();
}

#[async_trait]
impl Task for ReadAuthStates {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(AuthStatesRead(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let read = async {
            let opened = services.environment()?;
            mcp_servers::auth_states(opened.backend.as_ref(), &self.server, self.with_links).await
        };
        reporter.send(AuthStatesRead(read.await));
    }
}

/// Reads an account that the list does not have.
#[derive(Debug)]
pub struct FindAccount(pub AccountRef);

/// Report: the account.
#[derive(Debug)]
pub struct ServerAccountFound(pub Result<Box<Account>, Fault>);

impl FindAccount {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("mcp-account");
}

#[async_trait]
impl Task for FindAccount {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ServerAccountFound(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let found = async {
            let opened = services.environment()?;
            accounts::get(opened.backend.as_ref(), &self.0).await.map(Box::new)
        };
        reporter.send(ServerAccountFound(found.await));
    }
}
