//! `jackfield agent replay`.

use clap::Args;
use serde_json::{Value, json};

use super::Around;
use crate::agent::{self, ActingAs, ReplayOrder, ReplayVerdict, ReplayedCall, RunId, calls_of, replay_summary};
use crate::cli::table::{Cell, Table};
use crate::cli::{completions, history, style};
use crate::domain::{Fault, FaultKind};
use crate::journal::EntryId;
use crate::settings::TimeLimit;

/// Exit code where the other sees something else, or nothing.
const DIFFERENT: u8 = 9;

#[derive(Debug, Args)]
pub(super) struct ReplayRun {
    /// Id of the run, as jackfield agent list shows it
    #[arg(value_name = "RUN", add = completions::runs())]
    run: String,
    /// Identifier to send the calls as
    #[arg(long = "as", value_name = "IDENTIFIER", required = true, add = completions::identifiers())]
    identifier: String,
    /// Send only this call, by its number in the history; may be repeated
    #[arg(long = "call", value_name = "NUMBER", value_parser = history::number)]
    calls: Vec<EntryId>,
    /// Send calls too of which it is only a guess that they read; never one that writes
    #[arg(long)]
    anyway: bool,
    /// Time to wait for each answer: 90s, 5m, or none for no limit [default: 1m]
    #[arg(long, value_name = "TIME", value_parser = crate::cli::time_limit)]
    timeout: Option<TimeLimit>,
}

impl ReplayRun {
    pub(super) async fn perform(&self, around: &Around<'_>) -> Result<u8, Fault> {
        let run = RunId::known(&self.run);
        let mut calls = calls_of(around.records, &run).await?;
        if let Some(unknown) = self.calls.iter().find(|id| calls.iter().all(|call| call.summary.id != **id)) {
            let message = format!("The run {run} has no call {unknown}.");
            return Err(Fault::new(FaultKind::NotFound, message));
        }
        calls.retain(|call| self.calls.is_empty() || self.calls.contains(&call.summary.id));
        let opened = around.open(self.timeout).await?;
        let recorder = around.recorder(&opened);
        let order = ReplayOrder::new(ActingAs::chosen(self.identifier.as_str().into()), self.anyway);
        let output = around.output;
        let mut table = Table::new(output, "calls", ["CALL", "TOOL", "CONNECTION", "RESULT", "WHAT"]);
        let backend = opened.backend.as_ref();
        let replayed = agent::replay(backend, &recorder, calls, &order, |call| {
            if !output.is_json() {
                table.add(std::slice::from_ref(call), |_| (), row);
            }
        })
        .await?;
        let summary = replay_summary(&replayed, &order);
        if output.is_json() {
            let calls: Vec<_> = replayed.iter().map(document).collect();
            output.document(&json!({
                "run": run.as_str(),
                "identifier": self.identifier,
                "agent_run_id": order.label.as_str(),
                "summary": summary,
                "calls": calls,
            }))?;
        } else {
            table.end()?;
            output.print(&format!("\n{summary}"))?;
            if replayed.iter().any(|call| call.verdict != ReplayVerdict::NotSent) {
                output.next(&format!("jackfield history list run:{}", order.label));
            }
            if !self.anyway && replayed.iter().any(|call| call.sentence.contains("is a guess")) {
                output.remark("--anyway sends the calls of which it is a guess that they only read.");
            }
        }
        output.clocks(opened.clock.skew());
        let differs = |call: &ReplayedCall| !matches!(call.verdict, ReplayVerdict::Same | ReplayVerdict::NotSent);
        Ok(if replayed.iter().any(differs) { DIFFERENT } else { 0 })
    }
}

fn row(call: &ReplayedCall) -> [Cell; 5] {
    let look = match call.verdict {
        ReplayVerdict::Same => style::GOOD,
        ReplayVerdict::NotSent => style::MUTED,
        ReplayVerdict::Failed => style::BAD,
        ReplayVerdict::Differs | ReplayVerdict::OnlyTheRun | ReplayVerdict::OnlyTheOther => style::WARN,
    };
    [
        call.entry.to_string().into(),
        call.tool.to_string().into(),
        call.connection.to_string().into(),
        Cell { text: call.verdict.words().to_owned(), style: look },
        call.sentence.clone().into(),
    ]
}

fn document(call: &ReplayedCall) -> Value {
    let other = call.comparison.as_ref().and_then(|comparison| comparison.people.last());
    let lacks = |at: usize| {
        let facts = call.comparison.as_ref().and_then(|comparison| comparison.facts(at)).unwrap_or_default();
        facts.lacks.iter().map(|name| name.raw().to_owned()).collect::<Vec<_>>()
    };
    json!({
        "entry": call.entry.0,
        "tool": call.tool.raw(),
        "connection": call.connection.raw(),
        "verdict": call.verdict.slug(),
        "summary": call.sentence,
        "only_the_run": lacks(1),
        "only_the_other": lacks(0),
        "execution_id": other.and_then(|other| other.execution.as_ref()).map(|id| id.raw()),
    })
}
