//! Records matched, in whatever order and at whatever depth.

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
        "abcdef".chars().zip(&record.found).filter(|(_, found)| found.is_some()).map(|(who, _)| who).collect::<String>()
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
