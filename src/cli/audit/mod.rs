//! `jackfield audit`: every use of a credential, from this machine.

mod export;
mod list;
mod show;
mod verify;

use std::sync::Arc;

use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::output::CliOutput;
use crate::domain::{Fault, FaultKind, pluralize};
use crate::flow::record::Records;
use crate::journal::{AuditFilter, FilterError};

#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// List uses of credentials, newest first
    List(list::ListUses),
    /// Show one use of a credential
    Show(show::ShowUse),
    /// Print uses of credentials, one JSON document per line, oldest first
    Export(export::ExportUses),
    /// Check that no line was changed, removed or added
    Verify(verify::VerifyChain),
}

impl AuditCommand {
    pub(super) async fn perform(&self, records: &Arc<Records>, output: &CliOutput) -> Result<u8, Fault> {
        let journal = records.journal().await?;
        match self {
            Self::List(list) => list.perform(journal, output).await,
            Self::Show(show) => show.perform(journal, output).await,
            Self::Export(export) => export.perform(journal, output).await,
            Self::Verify(verify) => verify.perform(journal, output).await,
        }
    }

    /// True if the answer is one JSON document under `--json`.
    pub(super) fn prints_a_document(&self) -> bool {
        !matches!(self, Self::Export(_))
    }
}

/// Filter of the lines that a command works on.
#[derive(Debug, Args)]
struct UseSelector {
    /// Words and parts, such as as:ada@ event:refresh status:denied since:2h (see jackfield help filters)
    #[arg(value_name = "FILTER")]
    filter: Vec<String>,
}

impl UseSelector {
    fn filter(&self) -> Result<AuditFilter, Fault> {
        let unclear = |unclear: FilterError| Fault::new(FaultKind::Usage, unclear.to_string());
        AuditFilter::parse(&self.filter.join(" "), Timestamp::now()).map_err(unclear)
    }
}

/// Says how many lines could not be read.
fn left_out(output: &CliOutput, unreadable: u64) {
    if unreadable > 0 {
        let (lines, are) = (pluralize(unreadable, "line"), if unreadable == 1 { "is" } else { "are" });
        output.warning(&format!(
            "{lines} {are} left out: something else has written to the audit. jackfield audit verify tells more."
        ));
    }
}
