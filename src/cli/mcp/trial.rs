//! `jackfield mcp try`.

use clap::Args;
use serde_json::{Value, json};

use super::super::objections::Waivers;
use super::super::output::CliOutput;
use super::super::style;
use super::super::table::{Cell, Table};
use super::super::{completions, elicitation, embedded, exit, history, input, time_limit, waits_longer};
use super::selector::ServerSelector;
use crate::backend::Ability;
use crate::domain::{AccessLevel, Fault, FaultKind, Identifier, ToolEffect, nearest, pluralize};
use crate::flow::environment::Opened;
use crate::flow::mcp_servers::trial::{self, ToolPresence, Trial, TriedTool};
use crate::flow::record::Recorder;
use crate::json::pretty;
use crate::settings::TimeLimit;

/// Exit code where the server does not offer what it was set up to.
const DIFFERENT: u8 = 9;

#[derive(Debug, Args)]
pub(in crate::cli) struct TryServer {
    #[command(flatten)]
    which: ServerSelector,
    /// Identifier to act as
    #[arg(long = "as", value_name = "IDENTIFIER", add = completions::identifiers())]
    identifier: String,
    /// Open it with a token that only reads
    #[arg(long)]
    read_only: bool,
    /// Call this tool through the server
    #[arg(long, value_name = "TOOL", add = completions::tools())]
    tool: Option<String>,
    /// Input of the call: JSON, @FILE, or - for standard input. With --connection it is the only argument
    #[arg(value_name = "INPUT", requires = "tool")]
    input: Option<String>,
    /// Time to wait for the answer: 90s, 5m, or none for no limit [default: 1m]
    #[arg(long, value_name = "TIME", value_parser = time_limit, requires = "tool")]
    pub(in crate::cli) timeout: Option<TimeLimit>,
    /// Id of the agent run the call belongs to, for the history
    #[arg(long, value_name = "ID", requires = "tool")]
    agent_run: Option<String>,
    #[command(flatten)]
    waivers: Waivers,
}

impl TryServer {
    pub(super) async fn perform(&self, opened: &Opened, recorder: &Recorder, output: &CliOutput) -> Result<u8, Fault> {
        let backend = opened.backend.as_ref();
        Ability::McpServers.require(backend)?;
        let access = if self.read_only { AccessLevel::ReadOnly } else { AccessLevel::Full };
        let identifier = Identifier::from(self.identifier.as_str());
        let (which, input) = self.arguments();
        let server = which.find(backend).await?;
        let tried = trial::look(opened, &server, &identifier, access).await?;
        match &self.tool {
            None => list(&tried, output),
            Some(tool) => self.call(&tried, tool, &input, opened, recorder, output).await,
        }
    }

    /// The server, and the input of a call: what stands where a configuration would is the input where a connection is
    /// named.
    fn arguments(&self) -> (ServerSelector, String) {
        let ServerSelector { config, connection } = &self.which;
        let (config, input) = match (config, connection, &self.tool, &self.input) {
            (Some(input), Some(_), Some(_), None) => (None, Some(input)),
            (config, _, _, input) => (config.as_ref(), input.as_ref()),
        };
        let which = ServerSelector { config: config.cloned(), connection: connection.clone() };
        (which, input.cloned().unwrap_or_else(|| "{}".to_owned()))
    }

    async fn call(
        &self,
        tried: &Trial,
        name: &str,
        input: &str,
        opened: &Opened,
        recorder: &Recorder,
        output: &CliOutput,
    ) -> Result<u8, Fault> {
        let backend = opened.backend.as_ref();
        let input = input::object(input)?;
        let found = tried.offered(name).ok_or_else(|| not_offered(tried, name))?;
        let account = trial::account(backend, &tried.identifier, found).await?;
        self.waivers.settle(backend, &found.tool, &account, &input, false, output).await?;
        let about = account.pair();
        let (watch, _asking) = elicitation::listen(&account, output);
        let call = account.call(backend, &found.tool, input, self.agent_run.as_deref().map(Into::into))?;
        let recorded = trial::call(opened, recorder, &tried.provisioned, tried.access, &call, watch).await;
        history::mention(output, recorded.writing.end().await.as_ref());
        let execution = recorded.result.map_err(|fault| waits_longer(fault.about(about)))?;
        if output.is_json() {
            let document =
                json!({ "data": execution.data, "server": tried.server.raw(), "protocol": tried.protocol.raw() });
            output.document(&document)?;
        } else {
            output.print(&crate::json::escaped(&pretty(&execution.data)))?;
            let took = execution.took.as_millis();
            output.remark(&format!(
                "{} through {}, as {}, {took} ms",
                call.tool, tried.provisioned.name, tried.identifier
            ));
        }
        if found.tool.effect != ToolEffect::Reads {
            embedded::tell_of_loss(opened, output);
        }
        Ok(exit::reported(output, recorded.reported.as_ref()))
    }
}

