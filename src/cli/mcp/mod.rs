//! `jackfield mcp`: MCP servers that the environment provisions.

mod auth_state;
mod client_config;
mod configs;
mod instances;
mod selector;
mod token;
mod trial;

use clap::Subcommand;

use super::output::CliOutput;
use crate::domain::Fault;
use crate::flow::environment::Opened;
use crate::flow::record::Recorder;

#[derive(Debug, Subcommand)]
pub(super) enum McpCommand {
    /// Configurations: which tools of which connections a server offers
    #[command(subcommand)]
    Configs(configs::ConfigsCommand),
    /// Instances: servers of one user each, with a URL of their own
    #[command(subcommand)]
    Instances(instances::InstancesCommand),
    /// Show which connections of a server are authorized for a user
    AuthState(auth_state::ShowAuthState),
    /// Mint a session token, with which an agent opens a server as one user
    Token(token::MintToken),
    /// Open a server as one user: its tools beside those of the user, or a call of one
    Try(Box<trial::TryServer>),
    /// Print a server as configuration of another program, without its token
    ClientConfig(client_config::PrintClientConfig),
}

impl McpCommand {
    pub(super) async fn perform(&self, opened: &Opened, recorder: &Recorder, output: &CliOutput) -> Result<u8, Fault> {
        let backend = opened.backend.as_ref();
        match self {
            Self::Configs(command) => command.perform(opened, output).await,
            Self::Instances(command) => command.perform(opened, output).await,
            Self::AuthState(show) => show.perform(opened, output).await,
            Self::Token(mint) => mint.perform(backend, output).await,
            Self::Try(attempt) => attempt.perform(opened, recorder, output).await,
            Self::ClientConfig(print) => print.perform(backend, output).await,
        }
    }
}

/// Number of tools of a configuration in words: `12 tools`, or more where whole connections are offered.
fn tools_of(config: &crate::domain::ServerConfig) -> String {
    let named: usize = config.mappings.iter().map(|mapping| mapping.tools.len()).sum();
    let wholes: Vec<_> = config.mappings.iter().filter(|mapping| mapping.is_whole()).collect();
    match wholes.as_slice() {
        [] => named.to_string(),
        _ if named == 0 => "all".to_owned(),
        [whole] => format!("{named} and all of {}", whole.connection),
        several => format!("{named} and all of {} connections", several.len()),
    }
}
