//! A receipt as a JSON document: for the journal, and for programs.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{AccountState, Outcome, Receipt, SamePerson};
use crate::domain::{Identity, JsonText, ProofOutcome, SafeMessage, Untrusted};
use crate::flow::identity::Verdict;
use crate::journal::CallKind;

/// The receipt. Texts are as they came.
pub fn document(receipt: &Receipt) -> Value {
    let outcome = receipt.outcome();
    let words = match &outcome {
        Outcome::Proven => None,
        Outcome::SomebodyElse(why)
        | Outcome::Unproven(why)
        | Outcome::StillFailing(why)
        | Outcome::NotAuthorized(why) => Some(why.to_string()),
    };
    let before = match &receipt.same {
        SamePerson::Another(before) => Some(person(before)),
        _ => None,
    };
    json!({
        "account": receipt.account.raw(),
        "connection": receipt.connection.raw(),
        "identifier": receipt.identifier.raw(),
        "at": receipt.at.to_string(),
        "took_seconds": (receipt.took.as_secs_f64() * 10.0).round() / 10.0,
        "outcome": outcome.name(),
        "why": words,
        "summary": receipt.line(),
        "before": receipt.before.as_ref().map(state),
        "after": receipt.after.as_ref().map(state),
        "person": match &receipt.proof {
            Some(ProofOutcome::Identified(now)) => Some(person(now)),
            _ => None,
        },
        "verdict": receipt.verdict.as_ref().map(Verdict::word),
        "is_clean": receipt.is_clean(),
        "same_person": receipt.same.name(),
        "person_before": before,
        "tools": receipt.tools,
        "failed_call": receipt.failed_call.as_ref().map(|call| json!({
            "number": call.entry.0,
            "kind": match call.kind { CallKind::Tool => "tool", CallKind::Proxy => "proxy" },
            "name": call.name.raw(),
            "began": call.began.to_string(),
            "fault": call.fault.as_ref().map(Untrusted::raw),
        })),
    })
}

/// Whether the receipt that a document holds is one of an account that was authorized.
pub fn is_authorized(document: &JsonText) -> bool {
    let receipt: Value = serde_json::from_slice(document.bytes()).unwrap_or_default();
    let outcome = receipt.get("outcome").and_then(Value::as_str);
    outcome.is_some_and(|outcome| outcome != Outcome::NotAuthorized(SafeMessage::default()).name())
}

fn state(state: &AccountState) -> Value {
    let scopes = state.scopes.as_ref().map(|scopes| scopes.iter().map(Untrusted::raw).collect::<Vec<_>>());
    json!({
        "status": state.status.name(),
        "token_expires_at": state.token_expires_at.as_ref().map(Timestamp::to_string),
        "scopes": scopes,
    })
}

fn person(person: &Identity) -> Value {
    let text = |text: &Option<Untrusted>| text.as_ref().map(|text| text.raw().to_owned());
    json!({
        "id": text(&person.id),
        "name": text(&person.name),
        "email": text(&person.email),
        "workspace": text(&person.workspace),
    })
}

/// The person that a document tells of; none where nobody was proven.
pub(super) fn person_of(document: &Value) -> Option<Identity> {
    let told = document.get("person")?.as_object()?;
    let text = |name: &str| told.get(name).and_then(Value::as_str).map(Untrusted::from);
    Some(Identity { id: text("id"), name: text("name"), email: text("email"), workspace: text("workspace") })
}
