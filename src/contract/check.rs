//! From the text of a file to a contract, or to everything that is wrong in it.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::file::{ContractFile, GraphqlFile, RequestFile};
use super::page::{NextPage, is_pointer};
use super::problem::{Problems, at};
use super::template::{Template, ValueTemplate};
use super::{BodyTemplate, ContractProblem, Parts, graphql};
use crate::domain::{JsonText, ProxyMethod, ToolEffect};
use crate::schema::meta_schema_errors;

/// Bytes of a file that are read at most.
const LARGEST: usize = 256 << 10;

/// Characters of a tool's name, as models take it.
const MAX_NAME: usize = 64;

/// Headers that say whose the request is, or belong to the way it takes.
const NOT_OURS: [&str; 12] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "host",
    "connection",
    "connection_name",
    "connection-name",
    "identifier",
    "content-length",
    "transfer-encoding",
    "upgrade",
    "te",
];

/// Path of a document where its contract names none.
const GRAPHQL_PATH: &str = "/graphql";

/// Reads a file. See [`super::Contract::parse`].
pub(super) fn contract(text: &str, file: &str) -> Result<Parts, Vec<ContractProblem>> {
    if text.len() > LARGEST {
        let sentence = format!("The file is larger than {} KB.", LARGEST >> 10);
        return Err(vec![ContractProblem::of_file(sentence)]);
    }
    let problems = Problems::of(text).map_err(|problem| vec![problem])?;
    let read: ContractFile = toml_edit::de::from_str(text).map_err(|error| {
        let words = error.message().trim().trim_end_matches('.');
        let mut letters = words.chars();
        let words = letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
        vec![at(text, error.span(), format!("{words}.", words = String::from_iter::<Vec<char>>(words)))]
    })?;
    let mut check = Check { problems, required: BTreeSet::new(), properties: BTreeSet::new(), used: BTreeSet::new() };
    let parts = check.parts(read, file);
    check.problems.end(parts)
}

struct Check<'a> {
    problems: Problems<'a>,
    /// Members of the input that are always there.
    required: BTreeSet<String>,
    properties: BTreeSet<String>,
    /// Those that the request takes.
    used: BTreeSet<String>,
}

/// A request with everything that the two forms of it have in common.
struct Request {
    method: ProxyMethod,
    path: Template,
    query: Vec<(String, Template)>,
    headers: Vec<(String, Template)>,
    body: BodyTemplate,
}

