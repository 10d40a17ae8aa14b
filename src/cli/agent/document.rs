//! A run as programs read it at its end.

use serde_json::{Value, json};

use super::events;
use crate::agent::{CallRow, CallState, RunEnd, Transcript, TranscriptItem, end_word};
use crate::cli::output::fault_document;
use crate::domain::Untrusted;

/// The answer to the last message, with the calls that were made for it.
pub(super) fn of(run: &Transcript, end: &RunEnd, cost: Option<&str>) -> Value {
    let begin = run.items.iter().rposition(|item| matches!(item, TranscriptItem::Said(_))).unwrap_or_default();
    let last = run.items.get(begin..).unwrap_or_default();
    let texts: Vec<&str> = last
        .iter()
        .filter_map(|item| match item {
            TranscriptItem::Text(text) => Some(Untrusted::raw(text)),
            _ => None,
        })
        .collect();
    let calls: Vec<Value> = last
        .iter()
        .filter_map(|item| match item {
            TranscriptItem::Call(row) => Some(call(row)),
            _ => None,
        })
        .collect();
    let words = match end {
        RunEnd::Refused(words) => words.as_ref().map(|words| words.raw().to_owned()),
        RunEnd::UnknownReason(reason) => Some(reason.raw().to_owned()),
        _ => None,
    };
    let fault = match end {
        RunEnd::Failed(fault) => Some(fault_document(fault)),
        _ => None,
    };
    json!({
        "run": run.run.as_ref().map(|run| run.as_str()),
        "end": end_word(end),
        "reason": words,
        "error": fault,
        "text": texts.join("\n\n"),
        "calls": calls,
        "usage": events::usage(run.total),
        "cost": cost,
        "context": { "used": run.last.context().saturating_add(run.last.output), "limit": run.context_limit },
    })
}

fn call(row: &CallRow) -> Value {
    let returned = match &row.state {
        CallState::Returned(returned) => Some(returned),
        _ => None,
    };
    let outcome = match (returned, &row.state) {
        (Some(returned), _) if returned.not_sent => "not_sent",
        (Some(returned), _) if returned.fault.is_some() => "failed",
        (Some(_), _) => "answered",
        (None, CallState::Unknown) => "unknown",
        (None, _) => "open",
    };
    json!({
        "tool": row.tool.raw(),
        "connection": Some(row.connection.raw()).filter(|name| !name.is_empty()),
        "input": row.edited.as_ref().or(row.input.as_ref().ok()).map(events::value),
        "outcome": outcome,
        "entry": returned.and_then(|returned| returned.entry).map(|entry| entry.0),
        "took_ms": row.took().and_then(|took| u64::try_from(took.as_millis()).ok()),
        "error": returned.and_then(|returned| returned.fault.as_ref()).map(fault_document),
    })
}
