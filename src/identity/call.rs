//! One call that asks a provider who an account is, and how to read its answer.

use serde_json::Value;
use toml_edit::{Document, Item, TableLike};

use crate::domain::{Identity, JsonText, Provider, ToolEffect, ToolName, Untrusted};
use crate::provider::SECTIONS;

/// Call that asks who an account is.
#[derive(Clone, Debug, PartialEq)]
pub struct IdentityCall {
    /// Provider that it is for, as accounts name it.
    pub provider: Provider,
    /// Call to make.
    pub lookup: Lookup,
    /// Whether it comes with the program: then it is known to read.
    pub is_built_in: bool,
    fields: Fields,
}

/// Call to make.
#[derive(Clone, Debug, PartialEq)]
pub enum Lookup {
    /// A tool that reads.
    Tool {
        /// Name of the tool.
        name: ToolName,
        /// Its input.
        input: JsonText,
    },
    /// A GET below the provider's own API.
    Get {
        /// Path, percent-encoded where it must be.
        path: String,
        /// Names and values.
        query: Vec<(String, String)>,
    },
}

/// Places of the parts, as JSON Pointers.
#[derive(Clone, Debug, Default, PartialEq)]
struct Fields {
    id: Vec<String>,
    name: Vec<String>,
    email: Vec<String>,
    workspace: Vec<String>,
}

/// Longest part of an answer that is taken for a name, in bytes.
const LONGEST: usize = 320;

const KNOWN: [&str; 8] = ["provider", "tool", "get", "input", "id", "name", "email", "workspace"];

impl IdentityCall {
    /// The same, where the file tells anything of it: one may be about how to connect alone.
    ///
    /// # Errors
    /// As [`IdentityCall::parse`].
    pub(super) fn parse_if_any(text: &str) -> Result<Option<Self>, String> {
        let document = Document::parse(text).map_err(|error| format!("It is not TOML: {}", error.message()))?;
        let has = |names: &[&str]| names.iter().any(|name| document.as_table().contains_key(name));
        let absent = !has(&["tool", "get"]) && has(&SECTIONS);
        if absent { Ok(None) } else { Self::parse(text).map(Some) }
    }

    /// A file of the table.
    ///
    /// # Errors
    /// A sentence that tells what is wrong in it. A tool whose name does not say that it reads is refused: a probe
    /// changes nothing.
    pub fn parse(text: &str) -> Result<Self, String> {
        let document = Document::parse(text).map_err(|error| format!("It is not TOML: {}", error.message()))?;
        let table = document.as_table();
        let known = |name: &str| KNOWN.contains(&name) || SECTIONS.contains(&name);
        if let Some((name, _)) = table.iter().find(|(name, _)| !known(name)) {
            let (own, others) = (KNOWN.join(", "), SECTIONS.join(", "));
            return Err(format!("“{name}” means nothing here. Known: {own}, {others}."));
        }
        let word = |name: &str| table.get(name).and_then(Item::as_str).filter(|word| !word.is_empty());
        let provider = word("provider").ok_or("It names no provider.")?;
        let lookup = match (word("tool"), word("get")) {
            (Some(tool), None) => Lookup::Tool { name: reading(tool)?, input: input(table.get("input"))? },
            (None, Some(path)) => get(path)?,
            _ => return Err("It names either a tool or a path to get.".to_owned()),
        };
        let fields = Fields {
            id: pointers(table, "id")?,
            name: pointers(table, "name")?,
            email: pointers(table, "email")?,
            workspace: pointers(table, "workspace")?,
        };
        if fields.id.is_empty() && fields.name.is_empty() && fields.email.is_empty() {
            return Err("It does not say where id, name or email stand in the answer.".to_owned());
        }
        Ok(Self { provider: provider.into(), lookup, is_built_in: false, fields })
    }

    /// Words for the call: the tool's name, or method and path.
    pub fn label(&self) -> Untrusted {
        match &self.lookup {
            Lookup::Tool { name, .. } => name.raw().into(),
            Lookup::Get { path, .. } => format!("GET {path}").into(),
        }
    }

    /// The identity that an answer names, as far as it does.
    pub fn identity(&self, answer: &JsonText) -> Identity {
        let Ok(answer) = serde_json::from_slice::<Value>(answer.bytes()) else { return Identity::default() };
        let part = |places: &[String]| places.iter().find_map(|place| found(&answer, place)).map(Untrusted::from);
        Identity {
            id: part(&self.fields.id),
            name: part(&self.fields.name),
            email: part(&self.fields.email),
            workspace: part(&self.fields.workspace),
        }
    }
}

