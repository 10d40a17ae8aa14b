//! Output of the headless front: scrubbed, and ready for a reader that goes away.

use std::io::{self, Write as _};

use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::{AccountRef, ClockOffset, Fault, FaultKind, Untrusted};
use crate::json;

/// Standard output and error of one command.
#[derive(Clone, Copy)]
pub(super) struct CliOutput {
    json: bool,
}

impl CliOutput {
    pub(super) fn new(json: bool) -> Self {
        Self { json }
    }

    /// True if one JSON document is asked for.
    pub(super) fn is_json(&self) -> bool {
        self.json
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
        if self.json {
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
        let text = if self.json { json_line(fault) } else { prose(fault) };
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
        "violations": fault.violations.iter().map(|violation| json!({
            "field": violation.field.raw(),
            "description": violation.description.raw(),
        })).collect::<Vec<_>>(),
    })
}

fn prose(fault: &Fault) -> String {
    let mut lines = vec![format!("jackfield: {}: {}", fault.whose(), fault.message)];
    lines.extend(fault.said.iter().map(|said| format!("  it said: {said}")));
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
    lines.extend(next_step(fault).map(|step| format!("  next: {step}")));
    lines.join("\n")
}

/// Next step against the fault, as a command.
fn next_step(fault: &Fault) -> Option<String> {
    if fault.may_have_been_carried_out() {
        let words = "look whether it was done before you send it again; \
                     jackfield history list status:unknown has the calls of which that is not known";
        return Some(words.to_owned());
    }
    let words = match fault.kind {
        FaultKind::OtherAccount => {
            let account = fault.account.as_deref().map(argument);
            return account.map(|account| format!("jackfield accounts show {account}"));
        }
        FaultKind::NeedsAuthorization | FaultKind::Denied | FaultKind::LinkExpired | FaultKind::Unfinished => {
            let account = fault.account.as_deref().map(argument);
            return Some(format!("jackfield accounts authorize {}", account.as_deref().unwrap_or("ACCOUNT")));
        }
        FaultKind::KeyRefused => "check SCALEKIT_CLIENT_ID and SCALEKIT_CLIENT_SECRET of this environment",
        FaultKind::RateLimited | FaultKind::BrokerFailed | FaultKind::TimedOut => "try again in a while",
        FaultKind::Network | FaultKind::Unreachable => "check the environment's URL and your connection",
        _ => return None,
    };
    Some(words.to_owned())
}

/// An account as an argument, quoted where a shell would read it otherwise.
fn argument(account: &AccountRef) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.@/+:=,".contains(c);
    let name = account.to_string();
    if name.chars().all(plain) { name } else { format!("'{}'", name.replace('\'', r"'\''")) }
}
