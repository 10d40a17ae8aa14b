//! Keywords of older drafts and of OpenAPI, rewritten as draft 2020-12 has them.

use serde_json::{Map, Value};

use super::sanitize::{UncheckedKeyword, drop_at, drop_references, nullable, once, walk};
use super::validate::faults_of_2020_12;

/// Rounds at most in which a schema is relieved of what is wrong with it.
const MAX_ROUNDS: usize = 50;

/// A keyword that draft 2020-12 does not have, with the one it has instead; those who go by that draft
/// pass over it.
pub const OBSOLETE_KEYWORDS: [(&str, &str); 9] = [
    ("additionalItems", "`items`, beside `prefixItems`"),
    ("definitions", "`$defs`"),
    ("dependencies", "`dependentRequired` and `dependentSchemas`"),
    ("disallow", "`not`"),
    ("divisibleBy", "`multipleOf`"),
    ("extends", "`allOf`"),
    ("id", "`$id`"),
    ("nullable", "\"null\" in `type`"),
    ("$recursiveRef", "`$dynamicRef`"),
];

/// Calls `visit` with every schema in `schema`, outermost first.
pub fn visit(schema: &mut Value, visit: &mut dyn FnMut(&mut Map<String, Value>)) {
    walk(schema, "", &mut |keywords, _| visit(keywords));
}

/// Errors of a schema by the meta-schema of draft 2020-12: their places, as JSON Pointers, and the reasons.
pub fn meta_schema_errors(schema: &Value) -> Vec<(String, String)> {
    faults_of_2020_12(schema)
}

/// A schema as draft 2020-12 would have it: what older drafts say is said anew, and what makes no sense is
/// taken out.
pub fn upgrade(schema: &mut Value) {
    let mut dropped: Vec<UncheckedKeyword> = Vec::new();
    require(schema);
    walk(schema, "", &mut |keywords, _| {
        keywords.remove("$schema");
        if keywords.get("id").is_some_and(Value::is_string) {
            keywords.remove("id");
        }
        nullable(keywords);
        ["type", "required"].into_iter().for_each(|keyword| once(keywords, keyword));
        modernize(keywords);
        if let Some(step) = keywords.remove("divisibleBy") {
            keywords.entry("multipleOf").or_insert(step);
        }
    });
    define(schema);
    for _ in 0..MAX_ROUNDS {
        let meta_schema_errors = meta_schema_errors(schema);
        let mut better = false;
        for (place, why) in meta_schema_errors {
            better |= drop_at(schema, &place, why, &mut dropped);
        }
        if !better {
            break;
        }
    }
    drop_references(schema, &mut dropped);
}

/// Says in the words of draft 2020-12 what one schema says in those of older drafts.
pub(super) fn modernize(keywords: &mut Map<String, Value>) {
    exclusive_limits(keywords);
    tuple(keywords);
    dependencies(keywords);
}

/// The flags beside limits that draft 4 has, as the limits that later drafts have.
pub(super) fn exclusive_limits(keywords: &mut Map<String, Value>) {
    for (limit, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
        match keywords.get(exclusive) {
            Some(Value::Bool(true)) => {
                if let Some(limit) = keywords.remove(limit) {
                    keywords.insert(exclusive.to_owned(), limit);
                }
            }
            Some(Value::Bool(false)) => {
                keywords.remove(exclusive);
            }
            _ => {}
        }
    }
}

/// A schema for each of a list's first items, and one for the rest.
fn tuple(keywords: &mut Map<String, Value>) {
    // Beside one schema for all items it says nothing in any draft.
    let rest = keywords.remove("additionalItems");
    match keywords.get("items") {
        Some(Value::Array(_)) if keywords.contains_key("prefixItems") => return,
        Some(Value::Array(_)) => {}
        _ => return,
    }
    if let Some(first) = keywords.remove("items").filter(|first| first.as_array().is_some_and(|all| !all.is_empty())) {
        keywords.insert("prefixItems".to_owned(), first);
    }
    if let Some(rest) = rest {
        keywords.insert("items".to_owned(), rest);
    }
}

/// Rewrites `dependencies` as `dependentRequired` and `dependentSchemas`.
fn dependencies(keywords: &mut Map<String, Value>) {
    let Some(Value::Object(all)) = keywords.get("dependencies") else { return };
    for (name, wanted) in all.clone() {
        let keyword = if wanted.is_array() { "dependentRequired" } else { "dependentSchemas" };
        let named = keywords.entry(keyword).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(named) = named {
            named.entry(name).or_insert(wanted);
        }
    }
    keywords.remove("dependencies");
}

/// `required` of draft 3, which a member says of itself, as the list that later drafts have.
fn require(schema: &mut Value) {
    walk(schema, "", &mut |keywords, _| {
        let Some(Value::Object(properties)) = keywords.get_mut("properties") else { return };
        let mut names = Vec::new();
        for (name, member) in properties {
            let Some(member) = member.as_object_mut() else { continue };
            if let Some(Value::Bool(required)) = member.get("required").cloned() {
                member.remove("required");
                names.extend(required.then(|| Value::from(name.as_str())));
            }
        }
        if names.is_empty() {
            return;
        }
        match keywords.entry("required").or_insert_with(|| Value::Array(Vec::new())) {
            Value::Array(all) => all.extend(names),
            other => *other = Value::Array(names),
        }
    });
}

/// The whole schema's `definitions` under the name that they have had since draft 2019-09.
fn define(schema: &mut Value) {
    let Some(whole) = schema.as_object_mut().filter(|whole| !whole.contains_key("$defs")) else { return };
    let Some(definitions) = whole.remove("definitions") else { return };
    whole.insert("$defs".to_owned(), definitions);
    walk(schema, "", &mut |keywords, _| {
        if let Some(Value::String(target)) = keywords.get_mut("$ref")
            && let Some(place) = target.strip_prefix("#/definitions/")
        {
            *target = format!("#/$defs/{place}");
        }
    });
}
