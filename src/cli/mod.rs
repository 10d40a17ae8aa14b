//! Floor 4: the headless front, one file a command.
//!
//! Answers go to standard output, as aligned text or, under `--json`, as one JSON document and
//! nothing else; everything else goes to standard error. Each failure has its exit code (`exit`).

mod account_changes;
mod accounts;
mod arg_error;
mod authorize;
mod completions;
mod connections;
mod exit;
mod history;
mod input;
mod objections;
mod output;
mod presets;
mod profile;
mod prompt;
mod request;
mod run;
mod sandbox;
mod settings;
mod table;
mod target;
mod tools;
mod tools_export;
mod wait_notice;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use std::{io, iter};

use clap::{Args, Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

use self::output::CliOutput;
use crate::domain::{Fault, FaultKind};
use crate::flow::environment::{self, Opened};
use crate::flow::record::{Recorder, Records};
use crate::flow::{log, process, query, sources};
use crate::journal::Front;
use crate::profile::{self as source, ProfileName};
use crate::settings::{FILE, LogLevel, ScreenReference, Settings, TimeLimit};

/// See, repair and try the connected accounts that your agents act through.
///
/// Without a command, the full-screen program opens: on the environment that is configured, or on
/// an embedded sandbox where none is.
#[derive(Debug, Parser)]
#[command(name = "jackfield", version, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    environment: EnvironmentArgs,
    /// Write a log (see settings path): off, error, warn, info or debug
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "LEVEL", hide_possible_values = true,
          value_parser = completions::one_of(LogLevel::ALL, LogLevel::name))]
    log: Option<LogLevel>,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Above the options that every command takes.
const EVERYWHERE: &str = "Everywhere";

/// Which environment is meant.
#[derive(Debug, Default, Args)]
struct EnvironmentArgs {
    /// Use the embedded sandbox
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    sandbox: bool,
    /// Use a saved environment
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "NAME", value_parser = profile::name)]
    profile: Option<ProfileName>,
    /// Use the SCALEKIT_… variables of a file, and of nothing else
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "FILE")]
    env_file: Option<PathBuf>,
    /// Keep what is sent out of the history
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    no_record: bool,
    /// Print one JSON document
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(flatten)]
    Online(Online),
    /// Run the sandbox alone, as an environment for other programs
    Sandbox(sandbox::Serve),
    /// Every call made from this machine: find it, look at it, compare it, send it again
    #[command(subcommand)]
    History(history::HistoryCommand),
    /// Arguments of tools that were given a name, to be run again
    #[command(subcommand)]
    Presets(presets::PresetsCommand),
    /// The environments saved on this machine
    #[command(subcommand)]
    Profile(profile::ProfileCommand),
    /// Settings: colours, keys, the log, and where files lie
    #[command(subcommand)]
    Settings(settings::SettingsCommand),
    /// Run a jq filter for another process of this program; nobody types it
    #[command(skip)]
    EvaluateQuery,
    /// Print the script that completes commands in a shell
    Completions(completions::Completions),
    /// Print the manual page, for man or a packager
    Man(completions::Man),
}

/// Commands that need an environment.
#[derive(Debug, Subcommand)]
enum Online {
    /// Connected accounts: see, authorize and change them
    #[command(subcommand)]
    Accounts(AccountsCommand),
    /// The configured providers of the environment
    #[command(subcommand)]
    Connections(ConnectionsCommand),
    /// The tools: those that one person may call, or all there are
    #[command(subcommand)]
    Tools(ToolsCommand),
    /// Run one tool as one person
    Run(run::RunArgs),
    /// Send a request to a provider's own API as one person
    Request(request::SendRequest),
}

