//! Calls of an agent that a person has to allow, asked about in the full-screen program of the same user.
//!
//! Whoever serves tools and whoever sits at the screen are two processes. They meet at a socket in the state folder, which
//! its owner alone may open and whose other end must be this user as well; messages are JSON, one a line, bounded. One
//! screen has the socket (`desk`); another one of the same user waits at it until that one ends. Nothing runs while nobody
//! asks.

mod asker;
mod desk;
mod socket;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use asker::{Unasked, ask, tell_of_calls};
pub use desk::{DeskEvent, PendingApproval, listen};

/// Time that a person has for the answer, where nobody says otherwise.
pub const USUAL_LIMIT: Duration = Duration::from_secs(120);

/// Bytes of a message at most: arguments are shown whole or not asked about.
const LARGEST: usize = 1 << 20;

/// A call that somebody has to allow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApprovalRequest {
    /// Name of the tool.
    pub tool: String,
    /// Identifier that it would run as.
    pub identifier: String,
    /// Connection of the account.
    pub connection: String,
    /// Name of the environment.
    pub environment: String,
    /// Name and version of the client, as it tells them.
    pub client: String,
    /// Run that the call belongs to.
    pub run: String,
    /// What speaks against sending it unasked, in sentences.
    pub reasons: Vec<String>,
    /// Arguments as they would be sent, JSON.
    pub arguments: String,
    /// Seconds after which it counts as denied.
    pub limit_seconds: u64,
}

/// Answer of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// This call may be sent.
    Once,
    /// So may every later call of this tool, with the same account, in the same run.
    Run,
    /// It may not.
    Deny,
}

/// Message to the screen that has the socket.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ToDesk {
    /// A call to be allowed; the answer is a [`Decision`]. Hanging up takes the question back.
    Ask(Box<ApprovalRequest>),
    /// Calls were written down.
    Calls,
    /// Another screen, which waits for this one's end and hears of calls until then.
    Wait,
}

/// Message of the screen that has the socket.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FromDesk {
    /// Answer to a question.
    Decided(Decision),
    /// Calls were written down.
    Calls,
}

#[cfg(test)]
mod tests;
