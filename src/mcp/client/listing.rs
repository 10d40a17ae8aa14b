//! Lists of a server, page by page, and the entries in them.

use std::collections::{BTreeSet, HashSet};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::fault::McpFault;
use super::ledger::Ledger;
use super::offer::{ServerPrompt, ServerResource, ServerTool, ToolAnnotations};
use super::rpc_error::METHOD_NOT_FOUND;
use super::session::{RequestError, Session};
use super::slot::RequestSlot;
use crate::domain::{FaultKind, JsonText, PromptArgument, Untrusted};

/// A list that servers have.
pub(super) struct Listing {
    /// Its method.
    pub method: &'static str,
    /// Member of the answer that holds its entries.
    pub member: &'static str,
    /// Noun for its entries.
    pub noun: &'static str,
}

pub(super) const TOOLS: Listing = Listing { method: "tools/list", member: "tools", noun: "tools" };
pub(super) const RESOURCES: Listing = Listing { method: "resources/list", member: "resources", noun: "resources" };
pub(super) const TEMPLATES: Listing =
    Listing { method: "resources/templates/list", member: "resourceTemplates", noun: "templates" };
pub(super) const PROMPTS: Listing = Listing { method: "prompts/list", member: "prompts", noun: "prompts" };

/// Entries of a list as they came.
pub(super) struct Entries {
    pub raw: Vec<JsonText>,
    /// Names of the tools that may be called; all of them where it is not said.
    pub passed: Option<BTreeSet<String>>,
}

impl Listing {
    /// Reads all pages of the list.
    pub async fn entries(&self, session: &Session) -> Result<Entries, RequestError> {
        let (limits, ledger) = (session.ledger.options.limits, &session.ledger);
        let mut entries = Entries { raw: Vec::new(), passed: None };
        let (mut cursor, mut seen) = (None::<String>, HashSet::new());
        for _ in 0..limits.pages {
            let params: Map<_, _> =
                cursor.iter().map(|cursor| ("cursor".to_owned(), Value::from(cursor.as_str()))).collect();
            let mut slot = RequestSlot::reading();
            // Headers of calls come from it.
            slot.typed = self.method == TOOLS.method;
            let answer = match session.request(self.method, params, slot).await {
                Ok(answer) => answer,
                // Whoever does not know the list has nothing in it.
                Err(RequestError::Refused(error)) if error.code == METHOD_NOT_FOUND && cursor.is_none() => break,
                Err(error) => return Err(error),
            };
            let (page, next) = self.page(&answer.raw.result, ledger)?;
            entries.raw.extend(page);
            if let Some(passed) = answer.passed {
                entries.passed.get_or_insert_default().extend(passed);
            }
            if entries.raw.len() > limits.entries {
                return Err(self.odd(
                    ledger,
                    FaultKind::TooLarge,
                    &format!("has more than {} {}", limits.entries, self.noun),
                ));
            }
            // An empty text is a cursor like any other.
            let Some(next) = next else { return Ok(entries) };
            if !seen.insert(next.clone()) {
                let what =
                    format!("lists its {} in circles: one page leads to another that was read before", self.noun);
                return Err(self.odd(ledger, FaultKind::BadAnswer, &what));
            }
            cursor = Some(next);
        }
        if cursor.is_some() {
            let what = format!("lists its {} on more than {} pages", self.noun, limits.pages);
            return Err(self.odd(ledger, FaultKind::TooLarge, &what));
        }
        Ok(entries)
    }

    fn odd(&self, ledger: &Ledger, kind: FaultKind, what: &str) -> RequestError {
        RequestError::Failed(McpFault::new(kind, format!("{} {what}.", ledger.names.label)))
    }

    fn page(&self, result: &JsonText, ledger: &Ledger) -> Result<(Vec<JsonText>, Option<String>), RequestError> {
        let bad =
            || self.odd(ledger, FaultKind::BadAnswer, &format!("sent a list of {} that cannot be read", self.noun));
        let members: Members<'_> = serde_json::from_str(result.raw()).map_err(|_| bad())?;
        let list = members.get(self.member).ok_or_else(bad)?;
        let list: Vec<&RawValue> = serde_json::from_str(list.get()).map_err(|_| bad())?;
        let next = match members.get("nextCursor").map(|cursor| serde_json::from_str::<Value>(cursor.get())) {
            None | Some(Ok(Value::Null)) => None,
            Some(Ok(Value::String(cursor))) => Some(cursor),
            Some(_) => return Err(bad()),
        };
        Ok((list.into_iter().map(|entry| JsonText::within(result.bytes(), entry)).collect(), next))
    }
}

type Members<'a> = std::collections::HashMap<String, &'a RawValue>;

