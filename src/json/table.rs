//! An array of like objects as a table: an object a row, a key a column.

use crate::order::StableOrder as _;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering as Memory};

use super::excerpt::{unescaped, unquoted};
use super::{Document, NodeId, NodeKind, Pattern};

/// More columns than this are not told apart: an object with an id for a key is no row of a table.
const MOST_COLUMNS: usize = 500;

/// Rows that are measured for the width of a column.
const MEASURED: usize = 200;

/// Width of a column at most, in characters.
pub const WIDEST: usize = 40;

/// Rows that are looked at between two looks at the stop flag.
const STRIDE: usize = 1024;

/// An array and the columns its objects have. Holds four bytes a row; cells are found when they are
/// asked for.
#[derive(Clone, Debug)]
pub struct JsonTable {
    document: Document,
    array: NodeId,
    rows: Vec<NodeId>,
    columns: Vec<Column>,
}

/// A key that objects of the array have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The key, decoded; foreign text.
    pub name: String,
    /// Number of objects that have it.
    pub count: usize,
    /// Characters that its name and most of its values take.
    pub width: usize,
}

/// Values of a table that match, and the rows that they are in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableMatches {
    /// Values, in document order.
    pub values: Vec<NodeId>,
    /// Rows, by their places in the array.
    pub rows: Vec<u32>,
}

/// Sort key of a cell. Kinds are ordered as they stand here.
enum CellKey {
    Null,
    Bool(bool),
    Number(f64, NodeId),
    Text(NodeId),
    Container(u32),
}

fn is_table(document: &Document, array: NodeId) -> bool {
    let first = document.first_child(array).filter(|_| document.kind(array) == NodeKind::Array);
    first.is_some_and(|first| document.kind(first) == NodeKind::Object && document.count(first) > 0)
}

impl JsonTable {
    /// The array that the value is, or the nearest one it stands in, if its first item is an object
    /// with something in it; and the item of it in which the value stands. Looks at no more than the
    /// `depth` containers around it.
    pub fn around(document: &Document, node: NodeId, depth: usize) -> Option<(NodeId, Option<NodeId>)> {
        let mut item = None;
        let mut at = Some(node);
        for _ in 0..=depth {
            let array = at?;
            if is_table(document, array) {
                return Some((array, item));
            }
            item = Some(array);
            at = document.parent(array);
        }
        None
    }

    /// The outermost such array in an object, in objects in it and so on; what an answer is wrapped in
    /// is passed through. Looks at no more than `most` values.
    pub fn within(document: &Document, node: NodeId, most: usize) -> Option<NodeId> {
        let mut layer = vec![node];
        let mut looked_at = 0;
        while !layer.is_empty() {
            let objects = layer.iter().filter(|node| document.kind(**node) == NodeKind::Object);
            let below: Vec<NodeId> =
                objects.flat_map(|object| document.children(*object)).take(most.saturating_sub(looked_at)).collect();
            if let Some(array) = below.iter().find(|node| is_table(document, **node)) {
                return Some(*array);
            }
            looked_at += below.len();
            layer = below;
        }
        None
    }

    /// The array's rows and columns, the columns that most rows have first. None when `stop` is set
    /// meanwhile. Looks at every key.
    pub fn from_array(document: &Document, array: NodeId, stop: &AtomicBool) -> Option<Self> {
        let mut rows = Vec::with_capacity(document.count(array) as usize);
        let mut places: HashMap<Cow<'_, str>, usize> = HashMap::new();
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (at, row) in document.children(array).enumerate() {
            if at % STRIDE == 0 && stop.load(Memory::Relaxed) {
                return None;
            }
            rows.push(row);
            for cell in document.children(row) {
                let Some(name) = document.key(cell).map(name) else { continue };
                let place = match places.get(&name) {
                    Some(place) => *place,
                    None if found.len() >= MOST_COLUMNS => continue,
                    None => {
                        places.insert(name, found.len());
                        found.push((0, usize::MAX));
                        found.len() - 1
                    }
                };
                // A key that stands twice in an object counts once.
                if let Some((count, last)) = found.get_mut(place).filter(|(_, last)| *last != at) {
                    (*count, *last) = (*count + 1, at);
                }
            }
        }
        let mut columns: Vec<(usize, Column)> = places
            .into_iter()
            .map(|(name, place)| {
                let (count, width) =
                    (found.get(place).map_or(0, |(count, _)| *count), name.chars().count().min(WIDEST));
                (place, Column { name: name.into_owned(), count, width })
            })
            .collect();
        columns.order_by_key(|(place, column)| (std::cmp::Reverse(column.count), *place));
        let columns = columns.into_iter().map(|(_, column)| column).collect();
        let mut table = Self { document: document.clone(), array, rows, columns };
        table.measure();
        Some(table)
    }

