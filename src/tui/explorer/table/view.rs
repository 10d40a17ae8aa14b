//! A table with a cursor in it. The first column stays while the others scroll; rows are filtered by what is searched
//! for; only the cells that are seen are formatted.

use std::sync::Arc;

use ratatui::layout::{Rect, Size};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::Tabulate;
use crate::domain::Untrusted;
use crate::json::{Document, JsonTable, NodeId, NodeKind, Pattern, TableExport, excerpt};
use crate::tui::explorer::columns::ColumnChoice;
use crate::tui::explorer::json_find::FindField;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::Pane;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{Cursor, Move, bar};
use crate::tui::widgets::text;
use crate::tui::widgets::typing::filter::marked;

/// A table, what of it is shown, and where the cursor is.
pub struct TableView {
    table: Arc<JsonTable>,
    /// The columns that are shown, in their order.
    shown: Vec<usize>,
    /// All rows in the order that was asked for; none while they stand as they came.
    order: Option<Vec<u32>>,
    by: Option<(usize, bool)>,
    /// The rows that match the filter, as they came; none while there is none.
    kept: Option<Vec<u32>>,
    /// The same in the order that was asked for.
    filtered: Option<Vec<u32>>,
    cursor: Cursor,
    /// The column under the cursor, and the first that is seen behind the one that stays, among those that are shown.
    column: usize,
    first: usize,
}

/// Columns between two columns.
const GAP: usize = 2;

/// Characters of a value inside a cell that are looked at.
const LONGEST: usize = 2_000;

/// Steps of a path inside a cell that are shown.
const DEEPEST: usize = 16;

/// Columns that the first column may take in any case.
const NARROW: usize = 8;

impl TableView {
    /// A table with all its columns, as it came.
    pub fn new(table: Arc<JsonTable>) -> Self {
        let shown = (0..table.columns().len()).collect();
        let cursor = Cursor::default();
        Self { table, shown, order: None, by: None, kept: None, filtered: None, cursor, column: 0, first: 1 }
    }

    /// The table.
    pub fn table(&self) -> &Arc<JsonTable> {
        &self.table
    }

    /// Rows that are seen of it in a window of this size.
    fn height(size: Size) -> usize {
        usize::from(size.height).saturating_sub(1)
    }

    /// Rows in the order in which they are shown; none where all stand as they came.
    fn listed(&self) -> Option<&Vec<u32>> {
        self.filtered.as_ref().or(self.order.as_ref())
    }

    /// Number of rows that are shown.
    pub fn rows(&self) -> usize {
        self.listed().map_or(self.table.len(), Vec::len)
    }

    /// Number of rows, filtered or not.
    pub fn all_rows(&self) -> usize {
        self.table.len()
    }

    /// Number of columns that are shown.
    pub fn shown_columns(&self) -> usize {
        self.shown.len()
    }

    /// Rows and columns as they are shown, for other programs.
    pub fn export(&self) -> TableExport {
        TableExport { table: Arc::clone(&self.table), rows: self.listed().cloned(), columns: self.shown.clone() }
    }

    fn row_at(&self, at: usize) -> Option<usize> {
        match self.listed() {
            Some(rows) => rows.get(at).map(|row| *row as usize),
            None => Some(at),
        }
    }

    fn place_of(&self, row: usize) -> Option<usize> {
        match self.listed() {
            Some(rows) => rows.iter().position(|other| *other as usize == row),
            None => Some(row),
        }
    }

    /// The value under the cursor: the cell, or the item of the row where that has no such key.
    pub fn node(&self) -> Option<NodeId> {
        let row = self.row_at(self.cursor.row)?;
        let cell = self.shown.get(self.column).and_then(|column| self.table.cell(row, *column));
        cell.or_else(|| self.table.item(row))
    }

    /// Moves the cursor up or down.
    pub fn step(&mut self, step: Move, size: Size) {
        self.cursor.step(step, self.rows(), Self::height(size));
    }

    /// Moves by so many columns; negative is left.
    pub fn step_column(&mut self, by: isize, size: Size) {
        self.column = self.column.saturating_add_signed(by);
        self.fit(size);
    }

    /// Puts it on the row so many rows below the first that is seen.
    pub fn click(&mut self, row: usize, size: Size) {
        self.cursor.go(self.cursor.top + row, self.rows(), Self::height(size));
    }

    /// Puts it on the cell in which this value stands. Whether it stands in the table.
    pub fn go_to(&mut self, node: NodeId, size: Size) -> bool {
        let Some((row, column)) = self.table.place(node) else { return false };
        let at = self.place_of(row).unwrap_or(0);
        self.cursor.go(at, self.rows(), Self::height(size));
        if let Some(column) = column.and_then(|column| self.shown.iter().position(|shown| *shown == column)) {
            self.column = column;
        }
        self.fit(size);
        true
    }

