//! Floor 2: tools as definitions for other programs.
//!
//! [`definitions()`] writes tools down as models and protocols want them; [`lint()`] tells what each of those
//! would refuse, and [`autofix()`] mends it; [`tokens()`] estimates what they weigh.

mod autofix;
mod definitions;
mod flaws;
mod lint;
#[cfg(test)]
mod tests;
mod tokens;

pub use autofix::autofix;
pub use definitions::{Dialect, definitions};
pub use lint::{LintProblem, lint};
pub use tokens::{estimate_tokens, tokens, tool_tokens};
