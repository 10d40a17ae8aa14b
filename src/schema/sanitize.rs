//! A vendor's schema made fit to be compiled: what cannot be checked is taken out and named, the
//! rest is checked all the same.
//!
//! Whatever is taken out must only ever let more through: a person is not to be told that an input is
//! wrong because of a keyword that could not be read.

use std::collections::HashSet;
use std::fmt;

use jsonschema::Draft;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::drafts::{exclusive_limits, modernize};
use super::problem::{excerpt, member};
use crate::domain::Untrusted;

/// Characters of a keyword or place that are shown.
const MAX_SHOWN: usize = 60;

/// Patterns are compiled to programs of up to a quarter of a megabyte each.
const MAX_PATTERNS: usize = 200;

/// Something in a schema that is not checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UncheckedKeyword {
    /// The schema that it stood in: a JSON Pointer into the whole.
    pub pointer: Untrusted,
    /// The keyword; empty for the schema as a whole.
    pub keyword: Untrusted,
    /// Reason in plain words without a full stop; safe to show.
    pub why: String,
}

impl fmt::Display for UncheckedKeyword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keyword = excerpt(self.keyword.raw(), MAX_SHOWN);
        let place = excerpt(self.pointer.raw(), MAX_SHOWN);
        match (keyword.as_str(), place.as_str()) {
            ("", _) => write!(f, "the input ({})", self.why),
            (keyword, "") => write!(f, "{keyword} ({})", self.why),
            (keyword, place) => write!(f, "{keyword} at {place} ({})", self.why),
        }
    }
}

impl UncheckedKeyword {
    /// Entry for a schema of which nothing can be checked.
    pub(super) fn everything(why: &str) -> Self {
        Self { pointer: Untrusted::default(), keyword: Untrusted::default(), why: why.to_owned() }
    }
}

/// Kind of value that a keyword holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Schema,
    Schemas,
    Named,
    Data,
}

/// Kind of a keyword's value, going by the keyword and by what the value looks like.
fn holds(keyword: &str, value: &Value) -> Holds {
    match keyword {
        "items" | "allOf" | "anyOf" | "oneOf" | "prefixItems" if value.is_array() => Holds::Schemas,
        "items"
        | "additionalItems"
        | "additionalProperties"
        | "contains"
        | "else"
        | "if"
        | "not"
        | "propertyNames"
        | "then"
        | "unevaluatedItems"
        | "unevaluatedProperties" => Holds::Schema,
        "$defs" | "definitions" | "dependencies" | "dependentSchemas" | "patternProperties" | "properties"
            if value.is_object() =>
        {
            Holds::Named
        }
        _ => Holds::Data,
    }
}

/// Calls `visit` with every schema in `schema` and its pointer, outermost first.
pub(super) fn walk(schema: &mut Value, at: &str, visit: &mut dyn FnMut(&mut Map<String, Value>, &str)) {
    let Value::Object(keywords) = schema else { return };
    visit(keywords, at);
    for (keyword, value) in keywords {
        let at = member(at, keyword);
        match (holds(keyword, value), value) {
            (Holds::Schema, value) => walk(value, &at, visit),
            (Holds::Schemas, Value::Array(list)) => {
                list.iter_mut().enumerate().for_each(|(n, inner)| walk(inner, &format!("{at}/{n}"), visit));
            }
            (Holds::Named, Value::Object(named)) => {
                named.iter_mut().for_each(|(name, inner)| walk(inner, &member(&at, name), visit));
            }
            _ => {}
        }
    }
}

/// Says what vendors mean in the words of the draft that is spoken, and takes out references that lead
/// out of the document.
pub(super) fn prepare(schema: &mut Value, dropped: &mut Vec<UncheckedKeyword>) -> Result<(), &'static str> {
    let draft = schema.get("$schema").and_then(Value::as_str).map_or(Draft::default(), Draft::from_schema_uri);
    let (mut has_id, mut patterns) = (false, 0);
    walk(schema, "", &mut |keywords, at| {
        // One draft for the whole: a schema's own idea of another is fetched by nobody.
        if !at.is_empty() || draft == Draft::Unknown {
            keywords.remove("$schema");
        }
        has_id |= keywords.contains_key("$id");
        patterns += usize::from(keywords.contains_key("pattern"));
        patterns += keywords.get("patternProperties").and_then(Value::as_object).map_or(0, Map::len);
        nullable(keywords);
        ["type", "required", "enum"].into_iter().for_each(|keyword| once(keywords, keyword));
        if matches!(draft, Draft::Draft202012 | Draft::Unknown) {
            modernize(keywords);
        } else if draft != Draft::Draft4 {
            exclusive_limits(keywords);
        }
    });
    if patterns > MAX_PATTERNS {
        return Err("its schema has too many patterns");
    }
    if !has_id {
        drop_references(schema, dropped);
    }
    Ok(())
}

/// `nullable`, as OpenAPI 3.0 has it.
pub(super) fn nullable(keywords: &mut Map<String, Value>) {
    if keywords.remove("nullable") != Some(Value::Bool(true)) {
        return;
    }
    match keywords.get_mut("type") {
        Some(Value::Array(types)) => types.push("null".into()),
        Some(one) => *one = Value::Array(vec![one.take(), "null".into()]),
        None => {}
    }
    if let Some(values) = keywords.get_mut("enum").and_then(Value::as_array_mut)
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    for keyword in ["allOf", "$ref", "anyOf", "oneOf", "const"] {
        if let Some(value) = keywords.remove(keyword) {
            let or_null = serde_json::json!({"anyOf": [{keyword: value}, {"type": "null"}]});
            match keywords.entry("allOf").or_insert_with(|| Value::Array(Vec::new())) {
                Value::Array(all) => all.push(or_null),
                other => *other = or_null,
            }
        }
    }
}

