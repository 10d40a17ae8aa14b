//! `jackfield explain`: why a list is empty or a call fails.

use std::sync::Arc;

use clap::Args;

use super::output::CliOutput;
use super::target::{argument, quoted};
use super::{EnvironmentArgs, completions, style, wait_notice};
use crate::domain::{ConnectionName, Fault, FaultKind, Identifier};
use crate::flow::environment::{self, Opened};
use crate::flow::explain::{Diagnosis, Evidence, EvidenceKind, Question, Remedy, Witnesses, explain};
use crate::flow::record::{Records, blocking};
use crate::flow::sources::Sources;
use crate::journal::EntryId;
use crate::profile::Source;
use crate::settings::Settings;

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// Identifier that was acted as, or looked for
    #[arg(long = "as", value_name = "IDENTIFIER", add = completions::identifiers())]
    identifier: Option<String>,
    /// Connection
    #[arg(long, value_name = "CONNECTION", add = completions::connections())]
    connection: Option<String>,
    /// Tool
    #[arg(long, value_name = "TOOL", add = completions::tools())]
    tool: Option<String>,
    /// Number of a past call, as jackfield history list shows it
    #[arg(long, value_name = "NUMBER", value_parser = number, conflicts_with_all = ["identifier", "connection", "tool"])]
    call: Option<EntryId>,
    /// Ask other environments of this machine too: those whose key needs no keychain
    #[arg(long)]
    profiles: bool,
}

/// Exit code where a cause is found: checked, and something is not as it should be.
const CAUSE_FOUND: u8 = 9;

fn number(text: &str) -> Result<EntryId, String> {
    text.parse()
        .map(EntryId)
        .map_err(|_| "expected the number of a call, as jackfield history list shows it".to_owned())
}

impl Explain {
    pub(super) async fn perform(
        &self,
        args: &EnvironmentArgs,
        settings: &Settings,
        records: &Arc<Records>,
        output: &CliOutput,
    ) -> Result<u8, Fault> {
        let question = self.question(records).await?;
        let opened = args.open(settings, None, output).await?;
        let _told = wait_notice::tell_of_network(&opened, output);
        check(&question, &opened)?;
        let sources = Sources::from_process().ok();
        let witnesses = Witnesses {
            opened: &opened,
            records: Some(records),
            sources: sources.as_ref(),
            others: self.profiles,
            limits: environment::limits(settings),
        };
        let finding = explain(question, &witnesses, &|_| ()).await;
        output.clocks(opened.clock.skew());
        print(&finding, output)?;
        Ok(if finding.cause.is_some() { CAUSE_FOUND } else { 0 })
    }

    async fn question(&self, records: &Arc<Records>) -> Result<Question, Fault> {
        if let Some(id) = self.call {
            let journal = records.journal().await?;
            let entry = blocking(move || journal.entry(id)).await?;
            let missing = || Fault::new(FaultKind::NotFound, format!("There is no call {id} in the history."));
            return Ok(Question::entry(&entry.ok_or_else(missing)?.summary));
        }
        Ok(Question {
            identifier: self.identifier.as_deref().map(Into::into),
            connection: self.connection.as_deref().map(Into::into),
            tool: self.tool.as_deref().map(Into::into),
            call: None,
        })
    }
}

/// Makes sure that the call went to the environment that is open.
fn check(question: &Question, opened: &Opened) -> Result<(), Fault> {
    let Some(place) = question.call.as_ref().and_then(|call| call.environment.as_ref()) else { return Ok(()) };
    if place.raw() == opened.about().recorded_as {
        return Ok(());
    }
    let here = &opened.about().name;
    let message =
        format!("This call went to {place}, and {here} is open. Name its environment, with --profile for one.");
    Err(Fault::new(FaultKind::Usage, message))
}

