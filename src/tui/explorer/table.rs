//! A table with a cursor in it; only the cells that are seen are formatted.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use async_trait::async_trait;
use ratatui::layout::{Rect, Size};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::domain::{Fault, Untrusted};
use crate::json::{Document, JsonTable, NodeId, NodeKind};
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task, stoppable};
use crate::tui::explorer::json_find::FindField;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::Pane;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{Cursor, Move, bar};
use crate::tui::widgets::text;
use crate::tui::widgets::typing::filter::marked;

/// Work on a table that is done elsewhere.
#[derive(Clone)]
pub enum Tabulate {
    /// Rows and columns of an array.
    Make(Document, NodeId),
    /// Order of its rows by a column, and whether it descends.
    Order(Arc<JsonTable>, usize, bool),
}

/// Finding about a table.
#[derive(Clone)]
pub enum Tabulated {
    /// Table of the array.
    Made(Arc<JsonTable>),
    /// The order of its rows.
    Ordered(Arc<JsonTable>, (usize, bool), Vec<u32>),
}

impl std::fmt::Debug for Tabulate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Make(document, array) => write!(f, "Make({} rows)", document.count(*array)),
            Self::Order(table, column, descending) => write!(f, "Order({} rows, {column}, {descending})", table.len()),
        }
    }
}

impl std::fmt::Debug for Tabulated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Made(table) | Self::Ordered(table, ..) => write!(f, "Tabulated({} rows)", table.len()),
        }
    }
}

/// A table, or an order of its rows; none if nobody waited for it.
#[derive(Debug)]
pub struct TableReady(pub Result<Option<Tabulated>, Fault>);

#[async_trait]
impl Task for Tabulate {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(TableReady(Err(fault)))
    }

    async fn run(self: Box<Self>, _services: Services, reporter: Reporter) {
        reporter.send(TableReady(Ok(stoppable(move |stop| self.find_out(stop)).await)));
    }
}

impl Tabulate {
    /// Place of the work on a table.
    pub const SLOT: Slot = Slot::new("table");

    /// Finds it out. Takes a while for many rows; none when `stop` is set meanwhile.
    pub fn find_out(self, stop: &AtomicBool) -> Option<Tabulated> {
        match self {
            Self::Make(document, array) => {
                JsonTable::from_array(&document, array, stop).map(|table| Tabulated::Made(table.into()))
            }
            Self::Order(table, column, descending) => {
                let order = table.ordered(column, descending);
                Some(Tabulated::Ordered(table, (column, descending), order))
            }
        }
    }
}

/// A table, what of it is shown, and where the cursor is.
pub struct TableView {
    table: Arc<JsonTable>,
    /// The columns that are shown, in their order.
    shown: Vec<usize>,
    /// The rows in the order that was asked for; none while they stand as they came.
    order: Option<Vec<u32>>,
    by: Option<(usize, bool)>,
    cursor: Cursor,
    /// The column under the cursor, and the first that is seen, among those that are shown.
    column: usize,
    first: usize,
}

/// Columns between two columns.
const GAP: usize = 2;

impl TableView {
    /// A table with all its columns, as it came.
    pub fn new(table: Arc<JsonTable>) -> Self {
        let shown = (0..table.columns().len()).collect();
        Self { table, shown, order: None, by: None, cursor: Cursor::default(), column: 0, first: 0 }
    }

    /// Rows that are seen of it in a window of this size.
    fn height(size: Size) -> usize {
        usize::from(size.height).saturating_sub(1)
    }

    fn row_at(&self, at: usize) -> usize {
        self.order.as_ref().and_then(|order| order.get(at)).map_or(at, |row| *row as usize)
    }

    /// The value under the cursor: the cell, or the item of the row where that has no such key.
    pub fn node(&self) -> Option<NodeId> {
        let row = self.row_at(self.cursor.row);
        let cell = self.shown.get(self.column).and_then(|column| self.table.cell(row, *column));
        cell.or_else(|| self.table.item(row))
    }

