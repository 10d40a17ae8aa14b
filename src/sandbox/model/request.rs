//! Requests for a message, held against the rules of the API.

use serde_json::{Map, Value};

use super::api_error::ApiError;
use super::conversation::{self, Message, Rules, check_name, object, required, string};
use super::offered::{Offered, OfferedTool};

/// Tokens that an answer may have: as many as the largest models write, because a client asks for what its own allows.
pub const MAX_TOKENS: u64 = 128_000;

/// Fields that a request may have.
const FIELDS: [&str; 22] = [
    "cache_control",
    "container",
    "context_management",
    "diagnostics",
    "inference_geo",
    "max_tokens",
    "mcp_servers",
    "messages",
    "metadata",
    "model",
    "output_config",
    "service_tier",
    "speed",
    "stop_sequences",
    "stream",
    "system",
    "temperature",
    "thinking",
    "tool_choice",
    "tools",
    "top_k",
    "top_p",
];

/// Fields that the newer version refuses.
const SAMPLING: [(&str, f64); 3] = [("temperature", 1.0), ("top_k", f64::MAX), ("top_p", 1.0)];

/// Request for a message.
#[derive(Debug)]
pub struct MessagesRequest<'a> {
    pub model: &'a str,
    pub max_tokens: usize,
    pub stream: bool,
    pub stop_sequences: Vec<&'a str>,
    /// False where thinking is switched off.
    pub thinks: bool,
    pub offered: Offered<'a>,
    pub choice: ToolChoice<'a>,
    /// At most one call may be asked for at once.
    pub one_at_once: bool,
    pub messages: Vec<Message>,
}

/// Whether a tool must be called.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ToolChoice<'a> {
    Auto,
    None,
    Any,
    Tool(&'a str),
}

impl<'a> MessagesRequest<'a> {
    /// Reads a request.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn read(body: &'a Value, rules: Rules<'_>) -> Result<Self, ApiError> {
        let fields = body.as_object().ok_or_else(|| ApiError::invalid("Input should be a valid dictionary"))?;
        let at_top = |name: &str| {
            let value = fields.get(name).filter(|value| !value.is_null());
            value.ok_or_else(|| ApiError::invalid(format!("{name}: Field required")))
        };
        if let Some(extra) = fields.keys().find(|name| !rules.is_beta && !FIELDS.contains(&name.as_str())) {
            return Err(ApiError::invalid(format!("{extra}: Extra inputs are not permitted")));
        }
        if fields.get("thread").is_some_and(|thread| !thread.is_null()) {
            return Err(ApiError::invalid("thread: this server keeps no conversations; send all messages"));
        }
        let wrong = |name: &str, what: &str| ApiError::invalid(format!("{name}: Input should be {what}"));
        let model = at_top("model")?.as_str().ok_or_else(|| wrong("model", "a valid string"))?;
        let max_tokens = max_tokens(at_top("max_tokens")?, model)?;
        sampling(fields, rules.is_strict)?;
        let stream = match fields.get("stream") {
            None | Some(Value::Null) => false,
            Some(value) => value.as_bool().ok_or_else(|| wrong("stream", "a valid boolean"))?,
        };
        check_system(fields.get("system"))?;
        let offered = tools(fields.get("tools"))?;
        let (choice, one_at_once) = tool_choice(fields.get("tool_choice"), &offered)?;
        Ok(Self {
            model,
            max_tokens,
            stream,
            stop_sequences: stop_sequences(fields.get("stop_sequences"))?,
            thinks: thinks(fields.get("thinking"), max_tokens)?,
            offered,
            choice,
            one_at_once,
            messages: conversation::read(at_top("messages")?, rules)?,
        })
    }
}

fn max_tokens(value: &Value, model: &str) -> Result<usize, ApiError> {
    let number = value.as_i64().ok_or_else(|| ApiError::invalid("max_tokens: Input should be a valid integer"))?;
    match u64::try_from(number) {
        Ok(number @ 1..=MAX_TOKENS) => Ok(usize::try_from(number).unwrap_or(usize::MAX)),
        Ok(number @ 1..) => Err(ApiError::invalid(format!(
            "max_tokens: {number} > {MAX_TOKENS}, which is the maximum allowed number of output tokens for {model}"
        ))),
        _ => Err(ApiError::invalid("max_tokens: Input should be greater than or equal to 1")),
    }
}

/// The newer version has no sampling at all, not even at its defaults.
fn sampling(fields: &Map<String, Value>, is_strict: bool) -> Result<(), ApiError> {
    for (name, most) in SAMPLING {
        let Some(value) = fields.get(name).filter(|value| !value.is_null()) else { continue };
        if is_strict {
            return Err(ApiError::invalid(format!("{name}: Extra inputs are not permitted")));
        }
        let number =
            value.as_f64().ok_or_else(|| ApiError::invalid(format!("{name}: Input should be a valid number")))?;
        if !(0.0..=most).contains(&number) {
            return Err(ApiError::invalid(format!("{name}: range: 0..{most}")));
        }
    }
    Ok(())
}

