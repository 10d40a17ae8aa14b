//! A list that is printed page by page, as the pages arrive.

use anstyle::Style;
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use unicode_width::UnicodeWidthStr as _;

use super::output::{CliOutput, fault_document};
use super::style;
use crate::domain::{Fault, FaultKind};
use crate::flow::server_content;
use crate::flow::tally::Mismatch;
use crate::json;
use crate::order::StableOrder as _;

/// Columns to which a cell pushes what stands beside it in other rows: one name of any length spoils its own row alone.
const WIDEST: usize = 100;

/// Text of a cell, and its style where there are colours.
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) style: Style,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { text, style: Style::new() }
    }
}

/// Rows under a head line, or the items of one JSON document. Prints nothing before the first row, so
/// that a list that cannot be read at all leaves no half answer behind; and a document that is begun is
/// closed however the list ends, so that it can always be read.
pub(super) struct Table<'a, const N: usize> {
    output: &'a CliOutput,
    /// Key of the items in the JSON document.
    name: &'static str,
    head: [&'static str; N],
    /// Of the columns. They only grow: rows that are printed stay where they are.
    widths: [usize; N],
    begun: bool,
    count: usize,
    over: CancellationToken,
    broken: Option<Fault>,
    closed: bool,
    /// Rows that wait for the last one, with what they are ordered by; none where each is printed as it comes.
    waiting: Option<Vec<(String, [Cell; N])>>,
}

