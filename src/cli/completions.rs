//! Completion: `jackfield completions` prints a script, which asks this program what could come next.

use std::ffi::{OsStr, OsString};

use clap::builder::{PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser};
use clap::{Arg, Args, Command, CommandFactory as _, ValueHint};
use clap_complete::Shell;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::{CompleteEnv, Shells};

use super::Cli;
use super::names::{NameKind, names};
use super::output::CliOutput;
use crate::domain::{Fault, FaultKind};

/// Variable by which a script asks, with the name of its shell.
const ASKED: &str = "JACKFIELD_COMPLETE";

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// Shell
    shell: Shell,
}

impl Completions {
    pub(super) fn perform(&self, output: &CliOutput) -> Result<u8, Fault> {
        let unwritten = || Fault::new(FaultKind::Local, "The completion script could not be written.");
        let shells = Shells::builtins();
        let shell = shells.completer(&self.shell.to_string()).ok_or_else(unwritten)?;
        let mut script = Vec::new();
        shell
            .write_registration(ASKED, "jackfield", "jackfield", "jackfield", &mut script)
            .map_err(|error| unwritten().because(error))?;
        output.bytes(&script)?;
        Ok(0)
    }
}

/// Answers a script that asks what could come next. False where none does.
pub(super) fn answered(line: &[OsString]) -> bool {
    let asked = std::env::var_os(ASKED).is_some_and(|shell| !shell.is_empty());
    let answer = || {
        let command = || without_files(Cli::command());
        let folder = std::env::current_dir().ok();
        let asked = CompleteEnv::with_factory(command).var(ASKED).bin("jackfield").completer("jackfield");
        asked.try_complete(line, folder.as_deref())
    };
    // What goes wrong costs the completion alone; a message would stand in the middle of a line.
    asked && answer().unwrap_or(true)
}

/// Completes accounts, as CONNECTION/IDENTIFIER.
pub(super) fn accounts() -> ArgValueCompleter {
    known(NameKind::Account)
}

/// Completes identifiers.
pub(super) fn identifiers() -> ArgValueCompleter {
    known(NameKind::Identifier)
}

/// Completes names of connections.
pub(super) fn connections() -> ArgValueCompleter {
    known(NameKind::Connection)
}

/// Completes names of tools.
pub(super) fn tools() -> ArgValueCompleter {
    known(NameKind::Tool)
}

/// Completes names of configurations of provisioned MCP servers.
pub(super) fn server_configs() -> ArgValueCompleter {
    known(NameKind::ServerConfig)
}

/// Completes names of instances of provisioned MCP servers.
pub(super) fn server_instances() -> ArgValueCompleter {
    known(NameKind::ServerInstance)
}

/// Completes ids of runs of agents.
pub(super) fn runs() -> ArgValueCompleter {
    known(NameKind::AgentRun)
}

/// Completes ids of models, as far as they are known without asking anybody.
pub(super) fn models() -> ArgValueCompleter {
    known(NameKind::Model)
}

/// Completes names of saved profiles.
pub(super) fn profiles() -> ArgValueCompleter {
    known(NameKind::Profile)
}

fn known(kind: NameKind) -> ArgValueCompleter {
    ArgValueCompleter::new(move |typed: &OsStr| {
        let Some(typed) = typed.to_str() else { return Vec::new() };
        names(kind, typed)
            .into_iter()
            .map(|name| CompletionCandidate::new(name.name).help(name.about.map(Into::into)))
            .collect()
    })
}

/// Removes completion by file names where a value is neither a file nor one of a few words: left to itself,
/// a shell would offer files.
fn without_files(command: Command) -> Command {
    let named = |arg: Arg| match arg.get_value_hint() {
        ValueHint::Unknown if arg.get_possible_values().is_empty() => arg.value_hint(ValueHint::Other),
        _ => arg,
    };
    command.mut_args(named).mut_subcommands(without_files)
}

/// Reads one of a few words, which `word` gives. Shells complete them, help and errors list them.
pub(super) fn one_of<T>(all: &'static [T], word: fn(T) -> &'static str) -> impl TypedValueParser<Value = T>
where
    T: Copy + Send + Sync + 'static,
{
    PossibleValuesParser::new(all.iter().map(|one| word(*one))).try_map(move |text| {
        // In any case, where an option takes it so.
        all.iter().copied().find(|one| word(*one).eq_ignore_ascii_case(&text)).ok_or("there is no such word")
    })
}

/// Reads any text; shells complete, and help lists, words that are known.
#[derive(Clone)]
pub(super) struct Known(pub &'static [&'static str]);

impl TypedValueParser for Known {
    type Value = String;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.0.iter().map(PossibleValue::new)))
    }
}
