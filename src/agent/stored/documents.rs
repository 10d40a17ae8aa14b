//! Documents that the journal keeps of a run.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::agent::event::{CallReturn, RunEnd};
use crate::agent::told::Told;
use crate::domain::{ConnectionName, Fault, FaultKind, JsonText, ToolName, Untrusted};
use crate::journal::EntryId;
use crate::model_api::{ModelAnswer, StopReason, Usage};

/// Text of a message or a notice.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct TextDocument {
    pub text: String,
}

/// Beginning of an answer that never ended.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct PartialDocument {
    pub thinking: String,
    pub text: String,
}

/// An answer, as the journal puts it together.
#[derive(Deserialize)]
pub(super) struct AnswerDocument {
    pub content: Box<RawValue>,
    #[serde(default)]
    pub altered: bool,
    #[serde(default)]
    pub about: AboutAnswer,
}

/// The rest of an answer.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct AboutAnswer {
    pub id: String,
    pub model: String,
    pub stop: String,
    pub stop_details: Option<String>,
    /// Read, written, read from the cache, put into it.
    pub usage: [u64; 4],
    /// Whether it is part of the conversation.
    pub kept: bool,
}

impl AboutAnswer {
    pub fn new(answer: &ModelAnswer, kept: bool) -> Self {
        let Usage { input, output, cache_read, cache_write } = answer.usage;
        let stop = match &answer.stop {
            StopReason::EndTurn => "end_turn",
            StopReason::StopSequence => "stop_sequence",
            StopReason::ToolUse => "tool_use",
            StopReason::MaxTokens => "max_tokens",
            StopReason::PauseTurn => "pause_turn",
            StopReason::Refusal => "refusal",
            StopReason::ContextExceeded => "model_context_window_exceeded",
            StopReason::Other(reason) => reason.raw(),
        };
        Self {
            id: answer.id.raw().to_owned(),
            model: answer.model.raw().to_owned(),
            stop: stop.to_owned(),
            stop_details: answer.stop_details.as_ref().map(|words| words.raw().to_owned()),
            usage: [input, output, cache_read, cache_write],
            kept,
        }
    }

    pub fn usage(&self) -> Usage {
        let [input, output, cache_read, cache_write] = self.usage;
        Usage { input, output, cache_read, cache_write }
    }
}

/// A wish for a call.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::agent) struct WishDocument {
    /// Id that its result names.
    pub id: String,
    /// Name of the tool, as the model knows it.
    pub name: String,
    /// Name that it has in the environment.
    pub tool: String,
    /// Connection; empty where there is no such tool.
    pub connection: String,
    /// Input, where it is an object.
    pub input: Option<Box<RawValue>>,
    /// What came in its place.
    pub malformed: Option<String>,
}

impl WishDocument {
    pub fn tool(&self) -> ToolName {
        ToolName::new(self.tool.as_str())
    }

    pub fn connection(&self) -> ConnectionName {
        ConnectionName::new(self.connection.as_str())
    }

    pub fn input(&self) -> Result<JsonText, Untrusted> {
        match (&self.input, &self.malformed) {
            (Some(input), _) => Ok(JsonText::from(input.clone())),
            (None, malformed) => Err(malformed.clone().unwrap_or_default().into()),
        }
    }
}

/// Outcome of a wish: as the person sees it, and what decided it.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::agent) struct Fate {
    pub returned: Box<CallReturn>,
    /// Input, where the person changed it.
    pub edited: Option<JsonText>,
    /// The person's decision in a word, where they were asked.
    pub decision: Option<&'static str>,
    /// True if nobody knows whether it was carried out, as the program ended.
    pub is_unknown: bool,
}

impl Fate {
    /// Fate of a call that was told so. It was sent, and nothing else is known of it.
    pub fn told(told: Told) -> Self {
        let Told { text, note, is_error } = told;
        Self {
            returned: Box::new(CallReturn {
                entry: None,
                result: None,
                fault: None,
                not_sent: false,
                told: text.into(),
                is_error,
                cut: note,
                took: None,
            }),
            edited: None,
            decision: None,
            is_unknown: false,
        }
    }
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct FateDocument {
    told: String,
    cut: Option<String>,
    is_error: bool,
    not_sent: bool,
    unknown: bool,
    decision: Option<String>,
    edited: Option<Box<RawValue>>,
    took_micros: Option<u64>,
    fault: Option<FaultDocument>,
    entry: Option<i64>,
}

impl FateDocument {
    pub fn new(fate: &Fate) -> Self {
        let Fate { returned, edited, decision, is_unknown } = fate;
        Self {
            told: returned.told.raw().to_owned(),
            cut: returned.cut.clone(),
            is_error: returned.is_error,
            not_sent: returned.not_sent,
            unknown: *is_unknown,
            decision: decision.map(str::to_owned),
            edited: edited.as_ref().and_then(|edited| RawValue::from_string(edited.raw().to_owned()).ok()),
            took_micros: returned.took.and_then(|took| u64::try_from(took.as_micros()).ok()),
            fault: returned.fault.as_ref().map(FaultDocument::new),
            entry: returned.entry.map(|entry| entry.0),
        }
    }

