//! A run as programs read it at its end.

use serde_json::{Value, json};

use super::events;
use crate::agent::{CallRow, RunEnd, Transcript, TranscriptItem, end_word};
use crate::cli::output::fault_document;
use crate::domain::Untrusted;
use crate::export::UsageDocument;

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
    json!({
        "run": run.run.as_ref().map(|run| run.as_str()),
        "end": end_word(end),
        "reason": end.words().map(Untrusted::raw),
        "error": end.fault().map(fault_document),
        "text": texts.join("\n\n"),
        "calls": calls,
        "usage": UsageDocument::from(run.total),
        "cost": cost,
        "context": { "used": run.last.conversation(), "limit": run.context_limit },
    })
}

fn call(row: &CallRow) -> Value {
    let returned = row.returned();
    json!({
        "tool": row.tool.raw(),
        "connection": Some(row.connection.raw()).filter(|name| !name.is_empty()),
        "input": row.edited.as_ref().or(row.input.as_ref().ok()).map(events::value),
        "outcome": row.outcome().slug(),
        "entry": returned.and_then(|returned| returned.entry).map(|entry| entry.0),
        "took_ms": row.took().and_then(|took| u64::try_from(took.as_millis()).ok()),
        "error": returned.and_then(|returned| returned.fault.as_ref()).map(fault_document),
    })
}
