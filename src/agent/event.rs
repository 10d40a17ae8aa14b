//! Events of a run, as a front hears of them.

use std::sync::Arc;
use std::time::Duration;

use super::order::RunId;
use crate::domain::{AccountRef, ConnectionName, Fault, JsonText, ToolName, Untrusted};
use crate::journal::EntryId;
use crate::model_api::Usage;

/// Whoever hears of a run. Called in the middle of it: must not wait.
pub type EventSink = Arc<dyn Fn(AgentEvent) + Send + Sync>;

/// One thing that happened in a run. Calls are named by the ids of the model's wishes for them.
#[derive(Clone, Debug, PartialEq)]
pub enum AgentEvent {
    /// The run can begin, or go on, with so many tools. It stands in the journal from its first message on.
    Began {
        /// Its id.
        run: RunId,
        /// Tools that the model may call.
        tools: usize,
        /// What keeps other tools away, and what was changed in definitions for the model, in sentences.
        remarks: Vec<String>,
        /// Tokens that a conversation with the model may have; none where the server does not say.
        context_limit: Option<u64>,
    },
    /// The person's message was taken.
    Said(String),
    /// The person's message was not taken, as the run could not begin. Nobody keeps it but whoever hears this.
    NotTaken(String),
    /// A request to the model goes out: its number since the person's message.
    Turn(u32),
    /// Another block of the answer begins: the next piece is not joined to what came before it.
    Block,
    /// A piece of text of an answer.
    Text(Untrusted),
    /// A piece of thinking.
    Thinking(Untrusted),
    /// A block of a kind that this program does not know.
    OtherBlock(Untrusted),
    /// The pieces of the answer so far are void: the request is sent again.
    AnswerRestarted,
    /// The server is waited for; why, in a sentence.
    Retrying {
        /// Time until the next try.
        after: Duration,
        /// Reason.
        why: String,
    },
    /// The model wishes for a call.
    Proposed {
        /// Id of the wish.
        call: Untrusted,
        /// Tool, by the name it has in the environment; as the model wrote it where there is no such tool.
        tool: ToolName,
        /// Connection that it would run on; empty where there is no such tool.
        connection: ConnectionName,
        /// Input as it would be sent; what came where that is no JSON object.
        input: Result<JsonText, Untrusted>,
    },
    /// A call waits for the person's decision.
    Asking {
        /// Id of the wish.
        call: Untrusted,
        /// What they are asked.
        question: Question,
    },
    /// A call waits for its account, which has to be authorized first.
    AwaitingAccount {
        /// Id of the wish.
        call: Untrusted,
        /// The account.
        account: AccountRef,
        /// What is the matter with it.
        fault: Box<Fault>,
    },
    /// A call is sent, with this input where the person changed it.
    Sending {
        /// Id of the wish.
        call: Untrusted,
        /// Input, where it is not the model's.
        edited: Option<JsonText>,
    },
    /// Progress of a call.
    Progress {
        /// Id of the wish.
        call: Untrusted,
        /// Words or figures, for one line.
        words: String,
    },
    /// A call came back, or was not sent.
    Returned {
        /// Id of the wish.
        call: Untrusted,
        /// How.
        result: Box<CallReturn>,
    },
    /// Tokens so far.
    Usage {
        /// Of the whole run.
        total: Usage,
        /// Of the last exchange: how full the conversation is.
        last: Usage,
    },
    /// Something that the person should know.
    Notice(String),
    /// The run waits for the person. It can go on with another message.
    Rests(RunEnd),
}

/// Question whether a call may be sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Question {
    /// What speaks against sending it unasked, in sentences.
    pub reasons: Vec<String>,
    /// Input as it would be sent, where that is not what the model wished for: the person or modifiers changed it.
    pub sent: Option<JsonText>,
    /// True if the tool's definition is not the one that was trusted. Nobody allows that in advance.
    pub is_changed: bool,
}

/// Return of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct CallReturn {
    /// Entry in the journal; none where the call was never begun, or nothing is recorded.
    pub entry: Option<EntryId>,
    /// Result, whole, as the person sees it; none where the call was not sent or failed without one.
    pub result: Option<JsonText>,
    /// Failure or refusal, where there was one.
    pub fault: Option<Fault>,
    /// True if it was not sent: denied, held or unknown.
    pub not_sent: bool,
    /// Text that the model is given for it.
    pub told: Untrusted,
    /// True if the model is told that it failed.
    pub is_error: bool,
    /// What was left out for the model, in a sentence.
    pub cut: Option<String>,
    /// Time from sending to the last byte.
    pub took: Option<Duration>,
}

/// Why a run rests.
#[derive(Clone, Debug, PartialEq)]
pub enum RunEnd {
    /// The model has finished its answer.
    Answered,
    /// The answer was cut off at the limit of its tokens.
    MaxTokens,
    /// The model was asked as often as it may be for one message.
    MaxTurns,
    /// The model refused; its words, where it gave some.
    Refused(Option<Untrusted>),
    /// The conversation does not fit into the model any more.
    ContextFull,
    /// The model stopped for a reason that this program does not know.
    UnknownReason(Untrusted),
    /// The person stopped it.
    Stopped,
    /// Something failed.
    Failed(Box<Fault>),
}

impl RunEnd {
    /// The other side's words on it.
    pub fn words(&self) -> Option<&Untrusted> {
        match self {
            Self::Refused(words) => words.as_ref(),
            Self::UnknownReason(reason) => Some(reason),
            _ => None,
        }
    }

    /// What failed, where something did.
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Failed(fault) => Some(fault),
            _ => None,
        }
    }
}
