//! The jackfield program: reads the command line and chooses a front.

use std::process::ExitCode;

use jackfield::cli::{self, Cli, Launch};
use jackfield::tui;

fn main() -> ExitCode {
    ExitCode::from(match Cli::read(std::env::args_os()) {
        Ok(cli) => cli::run(&cli, |front| match front {
            Launch::Screen(environment, settings) => tui::run(environment, settings),
            Launch::Command(command) => command.run(&tui::REFERENCE),
        }),
        Err(code) => code,
    })
}
