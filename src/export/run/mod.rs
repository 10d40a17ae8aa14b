//! A run of an agent for other readers: a transcript for people or programs, or a program that does the same.
//!
//! Plain data goes in; whoever has a run fills it in.

mod document;
mod markdown;
mod program;
#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::Timestamp;
use strum::{IntoStaticStr, VariantArray};

use crate::domain::{ConnectionName, Fault, Identifier, JsonText, ToolName, Untrusted};
use crate::model_api::Usage;

pub use document::UsageDocument;
pub use program::{ProgramAccess, ProgramPlan};

/// Form in which a run leaves this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum RunFormat {
    /// A transcript for people.
    Markdown,
    /// A transcript for programs.
    Json,
    /// A program in Python that does the same.
    Python,
    /// A program for Node that does the same.
    Node,
}

impl RunFormat {
    /// All forms, in the order they are offered.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Word for it on a command line.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Name to show.
    pub fn name(self) -> &'static str {
        match self {
            Self::Markdown => "Transcript (Markdown)",
            Self::Json => "Transcript (JSON)",
            Self::Python => "Program (Python)",
            Self::Node => "Program (Node)",
        }
    }

    /// File name extension, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Json => "json",
            Self::Python => "py",
            Self::Node => "mjs",
        }
    }
}

/// A run, as far as it is told to others.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportedRun {
    /// Id of the run.
    pub id: Untrusted,
    /// Environment as the journal names it.
    pub environment: Untrusted,
    /// Person that it acted as.
    pub identifier: Identifier,
    /// Connections whose tools it might call; all of that person's where there are none.
    pub connections: Vec<ConnectionName>,
    /// Id of the model.
    pub model: Untrusted,
    /// Word for the mode of the environment.
    pub mode: Untrusted,
    /// First words of the person.
    pub title: Untrusted,
    /// Moment of the first message.
    pub began: Timestamp,
    /// Moment of the last thing that happened.
    pub changed: Timestamp,
    /// Tokens of the whole run.
    pub usage: Usage,
    /// Cost of the whole run with its currency, where prices are set.
    pub cost: Option<String>,
    /// What happened, in order.
    pub items: Vec<ExportedItem>,
}

/// One thing of a run.
#[derive(Clone, Debug, PartialEq)]
pub enum ExportedItem {
    /// The person's message.
    Said(Untrusted),
    /// Text of the model.
    Text(Untrusted),
    /// Thinking of the model.
    Thinking(Untrusted),
    /// A block of a kind that this program does not know.
    Other(Untrusted),
    /// A call that the model wished for.
    Call(Box<ExportedCall>),
    /// Something that the person was told.
    Notice(Untrusted),
    /// Reason why the run rested: a word for programs, and a sentence.
    Rests(&'static str, Untrusted),
}

/// A call that the model wished for, and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportedCall {
    /// Id of the wish.
    pub id: Untrusted,
    /// Tool.
    pub tool: ToolName,
    /// Connection; empty where there is no such tool.
    pub connection: ConnectionName,
    /// Input that the model wished for; what came where that is no JSON object.
    pub input: Result<JsonText, Untrusted>,
    /// Input that the person changed it to.
    pub edited: Option<JsonText>,
    /// Outcome.
    pub outcome: ExportedOutcome,
    /// Number of its entry in the journal.
    pub entry: Option<i64>,
    /// Result, whole.
    pub result: Option<JsonText>,
    /// Failure or refusal, where there was one.
    pub fault: Option<Fault>,
    /// Text that the model was given for it; none where it was given none.
    pub told: Option<Untrusted>,
    /// True if the model was told that it failed.
    pub is_error: bool,
    /// What was left out for the model, in a sentence.
    pub cut: Option<String>,
    /// Time that it took.
    pub took: Option<Duration>,
}

/// Outcome of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum ExportedOutcome {
    /// It was answered.
    Answered,
    /// It failed, or its answer reports a failure.
    Failed,
    /// It was not sent: denied, held, or no such tool.
    NotSent,
    /// Nobody knows; it may have been carried out.
    Unknown,
    /// It is still to be decided or under way.
    Open,
}

impl ExportedOutcome {
    /// Word for programs.
    pub fn slug(self) -> &'static str {
        self.into()
    }

    /// Words for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Failed => "failed",
            Self::NotSent => "not sent",
            Self::Unknown => "outcome unknown: it may have been carried out",
            Self::Open => "not finished",
        }
    }
}

/// The run in this form.
pub fn export_run(run: &ExportedRun, plan: &ProgramPlan, format: RunFormat) -> String {
    match format {
        RunFormat::Markdown => markdown::transcript(run),
        RunFormat::Json => document::transcript(run),
        RunFormat::Python => program::python(run, plan),
        RunFormat::Node => program::node(run, plan),
    }
}
