//! What helps where something is missing: one step that the program can take itself.

use crate::domain::{Account, ConnectionName, Identifier, Untrusted};
use crate::flow::tools::ToolsGap;

/// One step that helps.
#[derive(Clone, Debug, PartialEq)]
pub enum Remedy {
    /// Load the accounts again.
    LoadAccounts,
    /// Authorize this account.
    Authorize(Box<Account>),
    /// Connect an account of this person, if they are known, on a connection that is called like this
    /// or leads to the provider of this name.
    Connect(Option<Identifier>, Untrusted),
    /// List the tools of this person instead.
    ActAs(Identifier),
    /// Choose somebody else.
    ActAsAnother,
    /// List the tools on this connection instead.
    OnConnection(Identifier, ConnectionName),
    /// List the tools on every connection instead.
    OnEveryConnection(Identifier),
}

impl Remedy {
    /// What helps against an empty list of `identifier`'s tools; none where it is not in our hands.
    pub fn of(cause: &ToolsGap, identifier: &Identifier) -> Option<Self> {
        Some(match cause {
            ToolsGap::UnknownIdentifier { twin: Some(twin), .. } => Self::ActAs(twin.clone()),
            ToolsGap::UnknownIdentifier { twin: None, .. } => Self::ActAsAnother,
            ToolsGap::OtherCase { twin, .. } => Self::OnConnection(identifier.clone(), twin.clone()),
            ToolsGap::NoConnection(_) | ToolsGap::SwitchedOff(_) => Self::OnEveryConnection(identifier.clone()),
            ToolsGap::Inactive(account) => Self::Authorize(account.clone()),
            ToolsGap::NoAccount { identifier, connection } => {
                Self::Connect(Some(identifier.clone()), connection.raw().into())
            }
            ToolsGap::NothingListed | ToolsGap::EmptyCatalogue | ToolsGap::Mismatch(_) => return None,
        })
    }

    /// What it does, in a few words, safe to show.
    pub fn words(&self) -> String {
        match self {
            Self::LoadAccounts => "load the accounts again".to_owned(),
            Self::Authorize(account) => format!("authorize {}", account.label()),
            Self::Connect(Some(identifier), _) => format!("connect an account for {identifier}"),
            Self::Connect(None, _) => "connect an account".to_owned(),
            Self::ActAs(identifier) => format!("act as {identifier}"),
            Self::ActAsAnother => "act as somebody else".to_owned(),
            Self::OnConnection(_, connection) => format!("list the tools on {connection}"),
            Self::OnEveryConnection(_) => "list the tools on every connection".to_owned(),
        }
    }
}
