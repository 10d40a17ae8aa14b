//! Floor 5: the headless front, one file a command.
//!
//! Answers go to standard output, as aligned text or, under `--json`, as one JSON document and
//! nothing else; everything else goes to standard error. Each failure has its exit code (`exit`).

mod account_changes;
mod accounts;
mod accounts_watch;
mod agent;
mod arg_error;
mod audit;
mod authorize;
mod changes;
mod compare;
mod completions;
mod connect;
mod connect_exchange;
mod connect_server;
mod connections;
mod contracts;
mod doctor;
mod elicitation;
mod embedded;
mod environment_args;
mod exit;
mod explain;
mod history;
mod input;
mod jq;
mod junit;
mod manual;
mod mcp;
mod modifiers;
mod names;
mod objections;
mod output;
mod places;
mod presets;
mod profile;
mod prompt;
mod prompts;
mod prove;
mod receipts;
mod rehearse;
mod request;
mod resources;
mod run;
mod sandbox;
mod serve;
mod settings;
mod style;
mod table;
mod target;
mod time;
mod tools;
mod tools_export;
mod topics;
mod wait_notice;

use std::sync::Arc;
use std::time::Duration;
use std::{io, iter};

use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

use self::environment_args::EnvironmentArgs;
use self::output::CliOutput;
use crate::domain::{Fault, FaultKind, Mode};
use crate::flow::environment::Opened;
use crate::flow::offer::ServeOrder;
use crate::flow::record::{Recorder, Records};
use crate::flow::{log, process, query, sources};
use crate::journal::Front;
use crate::profile::{self as source};
use crate::settings::{FILE, LogLevel, ScreenReference, Settings, TimeLimit};

/// Inspect, repair and try the connected accounts your agents act through.
///
/// Without a command the full-screen program opens, on the configured environment or else on an
/// embedded sandbox.
#[derive(Debug, Parser)]
#[command(name = "jackfield", version, max_term_width = 100, disable_help_subcommand = true, after_help = topics::LIST)]
pub struct Cli {
    #[command(flatten)]
    environment: EnvironmentArgs,
    /// Write a log file: off, error, warn, info or debug (jackfield settings path shows where)
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "LEVEL", hide_possible_values = true,
          value_parser = completions::one_of(LogLevel::ALL, LogLevel::name))]
    log: Option<LogLevel>,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Heading of the options that every command takes.
const EVERYWHERE: &str = "Global options";

#[derive(Debug, Subcommand)]
enum Command {
    #[command(flatten)]
    Online(Online),
    /// Say why a list is empty or a call fails
    Explain(explain::Explain),
    /// Run the sandbox as a server for other programs
    Sandbox(sandbox::Serve),
    /// Have a model work as one user, with every call in sight
    Agent(Box<agent::AgentArgs>),
    /// Serve one user's tools to an agent
    #[command(subcommand)]
    Serve(serve::ServeCommand),
    /// Search, show, compare and re-send past calls
    #[command(subcommand)]
    History(history::HistoryCommand),
    /// Search, show and verify the audit: every use of a credential
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Tools of your own, written down as files
    #[command(subcommand)]
    Contracts(contracts::ContractsCommand),
    /// Saved tool inputs
    #[command(subcommand)]
    Presets(presets::PresetsCommand),
    /// Filters that change inputs before they are sent and results before they are shown
    #[command(subcommand)]
    Modifiers(modifiers::ModifiersCommand),
    /// Saved environments
    #[command(subcommand)]
    Profile(profile::ProfileCommand),
    /// Settings, keys and file locations
    #[command(subcommand)]
    Settings(settings::SettingsCommand),
    /// Run a jq filter for another process of this program; nobody types it
    #[command(skip)]
    EvaluateQuery,
    /// Become the command of a sandbox, in a process of its own; nobody types it
    #[command(skip)]
    BecomeCommand(sandbox::BecomeCommand),
    /// Print a shell completion script
    Completions(completions::Completions),
    /// Print a manual page
    Man(manual::Man),
    /// Show help for a command or a topic
    Help(topics::Help),
}

