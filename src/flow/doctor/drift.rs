//! What changed since the last snapshot of another day.

use super::super::changes::{Change, ChangeKind, Changes};
use super::Subject;
use super::finding::{Check, Finding, Remedy, Severity};
use crate::domain::{Fault, pluralize};
use crate::schema::Judgement;

/// Changes that break calls, or may; all others in one line. The status of accounts has a check of its own.
pub(super) fn drift(subject: &Subject<'_>, changes: Option<&Changes>) -> Vec<Finding> {
    let Some(changes) = changes else {
        let sentence = "This is the first look at this environment; changes are told from now on.";
        return vec![Finding::new(Check::Drift, Severity::Note, "changes", sentence)];
    };
    let told = |change: &&Change| change.kind != ChangeKind::AccountStatus && is_of(subject, change);
    let mut found: Vec<_> = changes
        .changes
        .iter()
        .filter(told)
        .filter(|change| change.judgement > Judgement::Harmless)
        .map(Finding::of_change)
        .collect();
    let harmless = changes.changes.iter().filter(told).filter(|change| change.judgement == Judgement::Harmless).count();
    let since = changes.since.strftime("%Y-%m-%d %H:%M UTC");
    let sentence = match harmless as u64 {
        0 => format!("Nothing else changed since {since}."),
        count => format!("{} since {since}.", pluralize(count, "harmless change")),
    };
    found.push(Finding::new(Check::Drift, Severity::Ok, "changes", sentence));
    if !changes.unknown.is_empty() {
        let sentence = format!("Not compared, since they could not be read whole: {}.", changes.unknown.join(", "));
        found.push(Finding::new(Check::Drift, Severity::Note, "changes", sentence));
    }
    found
}

/// The journal could not be used.
pub(super) fn unknown(fault: &Fault) -> Finding {
    let sentence = format!("What changed is not known: {fault}");
    Finding::new(Check::Drift, Severity::Note, "changes", sentence)
}

impl Finding {
    /// A change as a finding: bad where it breaks calls.
    pub fn of_change(change: &Change) -> Self {
        let severity = match change.judgement {
            Judgement::Breaks => Severity::Bad,
            Judgement::MayBreak => Severity::Warning,
            Judgement::Harmless => Severity::Note,
        };
        let finding = Self::new(Check::Drift, severity, change.subject.clone(), change.sentence.clone());
        let evidence = change.schema.iter().map(|change| format!("{change} ({})", change.judgement.words())).collect();
        let remedy = match (&change.account, &change.tool, change.kind) {
            (_, Some(tool), _) if change.kind != ChangeKind::ToolRemoved => Some(Remedy::OpenTool(tool.clone())),
            (_, Some(_), _) => Some(Remedy::OpenTools),
            (Some((_, connection, _)), ..) => Some(Remedy::OpenConnection(connection.clone())),
            (None, None, ChangeKind::ConnectionChanged) => Some(Remedy::OpenConnection(change.subject.raw().into())),
            _ => None,
        };
        Self { evidence, remedy, ..finding }
    }

    /// The same as something to know of, however grave it would be by itself.
    #[must_use]
    pub fn noted(self) -> Self {
        Self { severity: Severity::Note, ..self }
    }
}

/// True if a change belongs to what is looked at.
fn is_of(subject: &Subject<'_>, change: &Change) -> bool {
    let wanted = &subject.options.connections;
    if wanted.is_empty() {
        return true;
    }
    match (&change.account, &change.tool) {
        (Some((_, connection, _)), _) => wanted.contains(connection),
        (None, Some(tool)) => subject.tools.iter().any(|other| other.name == *tool),
        (None, None) => wanted.iter().any(|name| name.raw() == change.subject.raw()),
    }
}
