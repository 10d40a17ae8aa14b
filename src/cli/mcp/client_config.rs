//! `jackfield mcp client-config`.

use clap::Args;
use serde_json::json;

use super::super::completions;
use super::super::output::CliOutput;
use super::configs::ConfigSelector;
use crate::backend::{Ability, Backend};
use crate::domain::{Fault, Untrusted};
use crate::flow::mcp_servers::{self, ClientProgram, lookup};

#[derive(Debug, Args)]
pub(in crate::cli) struct PrintClientConfig {
    #[command(flatten)]
    which: ConfigSelector,
    /// Program: claude-code, claude-desktop, cursor, vscode or json
    #[arg(long = "for", value_name = "PROGRAM", hide_possible_values = true,
          value_parser = completions::one_of(ClientProgram::ALL, ClientProgram::word))]
    program: ClientProgram,
}

impl PrintClientConfig {
    pub(super) async fn perform(&self, backend: &dyn Backend, output: &CliOutput) -> Result<u8, Fault> {
        Ability::McpServers.require(backend)?;
        let config = lookup::config(backend, &self.which.config).await?;
        let texts = mcp_servers::hand_over(&config, self.program)?;
        if output.is_json() {
            let texts: Vec<_> =
                texts.iter().map(|text| json!({ "place": text.place, "text": text.text, "note": text.note })).collect();
            output.document(&json!({ "program": self.program.word(), "texts": texts }))?;
            return Ok(0);
        }
        for (at, text) in texts.iter().enumerate() {
            // The place of each stands beside the texts, so that one text alone is a file.
            let gap = if at == 0 { "" } else { "\n" };
            output.remark(&format!("{gap}{}:", text.place));
            output.print(&Untrusted::from(text.text.as_str()).whole_lines().collect::<Vec<_>>().join("\n"))?;
        }
        let note = texts.first().and_then(|text| text.note.as_deref());
        if let Some(note) = note {
            output.remark(note);
        }
        output
            .next(&format!("jackfield mcp token {} --as IDENTIFIER", super::super::target::quoted(config.name.raw())));
        Ok(0)
    }
}
