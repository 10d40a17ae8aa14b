//! `jackfield history note`.

use clap::Args;
use serde_json::json;

use super::number;
use crate::cli::output::CliOutput;
use crate::domain::Fault;
use crate::flow::record::blocking;
use crate::journal::{EntryId, Journal};

#[derive(Debug, Args)]
pub(in crate::cli) struct Note {
    /// Number of the call in the list
    #[arg(value_name = "NUMBER", value_parser = number)]
    call: EntryId,
    /// The note, one line; empty removes it
    #[arg(value_name = "TEXT")]
    text: String,
}

impl Note {
    pub(super) async fn perform(&self, journal: Journal, output: &CliOutput) -> Result<u8, Fault> {
        let (call, text) = (self.call, self.text.clone());
        let note = blocking(move || {
            journal.set_note(call, &text)?;
            Ok(journal.entry(call)?.and_then(|entry| entry.summary.note))
        });
        let note = note.await?;
        let sentence = match &note {
            Some(_) => format!("Saved the note on call {call}."),
            None => format!("Call {call} has no note now."),
        };
        output.done(&json!({ "number": call.0, "note": note.as_ref().map(|note| note.raw()) }), &sentence)?;
        Ok(0)
    }
}
