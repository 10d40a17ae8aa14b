//! The messages of a request: read, joined, and held against the rules of the API.

use serde_json::{Map, Value};

use super::api_error::ApiError;
use super::signature::Signer;
use crate::model_api::Role;

/// Text of a turn that is paused. A request that ends with it goes on with that turn.
pub const PAUSED: &str = "I pause here: send this back, and I go on.";

/// Kind of a block that no client knows.
pub const UNKNOWN_BLOCK: &str = "script_note";

/// Kinds of blocks.
const KINDS: [&str; 16] = [
    "bash_code_execution_tool_result",
    "code_execution_tool_result",
    "container_upload",
    "document",
    "image",
    "redacted_thinking",
    "search_result",
    "server_tool_use",
    "text",
    "text_editor_code_execution_tool_result",
    "thinking",
    "tool_result",
    "tool_search_tool_result",
    "tool_use",
    "web_fetch_tool_result",
    "web_search_tool_result",
];

/// Kinds that only the model's messages have.
const MODEL_ONLY: [&str; 4] = ["thinking", "redacted_thinking", "tool_use", UNKNOWN_BLOCK];

/// Kinds that only the person's messages have.
const PERSON_ONLY: [&str; 4] = ["tool_result", "image", "search_result", "container_upload"];

/// Message of a conversation. Messages of one side in a row are one.
#[derive(Debug)]
pub struct Message {
    pub role: Role,
    pub blocks: Vec<Block>,
    /// Place of its first part in the request.
    place: usize,
}

/// Block of a message, as far as a script looks at it.
#[derive(Debug, PartialEq)]
pub enum Block {
    Text(String),
    /// Wish for a call, by its id.
    ToolUse(String),
    /// Result for the wish of this id.
    ToolResult(String, ToolResult),
    Other,
}

/// Result of a call, as a client sends it.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolResult {
    /// Its text; that of all text blocks, where it has blocks.
    pub text: String,
    pub is_error: bool,
}

/// Rules that depend on the request.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    /// Version `2026-10-21` or later.
    pub is_strict: bool,
    pub signer: Signer<'a>,
}

/// Reads the messages of a request.
///
/// # Errors
/// The first rule that is broken, in the API's words where they are known.
pub fn read(value: &Value, rules: Rules<'_>) -> Result<Vec<Message>, ApiError> {
    let list = value.as_array().ok_or_else(|| ApiError::invalid("messages: Input should be a valid list"))?;
    let mut messages: Vec<Message> = Vec::new();
    for (place, value) in list.iter().enumerate() {
        let path = format!("messages.{place}");
        let fields = object(value, &path)?;
        let role = match required(fields, &path, "role")?.as_str() {
            Some("user") => Role::User,
            Some("assistant") => Role::Assistant,
            // Instructions in between: a script follows none.
            Some("system") => {
                required(fields, &path, "content")?;
                continue;
            }
            _ => {
                return Err(ApiError::invalid(format!("{path}.role: Input should be 'user', 'assistant' or 'system'")));
            }
        };
        let content = required(fields, &path, "content")?;
        let blocks = blocks(content, role, &path, rules)?;
        let is_last = place + 1 == list.len();
        if blocks.is_empty() && !(role == Role::Assistant && is_last) {
            let optional = "all messages must have non-empty content except for the optional final assistant message";
            return Err(ApiError::invalid(format!("{path}: {optional}")));
        }
        match messages.last_mut().filter(|last| last.role == role) {
            Some(last) => last.blocks.extend(blocks),
            None => messages.push(Message { role, blocks, place }),
        }
    }
    match messages.first().map(|message| message.role) {
        None => return Err(ApiError::invalid("messages: at least one message is required")),
        Some(Role::Assistant) => {
            return Err(ApiError::invalid("messages: first message must use the \"user\" role"));
        }
        Some(Role::User) => {}
    }
    pair(&messages)?;
    let last = messages.last().filter(|message| message.role == Role::Assistant);
    if last.is_some_and(|last| last.blocks.last() != Some(&Block::Text(PAUSED.into()))) {
        let refused = "This model does not support assistant message prefill. \
                       The conversation must end with a user message.";
        return Err(ApiError::invalid(refused));
    }
    Ok(messages)
}

