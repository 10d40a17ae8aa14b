//! Answers to control questions, each in one line.

/// Answer to one control question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What was asked, a noun; safe to show.
    pub asked: String,
    /// The answer in a few words; safe to show.
    pub answer: String,
    /// What the answer says for the question.
    pub kind: EvidenceKind,
    /// Characters of the answer, counted from 0, that are written in another case than was asked for.
    pub other_case: Vec<usize>,
}

/// What an answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvidenceKind {
    /// It is as it should be.
    Good,
    /// Here is something wrong.
    Bad,
    /// Neither.
    Plain,
    /// It could not be found out.
    Unknown,
}

impl EvidenceKind {
    /// A stable name for programs.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Plain => "plain",
            Self::Unknown => "unknown",
        }
    }
}

impl Evidence {
    pub(super) fn new(kind: EvidenceKind, asked: impl Into<String>, answer: impl Into<String>) -> Self {
        Self { asked: asked.into(), answer: answer.into(), kind, other_case: Vec::new() }
    }

    pub(super) fn good(asked: impl Into<String>, answer: impl Into<String>) -> Self {
        Self::new(EvidenceKind::Good, asked, answer)
    }

    pub(super) fn bad(asked: impl Into<String>, answer: impl Into<String>) -> Self {
        Self::new(EvidenceKind::Bad, asked, answer)
    }

    pub(super) fn plain(asked: impl Into<String>, answer: impl Into<String>) -> Self {
        Self::new(EvidenceKind::Plain, asked, answer)
    }

    pub(super) fn unknown(asked: impl Into<String>, answer: impl Into<String>) -> Self {
        Self::new(EvidenceKind::Unknown, asked, answer)
    }

    /// The name nearest to `wanted`: where they differ only in case, the letters that do are marked.
    pub(super) fn nearest(asked: impl Into<String>, near: &str, wanted: &str) -> Self {
        let other_case = other_case(near, wanted);
        let note = if other_case.is_empty() { "" } else { "  (only the case)" };
        Self { other_case, ..Self::plain(asked, format!("{near}{note}")) }
    }

    /// A line of carets below the letters of another case; empty where there are none.
    pub fn carets(&self) -> String {
        let last = self.other_case.iter().max().copied();
        let mark = |at| if self.other_case.contains(&at) { '^' } else { ' ' };
        last.map(|last| (0..=last).map(mark).collect()).unwrap_or_default()
    }
}

/// Places of the letters of `name` that have another case in `wanted`; none where more differs than case.
fn other_case(name: &str, wanted: &str) -> Vec<usize> {
    if name.to_lowercase() != wanted.to_lowercase() || name.chars().count() != wanted.chars().count() {
        return Vec::new();
    }
    let pairs = name.chars().zip(wanted.chars()).enumerate();
    pairs.filter(|(_, (own, theirs))| own != theirs).map(|(at, _)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_another_case_are_marked_and_nothing_else_is() {
        let near = Evidence::nearest("nearest", "GitHub-Connect", "github-connect");
        assert_eq!(near.answer, "GitHub-Connect  (only the case)");
        assert_eq!(near.carets(), "^  ^   ^");
        let near = Evidence::nearest("nearest", "github", "gitlab");
        assert_eq!((near.answer.as_str(), near.carets().as_str()), ("github", ""));
    }
}
