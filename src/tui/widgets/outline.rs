//! A schema to look at: what it asks for, one entry a row, with folds.

use std::collections::HashSet;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::JsonText;
use crate::schema::{Outline, OutlineEntry};
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::Pane;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{Cursor, Move};
use crate::tui::widgets::text;

/// Folding that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// Fold what is open, open what is folded.
    Toggle,
    /// Fold, or go to the parent where there is nothing to fold.
    CloseOrParent,
    /// Unfold, or go to the first child where there is nothing to unfold.
    OpenOrChild,
    /// Unfold this and everything inside it.
    OpenBelow,
    /// Fold everything below the outermost value.
    CloseAll,
    /// Unfold everything.
    OpenAll,
}

/// A schema, what of it is folded, and a cursor in it.
#[derive(Debug, Default)]
pub struct OutlineView {
    schema: Option<JsonText>,
    outline: Outline,
    folded: HashSet<usize>,
    /// Entries that are shown; the schema itself, entry 0, is what the pane is about.
    rows: Vec<usize>,
    cursor: Cursor,
}

/// Lines below the rows that tell the entry under the cursor in full.
const FOOT: u16 = 3;

impl OutlineView {
    /// Shows this schema, unfolded, unless it is shown already.
    pub fn show(&mut self, schema: Option<JsonText>) {
        if schema == self.schema {
            return;
        }
        self.outline = schema.as_ref().map(Outline::from_schema).unwrap_or_default();
        self.schema = schema;
        self.folded.clear();
        self.cursor = Cursor::default();
        self.arrange();
    }

    fn arrange(&mut self) {
        self.rows.clear();
        let mut at = 1;
        while let Some(entry) = self.outline.entries.get(at) {
            self.rows.push(at);
            at = if self.folded.contains(&at) { entry.inside.end } else { at + 1 };
        }
    }

    /// Moves the cursor; `height` is that of the whole pane.
    pub fn step(&mut self, step: Move, height: usize) {
        self.cursor.step(step, self.rows.len(), height.saturating_sub(usize::from(FOOT)));
    }

    /// Puts the cursor onto a row.
    pub fn click(&mut self, row: usize, height: usize) {
        self.cursor.go(row, self.rows.len(), height.saturating_sub(usize::from(FOOT)));
    }

    fn selected(&self) -> Option<(usize, &OutlineEntry)> {
        let at = *self.rows.get(self.cursor.row)?;
        Some((at, self.outline.entries.get(at)?))
    }

    /// Place of the value of the entry under the cursor in the input, as jq writes it.
    pub fn path(&self) -> Option<String> {
        self.selected().map(|(at, _)| self.outline.path(at).raw().to_owned())
    }

    /// Whether the entry under the cursor can be folded.
    pub fn folds(&self) -> bool {
        self.selected().is_some_and(|(_, entry)| entry.has_children())
    }

    /// Whether the entry under the cursor is unfolded, or stands in another.
    pub fn folds_or_has_parent(&self) -> bool {
        self.selected().is_some_and(|(at, entry)| entry.has_children() && !self.folded.contains(&at) || entry.depth > 0)
    }

    /// Whether there is such a value.
    pub fn has_path(&self) -> bool {
        self.selected().is_some()
    }

    /// Whether the reference of the entry under the cursor leads somewhere else.
    pub fn leads_somewhere(&self) -> bool {
        self.selected().is_some_and(|(at, _)| self.outline.follow(at).is_some())
    }

    /// Goes where that reference leads, unfolding whatever hides it.
    pub fn follow(&mut self, height: usize) {
        let Some(to) = self.selected().and_then(|(at, _)| self.outline.follow(at)) else { return };
        let entries = &self.outline.entries;
        self.folded.retain(|at| !entries.get(*at).is_some_and(|entry| entry.inside.contains(&to)));
        self.arrange();
        // The schema itself has no row; the first one stands for it.
        let row = self.rows.iter().position(|row| *row == to).unwrap_or(0);
        self.click(row, height);
    }

    /// Folds or unfolds as asked; `height` is in rows.
    pub fn fold(&mut self, fold: Fold, height: usize) {
        let Some((at, entry)) = self.selected() else { return };
        let (foldable, folded) = (entry.has_children(), self.folded.contains(&at));
        match fold {
            Fold::Toggle | Fold::CloseOrParent if foldable && !folded => {
                self.folded.insert(at);
            }
            Fold::Toggle | Fold::OpenOrChild if folded => {
                self.folded.remove(&at);
            }
            Fold::OpenOrChild if foldable => self.step(Move::By(1), height),
            Fold::CloseOrParent => {
                let depth = entry.depth;
                let above = self
                    .rows
                    .iter()
                    .take(self.cursor.row)
                    .rposition(|row| self.outline.entries.get(*row).is_some_and(|entry| entry.depth < depth));
                if let Some(row) = above {
                    self.click(row, height);
                }
            }
            Fold::CloseAll => {
                let all = self.outline.entries.iter().enumerate().filter(|(_, entry)| entry.has_children());
                self.folded = all.map(|(at, _)| at).collect();
            }
            Fold::OpenAll => self.folded.clear(),
            Fold::Toggle | Fold::OpenOrChild | Fold::OpenBelow => {}
        }
        self.arrange();
        self.cursor.settle(self.rows.len(), height.saturating_sub(usize::from(FOOT)));
    }

