//! `jackfield tools export`: tools as models and protocols want to be told of them.

use std::collections::HashSet;

use clap::Args;
use serde_json::json;

use super::completions;
use super::output::CliOutput;
use crate::backend::Backend;
use crate::domain::{ConnectionName, Fault, FaultKind, Identifier, Tool, Untrusted, pluralize};
use crate::export::{Dialect, LintProblem, autofix, definitions, lint, tokens};
use crate::flow::tools;

#[derive(Debug, Args)]
pub(super) struct ExportTools {
    /// Identifier to act as
    #[arg(long = "as", value_name = "IDENTIFIER", add = completions::identifiers())]
    identifier: String,
    /// Only tools of this connection
    #[arg(long, value_name = "CONNECTION", add = completions::connections())]
    connection: Option<String>,
    /// Format: anthropic, openai or mcp
    #[arg(long = "for", value_name = "DIALECT", default_value = "anthropic",
          value_parser = completions::one_of(Dialect::ALL, Dialect::word))]
    dialect: Dialect,
    /// Only report problems; exit code 7 if a definition would be refused
    #[arg(long)]
    lint: bool,
    /// Fix problems where possible
    #[arg(long)]
    mend: bool,
    /// Tools to export (default: all)
    #[arg(value_name = "TOOL", add = completions::tools())]
    tools: Vec<String>,
}

impl ExportTools {
    pub(super) async fn perform(&self, backend: &dyn Backend, output: &CliOutput) -> Result<u8, Fault> {
        let connections: Vec<ConnectionName> = self.connection.as_deref().map(Into::into).into_iter().collect();
        let mut found: Vec<Tool> = Vec::new();
        let identifier = self.identifier.as_str().into();
        let cause = tools::load(backend, &identifier, &connections, |page, _| found.extend(page)).await?;
        let mut missing = None;
        match cause {
            Some(cause) if cause.is_no_such_thing() => return Err(Fault::new(FaultKind::NotFound, cause.to_string())),
            // Of tools that are named, one that is missing is told as such.
            Some(cause) if cause.is_incomplete() && self.tools.is_empty() => {
                missing = Some(Fault::new(FaultKind::BadAnswer, cause.to_string()));
            }
            Some(cause) => output.warning(&cause.to_string()),
            None => {}
        }
        let mut found = self.chosen(found, &identifier)?;
        let mut mended = 0;
        for tool in found.iter_mut().filter(|_| self.mend) {
            if let Some(better) = autofix(tool, self.dialect) {
                *tool = better;
                mended += 1;
            }
        }
        let complaints = lint(&found, self.dialect);
        if self.lint && output.is_json() {
            let each = complaints.iter().map(|complaint| {
                let LintProblem { tool, path, message, refused } = complaint;
                json!({ "tool": tool.raw(), "path": path.raw(), "message": message, "refused": refused })
            });
            output.document(&json!({ "complaints": each.collect::<Vec<_>>() }))?;
        } else if self.lint {
            for complaint in &complaints {
                output.print(&complaint.to_string())?;
            }
        } else {
            let text = definitions(&found, self.dialect);
            output.print(&text)?;
            if !output.is_json() {
                let refused: HashSet<_> = complaints.iter().map(|complaint| complaint.tool.raw()).collect();
                let (count, weight) = (found.len(), tokens(text.as_bytes()));
                let (count, weight) = (pluralize(count as u64, "tool"), pluralize(weight, "token"));
                let mended = if self.mend { format!("{mended} fixed, ") } else { String::new() };
                output.remark(&format!(
                    "{count}, about {weight}, {mended}{} with problems (--lint shows them)",
                    refused.len()
                ));
            }
        }
        if let Some(missing) = missing {
            return Err(missing);
        }
        Ok(if self.lint && complaints.iter().any(|complaint| complaint.refused) {
            super::exit::code(FaultKind::InvalidInput)
        } else {
            0
        })
    }

    fn chosen(&self, found: Vec<Tool>, identifier: &Identifier) -> Result<Vec<Tool>, Fault> {
        if self.tools.is_empty() {
            return Ok(found);
        }
        let missing = self.tools.iter().find(|name| found.iter().all(|tool| tool.name.raw() != name.as_str()));
        if let Some(name) = missing {
            let name = Untrusted::from(name.as_str());
            return Err(Fault::new(FaultKind::NotFound, format!("{identifier} has no tool {name} here.")));
        }
        Ok(found.into_iter().filter(|tool| self.tools.iter().any(|name| tool.name.raw() == name.as_str())).collect())
    }
}
