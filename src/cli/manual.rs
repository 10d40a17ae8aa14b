//! `jackfield completions` and `jackfield man`: what packagers and shells want of the command line.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::Cli;
use super::output::Output;
use crate::domain::{Fault, FaultKind, Untrusted};

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// For which shell
    shell: Shell,
}

impl Completions {
    pub(super) fn perform(&self, output: &Output) -> Result<u8, Fault> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "jackfield", &mut script);
        output.bytes(&script)?;
        Ok(0)
    }
}

#[derive(Debug, Args)]
pub(super) struct Man {
    /// Of which command; of the program itself where none is named
    command: Vec<String>,
}

impl Man {
    pub(super) fn perform(&self, output: &Output) -> Result<u8, Fault> {
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
            .map_err(|error| Fault::new(FaultKind::Local, "The page could not be written.").said(error.to_string()))?;
        output.bytes(&page)?;
        Ok(0)
    }
}
