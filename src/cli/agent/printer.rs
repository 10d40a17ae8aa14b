//! A run as it happens, for a person: the answer's text on standard output, everything else beside it.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use anstyle::Style;

use super::events;
use crate::agent::{AgentEvent, CallReturn, CallRow, CallState, RunEnd, Transcript, brief, end_sentence};
use crate::cli::output::CliOutput;
use crate::cli::style;
use crate::domain::{Fault, FaultKind, Untrusted, pluralize};

/// Prints what happens.
pub(super) struct Printer {
    output: CliOutput,
    /// Each event as a line of JSON, in place of everything else.
    events: bool,
    thinking: bool,
    /// What was printed last on standard output.
    at: Place,
}

/// Place at which the printing stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing of an answer was printed since the last one ended.
    Beginning,
    /// A text, in the middle of a line or at the beginning of one.
    Text { in_line: bool },
    /// Thinking, on standard error.
    Thinking,
}

impl Printer {
    pub(super) fn new(output: &CliOutput, events: bool, thinking: bool) -> Self {
        Self { output: output.clone(), events, thinking, at: Place::Beginning }
    }

    /// Whether a person reads along.
    fn tells(&self) -> bool {
        !self.events && !self.output.is_json()
    }

    /// Prints an event, which `run` has taken in already.
    pub(super) fn event(&mut self, event: &AgentEvent, run: &Transcript) -> Result<(), Fault> {
        if self.events {
            return self.output.document(&events::document(event));
        }
        if !self.tells() {
            return Ok(());
        }
        match event {
            AgentEvent::Text(piece) => return self.text(piece),
            AgentEvent::Thinking(piece) if self.thinking => self.thought(piece),
            AgentEvent::Turn(_) => self.end_of_text()?,
            AgentEvent::Block => self.end_of_block()?,
            AgentEvent::Began { run, tools, remarks, .. } => {
                let tools = pluralize(*tools as u64, "tool");
                self.beside(&format!("Run {run}, {tools}."))?;
                for remark in remarks {
                    self.beside(&Untrusted::from(remark.as_str()).to_string())?;
                }
            }
            AgentEvent::AnswerRestarted => self.beside("The answer begins again.")?,
            AgentEvent::OtherBlock(kind) => self.beside(&format!("A block of an unknown kind: {kind}."))?,
            AgentEvent::Retrying { after, why } => {
                let why = Untrusted::from(why.as_str());
                self.beside(&format!("{why} Asking again in {} …", seconds(*after)))?;
            }
            AgentEvent::Returned { call, result } => {
                if let Some(row) = run.call(call) {
                    self.beside(&line(row, Some(result), &self.output))?;
                }
            }
            AgentEvent::Progress { call, words } if io::stderr().is_terminal() => {
                if let Some(row) = run.call(call) {
                    self.beside(&format!("  {}: {}", row.tool, Untrusted::from(words.as_str())))?;
                }
            }
            AgentEvent::Notice(words) => self.beside(&Untrusted::from(words.as_str()).to_string())?,
            AgentEvent::Rests(_) => self.end_of_text()?,
            AgentEvent::Said(_)
            | AgentEvent::NotTaken(_)
            | AgentEvent::Thinking(_)
            | AgentEvent::Proposed { .. }
            | AgentEvent::Asking { .. }
            | AgentEvent::AwaitingAccount { .. }
            | AgentEvent::Sending { .. }
            | AgentEvent::Progress { .. }
            | AgentEvent::Usage { .. } => {}
        }
        Ok(())
    }

    /// Says something beside the answer, on lines of its own.
    pub(super) fn beside(&mut self, words: &str) -> Result<(), Fault> {
        self.end_of_text()?;
        self.output.remark(words);
        Ok(())
    }

    fn text(&mut self, piece: &Untrusted) -> Result<(), Fault> {
        if piece.is_empty() {
            return Ok(());
        }
        if self.at == Place::Thinking {
            self.end_of_text()?;
        }
        let text = lines(piece);
        self.output.bytes(text.as_bytes())?;
        self.at = Place::Text { in_line: !text.ends_with('\n') };
        Ok(())
    }

    fn thought(&mut self, piece: &Untrusted) {
        let words = style::painted(&lines(piece), style::MUTED, self.output.is_colored());
        let _ = io::Write::write_all(&mut io::stderr(), words.as_bytes());
        self.at = Place::Thinking;
    }

    /// Ends a block of an answer. Another text is another paragraph.
    fn end_of_block(&mut self) -> Result<(), Fault> {
        let was_text = matches!(self.at, Place::Text { .. });
        self.end_of_text()?;
        if was_text { self.output.bytes(b"\n") } else { Ok(()) }
    }

