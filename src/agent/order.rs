//! Orders of a person to an agent.

use std::fmt;

use crate::domain::{ConnectionName, Identifier};
use crate::settings::AgentSettings;

/// Person that every call of a run acts as. Made by a front from what the person at the keyboard chose, and by nothing
/// else: neither a model nor a text of a tool can name one, as no way leads from them to this type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActingAs(Identifier);

impl ActingAs {
    /// Whom the person at the keyboard chose.
    pub fn chosen(identifier: Identifier) -> Self {
        Self(identifier)
    }

    /// The identifier.
    pub fn identifier(&self) -> &Identifier {
        &self.0
    }
}

/// Order for a run.
#[derive(Clone, Debug)]
pub struct AgentOrder {
    /// Person that it acts as.
    pub acting_as: ActingAs,
    /// Connections whose tools it may call; all of that person's where none is named.
    pub connections: Vec<ConnectionName>,
    /// Id of the model.
    pub model: String,
    /// Limits.
    pub limits: AgentLimits,
}

/// Limits of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgentLimits {
    /// Requests to the model for one message of the person.
    pub max_turns: u32,
    /// Tokens of one answer.
    pub max_tokens: u32,
    /// Calls that run at once.
    pub parallel_calls: usize,
}

impl Default for AgentLimits {
    fn default() -> Self {
        Self { max_turns: 30, max_tokens: 8_192, parallel_calls: 4 }
    }
}

impl AgentLimits {
    /// Limits that are set, and the usual ones where none are.
    pub fn of(set: &AgentSettings) -> Self {
        let usual = Self::default();
        Self {
            max_turns: set.max_turns.unwrap_or(usual.max_turns),
            max_tokens: set.max_tokens.unwrap_or(usual.max_tokens),
            parallel_calls: set.parallel_calls.map_or(usual.parallel_calls, |calls| calls as usize),
        }
    }
}

/// Id of a run: sent with each of its calls, and its name in the journal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(String);

impl RunId {
    /// A new one.
    pub fn random() -> Self {
        Self(format!("agent-{:012x}", getrandom::u64().unwrap_or_default() >> 16))
    }

    /// One that was read or typed.
    pub fn known(id: &str) -> Self {
        Self(id.to_owned())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::domain::Untrusted::from(self.0.as_str()).fmt(f)
    }
}