    /// Moves the cursor up or down.
    pub fn step(&mut self, step: Move, size: Size) {
        self.cursor.step(step, self.table.len(), Self::height(size));
    }

    /// Moves by so many columns; negative is left.
    pub fn step_column(&mut self, by: isize, size: Size) {
        self.column = self.column.saturating_add_signed(by);
        self.fit(size);
    }

    /// Puts it on the row so many rows below the first that is seen.
    pub fn click(&mut self, row: usize, size: Size) {
        self.cursor.go(self.cursor.top + row, self.table.len(), Self::height(size));
    }

    /// Puts it on the cell in which this value stands. Whether it stands in the table.
    pub fn go_to(&mut self, node: NodeId, size: Size) -> bool {
        let Some((row, column)) = self.table.place(node) else { return false };
        let at = match &self.order {
            Some(order) => order.iter().position(|other| *other as usize == row).unwrap_or(row),
            None => row,
        };
        self.cursor.go(at, self.table.len(), Self::height(size));
        if let Some(column) = column.and_then(|column| self.shown.iter().position(|shown| *shown == column)) {
            self.column = column;
        }
        self.fit(size);
        true
    }

    /// Keeps the cursor in the window.
    pub fn fit(&mut self, size: Size) {
        self.column = self.column.min(self.shown.len().saturating_sub(1));
        self.cursor.settle(self.table.len(), Self::height(size));
        let room = usize::from(size.width).saturating_sub(2) + GAP;
        let taken = |first: usize| -> usize {
            let columns = self.shown.iter().skip(first).take(self.column + 1 - first);
            columns.map(|column| self.width(*column) + GAP).sum()
        };
        let first = (self.first.min(self.column)..self.column).find(|first| taken(*first) <= room);
        self.first = first.unwrap_or(self.column);
    }

    fn width(&self, column: usize) -> usize {
        // Room for the arrow, so that ordering does not shift everything.
        self.table
            .columns()
            .get(column)
            .map_or(0, |column| column.width.max(text::width(&column.name).min(column.width) + 2))
    }

    /// The next order by the column under the cursor: upwards, downwards, as it came. The first two are
    /// found out elsewhere.
    pub fn next_order(&mut self) -> Option<Tabulate> {
        let column = *self.shown.get(self.column)?;
        let descending = match self.by {
            Some((by, true)) if by == column => {
                let at = self.row_at(self.cursor.row);
                (self.order, self.by, self.cursor.row) = (None, None, at);
                return None;
            }
            Some((by, false)) => by == column,
            _ => false,
        };
        Some(Tabulate::Order(Arc::clone(&self.table), column, descending))
    }

    /// Puts the rows in this order, if it is about this table; the cursor stays on its row.
    pub fn ordered(&mut self, table: &Arc<JsonTable>, by: (usize, bool), order: Vec<u32>) {
        if Arc::ptr_eq(&self.table, table) {
            let row = self.row_at(self.cursor.row);
            self.cursor.row = order.iter().position(|other| *other as usize == row).unwrap_or(0);
            (self.order, self.by) = (Some(order), Some(by));
        }
    }

