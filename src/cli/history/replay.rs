//! `jackfield history replay`.

use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use super::{entry, mention, number};
use crate::backend::Backend;
use crate::cli::objections::Waivers;
use crate::cli::output::CliOutput;
use crate::cli::{EnvironmentArgs, completions, exit, input, prompt, wait_notice, waits_longer};
use crate::domain::{Fault, FaultKind, JsonText, Tool};
use crate::flow::environment::Opened;
use crate::flow::preflight::{self, Claim, Claimant};
use crate::flow::record::{Recorder, Records};
use crate::flow::{proxy_journal, target};
use crate::journal::{CallKind, EntryId, Journal, JournalEntry, StoredBody};
use crate::json::{escaped, pretty};
use crate::redact;
use crate::settings::{Settings, TimeLimit};

#[derive(Debug, Args)]
pub(in crate::cli) struct Replay {
    /// Number of the call in the list
    #[arg(value_name = "NUMBER", value_parser = number)]
    call: EntryId,
    /// Identifier to act as instead
    #[arg(long = "as", value_name = "IDENTIFIER", add = completions::identifiers())]
    identifier: Option<String>,
    /// Input to send instead: JSON, @FILE, or - for standard input
    #[arg(long, value_name = "JSON")]
    input: Option<String>,
    /// Time to wait for the answer: 90s, 5m, or none for no limit [default: 1m]
    #[arg(long, value_name = "TIME", value_parser = crate::cli::time_limit)]
    timeout: Option<TimeLimit>,
    #[command(flatten)]
    waivers: Waivers,
}

/// Document that is printed under `--json`.
#[derive(Serialize)]
struct Replayed<'a> {
    data: &'a JsonText,
    replayed: i64,
}

impl Replay {
    pub(super) async fn perform(
        &self,
        journal: Journal,
        (args, settings, records): (&EnvironmentArgs, &Settings, &Arc<Records>),
        output: &CliOutput,
    ) -> Result<u8, Fault> {
        let entry = entry(&journal, self.call).await?;
        let arguments = self.arguments(&entry)?;
        let opened = args.open(settings, self.timeout, output).await?;
        let _told = wait_notice::tell_of_network(&opened, output);
        same_environment(&entry, &opened)?;
        let recorder = args.recorder(&opened, settings, records);
        let result = match entry.summary.kind {
            CallKind::Tool => self.tool(&entry, arguments, opened.backend.as_ref(), &recorder, output).await,
            CallKind::Proxy => self.proxy(&entry, &arguments, opened.backend.as_ref(), &recorder, output).await,
        };
        output.clocks(opened.clock.skew());
        let (result, reported) = result?;
        if output.is_json() {
            output.document(&Replayed { data: &result, replayed: entry.summary.id.0 })?;
        } else {
            output.print(&escaped(&pretty(&result)))?;
        }
        Ok(exit::reported(output, reported.as_ref()))
    }

    /// Arguments to send. Credentials that were redacted are not known any more and cannot be sent.
    fn arguments(&self, entry: &JournalEntry) -> Result<JsonText, Fault> {
        if entry.summary.name.raw().contains(redact::MARK) {
            let message = "A credential in the path is not stored. Send the request again with “jackfield request”.";
            return Err(Fault::new(FaultKind::InvalidInput, message));
        }
        if let Some(argument) = &self.input {
            return input::json(argument, "The input");
        }
        match &entry.arguments {
            StoredBody::Kept(arguments) if entry.hidden.is_empty() => Ok(arguments.clone()),
            StoredBody::Kept(_) => {
                let hidden: Vec<String> = entry.hidden.iter().map(ToString::to_string).collect();
                let message = format!(
                    "The stored input lacks its credentials, at {}. Give the whole input with --input.",
                    hidden.join(", ")
                );
                Err(Fault::new(FaultKind::InvalidInput, message))
            }
            StoredBody::None | StoredBody::TooLarge => {
                Err(Fault::new(FaultKind::InvalidInput, "This call has no stored input. Give one with --input."))
            }
        }
    }

    async fn tool(
        &self,
        entry: &JournalEntry,
        input: JsonText,
        backend: &dyn Backend,
        recorder: &Recorder,
        output: &CliOutput,
    ) -> Result<(JsonText, Option<Fault>), Fault> {
        let call = &entry.summary;
        let claim = Claim {
            by: self.claimant(),
            account: self.identifier.is_none().then(|| call.account.clone()),
            identifier: self.identifier.as_deref().map_or_else(|| call.identifier.clone(), Into::into),
            connection: Some(call.connection.clone()),
        };
        let account = preflight::resolve_account(backend, &claim).await?;
        let name = call.name.raw().into();
        let tool = match target::definition(backend, &account, &name).await {
            Err(_) if self.waivers.anyway => Tool::unknown(name.raw()),
            known => known?,
        };
        // A script means what it says; a hand may have slipped.
        let again = prompt::is_someone_there();
        self.waivers.settle(backend, &tool, &account, &input, again, output).await?;
        let call = account.call(backend, &tool, input, call.agent_run.clone())?;
        let recorded = recorder.run(backend, &call).await;
        mention(output, recorded.writing.end().await.as_ref());
        recorded.result.map(|execution| (execution.data, recorded.reported)).map_err(waits_longer)
    }

    /// Source of the claim to the account: the caller, who gave an identifier, or the history.
    fn claimant(&self) -> Claimant {
        if self.identifier.is_some() { Claimant::Caller } else { Claimant::History }
    }

    async fn proxy(
        &self,
        entry: &JournalEntry,
        arguments: &JsonText,
        backend: &dyn Backend,
        recorder: &Recorder,
        output: &CliOutput,
    ) -> Result<(JsonText, Option<Fault>), Fault> {
        let call = &entry.summary;
        let identifier = self.identifier.as_deref().unwrap_or(call.identifier.raw());
        let request = proxy_journal::request(call.name.raw(), call.connection.raw(), identifier, arguments)?;
        let request = preflight::clear_request(backend, request, self.claimant()).await?;
        let recorded = recorder.request(backend, &request).await;
        mention(output, recorded.writing.end().await.as_ref());
        let response = recorded.result.map_err(waits_longer)?;
        match recorded.reported {
            Some(refused) if response.status >= 400 => {
                Err(refused.said(String::from_utf8_lossy(&response.body).into_owned()))
            }
            reported => Ok((proxy_journal::as_json(&response.body), reported)),
        }
    }
}

/// A call goes to the environment it was made in and to no other: what it names means something
/// else there.
fn same_environment(entry: &JournalEntry, opened: &Opened) -> Result<(), Fault> {
    let made_in = &entry.summary.environment;
    if made_in.raw() == opened.about().recorded_as {
        return Ok(());
    }
    let message = format!(
        "This call was made in {made_in}, but {} is open. Select the other one with --sandbox, --profile or --env-file.",
        opened.about().name
    );
    Err(Fault::new(FaultKind::Usage, message))
}
