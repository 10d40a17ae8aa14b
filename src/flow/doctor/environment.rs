//! Whether the environment answers, takes the key, and tells the same time.

use std::time::Duration;

use super::super::snapshot::Reading;
use super::finding::{Check, Finding, Problem, Remedy, Severity};
use crate::domain::{ClockOffset, Fault, FaultKind};

/// Nothing could be read at all.
pub(super) fn refused(fault: &Fault, name: &str) -> Finding {
    let finding = Finding::new(Check::Environment, Severity::Bad, name, fault.to_string());
    match fault.kind {
        FaultKind::KeyRefused => Finding { kind: Problem::Key, ..finding.remedied(Remedy::CheckKey) },
        _ => finding.remedied(Remedy::CheckNetwork),
    }
}

/// It answered.
pub(super) fn answered(name: &str, took: Duration) -> Finding {
    let sentence = format!("It answers and takes the key. Everything was read in {} ms.", took.as_millis());
    Finding::new(Check::Environment, Severity::Ok, name, sentence)
}

/// Whether the clocks agree.
pub(super) fn clock(skew: ClockOffset) -> Option<Finding> {
    Some(match skew.warning() {
        Some(warning) => Finding::new(Check::Clock, Severity::Warning, "clock", warning).remedied(Remedy::SetClock),
        None => Finding::new(Check::Clock, Severity::Ok, "clock", "It agrees with the environment's."),
    })
}

/// Lists of accounts and connections that broke off, or are not what was announced.
pub(super) fn lists(reading: &Reading) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut say = |subject: &str, sentence: String| {
        found.push(Finding::new(Check::Environment, Severity::Bad, subject, sentence).remedied(Remedy::TryLater));
    };
    if let Some(fault) = &reading.accounts.fault {
        say("accounts", format!("The list of accounts broke off: {fault}"));
    }
    if let Some(gap) = reading.accounts.gap.filter(|gap| gap.missing() > 0) {
        say("accounts", gap.told("account"));
    }
    if let Some(connections) = &reading.connections {
        if let Some(fault) = &connections.fault {
            say("connections", format!("The list of connections broke off: {fault}"));
        }
        if let Some(gap) = connections.gap.filter(|gap| gap.missing() > 0) {
            say("connections", gap.told("connection"));
        }
    }
    found
}
