//! Everything that can go wrong, sorted by whose fault it is.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use strum::{EnumString, IntoStaticStr};
use url::Url;

use super::{AccountRef, ExecutionId, JsonText, SafeMessage, Secret, Untrusted};

/// Length of a secret in characters. A shorter one is none worth the name, and would be found in every second word.
const MIN_SECRET: usize = 4;

/// Stands where a secret was.
const HIDDEN: &str = "…";

/// Something went wrong: whose it is, what happened in plain words, and what was said about it.
///
/// The next step is not a field: it follows from [`FaultKind`], and each front says it in its own
/// terms (a key to press, a command to run).
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// Kind of failure; everything else that varies by kind follows from it.
    pub kind: FaultKind,
    /// One sentence in our words that says what happened.
    pub message: SafeMessage,
    /// The other side's own words, as they came.
    pub said: Option<Untrusted>,
    /// The other side's own code: `error_code`, or `tool_error_code` for a tool.
    pub code: Option<Untrusted>,
    /// HTTP status, where there was an answer.
    pub http_status: Option<u16>,
    /// The execution that failed, where the broker named it. Boxed as the cause is.
    pub execution_id: Option<Box<ExecutionId>>,
    /// Time the broker asks us to wait before the next try.
    pub retry_after: Option<Duration>,
    /// Fields of our input that were refused.
    pub violations: Box<[Violation]>,
    /// Body of the answer, where there was one: JSON, or another text as a JSON string; bounded, credentials replaced.
    /// Boxed as the cause is.
    pub answer: Option<Box<AnswerBody>>,
    /// What it is about, where that is known. Boxed as the cause is.
    pub subject: Option<Box<FaultSubject>>,
    /// Effect the request may have had all the same. Set by the methods that also say it in `message`, so
    /// that the sentence and whatever is written down cannot differ.
    pub carried_out: CarriedOut,
    /// Error behind it, for the log alone. It counts for nothing where faults are compared. Boxed because it is
    /// rare, and every result that can fail is as large as a fault.
    pub cause: Option<Box<Cause>>,
}

/// Subject of a fault.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FaultSubject {
    /// The account, where one is meant.
    pub account: Option<AccountRef>,
    /// Page on which the person can mend it. It is the other side's own, or stands in the connection; never made up.
    pub page: Option<Url>,
}

/// Body of an answer that failed.
#[derive(Clone, Debug, PartialEq)]
pub struct AnswerBody(pub JsonText);

/// An error that stands behind a fault. `Debug` tells nothing: it may quote a request.
#[derive(Clone)]
pub struct Cause(Arc<dyn Error + Send + Sync>);

impl PartialEq for Cause {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The error, and what is behind it.
impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut error: &dyn Error = self.0.as_ref();
        write!(f, "{}", Untrusted::from(error.to_string()))?;
        while let Some(behind) = error.source() {
            write!(f, ": {}", Untrusted::from(behind.to_string()))?;
            error = behind;
        }
        Ok(())
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cause(…)")
    }
}

/// Effect that a failed request may have had at the other side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CarriedOut {
    /// None: it changes nothing, never left, or was refused.
    #[default]
    No,
    /// It may have arrived.
    Unknown,
    /// It was carried out; only its answer is lost.
    Yes,
}

/// One refused field. Reference: section 6.1, `field_violations`.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// Path of the field.
    pub field: Untrusted,
    /// Reason in the broker's words.
    pub description: Untrusted,
}