fn not_offered(tried: &Trial, name: &str) -> Fault {
    let offered = tried.tools.iter().filter(|tool| tool.presence.is_offered()).map(|tool| &tool.tool.name);
    let near: Vec<_> = nearest(name, offered, |name| name.raw()).into_iter().map(ToString::to_string).collect();
    let near = if near.is_empty() { String::new() } else { format!(" Did you mean {}?", near.join(" or ")) };
    let message = match tried.tools.iter().find(|tool| tool.tool.name.raw() == name) {
        Some(tool) => {
            format!(
                "The server of {} does not offer {}: {}.",
                tried.provisioned.name,
                tool.tool.name,
                tool.presence.words()
            )
        }
        None => {
            let name = crate::domain::Untrusted::from(name);
            format!(
                "The server of {} offers no tool named {name} to {}.{near}",
                tried.provisioned.name, tried.identifier
            )
        }
    };
    Fault::new(FaultKind::NotFound, message)
}

fn list(tried: &Trial, output: &CliOutput) -> Result<u8, Fault> {
    let odd = tried.odd();
    if output.is_json() {
        let tools: Vec<_> = tried.tools.iter().map(document).collect();
        output.document(&json!({
            "config": tried.provisioned.raw,
            "identifier": tried.identifier.raw(),
            "access": tried.access.words(),
            "server": tried.server.raw(),
            "protocol": tried.protocol.raw(),
            "tools": tools,
            "offered": tried.count(),
            "odd": odd,
        }))?;
    } else {
        let mut table = Table::new(output, "tools", ["TOOL", "EFFECT", "SERVER", "CONNECTION", "DIFFERENCE"]);
        table.add(&tried.tools, document, row);
        table.end()?;
        let server = if tried.server.is_empty() { "a server without a name".into() } else { tried.server.clone() };
        let offered = pluralize(tried.count() as u64, "tool");
        let access = tried.access.words();
        output.remark(&format!("{server}, protocol {}, as {}, {access}: {offered}", tried.protocol, tried.identifier));
    }
    Ok(if odd == 0 { 0 } else { DIFFERENT })
}

fn row(tried: &TriedTool) -> [Cell; 5] {
    let difference = match &tried.presence {
        ToolPresence::Differs(changes) => changes.first().map(ToString::to_string).unwrap_or_default(),
        ToolPresence::Same | ToolPresence::OnlyOnServer | ToolPresence::Missing | ToolPresence::LeftOut => {
            String::new()
        }
    };
    let style = match &tried.presence {
        ToolPresence::Same => style::GOOD,
        ToolPresence::LeftOut => style::MUTED,
        ToolPresence::Differs(_) | ToolPresence::OnlyOnServer | ToolPresence::Missing => style::WARN,
    };
    [
        tried.tool.name.to_string().into(),
        tried.tool.effect_mark().into(),
        Cell { text: tried.presence.words().to_owned(), style },
        tried.connection.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string).into(),
        difference.into(),
    ]
}

fn document(tried: &TriedTool) -> Value {
    let changes: Vec<_> = match &tried.presence {
        ToolPresence::Differs(changes) => changes
            .iter()
            .map(|change| json!({ "path": change.path.raw(), "change": change.sentence, "judgement": change.judgement.slug() }))
            .collect(),
        ToolPresence::Same | ToolPresence::OnlyOnServer | ToolPresence::Missing | ToolPresence::LeftOut => Vec::new(),
    };
    json!({
        "name": tried.tool.name.raw(),
        "effect": tried.tool.effect.word(),
        "presence": tried.presence.slug(),
        "connection": tried.connection.as_ref().map(|name| name.raw()),
        "changes": changes,
    })
}
