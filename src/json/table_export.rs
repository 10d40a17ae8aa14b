//! A table as a text for other programs: CSV, TSV, Markdown, JSON Lines.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::excerpt::{unescaped, unquoted};
use super::pretty::compact;
use super::{JsonTable, NodeId, NodeKind, quoted};

/// Rows that are written between two looks at the stop flag.
const STRIDE: usize = 256;

/// Form of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// Comma-separated values, RFC 4180.
    Csv,
    /// Tab-separated values, quoted as CSV is.
    Tsv,
    /// A Markdown table.
    Markdown,
    /// A JSON object a line.
    JsonLines,
}

impl TableFormat {
    /// Format that a file name asks for by its ending; none for other endings.
    pub fn of_file(name: &str) -> Option<Self> {
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
        Some(match ending.as_str() {
            "csv" => Self::Csv,
            "tsv" | "tab" => Self::Tsv,
            "md" | "markdown" => Self::Markdown,
            "jsonl" | "ndjson" => Self::JsonLines,
            _ => return None,
        })
    }

    /// Name on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Tsv => "TSV",
            Self::Markdown => "Markdown",
            Self::JsonLines => "JSON Lines",
        }
    }
}

/// Part of a table that is written: these rows and columns, in this order.
#[derive(Clone)]
pub struct TableExport {
    /// Table that they belong to.
    pub table: Arc<JsonTable>,
    /// Rows, by their places in the array; none for all of them as they came.
    pub rows: Option<Vec<u32>>,
    /// Columns, by their places in the table.
    pub columns: Vec<usize>,
}

impl fmt::Debug for TableExport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TableExport({} rows, {} columns)", self.len(), self.columns.len())
    }
}

impl TableExport {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.as_ref().map_or(self.table.len(), Vec::len)
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The text in this format. Ends early, and then means nothing, soon after `stop` is set.
    pub fn write(&self, format: TableFormat, stop: &AtomicBool) -> String {
        match format {
            TableFormat::Csv => self.separated(b',', stop),
            TableFormat::Tsv => self.separated(b'\t', stop),
            TableFormat::Markdown => self.markdown(stop),
            TableFormat::JsonLines => self.json_lines(stop),
        }
    }

    /// Rows until `stop` is set.
    fn rows<'s>(&'s self, stop: &'s AtomicBool) -> impl Iterator<Item = usize> + 's {
        let row = |at: usize| match &self.rows {
            Some(rows) => rows.get(at).map(|row| *row as usize),
            None => Some(at),
        };
        (0..self.len()).take_while(|at| at % STRIDE != 0 || !stop.load(Ordering::Relaxed)).filter_map(row)
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| self.table.columns().get(*column).map_or("", |column| column.name.as_str()))
    }

    /// Cells of a row; an item that is no object stands in the first.
    fn cells(&self, row: usize) -> impl Iterator<Item = Cow<'_, str>> + '_ {
        let item = self.table.item(row).filter(|item| self.table.document().kind(*item) != NodeKind::Object);
        self.columns.iter().enumerate().map(move |(at, column)| {
            let cell = item.filter(|_| at == 0).or_else(|| self.table.cell(row, *column));
            cell.map_or(Cow::Borrowed(""), |cell| self.plain(cell))
        })
    }

    /// A text without its quotes, everything else as JSON on one line.
    fn plain(&self, node: NodeId) -> Cow<'_, str> {
        let raw = self.table.document().raw(node);
        match (unquoted(raw), std::str::from_utf8(raw)) {
            (Some(inside), _) => match std::str::from_utf8(inside) {
                Ok(plain) if !inside.contains(&b'\\') => Cow::Borrowed(plain),
                _ => Cow::Owned(unescaped(inside).collect()),
            },
            (None, Ok(json)) => compact(json),
            (None, Err(_)) => Cow::Borrowed(""),
        }
    }

    fn separated(&self, separator: u8, stop: &AtomicBool) -> String {
        let mut writer = csv::WriterBuilder::new().delimiter(separator).flexible(true).from_writer(Vec::new());
        // Writing into memory does not fail.
        let _ = writer.write_record(self.names());
        for row in self.rows(stop) {
            let _ = writer.write_record(self.cells(row).map(|cell| cell.into_owned().into_bytes()));
        }
        String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
    }

    fn markdown(&self, stop: &AtomicBool) -> String {
        let line = |cells: &mut dyn Iterator<Item = Cow<'_, str>>, out: &mut String| {
            out.push('|');
            for cell in cells {
                out.push(' ');
                escape(&cell, out);
                out.push_str(" |");
            }
            out.push('\n');
        };
        let mut out = String::new();
        line(&mut self.names().map(Cow::Borrowed), &mut out);
        out.push('|');
        self.columns.iter().for_each(|_| out.push_str(" --- |"));
        out.push('\n');
        for row in self.rows(stop) {
            line(&mut self.cells(row), &mut out);
        }
        out
    }

    fn json_lines(&self, stop: &AtomicBool) -> String {
        let document = self.table.document();
        let json = |node| compact(std::str::from_utf8(document.raw(node)).unwrap_or_default());
        let mut out = String::new();
        for row in self.rows(stop) {
            let Some(item) = self.table.item(row) else { continue };
            if document.kind(item) != NodeKind::Object {
                out.push_str(&json(item));
            } else {
                out.push('{');
                let before = out.len();
                for (column, name) in self.columns.iter().zip(self.names()) {
                    let Some(cell) = self.table.cell(row, *column) else { continue };
                    if out.len() > before {
                        out.push(',');
                    }
                    out.push_str(&quoted(name));
                    out.push(':');
                    out.push_str(&json(cell));
                }
                out.push('}');
            }
            out.push('\n');
        }
        out
    }
}

