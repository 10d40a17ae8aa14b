//! Reading the command line, and saying what in it cannot be understood.

use std::ffi::OsString;
use std::io::{self, Write as _};

use clap::{Error, Parser as _};

use super::output::Output;
use super::{Cli, exit};
use crate::domain::{Fault, FaultKind, Untrusted};
use crate::redact::{self, MARK, names_a_credential};

impl Cli {
    /// Reads a command line.
    ///
    /// # Errors
    /// The exit code, where nothing is left to do: help was printed, or what is wrong was said.
    pub fn read(line: impl IntoIterator<Item = OsString>) -> Result<Self, u8> {
        let line: Vec<OsString> = line.into_iter().collect();
        Self::try_parse_from(&line).map_err(|error| {
            // What cannot be parsed cannot be asked; a program that wants JSON wants it now as well.
            let output = Output::new(line.iter().take_while(|word| *word != "--").any(|word| word == "--json"));
            match error.use_stderr() {
                true => refuse(&error, &line, &output),
                false => show(&error, &output),
            }
        })
    }
}

/// Help and version.
fn show(asked: &Error, output: &Output) -> u8 {
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

fn refuse(error: &Error, line: &[OsString], output: &Output) -> u8 {
    let said = error.render().to_string();
    let text = Untrusted::from(without_credentials(&said, line));
    let is_whole = text.raw() == said;
    let lines: Vec<_> = text.scrubbed_lines().collect();
    if output.is_json() {
        let first: Vec<_> = lines.iter().map(|line| line.trim()).take_while(|line| !line.is_empty()).collect();
        let first = first.join(" ");
        let what = first.strip_prefix("error: ").unwrap_or(&first);
        output.fault(&Fault::new(FaultKind::Usage, format!("The command line cannot be understood: {what}.")));
    } else if is_whole && line.iter().all(|word| is_harmless(&word.to_string_lossy())) {
        // With its colours, where there are any.
        let _ = error.print();
    } else {
        let _ = writeln!(io::stderr(), "{}", lines.join("\n"));
    }
    exit::code(FaultKind::Usage)
}

/// What clap says repeats values of the line, which may hold credentials: as a whole, or beside the name
/// of one.
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

/// What clap says repeats parts of the line as they are.
fn is_harmless(word: &str) -> bool {
    Untrusted::from(word).scrubbed() == word
}
