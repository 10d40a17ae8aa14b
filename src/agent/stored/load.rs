//! Runs that are read back.

use std::iter::Peekable;
use std::vec;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::documents::{AnswerDocument, Fate, FateDocument, PartialDocument, RestDocument, TextDocument, WishDocument};
use super::settle;
use crate::agent::conversation::{Conversation, ToolResult, blocks, without_thinking};
use crate::agent::order::{AgentLimits, RunId};
use crate::agent::transcript::{CallRow, CallState, Transcript, TranscriptItem};
use crate::domain::{ConnectionName, Fault, Identifier, JsonText, Untrusted};
use crate::journal::{
    CallOutcome, Journal, RunFilter, RunItem, RunItemKind, RunNumber, RunSummary, StoredBody, StoredWish,
};
use crate::model_api::{ContentBlock, Usage};

/// Bytes of results that a run is read back with; those of later calls are left to their entries.
const RESULTS: usize = 64 << 20;

/// Head of a run that is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct RunHead {
    /// Its id.
    pub id: RunId,
    /// Name of the environment in the journal.
    pub environment: Untrusted,
    /// Identifier of the person that it acts as.
    pub identifier: Identifier,
    /// Connections whose tools it may call; all where there is none.
    pub connections: Vec<ConnectionName>,
    /// Id of the model.
    pub model: Untrusted,
    /// Word for the mode of the environment when it last went on.
    pub mode: Untrusted,
    /// Its first words.
    pub title: Untrusted,
    /// Time at which it began.
    pub began: Timestamp,
    /// Time at which something last happened in it.
    pub changed: Timestamp,
    /// How it rests: `answered`, `max_tokens`, `max_turns`, `refused`, `context_full`, `unknown_reason`, `stopped` or
    /// `failed`; `running` while it does not, or where its program ended in the middle.
    pub state: Untrusted,
    /// Limits.
    pub limits: AgentLimits,
    /// Tokens of the whole run.
    pub total: Usage,
    /// Calls that were wished for.
    pub calls: u64,
    /// Its number in the journal.
    pub number: RunNumber,
}

/// A run that is kept, all of it.
#[derive(Clone, Debug)]
pub struct StoredRun {
    /// Its head.
    pub head: RunHead,
    /// Its rows.
    pub transcript: Transcript,
    pub(in crate::agent) conversation: Conversation,
    /// Names of tools as the model knows them, and what they stand for.
    pub(in crate::agent) names: Vec<WishDocument>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct LimitsDocument {
    max_turns: Option<u32>,
    max_tokens: Option<u32>,
    parallel_calls: Option<usize>,
}

/// Limits as the journal keeps them.
pub(in crate::agent) fn limits_text(limits: AgentLimits) -> String {
    let document = LimitsDocument {
        max_turns: Some(limits.max_turns),
        max_tokens: Some(limits.max_tokens),
        parallel_calls: Some(limits.parallel_calls),
    };
    serde_json::to_string(&document).unwrap_or_default()
}

impl From<RunSummary> for RunHead {
    fn from(run: RunSummary) -> Self {
        let usual = AgentLimits::default();
        let limits: LimitsDocument = serde_json::from_str(&run.limits).unwrap_or_default();
        Self {
            id: RunId::known(run.id.raw()),
            environment: run.environment,
            identifier: run.identifier,
            connections: run.connections,
            model: run.model,
            mode: run.mode,
            title: run.title,
            began: run.began,
            changed: run.changed,
            state: run.state,
            limits: AgentLimits {
                max_turns: limits.max_turns.unwrap_or(usual.max_turns),
                max_tokens: limits.max_tokens.unwrap_or(usual.max_tokens),
                parallel_calls: limits.parallel_calls.unwrap_or(usual.parallel_calls),
            },
            total: run.total,
            calls: run.calls,
            number: run.number,
        }
    }
}

/// Heads of the runs that fit, the one that something last happened in first. Blocks.
///
/// # Errors
/// The journal cannot be read.
pub fn list(journal: &Journal, filter: &RunFilter, limit: usize) -> Result<Vec<RunHead>, Fault> {
    Ok(journal.runs(filter, limit)?.into_iter().map(RunHead::from).collect())
}

/// Head of a run; none where there is none of this id. Blocks.
///
/// # Errors
/// The journal cannot be read.
pub(in crate::agent) fn head(journal: &Journal, id: &RunId) -> Result<Option<RunHead>, Fault> {
    Ok(journal.run(id.as_str())?.map(RunHead::from))
}

/// A run, all of it; none where there is none of this id. Nothing is changed. Blocks.
///
/// # Errors
/// The journal cannot be read.
pub fn load(journal: &Journal, id: &RunId) -> Result<Option<StoredRun>, Fault> {
    let Some(head) = head(journal, id)? else { return Ok(None) };
    let (items, wishes) = (journal.run_items(head.number)?, journal.run_wishes(head.number)?.into_iter().peekable());
    let mut reader = Reader { journal, room: RESULTS, wishes, names: Vec::new() };
    let mut transcript = Transcript { run: Some(head.id.clone()), total: head.total, ..Transcript::default() };
    let mut conversation = Conversation::default();
    // What was said while an answer came stands behind it.
    let mut said_meanwhile: Option<Vec<TranscriptItem>> = None;
    for item in items {
        match item.kind {
            RunItemKind::Said => {
                let TextDocument { text } = read(&item);
                conversation.say(text.clone());
                match &mut said_meanwhile {
                    Some(said) => said.push(TranscriptItem::Said(text)),
                    None => transcript.items.push(TranscriptItem::Said(text)),
                }
            }
            RunItemKind::Turn => {
                transcript.items.extend(said_meanwhile.replace(Vec::new()).into_iter().flatten());
                conversation.compose();
            }
            RunItemKind::Answer => {
                let Ok(answer) = serde_json::from_slice::<AnswerDocument>(item.document.bytes()) else { continue };
                transcript.last = answer.about.usage();
                let content = JsonText::from(answer.content);
                transcript.items.extend(blocks(&content).into_iter().filter_map(row_of_block));
                transcript.items.extend(said_meanwhile.take().into_iter().flatten());
                let results = reader.calls(item.number, &mut transcript)?;
                if answer.about.kept {
                    conversation.answered(if answer.altered { without_thinking(&content) } else { content });
                    conversation.returned(results);
                }
            }
            RunItemKind::Partial => {
                let PartialDocument { thinking, text } = read(&item);
                let thinking = (!thinking.is_empty()).then(|| TranscriptItem::Thinking(thinking.into()));
                let text = (!text.is_empty()).then(|| TranscriptItem::Text(text.into()));
                transcript.items.extend(thinking.into_iter().chain(text));
                transcript.items.extend(said_meanwhile.take().into_iter().flatten());
            }
            RunItemKind::Notice => transcript.items.push(TranscriptItem::Notice(read::<TextDocument>(&item).text)),
            RunItemKind::Rest => {
                transcript.items.extend(said_meanwhile.take().into_iter().flatten());
                transcript.items.push(TranscriptItem::Rests(read::<RestDocument>(&item).end()));
            }
        }
    }
    transcript.items.extend(said_meanwhile.into_iter().flatten());
    transcript.answer_from = transcript.items.len();
    Ok(Some(StoredRun { head, transcript, conversation, names: reader.names }))
}

/// A document; an empty one where it makes no sense.
fn read<T: for<'de> Deserialize<'de> + Default>(item: &RunItem) -> T {
    serde_json::from_slice(item.document.bytes()).unwrap_or_default()
}

fn row_of_block(block: ContentBlock) -> Option<TranscriptItem> {
    match block {
        ContentBlock::Text(text) => Some(TranscriptItem::Text(text)),
        ContentBlock::Thinking(text) => Some(TranscriptItem::Thinking(text)),
        ContentBlock::Other(block) => Some(TranscriptItem::OtherBlock(block)),
        // They are rows by their wishes.
        ContentBlock::ToolUse(_) => None,
    }
}

/// Reads the wishes of a run.
struct Reader<'a> {
    journal: &'a Journal,
    /// Bytes of results that there is still room for.
    room: usize,
    wishes: Peekable<vec::IntoIter<StoredWish>>,
    names: Vec<WishDocument>,
}

