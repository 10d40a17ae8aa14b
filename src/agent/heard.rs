//! An answer while it comes.

use std::sync::{Mutex, PoisonError};

use super::event::{AgentEvent, EventSink};
use crate::model_api::StreamEvent;

/// Passes on what comes of an answer, and remembers it in case no more does.
pub(super) struct Heard {
    on: EventSink,
    pieces: Mutex<Pieces>,
}

#[derive(Default)]
struct Pieces {
    thinking: String,
    text: String,
    /// Number of the block that the last piece was of.
    block: Option<usize>,
}

impl Pieces {
    /// Notes that a piece of this block comes. True if it is another one than that of the piece before.
    fn turns_to(&mut self, block: usize) -> bool {
        self.block.replace(block).is_some_and(|before| before != block)
    }
}

/// Another block is another paragraph.
fn paragraph(text: &mut String) {
    if !text.is_empty() {
        text.push_str("\n\n");
    }
}

impl Heard {
    pub fn new(on: EventSink) -> Self {
        Self { on, pieces: Mutex::default() }
    }

    /// Takes in news of the answer.
    pub fn take(&self, event: StreamEvent) {
        let mut pieces = self.pieces.lock().unwrap_or_else(PoisonError::into_inner);
        let mut is_another = false;
        let told = match event {
            StreamEvent::Started => {
                if pieces.thinking.is_empty() && pieces.text.is_empty() {
                    return;
                }
                *pieces = Pieces::default();
                AgentEvent::AnswerRestarted
            }
            StreamEvent::Text(block, piece) => {
                is_another = pieces.turns_to(block);
                if is_another {
                    paragraph(&mut pieces.text);
                }
                pieces.text.push_str(piece.raw());
                AgentEvent::Text(piece)
            }
            StreamEvent::Thinking(block, piece) => {
                is_another = pieces.turns_to(block);
                if is_another {
                    paragraph(&mut pieces.thinking);
                }
                pieces.thinking.push_str(piece.raw());
                AgentEvent::Thinking(piece)
            }
            StreamEvent::Retrying { after, why, .. } => AgentEvent::Retrying { after, why },
            StreamEvent::ToolUse(..) | StreamEvent::ToolInput(..) => return,
        };
        drop(pieces);
        if is_another {
            (self.on)(AgentEvent::Block);
        }
        (self.on)(told);
    }

    /// Thinking and text that came.
    pub fn pieces(self) -> (String, String) {
        let pieces = self.pieces.into_inner().unwrap_or_else(PoisonError::into_inner);
        (pieces.thinking, pieces.text)
    }
}
