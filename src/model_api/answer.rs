//! Answers of a model, whole and piece by piece.

use std::time::Duration;

use crate::domain::{JsonText, Untrusted};

/// Answer of a model, whole.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelAnswer {
    /// Id of the message.
    pub id: Untrusted,
    /// Model that answered.
    pub model: Untrusted,
    /// Content blocks in their order.
    pub blocks: Vec<ContentBlock>,
    /// The same as the JSON array that goes back with the next request, unknown blocks and signatures included.
    pub content: JsonText,
    /// Reason of its end.
    pub stop: StopReason,
    /// Words on that reason, where the model gave some.
    pub stop_details: Option<Untrusted>,
    /// Tokens of this exchange.
    pub usage: Usage,
    /// Id of the request, to quote to whoever runs the server.
    pub request_id: Option<Untrusted>,
}

/// One block of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum ContentBlock {
    /// Text for the person.
    Text(Untrusted),
    /// The model's thinking.
    Thinking(Untrusted),
    /// Wish for a call.
    ToolUse(ToolUse),
    /// A kind of block that this program does not know.
    Other(Untrusted),
}

/// Wish of a model for a call.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolUse {
    /// Id, which its result names.
    pub id: Untrusted,
    /// Name of the tool, as the model knows it.
    pub name: Untrusted,
    /// Input, a JSON object; the text as it came where it is none, or was cut off.
    pub input: Result<JsonText, Untrusted>,
}

/// Reason of an answer's end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// The model has finished.
    EndTurn,
    /// It said one of the texts that were to end it.
    StopSequence,
    /// It waits for results of tools.
    ToolUse,
    /// It was cut off at `max_tokens`: its last wish may be incomplete.
    MaxTokens,
    /// The server paused a long turn: what came goes back as it is.
    PauseTurn,
    /// The model refused.
    Refusal,
    /// The conversation does not fit into the model any more.
    ContextExceeded,
    /// A reason that this program does not know.
    Other(Untrusted),
}

/// Tokens, counted by the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Read and not cached.
    pub input: u64,
    /// Written.
    pub output: u64,
    /// Read from the cache.
    pub cache_read: u64,
    /// Read and put into the cache.
    pub cache_write: u64,
}

impl Usage {
    /// Tokens of the conversation that the model read.
    pub fn context(self) -> u64 {
        self.input.saturating_add(self.cache_read).saturating_add(self.cache_write)
    }

    /// Tokens of the conversation once the answer is a part of it.
    pub fn conversation(self) -> u64 {
        self.context().saturating_add(self.output)
    }

    /// Sum of two.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            input: self.input.saturating_add(other.input),
            output: self.output.saturating_add(other.output),
            cache_read: self.cache_read.saturating_add(other.cache_read),
            cache_write: self.cache_write.saturating_add(other.cache_write),
        }
    }
}

/// Part of an answer as it comes.
#[derive(Clone, Debug, PartialEq)]
pub enum StreamEvent {
    /// The answer begins; whatever was heard of an earlier try is void.
    Started,
    /// More text for the person, of this block.
    Text(usize, Untrusted),
    /// More thinking, of this block.
    Thinking(usize, Untrusted),
    /// A wish for a call begins: block and name of the tool.
    ToolUse(usize, Untrusted),
    /// Bytes of that wish's input so far.
    ToolInput(usize, usize),
    /// The server was busy or failed; the request is sent again after so long. Not after anything of an answer came.
    Retrying {
        /// Time until the next try.
        after: Duration,
        /// Reason, in a sentence.
        why: String,
        /// Number of the next try, from 2.
        attempt: u32,
    },
}
