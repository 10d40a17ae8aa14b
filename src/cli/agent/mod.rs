//! `jackfield agent`: a model that works as one user, and the runs that there were.

mod conversation;
mod document;
mod edit;
mod events;
mod export;
mod key;
mod lines;
mod list;
mod models;
mod printer;
mod questions;
mod replay;
mod show;

use std::io::{self, IsTerminal as _, Read as _};
use std::sync::Arc;

use clap::{Args, Subcommand};

use self::conversation::Conversation;
use super::output::CliOutput;
use super::{EnvironmentArgs, completions, wait_notice};
use crate::agent::{self, ActingAs, AgentLimits, AgentOrder, AgentParts, AgentStart, RunId, StoredRun};
use crate::domain::{Fault, FaultKind, decode_utf8};
use crate::flow::environment::Opened;
use crate::flow::model_access::{self, ModelAccess, ModelChoice};
use crate::flow::record::{Recorder, Records, blocking};
use crate::journal::Front;
use crate::settings::{Settings, TimeLimit};

/// Bytes of a prompt from standard input.
const LONGEST_PROMPT: u64 = 1 << 20;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct AgentArgs {
    #[command(subcommand)]
    command: Option<AgentCommand>,
    #[command(flatten)]
    run: NewRun,
}

#[derive(Debug, Subcommand)]
enum AgentCommand {
    /// List runs, the one that something last happened in first
    List(list::ListRuns),
    /// Show a run: what was said, the calls and what came of them
    Show(show::ShowRun),
    /// Go on with a run, as the same user in the same environment
    Continue(ContinueRun),
    /// Write a run down: a transcript, or a program that does the same
    Export(export::ExportRun),
    /// Send a run's reads again as another user: what would they have seen?
    Replay(replay::ReplayRun),
    /// List the models that the server has
    Models(models::ListModels),
    /// Keep or forget the key for a server of models
    #[command(subcommand)]
    Key(key::KeyCommand),
}

/// A run that begins.
#[derive(Debug, Args)]
struct NewRun {
    /// Identifier that every call acts as; the model cannot choose another
    #[arg(long = "as", value_name = "IDENTIFIER", required = true, add = completions::identifiers())]
    identifier: Option<String>,
    /// Connection whose tools the model may call (default: all of the user's); may be repeated
    #[arg(long = "connection", value_name = "CONNECTION", add = completions::connections())]
    connections: Vec<String>,
    #[command(flatten)]
    how: HowToRun,
    /// What to ask; - reads it from standard input. Without it, a conversation at the terminal
    #[arg(value_name = "PROMPT")]
    prompt: Option<String>,
}

/// A run that goes on.
#[derive(Debug, Args)]
struct ContinueRun {
    /// Id of the run, as jackfield agent list shows it
    #[arg(value_name = "RUN", add = completions::runs())]
    run: String,
    #[command(flatten)]
    how: HowToRun,
    /// What to ask; - reads it from standard input. Without it, a conversation at the terminal
    #[arg(value_name = "PROMPT")]
    prompt: Option<String>,
}

/// Options of whatever runs.
#[derive(Debug, Args)]
struct HowToRun {
    /// Id of the model (jackfield agent models lists them)
    #[arg(long, value_name = "MODEL", add = completions::models())]
    model: Option<String>,
    /// Ask the model at most N times for one message [default: 30]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000))]
    max_turns: Option<u32>,
    /// Tokens that one answer may have [default: 8192]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    max_tokens: Option<u32>,
    /// Send every call that a person would be asked about, destructive ones too
    #[arg(long)]
    yes: bool,
    /// Print the model's thinking too
    #[arg(long)]
    thinking: bool,
    /// Print what happens as it happens, one JSON document per line
    #[arg(long, conflicts_with = "json")]
    events: bool,
    /// Time to wait for the answer to a call: 90s, 5m, or none for no limit [default: 1m]
    #[arg(long, value_name = "TIME", value_parser = super::time_limit)]
    timeout: Option<TimeLimit>,
}

