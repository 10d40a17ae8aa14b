//! What a model's API would refuse of a tool, before it does.
//!
//! One refused tool refuses the whole request it is in, so the tool and the place are named.

use std::collections::HashSet;
use std::fmt;

use serde_json::{Map, Value};

use super::definitions::Dialect;
use crate::domain::{Tool, ToolName, Untrusted};

/// One thing that would be refused, or not be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// Of which tool.
    pub tool: ToolName,
    /// Where in its schema, as a JSON Pointer; empty for the tool itself or the schema as a whole.
    pub path: Untrusted,
    /// What is wrong, in a sentence without the place.
    pub message: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.is_empty() {
            true => write!(f, "{}: {}", self.tool, self.message),
            false => write!(f, "{} at {}: {}", self.tool, self.path, self.message),
        }
    }
}

/// What each dialect demands, as published by its maker.
struct Rules {
    longest_name: usize,
    /// Beside letters, digits, `_` and `-`.
    name_signs: &'static str,
    longest_description: Option<usize>,
    longest_property: Option<usize>,
    /// Not allowed beside the `type` of the whole schema.
    not_on_top: &'static [&'static str],
    /// Whether an array must say what its items are.
    items: bool,
}

fn rules(dialect: Dialect) -> Rules {
    match dialect {
        Dialect::Anthropic => Rules {
            longest_name: 128,
            name_signs: "",
            longest_description: None,
            longest_property: Some(64),
            not_on_top: &["oneOf", "anyOf", "allOf"],
            items: false,
        },
        Dialect::OpenAi => Rules {
            longest_name: 64,
            name_signs: "",
            longest_description: Some(1024),
            longest_property: None,
            not_on_top: &["oneOf", "anyOf", "allOf", "enum", "not"],
            items: true,
        },
        Dialect::Mcp => Rules {
            longest_name: 128,
            name_signs: ".",
            longest_description: None,
            longest_property: None,
            not_on_top: &[],
            items: false,
        },
    }
}

/// Everything about these tools that the dialect would refuse; in the order of the tools.
pub fn lint(tools: &[Tool], dialect: Dialect) -> Vec<Complaint> {
    let rules = rules(dialect);
    let mut seen = HashSet::new();
    let mut complaints = Vec::new();
    for tool in tools {
        let mut say = |path: String, message: String| {
            complaints.push(Complaint { tool: tool.name.clone(), path: path.into(), message });
        };
        if !seen.insert(tool.name.raw()) {
            say(String::new(), "Another tool has the same name.".into());
        }
        name(tool.name.raw(), &rules, &mut |message| say(String::new(), message));
        let length = tool.description.raw().chars().count();
        if let Some(longest) = rules.longest_description.filter(|longest| length > *longest) {
            say(String::new(), format!("The description has {length} characters, and {longest} are allowed."));
        }
        match &tool.input_schema {
            None => say(String::new(), "It declares no input schema; an empty one stands in its place.".into()),
            Some(schema) => match serde_json::from_slice(schema.bytes()) {
                Ok(schema) => whole(&schema, &rules, &mut say),
                Err(_) => say(String::new(), "The input schema is nested too deeply to be read.".into()),
            },
        }
    }
    complaints
}

fn name(name: &str, rules: &Rules, say: &mut dyn FnMut(String)) {
    let length = name.chars().count();
    if length == 0 || length > rules.longest_name {
        say(format!("The name has {length} characters, and 1 to {} are allowed.", rules.longest_name));
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c) || rules.name_signs.contains(c);
    if let Some(bad) = name.chars().find(|c| !fits(*c)) {
        say(format!("The name holds {}, which is not allowed.", Untrusted::from(format!("`{bad}`"))));
    }
}

fn whole(schema: &Value, rules: &Rules, say: &mut dyn FnMut(String, String)) {
    let Value::Object(top) = schema else {
        return say(String::new(), "The input schema is no object.".into());
    };
    match top.get("type") {
        Some(Value::String(kind)) if kind == "object" => {}
        None => say(String::new(), "The input schema has no `type`; it must be \"object\".".into()),
        Some(_) => say("/type".into(), "The type of the whole input must be \"object\".".into()),
    }
    for keyword in rules.not_on_top.iter().filter(|keyword| top.contains_key(**keyword)) {
        say(format!("/{keyword}"), format!("`{keyword}` is not allowed on top of the input schema."));
    }
    // Each part of the schema that is a schema itself.
    let mut open: Vec<(String, &Value)> = vec![(String::new(), schema)];
    while let Some((path, part)) = open.pop() {
        let Value::Object(part) = part else {
            if !part.is_boolean() {
                say(path, "A schema is an object here, or true or false.".into());
            }
            continue;
        };
        one(&path, part, schema, rules, say);
        let inner = subschemas(&path, part);
        open.extend(inner.into_iter().rev());
    }
}

/// What is wrong with one schema, the ones inside it left aside.
fn one(path: &str, part: &Map<String, Value>, root: &Value, rules: &Rules, say: &mut dyn FnMut(String, String)) {
    const TYPES: [&str; 7] = ["object", "array", "string", "number", "integer", "boolean", "null"];
    let types: Vec<&Value> = match part.get("type") {
        Some(Value::Array(types)) => types.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    for kind in &types {
        if kind.as_str().is_none_or(|kind| !TYPES.contains(&kind)) {
            let kind = Untrusted::from(kind.to_string());
            say(format!("{path}/type"), format!("{kind} is no type of JSON Schema."));
        }
    }
    if rules.items && types.iter().any(|kind| *kind == "array") && !part.contains_key("items") {
        say(path.to_owned(), "An array must say what its `items` are.".into());
    }
    if part.get("required").is_some_and(|required| !is_names(required)) {
        say(format!("{path}/required"), "`required` is a list of names.".into());
    }
    if part.get("enum").is_some_and(|values| values.as_array().is_none_or(Vec::is_empty)) {
        say(format!("{path}/enum"), "`enum` is a list of at least one value.".into());
    }
    if let Some(Value::String(target)) = part.get("$ref") {
        let local = target.strip_prefix('#').filter(|pointer| pointer.is_empty() || pointer.starts_with('/'));
        match local {
            Some(pointer) if root.pointer(pointer).is_some() => {}
            Some(_) => say(format!("{path}/$ref"), "It refers to a place that does not exist.".into()),
            None => say(format!("{path}/$ref"), "It refers to another document, which nobody will fetch.".into()),
        }
    }
    if let (Some(longest), Some(Value::Object(properties))) = (rules.longest_property, part.get("properties")) {
        for name in properties.keys() {
            let fits = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
            if name.is_empty() || name.chars().count() > longest || !name.chars().all(fits) {
                let message = format!("A property's name is 1 to {longest} letters, digits, `_`, `.` or `-`.");
                say(format!("{path}/properties/{}", token(name)), message);
            }
        }
    }
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
                "items" | "additionalProperties" | "not" | "if" | "then" | "else" | "contains" | "propertyNames",
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
