//! What several people were given by the same call, record by record.
//!
//! Records are the items of a result's lists, wherever those stand: `data`, `nodes`, `edges[].node`. A result without
//! a list is a record itself where it has an id. Records of one list are matched by the surest name that every one of
//! them has (`id`, `gid`, `key`, `number` …), else by their content. The rules of what does not count are those of
//! [`Ignore::between_people`], and values are compared by [`diff()`](super::diff()).

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;

use super::diff::{DiffSide, NAMES};
use super::{DiffEntry, Document, Ignore, NodeId, NodeKind, excerpt};
use crate::domain::Untrusted;

/// Characters of a record's name.
const NAME: usize = 60;

/// Members that name a record for people, the best first.
const TITLES: [&str; 15] = [
    "name",
    "title",
    "subject",
    "full_name",
    "display_name",
    "displayName",
    "summary",
    "label",
    "login",
    "identifier",
    "key",
    "email",
    "slug",
    "path",
    "text",
];

/// Members that hold the list in an object that has an id itself.
const LISTS: [&str; 13] = [
    "nodes", "edges", "items", "array", "data", "results", "result", "records", "values", "entries", "elements",
    "content", "rows",
];

/// Members that are the person who asks, rather than a record: what they see lies inside.
const ASKING: [&str; 2] = ["viewer", "me"];

/// Members by which an object that stands in no list counts as a record.
const SURE: [&str; 5] = ["id", "gid", "uuid", "node_id", "identifier"];

/// Results of one call, compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordComparison {
    /// Number of records in each result; none where it has neither a list nor an id.
    pub counts: Vec<Option<usize>>,
    /// Every record that is in any of them, in the order in which they first come.
    pub records: Vec<ComparedRecord>,
    /// Values outside of records that differ.
    pub elsewhere: Vec<FieldDifference>,
}

/// A record in the results that have it.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparedRecord {
    /// Name for people: its title, else what identifies it, else its beginning.
    pub name: Untrusted,
    /// Place of its list, as a jq path without numbers.
    pub list: Untrusted,
    /// The record in each result.
    pub found: Vec<Option<NodeId>>,
    /// Values in which it differs between those who have it.
    pub fields: Vec<FieldDifference>,
}

/// A value that is not the same in all results.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldDifference {
    /// Place, as a jq path from the record on, or from the root.
    pub path: Untrusted,
    /// The value in each result; none where it is not there.
    pub values: Vec<Option<FieldValue>>,
}

/// A value, and where it stands: results that do not differ from the first have what the first has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldValue {
    /// Number of the result.
    pub result: usize,
    /// The value in it.
    pub node: NodeId,
}

impl RecordComparison {
    /// Compares these results with each other. Takes a few times as long as reading them.
    pub fn new(results: &[&Document]) -> Self {
        let ignore = Ignore::between_people();
        let sides: Vec<_> = results.iter().map(|document| DiffSide::new(document, &ignore)).collect();
        let lists = lists(&sides);
        let mut counts = vec![None; sides.len()];
        let mut records = Vec::new();
        let mut items: Vec<Items> = vec![Items::default(); sides.len()];
        for (path, list) in &lists {
            for ((count, found), inside) in counts.iter_mut().zip(list).zip(&mut items) {
                if let Some(found) = found {
                    *count = Some(count.unwrap_or_default() + found.len());
                    inside.0.extend(found);
                }
            }
            records.extend(matched(&sides, path, list));
        }
        for record in &mut records {
            record.fields = fields(&sides, &record.found);
        }
        sides.iter().zip(&mut items).for_each(|(side, items)| items.sort(side.document));
        Self { counts, records, elsewhere: elsewhere(&sides, &items) }
    }

    /// Whether nothing differs that counts.
    pub fn is_same(&self) -> bool {
        self.elsewhere.is_empty() && self.records.iter().all(|record| record.is_shared() && record.fields.is_empty())
    }

    /// Records that not everybody has.
    pub fn partial(&self) -> impl Iterator<Item = &ComparedRecord> {
        self.records.iter().filter(|record| !record.is_shared())
    }

    /// Records of which values differ between those who have them.
    pub fn changed(&self) -> impl Iterator<Item = &ComparedRecord> {
        self.records.iter().filter(|record| !record.fields.is_empty())
    }
}

impl ComparedRecord {
    /// Whether every result has it.
    pub fn is_shared(&self) -> bool {
        self.found.iter().all(Option::is_some)
    }
}

/// Items of the lists of every result, by the place of the list; none where a result has no such list.
type Lists = IndexMap<String, Vec<Option<Vec<NodeId>>>>;

