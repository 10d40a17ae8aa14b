//! `jackfield mcp client-config`.

use clap::Args;
use serde_json::json;

use super::super::completions;
use super::super::output::CliOutput;
use super::super::target::quoted;
use super::selector::ServerSelector;
use crate::backend::{Ability, Backend};
use crate::domain::{Fault, FaultKind, Untrusted};
use crate::flow::mcp_servers::{self, ClientConfig, ClientProgram};

#[derive(Debug, Args)]
pub(in crate::cli) struct PrintClientConfig {
    /// Name or id of the configuration
    #[arg(value_name = "CONFIG", required_unless_present_any = ["serve", "connections"], add = completions::server_configs())]
    config: Option<String>,
    /// Instead of a provisioned server, jackfield serve mcp on this machine
    #[arg(long, conflicts_with = "config", requires = "identifier")]
    serve: bool,
    /// Identifier that jackfield serve mcp acts as
    #[arg(long = "as", value_name = "IDENTIFIER", requires = "serve", add = completions::identifiers())]
    identifier: Option<String>,
    /// Connection whose own server it is; with --serve one that it is limited to, and may be repeated
    #[arg(long = "connection", value_name = "CONNECTION", conflicts_with = "config", add = completions::connections())]
    connections: Vec<String>,
    /// Program: claude-code, claude-desktop, cursor, vscode or json
    #[arg(long = "for", value_name = "PROGRAM", hide_possible_values = true,
          value_parser = completions::one_of(ClientProgram::ALL, ClientProgram::word))]
    program: ClientProgram,
}

impl PrintClientConfig {
    pub(super) async fn perform(&self, backend: &dyn Backend, output: &CliOutput) -> Result<u8, Fault> {
        let (texts, next) = match self.serve {
            true => (self.ourselves(output), None),
            false => {
                Ability::McpServers.require(backend)?;
                let which = self.provisioned()?;
                let server = which.find(backend).await?;
                let named = match which.connection {
                    Some(_) => format!("--connection {}", quoted(server.name.raw())),
                    None => quoted(server.name.raw()),
                };
                let next = format!("jackfield mcp token {named} --as IDENTIFIER");
                (mcp_servers::hand_over(&server, self.program)?, Some(next))
            }
        };
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
        if let Some(next) = next {
            output.next(&next);
        }
        Ok(0)
    }

    /// The one server that is named.
    fn provisioned(&self) -> Result<ServerSelector, Fault> {
        match self.connections.as_slice() {
            [] => Ok(ServerSelector { config: self.config.clone(), connection: None }),
            [connection] => Ok(ServerSelector { config: None, connection: Some(connection.clone()) }),
            _ => Err(Fault::new(FaultKind::Usage, "A server has one connection. Several go with --serve.")),
        }
    }

    /// This program as a server, in the environment that the line names.
    fn ourselves(&self, output: &CliOutput) -> Vec<ClientConfig> {
        let mut arguments: Vec<String> = ["serve", "mcp"].map(str::to_owned).into();
        let named = self.identifier.iter().map(|identifier| ("--as", identifier));
        for (option, value) in named.chain(self.connections.iter().map(|connection| ("--connection", connection))) {
            arguments.extend([option.to_owned(), value.clone()]);
        }
        arguments.extend(output.selection().iter().cloned());
        mcp_servers::hand_over_ourselves(env!("CARGO_PKG_NAME").to_owned(), arguments, self.program)
    }
}
