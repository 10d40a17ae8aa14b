//! Connected accounts and their status.

use std::fmt;

use jiff::Timestamp;

use super::{AccountId, ConnectionId, ConnectionName, Identifier, JsonText, Provider, Untrusted};

/// One connected account: a connection, an identifier, and credentials that the broker keeps.
/// Reference: section 4.1.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// `ca_…`
    pub id: AccountId,
    /// User id in the application's own words; the broker knows people by nothing else.
    pub identifier: Identifier,
    /// The connection's name (wire: `connector`).
    pub connection: ConnectionName,
    /// `conn_…`; empty when the wire left it out.
    pub connection_id: ConnectionId,
    /// The provider's key, `LINEAR`.
    pub provider: Provider,
    /// Status as the broker tells it: a claim, not a proof.
    pub status: Status,
    /// Kind of authorization, which decides what verification, expiry and forms mean here.
    pub authorization: AuthorizationType,
    /// When the access token runs out (UTC).
    pub token_expires_at: Option<Timestamp>,
    /// When the broker last changed the row (UTC).
    pub updated_at: Option<Timestamp>,
    /// When it was last used for a call (UTC).
    pub last_used_at: Option<Timestamp>,
    /// One credential for the whole organization instead of one person's.
    pub org_wide: bool,
    /// Everything the broker sent of it, as it came; `api_config` and what nobody has heard of included.
    pub raw: JsonText,
}

impl Account {
    /// The pair that names this account for a person: `linear/ada@acme.dev`, scrubbed.
    pub fn label(&self) -> String {
        format!("{}/{}", self.connection, self.identifier)
    }

    /// The same pair, to look it up by.
    pub fn pair(&self) -> AccountRef {
        AccountRef::Pair(self.connection.clone(), self.identifier.clone())
    }
}

/// Name by which a caller means one account. Reference: section 3.1, "Account selection".
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

/// Status of an account as the broker tells it. Reference: section 4.2, the complete enum; anything else
/// stays visible as it came and is never taken for healthy.
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
    /// The wire's zero value.
    Unspecified,
    /// A value this program has never heard of.
    Other(Untrusted),
}

impl Status {
    /// Every value the reference names, in its order.
    pub const KNOWN: [Self; 6] = [
        Self::Unspecified,
        Self::Active,
        Self::Expired,
        Self::PendingAuth,
        Self::PendingVerification,
        Self::Disconnected,
    ];

    /// True if `word` means this status: the wire's word or ours, in any case.
    pub fn is_called(&self, word: &str) -> bool {
        [self.wire(), self.word()].iter().any(|name| name.eq_ignore_ascii_case(word))
    }

    /// Reads the wire's word.
    pub fn from_wire(word: &str) -> Self {
        match word {
            "ACTIVE" => Self::Active,
            "EXPIRED" => Self::Expired,
            "PENDING_AUTH" => Self::PendingAuth,
            "PENDING_VERIFICATION" => Self::PendingVerification,
            "DISCONNECTED" => Self::Disconnected,
            "" | "CONNECTION_STATUS_UNSPECIFIED" => Self::Unspecified,
            other => Self::Other(other.into()),
        }
    }

    /// The wire's word, safe to show.
    pub fn wire(&self) -> String {
        match self {
            Self::Active => "ACTIVE".into(),
            Self::Expired => "EXPIRED".into(),
            Self::PendingAuth => "PENDING_AUTH".into(),
            Self::PendingVerification => "PENDING_VERIFICATION".into(),
            Self::Disconnected => "DISCONNECTED".into(),
            Self::Unspecified => "CONNECTION_STATUS_UNSPECIFIED".into(),
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
            Self::Unspecified => "unknown".into(),
            Self::Other(word) => word.to_string(),
        }
    }

    /// Meaning of the status for the person at the keyboard, in one sentence.
    pub fn meaning(&self) -> &'static str {
        match self {
            Self::Active => "The broker says its credentials are valid.",
            Self::Expired => "The access token ran out and was not renewed. Calls as this user fail.",
            Self::PendingAuth => "Nobody has finished authorizing it yet. Calls as this user fail.",
            Self::PendingVerification => {
                "Consent was given, but who gave it was never confirmed. Calls as this user fail."
            }
            Self::Disconnected => "It was disconnected. Calls as this user fail until it is authorized again.",
            Self::Unspecified => "The broker does not say what state it is in.",
            Self::Other(_) => "A status this program does not know. Do not count on it working.",
        }
    }

    /// True if somebody should act: expired, pending, or never seen before. A disconnected account is
    /// somebody's decision and does not call for attention.
    pub fn needs_you(&self) -> bool {
        !matches!(self, Self::Active | Self::Disconnected)
    }
}

