//! `[[tools]]` and `[[proxy]]`: what can be called, and how it answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value, json};

use super::answer::{Answer, AnswerScope};
use super::base::Base;
use super::collections::CollectionEntry;
use super::connections::{ConnectionEntry, ProviderEntry};
use super::fields::{Fields, unknown};
use crate::domain::{JsonText, nearest_name};
use crate::schema::meta_schema_errors;

/// Longest name of a tool. Models take no longer ones.
const LONGEST_NAME: usize = 128;

/// Hints that a definition may have. Reference: section 8.
const HINTS: [&str; 4] = ["read_only_hint", "destructive_hint", "idempotent_hint", "open_world_hint"];

/// Methods that requests over the proxy may have.
const METHODS: [(&str, &str); 5] =
    [("GET", "GET"), ("POST", "POST"), ("PUT", "PUT"), ("PATCH", "PATCH"), ("DELETE", "DELETE")];

/// A tool as the file has it.
#[derive(Debug)]
pub struct ToolEntry {
    pub name: String,
    pub provider: String,
    /// Its definition; none where the tool is built in and only answered otherwise.
    pub definition: Option<ToolDefinition>,
    /// First that fits first.
    pub answers: Vec<Arc<Answer>>,
}

/// A tool of the file's own.
#[derive(Debug)]
pub struct ToolDefinition {
    pub description: String,
    /// As it is served.
    pub served: Box<RawValue>,
    pub input_schema: JsonText,
    pub tags: Vec<String>,
    pub is_default: bool,
    /// Scopes that an account needs for it.
    pub scopes: Vec<String>,
    /// Its definition says that it changes nothing.
    pub only_reads: bool,
    /// Method and template of the path over the proxy.
    pub rest: Option<(&'static str, String)>,
}

/// Answers of a provider to requests over the proxy that no tool stands for.
#[derive(Debug)]
pub struct RouteEntry {
    pub provider: String,
    pub method: &'static str,
    /// Such as `/tickets/{id}`.
    pub path: String,
    pub answers: Vec<Arc<Answer>>,
}

/// What tools may speak of.
pub struct ToolScope<'s> {
    pub base: &'s Base,
    pub extends: bool,
    pub providers: &'s [ProviderEntry],
    pub connections: &'s [ConnectionEntry],
    pub collections: &'s BTreeMap<String, CollectionEntry>,
}

impl ToolScope<'_> {
    /// Whether there is a connection to a provider that is built in.
    fn is_in_use(&self, provider: &str) -> bool {
        self.extends || self.connections.iter().any(|connection| connection.provider == provider)
    }

    fn provider(&self, row: &Fields<'_>) -> Option<String> {
        let name = row.required_text("provider")?;
        let built_in = self.base.providers.iter().map(|known| known.key.as_str());
        let known: Vec<_> = self.providers.iter().map(|known| known.key.as_str()).chain(built_in).collect();
        if !known.contains(&name) {
            let own: Vec<_> = self.providers.iter().map(|known| known.key.as_str()).collect();
            let meant = nearest_name(name, known.iter().copied());
            row.tell("provider", unknown(&format!("There is no provider “{name}”"), meant, &own));
            return None;
        }
        Some(name.to_owned())
    }

    /// Tells where requests are not passed on to a provider that is built in.
    fn check_proxy(&self, row: &Fields<'_>, key: &str, provider: &str) {
        if self.base.providers.iter().any(|known| known.key == provider && !known.has_proxy) {
            row.tell(key, format!("Requests are not passed on to {provider}, as at the real broker."));
        }
    }
}

/// Reads the tools.
pub fn read(root: &Fields<'_>, scope: &ToolScope<'_>) -> Vec<ToolEntry> {
    let mut tools: Vec<ToolEntry> = Vec::new();
    for row in root.rows("tools") {
        let Some(name) = row.required_text("name").map(str::to_owned) else {
            continue;
        };
        if tools.iter().any(|known| known.name == name) {
            row.tell("name", format!("There is a tool “{name}” already."));
        }
        let built_in = scope.base.tools.iter().find(|(known, _)| *known == name);
        let defines = ["provider", "description", "input_schema"].into_iter().any(|key| row.has(key));
        let tool = match built_in {
            Some((_, provider)) if !defines => {
                if !scope.is_in_use(provider) {
                    let sentence = format!("“{name}” is a tool of {provider}, to which there is no connection.");
                    row.tell("name", sentence);
                }
                ToolEntry {
                    provider: provider.clone(),
                    definition: None,
                    answers: answers(&row, scope, None, false),
                    name,
                }
            }
            _ => own(&row, scope, name),
        };
        row.end();
        tools.push(tool);
    }
    tools
}