/// Every wish has its result at the head of the next message, and every result its wish.
fn pair(messages: &[Message]) -> Result<(), ApiError> {
    let mut seen = Vec::new();
    let mut wished: Vec<&str> = Vec::new();
    for (at, message) in messages.iter().enumerate() {
        let place = message.place;
        if message.role == Role::User {
            for (number, block) in message.blocks.iter().enumerate() {
                let Block::ToolResult(id, _) = block else { continue };
                if !wished.contains(&id.as_str()) {
                    return Err(ApiError::invalid(format!(
                        "messages.{place}.content.{number}: unexpected `tool_use_id` found in `tool_result` blocks: {id}. \
                         Each `tool_result` block must have a corresponding `tool_use` block in the previous message."
                    )));
                }
            }
            wished.clear();
            continue;
        }
        let ids = message.blocks.iter().filter_map(|block| match block {
            Block::ToolUse(id) => Some(id.as_str()),
            _ => None,
        });
        wished = ids.collect();
        let next = messages.get(at + 1).map(|next| next.blocks.as_slice()).unwrap_or_default();
        let results = next.iter().map_while(|block| match block {
            Block::ToolResult(id, _) => Some(id.as_str()),
            _ => None,
        });
        let results: Vec<_> = results.collect();
        let missing: Vec<_> = wished.iter().filter(|id| !results.contains(id)).copied().collect();
        if !missing.is_empty() {
            let missing = missing.join(", ");
            return Err(ApiError::invalid(format!(
                "messages.{place}: `tool_use` ids were found without `tool_result` blocks immediately after: {missing}. \
                 Each `tool_use` block must have a corresponding `tool_result` block in the next message."
            )));
        }
        for (number, id) in results.iter().enumerate() {
            if results.iter().take(number).any(|earlier| earlier == id) {
                return Err(ApiError::invalid(format!(
                    "messages.{}.content.{number}: each tool_use must have a single result. Found multiple \
                     `tool_result` blocks with id: {id}",
                    place + 1
                )));
            }
        }
        if wished.iter().enumerate().any(|(n, id)| seen.contains(id) || wished.iter().take(n).any(|other| other == id))
        {
            return Err(ApiError::invalid("messages: `tool_use` ids must be unique"));
        }
        seen.extend(wished.iter().copied());
    }
    Ok(())
}

fn blocks(content: &Value, role: Role, path: &str, rules: Rules<'_>) -> Result<Vec<Block>, ApiError> {
    match content {
        Value::String(text) if text.is_empty() => Ok(Vec::new()),
        Value::String(text) => Ok(vec![Block::Text(text.clone())]),
        Value::Array(blocks) => {
            let read = |(number, value)| block(value, role, &format!("{path}.content.{number}"), rules);
            blocks.iter().enumerate().map(read).collect()
        }
        _ => Err(ApiError::invalid(format!("{path}.content: Input should be a valid string or a valid list"))),
    }
}