impl<'a, const N: usize> Table<'a, N> {
    pub(super) fn new(output: &'a CliOutput, name: &'static str, head: [&'static str; N]) -> Self {
        Self {
            output,
            name,
            head,
            widths: head.map(str::width),
            begun: false,
            count: 0,
            over: CancellationToken::new(),
            broken: None,
            closed: false,
            waiting: None,
        }
    }

    /// The same with rows in order, for people: what they read is printed once it is complete. Documents stay as
    /// they come.
    pub(super) fn in_order(mut self) -> Self {
        self.waiting = (!self.output.is_json()).then(Vec::new);
        self
    }

    /// Comes true when nobody reads us any more, so that no further page need be fetched.
    pub(super) fn over(&self) -> CancellationToken {
        self.over.clone()
    }

    /// Prints one page, so that a long list begins at once.
    pub(super) fn add<T, J: Serialize, C: Into<Cell>>(
        &mut self,
        page: &[T],
        document: impl Fn(&T) -> J,
        row: impl Fn(&T) -> [C; N],
    ) {
        self.add_by(page, document, row, |_| String::new());
    }

    /// The same; rows that wait are ordered by `key`.
    pub(super) fn add_by<T, J: Serialize, C: Into<Cell>>(
        &mut self,
        page: &[T],
        document: impl Fn(&T) -> J,
        row: impl Fn(&T) -> [C; N],
        key: impl Fn(&T) -> String,
    ) {
        if page.is_empty() {
            return;
        }
        let cells = |item: &T| row(item).map(Into::into);
        self.count += page.len();
        if let Some(waiting) = &mut self.waiting {
            waiting.extend(page.iter().map(|item| (key(item), cells(item))));
            return;
        }
        let text = match self.output.is_json() {
            true => self.items(page, document),
            false => Ok(self.rows(page.iter().map(cells).collect())),
        };
        self.print(text);
        self.begun = true;
    }

    /// Prints the rows that have waited.
    fn settle(&mut self) {
        let Some(mut waiting) = self.waiting.take().filter(|waiting| !waiting.is_empty()) else { return };
        waiting.order_by(|(a, _), (b, _)| a.cmp(b));
        let text = self.rows(waiting.into_iter().map(|(_, row)| row).collect());
        self.print(Ok(text));
        self.begun = true;
    }

    /// Prints what is still to be said of a list that was read to its end.
    ///
    /// # Errors
    /// Something could not be printed, then or earlier.
    pub(super) fn end(self) -> Result<(), Fault> {
        self.end_short_of(0)
    }

    /// The same of a list that lacks so many.
    ///
    /// # Errors
    /// As of [`Table::end`].
    pub(super) fn end_short_of(mut self, missing: u64) -> Result<(), Fault> {
        self.close(missing == 0, None);
        self.broken.take().map_or(Ok(()), Err)
    }

    /// The same of a list of what `noun` names one of, which may have ended early, or differ from what was
    /// announced of it. What arrived is given all the same; where something is missing, the document
    /// says so with the fault.
    ///
    /// # Errors
    /// Why something is missing; or something could not be printed.
    pub(super) fn end_as(self, read: Result<Option<Mismatch>, Fault>, noun: &str) -> Result<(), Fault> {
        let mismatch = match read {
            Ok(mismatch) => mismatch.map(|mismatch| (mismatch.missing(), mismatch.told(noun))),
            Err(fault) => return self.broken_off(fault),
        };
        match mismatch {
            Some((1.., told)) => return self.broken_off(Fault::new(FaultKind::BadAnswer, told)),
            Some((0, told)) => self.output.warning(&told),
            None => {}
        }
        self.end()
    }

    /// The same of a list that lacks the parts that these faults tell of: each is said, and the document has the first.
    ///
    /// # Errors
    /// As of [`Table::end`].
    pub(super) fn end_without(mut self, left_out: &[Fault]) -> Result<(), Fault> {
        self.close(left_out.is_empty(), left_out.first());
        for fault in left_out {
            self.output.warning(&server_content::left_out(std::slice::from_ref(fault)));
        }
        self.broken.take().map_or(Ok(()), Err)
    }

    fn broken_off(mut self, fault: Fault) -> Result<(), Fault> {
        self.settle();
        if self.begun {
            self.close(false, Some(&fault));
        }
        Err(self.broken.take().unwrap_or(fault))
    }

    fn close(&mut self, complete: bool, fault: Option<&Fault>) {
        self.settle();
        self.closed = true;
        if !self.output.is_json() {
            if !self.begun {
                let head = self.rows(Vec::new());
                self.print(Ok(head));
            }
            return;
        }
        let begin = if self.begun { String::new() } else { self.opening() };
        let fault = fault.map(|fault| format!(",\"error\":{}", fault_document(fault))).unwrap_or_default();
        let rest = format!("{begin}],\"total_size\":{},\"complete\":{complete}{fault}}}\n", self.count);
        self.print(Ok(json::escaped(&rest).into_owned()));
    }

    fn opening(&self) -> String {
        format!("{{\"{}\":[", self.name)
    }

    fn items<T, J: Serialize>(&self, page: &[T], document: impl Fn(&T) -> J) -> Result<String, Fault> {
        let mut text = if self.begun { String::new() } else { self.opening() };
        for (at, item) in page.iter().enumerate() {
            if at > 0 || self.begun {
                text.push(',');
            }
            let item = serde_json::to_string(&document(item)).map_err(|error| {
                Fault::new(FaultKind::Local, "The answer could not be written as JSON.").because(error)
            })?;
            text.push_str(&json::escaped(&item));
        }
        Ok(text)
    }

    fn rows(&mut self, rows: Vec<[Cell; N]>) -> String {
        for row in &rows {
            for (width, cell) in self.widths.iter_mut().zip(row) {
                *width = (*width).max(cell.text.width().min(WIDEST));
            }
        }
        let (widths, colored) = (self.widths, self.output.is_colored());
        let line = |cells: [(&str, Style); N]| {
            let used = cells.iter().rposition(|(text, _)| !text.is_empty()).map_or(0, |last| last + 1);
            let mut out = String::new();
            for (at, ((text, style), width)) in cells.into_iter().zip(widths).take(used).enumerate() {
                out.push_str(&style::painted(text, style, colored && !style.is_plain()));
                if at + 1 < used {
                    out.push_str(&" ".repeat(width.saturating_sub(text.width()) + 2));
                }
            }
            format!("{}\n", out.trim_end())
        };
        let head = (!self.begun).then(|| line(self.head.map(|name| (name, style::HEAD))));
        let rows = rows.iter().map(|row| line(row.each_ref().map(|cell| (cell.text.as_str(), cell.style))));
        head.into_iter().chain(rows).collect()
    }

    fn print(&mut self, text: Result<String, Fault>) {
        if self.over.is_cancelled() {
            return;
        }
        match text.and_then(|text| self.output.write(text.as_bytes())) {
            Ok(true) => return,
            Ok(false) => {}
            Err(fault) => self.broken = Some(fault),
        }
        self.over.cancel();
    }
}

impl<const N: usize> Drop for Table<'_, N> {
    /// Whoever was interrupted on the way leaves a document behind that can be read.
    fn drop(&mut self) {
        self.settle();
        if self.begun && !self.closed {
            self.close(false, None);
        }
    }
}