/// Reads the tools; those that are none are left out, and told.
pub(super) fn tools(entries: Entries, ledger: &Ledger) -> Vec<ServerTool> {
    let (mut seen, mut tools) = (HashSet::new(), Vec::with_capacity(entries.raw.len()));
    for raw in entries.raw {
        let Some(tool) = tool(raw) else {
            ledger.remark(format!("{} lists a tool that cannot be read; it is left out.", ledger.names.label));
            continue;
        };
        let may_be_called = entries.passed.as_ref().is_none_or(|passed| passed.contains(tool.name.raw()));
        if !may_be_called {
            ledger.remark(format!(
                "{} lists the tool {} with headers that no request can carry; it is left out.",
                ledger.names.label, tool.name
            ));
        } else if !seen.insert(tool.name.clone()) {
            ledger.remark(format!(
                "{} lists the tool {} more than once; the first one counts.",
                ledger.names.label, tool.name
            ));
        } else {
            tools.push(tool);
        }
    }
    tools
}

fn tool(raw: JsonText) -> Option<ServerTool> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Parts<'a> {
        name: String,
        title: Option<Value>,
        description: Option<Value>,
        #[serde(borrow)]
        input_schema: Option<&'a RawValue>,
        #[serde(borrow)]
        output_schema: Option<&'a RawValue>,
        annotations: Option<Value>,
    }
    let parts: Parts<'_> = serde_json::from_str(raw.raw()).ok()?;
    let schema = |schema: Option<&RawValue>| {
        schema.filter(|schema| schema.get().starts_with('{')).map(|schema| JsonText::within(raw.bytes(), schema))
    };
    let annotations = parts.annotations.unwrap_or_default();
    let hint = |name: &str| annotations.get(name).and_then(Value::as_bool);
    let named =
        |value: Option<&Value>| value.and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    let title = named(parts.title.as_ref()).or_else(|| named(annotations.get("title")));
    if parts.name.is_empty() {
        return None;
    }
    Some(ServerTool {
        title: title.unwrap_or_else(|| parts.name.clone()).into(),
        description: named(parts.description.as_ref()).unwrap_or_default().into(),
        input_schema: schema(parts.input_schema),
        output_schema: schema(parts.output_schema),
        annotations: ToolAnnotations {
            read_only: hint("readOnlyHint"),
            destructive: hint("destructiveHint"),
            idempotent: hint("idempotentHint"),
            open_world: hint("openWorldHint"),
        },
        name: parts.name.into(),
        raw,
    })
}

/// Reads entries of another list; those that are none are left out, and told.
fn read<T: DeserializeOwned, U>(entries: Entries, ledger: &Ledger, noun: &str, to: impl Fn(T) -> U) -> Vec<U> {
    let parsed = entries.raw.iter().map(|raw| serde_json::from_str(raw.raw()));
    let kept = parsed.filter_map(|entry: Result<T, _>| {
        if entry.is_err() {
            ledger.remark(format!("{} lists a {noun} that cannot be read; it is left out.", ledger.names.label));
        }
        entry.ok()
    });
    kept.map(to).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourceParts {
    #[serde(alias = "uriTemplate")]
    uri: String,
    #[serde(default)]
    name: String,
    title: Option<String>,
    description: Option<String>,
    mime_type: Option<String>,
    size: Option<Value>,
}

/// Reads resources, or templates of them.
pub(super) fn resources(entries: Entries, ledger: &Ledger, is_template: bool) -> Vec<ServerResource> {
    read(entries, ledger, "resource", |parts: ResourceParts| ServerResource {
        uri: parts.uri.into(),
        is_template,
        title: parts.title.filter(|title| !title.is_empty()).unwrap_or(parts.name).into(),
        description: parts.description.unwrap_or_default().into(),
        media_type: parts.mime_type.unwrap_or_default().into(),
        size: parts.size.as_ref().and_then(Value::as_u64),
    })
}

#[derive(Deserialize)]
struct PromptParts {
    name: String,
    title: Option<String>,
    description: Option<String>,
    arguments: Option<Vec<ArgumentParts>>,
}

#[derive(Deserialize)]
struct ArgumentParts {
    name: String,
    description: Option<String>,
    required: Option<bool>,
}

/// Reads prompts.
pub(super) fn prompts(entries: Entries, ledger: &Ledger) -> Vec<ServerPrompt> {
    let text = |text: Option<String>| Untrusted::from(text.unwrap_or_default());
    read(entries, ledger, "prompt", |parts: PromptParts| ServerPrompt {
        name: parts.name.into(),
        title: text(parts.title),
        description: text(parts.description),
        arguments: (parts.arguments.unwrap_or_default().into_iter())
            .map(|argument| PromptArgument {
                name: argument.name.into(),
                description: text(argument.description),
                is_required: argument.required == Some(true),
            })
            .collect(),
    })
}
