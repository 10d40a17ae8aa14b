//! Floor 2: calls and tools as code for other programs.
//!
//! [`snippet()`] writes one call down as a command or a program; [`definitions()`] writes tools down as
//! models and protocols want them, and tells what each of those would refuse; [`tokens()`] estimates
//! what they weigh. No credential is ever written: what looks like one becomes a variable.

mod autofix;
mod definitions;
mod flaws;
mod lint;
mod literal;
mod proxy_snippet;
mod snippet;
#[cfg(test)]
mod tests;
mod tokens;

pub use autofix::autofix;
pub use definitions::{Dialect, definitions};
pub use lint::{LintProblem, lint};
pub use proxy_snippet::proxy_snippet;
pub use snippet::{SnippetKind, snippet};
pub use tokens::{estimate_tokens, tokens, tool_tokens};
