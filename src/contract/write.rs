//! Contracts written down, from a request that was made once.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, value};

use crate::domain::{JsonText, ProxyMethod, ToolEffect};
use crate::redact;

/// Headers that a contract keeps.
const KEPT: [&str; 3] = ["accept", "accept-language", "prefer"];

/// What is known of a request that a contract is to be made of.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Name of the tool; empty to make one of method and path.
    pub name: String,
    /// Key of the provider.
    pub provider: String,
    /// Host it was sent to; empty where that is not known.
    pub host: String,
    /// HTTP method.
    pub method: ProxyMethod,
    /// Path, below the provider's own.
    pub path: String,
    /// Query, not encoded.
    pub query: Vec<(String, String)>,
    /// Headers; those that are not about the format are left out.
    pub headers: Vec<(String, String)>,
    /// JSON body.
    pub body: Option<Value>,
    /// Fields of a form.
    pub form: Vec<(String, String)>,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            name: String::new(),
            provider: String::new(),
            host: String::new(),
            method: ProxyMethod::Get,
            path: "/".into(),
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
            form: Vec::new(),
        }
    }
}

/// Members of the input as they are found.
#[derive(Default)]
struct Properties {
    schema: Table,
    required: Vec<String>,
    taken: BTreeSet<String>,
}

impl Properties {
    /// A new member, called `name` or nearly so.
    fn add(&mut self, name: &str, kind: &str, required: bool) -> String {
        let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let plain = if plain.trim_matches('_').is_empty() { "value".to_owned() } else { plain };
        let mut unique = plain.clone();
        let mut number = 2;
        while !self.taken.insert(unique.clone()) {
            unique = format!("{plain}_{number}");
            number += 1;
        }
        let mut property = InlineTable::new();
        if !kind.is_empty() {
            property.insert("type", kind.into());
        }
        property.insert("description", "".into());
        self.schema.insert(&unique, value(property));
        if required {
            self.required.push(unique.clone());
        }
        unique
    }
}

/// The text of a contract. Values of the request become members of its input; whatever looks like a credential is left
/// out.
pub fn write(draft: &Draft) -> String {
    let mut properties = Properties::default();
    let path = path(&draft.path, &mut properties);
    let body = draft.body.as_ref().map(clean);
    let operation = body.as_ref().and_then(|body| Some((body.get("query")?.as_str()?, body.get("variables"))));
    let document = operation.filter(|(text, _)| super::graphql::operation(text).is_ok());
    let is_mutation = document
        .and_then(|(text, _)| super::graphql::operation(text).ok())
        .is_some_and(|operation| operation.is_mutation);
    let effect = match (document, draft.method) {
        (Some(_), _) if is_mutation => ToolEffect::Writes,
        (Some(_), _) => ToolEffect::Reads,
        (None, ProxyMethod::Get | ProxyMethod::Head | ProxyMethod::Options) => ToolEffect::Reads,
        (None, ProxyMethod::Delete) => ToolEffect::Destroys,
        (None, _) => ToolEffect::Writes,
    };
    let request = match document {
        Some((text, variables)) => ("graphql", graphql(text, &path, variables, &mut properties)),
        None => ("request", rest(draft, &path, body.as_ref(), &mut properties)),
    };
    let mut file = DocumentMut::new();
    file.insert("name", value(if draft.name.is_empty() { name(draft) } else { draft.name.clone() }));
    file.insert("description", value(format!("{} {path}.", draft.method.word())));
    file.insert("provider", value(draft.provider.as_str()));
    file.insert("effect", value(effect.word()));
    file.insert("scopes", value(Array::new()));
    let mut schema = Table::new();
    if !properties.required.is_empty() {
        schema.insert("required", value(Array::from_iter(properties.required)));
    }
    if !properties.schema.is_empty() {
        schema.insert("properties", Item::Table(properties.schema));
    }
    file.insert("schema", Item::Table(schema));
    file.insert(request.0, Item::Table(request.1));
    let mut text = String::from("# Describe the tool and each member of its input: people and models read it.\n");
    if !draft.host.is_empty() {
        text.push_str(&format!(
            "# The path begins below the provider's API base; this one was sent to {}.\n",
            draft.host
        ));
    }
    text.push_str(&file.to_string());
    text
}

/// The body without what looks like a credential.
fn clean(body: &Value) -> Value {
    let Ok(json) = JsonText::parse(body.to_string()) else { return Value::Null };
    let clean = redact::json(&json);
    serde_json::from_slice(clean.json.bytes()).unwrap_or_default()
}

