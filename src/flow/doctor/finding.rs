//! One line of an examination.

use std::cmp::Ordering;

use strum::{IntoStaticStr, VariantArray};

use crate::domain::{AccountId, ConnectionName, Identifier, ToolName, Untrusted};

/// One thing that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Check {
    /// The environment answers, and takes the key.
    Environment,
    /// This machine's clock and the environment's agree.
    Clock,
    /// Every account can be used.
    Accounts,
    /// Accounts act as whom they are for, and do as they say.
    Identity,
    /// Tokens do not end too soon.
    Expiry,
    /// Connections are on and configured.
    Connections,
    /// People can be sent links, and are verified.
    Verification,
    /// The catalogue came whole, and has tools for every account.
    Catalogue,
    /// Models take the schemas of the tools.
    Schemas,
    /// Nothing changed that breaks calls.
    Drift,
}

impl Check {
    /// All checks, in the order of their lines.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Stable name, for people and programs.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// Gravity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Severity {
    /// Calls fail, or would be refused.
    Bad,
    /// Something will go wrong, or may.
    Warning,
    /// Worth knowing; nothing is wrong.
    Note,
    /// The check found nothing wrong.
    Ok,
}

impl Severity {
    /// Stable name for programs.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// Kind of trouble, the worst first. Each has an exit code of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Problem {
    /// The environment does not answer, or not in full.
    Environment,
    /// The environment refuses the key.
    Key,
    /// An account acts as somebody else.
    Person,
    /// An account cannot be used until somebody authorizes it.
    Account,
    /// A connection is off or not configured, or nobody can be verified.
    Connection,
    /// Something changed that breaks calls.
    Drift,
    /// The catalogue is not whole, or a model refuses a schema.
    Catalogue,
    /// Nothing is broken yet.
    Warning,
}

/// Step that repairs a finding; each front says it in its own terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Authorize this account again.
    Authorize(AccountId, ConnectionName, Identifier),
    /// Look at the accounts of a connection.
    OpenConnection(ConnectionName),
    /// Look at a tool.
    OpenTool(ToolName),
    /// Look at the list of tools.
    OpenTools,
    /// See whether the key is right.
    CheckKey,
    /// See whether the URL is right and the network is there.
    CheckNetwork,
    /// Wait, and try again.
    TryLater,
    /// Set this machine's clock.
    SetClock,
    /// Set the address at which the application confirms who consented.
    SetVerifyUrl,
}

/// One line: what was looked at, what was found, and what helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Check that found it.
    pub check: Check,
    /// Gravity.
    pub severity: Severity,
    /// Name of what it is about: an account, a connection, a tool, the environment.
    pub subject: Untrusted,
    /// The finding in one sentence, safe to show.
    pub sentence: String,
    /// More lines of evidence, safe to show.
    pub evidence: Vec<String>,
    /// Step that repairs it.
    pub remedy: Option<Remedy>,
    /// Kind of trouble where it is bad.
    pub(super) kind: Problem,
}

impl Finding {
    /// A finding without evidence.
    pub fn new(check: Check, severity: Severity, subject: impl Into<Untrusted>, sentence: impl Into<String>) -> Self {
        let kind = match check {
            Check::Environment => Problem::Environment,
            Check::Accounts | Check::Identity | Check::Expiry => Problem::Account,
            Check::Connections | Check::Verification => Problem::Connection,
            Check::Catalogue | Check::Schemas => Problem::Catalogue,
            Check::Drift => Problem::Drift,
            Check::Clock => Problem::Warning,
        };
        let (subject, sentence) = (subject.into(), sentence.into());
        Self { check, severity, subject, sentence, evidence: Vec::new(), remedy: None, kind }
    }

    /// The same with a step that repairs it.
    #[must_use]
    pub fn remedied(self, remedy: Remedy) -> Self {
        Self { remedy: Some(remedy), ..self }
    }

    /// Kind of trouble; none where nothing is wrong.
    pub fn problem(&self) -> Option<Problem> {
        match self.severity {
            Severity::Bad => Some(self.kind),
            Severity::Warning => Some(Problem::Warning),
            Severity::Note | Severity::Ok => None,
        }
    }

    /// Order of lines: the gravest first, then by the kind of trouble, the check and the subject.
    pub fn order(&self, other: &Self) -> Ordering {
        let key = |finding: &Self| (finding.severity, finding.problem(), finding.check);
        key(self).cmp(&key(other)).then_with(|| self.subject.cmp(&other.subject))
    }
}
