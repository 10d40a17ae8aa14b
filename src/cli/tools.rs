//! `jackfield tools list`.

use clap::Args;
use serde_json::json;

use super::output::Output;
use crate::broker::Broker;
use crate::domain::{ConnectionName, Effect, EffectSource, Fault, Tool};
use crate::flow::tools;

#[derive(Debug, Args)]
pub(super) struct List {
    /// For whom: the identifier
    #[arg(long = "as", value_name = "IDENTIFIER")]
    identifier: String,
    /// Only on this connection
    #[arg(long, value_name = "CONNECTION")]
    connection: Option<String>,
}

impl List {
    pub(super) async fn perform(&self, broker: &dyn Broker, output: &Output) -> Result<u8, Fault> {
        let connections: Vec<ConnectionName> = self.connection.as_deref().map(Into::into).into_iter().collect();
        let mut found: Vec<Tool> = Vec::new();
        let cause =
            tools::load(broker, &self.identifier.as_str().into(), &connections, |page, _| found.extend(page)).await?;
        if let Some(cause) = cause {
            output.remark(&cause);
        }
        if output.is_json() {
            let raw: Vec<_> = found.iter().map(|tool| &tool.raw).collect();
            output.document(&json!({ "tools": raw, "total_size": raw.len() }))?;
            return Ok(0);
        }
        let rows: Vec<_> =
            found.iter().map(|tool| [tool.name.to_string(), effect(tool), tool.description.to_string()]).collect();
        output.table(["TOOL", "EFFECT", "DESCRIPTION"], &rows)?;
        Ok(0)
    }
}

/// What it does to the world; a guess is marked.
fn effect(tool: &Tool) -> String {
    let word = match tool.effect {
        Effect::Reads => "reads",
        Effect::Writes => "writes",
        Effect::Destroys => "destroys",
        Effect::Unknown => "unknown",
    };
    format!("{word}{}", if tool.effect_source == EffectSource::Guessed { "?" } else { "" })
}
