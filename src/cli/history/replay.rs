//! `jackfield history replay`.

use clap::Args;
use serde::Serialize;

use super::{entry, mention, number};
use crate::broker::Broker;
use crate::cli::output::Output;
use crate::cli::{EnvironmentArgs, input, waiting, waits_longer};
use crate::domain::{AccountRef, Fault, FaultKind, JsonText, ToolCall};
use crate::flow::environment::Opened;
use crate::flow::proxied;
use crate::flow::record::Recorder;
use crate::journal::{Body, CallKind, Entry, EntryId, Journal};
use crate::json::{escaped, pretty};
use crate::settings::{Settings, TimeLimit};

#[derive(Debug, Args)]
pub(in crate::cli) struct Replay {
    /// The call's number, as the list shows it
    #[arg(value_name = "NUMBER", value_parser = number)]
    call: EntryId,
    /// As somebody else: the identifier
    #[arg(long = "as", value_name = "IDENTIFIER")]
    identifier: Option<String>,
    /// With this input instead: JSON, @FILE, or - for standard input
    #[arg(long, value_name = "JSON")]
    input: Option<String>,
    /// How long to wait for the answer: 90s, 5m, or none for as long as it takes [as usual: 1m]
    #[arg(long, value_name = "TIME", value_parser = crate::cli::time_limit)]
    timeout: Option<TimeLimit>,
}

/// What is printed under `--json`.
#[derive(Serialize)]
struct Replayed<'a> {
    data: &'a JsonText,
    replayed: i64,
}

impl Replay {
    pub(super) async fn perform(
        &self,
        journal: Journal,
        (args, settings): (&EnvironmentArgs, &Settings),
        output: &Output,
    ) -> Result<u8, Fault> {
        let entry = entry(&journal, self.call).await?;
        let arguments = self.arguments(&entry)?;
        let opened = args.open(settings, self.timeout, output).await?;
        let _told = waiting::tell_of_network(&opened, output);
        same_environment(&entry, &opened)?;
        let recorder = args.recorder(&opened, settings);
        let result = match entry.summary.kind {
            CallKind::Tool => self.tool(&entry, arguments, opened.broker.as_ref(), &recorder, output).await,
            CallKind::Proxy => self.proxy(&entry, &arguments, opened.broker.as_ref(), &recorder, output).await,
        };
        output.clocks(opened.clock.skew());
        let result = result.map_err(waits_longer)?;
        if output.is_json() {
            output.document(&Replayed { data: &result, replayed: entry.summary.id.0 })?;
        } else {
            output.print(&escaped(&pretty(&result)))?;
        }
        Ok(0)
    }

    /// What is to go along. What was redacted is not known any more and cannot be sent.
    fn arguments(&self, entry: &Entry) -> Result<JsonText, Fault> {
        if let Some(argument) = &self.input {
            return input::json(argument, "The input");
        }
        match &entry.arguments {
            Body::Kept(arguments) if entry.hidden.is_empty() => Ok(arguments.clone()),
            Body::Kept(_) => {
                let hidden: Vec<String> = entry.hidden.iter().map(ToString::to_string).collect();
                let message = format!(
                    "Credentials were left out of the history, at {}: say the whole input with --input.",
                    hidden.join(", ")
                );
                Err(Fault::new(FaultKind::InvalidInput, message))
            }
            Body::None | Body::TooLarge => {
                Err(Fault::new(FaultKind::InvalidInput, "Of this call no input is kept: say one with --input."))
            }
        }
    }

    async fn tool(
        &self,
        entry: &Entry,
        input: JsonText,
        broker: &dyn Broker,
        recorder: &Recorder,
        output: &Output,
    ) -> Result<JsonText, Fault> {
        let call = &entry.summary;
        let account = match &self.identifier {
            Some(identifier) => AccountRef::Pair(call.connection.clone(), identifier.as_str().into()),
            None => AccountRef::Id(call.account.clone()),
        };
        let account = broker.account(&account).await?;
        let call = ToolCall {
            tool: call.name.raw().into(),
            account: account.id,
            identifier: account.identifier,
            connection: account.connection,
            input,
            agent_run: call.agent_run.clone(),
        };
        let recorded = recorder.run(broker, &call).await;
        mention(output, recorded.writing.end().await.as_ref());
        recorded.result.map(|execution| execution.data)
    }

    async fn proxy(
        &self,
        entry: &Entry,
        arguments: &JsonText,
        broker: &dyn Broker,
        recorder: &Recorder,
        output: &Output,
    ) -> Result<JsonText, Fault> {
        let call = &entry.summary;
        let identifier = self.identifier.as_deref().unwrap_or(call.identifier.raw());
        let request = proxied::request(call.name.raw(), call.connection.raw(), identifier, arguments)?;
        let recorded = recorder.request(broker, &request).await;
        mention(output, recorded.writing.end().await.as_ref());
        let response = recorded.result?;
        if response.status >= 400 {
            let kind = if response.status == 429 { FaultKind::ProviderLimited } else { FaultKind::ProviderFailed };
            let mut fault = Fault::new(kind, "The provider refused the request.")
                .said(String::from_utf8_lossy(&response.body).into_owned());
            fault.http_status = Some(response.status);
            return Err(fault);
        }
        Ok(proxied::as_json(&response.body))
    }
}

/// A call goes to the environment it was made in and to no other: what it names means something
/// else there.
fn same_environment(entry: &Entry, opened: &Opened) -> Result<(), Fault> {
    let made_in = &entry.summary.environment;
    if made_in.raw() == opened.recorded_as {
        return Ok(());
    }
    let message = format!("This call was made in {made_in}, and {} is open. Name the other one.", opened.name);
    Err(Fault::new(FaultKind::Usage, message))
}