    /// The fate, with the result that the entry holds. What was decided is told by the fault.
    pub fn fate(self, result: Option<JsonText>) -> Fate {
        Fate {
            returned: Box::new(CallReturn {
                entry: self.entry.map(EntryId),
                result,
                fault: self.fault.map(FaultDocument::fault),
                not_sent: self.not_sent,
                told: self.told.into(),
                is_error: self.is_error,
                cut: self.cut,
                took: self.took_micros.map(Duration::from_micros),
            }),
            edited: self.edited.map(JsonText::from),
            decision: None,
            is_unknown: self.unknown,
        }
    }

    pub fn entry(&self) -> Option<EntryId> {
        self.entry.map(EntryId)
    }
}

/// A fault, as far as it outlives the program.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct FaultDocument {
    kind: String,
    message: String,
    said: Option<String>,
    status: Option<u16>,
}

impl FaultDocument {
    pub fn new(fault: &Fault) -> Self {
        Self {
            kind: fault.kind.slug().to_owned(),
            message: fault.message.to_string(),
            said: fault.said.as_ref().map(|said| said.raw().to_owned()),
            status: fault.http_status,
        }
    }

    pub fn fault(self) -> Fault {
        let kind = self.kind.parse().unwrap_or(FaultKind::Local);
        let fault = Fault { http_status: self.status, ..Fault::new(kind, self.message) };
        fault.said(self.said.unwrap_or_default())
    }
}

/// Why a run rested.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct RestDocument {
    end: String,
    words: Option<String>,
    fault: Option<FaultDocument>,
}

/// Word for an end, in the journal and in lists.
pub fn end_word(end: &RunEnd) -> &'static str {
    match end {
        RunEnd::Answered => "answered",
        RunEnd::MaxTokens => "max_tokens",
        RunEnd::MaxTurns => "max_turns",
        RunEnd::Refused(_) => "refused",
        RunEnd::ContextFull => "context_full",
        RunEnd::UnknownReason(_) => "unknown_reason",
        RunEnd::Stopped => "stopped",
        RunEnd::Failed(_) => "failed",
    }
}

impl RestDocument {
    pub fn new(end: &RunEnd) -> Self {
        let words = end.words().map(|words| words.raw().to_owned());
        Self { end: end_word(end).to_owned(), words, fault: end.fault().map(FaultDocument::new) }
    }

    pub fn end(self) -> RunEnd {
        match self.end.as_str() {
            "answered" => RunEnd::Answered,
            "max_tokens" => RunEnd::MaxTokens,
            "max_turns" => RunEnd::MaxTurns,
            "refused" => RunEnd::Refused(self.words.map(Untrusted::from)),
            "context_full" => RunEnd::ContextFull,
            "unknown_reason" => RunEnd::UnknownReason(self.words.unwrap_or_default().into()),
            "failed" => RunEnd::Failed(Box::new(self.fault.unwrap_or_default().fault())),
            _ => RunEnd::Stopped,
        }
    }
}

/// A document as JSON text.
pub(super) fn json(document: &impl Serialize) -> JsonText {
    let text = serde_json::to_string(document).unwrap_or_else(|_| "null".to_owned());
    JsonText::checked(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_and_faults_are_read_as_they_were_written() {
        let fault = Fault { http_status: Some(529), ..Fault::new(FaultKind::BrokerFailed, "It failed.") }.said("no");
        for end in [
            RunEnd::Answered,
            RunEnd::MaxTokens,
            RunEnd::MaxTurns,
            RunEnd::Refused(Some("no".into())),
            RunEnd::Refused(None),
            RunEnd::ContextFull,
            RunEnd::UnknownReason("odd".into()),
            RunEnd::Stopped,
            RunEnd::Failed(Box::new(fault)),
        ] {
            let text = json(&RestDocument::new(&end));
            let read: RestDocument = serde_json::from_slice(text.bytes()).unwrap();
            assert_eq!(read.end(), end);
        }
    }

    #[test]
    fn a_fate_is_read_as_it_was_written() {
        let fate = Fate {
            returned: Box::new(CallReturn {
                entry: Some(EntryId(7)),
                result: None,
                fault: Some(Fault::new(FaultKind::Denied, "No.")),
                not_sent: true,
                told: "told".into(),
                is_error: true,
                cut: Some("cut".into()),
                took: Some(Duration::from_micros(5)),
            }),
            edited: Some(JsonText::parse(r#"{"n":1.10}"#.to_owned()).unwrap()),
            decision: None,
            is_unknown: false,
        };
        let text = json(&FateDocument::new(&fate));
        let read: FateDocument = serde_json::from_slice(text.bytes()).unwrap();
        assert_eq!(read.fate(None), fate);
    }
}
