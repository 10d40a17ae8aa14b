//! `jackfield run`.

use clap::Args;
use serde::Serialize;

use super::objections::Waivers;
use super::output::CliOutput;
use super::{completions, elicitation, embedded, exit, history, input, modifiers, waits_longer};
use crate::domain::{Account, Fault, FaultKind, JsonText, Tool, ToolEffect, ToolOrigin, Untrusted, listed};
use crate::flow::environment::Opened;
use crate::flow::modifiers::Selection;
use crate::flow::record::{Recorder, Records};
use crate::flow::{presets, target};
use crate::journal::PresetName;
use crate::json::pretty;
use crate::redact::Redacted;
use crate::settings::TimeLimit;

#[derive(Debug, Args)]
pub(super) struct RunArgs {
    /// Name of the tool
    #[arg(add = completions::tools())]
    tool: String,
    /// Identifier to act as
    #[arg(long = "as", value_name = "IDENTIFIER", add = completions::identifiers())]
    identifier: String,
    /// Connection (if several offer the tool)
    #[arg(long, value_name = "CONNECTION", conflicts_with = "account", add = completions::connections())]
    connection: Option<String>,
    /// Account id
    #[arg(long, value_name = "ca_…")]
    account: Option<String>,
    /// Input: JSON, @FILE, or - for standard input
    #[arg(long, value_name = "JSON", default_value = "{}")]
    input: String,
    /// Use a saved input (see jackfield presets)
    #[arg(long, value_name = "NAME", conflicts_with = "input", value_parser = super::presets::name)]
    preset: Option<PresetName>,
    /// Time to wait for the answer: 90s, 5m, or none for no limit [default: 1m]
    #[arg(long, value_name = "TIME", value_parser = super::time_limit)]
    pub(super) timeout: Option<TimeLimit>,
    /// Id of the agent run this call belongs to, for the logs
    #[arg(long, value_name = "ID")]
    agent_run: Option<String>,
    /// Do not check the input against the tool's schema
    #[arg(long)]
    no_validate: bool,
    /// Send the input as it is given, and print the result as it comes
    #[arg(long)]
    no_modifiers: bool,
    #[command(flatten)]
    waivers: Waivers,
}

impl RunArgs {
    pub(super) async fn perform(&self, opened: &Opened, recorder: &Recorder, output: &CliOutput) -> Result<u8, Fault> {
        let backend = opened.backend.as_ref();
        let input = self.read_input().await?;
        let wanted = target::CallRequest {
            tool: self.tool.as_str().into(),
            identifier: self.identifier.as_str().into(),
            connection: self.connection.as_deref().map(Into::into),
            account: self.account.as_deref().map(Into::into),
        };
        let target::ResolvedCall { account, tool } = target::find(backend, &wanted, self.waivers.anyway).await?;
        let mut tool = tool.unwrap_or_else(|| Tool::unknown(wanted.tool.raw()));
        if self.no_validate {
            tool.input_schema = None;
        }
        let modifiers = match self.no_modifiers {
            true => Selection::default(),
            false => modifiers::select(opened, &tool.name, output).await?.signed(None, &account.identifier),
        };
        let input = modifiers.before(&input).await?;
        self.waivers.settle(backend, &tool, &account, &input, false, output).await?;
        let (about, of_call) = (account.pair(), Account::clone(&account));
        let call = account.call(backend, &tool, input, self.agent_run.as_deref().map(Into::into))?;
        let recorder = recorder.clone().modified_by(modifiers.names());
        let recorded = match &tool.origin {
            ToolOrigin::Server(_) => {
                let (watch, _asking) = elicitation::listen(&of_call, output);
                recorder.run_watched(backend, &call, watch).await.map(|answered| answered.execution)
            }
            ToolOrigin::Environment | ToolOrigin::Contract(_) => recorder.run(backend, &call).await,
        };
        history::mention(output, recorded.writing.end().await.as_ref());
        let execution = recorded.result.map_err(|fault| waits_longer(fault.about(about)))?;
        let data = modifiers::shown_result(&modifiers, &execution.data, output).await;
        let names = modifiers.names();
        if output.is_json() {
            let id = execution.id.as_ref().map(|id| id.raw());
            output.document(&RunJson {
                data: &data,
                execution_id: id,
                modifiers: names.iter().map(Untrusted::raw).collect(),
            })?;
        } else {
            output.print(&crate::json::escaped(&pretty(&data)))?;
            if !names.is_empty() {
                let names: Vec<_> = names.iter().map(ToString::to_string).collect();
                output.remark(&format!("modifiers: {}", names.join(", ")));
            }
            if let Some(id) = &execution.id {
                output.remark(&format!("execution {id}, {} ms", execution.took.as_millis()));
            }
        }
        if tool.effect != ToolEffect::Reads {
            embedded::tell_of_loss(opened, output);
        }
        Ok(exit::reported(output, recorded.reported.as_ref()))
    }

    /// Input from the line, or from a preset; values that were left out of a preset are not known any more
    /// and cannot be sent.
    async fn read_input(&self) -> Result<JsonText, Fault> {
        let Some(name) = &self.preset else { return input::object(&self.input) };
        let preset = presets::find(&Records::for_this_user(), &self.tool.as_str().into(), name).await?;
        let Redacted { json, hidden } = preset.arguments;
        if hidden.is_empty() {
            return Ok(json);
        }
        let places = listed(&hidden, "; ");
        let message = format!("Preset “{name}” lacks its credentials, at {places}. Give the whole input with --input.");
        Err(Fault::new(FaultKind::InvalidInput, message))
    }
}

/// Document that is printed under `--json`.
#[derive(Serialize)]
struct RunJson<'a> {
    data: &'a JsonText,
    execution_id: Option<&'a str>,
    /// Names of the modifiers that took part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    modifiers: Vec<&'a str>,
}
