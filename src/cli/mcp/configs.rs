//! `jackfield mcp configs`.

use clap::{Args, Subcommand};
use serde_json::json;

use super::super::output::CliOutput;
use super::super::table::Table;
use super::super::{completions, embedded, prompt};
use super::tools_of;
use crate::backend::{Ability, Backend};
use crate::domain::{Fault, ServerConfig, ServerConfigDraft, ToolMapping, ToolSelection};
use crate::flow::environment::Opened;
use crate::flow::mcp_servers::{self, draft, lookup};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ConfigsCommand {
    /// List configurations
    List,
    /// Show a configuration: its connections, their tools, and its URL
    Show(ConfigSelector),
    /// Create a configuration
    Create(CreateConfig),
    /// Change a configuration; what is not named stays
    Update(UpdateConfig),
    /// Delete a configuration permanently
    Delete(DeleteConfig),
}

/// A configuration.
#[derive(Debug, Args)]
pub(in crate::cli) struct ConfigSelector {
    /// Name or id of the configuration
    #[arg(value_name = "CONFIG", add = completions::server_configs())]
    pub(in crate::cli) config: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct CreateConfig {
    /// Name: lower-case letters, digits, - and _; it cannot change
    name: String,
    /// Connection with all of its tools, or CONNECTION=TOOL,TOOL; may be repeated
    #[arg(long = "connection", value_name = "MAPPING", required = true, value_parser = draft::selection,
          add = completions::connections())]
    mappings: Vec<ToolSelection>,
    /// Description for people
    #[arg(long, default_value = "")]
    description: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct UpdateConfig {
    #[command(flatten)]
    which: ConfigSelector,
    /// All connections from now on, each as of create
    #[arg(long = "connection", value_name = "MAPPING", value_parser = draft::selection,
          required_unless_present = "description", add = completions::connections())]
    mappings: Vec<ToolSelection>,
    /// New description
    #[arg(long)]
    description: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct DeleteConfig {
    #[command(flatten)]
    which: ConfigSelector,
    /// Do not ask for confirmation
    #[arg(long)]
    yes: bool,
}

impl ConfigsCommand {
    pub(super) async fn perform(&self, opened: &Opened, output: &CliOutput) -> Result<u8, Fault> {
        let backend = opened.backend.as_ref();
        Ability::McpServers.require(backend)?;
        match self {
            Self::List => return list(backend, output).await,
            Self::Show(which) => return print(&lookup::config(backend, &which.config).await?, output).map(|()| 0),
            Self::Create(create) => create.perform(backend, output).await?,
            Self::Update(update) => update.perform(backend, output).await?,
            Self::Delete(delete) => delete.perform(backend, output).await?,
        }
        embedded::tell_of_loss(opened, output);
        Ok(0)
    }
}

async fn list(backend: &dyn Backend, output: &CliOutput) -> Result<u8, Fault> {
    let head = ["CONFIGURATION", "CONNECTIONS", "TOOLS", "DESCRIPTION", "ID"];
    let mut table = Table::new(output, "configs", head);
    let over = table.over();
    let row = |config: &ServerConfig| {
        let connections: Vec<_> = config.mappings.iter().map(|mapping| mapping.connection.to_string()).collect();
        [
            config.name.to_string(),
            connections.join(", "),
            tools_of(config),
            config.description.to_string(),
            config.id.to_string(),
        ]
    };
    let on_page = |page: Vec<ServerConfig>| table.add(&page, |config| config.raw.clone(), row);
    let read = tokio::select! {
        biased;
        read = mcp_servers::configs(backend, on_page) => read,
        () = over.cancelled() => return table.end().map(|()| 0),
    };
    table.end_as(read, "configuration")?;
    Ok(0)
}

/// Prints one configuration, as a list of its fields or as one JSON document.
fn print(config: &ServerConfig, output: &CliOutput) -> Result<(), Fault> {
    if output.is_json() {
        return output.document(&config.raw);
    }
    let url = config.url.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
    let facts = [
        ("name", config.name.to_string()),
        ("description", config.description.to_string()),
        ("id", config.id.to_string()),
        ("url", url),
    ];
    let mut lines: Vec<_> = facts.iter().map(|(name, fact)| format!("{name:<13}{fact}")).collect();
    lines.push(String::new());
    lines.extend(config.mappings.iter().flat_map(mapping_lines));
    output.print(&lines.join("\n"))
}

fn mapping_lines(mapping: &ToolMapping) -> Vec<String> {
    let of = if mapping.provider.is_empty() { String::new() } else { format!(" ({})", mapping.provider) };
    let head = |tools: &str| format!("{}{of}: {tools}", mapping.connection);
    match mapping.is_whole() {
        true => vec![head("all tools")],
        false => {
            let tools = mapping.tools.iter().map(|tool| format!("  {tool}"));
            std::iter::once(head(&format!("{} tools", mapping.tools.len()))).chain(tools).collect()
        }
    }
}

impl CreateConfig {
    async fn perform(&self, backend: &dyn Backend, output: &CliOutput) -> Result<(), Fault> {
        let draft = ServerConfigDraft {
            name: self.name.as_str().into(),
            description: self.description.as_str().into(),
            mappings: self.mappings.clone(),
        };
        print(&mcp_servers::create(backend, &draft).await?, output)
    }
}

impl UpdateConfig {
    async fn perform(&self, backend: &dyn Backend, output: &CliOutput) -> Result<(), Fault> {
        backend.mode().require_writes()?;
        let config = lookup::config(backend, &self.which.config).await?;
        let mut draft = config.draft();
        if let Some(description) = &self.description {
            draft.description = description.as_str().into();
        }
        if !self.mappings.is_empty() {
            draft.mappings.clone_from(&self.mappings);
        }
        print(&mcp_servers::update(backend, &config.id, &draft).await?, output)
    }
}

impl DeleteConfig {
    async fn perform(&self, backend: &dyn Backend, output: &CliOutput) -> Result<(), Fault> {
        backend.mode().require_writes()?;
        if !self.yes {
            prompt::someone_is_there(prompt::YES)?;
        }
        let config = lookup::config(backend, &self.which.config).await?;
        if !self.yes {
            let question = format!("Permanently delete {} ({})? Its server answers no more.", config.name, config.id);
            prompt::ask(question, prompt::UNCHANGED).await?;
        }
        mcp_servers::delete(backend, &config.id).await?;
        let document = json!({ "deleted": { "id": config.id.raw(), "name": config.name.raw() } });
        output.done(&document, &format!("Deleted {} ({}).", config.name, config.id))
    }
}