    fn measure(&mut self) {
        // From the first to the last: what is counted up grows wider further down.
        let (last, count) = (self.rows.len().saturating_sub(1), self.rows.len().min(MEASURED));
        for column in 0..self.columns.len() {
            let rows = (0..count).map(|n| n * last / count.saturating_sub(1).max(1));
            let cells = rows.filter_map(|row| self.cell(row, column));
            let widths = cells.map(|cell| self.document.display_string(cell, WIDEST).text.scrubbed().chars().count());
            let widest = widths.max().unwrap_or(0).min(WIDEST);
            if let Some(column) = self.columns.get_mut(column) {
                column.width = column.width.max(widest);
            }
        }
    }

    /// Document that the table is a view of.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Columns, the ones that most rows have first.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True if no item is an object.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The item of a row.
    pub fn item(&self, row: usize) -> Option<NodeId> {
        self.rows.get(row).copied()
    }

    /// Value in a cell; of several under one key the last. Costs the keys of the row.
    pub fn cell(&self, row: usize, column: usize) -> Option<NodeId> {
        let (row, column) = (self.item(row)?, self.columns.get(column)?);
        let is_it = |cell: &NodeId| self.document.key(*cell).is_some_and(|key| name(key) == column.name);
        self.document.children(row).filter(is_it).last()
    }

    /// Those of the values found in the document that match by themselves, not by their keys, and stand in this table;
    /// and their rows. `found` is in document order. O(rows + found).
    pub fn matches(&self, found: &[NodeId], pattern: &Pattern) -> TableMatches {
        let inside = self.document.descendants(self.array);
        let from = found.partition_point(|node| *node < inside.start);
        let to = found.partition_point(|node| *node < inside.end);
        let mut decoded = String::new();
        let by_itself = |node: &&NodeId| {
            !self.document.kind(**node).is_container() && pattern.is_in(self.document.raw(**node), &mut decoded)
        };
        let values: Vec<NodeId> = found.get(from..to).unwrap_or_default().iter().filter(by_itself).copied().collect();
        let mut rows = Vec::new();
        let mut left = values.as_slice();
        for (row, item) in self.rows.iter().enumerate() {
            let end = self.document.descendants(*item).end;
            let here = left.partition_point(|node| *node < end);
            if here > 0 {
                rows.extend(u32::try_from(row));
                left = left.get(here..).unwrap_or_default();
            }
            if left.is_empty() {
                break;
            }
        }
        TableMatches { values, rows }
    }

    /// The row and the column in which a value stands, if it stands in this table. O(log rows + depth).
    pub fn place(&self, node: NodeId) -> Option<(usize, Option<usize>)> {
        let (mut inner, mut item) = (None, node);
        while self.document.parent(item)? != self.array {
            inner = Some(item);
            item = self.document.parent(item)?;
        }
        let row = self.rows.binary_search(&item).ok()?;
        let name = inner.and_then(|cell| self.document.key(cell)).map(name);
        Some((row, name.and_then(|name| self.columns.iter().position(|column| column.name == name))))
    }

    /// The rows ordered by a column: numbers as numbers, texts by their letters whatever the case,
    /// what is equal as it came, and rows without the column always last.
    pub fn ordered(&self, column: usize, descending: bool) -> Vec<u32> {
        let key = |row: usize| self.cell(row, column).map(|cell| self.key(cell));
        let keys: Vec<Option<CellKey>> = (0..self.rows.len()).map(key).collect();
        let mut order: Vec<u32> = (0..u32::try_from(keys.len()).unwrap_or(u32::MAX)).collect();
        order.order_by(|a, b| {
            let at = |row: &u32| keys.get(*row as usize).and_then(Option::as_ref);
            match (at(a), at(b)) {
                (Some(a), Some(b)) if descending => self.compare(b, a),
                (Some(a), Some(b)) => self.compare(a, b),
                (a, b) => a.is_none().cmp(&b.is_none()),
            }
        });
        order
    }

