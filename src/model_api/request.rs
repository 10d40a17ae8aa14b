//! Requests to a model.

use crate::domain::JsonText;

/// Request for the next message of a conversation.
#[derive(Clone, Debug)]
pub struct CreateMessage<'a> {
    /// Id of the model.
    pub model: &'a str,
    /// Tokens that the answer may have.
    pub max_tokens: u32,
    /// Instructions that stand before the conversation.
    pub system: &'a str,
    /// Tools that the model may ask for.
    pub tools: &'a [ToolDefinition],
    /// Conversation so far, the oldest message first; the last one is the person's.
    pub messages: &'a [ModelMessage],
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelMessage {
    /// Side that it is from.
    pub role: Role,
    /// Content blocks: a JSON array, byte for byte as it came or was first sent. Whatever the model said goes back
    /// unchanged, blocks of unknown kinds included.
    pub content: JsonText,
}

/// Side of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The person, and results of tools.
    User,
    /// The model.
    Assistant,
}

/// Tool as a model is told of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolDefinition {
    /// Name: letters, digits, `_` and `-`, at most 64.
    pub name: String,
    /// Description.
    pub description: String,
    /// JSON Schema of its input, an object.
    pub input_schema: JsonText,
}
