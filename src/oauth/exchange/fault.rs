//! Exchanges that gave no token: which of the states a person can do something about it is, and the server's words.

use serde_json::{Map, Value};
use strum::{EnumString, IntoStaticStr, VariantArray};
use url::Url;

use crate::domain::{CredentialOutcome, Fault, FaultKind};
use crate::oauth::endpoints::checked;

/// Longest text of a server that is kept, in bytes.
const LONGEST: usize = 4_096;

/// Longest code of a server that is kept, in bytes.
const LONGEST_CODE: usize = 128;

/// Longest link that is taken from a server, in bytes.
const LONGEST_LINK: usize = 2_048;

/// Members of a refusal that may hold a page for the person, the best first. None of them is part of RFC 8693, and many
/// servers send none.
const LINKS: [&str; 3] = ["authorization_url", "authorization_uri", "error_uri"];

/// An exchange that gave no token.
#[derive(Clone, Debug, PartialEq)]
pub struct ExchangeFault {
    /// State that it shows.
    pub state: ExchangeState,
    /// What happened, with the server's own words (`said`) and code.
    pub fault: Fault,
    /// Page that the server named for the person; never one of our making.
    pub link: Option<Box<Url>>,
}

/// State of a person's access to a resource, as a failed exchange shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum ExchangeState {
    /// A policy said no (`access_denied`). The words tell which; asking again gives the same.
    DeniedByPolicy,
    /// The person has not granted this resource, or does so no longer (`insufficient_authorization`). The same sign-in
    /// will do once they have.
    NotGranted,
    /// The sign-in is over (`invalid_grant`): the person must sign in again.
    SignInNeeded,
    /// The server has no such resource (`invalid_target`): it compares names letter by letter.
    ResourceUnknown,
    /// The server refuses the application (`invalid_client`, `unauthorized_client`).
    ApplicationRefused,
    /// The server refuses the scopes (`invalid_scope`).
    ScopeRefused,
    /// Anything else: the network, a failing server, an answer that is none. It says nothing of the person's access.
    Failed,
}

impl ExchangeState {
    /// All states.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Word for it, in files and exports.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// State that a server's code means; none for a code that says nothing of it.
    pub(super) fn of(code: &str, description: &str) -> Option<Self> {
        Some(match code {
            "access_denied" => Self::DeniedByPolicy,
            // The last three are OpenID's words, and those of servers that follow it.
            "insufficient_authorization" | "authorization_required" | "consent_required" | "interaction_required" => {
                Self::NotGranted
            }
            "invalid_grant" | "invalid_token" | "expired_token" | "login_required" => Self::SignInNeeded,
            "invalid_target" => Self::ResourceUnknown,
            "invalid_client" | "unauthorized_client" => Self::ApplicationRefused,
            "invalid_scope" => Self::ScopeRefused,
            // RFC 8693, 2.2.2, has no other code for a subject that is over, nor one that tells it from a bad form.
            "invalid_request" if tells_of_the_subject(description) => Self::SignInNeeded,
            _ => return None,
        })
    }

    fn kind(self) -> FaultKind {
        match self {
            Self::DeniedByPolicy => FaultKind::PolicyDenied,
            Self::NotGranted | Self::SignInNeeded => FaultKind::NeedsAuthorization,
            Self::ResourceUnknown | Self::ScopeRefused => FaultKind::InvalidInput,
            Self::ApplicationRefused => FaultKind::KeyRefused,
            Self::Failed => FaultKind::ProviderFailed,
        }
    }
}

fn tells_of_the_subject(description: &str) -> bool {
    let words = description.to_ascii_lowercase().replace('_', " ");
    words.contains("subject token")
        && !words.contains("subject token type")
        && ["expired", "revoked", "invalid", "not valid", "inactive", "not active"]
            .iter()
            .any(|word| words.contains(word))
}

impl ExchangeFault {
    /// One that says nothing of the person's access.
    pub(super) fn failed(fault: Fault) -> Self {
        Self { state: ExchangeState::Failed, fault, link: None }
    }

    /// Outcome of it for an audit.
    pub fn outcome(&self) -> CredentialOutcome {
        match self.state {
            ExchangeState::DeniedByPolicy => CredentialOutcome::Denied,
            ExchangeState::NotGranted | ExchangeState::SignInNeeded => CredentialOutcome::NotGranted,
            ExchangeState::Failed
                if matches!(self.fault.kind, FaultKind::Network | FaultKind::TimedOut | FaultKind::Cancelled) =>
            {
                CredentialOutcome::Unknown
            }
            _ => CredentialOutcome::Failure,
        }
    }
}