    fn key(&self, cell: NodeId) -> CellKey {
        match self.document.kind(cell) {
            NodeKind::Null => CellKey::Null,
            NodeKind::Bool => CellKey::Bool(self.document.raw(cell) == b"true"),
            NodeKind::Number => {
                let number = std::str::from_utf8(self.document.raw(cell)).ok().and_then(|text| text.parse().ok());
                CellKey::Number(number.unwrap_or(0.0), cell)
            }
            NodeKind::String => CellKey::Text(cell),
            NodeKind::Object | NodeKind::Array => CellKey::Container(self.document.count(cell)),
        }
    }

    fn compare(&self, a: &CellKey, b: &CellKey) -> Ordering {
        let rank = |key: &CellKey| match key {
            CellKey::Null => 0,
            CellKey::Bool(_) => 1,
            CellKey::Number(..) => 2,
            CellKey::Text(_) => 3,
            CellKey::Container(_) => 4,
        };
        let letters = |node: NodeId| unescaped(unquoted(self.document.raw(node)).unwrap_or_default());
        match (a, b) {
            (CellKey::Bool(a), CellKey::Bool(b)) => a.cmp(b),
            (CellKey::Container(a), CellKey::Container(b)) => a.cmp(b),
            (CellKey::Number(a, left), CellKey::Number(b, right)) => {
                a.total_cmp(b).then_with(|| whole(self.document.raw(*left), self.document.raw(*right)))
            }
            (CellKey::Text(a), CellKey::Text(b)) => {
                letters(*a).flat_map(char::to_lowercase).cmp(letters(*b).flat_map(char::to_lowercase))
            }
            _ => rank(a).cmp(&rank(b)),
        }
    }
}

/// Whole numbers that are too long to be told apart otherwise, as ids often are.
fn whole(a: &[u8], b: &[u8]) -> Ordering {
    let is_whole = |number: &[u8]| number.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-');
    if !is_whole(a) || !is_whole(b) {
        return Ordering::Equal;
    }
    let order = (a.len(), a).cmp(&(b.len(), b));
    if a.first() == Some(&b'-') { order.reverse() } else { order }
}

