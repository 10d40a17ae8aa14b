//! Required fields that an input lacks: a quick look at its outermost members, not a validation.

use super::flatten::{Alternatives, FlatSchema, Trail};
use super::problem::{InputProblem, member, of_type, this_json};
use super::tree::{Tree, TreeKind};
use crate::domain::{JsonText, Untrusted};

/// Compares an input with a schema: required names, in the schema's order, and types of the outermost
/// members, in the input's. Nothing is wrong where the schema makes no sense.
pub fn missing_required(schema: &JsonText, input: &JsonText) -> Vec<InputProblem> {
    let Some(root) = Tree::schema(schema) else { return Vec::new() };
    let merged = FlatSchema::new(&root, &[&root], &Trail::new(), Alternatives::List);
    let Some(input) = Tree::top(input) else { return Vec::new() };
    let TreeKind::Object(members) = &input.shape else {
        return vec![InputProblem { message: expected(&["object"], &input), ..InputProblem::default() }];
    };
    let missing = merged.required().into_iter().filter(|name| !members.contains_key(*name));
    let missing = missing.map(|name| of_member(name, "is required".into()));
    let properties = merged.properties();
    let mismatched = members.iter().filter_map(|(name, value)| {
        let wanted = FlatSchema::new(&root, properties.get(name.as_str())?, &merged.trail, Alternatives::List);
        let types = accepted(&root, &wanted)?;
        let fits = types.iter().any(|kind| value.is_a(kind));
        (!fits).then(|| of_member(name, expected(&types, value)))
    });
    missing.chain(mismatched).collect()
}

/// Required outermost fields that hold an empty text, which waits to be filled in; safe to show.
pub fn unfilled_required(schema: &JsonText, input: &JsonText) -> Vec<String> {
    let (Some(root), Some(input)) = (Tree::schema(schema), Tree::top(input)) else { return Vec::new() };
    let merged = FlatSchema::new(&root, &[&root], &Trail::new(), Alternatives::List);
    let is_empty = |name: &&str| input.get(name).and_then(Tree::text) == Some("");
    merged.required().into_iter().filter(is_empty).map(|name| Untrusted::from(name).to_string()).collect()
}

fn of_member(name: &str, message: String) -> InputProblem {
    InputProblem { pointer: member("", name).into(), field: Untrusted::from(name).to_string(), message }
}

/// The types a value may have; none when that is not certain.
fn accepted<'t>(root: &'t Tree<'_>, merged: &FlatSchema<'t, '_>) -> Option<Vec<&'t str>> {
    let mut types = merged.types();
    if types.is_empty() {
        for variant in &merged.variants {
            let of_variant = FlatSchema::new(root, &[variant], &merged.trail, Alternatives::List).types();
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
    of_type(types, &this_json(value.raw))
}
