//! A JSON document to look at: rows that fold, a cursor, only what is visible formatted.

use ratatui::layout::{Rect, Size};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::canvas::{Canvas, nth_line};
use super::filter::marked;
use super::json_find::{Find, FindField};
use super::list::Move;
use super::text;
use crate::domain::Untrusted;
use crate::json::{Document, Kind, NodeId, Row, RowInfo, Shape, View, excerpt, pretty_value};
use crate::tui::hits::Target;
use crate::tui::place::Pane;
use crate::tui::theme::Theme;

/// A document with a cursor in it.
pub struct JsonView {
    view: View,
    cursor: Row,
    top: Row,
    /// What fits on screen.
    size: Size,
    /// To which level everything was folded last; none while nothing was.
    level: Option<u32>,
    /// Of the row under the cursor; kept because finding a place in a long array takes a walk.
    path: String,
    /// What is looked for in it.
    pub find: FindField,
    /// Where the cursor was before that was typed.
    origin: Option<NodeId>,
    /// What this is the result of, and what it was asked of.
    under: Option<(String, Box<JsonView>)>,
}

/// Which match to go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// The one the cursor is on, or the next.
    Here,
    /// The next one, around the end.
    Next,
    /// The one before, around the start.
    Previous,
}

/// Where to from a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To what it stands in.
    Parent,
    /// To the next value in the same object or array.
    NextSibling,
    /// To the one before.
    PreviousSibling,
}