/// Commands that need an environment.
#[derive(Debug, Subcommand)]
enum Online {
    /// List, authorize and change connected accounts
    #[command(subcommand)]
    Accounts(AccountsCommand),
    /// Connect a provider to your own environment: from nothing to an active account
    Connect(Box<connect::ConnectCommand>),
    /// List the environment's connections
    #[command(subcommand)]
    Connections(ConnectionsCommand),
    /// List, show and export tools
    #[command(subcommand)]
    Tools(ToolsCommand),
    /// MCP servers that the environment provisions for agents
    #[command(subcommand)]
    Mcp(mcp::McpCommand),
    /// List and read resources of MCP servers
    #[command(subcommand)]
    Resources(resources::ResourcesCommand),
    /// List prompts of MCP servers, and fill them in
    #[command(subcommand)]
    Prompts(prompts::PromptsCommand),
    /// Run a tool as one user
    Run(run::RunArgs),
    /// Run a tool as several users and show who sees what
    Compare(compare::Compare),
    /// Send a request to a provider's own API as one user
    Request(request::SendRequest),
    /// Show what changed in the environment since an earlier look
    Changes(changes::ShowChanges),
    /// Check that all is well: key, accounts, connections, tools, changes
    Doctor(doctor::Doctor),
}

#[derive(Debug, Subcommand)]
enum AccountsCommand {
    /// List accounts and their status, those that need attention first
    List(accounts::ListAccounts),
    /// Show one account
    Show(accounts::ShowAccount),
    /// Create an authorization link and wait until the account is active
    Authorize(authorize::AuthorizeCommand),
    /// Ask the providers who accounts are
    Prove(prove::ProveAccounts),
    /// List what earlier authorizations changed
    Receipts(receipts::ListReceipts),
    /// Try on a throw-away account whether the environment verifies who consents
    Rehearse(rehearse::Rehearse),
    /// Create an account, to be authorized or with credentials
    Add(account_changes::AddAccount),
    /// Replace an account's credentials
    Update(account_changes::Update),
    /// Remove an account's credentials; it can be authorized again
    Disconnect(account_changes::AccountSelector),
    /// Delete an account permanently
    Delete(account_changes::AccountSelector),
    /// Print every change of an account as it is seen, one line each
    Watch(accounts_watch::WatchAccounts),
}

#[derive(Debug, Subcommand)]
enum ToolsCommand {
    /// List the tools one user may call, or all tools
    List(tools::ListTools),
    /// Show a tool: description and input schema
    Show(tools::ShowTool),
    /// Export tools as definitions for a model or for MCP
    Export(tools_export::ExportTools),
}

#[derive(Debug, Subcommand)]
enum ConnectionsCommand {
    /// List connections
    List,
}

impl Cli {
    /// Command that this program starts another of itself with.
    fn evaluating_a_query() -> Self {
        Self::without_options(Command::EvaluateQuery)
    }

    /// The same of a process that becomes a command.
    fn becoming(command: sandbox::BecomeCommand) -> Self {
        Self::without_options(Command::BecomeCommand(command))
    }

    fn without_options(command: Command) -> Self {
        Self { environment: EnvironmentArgs::default(), log: None, command: Some(command) }
    }
}

/// Reads how long something may take.
fn time_limit(text: &str) -> Result<TimeLimit, String> {
    text.parse().map_err(|choices| format!("expected {choices}"))
}

/// The front that a command line asks for.
pub enum Launch<'a> {
    /// The full screen, on this environment, in this mode if one is named.
    Screen(source::OpenTarget, Option<Mode>, &'a Settings),
    /// The server of tools, by this order.
    Serve(Box<ServeOrder>),
    /// The command that it names.
    Command(CommandLine<'a>),
}

/// A command with what it needs to run.
pub struct CommandLine<'a> {
    command: &'a Command,
    cli: &'a Cli,
    settings: &'a Settings,
    output: &'a CliOutput,
}

