//! Reading the command line, and saying what in it cannot be understood.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};

use clap::error::ErrorKind;
use clap::{Arg, Command, CommandFactory as _, Error, Parser as _};

use super::output::CliOutput;
use super::sandbox::{BECOME, BecomeCommand};
use super::{Cli, completions, exit, input};
use crate::domain::{Fault, FaultKind, Untrusted};
use crate::flow::query;
use crate::redact::{self, MARK, names_a_credential};

impl Cli {
    /// Reads a command line.
    ///
    /// # Errors
    /// The exit code, where nothing is left to do: help was printed, or what is wrong was said.
    pub fn read(line: impl IntoIterator<Item = OsString>) -> Result<Self, u8> {
        let line: Vec<OsString> = line.into_iter().collect();
        if let [_, only] = line.as_slice()
            && only == query::COMMAND
        {
            return Ok(Self::evaluating_a_query());
        }
        if let [_, word, parent, command @ ..] = line.as_slice()
            && word == BECOME
            && !command.is_empty()
        {
            return Ok(Self::becoming(BecomeCommand::read(parent, command)));
        }
        if completions::answered(&line) {
            return Err(0);
        }
        Self::try_parse_from(joined(&Self::command(), &line)).map_err(|error| {
            // What cannot be parsed cannot be asked; a program that wants JSON wants it now as well.
            let output = CliOutput::new(line.iter().take_while(|word| *word != "--").any(|word| word == "--json"));
            match error.use_stderr() {
                true => refuse(&error, &line, &output),
                false => show(&error, &output),
            }
        })
    }
}

/// The same line with `--as -x` written `--as=-x`. Such values are names from other systems, which may
/// begin with a hyphen; one that is an option here is none: there a value was forgotten.
fn joined(root: &Command, line: &[OsString]) -> Vec<OsString> {
    let (mut command, mut options) = (root, root.get_arguments().collect::<Vec<_>>());
    let mut joined = Vec::with_capacity(line.len());
    let mut words = line.iter();
    joined.extend(words.next().cloned());
    while let Some(word) = words.next() {
        if let Some(below) = command.find_subcommand(word) {
            command = below;
            options.extend(below.get_arguments());
        }
        joined.push(word.clone());
        if word == "--" {
            break;
        }
        let takes_one = option(&options, word).is_some_and(|option| option.get_action().takes_values());
        if let Some(value) = takes_one.then(|| words.next()).flatten() {
            match joined.last_mut().filter(|_| is_hyphened(&options, value)) {
                Some(word) => {
                    word.push("=");
                    word.push(value);
                }
                None => joined.push(value.clone()),
            }
        }
    }
    joined.extend(words.cloned());
    joined
}

/// The option that a word is, whatever value follows an equals sign in it.
fn option<'a>(options: &[&'a Arg], word: &OsStr) -> Option<&'a Arg> {
    let name = word.to_str()?.strip_prefix("--")?;
    options.iter().find(|option| option.get_long() == Some(name)).copied()
}

/// True if a value begins with a hyphen and is still a value.
fn is_hyphened(options: &[&Arg], value: &OsStr) -> bool {
    let text = value.to_string_lossy();
    let name = text.split_once('=').map_or(&*text, |(name, _)| name);
    let own = ["-", "--", "-h", "--help", "-V", "--version"].contains(&name);
    text.starts_with('-') && !own && option(options, OsStr::new(name)).is_none()
}

/// Prints help or the version, which clap reports as an error.
fn show(asked: &Error, output: &CliOutput) -> u8 {
    let text = asked.render();
    let text = if io::IsTerminal::is_terminal(&io::stdout()) { text.ansi().to_string() } else { text.to_string() };
    output.bytes(text.as_bytes()).map_or_else(
        |fault| {
            output.fault(&fault);
            exit::code(fault.kind)
        },
        |()| 0,
    )
}

fn refuse(error: &Error, line: &[OsString], output: &CliOutput) -> u8 {
    let said = error.render().to_string();
    let text = Untrusted::from(without_credentials(&said, line));
    let is_whole = text.raw() == said;
    let lines: Vec<_> = text.whole_lines().collect();
    if output.is_json() {
        let first: Vec<_> = lines.iter().map(|line| line.trim()).take_while(|line| !line.is_empty()).collect();
        let first = first.join(" ");
        let what = first.strip_prefix("error: ").unwrap_or(&first);
        let hint = hint(error, line).map(|hint| format!(" {hint}")).unwrap_or_default();
        output.fault(&Fault::new(FaultKind::Usage, format!("{what}.{hint}")));
        return exit::code(FaultKind::Usage);
    }
    if is_whole && line.iter().all(|word| is_harmless(&word.to_string_lossy())) {
        // With its colours, where there are any.
        let _ = error.print();
    } else {
        let _ = writeln!(io::stderr(), "{}", lines.join("\n"));
    }
    if let Some(hint) = hint(error, line) {
        output.remark(&format!("\n{hint}"));
    }
    exit::code(FaultKind::Usage)
}

/// Message of clap without the parts that it repeats from the line and that may hold credentials: as a
/// whole, or beside the name of one.
fn without_credentials(said: &str, line: &[OsString]) -> String {
    let mut said = said.to_owned();
    for word in line.iter().skip(1).map(|word| word.to_string_lossy()) {
        let value = word.split_once('=').filter(|_| word.starts_with("--")).map_or(&*word, |(_, value)| value);
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        let is_beside = value.contains(|c| !is_name(c)) && value.split(|c| !is_name(c)).any(names_a_credential);
        if is_beside && redact::text(value) == value {
            said = said.replace(value, MARK);
        }
    }
    redact::text(&said).into_owned()
}

/// A word too many may be the rest of a JSON text that lost its quotes on the way.
fn hint(error: &Error, line: &[OsString]) -> Option<&'static str> {
    let lost = line.iter().any(|word| input::lost_its_quotes(&word.to_string_lossy()));
    (lost && error.kind() == ErrorKind::UnknownArgument).then_some(input::LOST_QUOTES)
}

/// True for words of the line that clap may repeat as they are.
fn is_harmless(word: &str) -> bool {
    Untrusted::from(word).scrubbed() == word
}
