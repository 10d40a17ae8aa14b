//! A JSON document to look at: rows that fold, a cursor, only what is visible formatted.

use std::sync::Arc;

use ratatui::layout::Size;
use ratatui::text::Span;

use crate::domain::Untrusted;
use crate::json::{Document, JsonRow, JsonTable, NodeId, View};
use crate::tui::explorer::json_find::{Find, FindField, Found};
use crate::tui::explorer::table::TableView;
use crate::tui::theme::Theme;
use crate::tui::widgets::outline::Fold;
use crate::tui::widgets::text;
use crate::tui::widgets::text_view::TextView;

/// Way a document is looked at.
pub(crate) enum Face {
    /// Tree, row by row.
    Tree,
    /// Text as it is written.
    Raw(TextView),
    /// An array of it as a table.
    Table(Box<TableView>),
}

/// A document with a cursor in it.
pub struct JsonView {
    pub(crate) view: View,
    pub(crate) cursor: JsonRow,
    pub(crate) top: JsonRow,
    /// Room on screen.
    pub(crate) size: Size,
    /// Level to which everything was folded last; none while nothing was.
    level: Option<u32>,
    /// Path of the row under the cursor; kept because finding a place in a long array takes a walk.
    pub(crate) path: String,
    /// Search in the document.
    pub find: FindField,
    /// Place of the cursor before the search was typed.
    origin: Option<NodeId>,
    /// Whether long values take several lines.
    pub(crate) wraps: bool,
    pub(crate) face: Face,
    /// Filter that this is the result of, the number of its results, and the view that it was run on.
    under: Option<(String, usize, Box<JsonView>)>,
    /// Name for files, without ending.
    name: String,
    /// Whether the cursor goes to what is found next.
    jumps: bool,
}

/// Match to go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// The one the cursor is on, or the next.
    Here,
    /// The next one, around the end.
    Next,
    /// The one before, around the start.
    Previous,
}

/// Step from a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Step to the value that it stands in.
    Parent,
    /// Step to the next value in the same object or array.
    NextSibling,
    /// Step to the value before it in the same object or array.
    PreviousSibling,
}

impl std::fmt::Debug for JsonView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "JsonView({} bytes)", self.view.document().text().bytes().len())
    }
}

impl JsonView {
    /// The document from its first row on, unfolded.
    pub fn new(document: Document) -> Self {
        let view = View::new(document);
        let first = view.first();
        let mut this = Self {
            view,
            cursor: first,
            top: first,
            size: Size::default(),
            level: None,
            path: String::new(),
            find: FindField::default(),
            origin: None,
            wraps: false,
            face: Face::Tree,
            under: None,
            name: "result".to_owned(),
            jumps: false,
        };
        this.remember_path();
        this
    }

