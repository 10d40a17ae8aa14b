//! The transcript for people.
//!
//! Whatever a model or a tool says stands in a fence that it cannot close, or in a span of code that it cannot end, so
//! that it is no Markdown: it forges no heading, and no picture or link in it tells anybody that somebody reads it.

use std::fmt::Write as _;

use super::{ExportedCall, ExportedItem, ExportedRun};
use crate::domain::{JsonText, Untrusted};
use crate::json::{escaped, pretty};

/// The transcript. Lines that could steer a terminal are marked.
pub(super) fn transcript(run: &ExportedRun) -> String {
    let mut out = String::new();
    head(&mut out, run);
    let mut calls = 0;
    for item in &run.items {
        match item {
            ExportedItem::Said(text) => section(&mut out, "## The person", text),
            ExportedItem::Text(text) => section(&mut out, "## The model", text),
            ExportedItem::Thinking(text) => section(&mut out, "## The model thinks", text),
            ExportedItem::Other(kind) => line(&mut out, &format!("A block of an unknown kind, {}.", code(kind))),
            ExportedItem::Notice(text) => line(&mut out, &format!("Note: {}", code(text))),
            ExportedItem::Rests(_, text) => line(&mut out, &format!("End: {}", code(text))),
            ExportedItem::Call(of) => {
                calls += 1;
                call(&mut out, of, calls);
            }
        }
    }
    out
}

fn head(out: &mut String, run: &ExportedRun) {
    let connections: Vec<_> = run.connections.iter().map(code).collect();
    let connections = if connections.is_empty() { "all".to_owned() } else { connections.join(", ") };
    let usage = run.usage;
    let tokens = format!(
        "{} read, {} written, {} from the cache, {} into the cache",
        usage.input, usage.output, usage.cache_read, usage.cache_write
    );
    let rows = [
        ("Run", code(&run.id)),
        ("Environment", code(&run.environment)),
        ("As", code(&run.identifier)),
        ("Connections", connections),
        ("Mode", code(&run.mode)),
        ("Model", code(&run.model)),
        ("Began", run.began.to_string()),
        ("Last change", run.changed.to_string()),
        ("Tokens", tokens),
    ];
    let _ = writeln!(out, "# Run of an agent\n");
    for (name, value) in rows.iter().map(|(name, value)| (*name, value)) {
        let _ = writeln!(out, "* {name}: {value}");
    }
    if let Some(cost) = &run.cost {
        let _ = writeln!(out, "* Cost: {}", code(cost));
    }
}

fn call(out: &mut String, call: &ExportedCall, number: usize) {
    let on = if call.connection.is_empty() { String::new() } else { format!(" on {}", code(&call.connection)) };
    let _ = writeln!(out, "\n## Call {number}: {}{on}\n", code(&call.tool));
    let mut facts = vec![call.outcome.words().to_owned()];
    facts.extend(call.took.map(|took| format!("{} ms", took.as_millis())));
    facts.extend(call.entry.map(|entry| format!("entry {entry} of the history")));
    let _ = writeln!(out, "{}.", facts.join(", "));
    match &call.input {
        Ok(input) => json(out, "Input", input),
        Err(text) => fence(out, "Input, which is no JSON object", "text", &lines(text)),
    }
    if let Some(edited) = &call.edited {
        json(out, "Input as the person changed it", edited);
    }
    if let Some(result) = &call.result {
        json(out, "Result", result);
    }
    if let Some(fault) = &call.fault {
        let _ = writeln!(out, "\n{}: {}", fault.headline(), code(fault));
    }
    if let Some(cut) = &call.cut {
        let _ = writeln!(out, "\nThe model was given a part of it: {}", code(cut));
    }
    // Of a result that it was given whole, the model was told nothing else.
    if let Some(told) = call.told.as_ref().filter(|_| call.is_error || call.result.is_none() || call.cut.is_some()) {
        fence(out, "What the model was told", "text", &lines(told));
    }
}

fn section(out: &mut String, heading: &str, text: &Untrusted) {
    let _ = writeln!(out, "\n{heading}\n");
    fenced(out, "text", &lines(text));
}

fn line(out: &mut String, text: &str) {
    let _ = writeln!(out, "\n{text}");
}

fn json(out: &mut String, title: &str, json: &JsonText) {
    fence(out, title, "json", &escaped(&pretty(json)));
}

fn fence(out: &mut String, title: &str, language: &str, text: &str) {
    let _ = writeln!(out, "\n{title}:\n");
    fenced(out, language, text);
}

/// A block of code that nothing in `text` ends: its fence is longer than any that stands there.
fn fenced(out: &mut String, language: &str, text: &str) {
    let fence = "`".repeat((longest_run(text) + 1).max(3));
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    let _ = writeln!(out, "{fence}{language}\n{text}{end}{fence}");
}

/// A span of code on one line, which nothing in `text` ends.
fn code(text: &impl ToString) -> String {
    // A field of ours may hold the mark of a line's end; a span must not.
    let text = Untrusted::from(text.to_string()).to_string();
    let ticks = "`".repeat(longest_run(&text) + 1);
    let pad = if text.is_empty() || text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// Length of the longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

/// The text, each line safe to show.
fn lines(text: &Untrusted) -> String {
    text.whole_lines().collect::<Vec<_>>().join("\n")
}
