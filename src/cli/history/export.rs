//! `jackfield history export`.

use clap::Args;

use super::show::Whole;
use super::{CallSelector, left_out};
use crate::cli::output::CliOutput;
use crate::domain::{Fault, FaultKind};
use crate::flow::record::blocking;
use crate::journal::Journal;
use crate::json::escaped;

/// So many are read at a time.
const PAGE: usize = 500;

#[derive(Debug, Args)]
pub(in crate::cli) struct ExportCalls {
    #[command(flatten)]
    which: CallSelector,
    /// Export at most the newest N calls
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

impl ExportCalls {
    pub(super) async fn perform(&self, journal: Journal, output: &CliOutput) -> Result<u8, Fault> {
        let filter = self.which.filter()?;
        let (output, limit) = (output.clone(), self.limit.unwrap_or(usize::MAX));
        blocking(move || {
            let (mut ids, mut before, mut unreadable) = (Vec::new(), None, 0);
            while ids.len() < limit {
                let wanted = PAGE.min(limit - ids.len());
                let page = journal.list(&filter, before, wanted)?;
                unreadable += page.unreadable;
                before = page.calls.last().map(|call| call.id);
                ids.extend(page.calls.iter().map(|call| call.id));
                if page.calls.len() < wanted {
                    break;
                }
            }
            for id in ids.into_iter().rev() {
                let entry = match journal.entry(id) {
                    Ok(Some(entry)) => entry,
                    // One that went meanwhile is gone.
                    Ok(None) => continue,
                    Err(_) => {
                        unreadable += 1;
                        continue;
                    }
                };
                let line = serde_json::to_string(&Whole::of(&entry)).map_err(|error| {
                    Fault::new(FaultKind::Local, "A call could not be written as JSON.").because(error)
                })?;
                if !output.write(format!("{}\n", escaped(&line)).as_bytes())? {
                    break;
                }
            }
            left_out(&output, unreadable);
            Ok(0)
        })
        .await
    }
}
