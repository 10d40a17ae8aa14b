//! What the control questions brought, before anything is made of it.

use jiff::Timestamp;

use super::past_calls::{OwnCalls, PastCall};
use crate::domain::{Account, Connection, Fault, Identifier, Tool, ToolName};
use crate::flow::identity::Proofs;

/// Answer to one control question.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::flow) enum Answer<T> {
    /// Nobody asked: it does not matter here.
    #[default]
    NotAsked,
    /// The environment does not answer such questions.
    NotOffered,
    Told(T),
    Failed(Fault),
}

impl<T> Answer<T> {
    pub fn told(&self) -> Option<&T> {
        match self {
            Self::Told(told) => Some(told),
            _ => None,
        }
    }

    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Failed(fault) => Some(fault),
            _ => None,
        }
    }
}

/// First accounts of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::flow) struct FirstAccounts {
    pub accounts: Vec<Account>,
    /// Number in all, where that is stated or everything came.
    pub total: Option<u64>,
}

/// Tools that are listed for the accounts in question, as far as they were read.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::flow) struct Offered {
    pub names: Vec<ToolName>,
    /// Number that the environment states.
    pub stated: Option<u64>,
    /// Batches that were read.
    pub batches: usize,
    /// Whether the list was read to its end.
    pub whole: bool,
}

/// Everything that was asked.
#[derive(Clone, Debug, Default)]
pub(in crate::flow) struct Facts {
    /// Connections of the environment.
    pub connections: Answer<Vec<Connection>>,
    /// Accounts of the identifier, whatever connection they are on.
    pub own: Answer<Vec<Account>>,
    /// First accounts of the connection, or of the environment, where nobody is named.
    pub first: Answer<FirstAccounts>,
    /// Identifiers like the one that has no account, the likest first.
    pub near_people: Vec<Identifier>,
    /// Tools of exactly this name in the whole environment.
    pub tool: Answer<Vec<Tool>>,
    /// Tools that are listed for the accounts in question.
    pub offered: Answer<Offered>,
    /// Tools with names like the one that does not exist, the likest first.
    pub near_tools: Vec<ToolName>,
    /// Calls of this machine.
    pub journal: Answer<OwnCalls>,
    /// Proofs of who the environment's accounts are, as far as they are kept.
    pub proofs: Proofs,
    /// Calls that the environment logged.
    pub log: Vec<PastCall>,
    /// The time by the environment's clock.
    pub now: Timestamp,
}