    /// Draws the rows that fit, and below them the entry under the cursor in full.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, focused: bool) {
        let theme = canvas.theme;
        if self.rows.is_empty() {
            let words = match (&self.schema, self.outline.cut) {
                (None, _) => "The vendor declares no input for this tool.",
                (Some(_), true) => "The schema is too long to be shown.",
                (Some(_), false) => "It takes no input.",
            };
            canvas.line(area, Line::styled(words, theme.muted));
            return;
        }
        let foot = if area.height > FOOT + 2 { FOOT } else { 0 };
        let list = Rect { height: area.height - foot, ..area };
        let top = self.cursor.top;
        let names = self.name_column(usize::from(list.width));
        for (at, row) in self.rows.iter().enumerate().skip(top).take(usize::from(list.height)) {
            let Some(entry) = self.outline.entries.get(*row) else { continue };
            let line = nth_line(list, at - top);
            let selected = at == self.cursor.row;
            canvas.line(line, self.row(*row, entry, names, (selected, focused), usize::from(line.width), theme));
            canvas.hit(line, Target::Row(Pane::Side, at));
        }
        if let Some((_, entry)) = self.selected().filter(|_| foot > 0) {
            let below = Rect { y: list.bottom(), height: foot, ..area };
            let words = text::wrap_in(&in_full(entry), usize::from(area.width), usize::from(foot));
            for (at, line) in words.into_iter().enumerate() {
                canvas.line(nth_line(below, at), Line::styled(line, theme.muted));
            }
        }
    }

    /// Columns that names take, so that types line up; never more than half.
    fn name_column(&self, width: usize) -> usize {
        let wide = |entry: &OutlineEntry| {
            let required = if entry.required { REQUIRED.len() } else { 0 };
            usize::from(entry.depth.saturating_sub(1)) * 2 + text::width(&entry.label()) + required
        };
        let shown = self.rows.iter().skip(self.cursor.top).take(200);
        shown.filter_map(|row| self.outline.entries.get(*row)).map(wide).max().unwrap_or(0).min(width / 2)
    }

    fn row(
        &self,
        at: usize,
        entry: &OutlineEntry,
        names: usize,
        (selected, focused): (bool, bool),
        width: usize,
        theme: &Theme,
    ) -> Line<'static> {
        let bar = Span::styled(if selected { "▌" } else { " " }, if focused { theme.accent } else { theme.muted });
        let indent = (usize::from(entry.depth.saturating_sub(1)) * 2).min(width / 2);
        let fold = match (entry.has_children(), self.folded.contains(&at)) {
            (false, _) => "  ",
            (true, true) => "▶ ",
            (true, false) => "▼ ",
        };
        let lift = |style: Style| if selected { style.patch(theme.strong) } else { style };
        let mut left = width.saturating_sub(3 + indent);
        let mut spans = vec![bar, Span::styled(format!("{}{fold}", " ".repeat(indent)), theme.muted)];
        let name = entry.label();
        let name_width = text::width(&name);
        let mut say = |words: &str, style: Style| {
            let words = text::fit(words, left).into_owned();
            left = left.saturating_sub(text::width(&words));
            spans.push(Span::styled(words, style));
        };
        say(&name, lift(theme.json_key));
        if entry.required {
            say(REQUIRED, theme.warn);
        }
        let taken = indent + name_width + if entry.required { REQUIRED.len() } else { 0 };
        say(&" ".repeat(names.saturating_sub(taken)), Style::new());
        say(&format!("  {}", entry.type_word), Style::new());
        if let Some(format) = &entry.format {
            say(&format!(" {format}"), theme.muted);
        }
        if !entry.values.is_empty() {
            let values: Vec<_> = entry.values.iter().take(VALUES).map(ToString::to_string).collect();
            let more = if entry.values.len() > VALUES { " …" } else { "" };
            say(&format!("  {}{more}", values.join(" ")), theme.json_string);
        }
        if let Some(default) = &entry.default {
            say(&format!("  = {default}"), theme.muted);
        }
        if let Some(note) = &entry.note {
            say(&format!("  ({note})"), theme.muted);
        }
        say(&format!("  {}", entry.description), theme.muted);
        Line::from(spans)
    }
}

const REQUIRED: &str = " required";

/// Values that fit which are told in the row; the foot tells all.
const VALUES: usize = 6;

/// Lines of a description that are looked at: more than the foot holds.
const PROSE: usize = 20;

/// Description, values, constraints and reference in one text.
fn in_full(entry: &OutlineEntry) -> String {
    let mut parts: Vec<String> = Vec::new();
    if !entry.description.is_empty() {
        let mut prose = entry.description.scrubbed_lines().take(PROSE).collect::<Vec<_>>().join(" ");
        if !prose.ends_with(['.', '!', '?', ':']) {
            prose.push('.');
        }
        parts.push(prose);
    }
    if !entry.values.is_empty() {
        let values: Vec<_> = entry.values.iter().map(ToString::to_string).collect();
        parts.push(format!("One of {}.", values.join(", ")));
    }
    parts.extend(entry.constraints.iter().map(|constraint| format!("{constraint}.")));
    parts.extend(entry.reference.iter().map(|reference| format!("By reference: {reference}.")));
    parts.join(" ")
}