impl Reader<'_> {
    /// Adds the rows of an answer's wishes. Returns what the model is told of them.
    fn calls(&mut self, item: i64, transcript: &mut Transcript) -> Result<Vec<ToolResult>, Fault> {
        // Both are in their order; those of an answer that makes no sense are passed over.
        while self.wishes.next_if(|wish| wish.item < item).is_some() {}
        let mut results = Vec::new();
        while let Some(stored) = self.wishes.next_if(|wish| wish.item == item) {
            let wish: WishDocument = serde_json::from_slice(stored.wish.bytes()).unwrap_or_default();
            let (fate, is_running) = self.fate(&stored)?;
            results.push(ToolResult::new(&wish.id, &fate.returned));
            let state = match (is_running, fate.is_unknown) {
                (true, _) => CallState::Running(None),
                (false, true) => CallState::Unknown,
                (false, false) => CallState::Returned(fate.returned),
            };
            let row = CallRow {
                id: wish.id.as_str().into(),
                tool: wish.tool(),
                connection: wish.connection(),
                input: wish.input(),
                edited: fate.edited,
                state,
            };
            transcript.items.push(TranscriptItem::Call(Box::new(row)));
            if !wish.connection.is_empty() {
                self.names.push(wish);
            }
        }
        Ok(results)
    }

    /// What came of a wish, and whether it is under way in a program that lives.
    fn fate(&mut self, stored: &StoredWish) -> Result<(Fate, bool), Fault> {
        let Some(fate) = &stored.fate else {
            let is_running = match stored.entry {
                Some(entry) => self.journal.entry(entry)?.is_some_and(|it| it.summary.outcome == CallOutcome::Running),
                None => false,
            };
            return Ok((settle::fate(self.journal, stored)?, is_running));
        };
        let document: FateDocument = serde_json::from_slice(fate.bytes()).unwrap_or_default();
        let entry = match document.entry().filter(|_| self.room > 0) {
            Some(entry) => self.journal.entry(entry)?,
            None => None,
        };
        let result = match entry.map(|entry| entry.result) {
            Some(StoredBody::Kept(result)) if result.bytes().len() <= self.room => {
                self.room -= result.bytes().len();
                Some(result)
            }
            _ => None,
        };
        Ok((document.fate(result), false))
    }
}
