//! Events of a run as programs read them, one document each.

use serde_json::{Value, json};

use crate::agent::{AgentEvent, CallReturn, Question, end_word};
use crate::cli::output::fault_document;
use crate::domain::{JsonText, Untrusted};
use crate::export::UsageDocument;

/// One event. Texts are as they came; what could steer a terminal is escaped where it is printed.
pub(super) fn document(event: &AgentEvent) -> Value {
    let (name, mut rest) = match event {
        AgentEvent::Began { run, tools, remarks, context_limit } => (
            "began",
            json!({ "run": run.as_str(), "tools": tools, "remarks": remarks, "context_limit": context_limit }),
        ),
        AgentEvent::Said(text) => ("said", json!({ "text": text })),
        AgentEvent::NotTaken(text) => ("not_taken", json!({ "text": text })),
        AgentEvent::Turn(number) => ("turn", json!({ "number": number })),
        AgentEvent::Block => ("block", json!({})),
        AgentEvent::Text(text) => ("text", json!({ "text": text.raw() })),
        AgentEvent::Thinking(text) => ("thinking", json!({ "text": text.raw() })),
        AgentEvent::OtherBlock(kind) => ("other_block", json!({ "kind": kind.raw() })),
        AgentEvent::AnswerRestarted => ("answer_restarted", json!({})),
        AgentEvent::Retrying { after, why } => {
            ("retrying", json!({ "after_ms": u64::try_from(after.as_millis()).ok(), "why": why }))
        }
        AgentEvent::Proposed { call, tool, connection, input } => {
            let connection = Some(connection.raw()).filter(|name| !name.is_empty());
            let (input, text) = match input {
                Ok(input) => (value(input), None),
                Err(text) => (Value::Null, Some(text.raw())),
            };
            (
                "proposed",
                of(call, json!({ "tool": tool.raw(), "connection": connection, "input": input, "input_text": text })),
            )
        }
        AgentEvent::Asking { call, question } => {
            let Question { reasons, sent, is_changed } = question;
            let sent = sent.as_ref().map(value);
            ("asking", of(call, json!({ "reasons": reasons, "sent_input": sent, "changed": is_changed })))
        }
        AgentEvent::AwaitingAccount { call, account, fault } => {
            ("awaiting_account", of(call, json!({ "account": account.to_string(), "error": fault_document(fault) })))
        }
        AgentEvent::Sending { call, edited } => {
            ("sending", of(call, json!({ "edited_input": edited.as_ref().map(value) })))
        }
        AgentEvent::Progress { call, words } => ("progress", of(call, json!({ "words": words }))),
        AgentEvent::Returned { call, result } => ("returned", of(call, returned(result))),
        AgentEvent::Usage { total, last } => {
            ("usage", json!({ "total": UsageDocument::from(*total), "last": UsageDocument::from(*last) }))
        }
        AgentEvent::Notice(words) => ("notice", json!({ "text": words })),
        AgentEvent::Rests(end) => ("rests", json!({ "end": end_word(end), "error": end.fault().map(fault_document) })),
    };
    if let Some(members) = rest.as_object_mut() {
        members.shift_insert(0, "event".to_owned(), name.into());
    }
    rest
}

fn of(call: &Untrusted, mut rest: Value) -> Value {
    if let Some(members) = rest.as_object_mut() {
        members.shift_insert(0, "call".to_owned(), call.raw().into());
    }
    rest
}

fn returned(returned: &CallReturn) -> Value {
    json!({
        "entry": returned.entry.map(|entry| entry.0),
        "sent": !returned.not_sent,
        "result": returned.result.as_ref().map(value),
        "error": returned.fault.as_ref().map(fault_document),
        "told": returned.told.raw(),
        "is_error": returned.is_error,
        "cut": returned.cut,
        "took_ms": returned.took.and_then(|took| u64::try_from(took.as_millis()).ok()),
    })
}

/// JSON as a value: numbers that a double cannot hold lose digits here, and nowhere else.
pub(super) fn value(json: &JsonText) -> Value {
    serde_json::from_str(json.raw()).unwrap_or_default()
}
