//! Floor 2: tools as definitions, and servers as configuration, for other programs.
//!
//! [`definitions()`] writes tools down as models and protocols want them; [`lint()`] tells what each of those
//! would refuse, and [`autofix()`] mends it; [`tokens()`] estimates what they weigh. [`client_configs()`] writes a server
//! down as the programs want it that use it. [`export_run()`] writes a run of an agent as a transcript, or as a program
//! that does the same.

mod autofix;
mod client_config;
mod definitions;
mod flaws;
mod lint;
mod run;
#[cfg(test)]
mod tests;
mod tokens;

pub use autofix::autofix;
pub use client_config::{
    ClientConfig, ClientProgram, ClientServer, SecretVariable, ServerAccess, client_configs, token_variable,
};
pub use definitions::{Dialect, definitions};
pub use lint::{LintProblem, lint};
pub use run::{
    ExportedCall, ExportedItem, ExportedOutcome, ExportedRun, ProgramAccess, ProgramPlan, RunFormat, UsageDocument,
    export_run,
};
pub use tokens::{estimate_tokens, tokens, tool_tokens};