fn lists(sides: &[DiffSide<'_>]) -> Lists {
    let mut lists = Lists::new();
    for (at, side) in sides.iter().enumerate() {
        let mut open = vec![(side.document.root(), String::new())];
        while let Some((node, path)) = open.pop() {
            let mut add = |items: Vec<NodeId>| {
                let list = lists.entry(path.clone()).or_insert_with(|| vec![None; sides.len()]);
                // Two members of one name make one list.
                if let Some(place) = list.get_mut(at) {
                    place.get_or_insert_default().extend(items);
                }
            };
            match side.document.kind(node) {
                NodeKind::Array => add(side.document.children(node).collect()),
                NodeKind::Object if is_record(side, node) => add(vec![node]),
                NodeKind::Object => {
                    let members: Vec<_> = side.document.children(node).collect();
                    let containers =
                        members.into_iter().rev().filter(|child| side.document.kind(*child).is_container());
                    open.extend(containers.map(|child| (child, format!("{path}.{}", side.key(child)))));
                }
                _ => {}
            }
        }
    }
    // Lists of words beside lists of records say something about the answer.
    let of_objects = |list: &[Option<Vec<NodeId>>]| {
        sides
            .iter()
            .zip(list)
            .any(|(side, items)| items.iter().flatten().any(|item| side.document.kind(*item) == NodeKind::Object))
    };
    if lists.values().any(|list| of_objects(list)) {
        lists.retain(|_, list| of_objects(list) || list.iter().flatten().all(Vec::is_empty));
    }
    lists
}

/// Whether an object that stands in no list is a record, and not what a list lies in.
fn is_record(side: &DiffSide<'_>, node: NodeId) -> bool {
    let asks = side.document.key(node).is_some() && ASKING.contains(&side.key(node).as_str());
    let holds_a_list = || {
        side.document
            .children(node)
            .any(|child| side.document.kind(child).is_container() && LISTS.contains(&side.key(child).as_str()))
    };
    !asks && SURE.iter().any(|name| side.identity(node, name).is_some()) && !holds_a_list()
}

/// Records of one list, matched between the results.
fn matched(sides: &[DiffSide<'_>], path: &str, list: &[Option<Vec<NodeId>>]) -> Vec<ComparedRecord> {
    let key = NAMES.into_iter().find(|name| sides.iter().zip(list).all(|(side, items)| names_all(side, items, name)));
    let mut found: IndexMap<(u128, usize), Vec<Option<NodeId>>> = IndexMap::new();
    for (at, (side, items)) in sides.iter().zip(list).enumerate() {
        let mut seen: HashMap<u128, usize> = HashMap::new();
        for item in items.iter().flatten() {
            let print = key.and_then(|key| side.identity(*item, key)).unwrap_or_else(|| side.print(*item));
            // Of equal items, the second is the same as the second.
            let count = seen.entry(print).or_default();
            *count += 1;
            let places = found.entry((print, *count)).or_insert_with(|| vec![None; sides.len()]);
            if let Some(place) = places.get_mut(at) {
                *place = Some(*item);
            }
        }
    }
    let record = |found: Vec<Option<NodeId>>| {
        let first = sides.iter().zip(&found).find_map(|(side, node)| node.map(|node| (side, node)));
        let name = first.map(|(side, node)| name(side, node, key)).unwrap_or_default();
        let list = if path.is_empty() { "." } else { path };
        ComparedRecord { name, list: list.into(), found, fields: Vec::new() }
    };
    found.into_values().map(record).collect()
}

/// Whether every item has a value of its own under this name.
fn names_all(side: &DiffSide<'_>, items: &Option<Vec<NodeId>>, name: &str) -> bool {
    let mut seen = HashSet::new();
    items.iter().flatten().all(|item| side.identity(*item, name).is_some_and(|print| seen.insert(print)))
}

/// Name of a record for people.
fn name(side: &DiffSide<'_>, item: NodeId, key: Option<&str>) -> Untrusted {
    let record = side.record(item);
    let shown = |node: NodeId| {
        let excerpt = match side.document.kind(node).is_container() {
            true => side.document.display_string(node, NAME),
            false => excerpt(side.document.raw(node), NAME),
        };
        format!("{}{}", excerpt.text.raw(), if excerpt.cut { "…" } else { "" })
    };
    let named = |name: &str| {
        let value = side.member(record, name)?;
        let is_named = match side.document.kind(value) {
            NodeKind::String => side.document.raw(value).len() > 2,
            NodeKind::Number => true,
            _ => false,
        };
        is_named.then(|| shown(value))
    };
    TITLES.into_iter().chain(key).find_map(named).unwrap_or_else(|| shown(record)).into()
}

/// Values in which the copies of a record differ, each held against the first.
fn fields(sides: &[DiffSide<'_>], found: &[Option<NodeId>]) -> Vec<FieldDifference> {
    let mut merged = Merged::new(found.iter().map(Option::is_some).collect());
    let mut copies = sides.iter().zip(found).enumerate().filter_map(|(at, (side, node))| Some((at, side, (*node)?)));
    let Some((at, first, node)) = copies.next() else { return Vec::new() };
    for (other_at, other, other_node) in copies {
        if first.print(node) == other.print(other_node) {
            continue;
        }
        for entry in first.diff(node, other, other_node) {
            merged.add((at, first, node), (other_at, other, other_node), entry);
        }
    }
    merged.fields.into_values().collect()
}

/// Values outside of records that differ, each held against the first result.
fn elsewhere(sides: &[DiffSide<'_>], items: &[Items]) -> Vec<FieldDifference> {
    let mut merged = Merged::new(vec![true; sides.len()]);
    let mut all = sides.iter().zip(items).enumerate();
    let Some((at, (first, in_first))) = all.next() else { return Vec::new() };
    let root = first.document.root();
    for (other_at, (other, in_other)) in all {
        let other_root = other.document.root();
        if first.print(root) == other.print(other_root) {
            continue;
        }
        for entry in first.diff(root, other, other_root) {
            let is_inside = match entry {
                DiffEntry::Removed(l) => in_first.hold(l),
                DiffEntry::Added(r) => in_other.hold(r),
                DiffEntry::Changed(l, r) => in_first.hold(l) || in_other.hold(r),
            };
            if !is_inside {
                merged.add((at, first, root), (other_at, other, other_root), entry);
            }
        }
    }
    merged.fields.into_values().collect()
}

/// Items of the lists of a result, none inside another, in the order of the document once they are sorted: found in a
/// time that does not grow with the depth.
#[derive(Clone, Debug, Default)]
struct Items(Vec<NodeId>, Vec<NodeId>);

impl Items {
    /// Brings them into order, with their ends.
    fn sort(&mut self, document: &Document) {
        self.0.sort_unstable();
        self.1 = self.0.iter().map(|item| document.descendants(*item).end).collect();
    }

    /// Whether a value is one of them, or lies in one.
    fn hold(&self, node: NodeId) -> bool {
        let behind = self.0.partition_point(|item| *item <= node);
        let last = behind.checked_sub(1).and_then(|at| self.1.get(at));
        last.is_some_and(|end| node < *end)
    }
}

/// Differences between one result and each other one, by place.
struct Merged {
    /// Whether each result has what is compared.
    takes_part: Vec<bool>,
    fields: IndexMap<String, FieldDifference>,
}

/// A value that is compared: number of its result, the result, and the value.
type Compared<'s, 'd> = (usize, &'s DiffSide<'d>, NodeId);

impl Merged {
    fn new(takes_part: Vec<bool>) -> Self {
        Self { takes_part, fields: IndexMap::new() }
    }

    fn add(
        &mut self,
        (at, first, base): Compared<'_, '_>,
        (other_at, other, other_base): Compared<'_, '_>,
        entry: DiffEntry,
    ) {
        let (l, r) = match entry {
            DiffEntry::Removed(l) => (Some(l), None),
            DiffEntry::Added(r) => (None, Some(r)),
            DiffEntry::Changed(l, r) => (Some(l), Some(r)),
        };
        let path = match (l, r) {
            (Some(l), _) => within(first.document, base, l),
            (None, Some(r)) => within(other.document, other_base, r),
            (None, None) => return,
        };
        let value = |result, node: Option<NodeId>| node.map(|node| FieldValue { result, node });
        let takes_part = &self.takes_part;
        let field = self.fields.entry(path.clone()).or_insert_with(|| FieldDifference {
            path: path.into(),
            values: takes_part.iter().map(|takes_part| value(at, l).filter(|_| *takes_part)).collect(),
        });
        if let Some(place) = field.values.get_mut(other_at) {
            *place = value(other_at, r);
        }
    }
}

/// jq path of a value from `base` on.
fn within(document: &Document, base: NodeId, node: NodeId) -> String {
    let (outer, path) = (document.jq_path(base), document.jq_path(node));
    let outer = outer.raw();
    let rest = path.raw().strip_prefix(outer).unwrap_or(path.raw());
    match rest {
        _ if outer == "." => path.raw().to_owned(),
        "" => ".".to_owned(),
        rest if rest.starts_with('.') => rest.to_owned(),
        rest => format!(".{rest}"),
    }
}

#[cfg(test)]
mod tests;
