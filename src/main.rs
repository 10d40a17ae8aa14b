//! The jackfield program: reads the command line and chooses a front.

use std::process::ExitCode;

use jackfield::cli::{self, Cli};

fn main() -> ExitCode {
    ExitCode::from(match Cli::read(std::env::args_os()) {
        Ok(cli) => cli::main(&cli),
        Err(code) => code,
    })
}
