//! Verdicts on a proof, and the words for each.

use crate::domain::{ConnectionName, Identifier, Untrusted};

/// Meaning of a proof, beside all other proofs of its environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The provider names the person that the identifier stands for.
    Proven,
    /// The provider names somebody else.
    Mismatch,
    /// The provider's one user stands behind this identifier too.
    Shared(Identifier),
    /// The same identifier is another person on this connection, by this name.
    Split(ConnectionName, Untrusted),
    /// Declared active, and refused.
    Refused,
    /// Declared unusable, and refused.
    Unusable,
    /// The provider names somebody, and no rule tells whether that is right.
    Identified,
    /// Nothing can be asked here, or the answer names nobody.
    NotProvable,
    /// The question failed for a reason that says nothing of the account.
    Failed,
}

impl Verdict {
    /// The verdicts that need a person, worst first, then the others.
    pub const WORDS: [&'static str; 9] =
        ["mismatch", "refused", "shared", "split", "failed", "unusable", "identified", "not provable", "proven"];

    /// Name, on screen and for programs.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Mismatch => "mismatch",
            Self::Shared(_) => "shared",
            Self::Split(..) => "split",
            Self::Refused => "refused",
            Self::Unusable => "unusable",
            Self::Identified => "identified",
            Self::NotProvable => "not provable",
            Self::Failed => "failed",
        }
    }

    /// Place in the order of [`WORDS`](Self::WORDS).
    pub fn rank(&self) -> usize {
        Self::WORDS.iter().position(|word| *word == self.word()).unwrap_or(Self::WORDS.len())
    }

    /// True where calls act as somebody else than meant, or cannot work although they should.
    pub fn needs_you(&self) -> bool {
        matches!(self, Self::Mismatch | Self::Refused | Self::Shared(_) | Self::Split(..))
    }
}
