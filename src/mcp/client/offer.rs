//! What a server says of itself, and what it offers.

use crate::domain::{JsonText, PromptArgument, Untrusted};

/// Generation of the protocol that a server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Era {
    /// Up to 2025-11-25: a session that is opened by `initialize`.
    Sessions,
    /// From 2026-07-28 on: each request stands alone.
    Stateless,
}

/// A server, in its own words.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerInfo {
    /// Its name; empty where it tells none.
    pub name: Untrusted,
    /// Its title for people; empty where there is none.
    pub title: Untrusted,
    /// Its version; empty where it tells none.
    pub version: Untrusted,
    /// What it tells of its use; empty where there is nothing.
    pub instructions: Untrusted,
    /// Version of the protocol that was agreed on: `2025-11-25`.
    pub protocol: Untrusted,
    /// Generation of that version.
    pub era: Era,
    /// What it says it can do.
    pub capabilities: ServerCapabilities,
}

/// What a server says it can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServerCapabilities {
    /// It has tools.
    pub tools: bool,
    /// It tells when its tools change.
    pub tools_change: bool,
    /// It has resources.
    pub resources: bool,
    /// It tells when its resources change.
    pub resources_change: bool,
    /// It has prompts.
    pub prompts: bool,
    /// It tells when its prompts change.
    pub prompts_change: bool,
    /// It sends log notifications.
    pub logging: bool,
}

/// One tool of a server.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerTool {
    /// Name by which it is called.
    pub name: Untrusted,
    /// Title for people: its own, else that of its annotations, else its name.
    pub title: Untrusted,
    /// Description; empty where there is none.
    pub description: Untrusted,
    /// JSON Schema of its input, as it came; none where there is none.
    pub input_schema: Option<JsonText>,
    /// JSON Schema of the structured part of its result, as it came.
    pub output_schema: Option<JsonText>,
    /// What it says of its effect.
    pub annotations: ToolAnnotations,
    /// The whole definition, as it came.
    pub raw: JsonText,
}

/// What a tool says of its effect: a hint of the server's, which may be wrong. None where it is not said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ToolAnnotations {
    /// It changes nothing (`readOnlyHint`).
    pub read_only: Option<bool>,
    /// What it changes may be lost (`destructiveHint`).
    pub destructive: Option<bool>,
    /// To call it twice is as good as once (`idempotentHint`).
    pub idempotent: Option<bool>,
    /// It reaches out into the world (`openWorldHint`).
    pub open_world: Option<bool>,
}

/// Resource of a server, or a template of resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerResource {
    /// Its URI, or the template of one (RFC 6570).
    pub uri: Untrusted,
    /// True if `uri` is a template, whose variables are filled in first.
    pub is_template: bool,
    /// Title, or the name where there is none.
    pub title: Untrusted,
    /// Description; empty where there is none.
    pub description: Untrusted,
    /// Media type; empty where it is not said.
    pub media_type: Untrusted,
    /// Size in bytes, where it is said.
    pub size: Option<u64>,
}

/// Prompt of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerPrompt {
    /// Name by which it is asked for.
    pub name: Untrusted,
    /// Title for people; empty where there is none.
    pub title: Untrusted,
    /// Description; empty where there is none.
    pub description: Untrusted,
    /// Values that it takes.
    pub arguments: Vec<PromptArgument>,
}
