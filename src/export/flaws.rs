//! Flaws of a schema in the eyes of a model's API.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::lint::DialectRules;
use crate::domain::Untrusted;
use crate::schema::{OBSOLETE_KEYWORDS, is_pattern, meta_schema_errors};

/// One thing that is wrong with a schema.
pub(super) struct Flaw {
    /// Place, as a JSON Pointer.
    pub(super) path: String,
    /// Flaw in one sentence.
    pub(super) message: String,
    /// True if the schema is refused for it; else it is passed over.
    pub(super) refused: bool,
}

/// Something in a pattern that not everybody reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PatternPart {
    /// `(?=…)`, `(?!…)`, `(?<=…)`, `(?<!…)`
    Lookaround,
    /// Class of characters by property: `\p{…}`, `\P{…}`.
    Property,
}

#[derive(Default)]
struct FlawList {
    flaws: Vec<Flaw>,
    places: HashSet<String>,
}

impl FlawList {
    fn say(&mut self, path: String, message: impl Into<String>) {
        self.push(path, message.into(), true);
    }

    fn push(&mut self, path: String, message: String, refused: bool) {
        self.places.insert(path.clone());
        self.flaws.push(Flaw { path, message, refused });
    }
}

/// Everything that is wrong with a schema: first with what it says on top, then place by place in its order,
/// then what else the meta-schema of draft 2020-12 finds.
pub(super) fn flaws(schema: &Value, rules: &DialectRules) -> Vec<Flaw> {
    let mut found = FlawList::default();
    let Value::Object(top) = schema else {
        found.say(String::new(), "The input schema is no object.");
        return found.flaws;
    };
    match top.get("type") {
        Some(Value::String(kind)) if kind == "object" => {}
        None => found.say(String::new(), "The input schema has no `type`; it must be \"object\"."),
        Some(_) => found.say("/type".into(), "The type of the whole input must be \"object\"."),
    }
    for keyword in rules.not_on_top.iter().filter(|keyword| top.contains_key(**keyword)) {
        found.say(format!("/{keyword}"), format!("`{keyword}` is not allowed on top of the input schema."));
    }
    // Each part of the schema that is a schema itself.
    let mut open: Vec<(String, &Value)> = vec![(String::new(), schema)];
    while let Some((path, part)) = open.pop() {
        let Value::Object(part) = part else {
            if !part.is_boolean() {
                found.say(path, "A schema is an object here, or true or false.");
            }
            continue;
        };
        old_forms(&path, part, &mut found);
        patterns(&path, part, rules, &mut found);
        one(&path, part, schema, rules, &mut found);
        let inner = subschemas(&path, part);
        open.extend(inner.into_iter().rev());
    }
    for (path, why) in meta_schema_errors(schema) {
        // An entry of a list is told with the list.
        let entry = path.rsplit_once('/').filter(|(_, at)| at.parse::<usize>().is_ok());
        let known = |place: &str| found.places.contains(place);
        if !known(&path) && !entry.is_some_and(|(list, _)| known(list)) {
            found.say(path, format!("Not as draft 2020-12 has it: {why}."));
        }
    }
    found.flaws
}

/// Keywords of older drafts: refused where draft 2020-12 takes the keyword for something else, else passed
/// over.
fn old_forms(path: &str, part: &Map<String, Value>, found: &mut FlawList) {
    for (exclusive, limit) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if part.get(exclusive).is_some_and(Value::is_boolean) {
            let message =
                format!("`{exclusive}` is the limit itself, a number; as a flag beside `{limit}` it is of draft 4.");
            found.say(format!("{path}/{exclusive}"), message);
        }
    }
    if part.get("items").is_some_and(Value::is_array) {
        found.say(format!("{path}/items"), "One schema for each item is called `prefixItems` since draft 2020-12.");
    }
    if part.get("required").is_some_and(Value::is_boolean) {
        let message = "`required` is a list of names, in the schema around this; as a flag it is of draft 3.";
        found.say(format!("{path}/required"), message);
    }
    for (keyword, now) in OBSOLETE_KEYWORDS {
        let meant = match keyword {
            // Anybody's property may be called so, but a schema's name is a text.
            "id" | "$recursiveRef" => part.get(keyword).is_some_and(Value::is_string),
            _ => part.contains_key(keyword),
        };
        if meant {
            let message = format!("`{keyword}` is no keyword of draft 2020-12, which has {now}.");
            found.push(format!("{path}/{keyword}"), message, false);
        }
    }
}

