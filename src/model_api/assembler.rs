//! A streamed answer, put together as it comes.

use serde_json::value::RawValue;

use super::answer::{ModelAnswer, StopReason, StreamEvent, Usage};
use super::block::{Block, BlockKind, Piece};
use super::event::{WireError, WireEvent};
use crate::domain::{JsonText, Untrusted};
use crate::sse::{SseEvent, SseReader};

/// Answer that is being put together. It is one only when its end has come.
pub(super) struct Assembler {
    reader: SseReader,
    /// Bytes that may still come.
    left: usize,
    head: Option<(Untrusted, Untrusted)>,
    blocks: Vec<Block>,
    usage: Usage,
    stop: Option<StopReason>,
    details: Option<Untrusted>,
}

/// Why a stream gives no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum StreamFailure {
    /// The server told of a failure of its own.
    Told(WireError),
    /// It makes no sense; what, to end a sentence.
    Senseless(&'static str),
    /// One event, or all of it, is larger than is read.
    TooLarge,
}

impl Assembler {
    /// One that takes so many bytes, and so many of one event.
    pub fn new(answer: usize, event: usize) -> Self {
        Self {
            reader: SseReader::new(event),
            left: answer,
            head: None,
            blocks: Vec::new(),
            usage: Usage::default(),
            stop: None,
            details: None,
        }
    }

    /// Whether anything of the model's own came.
    pub fn has_content(&self) -> bool {
        !self.blocks.is_empty()
    }

    /// Takes in a piece of the stream. Gives the answer once it is whole.
    ///
    /// # Errors
    /// Why there will be none. Nothing can be read after that.
    pub fn push(
        &mut self,
        piece: &[u8],
        on: &mut (dyn FnMut(StreamEvent) + Send),
    ) -> Result<Option<ModelAnswer>, StreamFailure> {
        self.left = self.left.checked_sub(piece.len()).ok_or(StreamFailure::TooLarge)?;
        let mut events: Vec<SseEvent> = Vec::new();
        let read = self.reader.push(piece, &mut events);
        for event in events {
            let Some(data) = event.data.filter(|data| !data.trim_ascii().is_empty()) else { continue };
            let event = WireEvent::read(event.event.as_deref(), &data);
            let event = event.ok_or(StreamFailure::Senseless("an event that makes no sense"))?;
            if self.take(event, on)? {
                return self.answer().map(Some);
            }
        }
        read.map(|()| None).map_err(|_| StreamFailure::TooLarge)
    }

    /// Takes in one event. True if it was the last.
    fn take(&mut self, event: WireEvent, on: &mut (dyn FnMut(StreamEvent) + Send)) -> Result<bool, StreamFailure> {
        match event {
            WireEvent::Other => return Ok(false),
            WireEvent::Error(error) => return Err(StreamFailure::Told(error)),
            WireEvent::Start { id, model, usage } if self.head.is_none() => {
                self.head = Some((id, model));
                self.usage = usage.over(self.usage);
                on(StreamEvent::Started);
                return Ok(false);
            }
            WireEvent::Start { .. } => return Err(StreamFailure::Senseless("the beginning of a second answer")),
            _ if self.head.is_none() => return Err(StreamFailure::Senseless("an answer without its beginning")),
            WireEvent::BlockStart { index, block } => self.begin(index, block, on)?,
            WireEvent::BlockDelta { index, delta } => {
                let piece = self.block(index)?.add(delta);
                on_piece(index, piece, on);
            }
            WireEvent::BlockStop { index } => self.block(index)?.end(),
            WireEvent::End { stop, details, usage } => {
                self.stop = stop.or(self.stop.take());
                self.details = details.or(self.details.take());
                self.usage = usage.over(self.usage);
            }
            WireEvent::Stop => return Ok(true),
        }
        Ok(false)
    }

    fn begin(
        &mut self,
        index: usize,
        block: Box<RawValue>,
        on: &mut (dyn FnMut(StreamEvent) + Send),
    ) -> Result<(), StreamFailure> {
        if index != self.blocks.len() {
            return Err(StreamFailure::Senseless("blocks out of order"));
        }
        let block = Block::begin(block).ok_or(StreamFailure::Senseless("a block that makes no sense"))?;
        if let BlockKind::ToolUse { name, .. } = block.kind() {
            on(StreamEvent::ToolUse(index, name.clone()));
        }
        on_piece(index, block.first_piece(), on);
        self.blocks.push(block);
        Ok(())
    }

    fn block(&mut self, index: usize) -> Result<&mut Block, StreamFailure> {
        self.blocks.get_mut(index).ok_or(StreamFailure::Senseless("a part of a block that never began"))
    }

    fn answer(&mut self) -> Result<ModelAnswer, StreamFailure> {
        let stop = self.stop.take().ok_or(StreamFailure::Senseless("an end without its reason"))?;
        let (id, model) = self.head.take().unwrap_or_default();
        let blocks = std::mem::take(&mut self.blocks);
        // Nobody says whether the last block was whole when the answer was ended from outside.
        let cut = matches!(stop, StopReason::MaxTokens | StopReason::ContextExceeded | StopReason::Refusal);
        let last = blocks.len().checked_sub(1);
        let content: Vec<_> = blocks.iter().filter_map(Block::json).collect();
        let content = serde_json::value::to_raw_value(&content)
            .map_err(|_| StreamFailure::Senseless("blocks that cannot be kept"))?;
        let blocks = blocks.iter().enumerate().map(|(at, block)| block.block(cut && Some(at) == last)).collect();
        Ok(ModelAnswer {
            id,
            model,
            blocks,
            content: JsonText::from(content),
            stop,
            stop_details: self.details.take(),
            usage: self.usage,
            request_id: None,
        })
    }
}

fn on_piece(index: usize, piece: Option<Piece>, on: &mut (dyn FnMut(StreamEvent) + Send)) {
    match piece {
        Some(Piece::Text(text)) => on(StreamEvent::Text(index, text)),
        Some(Piece::Thinking(text)) => on(StreamEvent::Thinking(index, text)),
        Some(Piece::Input(bytes)) => on(StreamEvent::ToolInput(index, bytes)),
        None => {}
    }
}
