//! Output of the headless front: scrubbed, and ready for a reader that goes away.

use std::io::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde_json::{Value, json};

use super::style::{self, ColorWhen};
use super::target;
use crate::domain::{ClockOffset, Fault, FaultKind, Untrusted};
use crate::flow::query;
use crate::json;

/// Standard output and error of one command.
#[derive(Clone)]
pub(super) struct CliOutput {
    json: bool,
    color: ColorWhen,
    /// Options that select the environment, word by word, for commands that are named as the next step.
    selection: Arc<[String]>,
    /// Answer that waits for a jq filter, where one was given.
    held: Option<Arc<Mutex<Vec<u8>>>>,
}

impl CliOutput {
    pub(super) fn new(json: bool) -> Self {
        Self { json, color: ColorWhen::Auto, selection: Arc::default(), held: None }
    }

    /// The same with colours at other times.
    pub(super) fn colored(self, color: ColorWhen) -> Self {
        Self { color, ..self }
    }

    /// The same for an environment that is selected by these options.
    pub(super) fn selecting(self, options: Vec<String>) -> Self {
        Self { selection: options.into(), ..self }
    }

    /// Options that select the environment, word by word.
    pub(super) fn selection(&self) -> &[String] {
        &self.selection
    }

    /// The same as a shell reads them, each with a space before it.
    fn selecting_words(&self) -> String {
        self.selection.iter().map(|word| format!(" {}", target::quoted(word))).collect()
    }

    /// Names a command that helps, in the same environment.
    pub(super) fn next(&self, command: &str) {
        self.remark(&format!("next: {command}{}", self.selecting_words()));
    }

    /// The same, holding the answer back for a filter. See [`CliOutput::release`].
    pub(super) fn holding(self) -> Self {
        Self { held: Some(Arc::default()), ..self }
    }

    /// True if one JSON document is asked for, whoever reads it.
    pub(super) fn is_json(&self) -> bool {
        self.json || self.held.is_some()
    }

    /// True if the answer takes colours.
    pub(super) fn is_colored(&self) -> bool {
        !self.is_json() && self.color.on_output()
    }

    /// True if a person reads the answer, so that glyphs help.
    pub(super) fn has_glyphs(&self) -> bool {
        !self.is_json() && (style::is_terminal() || self.color == ColorWhen::Always)
    }

    /// Ends holding back, and takes the answer.
    pub(super) fn release(&mut self) -> Vec<u8> {
        let held = self.held.take();
        held.map(|held| std::mem::take(&mut *held.lock().unwrap_or_else(PoisonError::into_inner))).unwrap_or_default()
    }

    /// Prints one JSON document: values and key order as they came, everything that could steer a
    /// terminal written as `\uXXXX`.
    pub(super) fn document(&self, document: &impl Serialize) -> Result<(), Fault> {
        let text = serde_json::to_string(document)
            .map_err(|error| Fault::new(FaultKind::Local, "The answer could not be written as JSON.").because(error))?;
        self.print(&json::escaped(&text))
    }

    /// Prints lines of text, which must be safe to show.
    pub(super) fn print(&self, text: &str) -> Result<(), Fault> {
        self.bytes(format!("{text}\n").as_bytes())
    }

    /// Prints bytes as they are.
    pub(super) fn bytes(&self, bytes: &[u8]) -> Result<(), Fault> {
        self.write(bytes).map(drop)
    }

    /// The same; tells whether anybody still reads us.
    pub(super) fn write(&self, bytes: &[u8]) -> Result<bool, Fault> {
        if let Some(held) = &self.held {
            let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
            // One byte more than is taken tells that there was more.
            let room = (query::LARGEST + 1).saturating_sub(held.len());
            held.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
            return Ok(true);
        }
        let mut out = io::stdout().lock();
        match out.write_all(bytes).and_then(|()| out.flush()) {
            // Whoever read us has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(Fault::new(FaultKind::Local, "Standard output cannot be written to.").because(error)),
            Ok(()) => Ok(true),
        }
    }

    /// Says that something is done: a document for programs, or a sentence beside no answer at all.
    pub(super) fn done(&self, document: &impl Serialize, sentence: &str) -> Result<(), Fault> {
        if self.is_json() {
            return self.document(document);
        }
        self.remark(sentence);
        Ok(())
    }

    /// Prints a remark for the person, beside the answer.
    pub(super) fn remark(&self, text: &str) {
        let _ = writeln!(io::stderr(), "{text}");
    }

    /// Remarks that the clocks differ, where a person reads it.
    pub(super) fn clocks(&self, skew: ClockOffset) {
        if let Some(warning) = skew.warning().filter(|_| !self.json) {
            self.remark(&warning);
        }
    }

