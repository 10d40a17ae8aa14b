//! Entries of the journal and their parts.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::domain::{AccountId, ConnectionName, ExecutionId, Fault, FaultKind, Identifier, JsonText, Untrusted};
use crate::redact::Redacted;

/// The number of an entry; later ones are larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub i64);

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Kind of call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallKind {
    /// A tool, by its name.
    Tool,
    /// A request to the provider's own API: `GET /path`.
    Proxy,
}

/// Front that a call was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Front {
    /// Full-screen front.
    Screen,
    /// Command line.
    CommandLine,
    /// Server of tools, for the agent of a client.
    Server,
    /// Agent of this program.
    Agent,
}

impl Front {
    /// All fronts, with their words in filters and on screen.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::Screen, "screen"), (Self::CommandLine, "cli"), (Self::Server, "serve"), (Self::Agent, "agent")];

    /// The word for it, on screen and in filters.
    pub fn word(self) -> &'static str {
        match self {
            Self::Screen => "screen",
            Self::CommandLine => "cli",
            Self::Server => "serve",
            Self::Agent => "agent",
        }
    }

    /// Number in the file. Never given twice.
    pub(super) fn number(self) -> i64 {
        match self {
            Self::Screen => 0,
            Self::CommandLine => 1,
            Self::Server => 2,
            Self::Agent => 3,
        }
    }

    /// The front of a number; one that a later version knows is read as the full screen.
    pub(super) fn from_number(number: i64) -> Self {
        Self::ALL.into_iter().map(|(front, _)| front).find(|front| front.number() == number).unwrap_or(Self::Screen)
    }
}

/// A call that is about to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct NewCall {
    /// The environment's base URL.
    pub environment: String,
    /// Tool or proxy request.
    pub kind: CallKind,
    /// The tool's name, or method and path.
    pub name: Untrusted,
    /// Name of the connection.
    pub connection: ConnectionName,
    /// Identifier of the person it acts as.
    pub identifier: Identifier,
    /// Account to call with; empty where the broker chose it.
    pub account: AccountId,
    /// Arguments as they are sent; credentials are replaced before they are written.
    pub arguments: JsonText,
    /// The run of an agent it belongs to, where the caller named one.
    pub agent_run: Option<Untrusted>,
    /// Front that the call is made from.
    pub front: Front,
    /// Whether it only asks who the account is.
    pub probe: bool,
    /// Names of the modifiers that take part, in the order in which they apply.
    pub modifiers: Vec<Untrusted>,
    /// Client that a server of tools made it for: its name and version, as it tells them.
    pub client: Option<Untrusted>,
    /// Number of the wish within its run that it is made for, where an agent of this program makes it.
    pub wish: Option<i64>,
}

/// Outcome of a call, as far as anybody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum CallOutcome {
    /// It was sent and has not come back yet.
    Running,
    /// The provider carried it out.
    #[strum(serialize = "ok")]
    Succeeded,
    /// It was answered with a success, and the answer itself reports a failure.
    Reported,
    /// The call failed; nothing suggests that it was carried out.
    Failed,
    /// Somebody stopped waiting for it; it may have been carried out.
    Stopped,
    /// The program, or the connection, ended before the answer came; it may have been carried out.
    Unknown,
}

impl CallOutcome {
    /// All outcomes, for filters and their help.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The word for it, on screen and in filters.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Number in the file. Never given twice: a version that does not know one reads it as unknown.
    pub(crate) fn number(self) -> i64 {
        match self {
            Self::Running => 0,
            Self::Succeeded => 1,
            Self::Failed => 2,
            Self::Stopped => 3,
            Self::Unknown => 4,
            Self::Reported => 5,
        }
    }

    pub(super) fn from_number(number: i64) -> Self {
        Self::ALL.iter().copied().find(|outcome| outcome.number() == number).unwrap_or(Self::Unknown)
    }
}

/// End of a call, written when it is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Ending {
    /// Outcome of the call.
    pub outcome: CallOutcome,
    /// Fault, where there was one.
    pub fault: Option<Fault>,
    /// HTTP status of the answer, if there was one.
    pub status: Option<u16>,
    /// Execution id as the broker gave it.
    pub execution: Option<ExecutionId>,
    /// Time from sending to the last byte.
    pub took: Duration,
    /// The result as it came; text that is no JSON as a JSON string.
    pub result: Option<JsonText>,
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct EntrySummary {
    /// Number of the entry.
    pub id: EntryId,
    /// Time at which it was written, just before it was sent.
    pub began: Timestamp,
    /// The environment's base URL.
    pub environment: Untrusted,
    /// Tool or proxy request.
    pub kind: CallKind,
    /// The tool's name, or method and path.
    pub name: Untrusted,
    /// Name of the connection.
    pub connection: ConnectionName,
    /// Identifier of the person it acted as.
    pub identifier: Identifier,
    /// Id of the account.
    pub account: AccountId,
    /// Outcome of the call.
    pub outcome: CallOutcome,
    /// Fault as a slug and a sentence.
    pub fault: Option<(String, Untrusted)>,
    /// HTTP status of the answer.
    pub status: Option<u16>,
    /// Execution id as the broker gave it.
    pub execution: Option<ExecutionId>,
    /// Time it took; none while it is open.
    pub took: Option<Duration>,
    /// Bytes of the result as it came.
    pub size: Option<u64>,
    /// The run of an agent it belongs to.
    pub agent_run: Option<Untrusted>,
    /// Front that the call was made from.
    pub front: Front,
    /// Note that a person wrote on it, one line.
    pub note: Option<Untrusted>,
    /// Whether it only asked who the account is.
    pub probe: bool,
    /// Names of the modifiers that took part, in the order in which they applied.
    pub modifiers: Vec<Untrusted>,
    /// Client that a server of tools made it for: its name and version, as it told them.
    pub client: Option<Untrusted>,
}

/// Body as it is stored, credentials replaced.
#[derive(Clone, Debug, PartialEq)]
pub enum StoredBody {
    /// The call had no body, or it was not read.
    None,
    /// All of it, credentials replaced.
    Kept(JsonText),
    /// It was larger than what is kept.
    TooLarge,
}

/// One entry, all of it.
#[derive(Clone, Debug, PartialEq)]
pub struct JournalEntry {
    /// Fields that the list shows.
    pub summary: EntrySummary,
    /// Arguments, credentials replaced.
    pub arguments: StoredBody,
    /// Values of the arguments that were replaced, as JSON Pointers.
    pub hidden: Vec<Untrusted>,
    /// Result, credentials replaced.
    pub result: StoredBody,
}

/// Arguments of an earlier call of a tool.
#[derive(Clone, Debug, PartialEq)]
pub struct SentArguments {
    /// Time at which it was written, just before it was sent.
    pub began: Timestamp,
    /// Arguments, credentials replaced.
    pub arguments: Redacted,
}

impl Ending {
    /// The ending of a call that failed.
    pub fn failed(fault: Fault, took: Duration) -> Self {
        Self {
            outcome: match fault.kind {
                FaultKind::Cancelled => CallOutcome::Stopped,
                _ if fault.may_have_been_carried_out() => CallOutcome::Unknown,
                _ => CallOutcome::Failed,
            },
            status: fault.http_status,
            execution: fault.execution_id.as_deref().cloned(),
            result: fault.answer.as_ref().map(|answer| answer.0.clone()),
            fault: Some(fault),
            took,
        }
    }

    /// The ending of a call that nobody waits for any more.
    pub fn stopped(took: Duration) -> Self {
        Self { outcome: CallOutcome::Stopped, fault: None, status: None, execution: None, took, result: None }
    }
}