/// Kind of authorization of an account (wire: `authorization_type`). Reference: section 4.3.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AuthorizationType(Untrusted);

impl AuthorizationType {
    /// Reads the wire's word.
    pub fn from_wire(word: &str) -> Self {
        Self(word.into())
    }

    /// The wire's word. Not for a screen.
    pub fn raw(&self) -> &str {
        self.0.raw()
    }

    /// True if a person types the credentials in, so that a form here can take them. The other kinds go
    /// another way on the wire (reference: section 4.1, `authorization_details`).
    pub fn is_typed_in(&self) -> bool {
        const OTHERWISE: [&str; 6] =
            ["", "CONNECTION_TYPE_UNSPECIFIED", "NO_AUTH", "OAUTH_M2M", "GOOGLE_DWD", "TRUSTED_IDP"];
        !self.is_oauth() && !OTHERWISE.contains(&self.0.raw())
    }

    /// True if two words mean the same kind: connections, accounts and providers spell some of them
    /// differently. Reference: section 3.2.
    pub fn is_like(&self, other: &Self) -> bool {
        fn one(word: &str) -> &str {
            match word {
                "BASIC_AUTH" => "BASIC",
                "BEARER_TOKEN" => "BEARER",
                word => word,
            }
        }
        one(self.0.raw()) == one(other.0.raw())
    }

    /// The wire's word, safe to show.
    pub fn wire(&self) -> String {
        self.0.to_string()
    }

    /// True if consent happens on a provider's page, so that verification and expiry apply.
    pub fn is_oauth(&self) -> bool {
        matches!(self.0.raw(), "OAUTH" | "TRELLO_OAUTH1" | "SMART_FHIR")
    }
}

impl fmt::Display for AuthorizationType {
    /// A short human word; unknown values as they came, scrubbed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self.0.raw() {
            "OAUTH" => "OAuth",
            "API_KEY" => "API key",
            "BASIC" | "BASIC_AUTH" => "basic",
            "BEARER_TOKEN" | "BEARER" => "bearer",
            "OAUTH_M2M" => "OAuth M2M",
            "TRELLO_OAUTH1" => "OAuth 1",
            "GOOGLE_DWD" => "Google delegation",
            "TRUSTED_IDP" => "trusted IdP",
            "SMART_FHIR" => "SMART on FHIR",
            "NO_AUTH" => "none",
            "CUSTOM" => "custom",
            "" | "CONNECTION_TYPE_UNSPECIFIED" => "unknown",
            _ => return self.0.fmt(f),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_status_is_kept_and_never_healthy() {
        let status = Status::from_wire("REVOKED\x1b[0m");
        assert_eq!(status.word(), "REVOKED␛[0m");
        assert!(status.needs_you());
        assert_ne!(status, Status::Active);
    }

    #[test]
    fn every_known_status_survives_the_wire() {
        for status in Status::KNOWN {
            assert_eq!(Status::from_wire(&status.wire()), status);
        }
    }

    #[test]
    fn the_spellings_of_a_type_are_one() {
        let [basic, long, key] = ["BASIC", "BASIC_AUTH", "API_KEY"].map(AuthorizationType::from_wire);
        assert!(basic.is_like(&long) && long.is_like(&basic) && !basic.is_like(&key));
    }

    #[test]
    fn what_a_person_types_in() {
        let typed = ["API_KEY", "BASIC", "BEARER_TOKEN", "CUSTOM", "NEW"];
        assert!(typed.iter().all(|word| AuthorizationType::from_wire(word).is_typed_in()));
        let otherwise = ["OAUTH", "SMART_FHIR", "OAUTH_M2M", "NO_AUTH", "GOOGLE_DWD", ""];
        assert!(!otherwise.iter().any(|word| AuthorizationType::from_wire(word).is_typed_in()));
    }

    #[test]
    fn a_disconnected_account_does_not_call_for_attention() {
        let needy: Vec<_> = Status::KNOWN.iter().filter(|s| s.needs_you()).map(Status::word).collect();
        assert_eq!(needy, ["unknown", "expired", "to authorize", "to verify"]);
    }
}
