//! The jackfield program: reads the command line and chooses a front.

use std::process::ExitCode;

use jackfield::{Cli, Launch, REFERENCE, run_cli, run_screen, run_serve};

fn main() -> ExitCode {
    ExitCode::from(match Cli::read(std::env::args_os()) {
        Ok(cli) => run_cli(&cli, |front| match front {
            Launch::Screen(environment, mode, settings) => run_screen(environment, mode, settings),
            Launch::Serve(order) => run_serve(*order),
            Launch::Command(command) => command.run(&REFERENCE),
        }),
        Err(code) => code,
    })
}
