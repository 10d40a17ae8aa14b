//! The transcript for programs. Its form is told in `docs/agent.md`; a change that breaks readers raises [`FORMAT`].

use serde::Serialize;

use super::{ExportedCall, ExportedItem, ExportedRun};
use crate::domain::{Fault, JsonText};
use crate::json::escaped;
use crate::model_api::Usage;

/// Number of the form.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct RunDocument<'a> {
    format: u32,
    run: &'a str,
    environment: &'a str,
    identifier: &'a str,
    connections: Vec<&'a str>,
    model: &'a str,
    mode: &'a str,
    title: &'a str,
    began: String,
    changed: String,
    usage: UsageDocument,
    cost: Option<&'a str>,
    items: Vec<ItemDocument<'a>>,
}

/// Tokens, as all documents have them.
#[derive(Serialize)]
pub struct UsageDocument {
    input_tokens: u64,
    output_tokens: u64,
    cache_read_tokens: u64,
    cache_write_tokens: u64,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ItemDocument<'a> {
    Said { text: &'a str },
    Text { text: &'a str },
    Thinking { text: &'a str },
    Other { kind: &'a str },
    Notice { text: &'a str },
    Rests { end: &'a str, text: &'a str },
    Call(Box<CallDocument<'a>>),
}

#[derive(Serialize)]
struct CallDocument<'a> {
    id: &'a str,
    tool: &'a str,
    connection: Option<&'a str>,
    input: Option<&'a JsonText>,
    /// What the model wrote, where it is no JSON object.
    #[serde(skip_serializing_if = "Option::is_none")]
    input_text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    edited_input: Option<&'a JsonText>,
    outcome: &'static str,
    entry: Option<i64>,
    took_ms: Option<u64>,
    result: Option<&'a JsonText>,
    error: Option<FaultDocument<'a>>,
    told: Option<&'a str>,
    is_error: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    cut: Option<&'a str>,
}

#[derive(Serialize)]
struct FaultDocument<'a> {
    kind: &'static str,
    message: &'a str,
    said: Option<&'a str>,
}

impl From<Usage> for UsageDocument {
    fn from(usage: Usage) -> Self {
        Self {
            input_tokens: usage.input,
            output_tokens: usage.output,
            cache_read_tokens: usage.cache_read,
            cache_write_tokens: usage.cache_write,
        }
    }
}

/// The transcript as one JSON document, indented, with everything that could steer a terminal written as `\uXXXX`.
pub(super) fn transcript(run: &ExportedRun) -> String {
    let document = RunDocument {
        format: FORMAT,
        run: run.id.raw(),
        environment: run.environment.raw(),
        identifier: run.identifier.raw(),
        connections: run.connections.iter().map(|connection| connection.raw()).collect(),
        model: run.model.raw(),
        mode: run.mode.raw(),
        title: run.title.raw(),
        began: run.began.to_string(),
        changed: run.changed.to_string(),
        usage: run.usage.into(),
        cost: run.cost.as_deref(),
        items: run.items.iter().map(item).collect(),
    };
    // Texts, numbers and JSON that was parsed before: nothing of it can fail.
    let text = serde_json::to_string(&document).unwrap_or_default();
    let pretty = JsonText::parse(text).map(|json| crate::json::pretty(&json)).unwrap_or_default();
    format!("{}\n", escaped(&pretty))
}

fn item(item: &ExportedItem) -> ItemDocument<'_> {
    match item {
        ExportedItem::Said(text) => ItemDocument::Said { text: text.raw() },
        ExportedItem::Text(text) => ItemDocument::Text { text: text.raw() },
        ExportedItem::Thinking(text) => ItemDocument::Thinking { text: text.raw() },
        ExportedItem::Other(kind) => ItemDocument::Other { kind: kind.raw() },
        ExportedItem::Notice(text) => ItemDocument::Notice { text: text.raw() },
        ExportedItem::Rests(end, text) => ItemDocument::Rests { end, text: text.raw() },
        ExportedItem::Call(of) => ItemDocument::Call(Box::new(call(of))),
    }
}

fn call(call: &ExportedCall) -> CallDocument<'_> {
    CallDocument {
        id: call.id.raw(),
        tool: call.tool.raw(),
        connection: Some(call.connection.raw()).filter(|name| !name.is_empty()),
        input: call.input.as_ref().ok(),
        input_text: call.input.as_ref().err().map(|text| text.raw()),
        edited_input: call.edited.as_ref(),
        outcome: call.outcome.slug(),
        entry: call.entry,
        took_ms: call.took.map(|took| u64::try_from(took.as_millis()).unwrap_or(u64::MAX)),
        result: call.result.as_ref(),
        error: call.fault.as_ref().map(fault),
        told: call.told.as_ref().map(|told| told.raw()),
        is_error: call.is_error,
        cut: call.cut.as_deref(),
    }
}

fn fault(fault: &Fault) -> FaultDocument<'_> {
    let said = fault.said.as_ref().map(|said| said.raw());
    FaultDocument { kind: fault.kind.slug(), message: &fault.message, said }
}