/// Begins the log and reads the settings; then `start` starts the front that the command line asks for.
/// Returns the program's exit code.
pub fn run(cli: &Cli, start: impl FnOnce(Launch<'_>) -> Result<u8, Fault>) -> u8 {
    // Before anything else is looked at: they know nothing but what they are given.
    match &cli.command {
        Some(Command::EvaluateQuery) => return query::child(),
        Some(Command::BecomeCommand(command)) => return command.run(),
        _ => {}
    }
    process::forbid_core();
    let output = CliOutput::new(cli.environment.json).colored(cli.environment.color).selecting(cli.environment.words());
    // A user without a home has no settings and no log; whoever needs more of it says so.
    let home = sources::home();
    let settings = home.as_ref().map(|home| Settings::read(&home.config.join(FILE))).unwrap_or_default();
    let level = cli.log.or(settings.log).unwrap_or_default();
    let _log = home.as_ref().ok().and_then(|home| log::begin(level, home));
    tracing::info!(version = env!("CARGO_PKG_VERSION"), command = cli.command.is_some(), "begins");
    let front = match &cli.command {
        None => cli.environment.request().map(|request| Launch::Screen(request, cli.environment.mode, &settings)),
        Some(Command::Serve(serve)) => {
            serve.order(&cli.environment, &settings).map(|order| Launch::Serve(Box::new(order)))
        }
        Some(command) => Ok(Launch::Command(CommandLine { command, cli, settings: &settings, output: &output })),
    };
    let code = front.and_then(start).unwrap_or_else(|fault| {
        output.fault(&fault);
        exit::code(fault.kind)
    });
    tracing::info!(code, "ends");
    code
}

impl CommandLine<'_> {
    /// Runs the command. Returns its exit code.
    ///
    /// # Errors
    /// What went wrong; its kind has an exit code of its own.
    pub fn run(&self, screen: &ScreenReference) -> Result<u8, Fault> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|error| Fault::new(FaultKind::Local, "The program could not start.").because(error))?;
        let records = Arc::new(Records::for_this_user());
        let filter = self.filter()?;
        let code = runtime.block_on(async {
            let _told = wait_notice::tell_of_journal(self.output);
            tokio::select! {
                result = self.filtered(filter, screen, &records) => result,
                // What never ends by itself takes an interrupt as its normal end, by itself: of two listeners
                // either may hear it first.
                Ok(end) = interrupted(), if !self.command.is_endless() => {
                    prompt::give_back();
                    self.output.fault(&Fault::new(FaultKind::Cancelled, end.words));
                    Ok(end.code)
                }
            }
        });
        // What came of a call that was given up is still on its way to the disk.
        let _ = runtime.block_on(async { tokio::time::timeout(LAST_WRITE, records.settle()).await });
        history::mention(self.output, records.audit_failure().as_ref());
        runtime.shutdown_background();
        code
    }

    /// The jq filter for the answer.
    ///
    /// # Errors
    /// [`FaultKind::Usage`]: the command prints something else than one JSON document.
    fn filter(&self) -> Result<Option<&str>, Fault> {
        let filter = self.cli.environment.jq.as_deref();
        if filter.is_some() && !self.command.prints_a_document() {
            return Err(Fault::new(FaultKind::Usage, "--jq needs a command that prints one JSON document."));
        }
        Ok(filter)
    }

    /// Runs the command, and its answer through the filter.
    async fn filtered(
        &self,
        filter: Option<&str>,
        screen: &ScreenReference,
        records: &Arc<Records>,
    ) -> Result<u8, Fault> {
        let Some(filter) = filter else { return self.perform(self.output, screen, records).await };
        // Before anything is sent: a filter that cannot be read would cost the answer.
        query::check(filter).await?;
        let mut output = self.output.clone().holding();
        let ended = self.perform(&output, screen, records).await;
        let answer = output.release();
        if !answer.is_empty() {
            jq::print(filter, &answer, &output).await?;
        }
        ended
    }

    async fn perform(&self, output: &CliOutput, screen: &ScreenReference, records: &Arc<Records>) -> Result<u8, Fault> {
        let Self { command, cli, settings, .. } = *self;
        let command = match command {
            Command::Sandbox(serve) => return serve.perform(cli.environment.sandbox_state.as_deref(), output).await,
            Command::Profile(command) => return command.perform(cli.environment.mode, output).await,
            Command::Settings(command) => return command.perform(&sources::home()?, settings, screen, output),
            Command::History(command) => return command.perform(&cli.environment, settings, records, output).await,
            Command::Audit(command) => return command.perform(records, output).await,
            Command::Contracts(command) => return command.perform(&cli.environment, settings, records, output).await,
            Command::Presets(command) => return command.perform(output).await,
            Command::Modifiers(command) => return command.perform(output).await,
            Command::Explain(command) => return command.perform(&cli.environment, settings, records, output).await,
            Command::Agent(command) => return command.perform(&cli.environment, settings, records, output).await,
            // Another front's: it was launched before.
            Command::Serve(_) => return Ok(0),
            Command::EvaluateQuery => return Ok(query::child()),
            Command::BecomeCommand(command) => return Ok(command.run()),
            Command::Completions(completions) => return completions.perform(output),
            Command::Man(man) => return man.perform(screen, output),
            Command::Help(help) => return help.perform(screen, output),
            Command::Online(command) => command,
        };
        let opened = cli.environment.open(settings, command.timeout(), output).await?;
        let _told = wait_notice::tell_of_network(&opened, output);
        let recorder = cli.environment.recorder(&opened, settings, records);
        let ended = command.perform(&opened, &recorder, records, output).await;
        output.clocks(opened.clock.skew());
        ended
    }
}

