//! `jackfield agent export`.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::Around;
use crate::agent::{exported, program_plan};
use crate::cli::completions;
use crate::domain::{Fault, FaultKind, Untrusted};
use crate::export::{RunFormat, export_run};
use crate::flow::snippets;
use crate::flow::sources::Sources;

#[derive(Debug, Args)]
pub(super) struct ExportRun {
    /// Id of the run, as jackfield agent list shows it
    #[arg(value_name = "RUN", add = completions::runs())]
    run: String,
    /// Form: markdown or json (a transcript), python or node (a program that does the same)
    #[arg(long, value_name = "FORMAT", value_parser = completions::one_of(RunFormat::ALL, RunFormat::word))]
    format: RunFormat,
    /// Write it into a new file, in place of standard output
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    output: Option<PathBuf>,
}

impl ExportRun {
    pub(super) async fn perform(&self, around: &Around<'_>) -> Result<u8, Fault> {
        let stored = around.stored(&self.run).await?;
        // Without profiles that can be read there is none to name.
        let saved = match Sources::from_process() {
            Ok(sources) => sources.saved().await.ok(),
            Err(_) => None,
        };
        let source = saved.and_then(|saved| snippets::saved_source(stored.head.environment.raw(), &saved));
        let run = exported(&stored, &around.settings.agent);
        let text = export_run(&run, &program_plan(&stored, source.as_ref()), self.format);
        match &self.output {
            None => around.output.bytes(text.as_bytes())?,
            Some(file) => {
                let shown = Untrusted::from(file.to_string_lossy().as_ref());
                let unwritten = |error: std::io::Error| {
                    Fault::new(FaultKind::Local, format!("{shown} cannot be written.")).because(error)
                };
                let mut written = std::fs::File::create_new(file).map_err(unwritten)?;
                written.write_all(text.as_bytes()).map_err(unwritten)?;
                around.output.remark(&format!("{} is in {shown}.", self.format.name()));
            }
        }
        Ok(0)
    }
}
