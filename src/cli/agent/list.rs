//! `jackfield agent list`.

use clap::Args;
use serde_json::{Value, json};

use super::Around;
use crate::agent::{self, RunHead, cost_words};
use crate::cli::completions;
use crate::cli::table::Table;
use crate::cli::time::local;
use crate::domain::{Fault, Untrusted};
use crate::export::UsageDocument;
use crate::flow::record::blocking;
use crate::journal::RunFilter;
use crate::settings::AgentSettings;

#[derive(Debug, Args)]
pub(super) struct ListRuns {
    /// Words that stand in the first message, the id, the identifier or the model
    #[arg(value_name = "WORD")]
    words: Vec<String>,
    /// Only runs as this identifier
    #[arg(long = "as", value_name = "IDENTIFIER", add = completions::identifiers())]
    identifier: Option<String>,
    /// Show at most N runs
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
}

impl ListRuns {
    pub(super) async fn perform(&self, around: &Around<'_>) -> Result<u8, Fault> {
        let journal = around.records.journal().await?;
        let filter = RunFilter { environment: None, identifier: self.identifier.clone(), words: self.words.clone() };
        let limit = self.limit;
        let runs = blocking(move || agent::list(&journal, &filter, limit)).await?;
        let head = ["RUN", "CHANGED", "STATE", "AS", "MODEL", "CALLS", "FIRST WORDS"];
        let mut table = Table::new(around.output, "runs", head);
        table.add(&runs, |run| document(run, &around.settings.agent), row);
        table.end()?;
        Ok(0)
    }
}

fn row(run: &RunHead) -> [String; 7] {
    [
        run.id.to_string(),
        local(run.changed),
        run.state.to_string().replace('_', " "),
        run.identifier.to_string(),
        run.model.to_string(),
        run.calls.to_string(),
        run.title.to_string(),
    ]
}

/// Everything that is known of a run without what was said in it.
pub(super) fn document(run: &RunHead, settings: &AgentSettings) -> Value {
    json!({
        "run": run.id.as_str(),
        "environment": run.environment.raw(),
        "identifier": run.identifier.raw(),
        "connections": run.connections.iter().map(|name| name.raw()).collect::<Vec<_>>(),
        "model": run.model.raw(),
        "mode": run.mode.raw(),
        "title": Untrusted::raw(&run.title),
        "state": run.state.raw(),
        "began": run.began.to_string(),
        "changed": run.changed.to_string(),
        "calls": run.calls,
        "usage": UsageDocument::from(run.total),
        "cost": cost_words(settings, run.model.raw(), run.total),
    })
}
