//! Tools as models and protocols want to be told of them.

use serde::Serialize;
use strum::{IntoStaticStr, VariantArray};

use crate::domain::{EffectSource, JsonText, Tool, ToolEffect};

/// Format in which a model's API or protocol takes definitions of tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Dialect {
    /// `tools` of Anthropic's Messages API.
    Anthropic,
    /// `tools` of OpenAI's Chat Completions API.
    OpenAi,
    /// `tools` of a Model Context Protocol server.
    Mcp,
}

impl Dialect {
    /// All dialects, in the order they are offered.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Name to show.
    pub fn name(self) -> &'static str {
        match self {
            Self::Anthropic => "Anthropic",
            Self::OpenAi => "OpenAI",
            Self::Mcp => "MCP",
        }
    }

    /// Word for it on a command line.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// The array that this dialect wants under `tools`. Schemas go in as they came, byte for byte.
pub fn definitions(tools: &[Tool], dialect: Dialect) -> String {
    let each: Vec<String> = tools.iter().map(|tool| definition(tool, dialect)).collect();
    if each.is_empty() { "[]".to_owned() } else { format!("[\n{}\n]", each.join(",\n")) }
}

fn definition(tool: &Tool, dialect: Dialect) -> String {
    let schema = tool.input_schema.clone().unwrap_or_else(no_input);
    let (name, description) = (tool.name.raw(), tool.description.raw());
    let written = match dialect {
        Dialect::Anthropic => serde_json::to_string(&Anthropic { name, description, input_schema: schema }),
        Dialect::OpenAi => {
            let function = Function { name, description, parameters: schema };
            serde_json::to_string(&OpenAi { kind: "function", function })
        }
        Dialect::Mcp => serde_json::to_string(&Mcp {
            name,
            title: Some(tool.title.raw()).filter(|title| !title.is_empty()),
            description,
            input_schema: schema,
            annotations: annotations(tool),
        }),
    };
    // A schema is JSON already, and the rest are texts.
    crate::json::escaped(&written.unwrap_or_else(|_| "null".to_owned())).into_owned()
}

fn no_input() -> JsonText {
    JsonText::parse(r#"{"type":"object","properties":{}}"#).unwrap_or_else(|_| JsonText::empty_object())
}

/// Only what the vendor or a contract declares: a guess of ours is no promise to others.
fn annotations(tool: &Tool) -> Option<McpAnnotations> {
    if !matches!(tool.effect_source, EffectSource::Declared | EffectSource::Contract) {
        return None;
    }
    Some(match tool.effect {
        ToolEffect::Reads => McpAnnotations { read_only_hint: Some(true), destructive_hint: None },
        ToolEffect::Writes => McpAnnotations { read_only_hint: Some(false), destructive_hint: Some(false) },
        ToolEffect::Destroys => McpAnnotations { read_only_hint: Some(false), destructive_hint: Some(true) },
        ToolEffect::Unknown => return None,
    })
}

#[derive(Serialize)]
struct Anthropic<'a> {
    name: &'a str,
    description: &'a str,
    input_schema: JsonText,
}

#[derive(Serialize)]
struct OpenAi<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    function: Function<'a>,
}

#[derive(Serialize)]
struct Function<'a> {
    name: &'a str,
    description: &'a str,
    parameters: JsonText,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Mcp<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    description: &'a str,
    input_schema: JsonText,
    #[serde(skip_serializing_if = "Option::is_none")]
    annotations: Option<McpAnnotations>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct McpAnnotations {
    #[serde(skip_serializing_if = "Option::is_none")]
    read_only_hint: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destructive_hint: Option<bool>,
}
