//! Connected accounts and their status.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::{AccountId, ConnectionId, ConnectionName, Identifier, JsonText, Provider, Untrusted};

/// One connected account: a connection, an identifier, and credentials that the broker keeps.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Id that the back-end gave it; opaque.
    pub id: AccountId,
    /// User id in the application's own words; the broker knows people by nothing else.
    pub identifier: Identifier,
    /// Name of its connection.
    pub connection: ConnectionName,
    /// Id of its connection; empty where that is not told.
    pub connection_id: ConnectionId,
    /// The provider's key, `LINEAR`.
    pub provider: Provider,
    /// Status as the broker tells it: a claim, not a proof.
    pub status: Status,
    /// Kind of authorization, which decides what verification, expiry and forms mean here.
    pub authorization: AuthorizationType,
    /// End of the access token (UTC).
    pub token_expires_at: Option<Timestamp>,
    /// Last change of the row by the broker (UTC).
    pub updated_at: Option<Timestamp>,
    /// Last use for a call (UTC).
    pub last_used_at: Option<Timestamp>,
    /// One credential for the whole organization instead of one person's.
    pub org_wide: bool,
    /// Everything that was sent of it, as it came; what nobody has heard of included.
    pub raw: JsonText,
}

impl Account {
    /// MCP server behind it, in its own words: name, version and protocol; none where there is none.
    pub fn server(&self) -> Option<Untrusted> {
        const LONGEST: usize = 120;
        let document: Value = serde_json::from_str(self.raw.raw()).ok()?;
        let server = document.get("server")?;
        let text = |name: &str| server.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let name = text("title").or(text("name")).unwrap_or("nameless");
        let words = [Some(name), text("version")].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let kept: String = words.chars().take(LONGEST).collect();
        let cut = if kept.len() < words.len() { "…" } else { "" };
        let protocol = text("protocol").map(|version| format!(" (MCP {version})")).unwrap_or_default();
        Some(format!("{kept}{cut}{protocol}").into())
    }

    /// The pair that names this account for a person: `linear/ada@acme.dev`, scrubbed.
    pub fn label(&self) -> String {
        format!("{}/{}", self.connection, self.identifier)
    }

    /// The same pair, to look it up by.
    pub fn pair(&self) -> AccountRef {
        AccountRef::Pair(self.connection.clone(), self.identifier.clone())
    }
}

/// Name by which a caller means one account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AccountRef {
    /// Id, which wins where a request has both.
    Id(AccountId),
    /// By connection and identifier.
    Pair(ConnectionName, Identifier),
}

impl fmt::Display for AccountRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Pair(connection, identifier) => write!(f, "{connection}/{identifier}"),
        }
    }
}

/// Status of an account as the broker tells it. Anything else stays
/// visible as it came and is never taken for healthy.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Credentials are valid, says the broker.
    Active,
    /// The access token ran out.
    Expired,
    /// The person has not finished authorizing.
    PendingAuth,
    /// Consent is given, the check of who gave it is outstanding.
    PendingVerification,
    /// Disconnected by hand, or access removed at the provider.
    Disconnected,
    /// The provider refuses the key or token that was typed in. No broker says so; an environment of one's own does.
    KeyRefused,
    /// No status on the wire.
    Unspecified,
    /// A value this program has never heard of.
    Other(Untrusted),
}

impl Status {
    /// Every value but unheard-of ones.
    pub const KNOWN: [Self; 7] = [
        Self::Unspecified,
        Self::Active,
        Self::Expired,
        Self::PendingAuth,
        Self::PendingVerification,
        Self::Disconnected,
        Self::KeyRefused,
    ];

    /// True if `word` means this status: its name or our word for it, in any case.
    pub fn is_called(&self, word: &str) -> bool {
        [self.name(), self.word()].iter().any(|name| name.eq_ignore_ascii_case(word))
    }

    /// The status of this name, as [`Status::name`] gives it.
    pub fn from_name(name: &str) -> Self {
        Self::KNOWN.into_iter().find(|known| known.name() == name).unwrap_or_else(|| Self::Other(name.into()))
    }

    /// Name in capitals, as it is stored and filtered by; safe to show.
    pub fn name(&self) -> String {
        match self {
            Self::Active => "ACTIVE".into(),
            Self::Expired => "EXPIRED".into(),
            Self::PendingAuth => "PENDING_AUTH".into(),
            Self::PendingVerification => "PENDING_VERIFICATION".into(),
            Self::Disconnected => "DISCONNECTED".into(),
            Self::KeyRefused => "KEY_REFUSED".into(),
            Self::Unspecified => "UNSPECIFIED".into(),
            Self::Other(word) => word.to_string(),
        }
    }

