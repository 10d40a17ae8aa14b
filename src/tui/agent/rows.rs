//! Items of a transcript as rows of a given width. Only those that somebody looks at are laid out.

use std::collections::{HashMap, HashSet};

use crate::agent::{CallRow, CallState, RunEnd, TranscriptItem, brief};
use crate::domain::{Untrusted, pluralize, scrub};
use crate::tui::widgets::text;

/// Row of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Meaning, which gives its style.
    pub(super) kind: RowKind,
    /// Words, safe to show. Of a call, its arguments in short.
    pub(super) text: String,
    /// Of a call, what came of it in short. To tell it, the result has to be read.
    pub(super) outcome: String,
}

impl Row {
    fn new(kind: RowKind, text: String) -> Self {
        Self { kind, text, outcome: String::new() }
    }
}

/// Meaning of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowKind {
    /// Air between things of different kinds.
    Blank,
    /// First row of the person's message.
    Said,
    /// More of the person's message.
    SaidOn,
    /// Text of the model.
    Text,
    /// Heading in it.
    Heading,
    /// Code in it.
    Code,
    /// What can be passed over: thinking, notices.
    Quiet,
    /// A call, with what came of it.
    Call,
    /// Reason against a call.
    Reason,
    /// An argument of a call that waits.
    Argument,
    /// Keys that answer a call that waits for a decision.
    QuestionKeys,
    /// Keys that answer a call that waits for its account.
    AccountKeys,
    /// What the run ended with, where that is no answer.
    End,
}

/// Arguments of a call that are shown below it while it waits.
const ARGUMENTS: usize = 6;

/// Characters of each of them.
const ARGUMENT: usize = 160;

/// Rows of what speaks against a call.
const REASONS: usize = 4;

/// An item that was laid out.
#[derive(Debug, Default)]
struct Laid {
    rows: Vec<Row>,
    /// Bytes of the text that are laid out.
    taken: usize,
    /// The beginning that does not change as more comes: bytes, rows, and whether code is open after it.
    settled: (usize, usize, bool),
}

/// Items that were laid out, by their place in the transcript.
#[derive(Debug, Default)]
pub(super) struct Rows {
    width: usize,
    laid: HashMap<usize, Laid>,
}

impl Rows {
    /// Takes another width.
    pub(super) fn fit(&mut self, width: usize) {
        if self.width != width {
            self.width = width;
            self.laid.clear();
        }
    }

    /// Forgets how an item was laid out.
    pub(super) fn forget(&mut self, item: usize) {
        self.laid.remove(&item);
    }

    /// Forgets all of it.
    pub(super) fn forget_all(&mut self) {
        self.laid.clear();
    }

    /// Number of items that are laid out.
    pub(super) fn count(&self) -> usize {
        self.laid.len()
    }

    /// Rows of an item that is laid out already.
    pub(super) fn known(&self, item: usize) -> &[Row] {
        self.laid.get(&item).map_or(&[], |laid| &laid.rows)
    }

    /// Rows of an item.
    pub(super) fn of(&mut self, items: &[TranscriptItem], item: usize, unfolded: &HashSet<usize>) -> &[Row] {
        let Some(content) = items.get(item) else { return &[] };
        let columns = self.width.saturating_sub(INDENT).max(8);
        let before = item.checked_sub(1).and_then(|before| items.get(before));
        let laid = self.laid.entry(item).or_default();
        match content {
            TranscriptItem::Text(text) => grow(laid, text, columns, before, content),
            _ if !laid.rows.is_empty() => {}
            _ => {
                let rows = rows_of(content, columns, unfolded.contains(&item));
                let has_gap = !rows.is_empty() && gap(before, content);
                laid.rows = has_gap.then(blank).into_iter().chain(rows).collect();
            }
        }
        &laid.rows
    }
}

/// Columns before what is wrapped.
pub(super) const INDENT: usize = 2;

fn blank() -> Row {
    Row::new(RowKind::Blank, String::new())
}

