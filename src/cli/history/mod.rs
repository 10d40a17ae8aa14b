//! `jackfield history`: every call made from this machine.

mod diff;
mod export;
mod list;
mod note;
mod replay;
mod show;

use std::sync::Arc;

use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::EnvironmentArgs;
use super::output::CliOutput;
use crate::domain::{Fault, FaultKind, pluralize};
use crate::flow::record::{Records, blocking};
use crate::journal::{EntryId, Journal, JournalEntry, JournalFilter};
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(super) enum HistoryCommand {
    /// List calls, newest first
    List(list::ListCalls),
    /// Show a call: input and result
    Show(show::ShowCall),
    /// Write a note on a call, found by the words of the filter
    Note(note::Note),
    /// Send a call again, optionally with other input or as another user
    Replay(replay::Replay),
    /// Compare the results of two calls
    Diff(diff::Diff),
    /// Print calls with everything stored, one JSON document per line, oldest first
    Export(export::ExportCalls),
}

impl HistoryCommand {
    pub(super) async fn perform(
        &self,
        environment: &EnvironmentArgs,
        settings: &Settings,
        records: &Arc<Records>,
        output: &CliOutput,
    ) -> Result<u8, Fault> {
        let journal = records.journal().await?;
        match self {
            Self::List(list) => list.perform(journal, output).await,
            Self::Show(show) => show.perform(journal, output).await,
            Self::Note(note) => note.perform(journal, output).await,
            Self::Replay(replay) => replay.perform(journal, (environment, settings, records), output).await,
            Self::Diff(diff) => diff.perform(journal, output).await,
            Self::Export(export) => export.perform(journal, output).await,
        }
    }
}

/// Filter of the calls that a command works on.
#[derive(Debug, Args)]
struct CallSelector {
    /// Words and parts, such as tool:linear_ status:failed since:2h (see jackfield help filters)
    #[arg(value_name = "FILTER")]
    filter: Vec<String>,
}

impl CallSelector {
    fn filter(&self) -> Result<JournalFilter, Fault> {
        let unclear = |unclear: crate::journal::FilterError| Fault::new(FaultKind::Usage, unclear.to_string());
        JournalFilter::parse(&self.filter.join(" "), Timestamp::now()).map_err(unclear)
    }
}

/// The number of an entry, as the list shows it.
pub(super) fn number(text: &str) -> Result<EntryId, String> {
    text.parse()
        .map(EntryId)
        .map_err(|_| "expected the number of a call, as jackfield history list shows it".to_owned())
}

pub(super) async fn entry(journal: &Journal, id: EntryId) -> Result<JournalEntry, Fault> {
    let journal = journal.clone();
    let found = blocking(move || journal.entry(id)).await?;
    found.ok_or_else(|| Fault::new(FaultKind::NotFound, format!("There is no call {id} in the history.")))
}

/// Says how many rows of the journal could not be read.
fn left_out(output: &CliOutput, unreadable: u64) {
    if unreadable > 0 {
        let (calls, are) = (pluralize(unreadable, "call"), if unreadable == 1 { "is" } else { "are" });
        output.warning(&format!("{calls} {are} left out: unreadable in the journal."));
    }
}

/// Says that a call, or what came of it, could not be written down.
pub(super) fn mention(output: &CliOutput, unrecorded: Option<&Fault>) {
    if let Some(fault) = unrecorded {
        output.warning(&format!("Not recorded: {fault}"));
    }
}
