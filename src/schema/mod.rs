//! Floor 1: JSON Schema for people: what a schema asks for ([`Outline`]), an input to begin with
//! ([`sample()`]), what an input obviously lacks ([`missing_required`]), and everything that is wrong with it
//! ([`Validator`]).
//!
//! Schemas come from strangers. No schema makes this module panic or run on: nesting, size and
//! the number of entries are bounded, references are never fetched, and what makes no sense is read
//! as if it were not there.

mod allowed;
mod change;
mod completions;
mod complexity;
mod drafts;
mod filler;
mod flatten;
mod form;
mod from_pattern;
mod labels;
mod match_variant;
mod member_names;
mod outline;
mod problem;
mod required;
mod sample;
mod sanitize;
mod tree;
mod validate;
mod variants;

pub use allowed::Allowed;
pub use change::{Judgement, SchemaChange, schema_changes, worst};
pub use completions::{known_names, known_values};
pub use drafts::{OBSOLETE_KEYWORDS, meta_schema_errors, upgrade, visit};
pub use form::{FieldKind, FieldValue, FormField, SchemaForm};
pub use outline::{Outline, OutlineEntry};
pub use problem::InputProblem;
pub use required::{missing_required, unfilled_required};
pub use sample::{SampleScope, sample};
pub use validate::{CompiledSchema, InputCheck, Validator, is_pattern};
pub use variants::{VariantChoices, initial_value, switch_variant};

#[cfg(test)]
mod tests;