impl AgentArgs {
    /// True if it hears interrupts itself: the first one stops what is under way.
    pub(super) fn takes_interrupts(&self) -> bool {
        matches!(self.command, None | Some(AgentCommand::Continue(_)))
    }

    /// True if the answer is one JSON document under `--json`.
    pub(super) fn prints_a_document(&self) -> bool {
        match &self.command {
            None => !self.run.how.events,
            Some(AgentCommand::Continue(run)) => !run.how.events,
            Some(AgentCommand::Export(_)) => false,
            Some(_) => true,
        }
    }

    pub(super) async fn perform(
        &self,
        environment: &EnvironmentArgs,
        settings: &Settings,
        records: &Arc<Records>,
        output: &CliOutput,
    ) -> Result<u8, Fault> {
        let around = Around { environment, settings, records, output };
        match &self.command {
            None => self.run.perform(&around).await,
            Some(AgentCommand::Continue(run)) => run.perform(&around).await,
            Some(AgentCommand::List(list)) => list.perform(&around).await,
            Some(AgentCommand::Show(show)) => show.perform(&around).await,
            Some(AgentCommand::Export(export)) => export.perform(&around).await,
            Some(AgentCommand::Replay(replay)) => replay.perform(&around).await,
            Some(AgentCommand::Models(models)) => models.perform(&around).await,
            Some(AgentCommand::Key(key)) => key.perform(&around).await,
        }
    }
}

/// Environment, settings, records and output of every command here.
struct Around<'a> {
    environment: &'a EnvironmentArgs,
    settings: &'a Settings,
    records: &'a Arc<Records>,
    output: &'a CliOutput,
}

impl Around<'_> {
    async fn open(&self, timeout: Option<TimeLimit>) -> Result<Opened, Fault> {
        self.environment.open(self.settings, timeout, self.output).await
    }

    /// Writes down the calls of an agent.
    fn recorder(&self, opened: &Opened) -> Recorder {
        let wanted = self.environment.records(self.settings);
        Recorder::of(opened, Front::Agent, wanted.then(|| Arc::clone(self.records)))
    }

    /// The model to work with, where this one is asked for.
    async fn model(&self, opened: &Opened, model: Option<&str>) -> Result<ModelAccess, Fault> {
        let agent = &self.settings.agent;
        let choice = ModelChoice {
            model: model.map(str::to_owned),
            usual: agent.model.clone(),
            version: agent.api_version.clone(),
        };
        let keys = key::keys()?;
        wait_notice::for_keychain(self.output, wait_notice::KEYCHAIN, model_access::open(opened, &keys, &choice)).await
    }

    /// A run of the journal, whole.
    async fn stored(&self, run: &str) -> Result<StoredRun, Fault> {
        let (journal, id) = (self.records.journal().await?, RunId::known(run));
        let found = blocking(move || agent::load(&journal, &id)).await?;
        found.ok_or_else(|| {
            let message =
                format!("There is no run {}. “jackfield agent list” shows those there are.", RunId::known(run));
            Fault::new(FaultKind::NotFound, message)
        })
    }

    async fn converse(
        &self,
        opened: Opened,
        start: impl FnOnce(&ModelAccess) -> AgentStart,
        how: &HowToRun,
        prompt: Option<String>,
    ) -> Result<u8, Fault> {
        let model = self.model(&opened, how.model.as_deref()).await?;
        let recorder = self.recorder(&opened);
        if recorder.records().is_none() {
            self.output.remark("Nothing is recorded, so this run cannot be continued.");
        }
        let start = start(&model);
        let opened = Arc::new(opened);
        let parts = AgentParts { opened: Arc::clone(&opened), recorder, model };
        let mut conversation = Conversation::begin(self, parts, start, how);
        let ended = conversation.hold(prompt).await;
        self.output.clocks(opened.clock.skew());
        ended
    }
}

