//! `jackfield mcp auth-state`.

use anstyle::Style;
use clap::Args;
use serde_json::json;

use super::super::output::CliOutput;
use super::super::style;
use super::super::table::{Cell, Table};
use super::super::{completions, embedded, target};
use crate::backend::Ability;
use crate::domain::{AccountRef, ConnectionAuthState, Fault, FaultKind, Identifier, ServerOfPerson};
use crate::flow::environment::Opened;
use crate::flow::mcp_servers::lookup::ServerFound;
use crate::flow::mcp_servers::{self, lookup};

#[derive(Debug, Args)]
pub(in crate::cli) struct ShowAuthState {
    /// Name or id of a configuration, or of an instance
    #[arg(value_name = "CONFIG|INSTANCE", add = completions::server_configs())]
    server: String,
    /// Identifier the server acts as; an instance has its own
    #[arg(long = "as", value_name = "IDENTIFIER", add = completions::identifiers())]
    identifier: Option<String>,
    /// Make a link for each connection that is not authorized; accounts that do not exist are created
    #[arg(long)]
    links: bool,
}

impl ShowAuthState {
    pub(super) async fn perform(&self, opened: &Opened, output: &CliOutput) -> Result<u8, Fault> {
        let backend = opened.backend.as_ref();
        Ability::McpServers.require(backend)?;
        if self.links {
            backend.mode().require_writes()?;
        }
        let (server, identifier) = self.server(lookup::either(backend, &self.server).await?)?;
        let states = mcp_servers::auth_states(backend, &server, self.links).await?;
        let head = ["STATUS", "CONNECTION", "PROVIDER", "LINK", "ACCOUNT"];
        let mut table = Table::new(output, "connections", head);
        table.add(&states, document, |state| row(state, output));
        table.end()?;
        self.tell(&states, &identifier, output);
        if self.links {
            embedded::tell_of_loss(opened, output);
        }
        Ok(0)
    }

    /// The server whose accounts are asked for, and the person whom it acts as.
    fn server(&self, found: ServerFound) -> Result<(ServerOfPerson, Identifier), Fault> {
        let asked = self.identifier.as_deref().map(Identifier::from);
        match (found, asked) {
            (ServerFound::Config(config), Some(identifier)) => {
                Ok((ServerOfPerson::Config(config.id, identifier.clone()), identifier))
            }
            (ServerFound::Config(config), None) => {
                let message = format!("{} is a configuration: say with --as whose accounts are meant.", config.name);
                Err(Fault::new(FaultKind::Usage, message))
            }
            (ServerFound::Instance(instance), Some(identifier)) if identifier != instance.identifier => {
                let message = format!("{} is of {}, not of {identifier}.", instance.name, instance.identifier);
                Err(Fault::new(FaultKind::OtherAccount, message))
            }
            (ServerFound::Instance(instance), _) => {
                Ok((ServerOfPerson::Instance(instance.id.clone()), instance.identifier.clone()))
            }
        }
    }

    /// Says what comes next where something is not authorized.
    fn tell(&self, states: &[ConnectionAuthState], identifier: &Identifier, output: &CliOutput) {
        if output.is_json() {
            return;
        }
        if states.iter().any(|state| state.link.is_some()) {
            output.remark("Each link is good for about a minute.");
        }
        if let Some(state) = states.iter().find(|state| !state.is_ready()) {
            let account = AccountRef::Pair(state.connection.clone(), identifier.clone());
            output.next(&format!("jackfield accounts authorize {}", target::argument(&account)));
        }
    }
}

fn row(state: &ConnectionAuthState, output: &CliOutput) -> [Cell; 5] {
    let (glyph, painted) = style::status(&state.status);
    let word = state.word();
    let text = if output.has_glyphs() { format!("{glyph} {word}") } else { word };
    let account = state.account.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
    [
        Cell { text, style: painted },
        state.connection.to_string().into(),
        state.provider.to_string().into(),
        state.link.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string).into(),
        Cell { text: account, style: Style::new().dimmed() },
    ]
}

fn document(state: &ConnectionAuthState) -> serde_json::Value {
    json!({
        "connection_name": state.connection.raw(),
        "connection_id": state.connection_id.raw(),
        "provider": state.provider.raw(),
        "connected_account_id": state.account.as_ref().map(|id| id.raw()),
        "connected_account_status": state.status.name(),
        "authentication_link": state.link.as_ref().map(ToString::to_string),
    })
}
