//! A tool, or a provider's own API, to be tried, and as whom.

use crate::domain::{Account, AccountId, ConnectionName, Identifier, JsonText, Status, Tool};
use crate::flow::request_input;
use crate::journal::CallKind;

/// A tool, and the account it runs with.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Kind of call that is made.
    pub kind: CallKind,
    /// Tool to call. A request to the provider's own API as a tool whose input is the request, named by its method and
    /// path.
    pub tool: Tool,
    /// The account it runs with.
    pub account: AccountId,
    /// Identifier that the account belongs to.
    pub identifier: Identifier,
    /// Connection of the account.
    pub connection: ConnectionName,
    /// Status of the account as last known; none when it is not in the list.
    pub status: Option<Status>,
}

impl Subject {
    /// The tool, to be tried with this account.
    pub fn new(tool: &Tool, account: &Account) -> Self {
        Self {
            kind: CallKind::Tool,
            tool: tool.clone(),
            account: account.id.clone(),
            identifier: account.identifier.clone(),
            connection: account.connection.clone(),
            status: Some(account.status.clone()),
        }
    }

    /// Requests to the own API of this account's provider.
    pub fn request(account: &Account) -> Self {
        Self { kind: CallKind::Proxy, ..Self::new(&request_input::as_tool(None), account) }
    }

    /// Whether the call is a request to the provider's own API.
    pub fn is_request(&self) -> bool {
        self.kind == CallKind::Proxy
    }

    /// Whether both are called in the same way with the same account. All requests of an account are one.
    pub fn is_same(&self, other: &Self) -> bool {
        let named = self.is_request() || self.tool.name == other.tool.name;
        let whom = |subject: &Self| (subject.account.clone(), subject.identifier.clone(), subject.connection.clone());
        self.kind == other.kind && named && whom(self) == whom(other)
    }

    /// Takes the method and the path of a request from its input.
    pub fn follow(&mut self, input: &JsonText) {
        if self.is_request() {
            self.tool = request_input::as_tool(Some(input));
        }
    }
}
