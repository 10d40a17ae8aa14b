//! Connections that are off, not configured, or not there.

use std::collections::{HashMap, HashSet};

use super::Subject;
use super::finding::{Check, Finding, Remedy, Severity};
use crate::domain::{Connection, ConnectionName, ConnectionStatus, Status, pluralize};
use crate::order::StableOrder as _;

/// Connections that calls cannot go through, and names that are easily mistaken.
pub(super) fn connections(subject: &Subject<'_>) -> Vec<Finding> {
    let mut active: HashMap<&ConnectionName, u64> = HashMap::new();
    for account in subject.accounts.iter().filter(|account| account.status == Status::Active) {
        *active.entry(&account.connection).or_default() += 1;
    }
    let mut found: Vec<_> = subject
        .connections
        .iter()
        .filter_map(|c| trouble(c, active.get(&c.name).copied().unwrap_or_default()))
        .collect();
    let known: HashSet<_> = subject.connections.iter().map(|connection| &connection.name).collect();
    if !known.is_empty() {
        let mut missing: Vec<_> = active.iter().filter(|(name, _)| !known.contains(*name)).collect();
        missing.order();
        for (name, count) in missing {
            let sentence = format!(
                "No connection of this name is listed, but {} on it.",
                told(*count, "account is", "accounts are")
            );
            found.push(about(name, Severity::Warning, sentence));
        }
    }
    let mut by_case: HashMap<String, Vec<&ConnectionName>> = HashMap::new();
    for connection in &subject.connections {
        by_case.entry(connection.name.raw().to_lowercase()).or_default().push(&connection.name);
    }
    let mut alike: Vec<_> = by_case.into_values().filter(|names| names.len() > 1).collect();
    alike.order();
    for names in alike {
        if let [first, rest @ ..] = names.as_slice() {
            let rest: Vec<_> = rest.iter().map(ToString::to_string).collect();
            let sentence =
                format!("Its name differs only in case from {}: calls may go to the wrong one.", rest.join(", "));
            found.push(about(first, Severity::Warning, sentence));
        }
    }
    if found.is_empty() && !subject.connections.is_empty() {
        let all = pluralize(subject.connections.len() as u64, "connection");
        let sentence = format!("{all}, on and configured.");
        found.push(Finding::new(Check::Connections, Severity::Ok, "connections", sentence));
    }
    found
}

fn trouble(connection: &Connection, active: u64) -> Option<Finding> {
    let state = match &connection.status {
        _ if !connection.enabled => "It is switched off".to_owned(),
        ConnectionStatus::Completed => return None,
        ConnectionStatus::InProgress => "Its configuration is not finished".to_owned(),
        ConnectionStatus::Draft => "Its configuration is not begun".to_owned(),
        ConnectionStatus::Other(word) => format!("Its state is {word}, which is not known here"),
    };
    let (severity, effect) = match active {
        0 => (Severity::Warning, "no active account is on it".to_owned()),
        count => (Severity::Bad, format!("calls of {} fail", told(count, "active account", "active accounts"))),
    };
    Some(about(&connection.name, severity, format!("{state}; {effect}.")))
}

fn about(name: &ConnectionName, severity: Severity, sentence: String) -> Finding {
    let finding = Finding::new(Check::Connections, severity, name.raw(), sentence);
    finding.remedied(Remedy::OpenConnection(name.clone()))
}

fn told(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}