fn print(finding: &Diagnosis, output: &CliOutput) -> Result<(), Fault> {
    if output.is_json() {
        let mut document = finding.document();
        let command = finding.cause.as_ref().and_then(|cause| command(&cause.remedy()));
        if let Some(remedy) = document.get_mut("remedy").and_then(serde_json::Value::as_object_mut) {
            remedy.insert("command".to_owned(), command.into());
        }
        return output.document(&document);
    }
    let sentence = match finding.cause {
        Some(_) => style::painted(&finding.sentence(), style::BAD, output.is_colored()),
        None => finding.sentence(),
    };
    let mut lines = vec![sentence, String::new()];
    let width = finding.evidence.iter().map(|told| told.asked.chars().count()).max().unwrap_or_default();
    for told in &finding.evidence {
        lines.push(format!("  {} {:<width$}  {}", mark(told, output), told.asked, told.answer));
        if !told.other_case.is_empty() {
            lines.push(format!("    {:<width$}  {}", "", told.carets()));
        }
    }
    if !finding.also_possible.is_empty() {
        lines.push(String::new());
        lines.push("also possible".to_owned());
        lines.extend(finding.also_possible.iter().map(|cause| format!("  {cause}")));
    }
    output.print(&lines.join("\n"))?;
    if let Some(remedy) = finding.cause.as_ref().map(crate::flow::explain::Cause::remedy) {
        match command(&remedy) {
            Some(command) if opens_another(&remedy) => output.remark(&format!("next: {command}")),
            Some(command) => output.next(&command),
            None => output.remark(&format!("next: {}", remedy.words())),
        }
    }
    Ok(())
}

fn mark(told: &Evidence, output: &CliOutput) -> String {
    let (glyph, plain, style) = match told.kind {
        EvidenceKind::Good => ("✓", "+", style::GOOD),
        EvidenceKind::Bad => ("✗", "!", style::BAD),
        EvidenceKind::Plain => ("·", "-", anstyle::Style::new()),
        EvidenceKind::Unknown => ("?", "?", anstyle::Style::new()),
    };
    let glyph = if output.has_glyphs() { glyph } else { plain };
    style::painted(glyph, style, output.is_colored())
}

/// True if the command names its environment itself.
fn opens_another(remedy: &Remedy) -> bool {
    matches!(remedy, Remedy::OpenEnvironment(_) | Remedy::ChooseEnvironment)
}

/// The step as a command, without the options that select the environment; none where it is not ours to take.
fn command(remedy: &Remedy) -> Option<String> {
    let whose = |identifier: &Identifier| format!(" --as {}", quoted(identifier.raw()));
    let place = |connection: &ConnectionName| format!(" --connection {}", quoted(connection.raw()));
    let on = |connection: &Option<ConnectionName>| connection.as_ref().map(place).unwrap_or_default();
    Some(match remedy {
        Remedy::ListTools(identifier, connection) => {
            format!("jackfield tools list{}{}", whose(identifier), on(connection))
        }
        Remedy::ListAccounts(connection) => format!("jackfield accounts list{}", on(connection)),
        Remedy::ListConnections => "jackfield connections list".to_owned(),
        Remedy::Authorize(account) => format!("jackfield accounts authorize {}", argument(&account.pair())),
        Remedy::Connect(Some(identifier), Some(connection)) => {
            format!("jackfield accounts add{} --identifier {}", place(connection), quoted(identifier.raw()))
        }
        Remedy::ShowTool(tool, identifier) => {
            let whose = identifier.as_ref().map(whose).unwrap_or_default();
            format!("jackfield tools show {}{whose}", quoted(tool.raw()))
        }
        Remedy::SearchTools => "jackfield tools list".to_owned(),
        Remedy::OpenEnvironment(Source::Profile(name)) => format!("jackfield --profile {name}"),
        Remedy::ChooseEnvironment => "jackfield profile list".to_owned(),
        Remedy::GrantScopes(_)
        | Remedy::AskProvider(_)
        | Remedy::AskPolicy
        | Remedy::GrantResource
        | Remedy::MendConnection
        | Remedy::Connect(..)
        | Remedy::EnableConnection(_)
        | Remedy::FinishConnection(_)
        | Remedy::MakeConnection(_)
        | Remedy::OpenEnvironment(_)
        | Remedy::FixKey
        | Remedy::ChangeInput
        | Remedy::SendAgain
        | Remedy::AskAgain => return None,
    })
}
