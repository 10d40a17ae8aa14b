//! `jackfield completions` and `jackfield man`: what packagers and shells want of the command line.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser};
use clap::{Arg, Args, Command, CommandFactory as _, ValueHint};
use clap_complete::Shell;

use super::Cli;
use super::output::CliOutput;
use crate::domain::{Fault, FaultKind, Untrusted};

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// For which shell
    shell: Shell,
}

impl Completions {
    pub(super) fn perform(&self, output: &CliOutput) -> Result<u8, Fault> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut without_files(Cli::command()), "jackfield", &mut script);
        output.bytes(&script)?;
        Ok(0)
    }
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

#[derive(Debug, Args)]
pub(super) struct Man {
    /// Of which command; of the program itself where none is named
    command: Vec<String>,
}

impl Man {
    pub(super) fn perform(&self, output: &CliOutput) -> Result<u8, Fault> {
        let mut root = Cli::command().disable_help_subcommand(true);
        // Gives each command its full name.
        root.build();
        let mut command = &root;
        for name in &self.command {
            command = command.find_subcommand(name).ok_or_else(|| {
                let message = format!("There is no command named {}.", Untrusted::from(name.as_str()));
                Fault::new(FaultKind::Usage, message)
            })?;
        }
        let mut page = Vec::new();
        clap_mangen::Man::new(command.clone())
            .render(&mut page)
            .map_err(|error| Fault::new(FaultKind::Local, "The page could not be written.").because(error))?;
        output.bytes(&page)?;
        Ok(0)
    }
}