fn own(row: &Fields<'_>, scope: &ToolScope<'_>, name: String) -> ToolEntry {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if name.len() > LONGEST_NAME || !name.chars().all(is_plain) {
        row.tell("name", format!("A tool's “name” has up to {LONGEST_NAME} letters, digits, _, - and dots."));
    }
    if !row.has("provider") && !row.has("description") {
        let meant = nearest_name(&name, scope.base.tools.iter().map(|(name, _)| name.as_str()));
        if let Some(meant) = meant {
            row.tell(
                "name",
                format!("“{name}” is not built in, so it needs a provider and a description. Is “{meant}” meant?"),
            );
        }
    }
    let provider = scope.provider(row).unwrap_or_default();
    let description = row.required_text("description").unwrap_or_default().to_owned();
    let title = row.text("display_name");
    let input_schema = schema(row, "input_schema").unwrap_or_else(|| json!({"type": "object", "properties": {}}));
    if input_schema.get("type").and_then(Value::as_str) != Some("object") {
        row.tell("input_schema", "The input of a tool is an object: “type” must be “object”.");
    }
    let output_schema = schema(row, "output_schema");
    let annotations = annotations(row);
    let rest = row.fields("rest").and_then(|rest| {
        scope.check_proxy(row, "rest", &provider);
        let found = route(&rest);
        rest.end();
        found
    });
    let properties = input_schema.get("properties").and_then(Value::as_object);
    let names: Option<Vec<_>> = properties.map(|properties| properties.keys().map(String::as_str).collect());
    // Composed schemas have members elsewhere.
    let is_plain =
        ["allOf", "anyOf", "oneOf", "$ref", "patternProperties"].iter().all(|key| input_schema.get(key).is_none());
    // Nor is anything known where there are none.
    let is_told = is_plain && input_schema.get("additionalProperties").is_none();
    let names = names.filter(|names| is_told && !names.is_empty());
    let answers = answers(row, scope, names.as_deref(), false);

    let mut served = Map::new();
    served.insert("name".into(), name.as_str().into());
    served.extend(title.map(|title| ("display_name".to_owned(), title.into())));
    served.insert("description".into(), description.as_str().into());
    served.insert("input_schema".into(), input_schema.clone());
    served.extend(output_schema.map(|schema| ("output_schema".to_owned(), schema)));
    let only_reads =
        annotations.as_ref().and_then(|hints| hints.get("read_only_hint")).is_some_and(|hint| *hint == true);
    served.extend(annotations.map(|hints| ("annotations".to_owned(), Value::Object(hints))));
    served.extend(
        rest.as_ref()
            .map(|(method, path)| ("rest_api_info".to_owned(), json!({"method": method, "path_template": path}))),
    );
    let texts = |key| row.texts(key).unwrap_or_default().into_iter().map(str::to_owned).collect::<Vec<_>>();
    let definition = ToolDefinition {
        description,
        served: to_raw_value(&served).unwrap_or_default(),
        input_schema: JsonText::parse(input_schema.to_string()).unwrap_or_else(|_| JsonText::empty_object()),
        tags: texts("tags"),
        is_default: row.flag("is_default").unwrap_or(true),
        scopes: texts("scopes"),
        only_reads,
        rest,
    };
    ToolEntry { name, provider, definition: Some(definition), answers }
}

fn schema(row: &Fields<'_>, key: &'static str) -> Option<Value> {
    let schema = row.json(key)?.into_owned();
    if !schema.is_object() {
        row.tell(key, format!("“{key}” must be a JSON Schema, which is a table."));
        return None;
    }
    for (place, reason) in meta_schema_errors(&schema) {
        let mut at = row.place().key(key);
        for step in place.split('/').filter(|step| !step.is_empty()) {
            at = at.key(step);
        }
        row.mistakes().tell(at, format!("This is no JSON Schema 2020-12: {reason}."));
    }
    Some(schema)
}

fn annotations(row: &Fields<'_>) -> Option<Map<String, Value>> {
    let hints = row.fields("annotations")?;
    let mut read = Map::new();
    read.extend(hints.text("title").map(|title| ("title".to_owned(), title.into())));
    for hint in HINTS {
        read.extend(hints.flag(hint).map(|flag| (hint.to_owned(), flag.into())));
    }
    hints.end();
    Some(read)
}

/// Reads what answers over the proxy beside the tools.
pub fn read_routes(root: &Fields<'_>, scope: &ToolScope<'_>) -> Vec<RouteEntry> {
    let mut routes: Vec<RouteEntry> = Vec::new();
    for row in root.rows("proxy") {
        let provider = scope.provider(&row);
        if let Some(provider) = &provider {
            scope.check_proxy(&row, "provider", provider);
        }
        let route = route(&row);
        let answers = answers(&row, scope, None, true);
        row.end();
        if let (Some(provider), Some((method, path))) = (provider, route) {
            routes.push(RouteEntry { provider, method, path, answers });
        }
    }
    routes
}

fn route(row: &Fields<'_>) -> Option<(&'static str, String)> {
    row.required("method");
    let method = row.word("method", &METHODS);
    let path = row.required_text("path")?;
    if !path.starts_with('/') || path.contains(['?', '#']) || path.contains(char::is_whitespace) {
        row.tell("path", "“path” begins with /, and holds no blank, ? and #.");
    }
    Some((method?, path.to_owned()))
}

fn answers(row: &Fields<'_>, scope: &ToolScope<'_>, input: Option<&[&str]>, is_rest: bool) -> Vec<Arc<Answer>> {
    let scope = AnswerScope { collections: scope.collections, input, is_rest, mistakes: row.mistakes() };
    let rows = row.rows("answers");
    if rows.is_empty() && row.get("answers").is_none_or(|answers| answers.as_array().is_some_and(Vec::is_empty)) {
        row.tell_here("“answers” is missing: at least one.");
    }
    rows.into_iter().filter_map(|row| Answer::read(row, &scope)).map(Arc::new).collect()
}