/// Leaves each item of a list only once; drafts forbid more, and mean nothing by it.
pub(super) fn once(keywords: &mut Map<String, Value>, keyword: &str) {
    if let Some(Value::Array(items)) = keywords.get_mut(keyword) {
        let mut seen = HashSet::new();
        items.retain(|item| seen.insert(item.to_string()));
    }
}

/// Takes out every reference that leads to nothing in this document.
pub(super) fn drop_references(schema: &mut Value, dropped: &mut Vec<UncheckedKeyword>) {
    let whole = schema.clone();
    let mut bad = Vec::new();
    walk(schema, "", &mut |keywords, at| {
        for keyword in ["$ref", "$dynamicRef", "$recursiveRef"] {
            let Some(Value::String(reference)) = keywords.get(keyword) else { continue };
            let why = match reference.strip_prefix('#') {
                Some(place) => {
                    let place = percent_decode_str(place).decode_utf8_lossy();
                    if (place.is_empty() || place.starts_with('/')) && whole.pointer(&place).is_some_and(is_schema) {
                        continue;
                    }
                    // A name instead of a place is for the validator to find.
                    if !place.starts_with('/') && whole.to_string().contains("nchor\"") {
                        continue;
                    }
                    "it refers to something that is not here"
                }
                None => "it refers to another document, and nothing is fetched",
            };
            bad.push((member(at, keyword), why));
        }
    });
    for (place, why) in bad {
        drop_at(schema, &place, why.to_owned(), dropped);
    }
}

fn is_schema(value: &Value) -> bool {
    value.is_object() || value.is_boolean()
}

/// Takes out all names and references, for documents whose names nobody can make sense of.
pub(super) fn drop_names(schema: &mut Value, dropped: &mut Vec<UncheckedKeyword>) {
    walk(schema, "", &mut |keywords, _| {
        for keyword in ["$id", "id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$vocabulary"] {
            if keywords.get(keyword).is_some_and(|name| !name.is_object()) {
                keywords.remove(keyword);
            }
        }
    });
    drop_references(schema, dropped);
}

/// A keyword, or an entry of one, and the schemas that it stands in.
struct Spot {
    /// From the whole schema to the one that has the keyword, as pointers.
    around: Vec<String>,
    keyword: String,
    /// A name under `properties` and the like.
    entry: Option<String>,
}

/// The innermost keyword that `place` lies in and that can be spared.
fn spot(schema: &Value, place: &str) -> Option<Spot> {
    let mut tokens = place.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).peekable();
    let mut around = vec![String::new()];
    let mut here = schema;
    loop {
        let keyword = tokens.next()?;
        let value = here.get(&keyword)?;
        let at = member(around.last()?, &keyword);
        // Less in these would refuse more.
        let whole = matches!(keyword.as_str(), "not" | "if");
        let inside = if whole || tokens.peek().is_none() { Holds::Data } else { holds(&keyword, value) };
        match inside {
            Holds::Data => return Some(Spot { around, keyword, entry: None }),
            Holds::Schema => {
                here = value;
                around.push(at);
            }
            Holds::Schemas | Holds::Named => {
                let name = tokens.next()?;
                if tokens.peek().is_none() {
                    let entry = (inside == Holds::Named).then_some(name);
                    return Some(Spot { around, keyword, entry });
                }
                here = match value {
                    Value::Array(list) => list.get(name.parse::<usize>().ok()?)?,
                    named => named.get(&name)?,
                };
                around.push(member(&at, &name));
            }
        }
    }
}

/// Takes out what is wrong at `place`, and what would refuse too much without it. Returns whether there
/// was anything to take out.
pub(super) fn drop_at(schema: &mut Value, place: &str, why: String, dropped: &mut Vec<UncheckedKeyword>) -> bool {
    let Some(Spot { around, keyword, entry }) = spot(schema, place) else { return false };
    for at in &around {
        if let Some(keywords) = schema.pointer_mut(at).and_then(Value::as_object_mut) {
            keywords.remove("unevaluatedProperties");
            keywords.remove("unevaluatedItems");
        }
    }
    let at = around.last().map_or("", String::as_str);
    let Some(keywords) = schema.pointer_mut(at).and_then(Value::as_object_mut) else { return false };
    let named = entry.as_ref().and_then(|name| keywords.get_mut(&keyword)?.get_mut(name));
    match (named, entry) {
        // A name with something that is no schema: the name is known, and everything fits.
        (Some(value), Some(name)) if !is_schema(value) => {
            *value = Value::Bool(true);
            dropped.push(UncheckedKeyword { pointer: member(at, &keyword).into(), keyword: name.into(), why });
        }
        // The name itself is at fault, as a pattern can be.
        (_, Some(name)) => {
            keywords.remove("additionalProperties");
            keywords.get_mut(&keyword).and_then(Value::as_object_mut).and_then(|named| named.remove(&name));
            dropped.push(UncheckedKeyword { pointer: member(at, &keyword).into(), keyword: name.into(), why });
        }
        (_, None) => {
            let refuses_the_rest: &[&str] = match keyword.as_str() {
                "properties" | "patternProperties" => &["additionalProperties"],
                "prefixItems" => &["items"],
                "items" => &["additionalItems"],
                _ => &[],
            };
            refuses_the_rest.iter().for_each(|other| drop(keywords.remove(*other)));
            keywords.remove(&keyword);
            dropped.push(UncheckedKeyword { pointer: at.into(), keyword: keyword.into(), why });
        }
    }
    true
}
