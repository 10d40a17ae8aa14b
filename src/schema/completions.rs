//! Names and values that a schema knows at a place of an input that may not be finished.

use super::allowed::allowed;
use super::flatten::{Alternatives, FlatSchema, Trail};
use super::labels::type_word;
use super::member_names::{Patterns, member};
use super::tree::Tree;
use crate::domain::{JsonText, Untrusted};
use crate::json::edit::PathStep;

/// Schemas that are looked at for one place: of a schema and its alternatives, and theirs.
const MAX_SCHEMAS: usize = 64;

/// Name of a member that the schema knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownName {
    /// The name, as text.
    pub name: String,
    /// Type that fits, as in the outline.
    pub type_word: Untrusted,
    /// True if the object must have it.
    pub required: bool,
}

/// Value that the schema knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownValue {
    /// The value, as JSON.
    pub json: Untrusted,
    /// Title of the value, or where it comes from.
    pub note: Untrusted,
}

/// Names of members of the object at `path`, those of all alternatives, in the schema's order.
pub fn known_names(schema: &JsonText, path: &[PathStep]) -> Vec<KnownName> {
    let Some(root) = Tree::schema(schema) else { return Vec::new() };
    let mut names: Vec<KnownName> = Vec::new();
    for merged in at(&root, path) {
        let required = merged.required();
        for (name, schemas) in merged.properties() {
            if names.iter().any(|known| known.name == name) {
                continue;
            }
            let whole = FlatSchema::new(&root, &schemas, &merged.trail, Alternatives::List);
            let type_word = type_word(&root, &whole);
            names.push(KnownName { name: name.to_owned(), type_word, required: required.contains(name) });
        }
    }
    names
}

/// Values at `path`: the allowed ones, the default, examples, and the words of a switch.
pub fn known_values(schema: &JsonText, path: &[PathStep]) -> Vec<KnownValue> {
    let Some(root) = Tree::schema(schema) else { return Vec::new() };
    let mut values: Vec<KnownValue> = Vec::new();
    let mut add = |json: Untrusted, note: Untrusted| {
        if !values.iter().any(|known| known.json == json) {
            values.push(KnownValue { json, note });
        }
    };
    for merged in at(&root, path) {
        for one in allowed(&merged) {
            add(one.json, one.label.unwrap_or_default());
        }
        let json = |tree: &Tree<'_>| Untrusted::from(tree.decoded().as_ref());
        merged.get("default").into_iter().for_each(|value| add(json(value), "default".into()));
        merged.get("examples").map_or(&[][..], Tree::items).iter().for_each(|value| add(json(value), "example".into()));
        let types = merged.types();
        if types.contains(&"boolean") {
            ["true", "false"].into_iter().for_each(|word| add(word.into(), Untrusted::default()));
        }
        if merged.nullable || types.contains(&"null") {
            add("null".into(), Untrusted::default());
        }
    }
    values
}

/// What applies at a place: the schema there, and its alternatives.
fn at<'t, 'a>(root: &'t Tree<'a>, path: &[PathStep]) -> Vec<FlatSchema<'t, 'a>> {
    let patterns = Patterns::default();
    let mut here = with_variants(root, FlatSchema::new(root, &[root], &Trail::new(), Alternatives::List));
    for step in path {
        let inside: Vec<_> = here
            .iter()
            .map(|merged| {
                let schemas = match step {
                    PathStep::Key(name) => member(merged, name, &patterns),
                    PathStep::Item(at) => merged.tuple().get(*at).or_else(|| merged.item()).into_iter().collect(),
                };
                (schemas, merged.trail.clone())
            })
            .filter(|(schemas, _)| !schemas.is_empty())
            .take(MAX_SCHEMAS)
            .collect();
        here = inside
            .into_iter()
            .flat_map(|(schemas, trail)| {
                with_variants(root, FlatSchema::new(root, &schemas, &trail, Alternatives::List))
            })
            .take(MAX_SCHEMAS)
            .collect();
    }
    here
}

fn with_variants<'t, 'a>(root: &'t Tree<'a>, merged: FlatSchema<'t, 'a>) -> Vec<FlatSchema<'t, 'a>> {
    let mut all = vec![merged];
    let mut next = 0;
    while let Some(merged) = all.get(next) {
        next += 1;
        let room = MAX_SCHEMAS.saturating_sub(all.len());
        let inner: Vec<_> = merged
            .variants
            .iter()
            .take(room)
            .map(|variant| FlatSchema::new(root, &[*variant], &merged.trail, Alternatives::List))
            .collect();
        all.extend(inner);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = r##"{"type":"object","required":["to"],"properties":{"to":{"type":"string"},
        "state":{"enum":["open","closed"]},"done":{"type":["boolean","null"]},
        "repeat":{"oneOf":[{"properties":{"days":{"type":"integer"}}},{"properties":{"on":{"type":"array","items":{"enum":["mon"]}}}}]},
        "again":{"$ref":"#"}}}"##;

    fn key(name: &str) -> PathStep {
        PathStep::Key(name.into())
    }

    #[test]
    fn names_and_values_of_all_alternatives_are_known() {
        let schema = JsonText::parse(SCHEMA).unwrap();
        let names =
            |path: &[PathStep]| -> Vec<_> { known_names(&schema, path).into_iter().map(|known| known.name).collect() };
        assert_eq!(names(&[]), ["to", "state", "done", "repeat", "again"]);
        assert_eq!(names(&[key("repeat")]), ["days", "on"]);
        assert_eq!(names(&[key("again"), key("again"), key("repeat")]), ["days", "on"]);
        assert!(known_names(&schema, &[])[0].required && !known_names(&schema, &[])[1].required);
        let values = |path: &[PathStep]| -> Vec<_> {
            known_values(&schema, path).into_iter().map(|known| known.json.raw().to_owned()).collect()
        };
        assert_eq!(values(&[key("state")]), ["\"open\"", "\"closed\""]);
        assert_eq!(values(&[key("done")]), ["true", "false", "null"]);
        assert_eq!(values(&[key("repeat"), key("on"), PathStep::Item(1)]), ["\"mon\""]);
        assert!(values(&[key("nonesuch")]).is_empty());
    }
}