fn check_system(value: Option<&Value>) -> Result<(), ApiError> {
    match value {
        None | Some(Value::Null | Value::String(_)) => Ok(()),
        Some(Value::Array(blocks)) => blocks.iter().enumerate().try_for_each(|(number, block)| {
            let path = format!("system.{number}");
            let fields = object(block, &path)?;
            match (string(fields, &path, "type")?, string(fields, &path, "text")?) {
                ("text", "") => Err(ApiError::invalid("system: text content blocks must be non-empty")),
                ("text", _) => Ok(()),
                _ => Err(ApiError::invalid(format!("{path}.type: Input should be 'text'"))),
            }
        }),
        Some(_) => Err(ApiError::invalid("system: Input should be a valid string or a valid list")),
    }
}

fn tools(value: Option<&Value>) -> Result<Offered<'_>, ApiError> {
    let list = match value {
        None | Some(Value::Null) => return Ok(Offered::default()),
        Some(value) => value.as_array().ok_or_else(|| ApiError::invalid("tools: Input should be a valid list"))?,
    };
    let mut offered: Vec<OfferedTool<'_>> = Vec::with_capacity(list.len());
    for (number, value) in list.iter().enumerate() {
        let path = format!("tools.{number}");
        let fields = object(value, &path)?;
        let kind = fields.get("type").and_then(Value::as_str).unwrap_or("custom");
        let name = string(fields, &path, "name")?;
        check_name(name, &format!("{path}.{kind}.name"))?;
        if offered.iter().any(|tool| tool.name == name) {
            return Err(ApiError::invalid("tools: Tool names must be unique."));
        }
        // The server's own tools have no schema, and no story.
        if kind != "custom" {
            continue;
        }
        let path = format!("{path}.{kind}.input_schema");
        let schema = fields.get("input_schema").ok_or_else(|| ApiError::invalid(format!("{path}: Field required")))?;
        if object(schema, &path)?.get("type").and_then(Value::as_str) != Some("object") {
            return Err(ApiError::invalid(format!("{path}.type: Input should be 'object'")));
        }
        offered.push(OfferedTool { name, schema });
    }
    Ok(Offered(offered))
}

fn tool_choice<'a>(value: Option<&'a Value>, offered: &Offered<'a>) -> Result<(ToolChoice<'a>, bool), ApiError> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Ok((ToolChoice::Auto, false)) };
    let fields = object(value, "tool_choice")?;
    let choice = match string(fields, "tool_choice", "type")? {
        "auto" => ToolChoice::Auto,
        "none" => ToolChoice::None,
        "any" => ToolChoice::Any,
        "tool" => ToolChoice::Tool(string(fields, "tool_choice", "name")?),
        other => {
            return Err(ApiError::invalid(format!(
                "tool_choice: Input tag '{other}' found using 'type' does not match any of the expected tags: \
                 'auto', 'any', 'tool', 'none'"
            )));
        }
    };
    if let ToolChoice::Tool(name) = choice
        && !offered.0.iter().any(|tool| tool.name == name)
    {
        return Err(ApiError::invalid(format!("Tool '{name}' not found in provided tools")));
    }
    if choice != ToolChoice::None && offered.0.is_empty() {
        return Err(ApiError::invalid("tool_choice may only be specified while providing tools."));
    }
    Ok((choice, fields.get("disable_parallel_tool_use").and_then(Value::as_bool).unwrap_or(false)))
}

fn stop_sequences(value: Option<&Value>) -> Result<Vec<&str>, ApiError> {
    let list = match value {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(value) => {
            value.as_array().ok_or_else(|| ApiError::invalid("stop_sequences: Input should be a valid list"))?
        }
    };
    let read = |(number, value): (usize, &'_ Value)| match value.as_str() {
        None => Err(ApiError::invalid(format!("stop_sequences.{number}: Input should be a valid string"))),
        Some(text) if text.trim().is_empty() => {
            Err(ApiError::invalid("stop_sequences: each stop sequence must contain non-whitespace"))
        }
        Some(_) => Ok(()),
    };
    list.iter().enumerate().try_for_each(read)?;
    Ok(list.iter().filter_map(Value::as_str).collect())
}

/// Whether thinking may be shown. Without a word on it this script shows some, so that clients can be held to it.
fn thinks(value: Option<&Value>, max_tokens: usize) -> Result<bool, ApiError> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(true) };
    let fields = object(value, "thinking")?;
    match string(fields, "thinking", "type")? {
        "disabled" => Ok(false),
        "enabled" => {
            let budget = required(fields, "thinking.enabled", "budget_tokens")?;
            let budget = budget.as_u64().unwrap_or_default();
            if budget < 1024 {
                let path = "thinking.enabled.budget_tokens";
                return Err(ApiError::invalid(format!("{path}: Input should be greater than or equal to 1024")));
            }
            if usize::try_from(budget).unwrap_or(usize::MAX) >= max_tokens {
                return Err(ApiError::invalid("`max_tokens` must be greater than `thinking.budget_tokens`"));
            }
            Ok(true)
        }
        _ => Ok(true),
    }
}