/// The kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum FaultKind {
    /// The input was refused, by us or by the broker.
    InvalidInput,
    /// Something that was named does not exist, or may not be seen.
    NotFound,
    /// The command line asks for what cannot be done.
    Usage,
    /// It could mean several things, or contradicts itself.
    Ambiguous,
    /// An account is somebody else's, or on another connection, than was asked for or said before.
    OtherAccount,
    /// It exists already, or changed meanwhile.
    Conflict,
    /// No environment is configured, or its source is incomplete.
    NoEnvironment,
    /// The broker refused the client id or secret.
    KeyRefused,
    /// The environment's key may not do this.
    Forbidden,
    /// The environment is open read-only.
    ReadOnly,
    /// This environment does not offer this route.
    NotOffered,
    /// The account must be authorized before it can be used.
    NeedsAuthorization,
    /// The person, or the check of who they are, said no.
    Denied,
    /// A rule of whoever gives out the tokens said no.
    PolicyDenied,
    /// The person has not granted the resource yet, at the authorization server that gives tokens for it.
    NotGranted,
    /// What a connection says of itself is refused: its application, or the resource that it names.
    Misconfigured,
    /// An authorization link ran out before it was used.
    LinkExpired,
    /// Nobody finished authorizing it while we waited.
    Unfinished,
    /// The tool or the provider behind it failed.
    ProviderFailed,
    /// The answer is a success by its status, and reports a failure in its body.
    ReportedFailure,
    /// The provider's own limit.
    ProviderLimited,
    /// The broker's own limit.
    RateLimited,
    /// The broker answered with a failure of its own (5xx).
    BrokerFailed,
    /// The broker's answer could not be understood.
    BadAnswer,
    /// The answer is larger than we accept.
    TooLarge,
    /// The way there broke off, or never came about.
    Network,
    /// Nobody is there: no such name, nothing that listens, no way to it.
    Unreachable,
    /// Something stands in the way that does not go by itself: a certificate that is not trusted, a
    /// proxy that wants credentials or is named wrongly.
    Blocked,
    /// No answer in time.
    TimedOut,
    /// There is no key for the server that answers for models.
    NoModelKey,
    /// The model's server refused the key, or what the key is good for.
    ModelKeyRefused,
    /// The limit of requests or tokens at the model's server.
    ModelLimited,
    /// The model's server failed, or its answer could not be understood.
    ModelFailed,
    /// The way to the model's server broke off, or never came about.
    ModelUnreachable,
    /// The person stopped it.
    Cancelled,
    /// Something on this machine: a file, a port, the keychain.
    Local,
}

/// Party at fault, and so the one who can mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::Display)]
pub enum Party {
    /// Input of the person: what was typed or asked for.
    #[strum(to_string = "your input")]
    YourInput,
    /// The environment's client id or secret.
    #[strum(to_string = "environment key")]
    EnvironmentKey,
    /// The person who was asked, and did not agree.
    #[strum(to_string = "the person")]
    ThePerson,
    /// Whoever writes the rules by which tokens are given out.
    #[strum(to_string = "the policy")]
    ThePolicy,
    /// The connected account: its credentials or its status.
    #[strum(to_string = "this account")]
    ThisAccount,
    /// The connection: its application, or the resource that it names.
    #[strum(to_string = "the connection")]
    TheConnection,
    /// The provider behind the tool.
    #[strum(to_string = "the provider")]
    TheProvider,
    /// The broker, which did not do its part.
    #[strum(to_string = "the environment")]
    TheBroker,
    /// The key for the server that answers for models.
    #[strum(to_string = "the model's key")]
    ModelKey,
    /// The server that answers for models.
    #[strum(to_string = "the model's server")]
    ModelServer,
    /// The network between here and the broker.
    #[strum(to_string = "the network")]
    TheNetwork,
    /// This machine: files, terminal, keychain.
    #[strum(to_string = "this machine")]
    ThisMachine,
}

impl FaultKind {
    /// Party at fault for this kind.
    pub fn whose(self) -> Party {
        match self {
            Self::InvalidInput
            | Self::NotFound
            | Self::Usage
            | Self::Ambiguous
            | Self::Conflict
            | Self::ReadOnly
            | Self::Cancelled => Party::YourInput,
            Self::NoEnvironment | Self::KeyRefused | Self::Forbidden => Party::EnvironmentKey,
            Self::Denied | Self::NotGranted => Party::ThePerson,
            Self::PolicyDenied => Party::ThePolicy,
            Self::Misconfigured => Party::TheConnection,
            Self::OtherAccount | Self::NeedsAuthorization | Self::LinkExpired | Self::Unfinished => Party::ThisAccount,
            Self::ProviderFailed | Self::ReportedFailure | Self::ProviderLimited => Party::TheProvider,
            Self::NotOffered | Self::RateLimited | Self::BrokerFailed | Self::BadAnswer | Self::TooLarge => {
                Party::TheBroker
            }
            Self::NoModelKey | Self::ModelKeyRefused => Party::ModelKey,
            Self::ModelLimited | Self::ModelFailed => Party::ModelServer,
            Self::Network | Self::Unreachable | Self::Blocked | Self::TimedOut | Self::ModelUnreachable => {
                Party::TheNetwork
            }
            Self::Local => Party::ThisMachine,
        }
    }

