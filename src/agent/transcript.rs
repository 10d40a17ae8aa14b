//! A run as rows for a person.

use std::time::Duration;

use super::event::{AgentEvent, CallReturn, RunEnd};
use super::order::RunId;
use crate::domain::{AccountRef, ConnectionName, Fault, JsonText, ToolName, Untrusted};
use crate::model_api::Usage;

/// A run as a person sees it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transcript {
    /// Id of the run; none before it began.
    pub run: Option<RunId>,
    /// Tools that the model may call.
    pub tools: usize,
    /// Rows, the oldest first.
    pub items: Vec<TranscriptItem>,
    /// Tokens of the whole run.
    pub total: Usage,
    /// Tokens of the last exchange.
    pub last: Usage,
    /// Tokens that a conversation may have; none where that is not known.
    pub context_limit: Option<u64>,
    /// True while the model or a call is under way.
    pub is_busy: bool,
}

/// One row of a transcript.
#[derive(Clone, Debug, PartialEq)]
pub enum TranscriptItem {
    /// The person's message.
    Said(String),
    /// Text of the model.
    Text(Untrusted),
    /// Thinking of the model.
    Thinking(Untrusted),
    /// A block of a kind that this program does not know.
    OtherBlock(Untrusted),
    /// A call that the model wished for.
    Call(Box<CallRow>),
    /// Something that the person should know.
    Notice(String),
    /// Why the run rested.
    Rests(RunEnd),
}

/// A call that the model wished for.
#[derive(Clone, Debug, PartialEq)]
pub struct CallRow {
    /// Id of the wish.
    pub id: Untrusted,
    /// Tool.
    pub tool: ToolName,
    /// Connection; empty where there is no such tool.
    pub connection: ConnectionName,
    /// Input as the model wished for; what came where that is no JSON object.
    pub input: Result<JsonText, Untrusted>,
    /// Input that the person changed it to.
    pub edited: Option<JsonText>,
    /// How far it got.
    pub state: CallState,
}

/// How far a call got.
#[derive(Clone, Debug, PartialEq)]
pub enum CallState {
    /// It is looked at.
    Proposed,
    /// It waits for the person's decision.
    Asking(Vec<String>),
    /// It waits for its account.
    AwaitingAccount(AccountRef, Box<Fault>),
    /// It is under way, with the last that was heard of it.
    Running(Option<String>),
    /// It came back, or was not sent.
    Returned(Box<CallReturn>),
    /// The program ended before anybody knew; it may have been carried out.
    Unknown,
}

impl Transcript {
    /// Takes in what happened.
    pub fn apply(&mut self, event: AgentEvent) {
        let _ = event;
    }

    /// Call of this id.
    pub fn call(&self, id: &Untrusted) -> Option<&CallRow> {
        self.items.iter().rev().find_map(|item| match item {
            TranscriptItem::Call(row) if row.id == *id => Some(row.as_ref()),
            _ => None,
        })
    }
}

impl CallRow {
    /// Time that it took, once it is back.
    pub fn took(&self) -> Option<Duration> {
        match &self.state {
            CallState::Returned(returned) => returned.took,
            _ => None,
        }
    }
}
