//! Floor 1: JSON Schema for people: what a schema asks for ([`Outline`]), an input to begin with
//! ([`sample`]), what an input obviously lacks ([`missing_required`]), and everything that is wrong with it
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
mod required;
mod sample;
mod tree;
mod validate;
mod words;

pub use allowed::Allowed;
pub use chosen::{VariantChoices, initial_value, switch_variant};
pub use form::{FieldKind, FieldValue, FormField, SchemaForm};
pub use modern::{FORGOTTEN, faults, mended, visit};
pub use names::NameRules;
pub use outline::{Note, Outline, OutlineEntry, Role};
pub use problem::InputProblem;
pub use repair::Dropped;
pub use required::missing_required;
pub use sample::{Fill, sample};
pub use validate::{CompiledSchema, Validator, is_pattern};

#[cfg(test)]
mod tests;
