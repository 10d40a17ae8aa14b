//! `jackfield prompts`: conversations that MCP servers offer to begin with.

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::output::CliOutput;
use super::resources::ServerUserArgs;
use super::table::Table;
use crate::backend::{Ability, Backend};
use crate::domain::{Fault, FaultKind, JsonText, Prompt, PromptMessage, Untrusted};
use crate::flow::server_content;
use crate::json::{self, pretty};

#[derive(Debug, Subcommand)]
pub(super) enum PromptsCommand {
    /// List prompts that one user sees
    List(ListPrompts),
    /// Fill in a prompt and print its messages
    Get(GetPrompt),
}

#[derive(Debug, Args)]
pub(super) struct ListPrompts {
    #[command(flatten)]
    user: ServerUserArgs,
}

#[derive(Debug, Args)]
pub(super) struct GetPrompt {
    /// Name of the prompt
    name: String,
    /// Value of an argument; may be repeated
    #[arg(long = "arg", value_name = "NAME=VALUE", value_parser = argument)]
    arguments: Vec<(String, String)>,
    #[command(flatten)]
    user: ServerUserArgs,
}

fn argument(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

impl PromptsCommand {
    pub(super) async fn perform(&self, backend: &dyn Backend, output: &CliOutput) -> Result<u8, Fault> {
        Ability::ServerContent.require(backend)?;
        match self {
            Self::List(list) => list.perform(backend, output).await,
            Self::Get(get) => get.perform(backend, output).await,
        }
    }
}

impl ListPrompts {
    async fn perform(&self, backend: &dyn Backend, output: &CliOutput) -> Result<u8, Fault> {
        let mut table = Table::new(output, "prompts", ["PROMPT", "ARGUMENTS", "DESCRIPTION", "CONNECTION"]);
        let over = table.over();
        let on_page = |page: Vec<Prompt>| table.add(&page, document, row);
        let (identifier, connections) = (self.user.identifier(), self.user.connections());
        let read = tokio::select! {
            biased;
            read = server_content::prompts(backend, &identifier, &connections, on_page) => read,
            () = over.cancelled() => return table.end().map(|()| 0),
        };
        table.end_without(&read?)?;
        Ok(0)
    }
}

/// Arguments in a row; those that may be left out in brackets.
fn row(prompt: &Prompt) -> [String; 4] {
    let arguments: Vec<_> = prompt
        .arguments
        .iter()
        .map(|argument| match argument.is_required {
            true => argument.name.to_string(),
            false => format!("[{}]", argument.name),
        })
        .collect();
    let about = if prompt.description.is_empty() { &prompt.title } else { &prompt.description };
    [prompt.name.to_string(), arguments.join(" "), about.to_string(), prompt.seen_by.connection.to_string()]
}

fn document(prompt: &Prompt) -> Value {
    let arguments: Vec<_> = prompt
        .arguments
        .iter()
        .map(|argument| {
            json!({
                "name": argument.name.raw(),
                "description": argument.description.raw(),
                "required": argument.is_required,
            })
        })
        .collect();
    json!({
        "name": prompt.name.raw(),
        "title": prompt.title.raw(),
        "description": prompt.description.raw(),
        "arguments": arguments,
        "connection": prompt.seen_by.connection.raw(),
        "identifier": prompt.seen_by.identifier.raw(),
    })
}

impl GetPrompt {
    async fn perform(&self, backend: &dyn Backend, output: &CliOutput) -> Result<u8, Fault> {
        let (mut listed, user) = (Vec::new(), &self.user);
        let list = |page| listed.extend(page);
        server_content::prompts(backend, &user.identifier(), &user.connections(), list).await?;
        let prompt = server_content::one_prompt(&listed, &self.name)?;
        let values = self.values(prompt)?;
        let messages = server_content::prompt(backend, &prompt.seen_by, &prompt.name, &values).await?;
        if output.is_json() {
            output.document(&json!({ "messages": messages.iter().map(message).collect::<Vec<_>>() }))?;
        } else {
            let told: Vec<_> = messages.iter().map(told).collect();
            output.print(&told.join("\n\n"))?;
        }
        Ok(0)
    }

    /// Values as a JSON object, held against what the prompt takes.
    fn values(&self, prompt: &Prompt) -> Result<JsonText, Fault> {
        let refuse = |message: String| Err(Fault::new(FaultKind::InvalidInput, message));
        let given: Map<String, Value> =
            self.arguments.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
        let is_known = |name: &&String| prompt.arguments.iter().any(|argument| argument.name.raw() == name.as_str());
        if let Some(odd) = given.keys().find(|name| !is_known(name)) {
            return refuse(format!("{} takes no argument {}.", prompt.name, Untrusted::from(odd.as_str())));
        }
        let is_missing = |name: &str| !given.contains_key(name);
        if let Some(missing) = prompt.arguments.iter().find(|known| known.is_required && is_missing(known.name.raw())) {
            return refuse(format!("{} needs an argument: --arg {}=VALUE.", prompt.name, missing.name));
        }
        JsonText::parse(Value::Object(given).to_string())
            .map_err(|_| Fault::new(FaultKind::InvalidInput, "The arguments are no JSON."))
    }
}

fn message(message: &PromptMessage) -> Value {
    let content: Value = serde_json::from_slice(message.content.bytes()).unwrap_or_default();
    json!({ "role": message.role.raw(), "content": content })
}

/// A message as text: its role, and its words as they are; anything but text as JSON.
fn told(message: &PromptMessage) -> String {
    let content: Value = serde_json::from_slice(message.content.bytes()).unwrap_or_default();
    let text = content.get("text").and_then(Value::as_str).map(Untrusted::from);
    let body = match text {
        Some(text) => text.whole_lines().collect::<Vec<_>>().join("\n"),
        None => json::escaped(&pretty(&message.content)).into_owned(),
    };
    format!("{}:\n{body}", message.role)
}