    /// Says what did not go as it should, while the rest did: beside the answer.
    pub(super) fn warning(&self, text: &str) {
        match self.json {
            true => self.remark(&json::escaped(&json!({ "warning": text }).to_string())),
            false => self.remark(text),
        }
    }

    /// Says what went wrong, on standard error: prose, or one JSON line under `--json`.
    pub(super) fn fault(&self, fault: &Fault) {
        let text =
            if self.json { json_line(fault) } else { prose(fault, self.color.on_error(), &self.selecting_words()) };
        let _ = writeln!(io::stderr(), "{text}");
    }
}

fn json_line(fault: &Fault) -> String {
    json::escaped(&json!({ "error": fault_document(fault) }).to_string()).into_owned()
}

/// A fault as programs read it.
pub(super) fn fault_document(fault: &Fault) -> Value {
    let raw = |text: &Option<Untrusted>| text.as_ref().map(|text| text.raw().to_owned());
    json!({
        "kind": fault.kind.slug(),
        "whose": fault.whose().to_string(),
        "message": fault.message,
        "said": raw(&fault.said),
        "code": raw(&fault.code),
        "http_status": fault.http_status,
        "may_have_been_carried_out": fault.may_have_been_carried_out(),
        "execution_id": fault.execution_id.as_ref().map(|id| id.raw().to_owned()),
        "retry_after_seconds": fault.retry_after.map(|wait| wait.as_secs()),
        "page": fault.page().map(|page| page.as_str()),
        "violations": fault.violations.iter().map(|violation| json!({
            "field": violation.field.raw(),
            "description": violation.description.raw(),
        })).collect::<Vec<_>>(),
    })
}

/// Headline, the other side's own words, facts, and the next step.
fn prose(fault: &Fault, colored: bool, selection: &str) -> String {
    let headline = style::painted(&format!("{}:", fault.headline()), style::BAD, colored);
    let at_provider = matches!(fault.kind, FaultKind::ProviderFailed | FaultKind::ReportedFailure);
    let mut lines = match &fault.said {
        // There the provider's words say more than ours.
        Some(said) if at_provider => vec![format!("{headline} {said}"), format!("  {}", fault.message)],
        said => {
            let said = said.iter().map(|said| format!("  it said: {said}"));
            std::iter::once(format!("{headline} {}", fault.message)).chain(said).collect()
        }
    };
    let facts = [
        fault.http_status.map(|status| format!("HTTP {status}")),
        fault.code.as_ref().map(ToString::to_string),
        fault.execution_id.as_ref().map(|id| format!("execution {id}")),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    if !facts.is_empty() {
        lines.push(format!("  {}", facts.join(" · ")));
    }
    lines.extend(fault.violations.iter().map(|v| format!("  {}: {}", v.field, v.description)));
    lines.extend(next_step(fault, selection).map(|step| format!("  next: {step}")));
    lines.join("\n")
}

/// Next step against the fault, as a command.
fn next_step(fault: &Fault, selection: &str) -> Option<String> {
    if fault.may_have_been_carried_out() {
        let words = "look whether it was done before you send it again; \
                     jackfield history list status:unknown has the calls of which that is not known";
        return Some(words.to_owned());
    }
    let words = match fault.kind {
        FaultKind::OtherAccount => {
            let account = fault.account().map(target::argument);
            return account.map(|account| format!("jackfield accounts show {account}{selection}"));
        }
        FaultKind::NeedsAuthorization | FaultKind::Denied | FaultKind::LinkExpired | FaultKind::Unfinished => {
            let account = fault.account().map(target::argument);
            return Some(format!(
                "jackfield accounts authorize {}{selection}",
                account.as_deref().unwrap_or("ACCOUNT")
            ));
        }
        FaultKind::NotGranted => {
            let page = fault.page()?;
            return Some(format!("open {page} and grant it, then run the same command again"));
        }
        FaultKind::KeyRefused => "check SCALEKIT_CLIENT_ID and SCALEKIT_CLIENT_SECRET of this environment",
        FaultKind::NoModelKey => "set ANTHROPIC_API_KEY, or keep a key with jackfield agent key keep",
        FaultKind::ModelKeyRefused => "check the key: ANTHROPIC_API_KEY, or the one kept with jackfield agent key keep",
        FaultKind::RateLimited
        | FaultKind::BrokerFailed
        | FaultKind::TimedOut
        | FaultKind::ModelLimited
        | FaultKind::ModelFailed => "try again in a while",
        FaultKind::ModelUnreachable => "check your connection, and ANTHROPIC_BASE_URL if it is set",
        FaultKind::Network | FaultKind::Unreachable => "check the environment's URL and your connection",
        _ => return None,
    };
    Some(words.to_owned())
}
