//! The visible rows of a document under folds, one step at a time.
//!
//! Rows have no numbers: numbering seven million of them again after every fold is what makes
//! viewers slow. A row knows its neighbours, and its place in the body in bytes.

use super::{NodeId, View};

/// End of a value that a row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowSide {
    /// The start of a container with something in it; all of it while folded.
    Open,
    /// The end of an unfolded container.
    Close,
    /// All of a scalar or an empty container.
    Leaf,
}

/// One row of a [`View`]. A fold can hide it; [`View::settle`] then gives the row that took its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct JsonRow {
    /// The value it shows.
    pub node: NodeId,
    /// Number of containers around it.
    pub depth: u32,
    /// End of the value that it shows.
    pub side: RowSide,
}

/// Everything that is drawn in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowInfo<'a> {
    /// Row that is drawn.
    pub row: JsonRow,
    /// The raw key, see [`Document::key`](super::Document::key); closing rows have none.
    pub key: Option<&'a [u8]>,
    /// Content of the row.
    pub shape: RowShape,
    /// True if a comma follows in the text.
    pub comma: bool,
}

/// Content of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowShape {
    /// The start of a container.
    Open {
        /// Number of values directly inside.
        count: u32,
        /// True if they are hidden.
        folded: bool,
    },
    /// The end of a container.
    Close,
    /// A scalar or an empty container.
    Leaf,
}

impl View {
    /// Row of the root.
    pub fn first(&self) -> JsonRow {
        self.entry(self.document().root(), 0)
    }

    /// Row that ends the root, or the root itself while it is folded.
    pub fn last(&self) -> JsonRow {
        self.exit(self.document().root(), 0)
    }

    /// The row below. O(1).
    pub fn next(&self, row: JsonRow) -> Option<JsonRow> {
        let JsonRow { node, depth, side } = row;
        if side == RowSide::Open && !self.is_folded(node) {
            return self.document().first_child(node).map(|child| self.entry(child, depth + 1));
        }
        if let Some(sibling) = self.document().next_sibling(node) {
            return Some(self.entry(sibling, depth));
        }
        let node = self.document().parent(node)?;
        Some(JsonRow { node, depth: depth.saturating_sub(1), side: RowSide::Close })
    }

    /// The row above. O(1).
    pub fn prev(&self, row: JsonRow) -> Option<JsonRow> {
        let JsonRow { node, depth, side } = row;
        if side == RowSide::Close {
            return self.document().last_child(node).map(|child| self.exit(child, depth + 1));
        }
        if let Some(sibling) = self.document().prev_sibling(node) {
            return Some(self.exit(sibling, depth));
        }
        let node = self.document().parent(node)?;
        Some(JsonRow { node, depth: depth.saturating_sub(1), side: RowSide::Open })
    }

    /// The row `by` rows further down (up, when negative), or the last (first) one on the way.
    pub fn step(&self, row: JsonRow, by: isize) -> JsonRow {
        let neighbour = |row: &JsonRow| if by < 0 { self.prev(*row) } else { self.next(*row) };
        std::iter::successors(Some(row), neighbour).take(by.unsigned_abs().saturating_add(1)).last().unwrap_or(row)
    }