    /// The same, saved under this name unless somebody types another.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.name = file_name(name);
        self
    }

    /// Name for files, without ending.
    pub fn name(&self) -> String {
        let of_filter = if self.under.is_some() { "-jq" } else { "" };
        format!("{}{of_filter}", self.name)
    }

    /// Document on screen.
    pub fn document(&self) -> &Document {
        self.view.document()
    }

    /// The value under the cursor.
    pub fn node(&self) -> NodeId {
        self.cursor.node
    }

    /// Takes the document as far as it has come since, or all of it. The cursor stays on its value, and what is folded
    /// folded. The search to run again, where one is under way.
    pub fn grow(&mut self, document: Document) -> Option<Find> {
        if let Some((_, _, below)) = &mut self.under {
            // Whoever comes back to it searches it anew.
            below.grow(document);
            return None;
        }
        (self.cursor, self.top) = (self.before_cut(self.cursor), self.before_cut(self.top));
        self.view.grow(document, self.level);
        match &mut self.face {
            Face::Tree => {}
            Face::Raw(text) => text.grow(self.view.document().text().bytes().clone()),
            Face::Table(_) => self.face = Face::Tree,
        }
        self.settle();
        if self.find.input.is_empty() { None } else { self.look(false) }
    }

    /// The row, or the last one before it that is not the end of something of which more comes.
    fn before_cut(&self, row: JsonRow) -> JsonRow {
        let mut rows = std::iter::successors(Some(row), |row| self.view.prev(*row));
        rows.find(|row| !self.view.is_cut_end(*row)).unwrap_or(row)
    }

    /// Looks at the result of a filter instead; what is there now comes back by [`JsonView::pop`].
    pub fn push(&mut self, filter: String, count: usize, result: Document) {
        let (size, wraps) = (self.size, self.wraps);
        let before = std::mem::replace(self, Self::new(result));
        (self.size, self.wraps) = (size, wraps);
        self.name.clone_from(&before.name);
        self.under = Some((filter, count, Box::new(before)));
    }

    /// Back to what was looked at before the last filter. Whether there was one.
    pub fn pop(&mut self) -> bool {
        match self.under.take() {
            Some((_, _, before)) => {
                *self = *before;
                true
            }
            None => false,
        }
    }

    /// The filter that this is the result of, as it was typed.
    pub fn raw_filter(&self) -> Option<&str> {
        self.under.as_ref().map(|(filter, ..)| filter.as_str())
    }

    /// The same, safe to show.
    pub fn filter(&self) -> Option<String> {
        self.raw_filter().map(|filter| Untrusted::from(filter).to_string())
    }

    /// What the result is, for a title in about so many columns: `  jq .issues[].id · 3 results`.
    pub fn origin(&self, theme: &Theme, columns: usize) -> Option<Span<'static>> {
        let (_, count, _) = self.under.as_ref()?;
        let results = results(*count).map_or_else(String::new, |results| format!(" · {results}"));
        let room = columns.saturating_sub(text::width(&results) + 5);
        let filter = text::fit(&self.filter()?, room).into_owned();
        Some(Span::styled(format!("  jq {filter}{results}"), theme.warn))
    }

    /// Place of the cursor, as a jq path, safe to show.
    pub fn path(&self) -> String {
        self.path.clone()
    }

    /// Place of the cursor, as a JSON Pointer.
    pub fn pointer(&self) -> String {
        self.view.document().pointer(self.cursor.node).raw().to_owned()
    }

    /// Begins to type what is looked for.
    pub fn begin_to_find(&mut self) {
        self.find.input.typing = true;
        self.origin = Some(self.cursor.node);
    }

    /// Keeps what was looked for.
    pub fn accept_find(&mut self) {
        self.find.input.typing = false;
        self.origin = None;
    }

    /// The search that what is typed asks for, in the rows of the table where one is looked at; whether the cursor goes
    /// to the nearest match.
    pub fn look(&mut self, jumps: bool) -> Option<Find> {
        self.jumps = jumps;
        let table = self.shared_table();
        let find = self.find.look(self.view.document(), table);
        if find.is_none() {
            self.in_table(|table| table.keep(None));
        }
        find
    }

    /// Search to run again, if nobody heard the result of the last one.
    pub fn look_again(&mut self) -> Option<Find> {
        let table = self.shared_table();
        self.find.look_again(self.view.document(), table)
    }

    fn shared_table(&self) -> Option<Arc<JsonTable>> {
        self.table().map(|table| Arc::clone(table.table()))
    }

    /// Takes the matches of a search; a table shows the rows that have some.
    pub fn found(&mut self, found: Found) {
        if !self.view.document().is(&found.document) {
            return;
        }
        self.find.hear(found.values);
        if let (Face::Table(table), Some((of, rows))) = (&mut self.face, found.rows)
            && Arc::ptr_eq(table.table(), &of)
        {
            table.keep(Some(rows));
        }
        match self.jumps {
            true => self.go_to_match(Match::Here),
            false => self.settle(),
        }
    }

    /// Number of values that match.
    pub fn matches(&self) -> usize {
        self.find.found().len()
    }

    /// Whether something is looked for, or about to be.
    pub fn is_searched(&self) -> bool {
        self.find.input.typing || !self.find.input.is_empty()
    }

    /// Forgets the search; while it is typed, the cursor goes back to where it was before.
    pub fn forget_search(&mut self) {
        self.find.clear();
        self.in_table(|table| table.keep(None));
        if let Some(origin) = self.origin.take() {
            self.cursor = self.view.settle(self.view.row(origin));
            self.show_cursor();
        }
    }

    /// Goes to a match, unfolding whatever hides it.
    pub fn go_to_match(&mut self, which: Match) {
        let found = self.find.found();
        // While it is typed, each letter looks from the same place on.
        let from = self.origin.filter(|_| which == Match::Here).unwrap_or(self.cursor.node);
        let at = found.partition_point(|node| *node < from);
        let on = found.get(at) == Some(&from);
        let last = found.len().saturating_sub(1);
        // In a table the cursor is on a cell, and the match somewhere inside.
        let behind = found.partition_point(|node| *node < self.view.document().descendants(from).end);
        let to = match which {
            Match::Next if self.table().is_some() => behind,
            Match::Next if on => at + 1,
            Match::Here | Match::Next => at,
            Match::Previous => at.checked_sub(1).unwrap_or(last),
        };
        let to = if to > last { 0 } else { to };
        if let Some(node) = found.get(to) {
            self.cursor = self.view.reveal(*node);
            self.show_cursor();
        }
    }

    /// The search as it stands on the pane's frame, in about so many columns.
    pub fn find_spans(&self, theme: &Theme, columns: usize) -> Vec<Span<'static>> {
        self.find.spans(self.cursor.node, theme, columns)
    }

    /// The value that lies this way, if there is one.
    pub fn neighbour(&self, way: Way) -> Option<JsonRow> {
        match way {
            Way::Parent => self.view.parent(self.cursor),
            Way::NextSibling => self.view.next_sibling(self.cursor),
            Way::PreviousSibling => self.view.prev_sibling(self.cursor),
        }
    }

    /// Moves the cursor there.
    pub fn go(&mut self, way: Way) {
        self.cursor = self.neighbour(way).unwrap_or(self.cursor);
        self.show_cursor();
    }

    /// Brings the value under the cursor into view, however the document is looked at.
    pub(crate) fn show_cursor(&mut self) {
        match &mut self.face {
            Face::Tree => {}
            Face::Raw(text) => text.go_to(self.view.document().range(self.cursor.node).start, self.size),
            Face::Table(table) => {
                if !table.go_to(self.cursor.node, self.size) {
                    self.face = Face::Tree;
                }
            }
        }
        self.settle();
    }

    /// Folds everything to one level more than before, or one less; which that is, and how many there
    /// are.
    pub fn fold_deeper(&mut self, by: i32) -> (u32, u32) {
        let levels = self.view.levels();
        let level = self.level.unwrap_or(levels).saturating_add_signed(by).clamp(1, levels.max(1));
        self.fold_to(level);
        (level, levels)
    }

    fn fold_to(&mut self, level: u32) {
        self.view.fold_to_level(level);
        self.level = Some(level);
        self.settle_folds();
    }

    /// Folds or unfolds as asked.
    pub fn fold(&mut self, fold: Fold) {
        let node = self.cursor.node;
        let foldable = self.view.document().count(node) > 0;
        match fold {
            Fold::Toggle if foldable => self.view.toggle(node),
            Fold::CloseOrParent if foldable && !self.view.is_folded(node) => self.view.fold(node),
            Fold::Toggle | Fold::CloseOrParent => self.cursor = self.view.parent(self.cursor).unwrap_or(self.cursor),
            Fold::OpenOrChild if self.view.is_folded(node) => self.view.unfold(node),
            Fold::OpenOrChild => {
                if let Some(child) = self.view.document().first_child(node) {
                    self.cursor = self.view.row(child);
                }
            }
            Fold::OpenBelow => self.view.unfold_below(node),
            Fold::CloseAll => return self.fold_to(1),
            Fold::OpenAll => {
                self.view.unfold_all();
                self.level = None;
            }
        }
        self.settle_folds();
    }

    fn settle_folds(&mut self) {
        self.cursor = self.view.settle(self.cursor);
        self.top = self.view.settle(self.top);
        self.settle();
    }
}

/// Number of results of a filter, where it is not the usual one.
pub fn results(count: usize) -> Option<String> {
    match count {
        0 => Some("no result".to_owned()),
        1 => None,
        count => Some(format!("{count} results")),
    }
}

/// Characters of a file name that is offered.
const NAME: usize = 80;

/// Foreign text as a part of a file name.
fn file_name(text: &str) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' };
    text.chars().map(kept).take(NAME).collect()
}