    /// Ends the line that a text or a thought stands on.
    fn end_of_text(&mut self) -> Result<(), Fault> {
        match std::mem::replace(&mut self.at, Place::Beginning) {
            Place::Text { in_line: true } => self.output.bytes(b"\n")?,
            Place::Thinking => self.output.remark(""),
            Place::Text { in_line: false } | Place::Beginning => {}
        }
        Ok(())
    }

    /// Says how a run stands that rests. A failure is told here and nowhere else.
    pub(super) fn rests(&mut self, end: &RunEnd, run: &Transcript, cost: Option<&str>) -> Result<(), Fault> {
        self.end_of_text()?;
        if let RunEnd::Failed(fault) = end {
            self.output.fault(fault);
            if is_unknown_model(fault) {
                self.output.next("jackfield agent models");
            }
        }
        if !self.tells() {
            return Ok(());
        }
        match end {
            RunEnd::Answered | RunEnd::Failed(_) => {}
            RunEnd::MaxTokens => self.beside(&format!("{} --max-tokens gives it more.", end_sentence(end)))?,
            RunEnd::MaxTurns => self.beside(&format!("{} --max-turns lets it.", end_sentence(end)))?,
            end => self.beside(&end_sentence(end))?,
        }
        // A run that could not begin has nothing to count.
        if run.run.is_none() {
            return Ok(());
        }
        self.beside(&footer(run, cost))
    }
}

/// Whether the server has no such model. Only its API says so with a code; a wrong URL answers without.
fn is_unknown_model(fault: &Fault) -> bool {
    fault.kind == FaultKind::NotFound && fault.http_status == Some(404) && fault.code.is_some()
}

/// A text or a piece of one, each of its lines safe to print.
fn lines(piece: &Untrusted) -> String {
    let mut out = String::with_capacity(piece.raw().len());
    for (at, part) in piece.raw().split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let part = Untrusted::from(part.strip_suffix('\r').unwrap_or(part));
        part.whole_lines().for_each(|line| out.push_str(&line));
    }
    out
}

/// A call on one line: glyph, tool, the arguments that matter, time, and what came of it.
pub(super) fn line(row: &CallRow, returned: Option<&CallReturn>, output: &CliOutput) -> String {
    let (glyph, look) = glyph(row, returned);
    let input = brief::arguments(row.sent());
    let took = returned.and_then(|returned| returned.took).or_else(|| row.took()).map(brief::took);
    let parts = [row.tool.to_string(), input, took.unwrap_or_default(), brief::outcome(row)];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let colored = !output.is_json() && io::stderr().is_terminal() && output.is_colored();
    format!("  {} {}", style::painted(glyph, look, colored), parts.join("  "))
}

fn glyph(row: &CallRow, returned: Option<&CallReturn>) -> (&'static str, Style) {
    let returned = returned.or(row.returned());
    match (returned, &row.state) {
        (Some(CallReturn { not_sent: true, .. }), _) => ("◌", style::MUTED),
        (Some(CallReturn { fault: Some(_), .. }), _) => ("✖", style::BAD),
        (Some(_), _) => ("✓", style::GOOD),
        (None, CallState::Unknown) => ("?", style::WARN),
        (None, _) => ("◐", style::WARN),
    }
}

/// Tokens and cost so far, and how full the conversation is.
pub(super) fn footer(run: &Transcript, cost: Option<&str>) -> String {
    let mut parts: Vec<String> = run.run.iter().map(ToString::to_string).collect();
    parts.push(format!("{} tokens read, {} written", run.total.context(), run.total.output));
    parts.extend(cost.map(str::to_owned));
    if let Some(limit) = run.context_limit.filter(|limit| *limit > 0) {
        let left = limit.saturating_sub(run.last.conversation());
        parts.push(format!("{left} of {limit} tokens of context left"));
    }
    parts.join(" · ")
}

fn seconds(wait: Duration) -> String {
    pluralize(wait.as_secs_f64().ceil() as u64, "second")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model_api::Usage;

    #[test]
    fn pieces_of_a_text_are_printed_as_they_are_but_for_what_steers_a_terminal() {
        let told = |text: &str| lines(&text.into());
        assert_eq!(told("a\n\nb"), "a\n\nb");
        assert_eq!(told("end\n"), "end\n");
        assert_eq!(told("a\r\nb"), "a\nb");
        let hostile = told("x\u{1b}]0;evil\u{7}\u{202e}y");
        assert!(!hostile.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{hostile:?}");
    }

    #[test]
    fn the_footer_says_what_is_left() {
        let run = Transcript {
            total: Usage { input: 100, output: 20, cache_read: 5, cache_write: 1 },
            last: Usage { input: 50, output: 10, ..Usage::default() },
            context_limit: Some(200),
            ..Transcript::default()
        };
        let told = footer(&run, Some("USD 0.0012"));
        assert_eq!(told, "106 tokens read, 20 written · USD 0.0012 · 140 of 200 tokens of context left");
    }
}
