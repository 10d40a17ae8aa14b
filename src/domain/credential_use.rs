//! Uses of credentials, as an audit has them: who acted on whose behalf, for what, and with what outcome. Never the
//! credential, never an argument.

use jiff::Timestamp;
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::{AccountId, CarriedOut, ConnectionName, Fault, FaultKind, Identifier, ToolName, Untrusted};

/// One use of a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialUse {
    /// Moment of the outcome, by this machine's clock.
    pub at: Timestamp,
    /// Act with a credential, or to get one.
    pub event: CredentialEvent,
    /// Application that acted: its client id at the issuer; none where a key or token is not bound to one.
    pub application: Option<Untrusted>,
    /// Identifier of the person it acted for.
    pub person: Identifier,
    /// Connection of the account.
    pub connection: ConnectionName,
    /// Account; empty where the broker chose it.
    pub account: AccountId,
    /// Server that gave the credential, or was asked for it.
    pub issuer: Option<Untrusted>,
    /// Resource that the credential is for: a URL, or a name that the issuer has for it.
    pub resource: Option<Untrusted>,
    /// Scopes that were asked for.
    pub asked: Vec<String>,
    /// Scopes that were given; none where nobody said, which is no promise.
    pub given: Option<Vec<Untrusted>>,
    /// Outcome.
    pub outcome: CredentialOutcome,
    /// Reason for any outcome but success, as far as one was told.
    pub reason: Option<Untrusted>,
    /// End of the credential, where one was told.
    pub expires_at: Option<Timestamp>,
    /// Mark of the token; none where there was none, or it is not in our hands.
    pub token: Option<TokenMark>,
    /// Call that it was for.
    pub purpose: CredentialPurpose,
}

impl CredentialUse {
    /// A use whose outcome nobody knows yet, of this account's credential. What is not known stays empty.
    pub fn new(
        event: CredentialEvent,
        person: &Identifier,
        connection: &ConnectionName,
        account: &AccountId,
        at: Timestamp,
    ) -> Self {
        Self {
            at,
            event,
            application: None,
            person: person.clone(),
            connection: connection.clone(),
            account: account.clone(),
            issuer: None,
            resource: None,
            asked: Vec::new(),
            given: None,
            outcome: CredentialOutcome::Unknown,
            reason: None,
            expires_at: None,
            token: None,
            purpose: CredentialPurpose::default(),
        }
    }

    /// Who acted on whose behalf, and how far, safe to show: `application X on behalf of Y, scope Z`.
    pub fn sentence(&self) -> String {
        let who = match (&self.application, self.event) {
            (Some(application), _) => format!("application {application}"),
            (None, CredentialEvent::Key) => "a key".to_owned(),
            (None, _) => "an application that is not told".to_owned(),
        };
        let scopes = self.scopes().map(|scopes| {
            let noun = if scopes.contains(' ') { "scopes" } else { "scope" };
            format!(", {noun} {scopes}")
        });
        format!("{who} on behalf of {}{}", self.person, scopes.unwrap_or_default())
    }

    /// Scopes in a row, safe to show: those that were given, else those that were asked for. None where nobody said.
    pub fn scopes(&self) -> Option<String> {
        let scopes: Vec<String> = match &self.given {
            Some(given) => given.iter().map(ToString::to_string).collect(),
            None => self.asked.iter().map(|scope| Untrusted::from(scope.as_str()).to_string()).collect(),
        };
        (!scopes.is_empty()).then(|| scopes.join(" "))
    }
}

/// Call that a credential is used for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CredentialPurpose {
    /// Name of the tool, or method and path of a request to a provider's own API.
    pub tool: Option<ToolName>,
    /// Number of the call in the journal.
    pub call: Option<i64>,
    /// Run of an agent that the call belongs to.
    pub run: Option<Untrusted>,
}

/// Act with a credential, or to get one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum CredentialEvent {
    /// A person's token was exchanged for one that is good for one resource.
    Exchange,
    /// A token was renewed.
    Refresh,
    /// A person's consent became tokens.
    Authorization,
    /// A token that is kept here was sent to its resource.
    Token,
    /// A key or token that a person typed in, or a file refers to, was sent to its resource.
    Key,
    /// The broker was asked to call with a credential that it keeps.
    BrokerCall,
}

/// Outcome of a use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum CredentialOutcome {
    /// It was given, or accepted.
    Success,
    /// A policy, or a person, said no.
    Denied,
    /// The person has not granted it yet, or has to sign in again.
    NotGranted,
    /// It was refused, or failed otherwise.
    Failure,
    /// Nobody knows: the answer never came.
    Unknown,
}

/// First eight hexadecimal digits of the SHA-256 of a token: enough to tell tokens apart, and to find one in another
/// system's log; too few to find the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenMark(String);

impl TokenMark {
    /// Mark of these digits.
    pub fn from_digits(digits: &str) -> Option<Self> {
        let fits = digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        fits.then(|| Self(digits.to_ascii_lowercase()))
    }

    /// The digits.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl CredentialEvent {
    /// All events, for filters and their help.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Word for it in files, filters and exports.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

impl CredentialOutcome {
    /// Outcome of a use that ended with this fault.
    pub fn of_fault(fault: &Fault) -> Self {
        match (fault.carried_out, fault.kind) {
            (CarriedOut::Yes, _) => Self::Success,
            (CarriedOut::Unknown, _) | (_, FaultKind::Cancelled) => Self::Unknown,
            (_, FaultKind::Denied | FaultKind::PolicyDenied | FaultKind::Forbidden | FaultKind::OtherAccount) => {
                Self::Denied
            }
            (
                _,
                FaultKind::NeedsAuthorization | FaultKind::NotGranted | FaultKind::LinkExpired | FaultKind::Unfinished,
            ) => Self::NotGranted,
            _ => Self::Failure,
        }
    }

    /// All outcomes, for filters and their help.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Word for it in files, filters and exports.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_is_told_in_one_sentence() {
        let used = CredentialUse::new(
            CredentialEvent::Token,
            &"ada".into(),
            &"linear".into(),
            &"la_1".into(),
            Timestamp::UNIX_EPOCH,
        );
        assert_eq!(used.sentence(), "an application that is not told on behalf of ada");
        let used = CredentialUse { application: Some("web\u{1b}".into()), asked: vec!["read".into()], ..used };
        assert!(used.sentence().ends_with(" on behalf of ada, scope read") && !used.sentence().contains('\u{1b}'));
        let used = CredentialUse { given: Some(vec!["read".into(), "write".into()]), ..used };
        assert!(used.sentence().ends_with(" on behalf of ada, scopes read write"));
        let key = CredentialUse { event: CredentialEvent::Key, application: None, given: None, asked: vec![], ..used };
        assert_eq!(key.sentence(), "a key on behalf of ada");
    }

    #[test]
    fn a_mark_is_eight_digits_and_never_a_token() {
        assert_eq!(TokenMark::from_digits("9F2C01ab").unwrap().digits(), "9f2c01ab");
        for other in ["", "9f2c01a", "9f2c01abc", "9f2c01ag", "lin_api_"] {
            assert_eq!(TokenMark::from_digits(other), None);
        }
    }
}