#[derive(Debug, Subcommand)]
enum AccountsCommand {
    /// List connected accounts and their status
    List(accounts::ListAccounts),
    /// Show everything the broker says of one account
    Show(accounts::ShowAccount),
    /// Make an authorization link and follow it until the account is proven to work
    Authorize(authorize::AuthorizeCommand),
    /// Create an account: one to be authorized, or with credentials one that is ready
    Add(account_changes::AddAccount),
    /// Replace an account's credentials
    Update(account_changes::Update),
    /// Drop an account's credentials; it can be authorized again
    Disconnect(account_changes::AccountSelector),
    /// Delete an account for good
    Delete(account_changes::AccountSelector),
}

#[derive(Debug, Subcommand)]
enum ToolsCommand {
    /// List the tools that one person may call, or all there are
    List(tools::ListTools),
    /// Show one of them: what it does, and what it wants to be told
    Show(tools::ShowTool),
    /// Print them as definitions for a model or a protocol, or tell what that would refuse
    Export(tools_export::ExportTools),
}

#[derive(Debug, Subcommand)]
enum ConnectionsCommand {
    /// List the connections that accounts can be made on
    List,
}

impl Cli {
    /// Command that this program starts another of itself with.
    fn evaluating_a_query() -> Self {
        Self { environment: EnvironmentArgs::default(), log: None, command: Some(Command::EvaluateQuery) }
    }
}

/// Reads how long something may take.
fn time_limit(text: &str) -> Result<TimeLimit, String> {
    text.parse().map_err(|choices| format!("it is {choices}"))
}