    /// Every column, with its name and in how many rows it stands, safe to show, and whether it is shown.
    pub fn columns(&self) -> impl Iterator<Item = (String, String, bool)> + '_ {
        self.table.columns().iter().enumerate().map(|(at, column)| {
            let note = format!("in {} of {}", column.count, self.table.len());
            (column.name.clone(), note, self.shown.contains(&at))
        })
    }

    /// Shows a column, or hides it; the last one stays.
    pub fn toggle_column(&mut self, column: usize) {
        match self.shown.iter().position(|shown| *shown == column) {
            Some(at) if self.shown.len() > 1 => {
                self.shown.remove(at);
            }
            Some(_) => {}
            None => {
                let at = self.shown.partition_point(|shown| *shown < column);
                self.shown.insert(at, column);
            }
        }
    }

    /// Note on the row among the rows, the columns left out, and the order.
    pub fn note(&self) -> String {
        let hidden = self.table.columns().len() - self.shown.len();
        let hidden = if hidden == 0 { String::new() } else { format!(" · {hidden} hidden") };
        format!("row {} of {}{hidden}", self.cursor.row + 1, self.table.len())
    }

    /// Draws a line of names, and the rows that fit below it.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, focused: bool, find: &FindField) {
        let theme = canvas.theme;
        canvas.line(nth_line(area, 0), self.head(usize::from(area.width), theme));
        let rows = usize::from(area.height).saturating_sub(1).min(self.table.len().saturating_sub(self.cursor.top));
        for n in 0..rows {
            let at = self.cursor.top + n;
            let line = nth_line(area, n + 1);
            canvas.line(line, self.line(at, usize::from(area.width), focused, find, theme));
            canvas.hit(line, Target::Row(Pane::Side, n));
        }
    }

    /// The columns that fit a line of this width, each with its own.
    fn seen(&self, width: usize) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
        let mut left = width.saturating_sub(2);
        self.shown.iter().enumerate().skip(self.first).map_while(move |(at, column)| {
            let width = self.width(*column).min(left);
            left = left.saturating_sub(width + GAP);
            (width > 0).then_some((at, *column, width))
        })
    }

    fn head(&self, width: usize, theme: &Theme) -> Line<'static> {
        let mut spans = vec![Span::raw("  ")];
        for (at, column, width) in self.seen(width) {
            let arrow = match self.by {
                Some((by, descending)) if by == column => {
                    if descending {
                        " ▼"
                    } else {
                        " ▲"
                    }
                }
                _ => "",
            };
            let name = self.table.columns().get(column).map_or("", |column| column.name.as_str());
            let name = Untrusted::from(name).to_string();
            let name = format!("{}{arrow}", text::fit(&name, width.saturating_sub(text::width(arrow))));
            let gap = width.saturating_sub(text::width(&name)) + GAP;
            spans.push(Span::styled(name, if at == self.column { theme.accent } else { theme.muted }));
            spans.push(Span::raw(" ".repeat(gap)));
        }
        Line::from(spans)
    }

    fn line(&self, at: usize, width: usize, focused: bool, find: &FindField, theme: &Theme) -> Line<'static> {
        let selected = at == self.cursor.row;
        let (row, document) = (self.row_at(at), self.table.document());
        let mut spans = vec![bar(selected, focused, theme)];
        let lift = |style: Style| if selected { style.patch(theme.strong) } else { style };
        if let Some(item) = self.table.item(row).filter(|item| document.kind(*item) != NodeKind::Object) {
            let room = width.saturating_sub(2);
            let shown = document.display_string(item, room + 1).shown();
            spans.push(Span::styled(text::fit(&shown, room).into_owned(), lift(theme.muted)));
            return Line::from(spans);
        }
        for (place, column, width) in self.seen(width) {
            let picked = selected && place == self.column;
            let mark = |style: Style| if picked { lift(style).add_modifier(Modifier::UNDERLINED) } else { lift(style) };
            let Some(cell) = self.table.cell(row, column) else {
                let nothing = if picked { "–" } else { " " };
                spans.push(Span::styled(nothing, theme.muted));
                spans.push(Span::raw(" ".repeat(width.saturating_sub(1) + GAP)));
                continue;
            };
            let kind = document.kind(cell);
            let shown = document.display_string(cell, width + 1).shown();
            let shown = text::fit(&shown, width).into_owned();
            let gap = width.saturating_sub(text::width(&shown));
            let (before, behind) = if kind == NodeKind::Number { (gap, GAP) } else { (0, gap + GAP) };
            spans.push(Span::raw(" ".repeat(before)));
            let spots = find.pattern_at(cell).map(|pattern| pattern.spots(&shown)).unwrap_or_default();
            spans.extend(marked(&shown, &spots, mark(theme.json(kind)), theme.found));
            spans.push(Span::raw(" ".repeat(behind)));
        }
        Line::from(spans)
    }
}
