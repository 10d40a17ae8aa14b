//! The environment as the screen knows it.

use url::Url;

use crate::backend::{Abilities, Ability};
use crate::domain::Fault;
use crate::profile::{ProfileName, Source};

/// Reason where something needs the environment.
pub const NOT_OPEN: &str = "The environment is not open yet.";

/// How far opening the environment got.
#[derive(Debug)]
pub enum Environment {
    /// Being opened.
    Opening,
    /// The keychain is being asked for the secret of this profile.
    AtKeychain(ProfileName),
    /// Somebody has to say first whether they want it.
    Asking,
    /// Open.
    Open(EnvironmentCard),
    /// Cannot be opened.
    Failed(Fault),
}

/// What the screen says about the environment.
#[derive(Clone, Debug)]
pub struct EnvironmentCard {
    /// `sandbox`, or the host.
    pub name: String,
    /// What the journal calls it: its URL, or `sandbox` for the embedded one, whose URL is another
    /// each time.
    pub recorded_as: String,
    /// Where URL and key came from.
    pub source: Source,
    /// Where the application confirms who consented, if that is known.
    pub user_verify_url: Option<Url>,
    /// What of the source does not count, in a sentence.
    pub remark: Option<String>,
    /// What its back-end can do; what needs anything else says so before its key is pressed.
    pub abilities: Abilities,
}

impl Environment {
    /// The open one.
    pub fn open(&self) -> Option<&EnvironmentCard> {
        match self {
            Self::Open(card) => Some(card),
            _ => None,
        }
    }

    /// Why nothing that needs `ability` can be done in the open environment, if so.
    pub fn lacks(&self, ability: Ability) -> Option<&'static str> {
        let card = self.open()?;
        (!card.abilities.has(ability)).then(|| ability.refusal())
    }
}
