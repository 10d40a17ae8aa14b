//! Differences that are found, and those that are left out.

use proptest::prelude::*;

use super::super::strategy::{any_json, deep};
use super::*;
use crate::domain::JsonText;

fn document(text: &str) -> Document {
    Document::index(JsonText::parse(text.to_owned()).unwrap()).unwrap()
}

/// `~ /a`, `+ /b`, `- /c`.
fn found(left: &str, right: &str, ignore: &Ignore) -> Vec<String> {
    let (left, right) = (document(left), document(right));
    let line = |difference| match difference {
        DiffEntry::Removed(node) => format!("- {}", left.pointer(node)),
        DiffEntry::Added(node) => format!("+ {}", right.pointer(node)),
        DiffEntry::Changed(node, _) => format!("~ {}", left.pointer(node)),
    };
    diff(&left, &right, ignore).into_iter().map(line).collect()
}

#[test]
fn members_are_matched_by_key_whatever_their_order() {
    let found = found(r#"{"a":1,"b":{"x":[1]},"c":2}"#, r#"{ "d": 3, "b": {"x":[1]}, "a": 2 }"#, &Ignore::default());
    assert_eq!(found, ["~ /a", "- /c", "+ /d"]);
}

#[test]
fn items_are_matched_by_their_names() {
    let left = r#"[{"id":1,"t":"a"},{"id":2,"t":"b"},{"id":3,"t":"c"}]"#;
    let right = r#"[{"id":3,"t":"c"},{"id":1,"t":"A"},{"id":4,"t":"d"}]"#;
    assert_eq!(found(left, right, &Ignore::default()), ["~ /0/t", "- /1", "+ /2"]);
    // What is ignored still names.
    let ids = Ignore { ids: true, ..Ignore::default() };
    assert_eq!(found(left, right, &ids), ["~ /0/t", "- /1", "+ /2"]);
}

#[test]
fn items_without_names_are_aligned() {
    let none = Ignore::default();
    assert_eq!(found("[1,2,3,4]", "[0,1,2,4]", &none), ["+ /0", "- /2"]);
    assert_eq!(found(r#"[{"a":1},{"a":2}]"#, r#"[{"a":1},{"a":3}]"#, &none), ["~ /1/a"]);
    assert_eq!(found("[]", "[[]]", &none), ["+ /0"]);
    assert_eq!(found("[1]", "{}", &none), ["~ "]);
}

#[test]
fn what_is_ignored_is_no_difference() {
    let left = r#"{"id":"a","at":"2026-11-20T12:02:11Z","etag":"1","issueId":7,"title":"x"}"#;
    let right = r#"{"id":"b","at":"2026-11-21T12:02:11Z","etag":"2","issueId":8,"title":"y"}"#;
    let ignore = Ignore { names: vec!["et*".into()], moments: true, ids: true, order: false };
    assert_eq!(found(left, right, &ignore), ["~ /title"]);
    assert_eq!(found(left, right, &Ignore::default()).len(), 5);
    assert_eq!(found(r#"["2026-11-20T12:02"]"#, r#"["2026-11-20T12:03"]"#, &ignore), [""; 0]);
}

#[test]
fn escapes_do_not_count_and_numbers_do_as_they_are_written() {
    let none = Ignore::default();
    assert_eq!(found(r#"{"\u0061":"\u00e4"}"#, r#"{"a":"ä"}"#, &none), [""; 0]);
    assert_eq!(found("[1.0]", "[1.00]", &none), ["~ /0"]);
    assert_eq!(found(r#"{"a":1,"a":2}"#, r#"{"a":1,"a":3}"#, &none), ["~ /a"]);
}

#[test]
fn any_depth_will_do() {
    let (left, right) = (document(&deep()), document(&deep().replace('1', "2")));
    assert_eq!(diff(&left, &right, &Ignore::default()).len(), 1);
}

proptest! {
    #[test]
    fn nothing_differs_from_itself(text in any_json()) {
        prop_assert!(found(&text, &text, &Ignore::default()).is_empty());
    }

    #[test]
    fn two_values_without_a_difference_are_equal(left in any_json(), right in any_json()) {
        let differs = !found(&left, &right, &Ignore::default()).is_empty();
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        // Duplicate keys and spellings of numbers make documents differ that values do not tell apart.
        prop_assert!(differs || value(&left) == value(&right));
    }
}
