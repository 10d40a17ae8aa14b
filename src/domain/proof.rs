//! Proofs of identity: who a provider says that an account is.

use std::time::Duration;

use jiff::Timestamp;

use super::{Account, AccountId, ConnectionName, ExecutionId, Identifier, Provider, Status, Untrusted};

/// Person or machine that a provider names as the one a token acts as. Each part is missing where its answer has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// Provider's own id of the user.
    pub id: Option<Untrusted>,
    /// User name, or name for people.
    pub name: Option<Untrusted>,
    /// E-mail address.
    pub email: Option<Untrusted>,
    /// Organization, team or workspace that it acts in.
    pub workspace: Option<Untrusted>,
}

impl Identity {
    /// True if the answer named nobody.
    pub fn is_empty(&self) -> bool {
        self.id.is_none() && self.name.is_none() && self.email.is_none()
    }

    /// The part that people know somebody by: the e-mail address, else the name, else the id.
    pub fn label(&self) -> Option<&Untrusted> {
        self.email.as_ref().or(self.name.as_ref()).or(self.id.as_ref())
    }

    /// Whether both are one user of one provider; none where they have no part in common to tell by.
    pub fn is_same_user(&self, other: &Self) -> Option<bool> {
        let ids = self.id.as_ref().zip(other.id.as_ref()).map(|(a, b)| a == b);
        ids.or_else(|| self.has_same_email(other)).or_else(|| Some(self.name.as_ref()? == other.name.as_ref()?))
    }

    /// Whether both have one e-mail address, which is how people are told apart across providers; none where either
    /// has none.
    pub fn has_same_email(&self, other: &Self) -> Option<bool> {
        let lower = |identity: &Self| identity.email.as_ref().map(|email| email.raw().to_lowercase());
        Some(lower(self)? == lower(other)?)
    }
}

/// Answer to the question who an account is, asked once.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// Account that was asked about.
    pub account: AccountId,
    /// Its connection.
    pub connection: ConnectionName,
    /// Its identifier.
    pub identifier: Identifier,
    /// Its provider.
    pub provider: Provider,
    /// Status that the environment declared then.
    pub status: Status,
    /// End of its token, as the environment declared it then.
    pub token_expires_at: Option<Timestamp>,
    /// Time of the answer.
    pub at: Timestamp,
    /// Time that the answer took.
    pub took: Duration,
    /// Execution id, where the environment gave one.
    pub execution: Option<ExecutionId>,
    /// Outcome.
    pub outcome: ProofOutcome,
}

impl Proof {
    /// The answer about an account as it was read just before.
    pub fn new(
        account: &Account,
        at: Timestamp,
        took: Duration,
        execution: Option<ExecutionId>,
        outcome: ProofOutcome,
    ) -> Self {
        Self {
            account: account.id.clone(),
            connection: account.connection.clone(),
            identifier: account.identifier.clone(),
            provider: account.provider.clone(),
            status: account.status.clone(),
            token_expires_at: account.token_expires_at,
            at,
            took,
            execution,
            outcome,
        }
    }
}

/// Outcome of asking who an account is.
#[derive(Clone, Debug, PartialEq)]
pub enum ProofOutcome {
    /// The provider named somebody.
    Identified(Identity),
    /// The call was refused for what the account is or may do, in the other side's words.
    Refused(Untrusted),
    /// There is nothing to ask, or the answer names nobody, in a sentence of ours.
    NotProvable(Untrusted),
    /// The call failed for another reason, which says nothing of the account.
    Failed(Untrusted),
}

/// Rule by which a provider's user and our identifier are held to be the same person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MatchRule {
    /// An identifier that looks like an e-mail address is one; any other that is a provider's id or user name matches.
    #[default]
    Auto,
    /// The identifier is the e-mail address.
    Email,
    /// The identifier is the provider's id of the user.
    Id,
    /// The identifier is this text with `{id}`, `{email}`, `{local}` (what stands before the @), `{name}` and
    /// `{workspace}` filled in.
    Pattern(String),
}

