//! `jackfield audit export`.

use clap::Args;

use super::{UseSelector, left_out};
use crate::cli::output::CliOutput;
use crate::domain::Fault;
use crate::flow::record::blocking;
use crate::journal::Journal;
use crate::json::escaped;

/// So many are read at a time.
const PAGE: usize = 500;

#[derive(Debug, Args)]
pub(in crate::cli) struct ExportUses {
    #[command(flatten)]
    which: UseSelector,
    /// Export at most the oldest N uses
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

impl ExportUses {
    pub(super) async fn perform(&self, journal: Journal, output: &CliOutput) -> Result<u8, Fault> {
        let filter = self.which.filter()?;
        let (output, mut left) = (output.clone(), self.limit.unwrap_or(usize::MAX));
        blocking(move || {
            let (mut after, mut unreadable) = (0, 0);
            while left > 0 {
                let wanted = left.min(PAGE);
                let page = journal.audit_after(&filter, after, wanted)?;
                unreadable += page.unreadable;
                for line in &page.lines {
                    if !output.write(format!("{}\n", escaped(&line.exported())).as_bytes())? {
                        return Ok(0);
                    }
                }
                left -= page.lines.len();
                match page.last {
                    Some(last) if page.lines.len() == wanted => after = last,
                    _ => break,
                }
            }
            left_out(&output, unreadable);
            Ok(0)
        })
        .await
    }
}