/// Patterns that nobody can read, or not whoever these rules are of.
fn patterns(path: &str, part: &Map<String, Value>, rules: &DialectRules, found: &mut FlawList) {
    let own = part.get("pattern").and_then(Value::as_str).map(|pattern| (format!("{path}/pattern"), pattern));
    let names = part.get("patternProperties").and_then(Value::as_object).into_iter().flat_map(Map::keys);
    let names = names.map(|name| (format!("{path}/patternProperties/{}", token(name)), name.as_str()));
    for (path, pattern) in own.into_iter().chain(names) {
        if !is_pattern(pattern) {
            found.say(path, "The pattern cannot be read.");
        } else if let Some((_, words)) = rules.not_in_patterns.iter().find(|(part, _)| holds(pattern, *part)) {
            found.say(path, format!("The pattern {words}, which is not understood there."));
        }
    }
}

/// True if a pattern has such a part.
pub(super) fn holds(pattern: &str, part: PatternPart) -> bool {
    let mut rest = pattern;
    // Within `[…]` brackets and question marks are themselves.
    let mut class = false;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let begins = |signs: &[&str]| signs.iter().any(|sign| rest.starts_with(sign));
        match part {
            PatternPart::Lookaround if !class && begins(&["(?=", "(?!", "(?<=", "(?<!"]) => return true,
            PatternPart::Property if begins(&["\\p{", "\\P{"]) => return true,
            _ => {}
        }
        rest = match c {
            '\\' => after.chars().next().map_or("", |escaped| after.get(escaped.len_utf8()..).unwrap_or_default()),
            _ => after,
        };
        class = (class || c == '[') && c != ']';
    }
    false
}

/// Flaws of one schema, without those of the schemas inside it.
fn one(path: &str, part: &Map<String, Value>, root: &Value, rules: &DialectRules, found: &mut FlawList) {
    const TYPES: [&str; 7] = ["object", "array", "string", "number", "integer", "boolean", "null"];
    let types: Vec<&Value> = match part.get("type") {
        Some(Value::Array(types)) => types.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    for kind in &types {
        if kind.as_str().is_none_or(|kind| !TYPES.contains(&kind)) {
            let kind = Untrusted::from(kind.to_string());
            found.say(format!("{path}/type"), format!("{kind} is no type of JSON Schema."));
        }
    }
    if rules.items && types.iter().any(|kind| *kind == "array") && !part.contains_key("items") {
        found.say(path.to_owned(), "An array must say what its `items` are.");
    }
    if part.get("required").is_some_and(|required| !required.is_boolean() && !is_names(required)) {
        found.say(format!("{path}/required"), "`required` is a list of names.");
    }
    if part.get("enum").is_some_and(|values| values.as_array().is_none_or(Vec::is_empty)) {
        found.say(format!("{path}/enum"), "`enum` is a list of at least one value.");
    }
    if let Some(Value::String(target)) = part.get("$ref") {
        let local = target.strip_prefix('#').filter(|pointer| pointer.is_empty() || pointer.starts_with('/'));
        match local {
            Some(pointer) if root.pointer(pointer).is_some() => {}
            Some(_) => found.say(format!("{path}/$ref"), "It refers to a place that does not exist."),
            None => found.say(format!("{path}/$ref"), "It refers to another document, which nobody will fetch."),
        }
    }
    if let (Some(longest), Some(Value::Object(properties))) = (rules.longest_property, part.get("properties")) {
        for name in properties.keys().filter(|name| !is_name(name, longest)) {
            let message = format!("A property's name is 1 to {longest} letters, digits, `_`, `.` or `-`.");
            found.say(format!("{path}/properties/{}", token(name)), message);
        }
    }
}

/// True if a property may have this name where the longest has so many characters.
pub(super) fn is_name(name: &str, longest: usize) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    !name.is_empty() && name.chars().count() <= longest && name.chars().all(fits)
}

fn is_names(value: &Value) -> bool {
    value.as_array().is_some_and(|names| names.iter().all(Value::is_string))
}

/// The schemas directly inside one, with their paths.
fn subschemas<'a>(path: &str, part: &'a Map<String, Value>) -> Vec<(String, &'a Value)> {
    let mut inner = Vec::new();
    for (keyword, value) in part {
        match (keyword.as_str(), value) {
            (
                "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas",
                Value::Object(named),
            ) => {
                inner.extend(named.iter().map(|(name, value)| (format!("{path}/{keyword}/{}", token(name)), value)));
            }
            ("items" | "prefixItems" | "oneOf" | "anyOf" | "allOf", Value::Array(listed)) => {
                inner.extend(listed.iter().enumerate().map(|(at, value)| (format!("{path}/{keyword}/{at}"), value)));
            }
            (
                "items"
                | "additionalItems"
                | "unevaluatedItems"
                | "additionalProperties"
                | "unevaluatedProperties"
                | "not"
                | "if"
                | "then"
                | "else"
                | "contains"
                | "propertyNames",
                value,
            ) => {
                inner.push((format!("{path}/{keyword}"), value));
            }
            _ => {}
        }
    }
    inner
}

/// One step of a JSON Pointer.
fn token(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
