//! `jackfield mcp token`. The token goes to another program, or to a person who asks to see it; it is kept nowhere.

use clap::Args;
use serde_json::json;

use super::super::output::CliOutput;
use super::super::style;
use super::super::time::local_or_none;
use super::super::{completions, time_limit};
use super::selector::ServerSelector;
use crate::backend::{Ability, Backend};
use crate::domain::{AccessLevel, Fault, FaultKind, SessionToken, TokenRequest, Untrusted};
use crate::flow::mcp_servers;
use crate::settings::TimeLimit;

/// Stands in the place of a token that is not shown.
const MASKED: &str = "••••••••";

#[derive(Debug, Args)]
pub(in crate::cli) struct MintToken {
    #[command(flatten)]
    which: ServerSelector,
    /// Identifier the server acts as
    #[arg(long = "as", value_name = "IDENTIFIER", add = completions::identifiers())]
    identifier: String,
    /// Time until it ends, from 60s to 24h [default: the environment's own, an hour]
    #[arg(long, value_name = "TIME", value_parser = time_limit)]
    expiry: Option<TimeLimit>,
    /// Only tools that read
    #[arg(long)]
    read_only: bool,
    /// Show the token although a terminal reads it
    #[arg(long)]
    show: bool,
}

impl MintToken {
    pub(super) async fn perform(&self, backend: &dyn Backend, output: &CliOutput) -> Result<u8, Fault> {
        Ability::McpServers.require(backend)?;
        let access = if self.read_only { AccessLevel::ReadOnly } else { AccessLevel::Full };
        if access == AccessLevel::Full && backend.mode().refuses_writes().is_some() {
            let message =
                "This environment is open read-only (mode = read). Use --read-only for a token that only reads.";
            return Err(Fault::new(FaultKind::ReadOnly, message));
        }
        let lifetime = match self.expiry {
            None => None,
            Some(TimeLimit(Some(lifetime))) => Some(lifetime),
            Some(TimeLimit(None)) => return Err(Fault::new(FaultKind::Usage, "A session token always ends.")),
        };
        let server = self.which.find(backend).await?;
        let url = server.url.map(String::from);
        let request =
            TokenRequest { target: server.target, identifier: self.identifier.as_str().into(), lifetime, access };
        let token = mcp_servers::mint_token(backend, &request).await?;
        self.print(&token, url.as_deref(), access, output)?;
        Ok(0)
    }

    fn print(
        &self,
        token: &SessionToken,
        url: Option<&str>,
        access: AccessLevel,
        output: &CliOutput,
    ) -> Result<(), Fault> {
        let shown = self.show || !style::is_terminal();
        let text = if shown { token.token.expose() } else { MASKED };
        if output.is_json() {
            let expires = token.expires_at.map(|moment| moment.to_string());
            let document = json!({ "token": text, "expires_at": expires, "url": url, "access": access.words() });
            return output.document(&document);
        }
        output.print(&Untrusted::from(text).whole_lines().collect::<Vec<_>>().join("\n"))?;
        let ends = local_or_none(token.expires_at);
        output.remark(&format!("{}, as {}, until {ends}", access.words(), Untrusted::from(self.identifier.as_str())));
        if let Some(url) = url {
            output.remark(&format!("for {url}"));
        }
        if !shown {
            output.remark("Masked, as a terminal reads it: use --show, or hand it to a program with a pipe.");
        }
        Ok(())
    }
}
