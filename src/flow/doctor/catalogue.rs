//! Whether the catalogue is whole, and models take what is in it.

use std::collections::{BTreeMap, HashSet};

use super::super::snapshot::Listed;
use super::super::tools::ToolsGap;
use super::Subject;
use super::finding::{Check, Finding, Remedy, Severity};
use crate::domain::{Status, Tool, ToolName, pluralize};
use crate::export::{Dialect, lint};

/// Tools that are looked at together.
const AT_ONCE: usize = 500;

/// Whether the catalogue came as it was announced, and whoever has an account has tools.
pub(super) fn catalogue(subject: &Subject<'_>, listed: &Listed<Tool, ToolsGap>) -> Vec<Finding> {
    let mut found = Vec::new();
    let say = |severity, sentence: String| {
        Finding::new(Check::Catalogue, severity, "catalogue", sentence).remedied(Remedy::OpenTools)
    };
    if let Some(fault) = &listed.fault {
        found.push(say(Severity::Bad, format!("The list of tools broke off: {fault}")));
        return found;
    }
    match &listed.gap {
        Some(gap) if gap.is_incomplete() => found.push(say(Severity::Bad, gap.to_string())),
        Some(gap) => found.push(say(Severity::Warning, gap.to_string())),
        None => {}
    }
    let offered: HashSet<_> = subject.tools.iter().map(|tool| &tool.provider).collect();
    let mut without: BTreeMap<_, u64> = BTreeMap::new();
    for account in subject.accounts.iter().filter(|account| account.status == Status::Active) {
        if !offered.contains(&account.provider) {
            *without.entry(&account.connection).or_default() += 1;
        }
    }
    if !offered.is_empty() {
        for (connection, count) in without {
            let has =
                if count == 1 { "1 active account has".to_owned() } else { format!("{count} active accounts have") };
            let sentence = format!("{has} no tools: the catalogue has none of their provider.");
            let finding = Finding::new(Check::Catalogue, Severity::Warning, connection.raw(), sentence);
            found.push(finding.remedied(Remedy::OpenConnection(connection.clone())));
        }
    }
    if found.is_empty() {
        let (tools, providers) = (subject.tools.len() as u64, offered.len() as u64);
        let sentence =
            format!("{} of {}, all that were announced.", pluralize(tools, "tool"), pluralize(providers, "provider"));
        found.push(Finding::new(Check::Catalogue, Severity::Ok, "catalogue", sentence));
    }
    found
}

/// Tools that a model's API would refuse, one line each.
pub(super) fn schemas(subject: &Subject<'_>) -> Vec<Finding> {
    // By tool: the dialects that refuse it, and why.
    let mut refused: BTreeMap<ToolName, (Vec<Dialect>, Vec<String>)> = BTreeMap::new();
    // A list for each person repeats a tool; a name counts once.
    let mut seen = HashSet::new();
    let tools: Vec<_> = subject.tools.iter().filter(|tool| seen.insert(&tool.name)).copied().collect();
    for some in tools.chunks(AT_ONCE) {
        let some: Vec<Tool> = some.iter().map(|tool| (*tool).clone()).collect();
        for dialect in Dialect::ALL {
            for problem in lint(&some, *dialect).into_iter().filter(|problem| problem.refused) {
                let (dialects, reasons) = refused.entry(problem.tool.clone()).or_default();
                if !dialects.contains(dialect) {
                    dialects.push(*dialect);
                }
                let place = if problem.path.is_empty() { String::new() } else { format!("{}: ", problem.path) };
                let reason = format!("{place}{}", problem.message);
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
        }
    }
    if refused.is_empty() {
        let sentence = match tools.len() as u64 {
            0 => "There are no tools to look at.".to_owned(),
            count => format!("{} would be taken by every model.", pluralize(count, "tool")),
        };
        return vec![Finding::new(Check::Schemas, Severity::Ok, "schemas", sentence)];
    }
    let line = |(tool, (dialects, reasons)): (ToolName, (Vec<Dialect>, Vec<String>))| {
        let dialects: Vec<_> = dialects.into_iter().map(Dialect::name).collect();
        let first = reasons.first().cloned().unwrap_or_default();
        let named = match dialects.split_last() {
            Some((last, [])) => (*last).to_owned(),
            Some((last, others)) => format!("{} and {last}", others.join(", ")),
            None => String::new(),
        };
        let sentence = format!("{named} would refuse it. {first}");
        let finding = Finding::new(Check::Schemas, Severity::Bad, tool.raw(), sentence);
        Finding { evidence: reasons, ..finding.remedied(Remedy::OpenTool(tool)) }
    };
    refused.into_iter().map(line).collect()
}
