//! A run as rows for a person.

use std::time::Duration;

use super::event::{AgentEvent, CallReturn, Question, RunEnd};
use super::order::RunId;
use crate::domain::{AccountRef, ConnectionName, Fault, JsonText, ToolName, Untrusted};
use crate::export::ExportedOutcome;
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
    /// Number of the first row that the answer at hand may have.
    pub answer_from: usize,
    /// True if the next piece of the answer at hand begins a row of its own.
    pub begins_block: bool,
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
    /// Its state.
    pub state: CallState,
}

/// State of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum CallState {
    /// It is looked at.
    Proposed,
    /// It waits for the person's decision.
    Asking(Box<Question>),
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
        match event {
            AgentEvent::Began { run, tools, remarks, context_limit } => {
                (self.run, self.tools, self.context_limit) = (Some(run), tools, context_limit);
                remarks.into_iter().for_each(|remark| self.notice(remark));
            }
            AgentEvent::Said(text) => {
                self.items.push(TranscriptItem::Said(text));
                self.is_busy = true;
            }
            AgentEvent::Turn(_) => {
                (self.answer_from, self.is_busy, self.begins_block) = (self.items.len(), true, false);
            }
            AgentEvent::Block => self.begins_block = true,
            AgentEvent::Text(piece) => self.more(piece, TranscriptItem::Text),
            AgentEvent::Thinking(piece) => self.more(piece, TranscriptItem::Thinking),
            AgentEvent::OtherBlock(block) => self.items.push(TranscriptItem::OtherBlock(block)),
            AgentEvent::AnswerRestarted => {
                let from = self.answer_from;
                let mut at = 0;
                self.items.retain(|item| {
                    at += 1;
                    at <= from || !item.is_of_an_answer()
                });
            }
            AgentEvent::Retrying { .. } | AgentEvent::NotTaken(_) => {}
            AgentEvent::Proposed { call, tool, connection, input } => {
                let row = CallRow { id: call, tool, connection, input, edited: None, state: CallState::Proposed };
                self.items.push(TranscriptItem::Call(Box::new(row)));
            }
            AgentEvent::Asking { call, question } => {
                self.change(&call, |row| row.state = CallState::Asking(Box::new(question)));
            }
            AgentEvent::AwaitingAccount { call, account, fault } => {
                self.change(&call, |row| row.state = CallState::AwaitingAccount(account, fault));
            }
            AgentEvent::Sending { call, edited } => self.change(&call, |row| {
                row.state = CallState::Running(None);
                row.edited = edited.or(row.edited.take());
            }),
            AgentEvent::Progress { call, words } => self.change(&call, |row| {
                if let CallState::Running(heard) = &mut row.state {
                    *heard = Some(words);
                }
            }),
            AgentEvent::Returned { call, result } => {
                self.change(&call, |row| row.state = CallState::Returned(result));
            }
            AgentEvent::Usage { total, last } => (self.total, self.last) = (total, last),
            AgentEvent::Notice(words) => self.items.push(TranscriptItem::Notice(words)),
            AgentEvent::Rests(end) => {
                self.items.push(TranscriptItem::Rests(end));
                self.is_busy = false;
            }
        }
    }

    /// A piece of the answer at hand, which goes on with what came of it last. The person may have said something in
    /// between.
    fn more(&mut self, piece: Untrusted, item: fn(Untrusted) -> TranscriptItem) {
        let begins = std::mem::take(&mut self.begins_block);
        let of_answer = self.items.get_mut(self.answer_from..).unwrap_or_default();
        let last = of_answer.iter_mut().rev().find(|item| item.is_of_an_answer()).filter(|_| !begins);
        match (last, item(piece)) {
            (Some(TranscriptItem::Text(text)), TranscriptItem::Text(piece))
            | (Some(TranscriptItem::Thinking(text)), TranscriptItem::Thinking(piece)) => {
                *text = [text.raw(), piece.raw()].concat().into();
            }
            (_, item) => self.items.push(item),
        }
    }

    fn notice(&mut self, words: String) {
        let is_known = |item: &TranscriptItem| matches!(item, TranscriptItem::Notice(known) if *known == words);
        if !self.items.iter().any(is_known) {
            self.items.push(TranscriptItem::Notice(words));
        }
    }

    fn change(&mut self, id: &Untrusted, change: impl FnOnce(&mut CallRow)) {
        let row = self.items.iter_mut().rev().find_map(|item| match item {
            TranscriptItem::Call(row) if row.id == *id => Some(row.as_mut()),
            _ => None,
        });
        if let Some(row) = row {
            change(row);
        }
    }

    /// Call of this id.
    pub fn call(&self, id: &Untrusted) -> Option<&CallRow> {
        self.items.iter().rev().find_map(|item| match item {
            TranscriptItem::Call(row) if row.id == *id => Some(row.as_ref()),
            _ => None,
        })
    }
}