impl Check<'_> {
    fn tell(&mut self, path: &[&str], sentence: impl Into<String>) {
        self.problems.tell(path, sentence);
    }

    fn parts(&mut self, read: ContractFile, file: &str) -> Option<Parts> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        if read.name.is_empty() || read.name.len() > MAX_NAME || !read.name.chars().all(is_plain) {
            let sentence = format!("A name has 1 to {MAX_NAME} letters, digits, _ and -; models take no others.");
            self.tell(&["name"], sentence);
        }
        for (key, text) in [("description", &read.description), ("provider", &read.provider)] {
            if text.trim().is_empty() {
                self.tell(&[key], format!("The {key} is empty."));
            }
        }
        let effect = read.effect.parse().ok().filter(|effect| *effect != ToolEffect::Unknown);
        if effect.is_none() {
            self.tell(&["effect"], "The effects are reads, writes and destroys.");
        }
        for (key, filter) in [("input", &read.input), ("output", &read.output)] {
            if filter.as_ref().is_some_and(|filter| filter.trim().is_empty()) {
                self.tell(&[key], "The filter is empty.");
            }
        }
        if read.answer.as_deref().is_some_and(|pointer| !is_pointer(pointer)) {
            self.tell(&["answer"], "A JSON Pointer begins with /.");
        }
        let (schema, defaults) = self.schema(read.schema);
        let has_input = read.input.is_some();
        let request = match (read.request, read.graphql) {
            (Some(request), None) => self.request(request, has_input, effect),
            (None, Some(document)) => self.graphql(document, has_input, effect),
            (Some(_), Some(_)) => {
                self.tell(&["graphql"], "A contract has either [request] or [graphql].");
                None
            }
            (None, None) => {
                self.tell(&[], "A contract needs [request] or [graphql].");
                None
            }
        };
        let page = match read.page.map(|page| page.read()) {
            None => None,
            Some(Ok(page)) => Some(page),
            Some(Err((key, sentence))) => {
                self.tell(&["page", key], sentence);
                None
            }
        };
        if let Some(page) = &page {
            self.page(page, request.as_ref());
        }
        let upload = match read.upload.map(|upload| upload.checked()) {
            None => None,
            Some(Ok(upload)) => Some(upload),
            Some(Err((key, sentence))) => {
                self.tell(&["upload", key], sentence);
                None
            }
        };
        for slot in upload.iter().flat_map(|upload| upload.slots()).map(str::to_owned).collect::<Vec<_>>() {
            self.slots(&["upload"], [slot.as_str()].into_iter());
        }
        let errors = match read.errors.unwrap_or_default().checked() {
            Ok(errors) => Some(errors),
            Err((key, sentence)) => {
                self.tell(&["errors", key], sentence);
                None
            }
        };
        if !has_input && request.as_ref().is_some_and(|request| !matches!(request.body, BodyTemplate::Input)) {
            let unused: Vec<_> = self.properties.difference(&self.used).cloned().collect();
            for name in unused {
                self.tell(&["schema", "properties", &name], format!("“{name}” is used nowhere in the request."));
            }
        }
        let Request { method, path, query, headers, body } = request?;
        Some(Parts {
            name: read.name.as_str().into(),
            title: read.title.into(),
            description: read.description.trim().into(),
            provider: read.provider.as_str().into(),
            effect: effect?,
            scopes: read.scopes.iter().map(|scope| scope.as_str().into()).collect(),
            schema,
            defaults,
            input: read.input,
            output: read.output,
            answer: read.answer.unwrap_or_default(),
            method,
            path,
            query,
            headers,
            body,
            page,
            upload,
            errors: errors?,
            file: file.into(),
        })
    }

    /// The schema as an object's, and what it sets for members that an input lacks.
    fn schema(&mut self, mut schema: Map<String, Value>) -> (JsonText, Vec<(String, String)>) {
        if schema.get("type").is_none() {
            schema.shift_insert(0, "type".to_owned(), "object".into());
        }
        schema.entry("properties").or_insert_with(|| Value::Object(Map::new()));
        if schema.get("type").and_then(Value::as_str) != Some("object") {
            self.tell(&["schema", "type"], "The input of a tool is an object.");
        }
        let mut defaults = Vec::new();
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            self.properties.insert(name.clone());
            if let Some(value) = property.get("default") {
                defaults.push((name.clone(), value.to_string()));
                self.required.insert(name.clone());
            }
        }
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        let required: Vec<_> = required.filter_map(Value::as_str).map(str::to_owned).collect();
        for name in &required {
            if !self.properties.contains(name) {
                self.tell(&["schema", "required"], format!("“{name}” is required, but is no property."));
            }
        }
        self.required.extend(required);
        let schema = Value::Object(schema);
        for (place, reason) in meta_schema_errors(&schema) {
            let steps: Vec<_> = place.split('/').filter(|step| !step.is_empty()).collect();
            let path: Vec<_> = ["schema"].into_iter().chain(steps).collect();
            self.tell(&path, format!("The schema is none by JSON Schema 2020-12: {reason}."));
        }
        let text = JsonText::parse(schema.to_string()).unwrap_or_else(|_| JsonText::empty_object());
        (text, defaults)
    }

    fn request(&mut self, read: RequestFile, has_input: bool, effect: Option<ToolEffect>) -> Option<Request> {
        let method = read.method.to_ascii_uppercase().parse::<ProxyMethod>().ok();
        if method.is_none() {
            self.tell(&["request", "method"], "The method is none of HTTP's.");
        }
        let path = self.path(&["request", "path"], &read.path);
        let query = self.pairs(&["request", "query"], read.query);
        let headers = self.headers(&["request", "headers"], read.headers);
        let body = match (read.body, read.form, has_input) {
            (None, None, false) => Some(BodyTemplate::None),
            (None, None, true) => Some(BodyTemplate::Input),
            (Some(Value::String(all)), None, false) if all == "{}" => Some(BodyTemplate::Input),
            (Some(body), None, false) => match ValueTemplate::of(body) {
                Ok(template) => {
                    self.slots(&["request", "body"], template.slots().into_iter());
                    Some(BodyTemplate::Json(template))
                }
                Err(sentence) => {
                    self.tell(&["request", "body"], sentence);
                    None
                }
            },
            (None, Some(form), false) => Some(BodyTemplate::Form(self.pairs(&["request", "form"], form))),
            (Some(_), Some(_), _) => {
                self.tell(&["request", "form"], "A request has either a body or a form.");
                None
            }
            (_, _, true) => {
                self.tell(&["request", "body"], "The filter “input” makes the body; there is no other beside it.");
                None
            }
        };
        if method.is_some_and(ProxyMethod::is_read) && body.as_ref().is_some_and(|b| !matches!(b, BodyTemplate::None)) {
            self.tell(&["request", "method"], "A request that only reads has no body.");
        }
        let changes = matches!(method, Some(ProxyMethod::Put | ProxyMethod::Patch | ProxyMethod::Delete));
        if changes && effect == Some(ToolEffect::Reads) {
            self.tell(&["effect"], format!("It says that it reads, but {} changes something.", read.method));
        }
        if method == Some(ProxyMethod::Delete) && effect == Some(ToolEffect::Writes) {
            self.tell(&["effect"], "It says that it writes, but DELETE takes something away: destroys.");
        }
        Some(Request { method: method?, path: path?, query, headers, body: body? })
    }

    fn graphql(&mut self, read: GraphqlFile, has_input: bool, effect: Option<ToolEffect>) -> Option<Request> {
        let path = self.path(&["graphql", "path"], read.path.as_deref().unwrap_or(GRAPHQL_PATH));
        let headers = self.headers(&["graphql", "headers"], read.headers);
        let operation = match graphql::operation(&read.document) {
            Ok(operation) => operation,
            Err(sentence) => {
                self.tell(&["graphql", "document"], sentence);
                return None;
            }
        };
        match effect {
            Some(ToolEffect::Reads) if operation.is_mutation => {
                self.tell(&["effect"], "It says that it reads, but its document is a mutation.");
            }
            Some(ToolEffect::Writes | ToolEffect::Destroys) if !operation.is_mutation => {
                self.tell(&["effect"], "It says that it changes something, but its document is a query.");
            }
            _ => {}
        }
        let variables = match read.variables.map(|variables| ValueTemplate::of(Value::Object(variables))) {
            None => None,
            Some(Ok(template)) => Some(template),
            Some(Err(sentence)) => {
                self.tell(&["graphql", "variables"], sentence);
                return None;
            }
        };
        let declared: Vec<_> = operation.variables.iter().map(|(name, _)| name.clone()).collect();
        match (&variables, has_input) {
            (Some(_), true) => {
                let sentence = "The filter “input” makes the variables; there are no others beside it.";
                self.tell(&["graphql", "variables"], sentence);
            }
            (Some(template), false) => {
                self.slots(&["graphql", "variables"], template.slots().into_iter());
                let given: BTreeSet<_> = template.names().map(str::to_owned).collect();
                for name in given.iter().filter(|name| !declared.contains(name)) {
                    self.tell(&["graphql", "variables", name], format!("The document declares no ${name}."));
                }
                for (name, _) in operation.variables.iter().filter(|(name, must)| *must && !given.contains(name)) {
                    self.tell(&["graphql", "variables"], format!("The document needs ${name}."));
                }
            }
            (None, true) => {}
            (None, false) => {
                let names: Vec<_> = self.properties.iter().filter(|name| declared.contains(name)).cloned().collect();
                self.used.extend(names);
                for (name, must) in &operation.variables {
                    if *must && !self.required.contains(name) {
                        let sentence = format!("The document needs ${name}, which the schema does not require.");
                        self.tell(&["graphql", "document"], sentence);
                    }
                }
            }
        }
        let document = Arc::from(read.document.trim());
        let body = BodyTemplate::Graphql { document, variables, declared: operation.variables };
        Some(Request { method: ProxyMethod::Post, path: path?, query: Vec::new(), headers, body })
    }

    fn path(&mut self, key: &[&str], text: &str) -> Option<Template> {
        let template = match Template::parse(text) {
            Ok(template) => template,
            Err(sentence) => {
                self.tell(key, sentence);
                return None;
            }
        };
        let steps = text.split('/').any(|step| matches!(step, "." | ".."));
        let is_odd = text.contains(['?', '#', '\\']) || text.chars().any(|c| c.is_whitespace() || c.is_control());
        if !template.beginning().starts_with('/') || text.starts_with("//") || steps || is_odd {
            let sentence = "The path begins with /, and holds no ?, #, \\, blank, and no step that is . or ...";
            self.tell(key, sentence);
        }
        for slot in
            template.slots().filter(|slot| !self.required.contains(*slot)).map(str::to_owned).collect::<Vec<_>>()
        {
            if self.properties.contains(&slot) {
                self.tell(key, format!("The path needs “{slot}”, which the schema does not require."));
            }
        }
        self.slots(key, template.slots());
        Some(template)
    }

    fn headers(&mut self, key: &[&str], pairs: Map<String, Value>) -> Vec<(String, Template)> {
        for name in pairs.keys() {
            let path: Vec<_> = key.iter().copied().chain([name.as_str()]).collect();
            if NOT_OURS.contains(&name.to_ascii_lowercase().as_str()) {
                self.tell(&path, format!("The header {name} is not the contract's: it belongs to the connection."));
            } else if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)) {
                self.tell(&path, "This is no name of a header.");
            }
        }
        self.pairs(key, pairs)
    }

    fn pairs(&mut self, key: &[&str], pairs: Map<String, Value>) -> Vec<(String, Template)> {
        let mut found = Vec::new();
        for (name, value) in pairs {
            let path: Vec<_> = key.iter().copied().chain([name.as_str()]).collect();
            let text = match value {
                Value::String(text) => text,
                Value::Number(number) => number.to_string(),
                Value::Bool(flag) => flag.to_string(),
                _ => {
                    self.tell(&path, "The value must be a text, a number, true or false.");
                    continue;
                }
            };
            match Template::parse(&text) {
                Ok(template) => {
                    self.slots(&path, template.slots());
                    found.push((name.clone(), template));
                }
                Err(sentence) => self.tell(&path, sentence),
            }
        }
        found
    }

    /// Takes down placeholders, each of which must be a property of the schema.
    fn slots<'s>(&mut self, key: &[&str], slots: impl Iterator<Item = &'s str>) {
        for slot in slots {
            if self.properties.contains(slot) {
                self.used.insert(slot.to_owned());
            } else {
                self.tell(key, format!("“{slot}” is no property of the schema."));
            }
        }
    }

    fn page(&mut self, page: &super::Page, request: Option<&Request>) {
        for name in &page.unless {
            if !self.properties.contains(name) {
                self.tell(&["page", "unless"], format!("“{name}” is no property of the schema."));
            }
        }
        let into = match &page.next {
            NextPage::Cursor { into, .. } | NextPage::Offset { into, .. } => into,
            NextPage::Link => return,
        };
        if let Some(BodyTemplate::Graphql { declared, .. }) = request.map(|request| &request.body)
            && !declared.iter().any(|(name, _)| name == into)
        {
            self.tell(&["page", "into"], format!("The document declares no ${into}."));
        }
    }
}
