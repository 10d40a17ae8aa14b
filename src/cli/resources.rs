//! `jackfield resources`: what MCP servers offer for reading.

use base64::Engine as _;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::completions;
use super::output::CliOutput;
use super::table::Table;
use crate::backend::{Ability, Backend};
use crate::domain::{ConnectionName, Fault, Identifier, Resource, ResourceBody, ResourceContent};
use crate::flow::server_content;

#[derive(Debug, Subcommand)]
pub(super) enum ResourcesCommand {
    /// List resources and templates of resources that one user sees
    List(ListResources),
    /// Print the content of a resource
    Read(ReadResource),
}

/// As whom a server is asked.
#[derive(Debug, Args)]
pub(super) struct ServerUserArgs {
    /// Identifier to act as
    #[arg(long = "as", value_name = "IDENTIFIER", add = completions::identifiers())]
    identifier: String,
    /// Only this connection
    #[arg(long, value_name = "CONNECTION", add = completions::connections())]
    connection: Option<String>,
}

impl ServerUserArgs {
    pub(super) fn identifier(&self) -> Identifier {
        self.identifier.as_str().into()
    }

    pub(super) fn connections(&self) -> Vec<ConnectionName> {
        self.connection.as_deref().map(Into::into).into_iter().collect()
    }
}

#[derive(Debug, Args)]
pub(super) struct ListResources {
    #[command(flatten)]
    user: ServerUserArgs,
}

#[derive(Debug, Args)]
pub(super) struct ReadResource {
    /// URI of the resource, with nothing left to fill in
    #[arg(value_name = "URI")]
    uri: String,
    #[command(flatten)]
    user: ServerUserArgs,
}

impl ResourcesCommand {
    pub(super) async fn perform(&self, backend: &dyn Backend, output: &CliOutput) -> Result<u8, Fault> {
        Ability::ServerContent.require(backend)?;
        match self {
            Self::List(list) => list.perform(backend, output).await,
            Self::Read(read) => read.perform(backend, output).await,
        }
    }
}

impl ListResources {
    async fn perform(&self, backend: &dyn Backend, output: &CliOutput) -> Result<u8, Fault> {
        let mut table = Table::new(output, "resources", ["URI", "TITLE", "TYPE", "CONNECTION"]);
        let over = table.over();
        let on_page = |page: Vec<Resource>| table.add(&page, document, row);
        let (identifier, connections) = (self.user.identifier(), self.user.connections());
        let read = tokio::select! {
            biased;
            read = server_content::resources(backend, &identifier, &connections, on_page) => read,
            () = over.cancelled() => return table.end().map(|()| 0),
        };
        table.end_without(&read?)?;
        Ok(0)
    }
}

fn row(resource: &Resource) -> [String; 4] {
    let kind = if resource.is_template { "template".to_owned() } else { resource.media_type.to_string() };
    [resource.uri.to_string(), resource.title.to_string(), kind, resource.seen_by.connection.to_string()]
}

fn document(resource: &Resource) -> Value {
    json!({
        "uri": resource.uri.raw(),
        "template": resource.is_template,
        "title": resource.title.raw(),
        "description": resource.description.raw(),
        "media_type": resource.media_type.raw(),
        "size": resource.size,
        "connection": resource.seen_by.connection.raw(),
        "identifier": resource.seen_by.identifier.raw(),
    })
}

impl ReadResource {
    async fn perform(&self, backend: &dyn Backend, output: &CliOutput) -> Result<u8, Fault> {
        let user = &self.user;
        let whose = server_content::reader(backend, &user.identifier(), &user.connections(), &self.uri).await?;
        let contents = server_content::read(backend, &whose, &self.uri.as_str().into()).await?;
        if output.is_json() {
            let contents: Vec<_> = contents.iter().map(content_document).collect();
            output.document(&json!({ "contents": contents }))?;
            return Ok(0);
        }
        for content in &contents {
            match &content.body {
                ResourceBody::Text(text) => {
                    let lines: Vec<_> = text.whole_lines().collect();
                    output.print(&lines.join("\n"))?;
                }
                ResourceBody::Bytes(bytes) if contents.len() == 1 => output.bytes(bytes)?,
                ResourceBody::Bytes(bytes) => {
                    output.remark(&format!(
                        "{}: {} bytes, left out. Use --json for all of it.",
                        content.uri,
                        bytes.len()
                    ));
                }
            }
        }
        Ok(0)
    }
}

fn content_document(content: &ResourceContent) -> Value {
    let (text, blob) = match &content.body {
        ResourceBody::Text(text) => (Some(text.raw()), None),
        ResourceBody::Bytes(bytes) => (None, Some(base64::engine::general_purpose::STANDARD.encode(bytes))),
    };
    let mut document = json!({
        "uri": content.uri.raw(), "media_type": content.media_type.raw(), "text": text, "blob": blob,
    });
    if let Some(members) = document.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    document
}