/// True for a name and value that look like a credential.
fn is_credential(name: &str, text: &str) -> bool {
    let pair = Value::Object(Map::from_iter([(name.to_owned(), text.into())]));
    JsonText::parse(pair.to_string()).is_ok_and(|json| !redact::json(&json).hidden.is_empty())
}

fn name(draft: &Draft) -> String {
    let steps = draft.path.split('/').filter(|step| !step.is_empty() && !is_id(step));
    let words: Vec<_> = [draft.provider.as_str()].into_iter().chain(steps).chain([draft.method.word()]).collect();
    let name: String = words.join("_").to_ascii_lowercase();
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).take(64).collect()
}

/// The path with placeholders for what looks like an id, each named after the step before it.
fn path(path: &str, properties: &mut Properties) -> String {
    let mut before = "";
    let steps = path.split('/').map(|step| {
        let written = if is_id(step) {
            let noun = before.strip_suffix('s').unwrap_or(before);
            let name = if noun.is_empty() { "id".to_owned() } else { format!("{noun}_id") };
            format!("{{{}}}", properties.add(&name, "string", true))
        } else {
            step.replace('{', "{{").replace('}', "}}")
        };
        before = step;
        written
    });
    let path = steps.collect::<Vec<_>>().join("/");
    if path.starts_with('/') { path } else { format!("/{path}") }
}

/// True for numbers, UUIDs and other long words with digits.
fn is_id(step: &str) -> bool {
    let has_digit = step.bytes().any(|b| b.is_ascii_digit());
    let is_number = !step.is_empty() && step.bytes().all(|b| b.is_ascii_digit());
    is_number
        || (has_digit && step.len() >= 16 && step.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)))
}

fn rest(draft: &Draft, path: &str, body: Option<&Value>, properties: &mut Properties) -> Table {
    let mut table = Table::new();
    table.insert("method", value(draft.method.word()));
    table.insert("path", value(path));
    let mut slots = |pairs: &[(String, String)]| {
        let mut written = Table::new();
        for (name, text) in pairs.iter().filter(|(name, text)| !is_credential(name, text)) {
            if !written.contains_key(name) {
                let _ = text;
                written.insert(name, value(format!("{{{}}}", properties.add(name, "string", false))));
            }
        }
        written
    };
    let (query, form) = (slots(&draft.query), slots(&draft.form));
    if !query.is_empty() {
        table.insert("query", Item::Table(query));
    }
    let mut headers = Table::new();
    for (name, text) in draft.headers.iter().filter(|(name, _)| KEPT.contains(&name.as_str())) {
        headers.insert(name, value(text.replace('{', "{{").replace('}', "}}")));
    }
    if !headers.is_empty() {
        table.insert("headers", Item::Table(headers));
    }
    if !form.is_empty() {
        table.insert("form", Item::Table(form));
    }
    if let Some(body) = body {
        table.insert("body", template(body, properties));
    }
    table
}

/// The body with a placeholder for each member; a wrapper with one member that is an object is kept.
fn template(body: &Value, properties: &mut Properties) -> Item {
    match body {
        Value::Object(members) => {
            let mut table = Table::new();
            let is_wrapper = members.len() == 1 && members.values().all(Value::is_object);
            for (name, member) in members {
                let item = match is_wrapper {
                    true => template(member, properties),
                    false => value(format!("{{{}}}", properties.add(name, kind(member), false))),
                };
                table.insert(name, item);
            }
            Item::Table(table)
        }
        other => value(format!("{{{}}}", properties.add("body", kind(other), true))),
    }
}

fn kind(member: &Value) -> &'static str {
    match member {
        Value::Null => "",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn graphql(text: &str, path: &str, variables: Option<&Value>, properties: &mut Properties) -> Table {
    let mut table = Table::new();
    table.insert("path", value(path));
    table.insert("document", value(format!("{}\n", text.trim())));
    let mut written = Table::new();
    for (name, must) in super::graphql::operation(text).map(|operation| operation.variables).unwrap_or_default() {
        let known = variables.and_then(|variables| variables.get(&name)).map_or("", kind);
        written.insert(&name, value(format!("{{{}}}", properties.add(&name, known, must))));
    }
    if !written.is_empty() {
        table.insert("variables", Item::Table(written));
    }
    table
}
