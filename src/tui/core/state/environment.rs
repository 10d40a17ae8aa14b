//! The environment as the screen knows it.

use std::borrow::Cow;

use url::Url;

use crate::backend::{Abilities, Ability};
use crate::domain::{Account, Fault, MatchRule, Mode, Tool};
use crate::profile::{ProfileName, Source};
use crate::tui::input::action::Action;

/// Reason where something needs the environment.
pub const NOT_OPEN: &str = "The environment is not open yet.";

/// State of opening the environment.
#[derive(Debug)]
pub enum Environment {
    /// The environment is being opened.
    Opening,
    /// The keychain is being asked for the secret of this profile.
    AtKeychain(ProfileName),
    /// The person is being asked whether they want it.
    Asking,
    /// The environment is open.
    Open(EnvironmentCard),
    /// The environment cannot be opened.
    Failed(Fault),
}

/// Facts about the environment for the screen.
#[derive(Clone, Debug)]
pub struct EnvironmentCard {
    /// `sandbox`, or the host.
    pub name: String,
    /// Name in the journal: its URL, or `sandbox` for the embedded one, whose URL is another each time.
    pub recorded_as: String,
    /// Source of URL and key.
    pub source: Source,
    /// URL at which the application confirms who consented, if that is known.
    pub user_verify_url: Option<Url>,
    /// Rule by which a provider's user and an identifier are held to be one person.
    pub match_rule: MatchRule,
    /// Sentence on the part of the source that does not count.
    pub remark: Option<String>,
    /// Abilities of its back-end; an action that needs another one says so before its key is pressed.
    pub abilities: Abilities,
    /// Mode in force; an action that it refuses says so before its key is pressed.
    pub mode: Mode,
}

impl Environment {
    /// Facts about the environment, if it is open.
    pub fn open(&self) -> Option<&EnvironmentCard> {
        match self {
            Self::Open(card) => Some(card),
            _ => None,
        }
    }

    /// Reason why an action cannot be done in the open environment, as far as its abilities and its mode tell.
    pub fn refuses(&self, action: Action) -> Option<&'static str> {
        let lacks = action.ability().and_then(|ability| self.lacks(ability));
        lacks.or_else(|| self.refuses_writes().filter(|_| action.writes()))
    }

    /// Reason why nothing of the open environment can be changed, if so.
    pub fn refuses_writes(&self) -> Option<&'static str> {
        self.open()?.mode.refuses_writes()
    }

    /// Reason of the mode against a call of `tool`, if there is one.
    pub fn refuses_call(&self, tool: &Tool) -> Option<Cow<'static, str>> {
        self.open()?.mode.refuses(tool.reading()).map(Cow::Borrowed)
    }

    /// Reason why the provider of `account` takes no request of one's own, if so: it is an MCP server.
    pub fn refuses_request(&self, account: &Account) -> Option<&'static str> {
        let is_server = account.provider.server().is_some() && self.lacks(Ability::ServerContent).is_none();
        is_server.then_some("This connection leads to an MCP server, which has tools and takes no other requests.")
    }

    /// Reason why nothing that needs `ability` can be done in the open environment, if so.
    pub fn lacks(&self, ability: Ability) -> Option<&'static str> {
        let card = self.open()?;
        (!card.abilities.has(ability)).then(|| ability.refusal())
    }
}
