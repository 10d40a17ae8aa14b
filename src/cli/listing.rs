//! A list that is printed page by page, as the pages arrive.

use serde::Serialize;
use tokio_util::sync::CancellationToken;
use unicode_width::UnicodeWidthStr as _;

use super::output::Output;
use crate::domain::{Fault, FaultKind};
use crate::json;

/// Rows under a head line, or the items of one JSON document. Prints nothing before the first page,
/// so that a list that cannot be read at all leaves no half answer behind.
pub(super) struct Listing<'a, const N: usize> {
    output: &'a Output,
    /// What the document calls its items.
    name: &'static str,
    head: [&'static str; N],
    /// Of the columns. They only grow: rows that are printed stay where they are.
    widths: [usize; N],
    begun: bool,
    count: usize,
    over: CancellationToken,
    broken: Option<Fault>,
}

impl<'a, const N: usize> Listing<'a, N> {
    pub(super) fn new(output: &'a Output, name: &'static str, head: [&'static str; N]) -> Self {
        Self {
            output,
            name,
            head,
            widths: head.map(str::width),
            begun: false,
            count: 0,
            over: CancellationToken::new(),
            broken: None,
        }
    }

    /// Comes true when nobody reads us any more, so that no further page need be fetched.
    pub(super) fn over(&self) -> CancellationToken {
        self.over.clone()
    }

    /// Prints one page.
    pub(super) fn add<T, J: Serialize>(
        &mut self,
        page: &[T],
        document: impl Fn(&T) -> J,
        row: impl Fn(&T) -> [String; N],
    ) {
        let text = match self.output.is_json() {
            true => self.items(page, document),
            false => Ok(self.rows(page.iter().map(row).collect())),
        };
        self.print(text);
        self.begun = true;
        self.count += page.len();
    }

    /// Prints what is still missing. Where a page failed, it is not to be called: a document that
    /// breaks off cannot be taken for a whole one.
    ///
    /// # Errors
    /// Something could not be printed, then or earlier.
    pub(super) fn end(mut self) -> Result<(), Fault> {
        if !self.begun {
            self.add(&[], |_: &()| (), |()| [const { String::new() }; N]);
        }
        if self.output.is_json() {
            self.print(Ok(format!("],\"total_size\":{}}}\n", self.count)));
        }
        self.broken.map_or(Ok(()), Err)
    }

    fn items<T, J: Serialize>(&self, page: &[T], document: impl Fn(&T) -> J) -> Result<String, Fault> {
        let mut text = if self.begun { String::new() } else { format!("{{\"{}\":[", self.name) };
        for (at, item) in page.iter().enumerate() {
            if at > 0 || self.count > 0 {
                text.push(',');
            }
            let item = serde_json::to_string(&document(item)).map_err(|error| {
                Fault::new(FaultKind::Local, "The answer could not be written as JSON.").said(error.to_string())
            })?;
            text.push_str(&json::escaped(&item));
        }
        Ok(text)
    }

    fn rows(&mut self, rows: Vec<[String; N]>) -> String {
        for row in &rows {
            for (width, cell) in self.widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        let line = |cells: [&str; N]| {
            let mut out = String::new();
            for (cell, width) in cells.into_iter().zip(self.widths) {
                out.push_str(cell);
                out.push_str(&" ".repeat(width.saturating_sub(cell.width()) + 2));
            }
            format!("{}\n", out.trim_end())
        };
        let head = (!self.begun).then(|| line(self.head));
        head.into_iter().chain(rows.iter().map(|row| line(row.each_ref().map(String::as_str)))).collect()
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