/// Appends a text so that Markdown shows it as it is, on one line of a table.
fn escape(text: &str, out: &mut String) {
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        // An underscore inside a word means nothing.
        let inside_word = before.is_alphanumeric() && chars.peek().is_some_and(|next| next.is_alphanumeric());
        match c {
            '\n' => out.push_str("<br>"),
            '\r' => {}
            _ if c.is_control() => out.push(' '),
            '\\' | '|' | '`' | '*' | '<' | '>' | '[' | ']' | '~' | '&' => out.extend(['\\', c]),
            '_' if !inside_word => out.extend(['\\', c]),
            _ => out.push(c),
        }
        before = c;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::JsonText;
    use crate::json::Document;

    const ROWS: &str = r#"[{"id":1,"name":"Ada, \"L\"","tags":["a",  "b"]},
        {"id":2,"name":"two\nlines | _x_ a_b","tags":{"k": null}}, 7, {"id":4.50}]"#;

    fn export(rows: Option<Vec<u32>>, columns: &[usize]) -> TableExport {
        let document = Document::index(JsonText::parse(ROWS).expect("JSON")).expect("indexed");
        let table = JsonTable::from_array(&document, document.root(), &AtomicBool::new(false)).expect("a table");
        TableExport { table: Arc::new(table), rows, columns: columns.to_vec() }
    }

    fn written(export: &TableExport, format: TableFormat) -> String {
        export.write(format, &AtomicBool::new(false))
    }

    #[test]
    fn values_are_separated_and_quoted_where_they_must() {
        let all = export(None, &[0, 1, 2]);
        assert_eq!(
            written(&all, TableFormat::Csv),
            "id,name,tags\n1,\"Ada, \"\"L\"\"\",\"[\"\"a\"\",\"\"b\"\"]\"\n\
             2,\"two\nlines | _x_ a_b\",\"{\"\"k\"\":null}\"\n7,,\n4.50,,\n"
        );
        assert_eq!(
            written(&export(Some(vec![3, 0]), &[1, 0]), TableFormat::Tsv),
            "name\tid\n\t4.50\n\"Ada, \"\"L\"\"\"\t1\n"
        );
        assert_eq!(written(&export(Some(vec![3]), &[1]), TableFormat::Csv), "name\n\"\"\n", "no line is empty");
    }

    #[test]
    fn nothing_in_a_cell_is_markdown() {
        let some = export(Some(vec![1]), &[0, 1]);
        assert_eq!(
            written(&some, TableFormat::Markdown),
            "| id | name |\n| --- | --- |\n| 2 | two<br>lines \\| \\_x\\_ a_b |\n"
        );
    }

    #[test]
    fn each_line_is_json_with_the_columns_that_are_shown() {
        let some = export(Some(vec![1, 2, 3]), &[0, 2]);
        assert_eq!(written(&some, TableFormat::JsonLines), "{\"id\":2,\"tags\":{\"k\":null}}\n7\n{\"id\":4.50}\n");
        assert_eq!(some.write(TableFormat::JsonLines, &AtomicBool::new(true)), "");
    }

    #[test]
    fn the_ending_of_a_name_says_the_format() {
        assert_eq!(TableFormat::of_file("a.b.CSV"), Some(TableFormat::Csv));
        assert_eq!(TableFormat::of_file("x.jsonl"), Some(TableFormat::JsonLines));
        assert_eq!((TableFormat::of_file("x.json"), TableFormat::of_file("csv")), (None, None));
    }
}