    /// Keeps the cursor in the window.
    pub fn fit(&mut self, size: Size) {
        self.column = self.column.min(self.shown.len().saturating_sub(1));
        self.cursor.settle(self.rows(), Self::height(size));
        let room = usize::from(size.width).saturating_sub(2);
        // The first column is seen in any case.
        let room = (room + GAP).saturating_sub(self.frozen(room) + GAP);
        let taken = |first: usize| -> usize {
            let columns = self.shown.iter().skip(first).take(self.column + 1 - first);
            columns.map(|column| self.width(*column) + GAP).sum()
        };
        if self.column > 0 {
            let first = (self.first.clamp(1, self.column)..self.column).find(|first| taken(*first) <= room);
            self.first = first.unwrap_or(self.column);
        }
    }

    fn width(&self, column: usize) -> usize {
        // Room for the arrow, so that ordering does not shift everything.
        self.table
            .columns()
            .get(column)
            .map_or(0, |column| column.width.max(text::width(&column.name).min(column.width) + 2))
    }

    /// Width of the first column, which leaves room for others.
    fn frozen(&self, room: usize) -> usize {
        let width = self.shown.first().map_or(0, |column| self.width(*column));
        if self.shown.len() > 1 { width.min((room / 2).max(NARROW)) } else { width }
    }

    /// The next order by the column under the cursor: upwards, downwards, as it came. The first two are
    /// found out elsewhere.
    pub fn next_order(&mut self) -> Option<Tabulate> {
        let column = *self.shown.get(self.column)?;
        let descending = match self.by {
            Some((by, true)) if by == column => {
                self.rearrange(|this| (this.order, this.by) = (None, None));
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
            self.rearrange(|this| (this.order, this.by) = (Some(order), Some(by)));
        }
    }

    /// Shows only these rows, or all again; the cursor stays on its row where that is left.
    pub fn keep(&mut self, rows: Option<Vec<u32>>) {
        if rows.is_some() || self.kept.is_some() {
            self.rearrange(|this| this.kept = rows);
        }
    }

    fn rearrange(&mut self, change: impl FnOnce(&mut Self)) {
        let row = self.row_at(self.cursor.row);
        change(self);
        self.filtered = match (&self.order, &self.kept) {
            (Some(order), Some(kept)) => {
                let mut is_kept = vec![false; self.table.len()];
                kept.iter().filter_map(|row| is_kept.get_mut(*row as usize).map(|kept| *kept = true)).for_each(drop);
                Some(order.iter().filter(|row| is_kept.get(**row as usize) == Some(&true)).copied().collect())
            }
            (None, kept) => kept.clone(),
            (Some(_), None) => None,
        };
        self.cursor.row = row.and_then(|row| self.place_of(row)).unwrap_or(0);
    }

    /// Every column, and whether it is shown.
    pub fn choices(&self) -> Vec<ColumnChoice> {
        let columns = self.table.columns().iter().enumerate();
        let choice = columns.map(|(at, column)| ColumnChoice {
            name: column.name.as_str().into(),
            count: column.count,
            shown: self.shown.contains(&at),
        });
        choice.collect()
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

    /// Note on the row among the rows, the columns left out, and where in the row something matches.
    pub fn note(&self, find: &FindField) -> String {
        let (rows, all) = (self.rows(), self.table.len());
        let row = if rows == 0 { 0 } else { self.cursor.row + 1 };
        let mut note = match self.kept {
            Some(_) => format!("row {row} of {rows}, {all} in all"),
            None => format!("row {row} of {rows}"),
        };
        let hidden = self.table.columns().len() - self.shown.len();
        if hidden > 0 {
            note.push_str(&format!(" · {hidden} hidden"));
        }
        let document = self.table.document();
        let item = self.row_at(self.cursor.row).and_then(|row| self.table.item(row));
        if let Some((item, (found, _))) = item.and_then(|item| Some((item, find.first_inside(document, item)?))) {
            note.push_str(&format!(" · match in {}", relative_path(document, item, found)));
        }
        note
    }

    /// Draws a line of names, and the rows that fit below it.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, focused: bool, find: &FindField) {
        let theme = canvas.theme;
        canvas.line(nth_line(area, 0), self.head(usize::from(area.width), theme));
        if self.rows() == 0 {
            canvas.line(nth_line(area, 1), Line::styled("  No row matches.", theme.muted));
        }
        let rows = usize::from(area.height).saturating_sub(1).min(self.rows().saturating_sub(self.cursor.top));
        for n in 0..rows {
            let at = self.cursor.top + n;
            let line = nth_line(area, n + 1);
            canvas.line(line, self.line(at, usize::from(area.width), focused, find, theme));
            canvas.hit(line, Target::Row(Pane::Side, n));
        }
    }

    /// The columns that fit a line of this width, each with its own: the first, and those from the first that is seen.
    fn seen(&self, width: usize) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
        let room = width.saturating_sub(2);
        let mut left = room;
        let from = self.first.max(1);
        let columns = self.shown.iter().enumerate().filter(move |(at, _)| *at == 0 || *at >= from);
        columns.map_while(move |(at, column)| {
            let width = if at == 0 { self.frozen(room) } else { self.width(*column) }.min(left);
            left = left.saturating_sub(width + GAP);
            (width > 0).then_some((at, *column, width))
        })
    }

