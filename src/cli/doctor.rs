//! `jackfield doctor`: whether all is well.

use std::path::{Path, PathBuf};

use anstyle::Style;
use clap::Args;
use serde_json::{Value, json};

use super::output::CliOutput;
use super::table::{Cell, Table};
use super::{changes, completions, exit, junit, prove, style, target};
use crate::domain::{AccountRef, Fault, FaultKind};
use crate::flow::doctor::{self, Finding, Options, Remedy, Report, Severity, Step};
use crate::flow::environment::Opened;
use crate::flow::identity;
use crate::flow::record::{Recorder, blocking};
use crate::settings::TimeLimit;

#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// Ask the providers who every account is
    #[arg(long)]
    prove: bool,
    /// Accounts to ask about at once, 1 to 64
    #[arg(long, value_name = "N", default_value_t = identity::AT_ONCE as u8, requires = "prove",
          value_parser = clap::value_parser!(u8).range(1..=64))]
    at_once: u8,
    /// Only this connection, its accounts and its tools; may be repeated
    #[arg(long = "connection", value_name = "CONNECTION", add = completions::connections())]
    connections: Vec<String>,
    /// Warn of tokens that end within this time: 90s, 5m, 1h
    #[arg(long, value_name = "TIME", value_parser = super::time_limit)]
    expires_within: Option<TimeLimit>,
    /// Also write the findings to FILE as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

impl Doctor {
    pub(super) async fn perform(&self, opened: &Opened, recorder: &Recorder, output: &CliOutput) -> Result<u8, Fault> {
        let options = Options {
            connections: self.connections.iter().map(|name| name.as_str().into()).collect(),
            expires_within: self.expires_within.and_then(|limit| limit.0),
            prove: self.prove.then_some(usize::from(self.at_once)),
        };
        let bar = prove::bar(0);
        let on_step = |step| {
            if let Step::Proving { done, of } = step {
                bar.set_length(of as u64);
                bar.set_position(done as u64);
            }
        };
        let report = doctor::examine(opened, recorder, options, on_step).await;
        bar.finish_and_clear();
        let report = report?;
        if let Some(file) = &self.junit {
            write(file, junit::document(&report, &opened.about().name)).await?;
        }
        print(&report, output)?;
        Ok(report.worst().map_or(0, exit::problem))
    }
}

async fn write(file: &Path, text: String) -> Result<(), Fault> {
    let file = file.to_owned();
    blocking(move || {
        std::fs::write(&file, text).map_err(|error| {
            let name = target::quoted(&file.to_string_lossy());
            Fault::new(FaultKind::Local, format!("{name} cannot be written.")).because(error)
        })
    })
    .await
}

fn print(report: &Report, output: &CliOutput) -> Result<(), Fault> {
    if output.is_json() {
        return output.document(&document(report));
    }
    let mut table = Table::new(output, "findings", ["RESULT", "CHECK", "SUBJECT", "FINDING"]);
    table.add(&report.findings, finding, |finding| row(finding, output));
    table.end()?;
    let (bad, warnings) = (report.count(Severity::Bad), report.count(Severity::Warning));
    let told = |count: usize, noun: &str| crate::domain::pluralize(count as u64, noun);
    match (bad, warnings) {
        (0, 0) => output.remark("All is well."),
        (0, _) => output.remark(&format!("Nothing is broken. {}.", told(warnings, "warning"))),
        (_, 0) => output.remark(&format!("{}.", told(bad, "problem"))),
        _ => output.remark(&format!("{}, {}.", told(bad, "problem"), told(warnings, "warning"))),
    }
    let worst = report.findings.first().filter(|finding| finding.problem().is_some());
    if let Some(command) = worst.and_then(|finding| finding.remedy.as_ref()).and_then(command) {
        output.next(&command);
    }
    Ok(())
}

fn row(finding: &Finding, output: &CliOutput) -> [Cell; 4] {
    let (glyph, style) = severity(finding.severity);
    let word = finding.severity.word();
    let plain = |text: String| Cell { text, style: Style::new() };
    [
        Cell { text: if output.has_glyphs() { format!("{glyph} {word}") } else { word.to_owned() }, style },
        plain(finding.check.word().to_owned()),
        plain(finding.subject.to_string()),
        plain(finding.sentence.clone()),
    ]
}

fn severity(severity: Severity) -> (&'static str, Style) {
    match severity {
        Severity::Bad => ("✖", style::BAD),
        Severity::Warning => ("▲", style::WARN),
        Severity::Note => ("·", style::MUTED),
        Severity::Ok => ("●", style::GOOD),
    }
}

/// Command that repairs a finding, where there is one.
fn command(remedy: &Remedy) -> Option<String> {
    Some(match remedy {
        Remedy::Authorize(_, connection, identifier) => {
            let account = target::argument(&AccountRef::Pair(connection.clone(), identifier.clone()));
            format!("jackfield accounts authorize {account}")
        }
        Remedy::OpenConnection(name) => {
            format!("jackfield accounts list --connection {}", target::quoted(name.raw()))
        }
        Remedy::OpenTool(tool) => format!("jackfield tools show {}", target::quoted(tool.raw())),
        Remedy::OpenTools => "jackfield tools list --all".to_owned(),
        Remedy::CheckKey | Remedy::CheckNetwork | Remedy::TryLater | Remedy::SetClock | Remedy::SetVerifyUrl => {
            return None;
        }
    })
}

/// The report as programs read it.
fn document(report: &Report) -> Value {
    json!({
        "at": report.at.to_string(),
        "ok": report.worst().is_none(),
        "worst": report.worst().map(<&str>::from),
        "accounts": report.accounts,
        "tools": report.tools,
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
        "changes": report.changes.as_ref().map(changes::document),
    })
}

fn finding(finding: &Finding) -> Value {
    json!({
        "severity": finding.severity.word(),
        "check": finding.check.word(),
        "problem": finding.problem().map(<&str>::from),
        "subject": finding.subject.raw(),
        "message": finding.sentence,
        "evidence": finding.evidence,
        "next": finding.remedy.as_ref().and_then(command),
    })
}
