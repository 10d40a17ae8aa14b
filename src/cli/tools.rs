//! `jackfield tools list` and `show`.

use std::borrow::Cow;

use clap::Args;

use super::completions;
use super::output::CliOutput;
use super::table::Table;
use crate::backend::Backend;
use crate::domain::{ConnectionName, Fault, FaultKind, Provider, Tool};
use crate::flow::tools::ToolsGap;
use crate::flow::{suggest, target, tools};
use crate::schema::{Outline, OutlineEntry};

/// Whose tools are meant.
#[derive(Debug, Args)]
struct ToolSelector {
    /// Identifier to act as; without it, all tools of the environment
    #[arg(long = "as", value_name = "IDENTIFIER", add = completions::identifiers())]
    identifier: Option<String>,
    /// Only tools of this connection
    #[arg(long, value_name = "CONNECTION", add = completions::connections())]
    connection: Option<String>,
}

impl ToolSelector {
    fn connections(&self) -> Vec<ConnectionName> {
        self.connection.as_deref().map(Into::into).into_iter().collect()
    }

    /// Provider of the connection: what may be called there is what its provider has.
    async fn provider(&self, backend: &dyn Backend) -> Result<Option<Provider>, Fault> {
        let Some(connection) = self.connection.as_deref() else { return Ok(None) };
        Ok(Some(suggest::connection(backend, &connection.into()).await?.provider))
    }
}

#[derive(Debug, Args)]
pub(super) struct ListTools {
    #[command(flatten)]
    scope: ToolSelector,
}

impl ListTools {
    pub(super) async fn perform(&self, backend: &dyn Backend, output: &CliOutput) -> Result<u8, Fault> {
        let mut table = Table::new(output, "tools", ["TOOL", "EFFECT", "DESCRIPTION"]);
        let over = table.over();
        let row = |tool: &Tool| [tool.name.to_string(), tool.effect_mark(), tool.summary().to_string()];
        let on_page = |page: Vec<Tool>, _| table.add(&page, |tool| tool.raw.clone(), row);
        let load = async {
            match &self.scope.identifier {
                Some(identifier) => {
                    tools::load(backend, &identifier.as_str().into(), &self.scope.connections(), on_page).await
                }
                None => {
                    let provider = self.scope.provider(backend).await?;
                    tools::catalogue(backend, provider, Vec::new(), on_page).await
                }
            }
        };
        let read = tokio::select! {
            biased;
            read = load => read,
            () = over.cancelled() => return table.end().map(|()| 0),
        };
        let read = match read {
            Ok(Some(ToolsGap::Mismatch(mismatch))) => Ok(Some(mismatch)),
            Ok(Some(ToolsGap::LeftOut(faults))) => return table.end_without(&faults).map(|()| 0),
            Ok(Some(cause)) if cause.is_no_such_thing() => {
                return Err(Fault::new(FaultKind::NotFound, cause.to_string()));
            }
            Ok(Some(cause)) => {
                output.warning(&cause.to_string());
                Ok(None)
            }
            Ok(None) => Ok(None),
            Err(fault) => Err(fault),
        };
        table.end_as(read, "tool")?;
        Ok(0)
    }
}

#[derive(Debug, Args)]
pub(super) struct ShowTool {
    /// Name of the tool
    #[arg(add = completions::tools())]
    tool: String,
    #[command(flatten)]
    scope: ToolSelector,
}

impl ShowTool {
    pub(super) async fn perform(&self, backend: &dyn Backend, output: &CliOutput) -> Result<u8, Fault> {
        let name = self.tool.as_str().into();
        let tool = match &self.scope.identifier {
            Some(identifier) => {
                target::tool(backend, &identifier.as_str().into(), &self.scope.connections(), &name).await?
            }
            None => target::catalogued(backend, self.scope.provider(backend).await?, &name).await?,
        };
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
    lines.extend(tool.origin.contract());
    if !tool.scopes.is_empty() {
        let scopes: Vec<_> = tool.scopes.iter().map(ToString::to_string).collect();
        lines.push(format!("needs the scope {}", scopes.join(" or ")));
    }
    if !tool.description.is_empty() {
        lines.push(String::new());
        lines.extend(tool.description.whole_lines().map(Cow::into_owned));
    }
    lines.extend(["".into(), "Input:".into()]);
    match &tool.input_schema {
        Some(schema) => {
            let outline = Outline::from_schema(schema);
            lines.extend(outline.entries.iter().map(entry));
            lines.extend(outline.cut.then(|| "… (cut)".to_owned()));
        }
        None => lines.push("  no schema".into()),
    }
    lines.join("\n")
}

/// One line: `  teamId*  string  the team, ≥ 1`.
fn entry(entry: &OutlineEntry) -> String {
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
