//! One exchange in full, as rows to scroll through.

use ratatui::layout::Size;

use crate::backend::http_log::{Exchange, ExchangeKind, Headers, KeptBody};
use crate::domain::{JsonText, Untrusted};
use crate::json::pretty;
use crate::tui::widgets::list::{Cursor, Move};
use crate::tui::widgets::{text, time};

/// Kind of a row, which gives its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// Name of what follows.
    Heading,
    /// Fact or header.
    Fact,
    /// Part of a body.
    Body,
    /// What went wrong.
    Bad,
    /// Remark on what is not there.
    Remark,
}

/// Rows of an exchange, and the place among them.
#[derive(Debug)]
pub struct Detail {
    lines: Vec<(RowKind, String)>,
    /// Lines broken at the edge, safe to show.
    rows: Vec<(RowKind, String)>,
    width: u16,
    top: usize,
}

impl Detail {
    /// The exchange, laid out for this room.
    pub fn new(exchange: &Exchange, room: Size) -> Self {
        let mut detail = Self { lines: lines(exchange), rows: Vec::new(), width: 0, top: 0 };
        detail.fit(room);
        detail
    }

    /// Lays it out anew where the width has changed.
    pub fn fit(&mut self, room: Size) {
        if self.width != room.width {
            self.width = room.width;
            let columns = usize::from(room.width).max(1);
            self.rows = self.lines.iter().flat_map(|(kind, line)| broken(*kind, line, columns)).collect();
        }
        self.top = self.top.min(self.rows.len().saturating_sub(usize::from(room.height)));
    }

    /// Scrolls.
    pub fn step(&mut self, step: Move, room: Size) {
        let height = usize::from(room.height);
        let rows = self.rows.len().saturating_sub(height) + 1;
        let mut cursor = Cursor { row: self.top, top: 0 };
        cursor.step(step.in_rows(height), rows, rows);
        self.top = cursor.row;
    }

    /// The rows that are seen.
    pub fn seen(&self, height: usize) -> impl Iterator<Item = &(RowKind, String)> {
        self.rows.iter().skip(self.top).take(height)
    }

    /// Place among the rows: the last one seen, and how many there are.
    pub fn position(&self, height: usize) -> (usize, usize) {
        ((self.top + height).min(self.rows.len()), self.rows.len())
    }
}

/// The line in rows of at most so many columns, broken wherever that is: the blanks of a body count.
fn broken(kind: RowKind, line: &str, columns: usize) -> Vec<(RowKind, String)> {
    let mut rows = Vec::new();
    let mut rest = line;
    loop {
        let (row, more) = text::split(rest, columns);
        // A character that is wider than the window ends the line.
        let more = if row.is_empty() { "" } else { more };
        rows.push((kind, row.to_owned()));
        if more.is_empty() {
            return rows;
        }
        rest = more;
    }
}

fn lines(exchange: &Exchange) -> Vec<(RowKind, String)> {
    let mut lines = Lines(Vec::new());
    match exchange.kind {
        ExchangeKind::Http => {
            lines.add(RowKind::Heading, &format!("{} {}{}", exchange.method, exchange.origin, exchange.target));
        }
        ExchangeKind::Rpc => lines.add(RowKind::Heading, &format!("{} at {}", exchange.target, exchange.origin)),
        ExchangeKind::Message => {
            lines.add(RowKind::Heading, &format!("{} of {}", exchange.method, exchange.origin));
            lines.add(RowKind::Fact, &time::absolute(exchange.at));
            lines.body(exchange.received, exchange.received_body.as_ref());
            return lines.0;
        }
    }
    let mut facts = vec![
        match (exchange.status, exchange.kind, exchange.fault) {
            (Some(status), ..) => status.to_string(),
            (None, ExchangeKind::Rpc, None) => "answered".to_owned(),
            (None, ..) => "no answer".to_owned(),
        },
        time::took(exchange.took),
        format!("attempt {}", exchange.attempt),
        format!("{} sent", text::size(usize::try_from(exchange.sent).unwrap_or(usize::MAX))),
        format!("{} received", text::size(usize::try_from(exchange.received).unwrap_or(usize::MAX))),
        time::absolute(exchange.at),
    ];
    facts.extend(exchange.fault.map(|fault| fault.slug().to_owned()));
    lines.add(RowKind::Fact, &facts.join(" · "));
    if let Some(problem) = &exchange.problem {
        lines.add(RowKind::Bad, &format!("✗ {problem}"));
    }
    lines.message("Request", &exchange.sent_headers, exchange.sent, exchange.sent_body.as_ref());
    if exchange.status.is_some() || exchange.received_body.is_some() {
        lines.message("Response", &exchange.received_headers, exchange.received, exchange.received_body.as_ref());
    }
    lines.0
}

struct Lines(Vec<(RowKind, String)>);

impl Lines {
    fn add(&mut self, kind: RowKind, text: &str) {
        self.0.extend(text.split('\n').map(|line| (kind, Untrusted::from(line).to_string())));
    }

    fn message(&mut self, name: &str, headers: &Headers, bytes: u64, body: Option<&KeptBody>) {
        self.add(RowKind::Fact, "");
        self.add(RowKind::Heading, name);
        for (name, value) in headers {
            // A line break in a value would look like another header.
            self.0.push((
                RowKind::Fact,
                format!("{}: {}", Untrusted::from(name.as_str()), Untrusted::from(value.as_str())),
            ));
        }
        self.body(bytes, body);
    }

    fn body(&mut self, bytes: u64, body: Option<&KeptBody>) {
        self.add(RowKind::Fact, "");
        match body {
            Some(body) => {
                let text = JsonText::parse(body.text.clone()).map_or_else(|_| body.text.clone(), |json| pretty(&json));
                self.add(RowKind::Body, &text);
                if body.cut {
                    self.add(RowKind::Remark, "… cut here; the rest was not kept");
                }
            }
            None if bytes == 0 => self.add(RowKind::Remark, "no body"),
            None => self.add(RowKind::Remark, "body not kept: it may hold credentials, is not text, or made room"),
        }
    }
}
