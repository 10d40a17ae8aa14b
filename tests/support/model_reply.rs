//! What a server of models answers.

use std::sync::Arc;

use axum::body::Bytes;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

/// One answer.
#[derive(Clone)]
pub struct ModelReply {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) parts: Vec<Part>,
}

#[derive(Clone)]
pub(super) enum Part {
    Bytes(Bytes),
    /// What follows waits for a permit.
    Wait(Arc<Semaphore>),
    /// The connection breaks.
    Break,
}

impl ModelReply {
    /// An answer of one text, at the end of which the model has finished.
    pub fn says(text: &str) -> Self {
        Self::stream().text(text).stop("end_turn")
    }

    /// A streamed answer, event by event.
    pub fn stream() -> ReplyStream {
        ReplyStream::default()
    }

    /// These bytes as a stream of events.
    pub fn raw(text: impl Into<Bytes>) -> Self {
        Self {
            status: 200,
            content_type: "text/event-stream; charset=utf-8",
            headers: Vec::new(),
            parts: vec![Part::Bytes(text.into())],
        }
    }

    /// A refusal in the API's form, with its HTTP status.
    pub fn error(status: u16, kind: &str, message: &str) -> Self {
        let error = json!({ "type": kind, "message": message });
        Self::json(status, &json!({ "type": "error", "error": error, "request_id": "req_test" }))
    }

    /// Any JSON.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::other(status, "application/json", body.to_string())
    }

    /// Anything else.
    pub fn other(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self { status, content_type, ..Self::raw(body) }
    }

    /// The same with a header, such as `retry-after-ms` with `1`, so that a test need not wait.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// The same until so many bytes have come; there the connection breaks.
    #[must_use]
    pub fn broken_at(self, bytes: usize) -> Self {
        let mut parts = self.cut(bytes).0;
        parts.push(Part::Break);
        Self { parts, ..self }
    }

    /// The same until so many bytes have come; there the answer ends, as if it were whole.
    #[must_use]
    pub fn ended_at(self, bytes: usize) -> Self {
        Self { parts: self.cut(bytes).0, ..self }
    }

    /// The same; what follows so many bytes waits for a permit of `gate`. With 0, no part of the body comes before it.
    #[must_use]
    pub fn held_at(self, bytes: usize, gate: &Arc<Semaphore>) -> Self {
        let (mut parts, rest) = self.cut(bytes);
        parts.push(Part::Wait(Arc::clone(gate)));
        parts.extend(rest);
        Self { parts, ..self }
    }

    /// The same in pieces of so many bytes.
    #[must_use]
    pub fn in_pieces_of(self, bytes: usize) -> Self {
        let whole = self.bytes();
        let pieces = (0..whole.len()).step_by(bytes.max(1));
        let parts = pieces.map(|at| Part::Bytes(whole.slice(at..whole.len().min(at + bytes.max(1))))).collect();
        Self { parts, ..self }
    }

    /// All of its bytes.
    pub fn bytes(&self) -> Bytes {
        let bytes = self.parts.iter().filter_map(|part| match part {
            Part::Bytes(bytes) => Some(bytes.to_vec()),
            _ => None,
        });
        Bytes::from(bytes.flatten().collect::<Vec<u8>>())
    }

    fn cut(&self, at: usize) -> (Vec<Part>, Vec<Part>) {
        let whole = self.bytes();
        let at = at.min(whole.len());
        let part = |bytes: Bytes| (!bytes.is_empty()).then_some(Part::Bytes(bytes));
        (part(whole.slice(..at)).into_iter().collect(), part(whole.slice(at..)).into_iter().collect())
    }
}

/// A streamed answer that is being written.
#[derive(Clone, Debug)]
pub struct ReplyStream {
    text: String,
    blocks: usize,
    output_tokens: u64,
}

impl Default for ReplyStream {
    fn default() -> Self {
        let stream = Self { text: String::new(), blocks: 0, output_tokens: 20 };
        let usage = json!({
            "input_tokens": 10, "output_tokens": 1, "cache_read_input_tokens": 3, "cache_creation_input_tokens": 2,
        });
        stream.event(&json!({
            "type": "message_start",
            "message": {
                "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-5-5", "content": [],
                "stop_reason": null, "stop_sequence": null, "usage": usage,
            },
        }))
    }
}

impl ReplyStream {
    /// Any event, named by its `type`.
    #[must_use]
    pub fn event(mut self, event: &Value) -> Self {
        let name = event["type"].as_str().unwrap_or("message").to_owned();
        self.text.push_str(&format!("event: {name}\ndata: {event}\n\n"));
        self
    }

    /// Any text between events.
    #[must_use]
    pub fn raw(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// A block as it begins, and what is added to it.
    #[must_use]
    pub fn block(self, block: &Value, deltas: &[Value]) -> Self {
        let index = self.blocks;
        let begun = self.event(&json!({ "type": "content_block_start", "index": index, "content_block": block }));
        let delta = |delta| json!({ "type": "content_block_delta", "index": index, "delta": delta });
        let told = deltas.iter().fold(begun, |stream, it| stream.event(&delta(it)));
        let ended = told.event(&json!({ "type": "content_block_stop", "index": index }));
        Self { blocks: index + 1, ..ended }
    }

    /// A text, in two pieces.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        let deltas = halves(text).map(|half| json!({ "type": "text_delta", "text": half }));
        self.block(&json!({ "type": "text", "text": "" }), &deltas)
    }

    /// A thought with its signature.
    #[must_use]
    pub fn thinking(self, text: &str) -> Self {
        let deltas = [
            json!({ "type": "thinking_delta", "thinking": text }),
            json!({ "type": "signature_delta", "signature": "c2lnbmF0dXJl" }),
        ];
        self.block(&json!({ "type": "thinking", "thinking": "", "signature": "" }), &deltas)
    }

    /// A wish for a call with this input, whether it is JSON or not, in two pieces.
    #[must_use]
    pub fn tool(self, id: &str, name: &str, input: &str) -> Self {
        let deltas = halves(input).map(|half| json!({ "type": "input_json_delta", "partial_json": half }));
        self.block(&json!({ "type": "tool_use", "id": id, "name": name, "input": {} }), &deltas)
    }

    /// The end, for this reason.
    pub fn stop(self, reason: &str) -> ModelReply {
        self.stop_with(&json!({ "stop_reason": reason, "stop_sequence": null }))
    }

    /// The end, with this `delta`.
    pub fn stop_with(self, delta: &Value) -> ModelReply {
        let usage = json!({ "output_tokens": self.output_tokens });
        let ended = self.event(&json!({ "type": "message_delta", "delta": delta, "usage": usage }));
        ended.event(&json!({ "type": "message_stop" })).unfinished()
    }

    /// What was written so far, without an end.
    pub fn unfinished(self) -> ModelReply {
        ModelReply::raw(self.text)
    }
}

fn halves(text: &str) -> [&str; 2] {
    let middle = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
    text.split_at(middle).into()
}