/// Parts of an identity that a pattern may hold.
const PARTS: [&str; 5] = ["{id}", "{email}", "{local}", "{name}", "{workspace}"];

impl MatchRule {
    /// Rule as a person writes it: `auto`, `email`, `id`, or a pattern.
    ///
    /// # Errors
    /// A sentence that tells what it may be.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "email" => Ok(Self::Email),
            "id" => Ok(Self::Id),
            pattern if PARTS.iter().any(|part| pattern.contains(part)) => Ok(Self::Pattern(pattern.to_owned())),
            _ => Err(format!("It is auto, email, id, or a pattern that holds one of {}.", PARTS.join(", "))),
        }
    }

    /// The same, written.
    pub fn text(&self) -> &str {
        match self {
            Self::Auto => "auto",
            Self::Email => "email",
            Self::Id => "id",
            Self::Pattern(pattern) => pattern,
        }
    }

    /// Whether `identity` is the person that `identifier` stands for; none where the rule cannot tell.
    pub fn matches(&self, identifier: &Identifier, identity: &Identity) -> Option<bool> {
        let is = |part: &Option<Untrusted>| part.as_ref().map(|part| part.raw().eq_ignore_ascii_case(identifier.raw()));
        match self {
            Self::Auto if identifier.raw().contains('@') => is(&identity.email),
            Self::Auto => [&identity.id, &identity.name, &identity.email]
                .into_iter()
                .any(|part| is(part) == Some(true))
                .then_some(true),
            Self::Email => is(&identity.email),
            Self::Id => is(&identity.id),
            Self::Pattern(pattern) => Some(filled(pattern, identity)?.eq_ignore_ascii_case(identifier.raw())),
        }
    }
}

/// The pattern with what it asks for; none where the identity lacks a part of it.
fn filled(pattern: &str, identity: &Identity) -> Option<String> {
    let local = identity.email.as_ref().and_then(|email| email.raw().split('@').next()).map(Untrusted::from);
    let parts = [&identity.id, &identity.email, &local, &identity.name, &identity.workspace];
    let mut text = pattern.to_owned();
    for (name, part) in PARTS.into_iter().zip(parts) {
        if text.contains(name) {
            text = text.replace(name, part.as_ref()?.raw());
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> Identity {
        let some = |text: &str| Some(Untrusted::from(text));
        Identity { id: some("U7"), name: some("ada"), email: some("Ada@acme.dev"), workspace: some("Acme") }
    }

    #[test]
    fn a_rule_tells_whether_an_identifier_is_the_person() {
        for (rule, identifier, is) in [
            ("auto", "ada@acme.dev", Some(true)),
            ("auto", "eve@acme.dev", Some(false)),
            ("auto", "U7", Some(true)),
            ("auto", "user_123", None),
            ("email", "user_123", Some(false)),
            ("id", "u7", Some(true)),
            ("id", "ada@acme.dev", Some(false)),
            ("acme-{local}", "acme-ada", Some(true)),
            ("acme-{local}", "acme-eve", Some(false)),
            ("{workspace}:{id}", "acme:u7", Some(true)),
        ] {
            let rule = MatchRule::parse(rule).unwrap();
            assert_eq!(rule.matches(&identifier.into(), &ada()), is, "{rule:?} {identifier}");
        }
        let nameless = Identity { email: None, ..ada() };
        for rule in ["auto", "email", "{email}"] {
            assert_eq!(MatchRule::parse(rule).unwrap().matches(&"ada@acme.dev".into(), &nameless), None, "{rule}");
        }
        assert!(MatchRule::parse("nonsense").unwrap_err().contains("{email}"));
    }

    #[test]
    fn users_are_told_apart_by_the_best_part_they_share() {
        let eve = Identity { id: Some("U8".into()), ..ada() };
        assert_eq!(ada().is_same_user(&eve), Some(false));
        let by_email = Identity { id: None, ..eve.clone() };
        assert_eq!(ada().is_same_user(&by_email), Some(true));
        let by_nothing = Identity { id: Some("U7".into()), ..Identity::default() };
        assert_eq!(by_nothing.is_same_user(&by_email), None);
    }
}
