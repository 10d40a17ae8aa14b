//! The jackfield program: reads the command line and chooses a front.

use std::process::ExitCode;

use clap::Parser as _;
use jackfield::cli::{self, Cli};

fn main() -> ExitCode {
    ExitCode::from(cli::main(&Cli::parse()))
}