/// The front that a command line asks for.
pub enum Launch<'a> {
    /// The full screen, on this environment.
    Screen(source::OpenTarget, &'a Settings),
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
    // Before anything else is looked at: it knows nothing but what it is given.
    if let Some(Command::EvaluateQuery) = &cli.command {
        return query::child();
    }
    process::forbid_core();
    let output = CliOutput::new(cli.environment.json);
    // A user without a home has no settings and no log; whoever needs more of it says so.
    let home = sources::home();
    let settings = home.as_ref().map(|home| Settings::read(&home.config.join(FILE))).unwrap_or_default();
    let level = cli.log.or(settings.log).unwrap_or_default();
    let _log = home.as_ref().ok().and_then(|home| log::begin(level, home));
    tracing::info!(version = env!("CARGO_PKG_VERSION"), command = cli.command.is_some(), "begins");
    let front = match &cli.command {
        None => cli.environment.request().map(|request| Launch::Screen(request, &settings)),
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
        let code = runtime.block_on(async {
            let _told = wait_notice::tell_of_journal(self.output);
            tokio::select! {
                result = self.perform(screen, &records) => result,
                // The sandbox takes an interrupt as its normal end, by itself: of two listeners either
                // may hear it first.
                Ok(end) = interrupted(), if !matches!(self.command, Command::Sandbox(_)) => {
                    prompt::give_back();
                    self.output.fault(&Fault::new(FaultKind::Cancelled, end.words));
                    Ok(end.code)
                }
            }
        });
        // What came of a call that was given up is still on its way to the disk.
        let _ = runtime.block_on(async { tokio::time::timeout(LAST_WRITE, records.settle()).await });
        runtime.shutdown_background();
        code
    }

    async fn perform(&self, screen: &ScreenReference, records: &Arc<Records>) -> Result<u8, Fault> {
        let Self { command, cli, settings, output } = *self;
        let command = match command {
            Command::Sandbox(serve) => return serve.perform(output).await,
            Command::Profile(command) => return command.perform(output).await,
            Command::Settings(command) => return command.perform(&sources::home()?, settings, screen, output),
            Command::History(command) => return command.perform(&cli.environment, settings, records, output).await,
            Command::Presets(command) => return command.perform(output).await,
            Command::EvaluateQuery => return Ok(query::child()),
            Command::Completions(completions) => return completions.perform(output),
            Command::Man(man) => return man.perform(output),
            Command::Online(command) => command,
        };
        let opened = cli.environment.open(settings, command.timeout(), output).await?;
        let _told = wait_notice::tell_of_network(&opened, output);
        let recorder = cli.environment.recorder(&opened, settings, records);
        let ended = command.perform(&opened, &recorder, output).await;
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
    let recorder = Recorder::new(&opened.about().recorded_as, Front::CommandLine, None);
    command.perform(opened, &recorder, &CliOutput::new(cli.environment.json)).await
}

impl Online {
    async fn perform(&self, opened: &Opened, recorder: &Recorder, output: &CliOutput) -> Result<u8, Fault> {
        let backend = opened.backend.as_ref();
        match self {
            Online::Accounts(AccountsCommand::List(list)) => list.perform(backend, output).await,
            Online::Accounts(AccountsCommand::Show(show)) => show.perform(backend, output).await,
            Online::Accounts(AccountsCommand::Authorize(authorize)) => authorize.perform(opened, output).await,
            Online::Accounts(AccountsCommand::Add(add)) => add.perform(backend, output).await,
            Online::Accounts(AccountsCommand::Update(update)) => update.perform(backend, output).await,
            Online::Accounts(AccountsCommand::Disconnect(selector)) => selector.disconnect(backend, output).await,
            Online::Accounts(AccountsCommand::Delete(selector)) => selector.delete(backend, output).await,
            Online::Connections(ConnectionsCommand::List) => connections::list(backend, output).await,
            Online::Tools(ToolsCommand::List(list)) => list.perform(backend, output).await,
            Online::Tools(ToolsCommand::Show(show)) => show.perform(backend, output).await,
            Online::Tools(ToolsCommand::Export(export)) => export.perform(backend, output).await,
            Online::Run(run) => run.perform(backend, recorder, output).await,
            Online::Request(request) => request.perform(backend, recorder, output).await,
        }
    }

    /// Time limit of a call, where the command line sets one.
    fn timeout(&self) -> Option<TimeLimit> {
        match self {
            Self::Run(run) => run.timeout,
            Self::Request(request) => request.timeout,
            _ => None,
        }
    }
}

/// The same fault of a call; one of our own impatience says what waits longer.
fn waits_longer(mut fault: Fault) -> Fault {
    if fault.kind == FaultKind::TimedOut && fault.http_status.is_none() {
        fault.message.push_str(" --timeout TIME waits longer, --timeout none as long as it takes.");
    }
    fault
}

impl EnvironmentArgs {
    /// Opens the environment that is meant, and says what of its source does not count.
    /// `timeout` is how long a call may take, where the command says so.
    async fn open(&self, settings: &Settings, timeout: Option<TimeLimit>, output: &CliOutput) -> Result<Opened, Fault> {
        let mut limits = environment::limits(settings);
        limits.calls = timeout.map_or(limits.calls, |timeout| timeout.0);
        let opened = wait_notice::open(self.request()?, limits, output).await?;
        if let Some(remark) = &opened.remark {
            output.warning(remark);
        }
        Ok(opened)
    }

    fn recorder(&self, opened: &Opened, settings: &Settings, records: &Arc<Records>) -> Recorder {
        let wanted = settings.record.unwrap_or(true) && !self.no_record;
        Recorder::new(&opened.about().recorded_as, Front::CommandLine, wanted.then(|| Arc::clone(records)))
    }

    /// Named anywhere in the line, so the parser of no single command sees that there are two.
    fn request(&self) -> Result<source::OpenTarget, Fault> {
        let named = [
            self.sandbox.then_some(source::OpenTarget::Sandbox),
            self.profile.clone().map(source::OpenTarget::Profile),
            self.env_file.clone().map(source::OpenTarget::EnvFile),
        ];
        let mut named = named.into_iter().flatten();
        match (named.next(), named.next()) {
            (request, None) => Ok(request.unwrap_or_default()),
            _ => Err(Fault::new(
                FaultKind::Usage,
                "Only one of --sandbox, --profile and --env-file can name the environment.",
            )),
        }
    }
}
