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
const LISTS: [&str; 12] = [
    "nodes", "edges", "items", "data", "results", "result", "records", "values", "entries", "elements", "content",
    "rows",
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
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::super::strategy::{any_json, deep};
    use super::*;
    use crate::domain::JsonText;

    fn document(text: &str) -> Document {
        Document::index(JsonText::parse(text.to_owned()).unwrap()).unwrap()
    }

    fn compared(results: &[Value]) -> (RecordComparison, Vec<Document>) {
        let documents: Vec<_> = results.iter().map(|result| document(&result.to_string())).collect();
        (RecordComparison::new(&documents.iter().collect::<Vec<_>>()), documents)
    }

    /// Names of the records that not everybody has, with a letter for each who has it.
    fn partial(comparison: &RecordComparison) -> Vec<String> {
        let who = |record: &ComparedRecord| {
            "abcdef"
                .chars()
                .zip(&record.found)
                .filter(|(_, found)| found.is_some())
                .map(|(who, _)| who)
                .collect::<String>()
        };
        comparison.partial().map(|record| format!("{} {}", record.name, who(record))).collect()
    }

    fn changed(comparison: &RecordComparison) -> Vec<String> {
        let fields = |record: &ComparedRecord| {
            record.fields.iter().map(|field| field.path.to_string()).collect::<Vec<_>>().join(" ")
        };
        comparison.changed().map(|record| format!("{}: {}", record.name, fields(record))).collect()
    }

    #[test]
    fn records_are_matched_by_id_wherever_their_list_stands() {
        let board = |id: &str, name: &str| json!({"gid": id, "name": name});
        let results = [
            json!({"data": [board("1", "Website"), board("2", "Leadership")], "next_page": null}),
            json!({"data": [board("1", "Website")], "next_page": null}),
        ];
        let (comparison, _) = compared(&results);
        assert_eq!(comparison.counts, [Some(2), Some(1)]);
        assert_eq!(partial(&comparison), ["Leadership a"]);
        assert_eq!((comparison.records[1].list.raw(), comparison.is_same()), (".data", false));
        for wrapped in [
            |items: Value| json!({"teams": {"nodes": items}}),
            |items: Value| items,
            |items: Value| json!({"viewer": {"id": 1, "teams": {"nodes": items}}}),
            |items: Value| {
                let edges: Vec<_> =
                    items.as_array().unwrap().iter().map(|node| json!({"cursor": 9, "node": node})).collect();
                json!({"teams": {"edges": edges, "pageInfo": {"endCursor": "x"}}})
            },
        ] {
            let of = |ids: &[&str]| wrapped(ids.iter().map(|id| board(id, &format!("n{id}"))).collect());
            let (comparison, _) = compared(&[of(&["1", "2", "3"]), of(&["3", "1"]), of(&["4", "3", "1"])]);
            assert_eq!(comparison.counts, [Some(3), Some(2), Some(3)]);
            assert_eq!(partial(&comparison), ["n2 a", "n4 c"]);
            assert_eq!(changed(&comparison), [""; 0]);
            assert!(comparison.elsewhere.is_empty(), "{:?}", comparison.elsewhere);
        }
    }

    #[test]
    fn fields_of_shared_records_are_held_against_the_first_who_has_it() {
        let issue = |id: u8, title: &str, labels: &[&str]| json!({"number": id, "title": title, "labels": labels, "state": {"name": "open"}});
        let results = [
            json!([issue(7, "Crash", &["a", "b"])]),
            json!([issue(7, "Crash", &["b", "a"]), issue(8, "Slow", &[])]),
            json!([issue(7, "Crash!", &["b", "c"]), issue(8, "Slow", &["x"])]),
        ];
        let (comparison, documents) = compared(&results);
        assert_eq!(changed(&comparison), ["Crash: .title .labels[0]", "Slow: .labels[0]"]);
        let field = &comparison.records[0].fields[0];
        let values: Vec<_> = field
            .values
            .iter()
            .map(|value| value.map(|value| documents[value.result].display_string(value.node, 20).text.to_string()))
            .collect();
        assert_eq!(values, ["Crash", "Crash", "Crash!"].map(|text| Some(text.to_owned())));
        assert_eq!(
            comparison.records[1].fields[0].values.iter().map(Option::is_some).collect::<Vec<_>>(),
            [false, false, true]
        );
    }

    #[test]
    fn times_and_cursors_do_not_count_and_days_do() {
        let at = |stamp: &str, epoch: u64, day: &str| {
            json!({"items": [{"id": 1, "updated_at": stamp, "createdAt": epoch, "read_at": null, "due": day,
                              "date": "Wed, 04 Mar 2026 12:00:00 +0000"}],
                   "next_page_token": stamp, "requestId": epoch, "etag": day})
        };
        let (comparison, _) = compared(&[at("2026-11-20T12:02:11Z", 1, "2026-01-01"), {
            let mut other = at("2026-11-21T12:02:11.5+02:00", 2, "2026-01-01");
            other["items"][0]["read_at"] = json!(1_764_000_000);
            other["items"][0]["date"] = json!("Thu, 05 Mar 2026 12:00:00 +0000");
            other
        }]);
        assert!(comparison.is_same(), "{comparison:?}");
        let (comparison, _) = compared(&[at("x", 1, "2026-01-01"), at("x", 1, "2026-01-02")]);
        assert_eq!(changed(&comparison), ["1: .due"]);
    }

    #[test]
    fn one_record_is_a_list_of_one_and_words_are_no_records() {
        let (comparison, _) =
            compared(&[json!({"data": {"id": 1, "name": "Ada"}}), json!({"data": {"id": 2, "name": "Linus"}})]);
        assert_eq!(
            (comparison.counts.clone(), partial(&comparison)),
            (vec![Some(1); 2], vec!["Ada a".to_owned(), "Linus b".to_owned()])
        );
        let (comparison, _) = compared(&[json!({"ok": true, "count": 1}), json!({"ok": true, "count": 2})]);
        assert_eq!((comparison.counts.clone(), comparison.is_same()), (vec![None; 2], false));
        assert_eq!(comparison.elsewhere[0].path.raw(), ".count");
        let list = |scopes: &[&str]| json!({"scopes": scopes, "channels": [{"id": 1}]});
        let (comparison, _) = compared(&[list(&["read"]), list(&["read", "write"])]);
        assert_eq!(comparison.counts, [Some(1), Some(1)]);
        assert_eq!(comparison.elsewhere[0].path.raw(), ".scopes[1]");
        let (comparison, _) = compared(&[json!({"repos": ["a", "b"]}), json!({"repos": ["b"]})]);
        assert_eq!((comparison.counts.clone(), partial(&comparison)), (vec![Some(2), Some(1)], vec!["a a".to_owned()]));
    }

    #[test]
    fn records_without_ids_are_matched_by_content() {
        let (comparison, _) = compared(&[json!([{"a": 1}, {"a": 1}, {"a": 2}]), json!([{"a": 2}, {"a": 1}])]);
        assert_eq!(partial(&comparison), ["{a} a"]);
        let (comparison, _) = compared(&[json!({"data": [{"id": 1}]}), json!({"data": null})]);
        assert_eq!((comparison.counts.clone(), partial(&comparison)), (vec![Some(1), None], vec!["1 a".to_owned()]));
        let (comparison, _) = compared(&[json!({"data": []}), json!({"data": []})]);
        assert_eq!((comparison.counts.clone(), comparison.is_same()), (vec![Some(0), Some(0)], true));
    }

    #[test]
    fn depth_is_no_danger() {
        let (left, right) = (document(&deep()), document(&deep().replacen('1', "2", 1)));
        let comparison = RecordComparison::new(&[&left, &right]);
        assert!(!comparison.is_same());
    }

    /// The value with the items of each array in another order.
    fn turned(value: &Value, by: usize) -> Value {
        match value {
            Value::Array(items) => {
                let mut items: Vec<_> = items.iter().map(|item| turned(item, by)).collect();
                let middle = if items.is_empty() { 0 } else { by % items.len() };
                items.rotate_left(middle);
                Value::Array(items)
            }
            Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), turned(value, by))).collect(),
            scalar => scalar.clone(),
        }
    }

    fn records() -> impl Strategy<Value = Vec<Value>> {
        let record = (0_u8..3, prop::collection::vec(0_u8..3, 0..3));
        prop::collection::btree_map(0_u8..8, record, 0..6).prop_map(|records| {
            let record = |(id, (level, tags))| json!({"id": id, "level": level, "tags": tags});
            records.into_iter().map(record).collect()
        })
    }

    proptest! {
        #[test]
        fn the_order_of_lists_does_not_count(text in any_json(), by in 0_usize..5) {
            if let Ok(value) = serde_json::from_str::<Value>(&text) {
                let comparison = compared(&[value.clone(), turned(&value, by)]).0;
                prop_assert!(comparison.is_same(), "{value} {comparison:?}");
            }
        }

        #[test]
        fn anything_is_the_same_as_itself_and_nothing_else_is(left in any_json(), right in any_json()) {
            let (left, right) = (document(&left), document(&right));
            prop_assert!(RecordComparison::new(&[&left, &left]).is_same());
            let ignore = Ignore::between_people();
            let equal = super::super::diff(&left, &right, &ignore).is_empty();
            prop_assert_eq!(RecordComparison::new(&[&left, &right]).is_same(), equal);
        }

        #[test]
        fn both_directions_find_the_same(left in records(), right in records()) {
            let (one, _) = compared(&[json!({"data": left}), json!({"data": right})]);
            let (two, _) = compared(&[json!({"data": right}), json!({"data": left})]);
            prop_assert_eq!(one.is_same(), two.is_same());
            let counts: Vec<_> = two.counts.iter().rev().copied().collect();
            prop_assert_eq!(&one.counts, &counts);
            let of = |comparison: &RecordComparison, turned: bool| {
                let mut found: Vec<_> = comparison.records.iter().map(|record| {
                    let mut who: Vec<_> = record.found.iter().map(Option::is_some).collect();
                    if turned { who.reverse(); }
                    (record.name.raw().to_owned(), who, record.fields.len())
                }).collect();
                found.sort();
                found
            };
            prop_assert_eq!(of(&one, false), of(&two, true));
        }

        #[test]
        fn who_has_what_is_what_the_ids_say(left in records(), right in records()) {
            let ids = |records: &[Value]| records.iter().map(|record| record["id"].as_u64()).collect::<HashSet<_>>();
            let (ours, theirs) = (ids(&left), ids(&right));
            let comparison = compared(&[json!({"data": left}), json!({"data": right})]).0;
            prop_assert_eq!(comparison.partial().count(), ours.symmetric_difference(&theirs).count());
            prop_assert_eq!(comparison.records.len(), ours.union(&theirs).count());
        }
    }
}