/// Text or number at a place of the answer, or of what it holds below `data`.
fn found(answer: &Value, place: &str) -> Option<String> {
    let below = |value: &Value| match value.pointer(place)? {
        Value::String(text) if !text.trim().is_empty() && text.len() <= LONGEST => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    below(answer).or_else(|| below(answer.get("data")?))
}

fn reading(tool: &str) -> Result<ToolName, String> {
    // Names that say so without a verb that is known.
    let says_so = ["auth_test", "whoami", "userinfo", "_me", "current"].iter().any(|word| tool.contains(word));
    match ToolEffect::from_name(tool) {
        ToolEffect::Reads => Ok(tool.into()),
        ToolEffect::Unknown if says_so => Ok(tool.into()),
        _ => Err(format!("The tool {tool} is not known to read, and a probe changes nothing.")),
    }
}

fn get(path: &str) -> Result<Lookup, String> {
    if !path.starts_with('/') || path.contains(char::is_whitespace) || path.contains('#') {
        return Err("The path begins with / and holds no blank and no #.".to_owned());
    }
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let query = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Ok(Lookup::Get { path: path.to_owned(), query })
}

/// Input of the tool: JSON in a string.
fn input(item: Option<&Item>) -> Result<JsonText, String> {
    let Some(item) = item else { return Ok(JsonText::empty_object()) };
    let text = item.as_str().filter(|text| text.trim_start().starts_with('{'));
    let json = text.and_then(|text| JsonText::parse(text.to_owned()).ok());
    json.ok_or_else(|| "The input is a JSON object in a string, as in '{\"fields\":\"user\"}'.".to_owned())
}

fn pointers(table: &dyn TableLike, name: &str) -> Result<Vec<String>, String> {
    let Some(item) = table.get(name) else { return Ok(Vec::new()) };
    let texts: Option<Vec<&str>> = match item.as_str() {
        Some(one) => Some(vec![one]),
        None => item.as_array().and_then(|all| all.iter().map(toml_edit::Value::as_str).collect()),
    };
    match texts {
        Some(texts) if texts.iter().all(|text| text.starts_with('/')) => {
            Ok(texts.into_iter().map(str::to_owned).collect())
        }
        _ => Err(format!("“{name}” is a JSON Pointer such as \"/user/{name}\", or a list of them.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINEAR: &str = "provider = \"LINEAR\"\ntool = \"linear_viewer_get\"\nid = \"/viewer/id\"\n\
                          email = [\"/viewer/email\", \"/viewer/mail\"]\n";

    fn json(text: &str) -> JsonText {
        JsonText::parse(text.to_owned()).unwrap()
    }

    #[test]
    fn parts_are_found_in_the_answer_or_below_data() {
        let call = IdentityCall::parse(LINEAR).unwrap();
        let named = |answer: &str| {
            let identity = call.identity(&json(answer));
            [identity.id, identity.email].map(|part| part.map(|part| part.raw().to_owned()).unwrap_or_default())
        };
        assert_eq!(named(r#"{"viewer":{"id":7,"mail":"a@b.c"}}"#), ["7", "a@b.c"]);
        assert_eq!(named(r#"{"data":{"viewer":{"id":"x","email":" ","mail":"a@b.c"}}}"#), ["x", "a@b.c"]);
        assert_eq!(named(r#"{"viewer":{"id":{},"email":null}}"#), ["", ""]);
        assert_eq!(named("[]"), ["", ""]);
    }

    #[test]
    fn a_path_brings_its_query() {
        let call = IdentityCall::parse("provider='X'\nget='/about?fields=user&all'\nid='/id'").unwrap();
        let query = vec![("fields".to_owned(), "user".to_owned()), ("all".to_owned(), String::new())];
        assert_eq!(call.lookup, Lookup::Get { path: "/about".into(), query });
        assert_eq!(call.label().raw(), "GET /about");
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, says) in [
            ("provider = ", "not TOML"),
            ("tool='x_get'\nid='/id'", "no provider"),
            ("provider='X'\nid='/id'", "either a tool or a path"),
            ("provider='X'\ntool='x_get'\nget='/x'\nid='/id'", "either a tool or a path"),
            ("provider='X'\ntool='x_create'\nid='/id'", "not known to read"),
            ("provider='X'\ntool='frobnicate'\nid='/id'", "not known to read"),
            ("provider='X'\nget='x'\nid='/id'", "begins with /"),
            ("provider='X'\ntool='x_get'", "does not say where"),
            ("provider='X'\ntool='x_get'\nid='id'", "JSON Pointer"),
            ("provider='X'\ntool='x_get'\nid=7", "JSON Pointer"),
            ("provider='X'\ntool='x_get'\nid='/id'\ninput='[]'", "JSON object"),
            ("provider='X'\ntool='x_get'\nid='/id'\npost='/x'", "“post” means nothing"),
        ] {
            let problem = IdentityCall::parse(text).unwrap_err();
            assert!(problem.contains(says), "{text}: {problem}");
        }
    }
}
