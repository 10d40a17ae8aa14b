//! Failures of a server, and what it wants of us before it goes on.

use crate::domain::{Fault, FaultKind};
use crate::oauth::ServerChallenge;

/// Failure of a request to a server. What is rare is boxed, because every result that can fail is as large as its fault.
#[derive(Clone, Debug)]
pub enum McpFault {
    /// It wants a token, or another one (status 401).
    Unauthorized(Box<ServerChallenge>, Box<Fault>),
    /// The token is good and does not reach far enough (status 403 with `insufficient_scope`).
    InsufficientScope(Box<ServerChallenge>, Box<Fault>),
    /// No token could be got for it, so nothing was sent.
    NoToken(Box<Fault>),
    /// Anything else.
    Other(Fault),
}

impl McpFault {
    /// The fault, whatever is to be done about it.
    pub fn fault(&self) -> &Fault {
        match self {
            Self::Unauthorized(_, fault) | Self::InsufficientScope(_, fault) | Self::NoToken(fault) => fault,
            Self::Other(fault) => fault,
        }
    }

    /// The same with its fault changed.
    pub(super) fn map(self, change: impl FnOnce(Fault) -> Fault) -> Self {
        match self {
            Self::Unauthorized(challenge, fault) => Self::Unauthorized(challenge, Box::new(change(*fault))),
            Self::InsufficientScope(challenge, fault) => Self::InsufficientScope(challenge, Box::new(change(*fault))),
            Self::NoToken(fault) => Self::NoToken(Box::new(change(*fault))),
            Self::Other(fault) => Self::Other(change(fault)),
        }
    }

    /// A fault of this kind, said in `message`.
    pub(super) fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self::Other(Fault::new(kind, message.into()))
    }
}

impl From<McpFault> for Fault {
    fn from(fault: McpFault) -> Self {
        match fault {
            McpFault::Unauthorized(_, fault) | McpFault::InsufficientScope(_, fault) | McpFault::NoToken(fault) => {
                *fault
            }
            McpFault::Other(fault) => fault,
        }
    }
}
