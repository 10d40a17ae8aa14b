//! Everything that can go wrong, sorted by whose fault it is.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::{AccountRef, ExecutionId, FaultKind, JsonText, Party, SafeMessage, Secret, Untrusted};

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
