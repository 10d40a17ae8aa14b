//! Step that helps where something is missing, and that the program can take itself.

use crate::backend::Ability;
use crate::domain::{Account, ConnectionName, Identifier, Tool, Untrusted, listed};
use crate::flow::preflight::{granted_scopes, scopes_to_ask};
use crate::flow::tools::ToolsGap;
use crate::tui::core::cx::Cx;
use crate::tui::core::messages::{
    ActAs, AuthorizeAccount, AuthorizeWithScopes, ChoosePerson, ConnectAccount, ReloadAccounts,
};

/// Step that helps.
#[derive(Clone, Debug, PartialEq)]
pub enum SuggestedFix {
    /// Load the accounts again.
    LoadAccounts,
    /// Authorize this account.
    Authorize(Box<Account>),
    /// Authorize this account, with these scopes.
    AuthorizeWith(Box<Account>, Vec<Untrusted>),
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

impl SuggestedFix {
    /// The fix for an empty list of `identifier`'s tools; none where it is not in our hands.
    pub fn for_empty_list(cause: &ToolsGap, identifier: &Identifier) -> Option<Self> {
        Some(match cause {
            ToolsGap::UnknownIdentifier { twin: Some(twin), .. } => Self::ActAs(twin.clone()),
            ToolsGap::UnknownIdentifier { twin: None, .. } => Self::ActAsAnother,
            ToolsGap::OtherCase { twin, .. } => Self::OnConnection(identifier.clone(), twin.clone()),
            ToolsGap::NoConnection(_) | ToolsGap::SwitchedOff(_) => Self::OnEveryConnection(identifier.clone()),
            ToolsGap::Inactive(account) => Self::Authorize(account.clone()),
            ToolsGap::NoAccount { identifier, connection } => {
                Self::Connect(Some(identifier.clone()), connection.raw().into())
            }
            ToolsGap::NothingListed | ToolsGap::EmptyCatalogue | ToolsGap::Mismatch(_) | ToolsGap::LeftOut(_) => {
                return None;
            }
        })
    }

    /// The fix for an account that lacks scopes of a tool; none where it lacks nothing, or the scopes are not in our
    /// hands.
    pub fn for_scopes(tool: &Tool, account: &Account, cx: &Cx) -> Option<Self> {
        let may = cx.environment.open().is_some_and(|card| card.abilities.has(Ability::ConnectionAdmin));
        if !may || tool.scopes.is_empty() {
            return None;
        }
        let scopes = scopes_to_ask(tool, &granted_scopes(account)?)?;
        Some(Self::AuthorizeWith(Box::new(account.clone()), scopes))
    }

    /// Whether there is a fix for such an empty list, which costs nothing to ask.
    pub fn exists_for(cause: &ToolsGap) -> bool {
        use ToolsGap::{EmptyCatalogue, LeftOut, Mismatch, NothingListed};
        !matches!(cause, NothingListed | EmptyCatalogue | Mismatch(_) | LeftOut(_))
    }

    /// Whether it changes the environment.
    pub fn writes(&self) -> bool {
        match self {
            Self::Authorize(_) | Self::AuthorizeWith(..) | Self::Connect(..) => true,
            Self::LoadAccounts
            | Self::ActAs(_)
            | Self::ActAsAnother
            | Self::OnConnection(..)
            | Self::OnEveryConnection(_) => false,
        }
    }

    /// A few words on it, safe to show.
    pub fn words(&self) -> String {
        match self {
            Self::LoadAccounts => "load the accounts again".to_owned(),
            Self::Authorize(account) => format!("authorize {}", account.label()),
            Self::AuthorizeWith(account, scopes) => {
                format!("authorize {} with {}", account.label(), listed(scopes, ", "))
            }
            Self::Connect(Some(identifier), _) => format!("connect an account for {identifier}"),
            Self::Connect(None, _) => "connect an account".to_owned(),
            Self::ActAs(identifier) => format!("act as {identifier}"),
            Self::ActAsAnother => "act as another user".to_owned(),
            Self::OnConnection(_, connection) => format!("list the tools on {connection}"),
            Self::OnEveryConnection(_) => "list the tools on every connection".to_owned(),
        }
    }
    /// Takes the step that helps.
    pub fn apply(self, cx: &mut Cx) {
        let act_as = |identifier, connection| ActAs { identifier, connection, anew: false };
        match self {
            Self::LoadAccounts => cx.send(ReloadAccounts),
            Self::Authorize(account) => cx.send(AuthorizeAccount(account)),
            Self::AuthorizeWith(account, scopes) => cx.send(AuthorizeWithScopes { account, scopes }),
            Self::Connect(identifier, like) => cx.send(ConnectAccount { identifier, like: Some(like) }),
            Self::ActAs(identifier) | Self::OnEveryConnection(identifier) => cx.send(act_as(identifier, None)),
            Self::OnConnection(identifier, connection) => cx.send(act_as(identifier, Some(connection))),
            Self::ActAsAnother => cx.send(ChoosePerson),
        }
    }
}