/// Time that the last outcome has for its way to the disk.
const LAST_WRITE: Duration = Duration::from_secs(6);

/// End of a command that somebody asked for.
struct Interruption {
    words: &'static str,
    /// 128 and the number of the signal, as shells count.
    code: u8,
}

/// Waits until somebody wants an end. What was under way is dropped, and closes what it has begun to print.
async fn interrupted() -> io::Result<Interruption> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted.map(|()| Interruption { words: "Interrupted.", code: 130 }),
        _ = terminate.recv() => Ok(Interruption { words: "Terminated.", code: 143 }),
    }
}

/// Runs one command in an environment that is open, whatever the line says of one. Nothing is recorded.
///
/// # Errors
/// [`FaultKind::Usage`]: the line cannot be read, or its command needs no environment. Else what went wrong.
pub async fn run_in<'a>(opened: &Opened, line: impl IntoIterator<Item = &'a str>) -> Result<u8, Fault> {
    let unread = || Fault::new(FaultKind::Usage, "This is no command that needs an environment.");
    let cli = Cli::try_parse_from(iter::once("jackfield").chain(line)).map_err(|error| unread().because(error))?;
    let Some(Command::Online(command)) = &cli.command else { return Err(unread()) };
    let recorder = Recorder::of(opened, Front::CommandLine, None);
    let records = Arc::new(Records::for_this_user());
    command.perform(opened, &recorder, &records, &CliOutput::new(cli.environment.json)).await
}

impl Command {
    /// True if the answer is one JSON document under `--json`.
    fn prints_a_document(&self) -> bool {
        use history::HistoryCommand::{Export, Show};
        match self {
            Self::Sandbox(_) | Self::Serve(_) => false,
            Self::Agent(agent) => agent.prints_a_document(),
            Self::EvaluateQuery | Self::BecomeCommand(_) | Self::Completions(_) | Self::Man(_) | Self::Help(_) => false,
            Self::Settings(settings) => !matches!(settings, settings::SettingsCommand::Example),
            Self::History(Show(show)) => !show.is_code(),
            Self::History(history) => !matches!(history, Export(_)),
            Self::Audit(audit) => audit.prints_a_document(),
            Self::Online(Online::Accounts(AccountsCommand::Watch(_))) => false,
            Self::Online(_) | Self::Explain(_) | Self::Contracts(_) | Self::Presets(_) => true,
            Self::Modifiers(_) | Self::Profile(_) => true,
        }
    }

