//! `jackfield history export`.

use clap::Args;

use super::Which;
use super::show::Whole;
use crate::cli::output::Output;
use crate::domain::{Fault, FaultKind};
use crate::flow::record::blocking;
use crate::journal::Journal;
use crate::json::escaped;

/// So many are read at a time.
const PAGE: usize = 500;

#[derive(Debug, Args)]
pub(in crate::cli) struct Export {
    #[command(flatten)]
    which: Which,
}

impl Export {
    pub(super) async fn perform(&self, journal: Journal, output: &Output) -> Result<u8, Fault> {
        let filter = self.which.filter()?;
        let output = *output;
        blocking(move || {
            let (mut ids, mut before) = (Vec::new(), None);
            loop {
                let page = journal.list(&filter, before, PAGE)?;
                let Some(last) = page.last() else { break };
                before = Some(last.id);
                ids.extend(page.iter().map(|call| call.id));
            }
            for id in ids.into_iter().rev() {
                // One that went meanwhile is gone.
                let Some(entry) = journal.entry(id)? else { continue };
                let line = serde_json::to_string(&Whole::of(&entry)).map_err(|error| {
                    Fault::new(FaultKind::Local, "A call could not be written as JSON.").said(error.to_string())
                })?;
                if !output.write(format!("{}\n", escaped(&line)).as_bytes())? {
                    break;
                }
            }
            Ok(0)
        })
        .await
    }
}
