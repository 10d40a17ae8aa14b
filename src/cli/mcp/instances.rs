//! `jackfield mcp instances`.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::super::output::CliOutput;
use super::super::table::Table;
use super::super::time::local_or_none;
use super::super::{completions, embedded, prompt};
use super::configs::ConfigSelector;
use crate::backend::{Ability, Backend};
use crate::domain::{Fault, ServerInstance, ServerInstanceFilter, Untrusted};
use crate::flow::environment::Opened;
use crate::flow::mcp_servers::{self, lookup};

/// Stands in the place of a URL that is not shown: whoever has it needs no token.
const MASKED: &str = "…";

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum InstancesCommand {
    /// Give a user their own server of a configuration, unless they have it already
    Ensure(EnsureInstance),
    /// List instances
    List(ListInstances),
    /// Rename an instance
    Rename(RenameInstance),
    /// Delete an instance permanently
    Delete(DeleteInstance),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct EnsureInstance {
    #[command(flatten)]
    which: ConfigSelector,
    /// Identifier the server acts as
    #[arg(long = "as", value_name = "IDENTIFIER", add = completions::identifiers())]
    identifier: String,
    /// Name of the instance
    #[arg(long)]
    name: Option<String>,
    /// Show its URL: whoever has it needs no token
    #[arg(long)]
    show: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ListInstances {
    /// Only of this configuration
    #[arg(long, value_name = "CONFIG", add = completions::server_configs())]
    config: Option<String>,
    /// Only of this identifier
    #[arg(long = "as", value_name = "IDENTIFIER", add = completions::identifiers())]
    identifier: Option<String>,
    /// Show their URLs: whoever has one needs no token
    #[arg(long)]
    show: bool,
}

/// An instance.
#[derive(Debug, Args)]
struct InstanceSelector {
    /// Name or id of the instance
    #[arg(value_name = "INSTANCE", add = completions::server_instances())]
    instance: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RenameInstance {
    #[command(flatten)]
    which: InstanceSelector,
    /// New name
    name: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct DeleteInstance {
    #[command(flatten)]
    which: InstanceSelector,
    /// Do not ask for confirmation
    #[arg(long)]
    yes: bool,
}

impl InstancesCommand {
    pub(super) async fn perform(&self, opened: &Opened, output: &CliOutput) -> Result<u8, Fault> {
        let backend = opened.backend.as_ref();
        Ability::McpServers.require(backend)?;
        match self {
            Self::List(list) => return list.perform(backend, output).await,
            Self::Ensure(ensure) => ensure.perform(backend, output).await?,
            Self::Rename(rename) => rename.perform(backend, output).await?,
            Self::Delete(delete) => delete.perform(backend, output).await?,
        }
        embedded::tell_of_loss(opened, output);
        Ok(0)
    }
}

impl ListInstances {
    async fn perform(&self, backend: &dyn Backend, output: &CliOutput) -> Result<u8, Fault> {
        let config = match &self.config {
            Some(word) => Some(lookup::config(backend, word).await?.name),
            None => None,
        };
        let filter = ServerInstanceFilter { config, identifier: self.identifier.as_deref().map(Into::into) };
        let head = ["INSTANCE", "CONFIGURATION", "IDENTIFIER", "LAST USED", "URL", "ID"];
        let mut table = Table::new(output, "instances", head);
        let over = table.over();
        let row = |instance: &ServerInstance| {
            [
                instance.name.to_string(),
                instance.config.to_string(),
                instance.identifier.to_string(),
                local_or_none(instance.last_used_at),
                url(instance, self.show),
                instance.id.to_string(),
            ]
        };
        let on_page = |page: Vec<ServerInstance>| table.add(&page, |instance| document(instance, self.show), row);
        let read = tokio::select! {
            biased;
            read = mcp_servers::instances(backend, filter, on_page) => read,
            () = over.cancelled() => return table.end().map(|()| 0),
        };
        table.end_as(read, "instance")?;
        Ok(0)
    }
}

impl EnsureInstance {
    async fn perform(&self, backend: &dyn Backend, output: &CliOutput) -> Result<(), Fault> {
        backend.mode().require_writes()?;
        let config = lookup::config(backend, &self.which.config).await?;
        let (identifier, name) = (self.identifier.as_str().into(), self.name.as_deref());
        let instance = mcp_servers::ensure_instance(backend, &config.name, &identifier, name).await?;
        print(&instance, self.show, output)
    }
}

impl RenameInstance {
    async fn perform(&self, backend: &dyn Backend, output: &CliOutput) -> Result<(), Fault> {
        backend.mode().require_writes()?;
        let instance = lookup::instance(backend, &self.which.instance).await?;
        print(&mcp_servers::rename_instance(backend, &instance.id, &self.name).await?, false, output)
    }
}

impl DeleteInstance {
    async fn perform(&self, backend: &dyn Backend, output: &CliOutput) -> Result<(), Fault> {
        backend.mode().require_writes()?;
        if !self.yes {
            prompt::someone_is_there(prompt::YES)?;
        }
        let instance = lookup::instance(backend, &self.which.instance).await?;
        let label = format!("{} of {} ({})", instance.name, instance.identifier, instance.id);
        if !self.yes {
            let question = format!("Permanently delete {label}? Its URL opens nothing any more.");
            prompt::ask(question, prompt::UNCHANGED).await?;
        }
        mcp_servers::delete_instance(backend, &instance.id).await?;
        let document = json!({ "deleted": { "id": instance.id.raw(), "name": instance.name.raw() } });
        output.done(&document, &format!("Deleted {label}."))
    }
}

/// The URL, or a mark in its place.
fn url(instance: &ServerInstance, show: bool) -> String {
    match (instance.url.is_empty(), show) {
        (true, _) => "-".to_owned(),
        (false, false) => MASKED.to_owned(),
        (false, true) => Untrusted::from(instance.url.expose()).to_string(),
    }
}

/// The instance as programs read it, with its URL where that is asked for.
fn document(instance: &ServerInstance, show: bool) -> Value {
    let mut document: Value = serde_json::from_slice(instance.raw.bytes()).unwrap_or_default();
    if let Some(members) = document.as_object_mut().filter(|_| show) {
        members.insert("url".to_owned(), instance.url.expose().into());
    }
    document
}

fn print(instance: &ServerInstance, show: bool, output: &CliOutput) -> Result<(), Fault> {
    if output.is_json() {
        return output.document(&document(instance, show));
    }
    let facts = [
        ("name", instance.name.to_string()),
        ("configuration", instance.config.to_string()),
        ("identifier", instance.identifier.to_string()),
        ("id", instance.id.to_string()),
        ("url", url(instance, show)),
        ("last used", local_or_none(instance.last_used_at)),
    ];
    let lines: Vec<_> = facts.iter().map(|(name, fact)| format!("{name:<15}{fact}")).collect();
    output.print(&lines.join("\n"))?;
    if !show && !instance.url.is_empty() {
        output.remark("Use --show to see the URL: whoever has it needs no token.");
    }
    Ok(())
}
