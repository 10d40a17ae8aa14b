//! `jackfield man`: a manual page for the program or one command.

use clap::{Arg, Args, Command, CommandFactory as _};
use clap_mangen::Man as Page;
use clap_mangen::roff::{Roff, bold, italic, roman};

use super::output::CliOutput;
use super::places::{VARIABLES, own_files};
use super::{Cli, exit, topics};
use crate::domain::{Fault, FaultKind};
use crate::settings::ScreenReference;

#[derive(Debug, Args)]
pub(super) struct Man {
    /// Command (default: jackfield itself)
    command: Vec<String>,
}

impl Man {
    pub(super) fn perform(&self, screen: &ScreenReference, output: &CliOutput) -> Result<u8, Fault> {
        let mut root = Cli::command();
        let command = topics::find(&mut root, &self.command)?.clone();
        let unwritten =
            |error: std::io::Error| Fault::new(FaultKind::Local, "The page could not be written.").because(error);
        output.bytes(&page(&command, screen).map_err(unwritten)?)?;
        Ok(0)
    }
}

fn page(command: &Command, screen: &ScreenReference) -> std::io::Result<Vec<u8>> {
    let man = Page::new(command.clone());
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    synopsis(command).to_writer(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    let files: Vec<_> = own_files(screen).iter().map(|file| (file.usual_path(), file.about)).collect();
    let owned = |rows: &[(&str, &'static str)]| -> Vec<(String, &'static str)> {
        rows.iter().map(|(name, about)| ((*name).to_owned(), *about)).collect()
    };
    for (title, rows) in [("EXIT STATUS", owned(&exit::CODES)), ("ENVIRONMENT", owned(&VARIABLES)), ("FILES", files)] {
        section(title, &rows).to_writer(&mut page)?;
    }
    if command.get_version().is_some() {
        man.render_version_section(&mut page)?;
    }
    // Each section brings a definition that one is enough of.
    let text = String::from_utf8_lossy(&page);
    let (before, after) = text.split_once(APOSTROPHE).unwrap_or(("", &text));
    Ok(format!("{before}{APOSTROPHE}{}", after.replace(APOSTROPHE, "")).into_bytes())
}

/// The definition of an apostrophe.
const APOSTROPHE: &str = ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n";

/// Synopsis: operands and own options; those of every command stand below.
fn synopsis(command: &Command) -> Roff {
    let name = command.get_bin_name().unwrap_or(command.get_name());
    let mut words = vec![bold(name)];
    let own = |argument: &&Arg| !argument.is_global_set() && !argument.is_positional() && argument.get_long().is_some();
    for option in
        command.get_arguments().filter(own).filter(|option| !["help", "version"].contains(&option.get_id().as_str()))
    {
        let (before, after) = if option.is_required_set() { (" ", "") } else { (" [", "]") };
        words.extend([roman(before), bold(format!("--{}", option.get_long().unwrap_or_default()))]);
        if option.get_action().takes_values() {
            let value = option.get_value_names().and_then(|names| names.first()).map(ToString::to_string);
            words.extend([roman(" "), italic(value.unwrap_or_default())]);
        }
        words.push(roman(after));
    }
    words.push(roman(" ["));
    words.push(italic("GLOBAL OPTIONS"));
    words.push(roman("]"));
    for operand in command.get_positionals() {
        let names = operand.get_value_names().unwrap_or_default();
        let name = names.first().map_or_else(|| operand.get_id().as_str().to_uppercase(), ToString::to_string);
        words.extend(if operand.is_required_set() {
            vec![roman(" "), italic(name)]
        } else {
            vec![roman(" ["), italic(name), roman("]")]
        });
    }
    if command.has_subcommands() {
        let needed = command.is_subcommand_required_set();
        words.extend(if needed {
            vec![roman(" "), italic("COMMAND")]
        } else {
            vec![roman(" ["), italic("COMMAND"), roman("]")]
        });
    }
    let mut roff = Roff::default();
    roff.control("SH", ["SYNOPSIS"]);
    roff.text(words);
    roff
}

fn section(title: &str, rows: &[(String, &str)]) -> Roff {
    let mut roff = Roff::default();
    roff.control("SH", [title]);
    for (name, about) in rows {
        roff.control("TP", []);
        roff.text([bold(name.as_str())]);
        roff.text([roman(*about)]);
    }
    roff
}