/// What folding can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// Fold what is open, open what is folded.
    Toggle,
    /// Fold, or go to the parent where there is nothing to fold.
    FoldOrParent,
    /// Unfold, or go to the first child where there is nothing to unfold.
    UnfoldOrChild,
    /// Unfold this and everything inside it.
    UnfoldBelow,
    /// Fold everything below the outermost value.
    FoldAll,
    /// Unfold everything.
    UnfoldAll,
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
            under: None,
        };
        this.remember_path();
        this
    }

    /// What is looked at.
    pub fn document(&self) -> &Document {
        self.view.document()
    }

    /// The value under the cursor.
    pub fn node(&self) -> NodeId {
        self.cursor.node
    }

    /// Looks at the result of a filter instead; what is there now comes back by [`JsonView::surface`].
    pub fn dive(&mut self, filter: String, result: Document) {
        let size = self.size;
        let before = std::mem::replace(self, Self::new(result));
        self.size = size;
        self.under = Some((filter, Box::new(before)));
    }

    /// Back to what was looked at before the last filter. Whether there was one.
    pub fn surface(&mut self) -> bool {
        match self.under.take() {
            Some((_, before)) => {
                *self = *before;
                true
            }
            None => false,
        }
    }

    /// The filter that this is the result of, safe to show.
    pub fn filter(&self) -> Option<String> {
        self.under.as_ref().map(|(filter, _)| Untrusted::from(filter.as_str()).to_string())
    }

    /// Where the cursor stands, as a jq path, safe to show.
    pub fn path(&self) -> String {
        self.path.clone()
    }

    /// Where the cursor stands, as a JSON Pointer.
    pub fn pointer(&self) -> String {
        self.view.document().pointer(self.cursor.node).raw().to_owned()
    }

    /// The value under the cursor, indented, otherwise as it came.
    pub fn value(&self) -> String {
        pretty_value(self.view.document(), self.cursor.node)
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

    /// The search that what is typed asks for.
    pub fn look(&mut self) -> Option<Find> {
        self.find.look(self.view.document())
    }

    /// The same search again, if nobody heard what came of it.
    pub fn look_again(&mut self) -> Option<Find> {
        self.find.look_again(self.view.document())
    }

    /// What the search through `document` has found; the cursor goes to the nearest.
    pub fn found(&mut self, document: &Document, found: Vec<NodeId>) {
        if self.view.document().is(document) {
            self.find.hear(found);
            self.go_to_match(Match::Here);
        }
    }

    /// How many values match.
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
        if let Some(origin) = self.origin.take() {
            self.cursor = self.view.settle(self.view.row(origin));
            self.settle();
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
        let to = match which {
            Match::Next if on => at + 1,
            Match::Here | Match::Next => at,
            Match::Previous => at.checked_sub(1).unwrap_or(last),
        };
        let to = if to > last { 0 } else { to };
        if let Some(node) = found.get(to) {
            self.cursor = self.view.reveal(*node);
            self.settle();
        }
    }

    /// The search as it stands on the pane's frame.
    pub fn find_spans(&self, theme: &Theme) -> Vec<Span<'static>> {
        self.find.spans(self.cursor.node, theme)
    }

    /// So much of it fits on screen from now on.
    pub fn fit(&mut self, size: Size) {
        if self.size != size {
            self.size = size;
            self.settle();
        }
    }

    fn height(&self) -> usize {
        usize::from(self.size.height).max(1)
    }

    /// The value that lies this way, if there is one.
    pub fn neighbour(&self, way: Way) -> Option<Row> {
        match way {
            Way::Parent => self.view.parent(self.cursor),
            Way::NextSibling => self.view.next_sibling(self.cursor),
            Way::PreviousSibling => self.view.prev_sibling(self.cursor),
        }
    }

    /// Moves the cursor there.
    pub fn go(&mut self, way: Way) {
        self.cursor = self.neighbour(way).unwrap_or(self.cursor);
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

    /// Moves the cursor.
    pub fn step(&mut self, step: Move) {
        let height = self.height();
        self.cursor = match step {
            Move::By(by) => self.view.step(self.cursor, by),
            Move::Pages(by) => self.view.step(self.cursor, by.saturating_mul(height.max(2) as isize - 1)),
            Move::Top => self.view.first(),
            Move::Bottom => self.view.last(),
        };
        self.settle();
    }

    /// Puts the cursor on the row so many rows below the top of the window.
    pub fn click(&mut self, row: usize) {
        self.cursor = self.view.step(self.top, isize::try_from(row).unwrap_or_default());
        self.remember_path();
    }

    /// Folds or unfolds.
    pub fn fold(&mut self, fold: Fold) {
        let node = self.cursor.node;
        let foldable = self.view.document().count(node) > 0;
        match fold {
            Fold::Toggle if foldable => self.view.toggle(node),
            Fold::FoldOrParent if foldable && !self.view.is_folded(node) => self.view.fold(node),
            Fold::Toggle | Fold::FoldOrParent => self.cursor = self.view.parent(self.cursor).unwrap_or(self.cursor),
            Fold::UnfoldOrChild if self.view.is_folded(node) => self.view.unfold(node),
            Fold::UnfoldOrChild => {
                if let Some(child) = self.view.document().first_child(node) {
                    self.cursor = self.view.row(child);
                }
            }
            Fold::UnfoldBelow => self.view.unfold_below(node),
            Fold::FoldAll => return self.fold_to(1),
            Fold::UnfoldAll => {
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

    /// Brings the cursor into the window.
    fn settle(&mut self) {
        let height = self.height();
        let below = isize::try_from(height.saturating_sub(1)).unwrap_or_default();
        if self.view.offset(self.cursor) < self.view.offset(self.top) {
            self.top = self.cursor;
        } else if !self.view.window(self.top, height).any(|info| info.row == self.cursor) {
            self.top = self.view.step(self.cursor, -below);
        }
        self.remember_path();
    }

    fn remember_path(&mut self) {
        self.path = self.view.document().jq_path(self.cursor.node).to_string();
    }

    /// Draws the rows that fit.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, focused: bool) {
        for (at, info) in self.view.window(self.top, usize::from(area.height)).enumerate() {
            let row = nth_line(area, at);
            let selected = info.row == self.cursor;
            canvas.line(row, self.row(&info, usize::from(row.width), selected, focused, canvas.theme));
            canvas.hit(row, Target::Row(Pane::Side, at));
        }
    }

    fn row(&self, info: &RowInfo<'_>, width: usize, selected: bool, focused: bool, theme: &Theme) -> Line<'static> {
        let lift = |style: Style| if selected { style.patch(theme.strong) } else { style };
        let wanted = self.find.pattern_at(info.row.node);
        let spots = |text: &str| wanted.map(|pattern| pattern.spots(text)).unwrap_or_default();
        let bar = Span::styled(if selected { "▌" } else { " " }, if focused { theme.accent } else { theme.muted });
        // Deep nesting must not push everything off the right edge.
        let indent = (info.row.depth as usize * 2).min(width / 2);
        let fold = match info.shape {
            Shape::Open { folded: true, .. } => "▶ ",
            Shape::Open { folded: false, .. } => "▼ ",
            _ => "  ",
        };
        let mut spans = vec![bar, Span::styled(format!("{}{fold}", " ".repeat(indent)), theme.muted)];
        let mut left = width.saturating_sub(3 + indent);
        if let Some(key) = info.key {
            let shown = format!("\"{}\"", excerpt(key, left).text);
            let shown = text::fit(&shown, left.saturating_sub(2)).into_owned();
            left = left.saturating_sub(text::width(&shown) + 2);
            spans.extend(marked(&shown, &spots(&shown), lift(theme.json_key), theme.found));
            spans.push(Span::styled(": ", theme.json_punctuation));
        }
        let document = self.view.document();
        let kind = document.kind(info.row.node);
        let (open, close) = if kind == Kind::Array { ("[", "]") } else { ("{", "}") };
        match info.shape {
            Shape::Open { folded: false, .. } => spans.push(Span::styled(open, theme.json_punctuation)),
            Shape::Close => spans.push(Span::styled(close, theme.json_punctuation)),
            Shape::Open { folded: true, count } => {
                let unit = match (kind, count) {
                    (Kind::Array, 1) => "item",
                    (Kind::Array, _) => "items",
                    (_, 1) => "key",
                    _ => "keys",
                };
                let count = format!("  {count} {unit}");
                let room = left.saturating_sub(count.len());
                let preview = document.display_string(info.row.node, room).text.to_string();
                spans.push(Span::styled(text::fit(&preview, room).into_owned(), lift(theme.muted)));
                spans.push(Span::styled(count, theme.muted));
            }
            Shape::Leaf => {
                let shown = document.display_string(info.row.node, left);
                let mut shown = shown.text.to_string();
                if kind == Kind::String {
                    shown = format!("\"{shown}\"");
                }
                let shown = text::fit(&shown, left);
                spans.extend(marked(&shown, &spots(&shown), lift(theme.json(kind)), theme.found));
            }
        }
        Line::from(spans)
    }
}