impl NewRun {
    async fn perform(&self, around: &Around<'_>) -> Result<u8, Fault> {
        let identifier = self.identifier.as_deref().unwrap_or_default();
        if identifier.is_empty() {
            return Err(Fault::new(FaultKind::Usage, "Say whom the agent acts as: --as IDENTIFIER."));
        }
        // Before anything is opened: without words there is nothing to do.
        let prompt = prompt(self.prompt.as_deref(), around.output.is_json() || self.how.events).await?;
        let opened = around.open(self.how.timeout).await?;
        let start = |model: &ModelAccess| {
            AgentStart::New(AgentOrder {
                acting_as: ActingAs::chosen(identifier.into()),
                connections: self.connections.iter().map(|name| name.as_str().into()).collect(),
                model: self.how.model.clone().unwrap_or_else(|| model.usual_model.clone()),
                limits: self.how.limits(AgentLimits::of(&around.settings.agent)),
            })
        };
        around.converse(opened, start, &self.how, prompt).await
    }
}

impl ContinueRun {
    async fn perform(&self, around: &Around<'_>) -> Result<u8, Fault> {
        let prompt = prompt(self.prompt.as_deref(), around.output.is_json() || self.how.events).await?;
        let stored = around.stored(&self.run).await?;
        let opened = around.open(self.how.timeout).await?;
        same_environment(&stored, &opened)?;
        let asked = self.how.model.clone();
        let start = |model: &ModelAccess| {
            // The script answers for every model in the sandbox; elsewhere the run keeps its model.
            let kept = stored.head.model.raw().to_owned();
            let usual = if model.is_script { model.usual_model.clone() } else { kept };
            let order = AgentOrder {
                acting_as: ActingAs::chosen(stored.head.identifier.clone()),
                connections: stored.head.connections.clone(),
                model: asked.unwrap_or(usual),
                limits: self.how.limits(AgentLimits::of(&around.settings.agent)),
            };
            AgentStart::Continue(RunId::known(&self.run), order)
        };
        around.converse(opened, start, &self.how, prompt).await
    }
}

impl HowToRun {
    fn limits(&self, usual: AgentLimits) -> AgentLimits {
        AgentLimits {
            max_turns: self.max_turns.unwrap_or(usual.max_turns),
            max_tokens: self.max_tokens.unwrap_or(usual.max_tokens),
            ..usual
        }
    }
}

/// A run goes on in its environment and in no other: what it names means something else there.
fn same_environment(stored: &StoredRun, opened: &Opened) -> Result<(), Fault> {
    let made_in = &stored.head.environment;
    if made_in.raw() == opened.about().recorded_as {
        return Ok(());
    }
    let message = format!(
        "This run was made in {made_in}, but {} is open. Select the other one with --sandbox, --local, --profile or \
         --env-file.",
        opened.about().name
    );
    Err(Fault::new(FaultKind::Usage, message))
}

/// The prompt: on the line, on standard input, or none where a person is at the terminal.
async fn prompt(given: Option<&str>, for_programs: bool) -> Result<Option<String>, Fault> {
    let from_input = match given {
        Some("-") => true,
        Some(text) => return spoken(text).map(Some),
        None => !io::stdin().is_terminal(),
    };
    if !from_input {
        return match for_programs {
            true => Err(Fault::new(FaultKind::Usage, "Give the prompt, or - to read it from standard input.")),
            false => Ok(None),
        };
    }
    let read = super::prompt::asking(|| {
        let unread = || Fault::new(FaultKind::InvalidInput, "Standard input cannot be read.");
        let mut bytes = Vec::new();
        let read = io::stdin().lock().take(LONGEST_PROMPT + 1).read_to_end(&mut bytes);
        read.map_err(|error| unread().because(error))?;
        if bytes.len() as u64 > LONGEST_PROMPT {
            return Err(Fault::new(FaultKind::Usage, "The prompt is larger than 1 MiB."));
        }
        let text = decode_utf8(&bytes).map_err(|why| unread().said(why.to_string()))?;
        Ok(text.to_owned())
    });
    spoken(&read.await?).map(Some)
}

/// A prompt with something in it.
fn spoken(text: &str) -> Result<String, Fault> {
    match text.trim() {
        "" => Err(Fault::new(FaultKind::Usage, "The prompt is empty.")),
        text => Ok(text.to_owned()),
    }
}
