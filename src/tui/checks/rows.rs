//! Rows of the list: findings, and the changes that no finding tells of.

use crate::flow::changes::{Change, ChangeKind};
use crate::flow::doctor::{Check, Finding, Report};
use crate::order::StableOrder as _;
use crate::schema::Judgement;

/// Whether every one of these words, in lower case, stands somewhere in a finding.
pub fn holds(finding: &Finding, words: &[String]) -> bool {
    let texts = [finding.check.word(), finding.severity.word(), finding.subject.raw(), finding.sentence.as_str()];
    words.iter().all(|word| texts.iter().any(|text| text.to_lowercase().contains(word)))
}

/// All rows of a report, the worst first.
pub fn rows(report: &Report) -> Vec<Finding> {
    let is_untold =
        |change: &&Change| change.judgement == Judgement::Harmless || change.kind == ChangeKind::AccountStatus;
    let changes = report.changes.iter().flat_map(|changes| &changes.changes).filter(is_untold);
    // Nothing is wrong with them.
    let told = changes.map(|change| Finding::of_change(change).noted());
    let mut rows: Vec<Finding> = report.findings.iter().cloned().chain(told).collect();
    // Stable: findings are in order already.
    rows.order_by_key(|row| row.severity);
    rows
}

/// Grouping of the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Group {
    /// None: the worst first.
    #[default]
    Nothing,
    /// By check.
    Check,
    /// By severity.
    Severity,
}

impl Group {
    /// The next one, in a circle.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Nothing => Self::Check,
            Self::Check => Self::Severity,
            Self::Severity => Self::Nothing,
        }
    }

    /// Name on the frame; none where nothing is grouped.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Nothing => None,
            Self::Check => Some("check"),
            Self::Severity => Some("severity"),
        }
    }

    /// Number of groups there can be.
    pub fn count(self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Check => Check::ALL.len(),
            Self::Severity => 4,
        }
    }

    /// Number of a row's group.
    pub fn of(self, row: &Finding) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Check => row.check as usize,
            Self::Severity => row.severity as usize,
        }
    }

    /// Title of a row's group.
    pub fn title(self, row: &Finding) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Check => row.check.word(),
            Self::Severity => row.severity.word(),
        }
    }
}