/// Whether air stands between an item and the one before it.
fn gap(before: Option<&TranscriptItem>, item: &TranscriptItem) -> bool {
    let sort = |item: &TranscriptItem| match item {
        TranscriptItem::Said(_) => 0,
        TranscriptItem::Text(_) | TranscriptItem::Thinking(_) | TranscriptItem::OtherBlock(_) => 1,
        TranscriptItem::Call(_) => 2,
        TranscriptItem::Notice(_) | TranscriptItem::Rests(_) => 3,
    };
    // Blocks of text are paragraphs.
    let is_text = |item: &TranscriptItem| matches!(item, TranscriptItem::Text(_));
    before.is_some_and(|before| sort(before) != sort(item) || sort(item) == 0 || (is_text(before) && is_text(item)))
}

/// Lays out what came of a text since. What ends in a line break stays as it is.
fn grow(laid: &mut Laid, text: &Untrusted, columns: usize, before: Option<&TranscriptItem>, item: &TranscriptItem) {
    let raw = text.raw();
    if laid.taken == raw.len() && !laid.rows.is_empty() || raw.trim().is_empty() {
        return;
    }
    let (mut from, mut rows, mut in_code) = laid.settled;
    if raw.len() < laid.taken || !raw.is_char_boundary(from) {
        (from, rows, in_code) = (0, 0, false);
    }
    laid.rows.truncate(rows);
    if laid.rows.is_empty() && gap(before, item) {
        laid.rows.push(blank());
    }
    let mut rest = raw.get(from..).unwrap_or_default();
    while let Some((line, after)) = rest.split_once('\n') {
        prose(line, columns, &mut in_code, &mut laid.rows);
        from += line.len() + 1;
        rest = after;
    }
    laid.settled = (from, laid.rows.len(), in_code);
    if !rest.is_empty() {
        prose(rest, columns, &mut in_code, &mut laid.rows);
    }
    laid.taken = raw.len();
}

/// One line of a text in rows. Of Markdown, headings and code are told apart; the rest reads well as it is.
fn prose(line: &str, columns: usize, in_code: &mut bool, rows: &mut Vec<Row>) {
    let line = line.trim_end().replace('\t', "    ");
    let is_fence = line.trim_start().starts_with("```");
    let kind = match () {
        () if is_fence || *in_code => RowKind::Code,
        () if line.starts_with('#') => RowKind::Heading,
        () => RowKind::Text,
    };
    *in_code ^= is_fence;
    // Several empty lines are air as well.
    if line.is_empty() && rows.last().is_none_or(|row| row.text.is_empty()) {
        return;
    }
    rows.extend(wrapped(&line, columns).into_iter().map(|text| Row::new(kind, text)));
}

/// A line in rows that all begin where it begins.
fn wrapped(line: &str, columns: usize) -> Vec<String> {
    let shown = scrub(line, usize::MAX);
    let words = shown.trim_start();
    let indent = (shown.len() - words.len()).min(columns / 2);
    let rows = text::wrap_in(words, columns.saturating_sub(indent), usize::MAX - 1);
    rows.into_iter().map(|row| format!("{:indent$}{row}", "")).collect()
}

fn rows_of(item: &TranscriptItem, columns: usize, is_unfolded: bool) -> Vec<Row> {
    let row = Row::new;
    let quiet = |words: &str| wrapped(words, columns).into_iter().map(|text| row(RowKind::Quiet, text)).collect();
    match item {
        TranscriptItem::Said(said) => {
            let lines = said.trim_end().split('\n').flat_map(|line| wrapped(line.trim_end(), columns));
            let kind = |at| if at == 0 { RowKind::Said } else { RowKind::SaidOn };
            lines.enumerate().map(|(at, text)| row(kind(at), text)).collect()
        }
        // It is laid out as it grows.
        TranscriptItem::Text(_) => Vec::new(),
        TranscriptItem::Thinking(thinking) => thought(thinking, columns, is_unfolded),
        TranscriptItem::OtherBlock(block) => {
            let words = format!("A block that jackfield does not know: {block}");
            vec![row(RowKind::Quiet, text::fit(&words, columns).into_owned())]
        }
        TranscriptItem::Notice(notice) => quiet(notice),
        TranscriptItem::Rests(end) => {
            let lines = ended(end).into_iter().flat_map(|words| text::paragraph(&words, columns));
            lines.map(|text| row(RowKind::End, text)).collect()
        }
        TranscriptItem::Call(call) => called(call, columns),
    }
}

