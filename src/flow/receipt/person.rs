//! The person that an account is, and whether it is the one of before.

use crate::domain::{Identity, ProofOutcome};

/// Person after an authorization, held against the one before.
#[derive(Clone, Debug, PartialEq)]
pub enum SamePerson {
    /// The same.
    Same,
    /// Somebody else; it was this one before.
    Another(Box<Identity>),
    /// Nobody was proven before.
    First,
    /// Nobody is proven now, or both have nothing in common by which they could be told apart.
    Unknown,
}

impl SamePerson {
    /// Holds an answer against the person of before. The same person in another workspace is somebody else.
    pub fn compare(before: Option<&Identity>, now: Option<&ProofOutcome>) -> Self {
        let Some(ProofOutcome::Identified(now)) = now else { return Self::Unknown };
        let Some(before) = before else { return Self::First };
        let is_elsewhere = before.workspace.as_ref().zip(now.workspace.as_ref()).is_some_and(|(a, b)| a != b);
        match before.is_same_user(now) {
            Some(true) if !is_elsewhere => Self::Same,
            Some(_) => Self::Another(Box::new(before.clone())),
            None => Self::Unknown,
        }
    }

    /// A few words on it.
    pub fn words(&self) -> &'static str {
        match self {
            Self::Same => "same person",
            Self::Another(_) => "another person than before",
            Self::First => "first proof of who it is",
            Self::Unknown => "whether the same person is not known",
        }
    }

    /// Name in documents.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Another(_) => "another",
            Self::First => "first",
            Self::Unknown => "unknown",
        }
    }
}

/// `ada <ada@acme.dev>, Acme`, as far as it is known; safe to show.
pub(super) fn told(identity: &Identity) -> String {
    let who = match (&identity.name, &identity.email, &identity.id) {
        (Some(name), Some(email), _) => format!("{name} <{email}>"),
        (Some(one), None, _) | (None, Some(one), _) | (None, None, Some(one)) => one.to_string(),
        (None, None, None) => "somebody without a name".to_owned(),
    };
    match &identity.workspace {
        Some(workspace) => format!("{who}, {workspace}"),
        None => who,
    }
}
