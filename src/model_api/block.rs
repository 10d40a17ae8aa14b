//! One content block of an answer, put together from its pieces.

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::value::RawValue;

use super::answer::{ContentBlock, ToolUse};
use super::event::{Delta, member, parsed};
use crate::domain::{JsonText, Untrusted};

/// A block as it began, and what was added to it since.
pub(super) struct Block {
    start: Box<RawValue>,
    kind: BlockKind,
    text: String,
    thinking: String,
    signature: Option<String>,
    input: String,
    citations: Vec<Box<RawValue>>,
    is_whole: bool,
}

/// Kind of a block.
pub(super) enum BlockKind {
    Text,
    Thinking,
    ToolUse { id: Untrusted, name: Untrusted },
    Other(Untrusted),
}

/// Part of a block that a person hears at once.
pub(super) enum Piece {
    Text(Untrusted),
    Thinking(Untrusted),
    /// Bytes of an input so far.
    Input(usize),
}

type Members = IndexMap<String, Box<RawValue>>;

impl Block {
    /// A block that begins so; none where that makes no sense.
    pub fn begin(start: Box<RawValue>) -> Option<Self> {
        let text = |name: &str| -> Option<String> { parsed(member(&start, name).as_deref()) };
        let kind = match text("type")?.as_str() {
            "text" => BlockKind::Text,
            "thinking" => BlockKind::Thinking,
            "tool_use" => BlockKind::ToolUse { id: text("id")?.into(), name: text("name")?.into() },
            other => BlockKind::Other(other.into()),
        };
        // What it begins with is only the beginning of what it says.
        let (said, thought) = match kind {
            BlockKind::Text => (text("text").unwrap_or_default(), String::new()),
            BlockKind::Thinking => (String::new(), text("thinking").unwrap_or_default()),
            _ => (text("text").unwrap_or_default(), text("thinking").unwrap_or_default()),
        };
        Some(Self {
            start,
            kind,
            text: said,
            thinking: thought,
            signature: None,
            input: String::new(),
            citations: Vec::new(),
            is_whole: false,
        })
    }

    /// Its kind.
    pub fn kind(&self) -> &BlockKind {
        &self.kind
    }

    /// What a person hears of its beginning, where that says something.
    pub fn first_piece(&self) -> Option<Piece> {
        match self.kind {
            BlockKind::Text if !self.text.is_empty() => Some(Piece::Text(self.text.as_str().into())),
            BlockKind::Thinking if !self.thinking.is_empty() => Some(Piece::Thinking(self.thinking.as_str().into())),
            _ => None,
        }
    }

    /// Takes in what is added. What has no place in a block of this kind is not taken: with it, the block would not be
    /// accepted when it goes back.
    pub fn add(&mut self, delta: Delta) -> Option<Piece> {
        match (&self.kind, delta) {
            (BlockKind::Text | BlockKind::Other(_), Delta::Text(more)) => {
                self.text.push_str(&more);
                return matches!(self.kind, BlockKind::Text).then(|| Piece::Text(more.into()));
            }
            (BlockKind::Thinking | BlockKind::Other(_), Delta::Thinking(more)) => {
                self.thinking.push_str(&more);
                return matches!(self.kind, BlockKind::Thinking).then(|| Piece::Thinking(more.into()));
            }
            (BlockKind::ToolUse { .. } | BlockKind::Other(_), Delta::Input(more)) => {
                self.input.push_str(&more);
                let bytes = self.input.len();
                return matches!(self.kind, BlockKind::ToolUse { .. }).then_some(Piece::Input(bytes));
            }
            // The official clients replace it as well.
            (BlockKind::Thinking | BlockKind::Other(_), Delta::Signature(whole)) => self.signature = Some(whole),
            (BlockKind::Text | BlockKind::Other(_), Delta::Citation(one)) => self.citations.push(one),
            _ => {}
        }
        None
    }

    /// Nothing is added any more.
    pub fn end(&mut self) {
        self.is_whole = true;
    }

    /// The block. `cut` tells that the answer was ended in the middle of it, as far as anybody knows.
    pub fn block(&self, cut: bool) -> ContentBlock {
        match &self.kind {
            BlockKind::Text => ContentBlock::Text(self.text.as_str().into()),
            BlockKind::Thinking => ContentBlock::Thinking(self.thinking.as_str().into()),
            BlockKind::ToolUse { id, name } => {
                // One that was cut off before its input came looks as if it had none.
                let whole = self.whole_input().filter(|_| self.is_whole && !cut);
                let input = whole.map(JsonText::from).ok_or_else(|| Untrusted::from(self.input.as_str()));
                ContentBlock::ToolUse(ToolUse { id: id.clone(), name: name.clone(), input })
            }
            BlockKind::Other(kind) => ContentBlock::Other(kind.clone()),
        }
    }

    /// The block as it goes back: as it began where nothing was added, else with only those members changed. None for an
    /// empty text, which the API sends now and then, and refuses to take back.
    pub fn json(&self) -> Option<Box<RawValue>> {
        if matches!(self.kind, BlockKind::Text) && self.text.is_empty() && self.citations.is_empty() {
            return None;
        }
        let mut members: Members = parsed(Some(&self.start))?;
        let mut changed = false;
        let mut set = |name: &str, value: Option<Box<RawValue>>| {
            if let Some(value) = value.filter(|value| members.get(name).map(|old| old.get()) != Some(value.get())) {
                members.insert(name.to_owned(), value);
                changed = true;
            }
        };
        // A name that the text was spelled with otherwise is no change.
        let told = |name: &str, now: &str| {
            let before: String = parsed(member(&self.start, name).as_deref()).unwrap_or_default();
            (before != now).then(|| raw(&now)).flatten()
        };
        set("text", told("text", &self.text));
        set("thinking", told("thinking", &self.thinking));
        set("signature", self.signature.as_deref().and_then(|whole| told("signature", whole)));
        let has_input = !self.input.trim().is_empty() || matches!(self.kind, BlockKind::ToolUse { .. });
        set("input", has_input.then(|| self.whole_input().or_else(|| raw(&Members::new()))).flatten());
        if !self.citations.is_empty() {
            let before: Option<Vec<Box<RawValue>>> = parsed(member(&self.start, "citations").as_deref());
            let all: Vec<_> = before.into_iter().flatten().chain(self.citations.iter().cloned()).collect();
            set("citations", raw(&all));
        }
        if changed { raw(&members) } else { Some(self.start.clone()) }
    }

    /// The input, if it is an object: what was added, else what the block began with, else an empty one.
    fn whole_input(&self) -> Option<Box<RawValue>> {
        let is_object = |value: &RawValue| value.get().starts_with('{');
        if self.input.trim().is_empty() {
            let begun = member(&self.start, "input").filter(|value| is_object(value));
            return begun.or_else(|| raw(&Members::new()));
        }
        RawValue::from_string(self.input.clone()).ok().filter(|value| is_object(value))
    }
}

fn raw(value: &impl Serialize) -> Option<Box<RawValue>> {
    serde_json::value::to_raw_value(value).ok()
}