fn thought(thinking: &Untrusted, columns: usize, is_unfolded: bool) -> Vec<Row> {
    let count = thinking.raw().split_whitespace().count() as u64;
    let mark = if is_unfolded { '▾' } else { '▸' };
    let head = match count {
        0 => format!("{mark} thought for a while"),
        _ => format!("{mark} thought for a while ({})", pluralize(count, "word")),
    };
    let mut rows = vec![Row::new(RowKind::Quiet, text::fit(&head, columns).into_owned())];
    if is_unfolded {
        let room = columns.saturating_sub(INDENT);
        let lines = thinking.raw().lines().flat_map(|line| wrapped(line.trim_end(), room));
        rows.extend(lines.map(|line| Row::new(RowKind::Quiet, format!("  {line}"))));
    }
    rows
}

/// Sentences on an end that is no answer.
fn ended(end: &RunEnd) -> Vec<String> {
    let one = |words: &str| vec![words.to_owned()];
    match end {
        RunEnd::Answered => Vec::new(),
        RunEnd::MaxTokens => one("The answer was cut off at the limit of its tokens. A message goes on from here."),
        RunEnd::MaxTurns => one("The model was asked as often as it may be for one message. A message goes on."),
        RunEnd::Refused(None) => one("The model refused to answer."),
        RunEnd::Refused(Some(words)) => vec!["The model refused to answer.".to_owned(), format!("“{words}”")],
        RunEnd::ContextFull => one("The conversation does not fit into the model any more. Begin a new run."),
        RunEnd::UnknownReason(reason) => vec![format!("The model stopped for a reason that is not known: {reason}")],
        RunEnd::Stopped => one("Stopped. What was said and done stays; a message goes on from here."),
        RunEnd::Failed(fault) => {
            let said = fault.said.iter().map(|words| format!("“{words}”"));
            [format!("{}: {}", fault.headline(), fault.message)].into_iter().chain(said).collect()
        }
    }
}

/// A call, and while it waits what it waits for.
fn called(call: &CallRow, columns: usize) -> Vec<Row> {
    let row = Row::new;
    let mut rows = vec![Row { outcome: brief::outcome(call), ..row(RowKind::Call, brief::arguments(call.sent())) }];
    let room = columns.saturating_sub(4);
    match &call.state {
        CallState::Asking(question) => {
            let reasons = text::wrap_in(&scrub(&question.reasons.join(" "), usize::MAX), room, REASONS);
            rows.extend(reasons.into_iter().filter(|line| !line.is_empty()).map(|line| row(RowKind::Reason, line)));
            rows.extend(arguments(call, room).into_iter().map(|line| row(RowKind::Argument, line)));
            rows.push(row(RowKind::QuestionKeys, String::new()));
        }
        CallState::AwaitingAccount(account, fault) => {
            let (label, message) = (account.to_string(), fault.message.to_string());
            let words = if message.starts_with(&label) { message } else { format!("{label}: {message}") };
            rows.extend(text::wrap_in(&words, room, REASONS).into_iter().map(|line| row(RowKind::Reason, line)));
            rows.push(row(RowKind::AccountKeys, String::new()));
        }
        CallState::Proposed | CallState::Running(_) | CallState::Returned(_) | CallState::Unknown => {}
    }
    rows
}

fn arguments(call: &CallRow, columns: usize) -> Vec<String> {
    let Ok(input) = call.sent() else { return Vec::new() };
    let mut lines = brief::members(input, ARGUMENTS + 1, ARGUMENT);
    let is_more = lines.len() > ARGUMENTS;
    lines.truncate(ARGUMENTS);
    let mut lines: Vec<String> =
        lines.into_iter().map(|(name, value)| text::fit(&format!("{name}: {value}"), columns).into_owned()).collect();
    if is_more {
        lines.push("…".to_owned());
    }
    lines
}
