//! `jackfield serve`.

use std::time::Duration;

use clap::{Args, Subcommand};

use super::completions;
use super::environment_args::EnvironmentArgs;
use crate::domain::Fault;
use crate::flow::approval::USUAL_LIMIT;
use crate::flow::environment;
use crate::flow::offer::{OfferScope, ServeOrder};
use crate::flow::sources;
use crate::modifier::ToolPattern;
use crate::settings::{Settings, TimeLimit};

/// The longest time that a call may wait for a person.
const LONGEST: Duration = Duration::from_secs(3600);

#[derive(Debug, Subcommand)]
pub(super) enum ServeCommand {
    /// Serve one user's tools to an agent over the Model Context Protocol
    Mcp(Box<ServeMcp>),
}

#[derive(Debug, Args)]
pub(super) struct ServeMcp {
    /// Identifier that every call acts as
    #[arg(long = "as", value_name = "IDENTIFIER", add = completions::identifiers())]
    identifier: String,
    /// Offer tools of this connection only; may be repeated
    #[arg(long, value_name = "CONNECTION", add = completions::connections())]
    connection: Vec<String>,
    /// Offer only tools whose name fits, such as 'linear_*'; may be repeated
    #[arg(long = "tool", value_name = "PATTERN")]
    tools: Vec<String>,
    /// Listen on this port of 127.0.0.1 in place of standard input and output; 0 takes a free one
    #[arg(long, value_name = "PORT")]
    http: Option<u16>,
    /// Time in which a person may allow a call before it is denied: 30s, 5m [default: 2m]
    #[arg(long, value_name = "TIME", value_parser = approval_limit)]
    approval_timeout: Option<Duration>,
    /// Time to wait for the answer to a call: 90s, 5m, or none for no limit [default: 1m]
    #[arg(long, value_name = "TIME", value_parser = super::time_limit)]
    timeout: Option<TimeLimit>,
}

fn approval_limit(text: &str) -> Result<Duration, String> {
    let limit = super::time_limit(text)?.0.filter(|limit| !limit.is_zero() && *limit <= LONGEST);
    limit.ok_or_else(|| "expected a time of at most an hour, such as 30s or 5m".to_owned())
}

impl ServeCommand {
    /// The order that it gives to the front that serves.
    ///
    /// # Errors
    /// The environment is named twice.
    pub(super) fn order(&self, environment: &EnvironmentArgs, settings: &Settings) -> Result<ServeOrder, Fault> {
        let Self::Mcp(mcp) = self;
        let mut limits = environment::limits(settings);
        limits.calls = mcp.timeout.map_or(limits.calls, |timeout| timeout.0);
        Ok(ServeOrder {
            target: environment.request()?,
            mode: environment.mode,
            limits,
            scope: OfferScope {
                identifier: mcp.identifier.as_str().into(),
                connections: mcp.connection.iter().map(|name| name.as_str().into()).collect(),
                patterns: mcp.tools.iter().map(|pattern| ToolPattern::new(pattern)).collect(),
            },
            http: mcp.http,
            approval_limit: mcp.approval_timeout.unwrap_or(USUAL_LIMIT),
            records: environment.records(settings),
            options: environment.options(),
            state: sources::home().ok().map(|home| home.state),
        })
    }
}
