//! `jackfield run`.

use clap::Args;
use serde::Serialize;

use super::output::Output;
use super::{exit, history, input, waits_longer};
use crate::backend::Backend;
use crate::domain::{Fault, FaultKind, JsonText, Status};
use crate::flow::record::{Recorder, Records};
use crate::flow::{presets, target};
use crate::journal::PresetName;
use crate::json::pretty;
use crate::redact::Redacted;
use crate::schema::{CompiledSchema, Validator};
use crate::settings::TimeLimit;

#[derive(Debug, Args)]
pub(super) struct Run {
    /// The tool's name
    tool: String,
    /// As whom: the identifier
    #[arg(long = "as", value_name = "IDENTIFIER")]
    identifier: String,
    /// On which connection, where more than one offers the tool
    #[arg(long, value_name = "CONNECTION", conflicts_with = "account")]
    connection: Option<String>,
    /// With which account, by its id
    #[arg(long, value_name = "ca_…")]
    account: Option<String>,
    /// The input: JSON, @FILE, or - for standard input
    #[arg(long, value_name = "JSON", default_value = "{}")]
    input: String,
    /// The input saved under this name instead (see presets)
    #[arg(long, value_name = "NAME", conflicts_with = "input", value_parser = super::presets::name)]
    preset: Option<PresetName>,
    /// How long to wait for the answer: 90s, 5m, or none for as long as it takes [as usual: 1m]
    #[arg(long, value_name = "TIME", value_parser = super::time_limit)]
    pub(super) timeout: Option<TimeLimit>,
    /// The run of an agent this call belongs to, for the logs
    #[arg(long, value_name = "ID")]
    agent_run: Option<String>,
    /// Send it although the input does not fit the tool's schema
    #[arg(long)]
    no_validate: bool,
    /// Send it although the account is not active, the tool not listed or the input not fitting
    #[arg(long)]
    anyway: bool,
}

impl Run {
    pub(super) async fn perform(
        &self,
        backend: &dyn Backend,
        recorder: &Recorder,
        output: &Output,
    ) -> Result<u8, Fault> {
        let input = self.read_input().await?;
        let wanted = target::Wanted {
            tool: self.tool.as_str().into(),
            identifier: self.identifier.as_str().into(),
            connection: self.connection.as_deref().map(Into::into),
            account: self.account.as_deref().map(Into::into),
        };
        let target::Found { account, tool } = target::find(backend, &wanted, self.anyway).await?;
        if !self.anyway {
            if account.status != Status::Active {
                let message = format!("{} is {}. {}", account.label(), account.status.word(), account.status.meaning());
                return Err(Fault::new(FaultKind::NeedsAuthorization, message).about(account.pair()));
            }
            let schema = tool.filter(|_| !self.no_validate).and_then(|tool| tool.input_schema);
            if let Some(schema) = schema {
                validate(&schema, &input, output)?;
            }
        }
        let about = account.pair();
        let call = account.call(wanted.tool, input, self.agent_run.as_deref().map(Into::into));
        let recorded = recorder.run(backend, &call).await;
        history::mention(output, recorded.writing.end().await.as_ref());
        let execution = recorded.result.map_err(|fault| waits_longer(fault.about(about)))?;
        if output.is_json() {
            let id = execution.id.as_ref().map(|id| id.raw());
            output.document(&Document { data: &execution.data, execution_id: id })?;
        } else {
            output.print(&crate::json::escaped(&pretty(&execution.data)))?;
            if let Some(id) = &execution.id {
                output.remark(&format!("execution {id}, {} ms", execution.took.as_millis()));
            }
        }
        Ok(exit::reported(output, recorded.reported.as_ref()))
    }

    /// What was left out of a preset is not known any more and cannot be sent.
    async fn read_input(&self) -> Result<JsonText, Fault> {
        let Some(name) = &self.preset else { return input::object(&self.input) };
        let preset = presets::find(&Records::of_this_user(), &self.tool.as_str().into(), name).await?;
        let Redacted { json, hidden } = preset.arguments;
        if hidden.is_empty() {
            return Ok(json);
        }
        let places = listed(&hidden);
        let message = format!("Credentials were left out of “{name}”, at {places}: say the whole input with --input.");
        Err(Fault::new(FaultKind::InvalidInput, message))
    }
}

/// Holds the input against the tool's schema, and says what of that is not possible.
fn validate(schema: &JsonText, input: &JsonText, output: &Output) -> Result<(), Fault> {
    let CompiledSchema { validator, mut dropped } = Validator::compile(schema);
    let problems = validator.validate(input).unwrap_or_else(|unchecked| {
        dropped = vec![unchecked];
        Vec::new()
    });
    if !dropped.is_empty() {
        output.warning(&format!("Not checked: {}.", listed(&dropped)));
    }
    if problems.is_empty() {
        return Ok(());
    }
    let message = format!("The input does not fit the tool's schema: {}. --no-validate sends it.", listed(&problems));
    Err(Fault::new(FaultKind::InvalidInput, message))
}

fn listed(all: &[impl ToString]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// What is printed under `--json`.
#[derive(Serialize)]
struct Document<'a> {
    data: &'a JsonText,
    execution_id: Option<&'a str>,
}
