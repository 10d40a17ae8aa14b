//! What an input obviously lacks: a quick look at its outermost members, not a validation.

use std::fmt;

use super::merged::{Alternatives, Merged, Trail};
use super::problem::this_json;
use super::tree::{Shape, Tree};
use crate::domain::{JsonText, Untrusted};

/// What an input lacks at its outermost level.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Shortfall {
    /// Required members that are not there, in the schema's order.
    pub missing: Vec<Untrusted>,
    /// Members of a wrong type, in the input's order.
    pub mismatched: Vec<Mismatch>,
}

/// One member of a wrong type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Its name; empty when the input as a whole is no object.
    pub name: Untrusted,
    /// `string expected, this is 1`; safe to show.
    pub message: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.name.is_empty() {
            write!(f, "{}: ", self.name)?;
        }
        f.write_str(&self.message)
    }
}

impl Shortfall {
    /// All of it as sentences, safe to show; empty when nothing is wrong.
    pub fn lines(&self) -> Vec<String> {
        let missing = self.missing.iter().map(|name| format!("{name} is required and missing"));
        missing.chain(self.mismatched.iter().map(ToString::to_string)).collect()
    }
}

/// Compares an input with a schema: required names and types of the outermost members. Nothing is
/// missing where the schema makes no sense.
pub fn shortfall(schema: &JsonText, input: &JsonText) -> Shortfall {
    let Some(root) = Tree::schema(schema) else { return Shortfall::default() };
    let merged = Merged::of(&root, &[&root], &Trail::new(), Alternatives::List);
    let input = Tree::top(input);
    let Shape::Object(members) = &input.shape else {
        let mismatched = vec![Mismatch { name: Untrusted::default(), message: expected(&["object"], &input) }];
        return Shortfall { missing: Vec::new(), mismatched };
    };
    let missing = merged.required().into_iter().filter(|name| !members.contains_key(*name)).map(Untrusted::from);
    let properties = merged.properties();
    let mismatched = members.iter().filter_map(|(name, value)| {
        let wanted = Merged::of(&root, properties.get(name.as_str())?, &merged.trail, Alternatives::List);
        let types = accepted(&root, &wanted)?;
        let fits = types.iter().any(|kind| value.is_a(kind));
        (!fits).then(|| Mismatch { name: name.as_str().into(), message: expected(&types, value) })
    });
    Shortfall { missing: missing.collect(), mismatched: mismatched.collect() }
}

/// The types a value may have; none when that is not certain.
fn accepted<'t>(root: &'t Tree<'_>, merged: &Merged<'t, '_>) -> Option<Vec<&'t str>> {
    let mut types = merged.types();
    if types.is_empty() {
        for variant in &merged.variants {
            let of_variant = Merged::of(root, &[variant], &merged.trail, Alternatives::List).types();
            if of_variant.is_empty() {
                return None;
            }
            types.extend(of_variant);
        }
        if merged.nullable && !types.is_empty() {
            types.push("null");
        }
    }
    let known = |kind: &&str| ["object", "array", "string", "number", "integer", "boolean", "null"].contains(kind);
    (!types.is_empty() && types.iter().all(known)).then_some(types)
}

fn expected(types: &[&str], value: &Tree<'_>) -> String {
    format!("{} expected, this is {}", types.join(" or "), this_json(value.raw))
}
