//! A run as others read it: what `export` writes down, filled in.

use super::cost::cost;
use super::event::RunEnd;
use super::stored::{StoredRun, end_word};
use super::transcript::{CallRow, TranscriptItem};
use crate::backend::local::Local;
use crate::backend::scalekit::EMBEDDED;
use crate::domain::{EnvironmentUrl, Untrusted};
use crate::export::{ExportedCall, ExportedItem, ExportedRun, ProgramAccess, ProgramPlan};
use crate::model_api::Usage;
use crate::profile::Source;
use crate::settings::AgentSettings;

/// Why a program calls tools by way of this one, and what is missing.
const IN_THE_SANDBOX: &str = "The run was made in the sandbox. Run \"jackfield sandbox\" beside this program, and set the \
                              variables that it prints.";
const ON_THIS_MACHINE: &str = "The run was made in an environment of this machine, which only jackfield opens: its \
                               connections, accounts and tools of your own are not elsewhere.";
const UNENCRYPTED: &str = "The run was made in an environment without TLS, which not all of the vendor's SDKs reach.";

/// The run with everything that happened in it.
pub fn exported(run: &StoredRun, settings: &AgentSettings) -> ExportedRun {
    let head = &run.head;
    ExportedRun {
        id: head.id.as_str().into(),
        environment: head.environment.clone(),
        identifier: head.identifier.clone(),
        connections: head.connections.clone(),
        model: head.model.clone(),
        mode: head.mode.clone(),
        title: head.title.clone(),
        began: head.began,
        changed: head.changed,
        usage: head.total,
        cost: cost_words(settings, head.model.raw(), head.total),
        items: run.transcript.items.iter().map(item).collect(),
    }
}

/// Plan for a program that does what a run did. `saved` is where its environment comes from, where that is saved.
pub fn program_plan(run: &StoredRun, saved: Option<&Source>) -> ProgramPlan {
    let recorded_as = run.head.environment.raw();
    let own = |options: Vec<String>, why| ProgramAccess::Jackfield(options, why);
    let named = match saved {
        Some(Source::Profile(name)) => vec!["--profile".to_owned(), name.to_string()],
        Some(Source::EnvFile(file) | Source::DotEnv(file)) => {
            vec!["--env-file".to_owned(), file.to_string_lossy().into_owned()]
        }
        _ => Vec::new(),
    };
    let access = if recorded_as == EMBEDDED {
        own(Vec::new(), IN_THE_SANDBOX)
    } else if Local::is_recorded_as(recorded_as) {
        own(if named.is_empty() { vec!["--local".to_owned()] } else { named }, ON_THIS_MACHINE)
    } else if EnvironmentUrl::parse(recorded_as).is_ok_and(|url| url.as_str().starts_with("http://")) {
        own(named, UNENCRYPTED)
    } else {
        ProgramAccess::Scalekit
    };
    ProgramPlan { access, max_turns: run.head.limits.max_turns, max_tokens: run.head.limits.max_tokens }
}

/// Cost of these tokens with its currency, where the model's prices are set: `USD 0.0123`.
pub fn cost_words(settings: &AgentSettings, model: &str, usage: Usage) -> Option<String> {
    let prices = settings.prices_of(model)?;
    let millionths = cost(usage, prices)?;
    // Rounded up, so that what costs something never costs nothing.
    let parts = millionths.div_ceil(100);
    Some(format!("{} {}.{:04}", prices.currency, parts / 10_000, parts % 10_000))
}

fn item(item: &TranscriptItem) -> ExportedItem {
    match item {
        TranscriptItem::Said(text) => ExportedItem::Said(text.as_str().into()),
        TranscriptItem::Text(text) => ExportedItem::Text(text.clone()),
        TranscriptItem::Thinking(text) => ExportedItem::Thinking(text.clone()),
        TranscriptItem::OtherBlock(kind) => ExportedItem::Other(kind.clone()),
        TranscriptItem::Notice(words) => ExportedItem::Notice(words.as_str().into()),
        TranscriptItem::Rests(end) => ExportedItem::Rests(end_word(end), end_sentence(end).into()),
        TranscriptItem::Call(row) => ExportedItem::Call(Box::new(call(row))),
    }
}

fn call(row: &CallRow) -> ExportedCall {
    let returned = row.returned();
    ExportedCall {
        id: row.id.clone(),
        tool: row.tool.clone(),
        connection: row.connection.clone(),
        input: row.input.clone(),
        edited: row.edited.clone(),
        outcome: row.outcome(),
        entry: returned.and_then(|returned| returned.entry).map(|entry| entry.0),
        result: returned.and_then(|returned| returned.result.clone()),
        fault: returned.and_then(|returned| returned.fault.clone()),
        told: returned.map(|returned| returned.told.clone()).filter(|told| !told.is_empty()),
        is_error: returned.is_some_and(|returned| returned.is_error),
        cut: returned.and_then(|returned| returned.cut.clone()),
        took: returned.and_then(|returned| returned.took),
    }
}

/// Reason why a run rested, in a sentence, safe to show.
pub fn end_sentence(end: &RunEnd) -> String {
    match end {
        RunEnd::Answered => "The model has finished its answer.".to_owned(),
        RunEnd::MaxTokens => "The answer was cut off at its limit of tokens.".to_owned(),
        RunEnd::MaxTurns => {
            "The model was asked as often as it may be for one message, and has not finished.".to_owned()
        }
        RunEnd::Refused(None) => "The model refused.".to_owned(),
        RunEnd::Refused(Some(words)) => format!("The model refused: {words}"),
        RunEnd::ContextFull => "The conversation does not fit into the model any more. Begin a new one.".to_owned(),
        RunEnd::UnknownReason(reason) => format!("The model stopped for a reason that is not known: {reason}"),
        RunEnd::Stopped => "Stopped.".to_owned(),
        RunEnd::Failed(fault) => format!("{}: {}", fault.headline(), Untrusted::from(fault.to_string())),
    }
}
