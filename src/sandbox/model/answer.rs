//! Answers: blocks, the reason of the end, and where limits cut them.

use serde_json::{Value, json};

use super::conversation::UNKNOWN_BLOCK;
use super::signature::Signer;
use super::usage::{InputTokens, beginning, tokens};

/// One block of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    Thinking(String),
    Text(String),
    /// Wish for a call: tool, and input as JSON text, which may be no JSON where that is asked for.
    Call(String, String),
    /// Block of a kind that no client knows.
    Unknown(String),
}

/// Reason of an answer's end.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    EndTurn,
    ToolUse,
    MaxTokens,
    Sequence(String),
    /// Whatever the person asked for, and words on it.
    Other(String, Option<String>),
}

impl Stop {
    /// Word of the API.
    pub fn word(&self) -> &str {
        match self {
            Self::EndTurn => "end_turn",
            Self::ToolUse => "tool_use",
            Self::MaxTokens => "max_tokens",
            Self::Sequence(_) => "stop_sequence",
            Self::Other(word, _) => word,
        }
    }

    /// The text that ended it.
    pub fn sequence(&self) -> Option<&str> {
        match self {
            Self::Sequence(sequence) => Some(sequence),
            _ => None,
        }
    }

    /// Details of a refusal.
    pub fn details(&self) -> Option<Value> {
        match self {
            Self::Other(_, Some(words)) => Some(json!({"type": "refusal", "category": null, "explanation": words})),
            _ => None,
        }
    }
}

/// Manner in which an answer is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Delivery {
    /// Every piece comes late.
    pub is_slow: bool,
    /// It ends in the middle, with an error.
    pub breaks_off: bool,
}

/// An answer, whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub pieces: Vec<Piece>,
    pub stop: Stop,
    pub delivery: Delivery,
    /// The last block was cut off.
    pub is_cut: bool,
}

/// Names and figures of one answer.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    /// Distinguishes this answer: ids begin with it.
    pub number: u64,
    pub model: &'a str,
    pub input: InputTokens,
    pub signer: Signer<'a>,
}

impl Frame<'_> {
    /// Id of the message.
    pub fn message_id(&self) -> String {
        format!("msg_{:016x}", self.number)
    }

    /// Id of the wish at this place.
    pub fn wish_id(&self, place: usize) -> String {
        format!("toolu_{:016x}{place:02}", self.number)
    }

    /// Usage, with so many tokens written.
    pub fn usage(&self, output: usize) -> Value {
        json!({
            "input_tokens": self.input.fresh,
            "cache_creation_input_tokens": self.input.written,
            "cache_read_input_tokens": self.input.read,
            "output_tokens": output,
            "service_tier": "standard",
        })
    }
}

impl Piece {
    /// Tokens of it.
    pub fn tokens(&self) -> usize {
        match self {
            Self::Thinking(text) | Self::Text(text) | Self::Unknown(text) => tokens(text),
            Self::Call(tool, input) => tokens(tool) + tokens(input),
        }
    }

    /// The beginning of it that has so many tokens; none where nothing is left.
    fn beginning(&self, tokens: usize) -> Option<Self> {
        if tokens == 0 {
            return None;
        }
        Some(match self {
            Self::Thinking(text) => Self::Thinking(beginning(text, tokens)),
            Self::Text(text) => Self::Text(beginning(text, tokens)),
            Self::Unknown(text) => Self::Unknown(text.clone()),
            Self::Call(tool, input) => {
                Self::Call(tool.clone(), beginning(input, tokens.saturating_sub(super::usage::tokens(tool))))
            }
        })
    }
}

impl Answer {
    /// An answer that ends of itself: with wishes, if there are any.
    pub fn new(pieces: Vec<Piece>) -> Self {
        let stop = match pieces.iter().any(|piece| matches!(piece, Piece::Call(..))) {
            true => Stop::ToolUse,
            false => Stop::EndTurn,
        };
        Self { pieces, stop, delivery: Delivery::default(), is_cut: false }
    }

    /// Tokens of it.
    pub fn tokens(&self) -> usize {
        self.pieces.iter().map(Piece::tokens).sum()
    }

    /// Ends it at the first of these texts, if the model says one.
    pub fn stop_at(mut self, sequences: &[&str]) -> Self {
        for (place, piece) in self.pieces.iter_mut().enumerate() {
            let Piece::Text(text) = piece else { continue };
            let found = sequences.iter().filter_map(|sequence| Some((text.find(sequence)?, *sequence))).min();
            let Some((at, sequence)) = found else { continue };
            text.truncate(at);
            let kept = if text.is_empty() { place } else { place + 1 };
            self.pieces.truncate(kept);
            self.stop = Stop::Sequence(sequence.to_owned());
            break;
        }
        self
    }

    /// Cuts it off behind so many tokens.
    pub fn limit(mut self, max_tokens: usize) -> Self {
        let mut left = max_tokens;
        let mut kept = Vec::with_capacity(self.pieces.len());
        for piece in self.pieces {
            let needed = piece.tokens();
            if needed <= left {
                left -= needed;
                kept.push(piece);
                continue;
            }
            let part = piece.beginning(left);
            self.is_cut = part.is_some();
            self.stop = Stop::MaxTokens;
            kept.extend(part);
            break;
        }
        self.pieces = kept;
        self
    }

    /// True if this is the block that was cut off.
    pub fn is_cut_at(&self, place: usize) -> bool {
        self.is_cut && place + 1 == self.pieces.len()
    }

    /// The answer as one JSON object.
    pub fn whole(&self, frame: &Frame<'_>) -> Value {
        let block = |(place, piece): (usize, &Piece)| match piece {
            Piece::Text(text) => json!({"type": "text", "text": text, "citations": null}),
            Piece::Thinking(text) => {
                json!({"type": "thinking", "thinking": text, "signature": frame.signer.sign(text)})
            }
            Piece::Unknown(text) => json!({"type": UNKNOWN_BLOCK, "note": text}),
            Piece::Call(tool, input) => {
                // Input that is no JSON can only be shown as text here; what was cut off is not shown at all.
                let input = match serde_json::from_str(input) {
                    Ok(input) => input,
                    Err(_) if self.is_cut_at(place) => json!({}),
                    Err(_) => json!(input),
                };
                json!({"type": "tool_use", "id": frame.wish_id(place), "name": tool, "input": input})
            }
        };
        let mut message = message(frame, self.pieces.iter().enumerate().map(block).collect());
        let end = [
            ("stop_reason", json!(self.stop.word())),
            ("stop_sequence", json!(self.stop.sequence())),
            ("stop_details", json!(self.stop.details())),
            ("usage", frame.usage(self.tokens())),
        ];
        crate::sandbox::object::extend(&mut message, end);
        message
    }
}

/// A message that has not ended.
pub fn message(frame: &Frame<'_>, content: Vec<Value>) -> Value {
    json!({
        "id": frame.message_id(),
        "type": "message",
        "role": "assistant",
        "model": frame.model,
        "content": content,
        "stop_reason": null,
        "stop_sequence": null,
        "stop_details": null,
        "usage": frame.usage(1),
    })
}