    /// Headline to stand before the message: what failed, in a few words.
    pub fn headline(self) -> &'static str {
        match self {
            Self::InvalidInput => "Invalid input",
            Self::NotFound => "Not found",
            Self::Usage => "Cannot be done",
            Self::Ambiguous => "Ambiguous",
            Self::OtherAccount => "Wrong account",
            Self::Conflict => "Conflict",
            Self::NoEnvironment => "No environment",
            Self::KeyRefused => "Key refused",
            Self::Forbidden => "Not allowed",
            Self::ReadOnly => "Read-only",
            Self::NotOffered => "Not supported",
            Self::NeedsAuthorization => "Needs authorization",
            Self::Denied => "Denied",
            Self::PolicyDenied => "Denied by policy",
            Self::NotGranted => "Not granted yet",
            Self::Misconfigured => "Wrong settings",
            Self::LinkExpired => "Link expired",
            Self::Unfinished => "Timed out",
            Self::ProviderFailed | Self::ReportedFailure => "Failed at the provider",
            Self::ProviderLimited => "Rate limited by the provider",
            Self::RateLimited => "Rate limited by the environment",
            Self::BrokerFailed => "Failed in the environment",
            Self::BadAnswer => "Unexpected answer",
            Self::TooLarge => "Too large",
            Self::Network => "Network error",
            Self::Unreachable => "Unreachable",
            Self::Blocked => "Blocked",
            Self::TimedOut => "Timed out",
            Self::NoModelKey => "No key for a model",
            Self::ModelKeyRefused => "Key refused by the model's server",
            Self::ModelLimited => "Rate limited by the model's server",
            Self::ModelFailed => "Failed at the model's server",
            Self::ModelUnreachable => "No connection to the model",
            Self::Cancelled => "Cancelled",
            Self::Local => "Failed on this machine",
        }
    }

    /// A stable name for programs to match on.
    pub fn slug(self) -> &'static str {
        self.into()
    }

    /// True if the same read, sent again, may well succeed.
    pub fn is_passing(self) -> bool {
        matches!(
            self,
            Self::RateLimited
                | Self::BrokerFailed
                | Self::Network
                | Self::Unreachable
                | Self::TimedOut
                | Self::ModelLimited
                | Self::ModelFailed
                | Self::ModelUnreachable
        )
    }
}

impl Fault {
    /// A fault of this kind, said in `message`.
    pub fn new(kind: FaultKind, message: impl Into<SafeMessage>) -> Self {
        Self {
            kind,
            message: message.into(),
            said: None,
            code: None,
            http_status: None,
            execution_id: None,
            retry_after: None,
            violations: Box::default(),
            answer: None,
            subject: None,
            carried_out: CarriedOut::No,
            cause: None,
        }
    }

    /// Says that the request may have arrived before this happened.
    #[must_use]
    pub fn perhaps_carried_out(mut self) -> Self {
        self.carried_out = CarriedOut::Unknown;
        self.message.push_str(" Whether it was carried out is not known.");
        self
    }

    /// Says that the request was carried out, and that this happened to its answer.
    #[must_use]
    pub fn after_it_was_carried_out(mut self) -> Self {
        self.carried_out = CarriedOut::Yes;
        self.message.push_str(" The call ran; only its answer is lost.");
        self
    }

    /// True if sending the same again could do it twice.
    pub fn may_have_been_carried_out(&self) -> bool {
        self.carried_out != CarriedOut::No
    }

    /// Says which account it is about.
    #[must_use]
    pub fn about(mut self, account: AccountRef) -> Self {
        self.subject.get_or_insert_default().account = Some(account);
        self
    }

    /// Names the page on which the person can mend it.
    #[must_use]
    pub fn mended_at(mut self, page: Option<Url>) -> Self {
        if page.is_some() {
            self.subject.get_or_insert_default().page = page;
        }
        self
    }

    /// The account it is about, where one is meant.
    pub fn account(&self) -> Option<&AccountRef> {
        self.subject.as_deref()?.account.as_ref()
    }

    /// Page on which the person can mend it.
    pub fn page(&self) -> Option<&Url> {
        self.subject.as_deref()?.page.as_ref()
    }

    /// Adds the other side's own words.
    #[must_use]
    pub fn said(mut self, words: impl Into<Untrusted>) -> Self {
        let words = words.into();
        self.said = (!words.is_empty()).then_some(words);
        self
    }

    /// Quotes the error that caused it, and keeps it for the log.
    #[must_use]
    pub fn because(self, error: impl Error + Send + Sync + 'static) -> Self {
        let words = error.to_string();
        self.said(words).caused_by(error)
    }