    /// Our word for it, lower case, safe to show.
    pub fn word(&self) -> String {
        match self {
            Self::Active => "active".into(),
            Self::Expired => "expired".into(),
            Self::PendingAuth => "to authorize".into(),
            Self::PendingVerification => "to verify".into(),
            Self::Disconnected => "disconnected".into(),
            Self::KeyRefused => "key refused".into(),
            Self::Unspecified => "unknown".into(),
            Self::Other(word) => word.to_string(),
        }
    }

    /// Meaning of the status for the person at the keyboard, in one sentence.
    pub fn meaning(&self) -> &'static str {
        match self {
            Self::Active => "The environment reports valid credentials.",
            Self::Expired => "The access token expired and was not renewed. Calls as this user fail.",
            Self::PendingAuth => "Nobody has finished authorizing it yet. Calls as this user fail.",
            Self::PendingVerification => {
                "Consent was given, but who gave it was never confirmed. Calls as this user fail."
            }
            Self::Disconnected => "It was disconnected. Calls as this user fail until it is authorized again.",
            Self::KeyRefused => "The provider refuses its key. Calls as this user fail until it has another one.",
            Self::Unspecified => "The environment does not say what state it is in.",
            Self::Other(_) => "jackfield does not know this status. It may not work.",
        }
    }

    /// True if somebody should act: expired, pending, or never seen before. A disconnected account is
    /// somebody's decision and does not call for attention.
    pub fn needs_you(&self) -> bool {
        !matches!(self, Self::Active | Self::Disconnected)
    }
}

/// Kind of authorization of an account: who does it, and names of it. Cheap to clone, and small: there is one for every
/// account of a long list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AuthorizationType(Arc<AuthorizationNames>);

#[derive(Debug, PartialEq, Eq, Hash)]
struct AuthorizationNames {
    by: AuthorizedBy,
    name: Option<&'static str>,
    own: Untrusted,
}

/// Party that authorizes an account, and its means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuthorizedBy {
    /// A person who consents on a provider's page, so that verification and expiry apply.
    Consent,
    /// A person who types credentials in, so that a form here can take them; with the names that those
    /// usually have, for where nobody declares them.
    Fields(&'static [&'static str]),
    /// No person, but a service account.
    Service,
    /// Nobody: there is nothing to authorize.
    Nothing,
    /// Not known: the wire does not say.
    Unknown,
}

impl AuthorizationType {
    /// A kind that `by` authorizes. `own` is the back-end's own word for it, and stands in for a missing
    /// `name`.
    pub fn new(by: AuthorizedBy, name: Option<&'static str>, own: impl Into<Untrusted>) -> Self {
        Self(Arc::new(AuthorizationNames { by, name, own: own.into() }))
    }

    /// The kind of which nothing is known.
    pub fn unknown() -> Self {
        Self::new(AuthorizedBy::Unknown, Some("unknown"), "")
    }

    /// Party that authorizes accounts of this kind.
    pub fn by(&self) -> AuthorizedBy {
        self.0.by
    }

    /// True if a person types the credentials in.
    pub fn is_typed_in(&self) -> bool {
        matches!(self.0.by, AuthorizedBy::Fields(_))
    }

    /// True if consent happens on a provider's page.
    pub fn is_oauth(&self) -> bool {
        self.0.by == AuthorizedBy::Consent
    }

    /// True if both mean the same kind, however a back-end spells it.
    pub fn is_like(&self, other: &Self) -> bool {
        match (self.0.name, other.0.name) {
            (None, None) => self.0.own == other.0.own,
            (name, other) => name == other,
        }
    }

    /// The back-end's own word, safe to show.
    pub fn own_word(&self) -> String {
        self.0.own.to_string()
    }
}

impl fmt::Display for AuthorizationType {
    /// A short human word; one that is missing as the back-end's own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.name {
            Some(name) => f.pad(name),
            None => self.0.own.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_status_is_found_by_its_name() {
        for status in Status::KNOWN {
            assert_eq!(Status::from_name(&status.name()), status);
        }
        assert_eq!(Status::from_name("REVOKED"), Status::Other("REVOKED".into()));
    }

    #[test]
    fn a_disconnected_account_does_not_call_for_attention() {
        let needy: Vec<_> = Status::KNOWN.iter().filter(|s| s.needs_you()).map(Status::word).collect();
        assert_eq!(needy, ["unknown", "expired", "to authorize", "to verify", "key refused"]);
    }
}
