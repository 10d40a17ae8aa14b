//! `jackfield history show`.

use clap::Args;
use serde::Serialize;
use serde_json::Value;

use super::{entry, list, number};
use crate::backend::SnippetKind;
use crate::cli::completions;
use crate::cli::output::CliOutput;
use crate::cli::time::local;
use crate::domain::{Fault, JsonText};
use crate::flow::snippets;
use crate::flow::sources::Sources;
use crate::journal::{EntryId, Journal, JournalEntry, StoredBody};
use crate::json::{escaped, pretty};

#[derive(Debug, Args)]
pub(in crate::cli) struct ShowCall {
    /// Number of the call in the list
    #[arg(value_name = "NUMBER", value_parser = number)]
    call: EntryId,
    /// Print the call as code: jackfield, curl, python or node
    #[arg(long = "as-code", value_name = "FORM", value_parser = completions::one_of(SnippetKind::ALL, SnippetKind::word))]
    form: Option<SnippetKind>,
}

/// A call with all that is kept of it.
#[derive(Serialize)]
pub(super) struct Whole {
    #[serde(flatten)]
    summary: Value,
    /// None where nothing was kept.
    arguments: Option<JsonText>,
    /// Values that were replaced, as JSON Pointers.
    redacted: Vec<String>,
    result: Option<JsonText>,
    /// Reason why there is no result.
    #[serde(skip_serializing_if = "Option::is_none")]
    result_left_out: Option<&'static str>,
}

impl Whole {
    pub(super) fn of(entry: &JournalEntry) -> Self {
        let kept = |body: &StoredBody| match body {
            StoredBody::Kept(json) => Some(json.clone()),
            StoredBody::None | StoredBody::TooLarge => None,
        };
        Self {
            summary: list::document(&entry.summary),
            arguments: kept(&entry.arguments),
            redacted: entry.hidden.iter().map(|path| path.raw().to_owned()).collect(),
            result: kept(&entry.result),
            result_left_out: (entry.result == StoredBody::TooLarge).then_some("too large to keep"),
        }
    }
}

impl ShowCall {
    /// True if code is printed instead of a document.
    pub(in crate::cli) fn is_code(&self) -> bool {
        self.form.is_some()
    }

    pub(super) async fn perform(&self, journal: Journal, output: &CliOutput) -> Result<u8, Fault> {
        let entry = entry(&journal, self.call).await?;
        if let Some(form) = self.form {
            let environment = entry.summary.environment.raw();
            // Without profiles that can be read there is none to name.
            let saved = match Sources::from_process() {
                Ok(sources) => sources.saved().await.ok(),
                Err(_) => None,
            };
            let source = saved.and_then(|saved| snippets::saved_source(environment, &saved));
            let open = source.as_ref().map(|source| (environment, source));
            output.print(snippets::of_entry_in(&entry, form, open)?.trim_end())?;
            return Ok(0);
        }
        if output.is_json() {
            output.document(&Whole::of(&entry))?;
            return Ok(0);
        }
        let call = &entry.summary;
        output.print(&format!("{} as {} on {}", call.name, call.identifier, call.connection))?;
        let mut facts = vec![call.outcome.word().to_owned(), local(call.began)];
        facts.extend(call.status.map(|status| format!("HTTP {status}")));
        facts.extend(call.took.map(|took| format!("{} ms", took.as_millis())));
        facts.extend(call.execution.as_ref().map(|id| format!("execution {id}")));
        facts.push(call.environment.to_string());
        output.print(&facts.join(" · "))?;
        if let Some((kind, message)) = &call.fault {
            output.print(&format!("{kind}: {message}"))?;
        }
        let run = call.agent_run.as_ref().map(|run| format!("run {run}"));
        let client = call.client.as_ref().map(|client| format!("for {client}"));
        let made: Vec<_> = [client, run].into_iter().flatten().collect();
        if !made.is_empty() {
            output.print(&format!("from {} {}", call.front.word(), made.join(" · ")))?;
        }
        if !call.modifiers.is_empty() {
            let names: Vec<_> = call.modifiers.iter().map(ToString::to_string).collect();
            output.print(&format!("modifiers: {}", names.join(", ")))?;
        }
        if let Some(note) = &call.note {
            output.print(&format!("note: {note}"))?;
        }
        for (name, body) in [("arguments", &entry.arguments), ("result", &entry.result)] {
            match body {
                StoredBody::Kept(json) => output.print(&format!("\n{name}\n{}", escaped(&pretty(json))))?,
                StoredBody::TooLarge => output.print(&format!("\n{name}: too large to keep"))?,
                StoredBody::None => {}
            }
        }
        Ok(0)
    }
}