    /// True if it hears interrupts itself: it runs until somebody ends it, or stops what is under way first.
    fn is_endless(&self) -> bool {
        match self {
            Self::Agent(agent) => agent.takes_interrupts(),
            Self::Sandbox(_) | Self::Serve(_) | Self::Online(Online::Accounts(AccountsCommand::Watch(_))) => true,
            _ => false,
        }
    }
}

impl Online {
    async fn perform(
        &self,
        opened: &Opened,
        recorder: &Recorder,
        records: &Arc<Records>,
        output: &CliOutput,
    ) -> Result<u8, Fault> {
        let backend = opened.backend.as_ref();
        match self {
            Online::Accounts(AccountsCommand::List(list)) => list.perform(opened, recorder, output).await,
            Online::Accounts(AccountsCommand::Show(show)) => show.perform(backend, output).await,
            Online::Accounts(AccountsCommand::Prove(prove)) => prove.perform(opened, recorder, output).await,
            Online::Accounts(AccountsCommand::Authorize(authorize)) => {
                authorize.perform(opened, recorder, output).await
            }
            Online::Accounts(AccountsCommand::Receipts(list)) => list.perform(opened, records, output).await,
            Online::Accounts(AccountsCommand::Rehearse(rehearse)) => rehearse.perform(opened, records, output).await,
            Online::Accounts(AccountsCommand::Add(add)) => add.perform(opened, output).await,
            Online::Accounts(AccountsCommand::Update(update)) => update.perform(opened, output).await,
            Online::Accounts(AccountsCommand::Disconnect(selector)) => selector.disconnect(opened, output).await,
            Online::Accounts(AccountsCommand::Delete(selector)) => selector.delete(opened, output).await,
            Online::Connect(connect) => connect.perform(opened, recorder, output).await,
            Online::Connections(ConnectionsCommand::List) => connections::list(backend, output).await,
            Online::Tools(ToolsCommand::List(list)) => list.perform(backend, output).await,
            Online::Tools(ToolsCommand::Show(show)) => show.perform(backend, output).await,
            Online::Tools(ToolsCommand::Export(export)) => export.perform(backend, output).await,
            Online::Mcp(command) => command.perform(opened, recorder, output).await,
            Online::Resources(resources) => resources.perform(backend, output).await,
            Online::Prompts(prompts) => prompts.perform(backend, output).await,
            Online::Run(run) => run.perform(opened, recorder, output).await,
            Online::Compare(compare) => compare.perform(opened, recorder, output).await,
            Online::Request(request) => request.perform(opened, recorder, output).await,
            Online::Accounts(AccountsCommand::Watch(watch)) => watch.perform(backend, output).await,
            Online::Changes(changes) => changes.perform(backend, recorder, output).await,
            Online::Doctor(doctor) => doctor.perform(opened, recorder, output).await,
        }
    }

    /// Time limit of a call, where the command line sets one.
    fn timeout(&self) -> Option<TimeLimit> {
        match self {
            Self::Run(run) => run.timeout,
            Self::Compare(compare) => compare.timeout,
            Self::Request(request) => request.timeout,
            Self::Mcp(mcp::McpCommand::Try(attempt)) => attempt.timeout,
            _ => None,
        }
    }
}

/// The same fault of a call; one of our own impatience says what waits longer.
fn waits_longer(mut fault: Fault) -> Fault {
    if fault.kind == FaultKind::TimedOut && fault.http_status.is_none() {
        fault.message.push_str(" Use --timeout to wait longer (--timeout none: no limit).");
    }
    fault
}
