//! Rows of the list: findings, and the changes that no finding tells of.

use crate::domain::Untrusted;
use crate::flow::changes::{Change, ChangeKind};
use crate::flow::doctor::{Check, Finding, Remedy, Report, Severity};
use crate::schema::Judgement;

/// Row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Check that it comes from.
    pub check: Check,
    /// Gravity.
    pub severity: Severity,
    /// Name of what it is about.
    pub subject: Untrusted,
    /// One sentence, safe to show.
    pub sentence: String,
    /// Lines of evidence, safe to show.
    pub evidence: Vec<String>,
    /// Step that repairs it.
    pub remedy: Option<Remedy>,
}

impl Row {
    fn of_finding(finding: &Finding) -> Self {
        let Finding { check, severity, subject, sentence, evidence, remedy, .. } = finding.clone();
        Self { check, severity, subject, sentence, evidence, remedy }
    }

    /// A change that is no finding: nothing is wrong with it.
    fn of_change(change: &Change) -> Self {
        let remedy = match (&change.account, &change.tool) {
            (_, Some(tool)) => Some(Remedy::OpenTool(tool.clone())),
            (Some((_, connection, _)), None) => Some(Remedy::OpenConnection(connection.clone())),
            (None, None) => None,
        };
        Self {
            check: Check::Drift,
            severity: Severity::Note,
            subject: change.subject.clone(),
            sentence: change.sentence.clone(),
            evidence: change.schema.iter().map(|change| format!("{change} ({})", change.judgement.words())).collect(),
            remedy,
        }
    }

    /// Whether every one of these words, in lower case, stands somewhere in it.
    pub fn holds(&self, words: &[String]) -> bool {
        let texts = [self.check.word(), self.severity.word(), self.subject.raw(), self.sentence.as_str()];
        words.iter().all(|word| texts.iter().any(|text| text.to_lowercase().contains(word)))
    }
}

/// All rows of a report, the worst first.
pub fn rows(report: &Report) -> Vec<Row> {
    let is_untold =
        |change: &&Change| change.judgement == Judgement::Harmless || change.kind == ChangeKind::AccountStatus;
    let changes = report.changes.iter().flat_map(|changes| &changes.changes).filter(is_untold);
    let mut rows: Vec<Row> = report.findings.iter().map(Row::of_finding).chain(changes.map(Row::of_change)).collect();
    // Stable: findings are in order already.
    rows.sort_by_key(|row| row.severity);
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
    pub fn of(self, row: &Row) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Check => row.check as usize,
            Self::Severity => row.severity as usize,
        }
    }

    /// Title of a row's group.
    pub fn title(self, row: &Row) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Check => row.check.word(),
            Self::Severity => row.severity.word(),
        }
    }
}
