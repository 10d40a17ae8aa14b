//! The body of a request for a message.
//!
//! # What is cached
//!
//! The API keeps what stands before a mark, and reads it again at a tenth of the price. It takes four marks. Two stand
//! after what does not change in a conversation: the tools, and the instructions. The third stands at the end. The fourth
//! stands where the end was one request ago, since the API looks for an earlier mark only so many blocks back (20), and a
//! turn of many calls may be longer.
//!
//! # What is not sent
//!
//! No `temperature` and its like, which version 2026-10-21 refuses, and no answer that is begun for the model.

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;

use super::request::{CreateMessage, ModelMessage, Role, ToolDefinition};
use crate::domain::{Fault, FaultKind, JsonText};

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    max_tokens: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    system: Vec<TextBlock<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<WireTool<'a>>,
    messages: Vec<WireMessage>,
    stream: bool,
}

#[derive(Serialize)]
struct TextBlock<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    text: &'a str,
    cache_control: CacheControl,
}

#[derive(Serialize)]
struct WireTool<'a> {
    name: &'a str,
    description: &'a str,
    input_schema: &'a JsonText,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_control: Option<CacheControl>,
}

#[derive(Serialize)]
struct WireMessage {
    role: &'static str,
    content: JsonText,
}

#[derive(Serialize)]
struct CacheControl {
    #[serde(rename = "type")]
    kind: &'static str,
}

const MARK: CacheControl = CacheControl { kind: "ephemeral" };

/// The same as text.
const MARK_TEXT: &str = r#","cache_control":{"type":"ephemeral"}"#;

/// Messages of the person that carry a mark, from the end.
const MARKED: usize = 2;

/// Writes a request.
///
/// # Errors
/// [`FaultKind::Local`] if it cannot be written, which only JSON that is none can bring about.
pub(super) fn write(request: &CreateMessage<'_>) -> Result<Bytes, Fault> {
    let system =
        (!request.system.is_empty()).then_some(TextBlock { kind: "text", text: request.system, cache_control: MARK });
    let last = request.tools.len().saturating_sub(1);
    let tools = request.tools.iter().enumerate().map(|(at, tool)| {
        let ToolDefinition { name, description, input_schema } = tool;
        WireTool { name, description, input_schema, cache_control: (at == last).then_some(MARK) }
    });
    let body = Body {
        model: request.model,
        max_tokens: request.max_tokens,
        system: system.into_iter().collect(),
        tools: tools.collect(),
        messages: messages(request.messages),
        stream: true,
    };
    let written = serde_json::to_vec(&body).map(Bytes::from);
    written
        .map_err(|error| Fault::new(FaultKind::Local, "The request to the model could not be written.").because(error))
}

fn messages(all: &[ModelMessage]) -> Vec<WireMessage> {
    let mut marks = MARKED;
    // An answer may be empty. The API does not take it back, and it says nothing.
    let said = all.iter().rev().filter(|message| !is_empty(&message.content));
    let mut messages: Vec<_> = said
        .map(|message| match message.role {
            Role::User => {
                let marked = (marks > 0).then(|| with_mark(&message.content)).flatten();
                marks -= usize::from(marked.is_some());
                WireMessage { role: "user", content: marked.unwrap_or_else(|| message.content.clone()) }
            }
            Role::Assistant => WireMessage { role: "assistant", content: message.content.clone() },
        })
        .collect();
    messages.reverse();
    messages
}

fn is_empty(content: &JsonText) -> bool {
    let inside = content.raw().trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inside.is_some_and(|inside| inside.trim().is_empty())
}

/// The content with a mark in its last block, and every other byte as it was. None where that can bear none.
fn with_mark(content: &JsonText) -> Option<JsonText> {
    let blocks: Vec<&RawValue> = serde_json::from_str(content.raw()).ok()?;
    let last: serde_json::Map<String, serde_json::Value> = serde_json::from_str(blocks.last()?.get()).ok()?;
    if last.is_empty() || last.contains_key("cache_control") {
        return None;
    }
    let before = content.raw().trim_end().strip_suffix(']')?.trim_end().strip_suffix('}')?;
    let after = content.raw().get(before.len()..)?;
    JsonText::parse(format!("{before}{MARK_TEXT}{after}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(content: &str) -> Option<String> {
        with_mark(&JsonText::parse(content.to_owned()).unwrap()).map(|content| content.raw().to_owned())
    }

    #[test]
    fn a_mark_changes_no_other_byte() {
        let content = " [ {\"type\":\"text\",\"text\":\"}]\"} ,\n {\"n\":1.10,\"type\":\"x\",\"n\":{} } ] ";
        let expected = content.replace("{} } ]", &format!("{{}} {MARK_TEXT}}} ]"));
        assert_eq!(marked(content).unwrap(), expected);
        for none in ["[]", "\"text\"", "[{}]", "[1]", r#"[{"type":"text","cache_control":{"type":"ephemeral"}}]"#] {
            assert_eq!(marked(none), None, "{none}");
        }
    }

    #[test]
    fn a_message_that_says_nothing_is_left_out() {
        for (content, empty) in [("[]", true), (" [\n] ", true), ("[[]]", false), ("\"\"", false)] {
            assert_eq!(is_empty(&JsonText::parse(content).unwrap()), empty, "{content}");
        }
    }
}
