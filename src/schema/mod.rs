//! Floor 1: JSON Schema for people: what a schema asks for ([`Outline`]), an input to begin with
//! ([`sample`]), what an input obviously lacks ([`shortfall`]), and everything that is wrong with it
//! ([`Validator`]).
//!
//! Schemas come from strangers. No schema makes this module panic or run on: nesting, size and
//! the number of entries are bounded, references are never fetched, and what makes no sense is read
//! as if it were not there.

mod allowed;
mod chosen;
mod cost;
mod fitting;
mod form;
mod merged;
mod modern;
mod names;
mod outline;
mod problem;
mod repair;
mod sample;
mod shortfall;
mod tree;
mod validate;
mod words;

pub use allowed::Allowed;
pub use chosen::{Choices, starter, switched};
pub use form::{Field, FieldKind, Filled, Form};
pub use modern::{FORGOTTEN, faults, mended, visit};
pub use names::Names;
pub use outline::{Entry, Note, Outline, Role};
pub use problem::Problem;
pub use repair::Dropped;
pub use sample::{Fill, sample};
pub use shortfall::shortfall;
pub use validate::{Compiled, Validator, is_pattern};

#[cfg(test)]
mod tests;