    /// Keeps the error that caused it for the log, and tells the log.
    #[must_use]
    pub fn caused_by(mut self, error: impl Error + Send + Sync + 'static) -> Self {
        let cause = Cause(Arc::new(error));
        tracing::debug!(fault = self.kind.slug(), cause = %cause, "fault");
        self.cause = Some(Box::new(cause));
        self
    }

    /// The same without any of these secrets, which the other side may have repeated.
    #[must_use]
    pub fn without<'a>(mut self, secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        for secret in secrets {
            let secret = secret.expose().trim();
            if secret.chars().take(MIN_SECRET).count() < MIN_SECRET {
                continue;
            }
            if self.message.contains(secret) {
                self.message = self.message.replace(secret, HIDDEN).into();
            }
            let said = self.said.iter_mut().chain(&mut self.code);
            let refused = self.violations.iter_mut().flat_map(|refused| [&mut refused.field, &mut refused.description]);
            for text in said.chain(refused).filter(|text| text.raw().contains(secret)) {
                *text = text.raw().replace(secret, HIDDEN).into();
            }
            if let Some(AnswerBody(body)) = self.answer.as_deref().filter(|answer| answer.0.raw().contains(secret)) {
                // What is no JSON without it is not kept.
                let without = JsonText::parse(body.raw().replace(secret, HIDDEN));
                self.answer = without.ok().map(|body| Box::new(AnswerBody(body)));
            }
        }
        self
    }

    /// What failed, in a few words; follows from the kind.
    pub fn headline(&self) -> &'static str {
        self.kind.headline()
    }

    /// Party at fault; follows from the kind.
    pub fn whose(&self) -> Party {
        self.kind.whose()
    }
}

impl fmt::Display for Fault {
    /// One line: what happened, then the other side's words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(said) = &self.said {
            write!(f, " It said: {said}")?;
        }
        Ok(())
    }
}

impl Error for Fault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let Cause(error) = self.cause.as_deref()?;
        Some(error.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repeats_a_secret_is_told_without_it() {
        let mut fault = Fault::new(FaultKind::InvalidInput, "Refused.").said("key hunter2 is hunter2");
        fault.code = Some("bad_hunter2".into());
        fault.violations = Box::new([Violation { field: "hunter2".into(), description: "no hunter2".into() }]);
        let fault = fault.without([&Secret::new("hunter2".into())]);
        assert_eq!(fault.said.as_ref().expect("words").raw(), "key … is …");
        assert!(!format!("{fault:?}").contains("hunter2"), "{fault:?}");
        let body = |text: &str| Some(Box::new(AnswerBody(JsonText::parse(text.to_owned()).expect("JSON"))));
        let answered = |text: &str| Fault { answer: body(text), ..Fault::new(FaultKind::InvalidInput, "Refused.") };
        let told = answered(r#"{"no":"hunter2"}"#).without([&Secret::new("hunter2".into())]);
        assert_eq!(told.answer.expect("a body").0.raw(), r#"{"no":"…"}"#);
        assert!(answered("[123456]").without([&Secret::new("123456".into())]).answer.is_none());
        let secrets = ["hunter22", "12"].map(|secret| Secret::new(secret.into()));
        let fault = Fault::new(FaultKind::InvalidInput, "Refused hunter22.").said("key hunter22 is bad, 12 of 12");
        assert_eq!(fault.without(&secrets).to_string(), "Refused …. It said: key … is bad, 12 of 12");
        let short = Fault::new(FaultKind::InvalidInput, "Refused.").said("no key");
        assert_eq!(short.clone().without([&Secret::new("no".into())]), short);
    }

    #[test]
    fn the_error_behind_it_is_kept_and_not_told() {
        let behind = std::io::Error::other("token=hunter2");
        let fault = Fault::new(FaultKind::Local, "It broke.").caused_by(behind);
        assert!(!format!("{fault} {fault:?}").contains("hunter2"), "{fault:?}");
        assert_eq!(fault.source().map(ToString::to_string).as_deref(), Some("token=hunter2"));
        assert_eq!(fault, Fault::new(FaultKind::Local, "It broke.").caused_by(std::fmt::Error));
        let quoted = Fault::new(FaultKind::Local, "It broke.").because(std::io::Error::other("no room"));
        assert_eq!(quoted.to_string(), "It broke. It said: no room");
    }
}
