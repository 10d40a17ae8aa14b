//! `jackfield tools list` and `show`.

use std::borrow::Cow;

use clap::Args;

use super::listing::Listing;
use super::output::Output;
use crate::broker::Broker;
use crate::domain::{ConnectionName, Fault, Tool};
use crate::flow::{target, tools};
use crate::schema::{Entry, Outline};

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
        let mut listing = Listing::new(output, "tools", ["TOOL", "EFFECT", "DESCRIPTION"]);
        let over = listing.over();
        let row = |tool: &Tool| [tool.name.to_string(), tool.effect_mark(), tool.description.to_string()];
        let on_page = |page: Vec<Tool>, _| listing.add(&page, |tool| tool.raw.clone(), row);
        let identifier = self.identifier.as_str().into();
        let cause = tokio::select! {
            biased;
            cause = tools::load(broker, &identifier, &connections, on_page) => cause?,
            () = over.cancelled() => None,
        };
        if let Some(cause) = cause {
            output.remark(&cause.to_string());
        }
        listing.end()?;
        Ok(0)
    }
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// The tool's name
    tool: String,
    /// For whom: the identifier
    #[arg(long = "as", value_name = "IDENTIFIER")]
    identifier: String,
    /// On which connection, where more than one offers it
    #[arg(long, value_name = "CONNECTION")]
    connection: Option<String>,
}

impl Show {
    pub(super) async fn perform(&self, broker: &dyn Broker, output: &Output) -> Result<u8, Fault> {
        let connections: Vec<ConnectionName> = self.connection.as_deref().map(Into::into).into_iter().collect();
        let (identifier, name) = (self.identifier.as_str().into(), self.tool.as_str().into());
        let tool = target::tool(broker, &identifier, &connections, &name).await?;
        if output.is_json() {
            output.document(&tool.raw)?;
        } else {
            output.print(&portrait(&tool))?;
        }
        Ok(0)
    }
}

fn portrait(tool: &Tool) -> String {
    let mut lines = vec![tool.name.to_string()];
    lines.extend((!tool.title.is_empty()).then(|| tool.title.to_string()));
    lines.push(format!("{} ({})", tool.effect.word(), tool.effect_reason()));
    if !tool.description.is_empty() {
        lines.push(String::new());
        lines.extend(tool.description.scrubbed_lines().map(Cow::into_owned));
    }
    lines.extend(["".into(), "Input:".into()]);
    match &tool.input_schema {
        Some(schema) => {
            let outline = Outline::of(schema);
            lines.extend(outline.entries.iter().map(entry));
            lines.extend(outline.cut.then(|| "… and more than is shown here".to_owned()));
        }
        None => lines.push("  The broker does not say.".into()),
    }
    lines.join("\n")
}

/// One line: `  teamId*  string  the team, ≥ 1`.
fn entry(entry: &Entry) -> String {
    let label = entry.label();
    let mut said: Vec<String> = Vec::new();
    said.extend(entry.format.iter().map(ToString::to_string));
    said.extend(entry.constraints.iter().map(ToString::to_string));
    if !entry.values.is_empty() {
        let values: Vec<_> = entry.values.iter().map(ToString::to_string).collect();
        said.push(format!("one of {}", values.join(", ")));
    }
    said.extend(entry.default.iter().map(|value| format!("default {value}")));
    said.extend(entry.note.iter().map(ToString::to_string));
    let parts = [
        format!("{label}{}", if entry.required { " (required)" } else { "" }),
        entry.type_word.to_string(),
        said.join(", "),
        entry.description.to_string(),
    ];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!("{}{}", "  ".repeat(usize::from(entry.depth) + 1), parts.join(" · "))
}
