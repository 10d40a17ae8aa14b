//! Inputs and messages that were typed and not sent, as one run of the program leaves them to the next.

use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::{AccountId, ConnectionName, Identifier, Tool, ToolName};
use crate::journal::CallKind;
use crate::tui::core::state::subject::Subject;

/// An input that was changed and not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsentInput {
    /// Name of the environment in the journal.
    pub environment: String,
    /// Kind of call that it is for. All requests of an account are one.
    pub kind: CallKind,
    /// Tool that it is for; of requests, one name for all.
    pub tool: ToolName,
    /// Account that the tool would run with.
    pub account: AccountId,
    /// Identifier of the account.
    pub identifier: Identifier,
    /// Connection of the account.
    pub connection: ConnectionName,
    /// Time of the last change, by the clock of this machine.
    pub changed: Timestamp,
    /// Text as it was typed; JSON or not yet.
    pub text: String,
    /// Whether credentials were left out when it was written.
    pub left_out: bool,
    /// Run of the program that left it; empty for this one.
    pub run: String,
}

impl UnsentInput {
    /// Whether it is for this tool with this account in this environment. An account that changed hands is another.
    pub fn is_for(&self, environment: &str, subject: &Subject) -> bool {
        self.environment == environment
            && self.kind == subject.kind
            && (subject.is_request() || self.tool == subject.tool.name)
            && self.account == subject.account
            && self.identifier == subject.identifier
    }

    /// Whether both stand in one place: another run may have left an input for the same tool.
    pub fn is_same(&self, other: &Self) -> bool {
        self.run == other.run && self.shares_place(other)
    }

    /// Whether both are for one tool with one account.
    pub fn shares_place(&self, other: &Self) -> bool {
        let call = |input: &Self| (input.kind, input.tool.clone(), input.account.clone());
        self.environment == other.environment && call(self) == call(other)
    }

    /// Tool, and as whom: safe to show.
    pub fn label(&self) -> String {
        format!("{} as {}", self.tool, self.identifier)
    }

    /// Subject for the playground; without a schema where the tool is not known.
    pub fn subject(&self, tool: Option<Tool>) -> Subject {
        Subject {
            kind: self.kind,
            tool: tool.unwrap_or_else(|| Tool::unknown(self.tool.raw())),
            account: self.account.clone(),
            identifier: self.identifier.clone(),
            connection: self.connection.clone(),
            status: None,
        }
    }
}

/// Message to the agent that was typed and not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsentMessage {
    /// Name of the environment in the journal.
    pub environment: String,
    /// Time of the last change, by the clock of this machine.
    pub changed: Timestamp,
    /// The message as it was typed.
    pub text: String,
    /// Whether credentials were left out when it was written.
    pub left_out: bool,
    /// Run of the program that left it; empty for this one.
    pub run: String,
}

/// What a run has to keep, and what of other runs it has used up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unsent {
    /// Inputs of this run that stand unsent.
    pub inputs: Vec<Arc<UnsentInput>>,
    /// Inputs of earlier runs that were taken over or dropped in this one; their texts do not matter.
    pub used: Vec<Arc<UnsentInput>>,
    /// Message to the agent that stands unsent in this run.
    pub message: Option<Arc<UnsentMessage>>,
    /// Messages of earlier runs that were taken over; their texts do not matter.
    pub used_messages: Vec<Arc<UnsentMessage>>,
}

/// What earlier runs left, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftUnsent {
    /// Inputs; of several for one tool with one account, all.
    pub inputs: Vec<UnsentInput>,
    /// Messages to the agent.
    pub messages: Vec<UnsentMessage>,
}