fn block(value: &Value, role: Role, path: &str, rules: Rules<'_>) -> Result<Block, ApiError> {
    let fields = object(value, path)?;
    let kind = string(fields, path, "type")?;
    if !KINDS.contains(&kind) && kind != UNKNOWN_BLOCK {
        let known: Vec<_> = KINDS.iter().map(|kind| format!("'{kind}'")).collect();
        return Err(ApiError::invalid(format!(
            "{path}: Input tag '{kind}' found using 'type' does not match any of the expected tags: {}",
            known.join(", ")
        )));
    }
    let (elsewhere, side) = match role {
        Role::User => (MODEL_ONLY, "assistant"),
        Role::Assistant => (PERSON_ONLY, "user"),
    };
    if elsewhere.contains(&kind) {
        return Err(ApiError::invalid(format!("{path}: `{kind}` blocks can only be in `{side}` messages")));
    }
    let has = |field: &str| fields.get(field).is_some_and(|value| !value.is_null());
    match (kind, role) {
        ("text", _) => {
            let text = string(fields, path, "text")?;
            if text.trim().is_empty() {
                return Err(ApiError::invalid("messages: text content blocks must contain non-whitespace text"));
            }
            if rules.is_strict && role == Role::User && has("citations") {
                return Err(ApiError::invalid(format!("{path}.citations: Extra inputs are not permitted")));
            }
            Ok(Block::Text(text.to_owned()))
        }
        ("document", Role::Assistant) if rules.is_strict => {
            Err(ApiError::invalid(format!("{path}: `document` blocks can only be in `user` messages")))
        }
        ("thinking", _) => {
            let (thinking, signature) = (string(fields, path, "thinking")?, string(fields, path, "signature")?);
            if rules.signer.sign(thinking) != signature {
                return Err(ApiError::invalid(format!("{path}: Invalid `signature` in `thinking` block")));
            }
            Ok(Block::Other)
        }
        ("tool_use", _) => {
            let (id, name) = (string(fields, path, "id")?, string(fields, path, "name")?);
            check_name(name, &format!("{path}.tool_use.name"))?;
            if !required(fields, path, "input")?.is_object() {
                return Err(ApiError::invalid(format!("{path}.tool_use.input: Input should be a valid dictionary")));
            }
            Ok(Block::ToolUse(id.to_owned()))
        }
        ("tool_result", _) => {
            let id = string(fields, path, "tool_use_id")?;
            let is_error = match fields.get("is_error") {
                None | Some(Value::Null) => false,
                Some(Value::Bool(flag)) => *flag,
                Some(_) => {
                    return Err(ApiError::invalid(format!("{path}.is_error: Input should be a valid boolean")));
                }
            };
            let text = result_text(fields.get("content"), path)?;
            Ok(Block::ToolResult(id.to_owned(), ToolResult { text, is_error }))
        }
        _ => Ok(Block::Other),
    }
}

/// Text of a result: a string, or blocks, of which only some kinds may come.
fn result_text(content: Option<&Value>, path: &str) -> Result<String, ApiError> {
    const PARTS: [&str; 4] = ["document", "image", "search_result", "text"];
    match content {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Array(parts)) => {
            let mut texts = Vec::new();
            for (number, part) in parts.iter().enumerate() {
                let path = format!("{path}.content.{number}");
                let fields = object(part, &path)?;
                match string(fields, &path, "type")? {
                    "text" => texts.push(string(fields, &path, "text")?),
                    kind if PARTS.contains(&kind) => {}
                    kind => {
                        return Err(ApiError::invalid(format!(
                            "{path}: Input tag '{kind}' found using 'type' does not match any of the expected tags: \
                             'document', 'image', 'search_result', 'text'"
                        )));
                    }
                }
            }
            Ok(texts.join("\n"))
        }
        Some(_) => Err(ApiError::invalid(format!("{path}.content: Input should be a valid string or a valid list"))),
    }
}

/// Holds the name of a tool against the API's pattern.
pub fn check_name(name: &str, path: &str) -> Result<(), ApiError> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if (1..=128).contains(&name.len()) && name.chars().all(fits) {
        return Ok(());
    }
    Err(ApiError::invalid(format!("{path}: String should match pattern '^[a-zA-Z0-9_-]{{1,128}}$'")))
}

/// The fields of an object.
pub fn object<'v>(value: &'v Value, path: &str) -> Result<&'v Map<String, Value>, ApiError> {
    value.as_object().ok_or_else(|| ApiError::invalid(format!("{path}: Input should be a valid dictionary")))
}

/// A field that must be there.
pub fn required<'v>(fields: &'v Map<String, Value>, path: &str, name: &str) -> Result<&'v Value, ApiError> {
    let value = fields.get(name).filter(|value| !value.is_null());
    value.ok_or_else(|| ApiError::invalid(format!("{path}.{name}: Field required")))
}

/// A text that must be there.
pub fn string<'v>(fields: &'v Map<String, Value>, path: &str, name: &str) -> Result<&'v str, ApiError> {
    let value = required(fields, path, name)?;
    value.as_str().ok_or_else(|| ApiError::invalid(format!("{path}.{name}: Input should be a valid string")))
}