impl TranscriptItem {
    fn is_of_an_answer(&self) -> bool {
        matches!(self, Self::Text(_) | Self::Thinking(_) | Self::OtherBlock(_))
    }
}

impl CallRow {
    /// Input that was sent, or would be; what came where that is no JSON object.
    pub fn sent(&self) -> Result<&JsonText, &Untrusted> {
        let asked = match &self.state {
            CallState::Asking(question) => question.sent.as_ref(),
            _ => None,
        };
        asked.or(self.edited.as_ref()).map_or(self.input.as_ref(), Ok)
    }

    /// What came back, or why it was not sent; none while it is under way.
    pub fn returned(&self) -> Option<&CallReturn> {
        match &self.state {
            CallState::Returned(returned) => Some(returned),
            _ => None,
        }
    }

    /// Time that it took, once it is back.
    pub fn took(&self) -> Option<Duration> {
        self.returned()?.took
    }

    /// Outcome in a word.
    pub fn outcome(&self) -> ExportedOutcome {
        match (self.returned(), &self.state) {
            (Some(CallReturn { not_sent: true, .. }), _) => ExportedOutcome::NotSent,
            (Some(CallReturn { fault: Some(_), .. }), _) => ExportedOutcome::Failed,
            (Some(_), _) => ExportedOutcome::Answered,
            (None, CallState::Unknown) => ExportedOutcome::Unknown,
            (None, _) => ExportedOutcome::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(events: impl IntoIterator<Item = AgentEvent>) -> Transcript {
        let mut transcript = Transcript::default();
        events.into_iter().for_each(|event| transcript.apply(event));
        transcript
    }

    #[test]
    fn pieces_of_an_answer_are_one_row_whatever_is_said_in_between() {
        let said = |text: &str| AgentEvent::Said(text.into());
        let transcript = after([
            said("a"),
            AgentEvent::Turn(1),
            AgentEvent::Thinking("Hm".into()),
            AgentEvent::Thinking(".".into()),
            AgentEvent::Text("One ".into()),
            said("b"),
            AgentEvent::Text("two".into()),
        ]);
        assert_eq!(
            transcript.items,
            [
                TranscriptItem::Said("a".into()),
                TranscriptItem::Thinking("Hm.".into()),
                TranscriptItem::Text("One two".into()),
                TranscriptItem::Said("b".into()),
            ]
        );
        assert!(transcript.is_busy);
    }

    #[test]
    fn each_block_of_an_answer_is_a_row() {
        let transcript = after([
            AgentEvent::Turn(1),
            AgentEvent::Text("One".into()),
            AgentEvent::Text(".".into()),
            AgentEvent::Block,
            AgentEvent::Text("Two".into()),
            AgentEvent::Text(".".into()),
            AgentEvent::Block,
            AgentEvent::Thinking("Hm.".into()),
        ]);
        let rows = [
            TranscriptItem::Text("One.".into()),
            TranscriptItem::Text("Two.".into()),
            TranscriptItem::Thinking("Hm.".into()),
        ];
        assert_eq!(transcript.items, rows);
    }

    #[test]
    fn what_was_heard_of_an_answer_that_begins_again_goes() {
        let transcript = after([
            AgentEvent::Said("a".into()),
            AgentEvent::Turn(1),
            AgentEvent::Text("First.".into()),
            AgentEvent::Rests(RunEnd::Answered),
            AgentEvent::Said("b".into()),
            AgentEvent::Turn(1),
            AgentEvent::Text("Hal".into()),
            AgentEvent::AnswerRestarted,
            AgentEvent::Text("Half".into()),
        ]);
        let texts: Vec<_> = transcript.items.iter().filter(|item| item.is_of_an_answer()).collect();
        assert_eq!(texts, [&TranscriptItem::Text("First.".into()), &TranscriptItem::Text("Half".into())]);
    }

    #[test]
    fn a_call_is_one_row_and_late_news_of_it_change_nothing() {
        let call = Untrusted::from("t1");
        let returned = CallReturn {
            entry: None,
            result: None,
            fault: None,
            not_sent: true,
            told: "no".into(),
            is_error: true,
            cut: None,
            took: None,
        };
        let transcript = after([
            AgentEvent::Proposed {
                call: call.clone(),
                tool: "x".into(),
                connection: "c".into(),
                input: Ok(JsonText::empty_object()),
            },
            AgentEvent::Sending { call: call.clone(), edited: Some(JsonText::empty_object()) },
            AgentEvent::Returned { call: call.clone(), result: Box::new(returned.clone()) },
            AgentEvent::Progress { call: call.clone(), words: "late".into() },
        ]);
        let row = transcript.call(&call).unwrap();
        assert_eq!(row.state, CallState::Returned(Box::new(returned)));
        assert!(row.edited.is_some() && transcript.items.len() == 1);
    }
}