    /// Space behind a column; behind the first a line, where others are scrolled away.
    fn gap(&self, at: usize, theme: &Theme) -> Span<'static> {
        match at == 0 && self.first > 1 {
            true => Span::styled("│ ", theme.border),
            false => Span::raw("  "),
        }
    }

    fn head(&self, width: usize, theme: &Theme) -> Line<'static> {
        let mut spans = vec![Span::raw("  ")];
        for (at, column, width) in self.seen(width) {
            let arrow = match self.by {
                Some((by, true)) if by == column => " ▼",
                Some((by, false)) if by == column => " ▲",
                _ => "",
            };
            let name = self.table.columns().get(column).map_or("", |column| column.name.as_str());
            let name = Untrusted::from(name).to_string();
            let name = format!("{}{arrow}", text::fit(&name, width.saturating_sub(text::width(arrow))));
            let rest = width.saturating_sub(text::width(&name));
            spans.push(Span::styled(name, if at == self.column { theme.accent } else { theme.muted }));
            spans.push(Span::raw(" ".repeat(rest)));
            spans.push(self.gap(at, theme));
        }
        Line::from(spans)
    }

    fn line(&self, at: usize, width: usize, focused: bool, find: &FindField, theme: &Theme) -> Line<'static> {
        let selected = at == self.cursor.row;
        let document = self.table.document();
        let mut spans = vec![bar(selected, focused, theme)];
        let Some(row) = self.row_at(at) else { return Line::from(spans) };
        let lift = |style: Style| if selected { style.patch(theme.strong) } else { style };
        if let Some(item) = self.table.item(row).filter(|item| document.kind(*item) != NodeKind::Object) {
            let room = width.saturating_sub(2);
            let shown = document.display_string(item, room + 1).shown();
            let shown = text::fit(&shown, room);
            let spots = find.pattern_at(item).map(|pattern| pattern.spots(&shown)).unwrap_or_default();
            spans.extend(marked(&shown, &spots, lift(theme.muted), theme.found));
            return Line::from(spans);
        }
        for (place, column, width) in self.seen(width) {
            let picked = selected && place == self.column;
            let mark = |style: Style| if picked { lift(style).add_modifier(Modifier::UNDERLINED) } else { lift(style) };
            let Some(cell) = self.table.cell(row, column) else {
                let nothing = if picked { "–" } else { " " };
                spans.push(Span::styled(nothing, theme.muted));
                spans.push(Span::raw(" ".repeat(width.saturating_sub(1))));
                spans.push(self.gap(place, theme));
                continue;
            };
            let kind = document.kind(cell);
            let (shown, pattern) = match find.first_inside(document, cell) {
                // What is found deeper is shown with its path, in the place of the cell's own beginning.
                Some((found, pattern)) => {
                    let path = relative_path(document, cell, found);
                    (
                        match_in_cell(&path, &excerpt(document.raw(found), LONGEST).shown(), pattern, width),
                        Some(pattern),
                    )
                }
                None => (document.display_string(cell, width + 1).shown(), find.pattern_at(cell)),
            };
            let shown = text::fit(&shown, width).into_owned();
            let rest = " ".repeat(width.saturating_sub(text::width(&shown)));
            let (before, behind) = if kind == NodeKind::Number { (rest, String::new()) } else { (String::new(), rest) };
            spans.push(Span::raw(before));
            let spots = pattern.map(|pattern| pattern.spots(&shown)).unwrap_or_default();
            spans.extend(marked(&shown, &spots, mark(theme.json(kind)), theme.found));
            spans.push(Span::raw(behind));
            spans.push(self.gap(place, theme));
        }
        Line::from(spans)
    }
}

/// What is found deeper in a cell, with its path where there is room for both, else from the match on.
fn match_in_cell(path: &str, value: &str, pattern: &Pattern, width: usize) -> String {
    let spot = pattern.spots(value).into_iter().next().unwrap_or(0..0);
    let (before, matched) = (value.get(..spot.start).unwrap_or_default(), value.get(spot).unwrap_or_default());
    let needed = text::width(before) + text::width(matched);
    if text::width(path) + 2 + needed < width {
        format!("{path}: {value}")
    } else if needed < width {
        value.to_owned()
    } else {
        format!("…{}", value.get(before.len()..).unwrap_or_default())
    }
}

/// Path from one value to another inside it, safe to show: `headers[0].value`.
fn relative_path(document: &Document, from: NodeId, to: NodeId) -> String {
    let mut steps = Vec::new();
    let mut at = to;
    while at != from {
        if steps.len() == DEEPEST {
            steps.push("…".to_owned());
            break;
        }
        steps.push(match document.key(at) {
            Some(key) => format!(".{}", excerpt(key, NARROW * 4).shown()),
            None => format!("[{}]", document.place(at)),
        });
        let Some(parent) = document.parent(at) else { break };
        at = parent;
    }
    let path: String = steps.into_iter().rev().collect();
    path.strip_prefix('.').map_or_else(|| path.clone(), str::to_owned)
}
