//! Events of a streamed answer as the wire has them.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::answer::{StopReason, Usage};
use crate::domain::Untrusted;

/// One event of a stream.
pub(super) enum WireEvent {
    /// The answer begins.
    Start { id: Untrusted, model: Untrusted, usage: WireUsage },
    /// A block begins, with what it begins with.
    BlockStart { index: usize, block: Box<RawValue> },
    /// Something is added to a block.
    BlockDelta { index: usize, delta: Delta },
    /// A block is whole.
    BlockStop { index: usize },
    /// What is known at the end: the reason, and tokens so far.
    End { stop: Option<StopReason>, details: Option<Untrusted>, usage: WireUsage },
    /// The answer is whole.
    Stop,
    /// The server failed, although it began with a success.
    Error(WireError),
    /// A sign of life, or an event of a kind that is not known.
    Other,
}

/// Addition to a block.
pub(super) enum Delta {
    Text(String),
    Thinking(String),
    Signature(String),
    Input(String),
    Citation(Box<RawValue>),
    Unknown,
}

/// Tokens as an event tells them; what is absent did not change.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireUsage {
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
}

/// An error in the server's words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct WireError {
    #[serde(rename = "type")]
    pub kind: String,
    pub message: String,
}

/// Members of all events. Each is read as what its kind says; an event that is not known may mean anything by them.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    #[serde(borrow)]
    index: Option<&'a RawValue>,
    #[serde(borrow)]
    content_block: Option<&'a RawValue>,
    #[serde(borrow)]
    delta: Option<&'a RawValue>,
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MessageHead {
    id: Option<String>,
    model: Option<String>,
    usage: Option<Box<RawValue>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MessageDelta {
    stop_reason: Option<String>,
    stop_details: Option<Box<RawValue>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct StopDetails {
    explanation: Option<String>,
    category: Option<String>,
}

impl WireEvent {
    /// Reads one event; `name` is the one that stands before its data. None for an event of a known kind that makes no
    /// sense. What is of no known kind is [`WireEvent::Other`], whatever it holds: the API adds kinds as it likes.
    pub fn read(name: Option<&str>, data: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(data).unwrap_or_default();
        let envelope: Option<Envelope<'_>> = serde_json::from_str(text).ok();
        let kind: Option<String> = envelope.as_ref().and_then(|envelope| parsed(envelope.kind));
        let kind = kind.as_deref().or(name).unwrap_or_default();
        if !KINDS.contains(&kind) {
            return Some(Self::Other);
        }
        envelope?.event(kind)
    }
}

const KINDS: [&str; 7] = [
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
    "error",
];

impl Envelope<'_> {
    fn event(self, kind: &str) -> Option<WireEvent> {
        let index = || parsed::<usize>(self.index);
        Some(match kind {
            "message_start" => {
                let head: MessageHead = parsed(self.message)?;
                let text = |text: Option<String>| Untrusted::from(text.unwrap_or_default());
                let usage = parsed(head.usage.as_deref()).unwrap_or_default();
                WireEvent::Start { id: text(head.id), model: text(head.model), usage }
            }
            "content_block_start" => {
                WireEvent::BlockStart { index: index()?, block: self.content_block.map(ToOwned::to_owned)? }
            }
            "content_block_delta" => match Delta::read(self.delta?)? {
                Delta::Unknown => WireEvent::Other,
                delta => WireEvent::BlockDelta { index: index()?, delta },
            },
            "content_block_stop" => WireEvent::BlockStop { index: index()? },
            "message_delta" => {
                let delta: MessageDelta = parsed(self.delta)?;
                WireEvent::End {
                    stop: delta.stop_reason.map(StopReason::from),
                    details: delta.stop_details.and_then(|details| words(&details)),
                    usage: parsed(self.usage).unwrap_or_default(),
                }
            }
            "message_stop" => WireEvent::Stop,
            // Whatever it says of itself, it is one.
            "error" => WireEvent::Error(parsed(self.error).unwrap_or_default()),
            _ => WireEvent::Other,
        })
    }
}

impl Delta {
    /// None for one of a known kind that makes no sense.
    fn read(raw: &RawValue) -> Option<Self> {
        let text = |name: &str| -> Option<String> { parsed(member(raw, name).as_deref()) };
        Some(match text("type")?.as_str() {
            "text_delta" => Self::Text(text("text")?),
            "thinking_delta" => Self::Thinking(text("thinking")?),
            "signature_delta" => Self::Signature(text("signature")?),
            "input_json_delta" => Self::Input(text("partial_json")?),
            "citations_delta" => Self::Citation(member(raw, "citation")?),
            _ => Self::Unknown,
        })
    }
}

impl WireUsage {
    /// The tokens so far, with what this tells. Counts are totals: they take the place of earlier ones.
    pub fn over(self, known: Usage) -> Usage {
        Usage {
            input: self.input_tokens.unwrap_or(known.input),
            output: self.output_tokens.unwrap_or(known.output),
            cache_read: self.cache_read_input_tokens.unwrap_or(known.cache_read),
            cache_write: self.cache_creation_input_tokens.unwrap_or(known.cache_write),
        }
    }
}

impl From<String> for StopReason {
    fn from(word: String) -> Self {
        match word.as_str() {
            "end_turn" => Self::EndTurn,
            "stop_sequence" => Self::StopSequence,
            "tool_use" => Self::ToolUse,
            "max_tokens" => Self::MaxTokens,
            "pause_turn" => Self::PauseTurn,
            "refusal" => Self::Refusal,
            "model_context_window_exceeded" => Self::ContextExceeded,
            _ => Self::Other(word.into()),
        }
    }
}

/// The words in the details of a stop.
fn words(details: &RawValue) -> Option<Untrusted> {
    let text: Option<String> = parsed(Some(details));
    let told: StopDetails = parsed(Some(details)).unwrap_or_default();
    let words = text.or(told.explanation).or(told.category).filter(|words| !words.is_empty());
    words.map(Untrusted::from)
}

/// Member of an object, as it came.
pub(super) fn member(object: &RawValue, name: &str) -> Option<Box<RawValue>> {
    let mut members: indexmap::IndexMap<String, Box<RawValue>> = parsed(Some(object))?;
    members.swap_remove(name)
}

/// The value; none where it is absent, or of another type.
pub(super) fn parsed<T: DeserializeOwned>(raw: Option<&RawValue>) -> Option<T> {
    serde_json::from_str(raw?.get()).ok()
}