fn name(key: &[u8]) -> Cow<'_, str> {
    let inside = unquoted(key).unwrap_or_default();
    match std::str::from_utf8(inside) {
        Ok(plain) if !inside.contains(&b'\\') => Cow::Borrowed(plain),
        _ => Cow::Owned(unescaped(inside).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::JsonText;

    fn document(text: &str) -> Document {
        Document::index(JsonText::parse(text.to_owned()).expect("JSON")).expect("indexed")
    }

    fn table(text: &str) -> JsonTable {
        let document = document(text);
        JsonTable::from_array(&document, document.root(), &AtomicBool::new(false)).expect("a table")
    }

    /// The column as a person would read it down.
    fn down(table: &JsonTable, column: usize, order: &[u32]) -> Vec<String> {
        let cell = |row: &u32| table.cell(*row as usize, column);
        let text = |cell| String::from_utf8_lossy(table.document.raw(cell)).into_owned();
        order.iter().map(|row| cell(row).map_or("-".into(), text)).collect()
    }

    fn sorted(values: &str, descending: bool) -> Vec<String> {
        let table = table(values);
        down(&table, 0, &table.ordered(0, descending))
    }

    #[test]
    fn columns_are_the_keys_that_most_rows_have_first() {
        let table = table(r#"[{"a":1,"b":2},{"\u0062":3,"c":4},{"b":5,"c":[6],"c":7},8]"#);
        let columns: Vec<_> = table.columns().iter().map(|column| (column.name.as_str(), column.count)).collect();
        assert_eq!(columns, [("b", 3), ("c", 2), ("a", 1)]);
        assert_eq!(
            (0..4).map(|row| table.cell(row, 1).map(|cell| table.document.raw(cell).to_vec())).collect::<Vec<_>>(),
            [None, Some(b"4".to_vec()), Some(b"7".to_vec()), None]
        );
        assert_eq!(table.len(), 4);
    }

    #[test]
    fn numbers_are_ordered_as_numbers_and_equals_stay_as_they_came() {
        let numbers = r#"[{"n":10},{"n":9.5},{"n":-3},{"x":0},{"n":1e2},{"n":10.0},{"n":9007199254740993},{"n":9007199254740992}]"#;
        assert_eq!(
            sorted(numbers, false),
            ["-3", "9.5", "10", "10.0", "1e2", "9007199254740992", "9007199254740993", "-"]
        );
        assert_eq!(
            sorted(numbers, true),
            ["9007199254740993", "9007199254740992", "1e2", "10", "10.0", "9.5", "-3", "-"]
        );
        assert_eq!(
            sorted(r#"[{"n":-9007199254740992},{"n":-9007199254740993}]"#, false),
            ["-9007199254740993", "-9007199254740992"]
        );
    }

    #[test]
    fn kinds_are_ordered_apart_and_texts_whatever_their_case() {
        let mixed = r#"[{"v":"b"},{"v":{"x":1}},{"v":2},{"v":"A"},{"v":null},{"v":true},{"v":false},{"v":"\u0062"}]"#;
        let expected = ["null", "false", "true", "2", "\"A\"", "\"b\"", "\"\\u0062\"", "{\"x\":1}"];
        assert_eq!(sorted(mixed, false), expected);
    }

    #[test]
    fn the_nearest_array_of_objects_is_found_from_inside() {
        let document = document(r#"{"list":[{"a":{"b":[1,2]}},{"a":3}],"empty":[],"odd":[1,{"a":1}]}"#);
        let at = |pointer: &str| document.at_pointer(pointer).expect("there");
        let around = |pointer: &str| JsonTable::around(&document, at(pointer), 64);
        assert_eq!(around("/list"), Some((at("/list"), None)));
        assert_eq!(around("/list/1/a"), Some((at("/list"), Some(at("/list/1")))));
        assert_eq!(around("/list/0/a/b/1"), Some((at("/list"), Some(at("/list/0")))));
        assert_eq!([around(""), around("/empty"), around("/odd/1")], [None; 3]);
        let within = |pointer: &str, most| JsonTable::within(&document, at(pointer), most);
        assert_eq!([within("", 64), within("", 0), within("/empty", 64)], [Some(at("/list")), None, None]);
        let table = JsonTable::from_array(&document, at("/list"), &AtomicBool::new(false)).expect("a table");
        assert_eq!(table.place(at("/list/1/a")), Some((1, Some(0))));
        assert_eq!(table.place(at("/list/0/a/b/1")), Some((0, Some(0))));
        assert_eq!((table.place(at("/list/1")), table.place(at("/odd"))), (Some((1, None)), None));
    }

    #[test]
    fn rows_match_by_their_values_at_any_depth_and_not_by_their_keys() {
        let document = document(r#"{"x":"ada","list":[{"ada":1},{"b":{"c":["Ada"]}},"ada",{"b":"bob"}],"y":"ada"}"#);
        let array = document.at_pointer("/list").expect("there");
        let table = JsonTable::from_array(&document, array, &AtomicBool::new(false)).expect("a table");
        let pattern = Pattern::from("ada");
        let mut found = Vec::new();
        crate::json::DocumentSearch::new(document.clone(), pattern.clone()).run(
            usize::MAX,
            &AtomicBool::new(false),
            &mut found,
        );
        let at = |pointer: &str| document.at_pointer(pointer).expect("there");
        let matches = table.matches(&found, &pattern);
        assert_eq!(matches, TableMatches { values: vec![at("/list/1/b/c/0"), at("/list/2")], rows: vec![1, 2] });
        assert_eq!(table.matches(&[], &pattern), TableMatches::default());
    }

    #[test]
    fn an_index_is_no_row_and_nobody_waits_for_what_was_stopped() {
        let keys: Vec<_> = (0..5_000).map(|n| format!("\"id{n}\":{n}")).collect();
        assert_eq!(table(&format!("[{{{}}}]", keys.join(","))).columns().len(), MOST_COLUMNS);
        let document = document(r#"[{"a":1}]"#);
        assert!(JsonTable::from_array(&document, document.root(), &AtomicBool::new(true)).is_none());
    }
}