    /// Up to `height` rows from `top` on, or from the row that took its place.
    pub fn window(&self, top: JsonRow, height: usize) -> impl Iterator<Item = RowInfo<'_>> {
        std::iter::successors(Some(self.settle(top)), |row| self.next(*row)).take(height).map(|row| self.info(row))
    }

    /// Everything that is drawn in a row.
    pub fn info(&self, row: JsonRow) -> RowInfo<'_> {
        let node = row.node;
        let shape = match row.side {
            RowSide::Open => RowShape::Open { count: self.document().count(node), folded: self.is_folded(node) },
            RowSide::Close => RowShape::Close,
            RowSide::Leaf => RowShape::Leaf,
        };
        RowInfo {
            row,
            key: if row.side == RowSide::Close { None } else { self.document().key(node) },
            shape,
            comma: !matches!(shape, RowShape::Open { folded: false, .. })
                && self.document().next_sibling(node).is_some(),
        }
    }

    /// True for the row at the end of a container of which more was to come.
    pub fn is_cut_end(&self, row: JsonRow) -> bool {
        row.side == RowSide::Close && self.document().is_cut(row.node)
    }

    /// The row a value starts in, if nothing hid it. O(depth).
    pub fn row(&self, node: NodeId) -> JsonRow {
        self.entry(node, self.document().depth(node))
    }

    /// The same row, or the folded container that hides it. O(depth).
    pub fn settle(&self, row: JsonRow) -> JsonRow {
        let mut shown = row;
        let mut at = Some((row.node, row.depth));
        while let Some((node, depth)) = at {
            let hides = node != row.node || row.side == RowSide::Close;
            if hides && self.is_folded(node) {
                shown = JsonRow { node, depth, side: RowSide::Open };
            }
            at = self.document().parent(node).map(|parent| (parent, depth.saturating_sub(1)));
        }
        shown
    }

    /// Unfolds whatever hides a value; gives the row it starts in. O(depth).
    pub fn reveal(&mut self, node: NodeId) -> JsonRow {
        let mut outer = self.document().parent(node);
        while let Some(container) = outer {
            self.unfold(container);
            outer = self.document().parent(container);
        }
        self.row(node)
    }

    /// The row of the container around.
    pub fn parent(&self, row: JsonRow) -> Option<JsonRow> {
        let node = self.document().parent(row.node)?;
        Some(self.entry(node, row.depth.saturating_sub(1)))
    }

    /// The row of the next value in the same container.
    pub fn next_sibling(&self, row: JsonRow) -> Option<JsonRow> {
        self.document().next_sibling(row.node).map(|node| self.entry(node, row.depth))
    }

    /// The row of the value before it in the same container.
    pub fn prev_sibling(&self, row: JsonRow) -> Option<JsonRow> {
        self.document().prev_sibling(row.node).map(|node| self.entry(node, row.depth))
    }

    /// Offset of the row in the body, in bytes. Rows further down stand further on.
    pub fn offset(&self, row: JsonRow) -> usize {
        let range = self.document().range(row.node);
        if row.side == RowSide::Close { range.end.saturating_sub(1) } else { range.start }
    }

    /// Position of the row in the body: 0 for the first byte, towards 1 for the last. O(1), and good enough
    /// for a scroll bar, since the rows themselves are not counted.
    #[allow(clippy::cast_precision_loss)]
    pub fn fraction(&self, row: JsonRow) -> f64 {
        self.offset(row) as f64 / self.document().text().bytes().len().saturating_sub(1).max(1) as f64
    }

    /// The visible row that stands about so far down the body, the inverse of [`View::fraction`].
    /// O(log values + depth).
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub fn at_fraction(&self, fraction: f64) -> JsonRow {
        let last = self.document().text().bytes().len().saturating_sub(1) as f64;
        // A float that fits nowhere becomes the nearest end, which is what is meant.
        self.settle(self.row(self.document().at_offset((fraction * last).round() as usize)))
    }

    fn entry(&self, node: NodeId, depth: u32) -> JsonRow {
        let side = if self.can_fold(node) { RowSide::Open } else { RowSide::Leaf };
        JsonRow { node, depth, side }
    }

    fn exit(&self, node: NodeId, depth: u32) -> JsonRow {
        match self.entry(node, depth) {
            row if row.side == RowSide::Open && !self.is_folded(node) => JsonRow { side: RowSide::Close, ..row },
            row => row,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::JsonText;
    use crate::json::Document;
    use crate::json::strategy::{DEEP, any_json, deep};

    fn view(text: &str) -> View {
        View::new(Document::index(JsonText::parse(text.to_owned()).expect("JSON")).expect("indexed"))
    }

    fn down(view: &View) -> Vec<JsonRow> {
        std::iter::successors(Some(view.first()), |row| view.next(*row)).collect()
    }

    /// The rows as a person would list them.
    fn listed(view: &View, node: NodeId, depth: u32, out: &mut Vec<JsonRow>) {
        let doc = view.document();
        let side = if doc.count(node) > 0 { RowSide::Open } else { RowSide::Leaf };
        out.push(JsonRow { node, depth, side });
        if side == RowSide::Open && !view.is_folded(node) {
            doc.children(node).for_each(|child| listed(view, child, depth + 1, out));
            out.push(JsonRow { node, depth, side: RowSide::Close });
        }
    }

    /// The visible rows, as `depth key raw-start comma`.
    fn drawn(view: &View) -> Vec<String> {
        let line = |info: RowInfo<'_>| {
            let key = info.key.map(|key| format!("{}:", String::from_utf8_lossy(key))).unwrap_or_default();
            let raw = String::from_utf8_lossy(view.document().raw(info.row.node)).into_owned();
            let what = match info.shape {
                RowShape::Open { count, folded: true } => format!("{}…{count}", &raw[..1]),
                RowShape::Open { .. } => raw[..1].into(),
                RowShape::Close => raw[raw.len() - 1..].into(),
                RowShape::Leaf => raw,
            };
            format!("{} {key}{what}{}", info.row.depth, if info.comma { "," } else { "" })
        };
        view.window(view.first(), usize::MAX).map(line).collect()
    }

    const SMALL: &str = r#"{"a":[1,[2,3],{}],"b":{"c":null},"d":"x"}"#;

    #[test]
    fn rows_look_like_the_document() {
        let mut view = view(SMALL);
        let open = ["0 {", r#"1 "a":["#, "2 1,", "2 [", "3 2,", "3 3", "2 ],", "2 {}", "1 ],"];
        assert_eq!(drawn(&view)[..9], open);
        assert_eq!(drawn(&view)[9..], [r#"1 "b":{"#, r#"2 "c":null"#, "1 },", r#"1 "d":"x""#, "0 }"]);
        view.fold_all();
        assert_eq!(drawn(&view), ["0 {", r#"1 "a":[…3,"#, r#"1 "b":{…1,"#, r#"1 "d":"x""#, "0 }"]);
        view.fold_to_level(0);
        assert_eq!(drawn(&view), ["0 {…3"]);
        view.fold_to_level(2);
        assert_eq!(drawn(&view)[1..5], [r#"1 "a":["#, "2 1,", "2 […2,", "2 {}"]);
        view.unfold_all();
        assert_eq!(drawn(&view).len(), 14);
    }

    #[test]
    fn levels_are_counted_and_a_part_unfolds_alone() {
        let levels = |text| view(text).levels();
        assert_eq!(
            [levels(SMALL), levels("7"), levels("[]"), levels("[[],{}]"), levels("[[1],[[2]]]")],
            [3, 0, 0, 1, 3]
        );
        let mut view = view(SMALL);
        view.fold_to_level(0);
        view.unfold_below(view.document().first_child(view.document().root()).expect("a"));
        view.unfold(view.document().root());
        assert_eq!(drawn(&view)[1..9], [r#"1 "a":["#, "2 1,", "2 [", "3 2,", "3 3", "2 ],", "2 {}", "1 ],"]);
        assert_eq!(drawn(&view)[9..11], [r#"1 "b":{…1,"#, r#"1 "d":"x""#]);
    }

    #[test]
    fn a_scalar_is_one_row() {
        let mut view = view("7");
        view.fold_to_level(0);
        view.toggle(view.document().root());
        assert_eq!(view.first(), view.last());
        assert_eq!((view.next(view.first()), view.prev(view.first()), view.parent(view.first())), (None, None, None));
        assert_eq!(drawn(&view), ["0 7"]);
    }

    #[test]
    fn sideways_and_up() {
        let view = view(SMALL);
        let a = view.step(view.first(), 1);
        let b = view.next_sibling(a).expect("b");
        assert_eq!(view.prev_sibling(b), Some(a));
        assert_eq!((view.prev_sibling(a), view.parent(b)), (None, Some(view.first())));
        assert_eq!(view.step(view.first(), 99), view.last());
        assert_eq!(view.step(view.last(), -99), view.first());
        assert_eq!(view.step(a, 0), a);
    }

    #[test]
    fn a_hidden_row_settles_where_it_went_and_can_be_revealed() {
        let mut view = view(SMALL);
        let three = down(&view)[5];
        assert_eq!(view.document().raw(three.node), b"3");
        view.fold_to_level(0);
        assert_eq!(view.settle(three), view.first());
        assert_eq!(view.settle(JsonRow { side: RowSide::Close, ..view.first() }), view.first());
        assert_eq!(view.window(three, 9).count(), 1);
        assert_eq!(view.reveal(three.node), three);
        assert_eq!(view.settle(three), three);
        assert!(down(&view).contains(&three));
    }

    #[test]
    fn depth_is_no_danger() {
        let mut view = view(&deep());
        let rows = down(&view);
        assert_eq!(rows.len(), 4 * DEEP + 1);
        let innermost = rows[2 * DEEP];
        assert_eq!(innermost.side, RowSide::Leaf);
        view.fold_to_level(1000);
        assert_eq!(view.settle(innermost), rows[1000]);
        assert_eq!(view.reveal(innermost.node), innermost);
    }

    proptest! {
        #[test]
        fn walking_is_listing_under_any_folds(text in any_json(), folds in prop::collection::vec(any::<prop::sample::Index>(), 0..12)) {
            let mut view = view(&text);
            let before = down(&view);
            for at in folds {
                view.toggle(NodeId(at.index(view.document().len()) as u32));
            }
            let mut expected = Vec::new();
            listed(&view, view.document().root(), 0, &mut expected);
            let rows = down(&view);
            prop_assert_eq!(&rows, &expected);
            let mut up: Vec<_> = std::iter::successors(Some(view.last()), |row| view.prev(*row)).collect();
            up.reverse();
            prop_assert_eq!(&up, &rows);
            prop_assert!(rows.windows(2).all(|pair| view.offset(pair[0]) < view.offset(pair[1])));
            for row in &rows {
                prop_assert_eq!(view.settle(*row), *row);
                if row.side != RowSide::Close {
                    prop_assert_eq!(view.at_fraction(view.fraction(*row)), *row);
                }
            }
            for row in before {
                prop_assert!(rows.contains(&view.settle(row)));
            }
        }

        #[test]
        fn levels_and_parts_fold_as_depth_says(text in any_json(), level in 0u32..6, part in any::<prop::sample::Index>()) {
            let mut view = view(&text);
            let nodes: Vec<_> = (0..view.document().len() as u32).map(NodeId).collect();
            view.fold_to_level(level);
            let holds = |view: &View, node: NodeId| view.document().count(node) > 0;
            for node in &nodes {
                prop_assert_eq!(view.is_folded(*node), holds(&view, *node) && view.document().depth(*node) >= level);
            }
            let deepest = nodes.iter().filter(|node| holds(&view, **node)).map(|node| view.document().depth(*node) + 1);
            prop_assert_eq!(view.levels(), deepest.max().unwrap_or(0));
            view.fold_to_level(0);
            let part = nodes[part.index(nodes.len())];
            view.unfold_below(part);
            let range = view.document().range(part);
            for node in &nodes {
                let inside = range.contains(&view.document().range(*node).start);
                prop_assert_eq!(view.is_folded(*node), holds(&view, *node) && !inside);
            }
        }
    }
}
