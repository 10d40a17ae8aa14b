//! Calls in a few words: the arguments that matter, and what came back.

use std::time::Duration;

use super::event::CallReturn;
use super::transcript::{CallRow, CallState};
use crate::domain::{JsonText, Untrusted, pluralize};
use crate::json::{Document, NodeId, NodeKind, excerpt};

/// Bytes of an input or a result that is looked into for a few words; larger ones are told by their size.
const LOOKED_AT: usize = 256 << 10;

/// Characters of a value among others.
const VALUE: usize = 60;

/// Members of an input that its short form tells.
const MEMBERS: usize = 8;

/// Levels of a result that are searched for a list.
const LEVELS: u32 = 5;

/// Names of members that say nothing about what a list holds.
const PLAIN: [&str; 11] = [
    "nodes",
    "edges",
    "data",
    "items",
    "array",
    "results",
    "result",
    "records",
    "values",
    "response",
    "structuredContent",
];

/// Names of members by which a thing is known.
const IDS: [&str; 3] = ["id", "gid", "uuid"];

/// Arguments on one line: `"ABC-142"`, or `team: "ENG", title: "…"`.
pub fn arguments(input: Result<&JsonText, &Untrusted>) -> String {
    let input = match input {
        Ok(input) => input,
        Err(text) => return format!("no JSON object: {text}"),
    };
    let members = members(input, MEMBERS, VALUE);
    match members.as_slice() {
        [(_, value)] => value.clone(),
        members => members.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join(", "),
    }
}

/// The first members of an object, safe to show, each value in so many characters.
pub fn members(input: &JsonText, most: usize, characters: usize) -> Vec<(String, String)> {
    if input.bytes().len() > LOOKED_AT {
        return vec![("input".to_owned(), size(input.bytes().len()))];
    }
    let Ok(document) = Document::index(input.clone()) else { return Vec::new() };
    let member = |node: NodeId| {
        let name = document.key(node).map_or_else(String::new, |key| excerpt(key, VALUE).shown());
        (name, value(&document, node, characters))
    };
    document.children(document.root()).take(most).map(member).collect()
}

fn value(document: &Document, node: NodeId, characters: usize) -> String {
    match document.kind(node) {
        NodeKind::String => format!("\"{}\"", excerpt(document.raw(node), characters).shown()),
        _ => document.display_string(node, characters).shown(),
    }
}

/// Outcome of a call in a few words: `1 issue`, `3 rows`, `412 B`, or what is wrong.
pub fn outcome(call: &CallRow) -> String {
    match &call.state {
        CallState::Proposed => "being looked at".to_owned(),
        CallState::Asking(_) => "asks you".to_owned(),
        CallState::AwaitingAccount(..) => "waits for its account".to_owned(),
        CallState::Running(None) => String::new(),
        CallState::Running(Some(words)) => Untrusted::from(words.as_str()).to_string(),
        CallState::Unknown => "nobody knows whether it was carried out".to_owned(),
        CallState::Returned(returned) => of_return(returned),
    }
}

fn of_return(returned: &CallReturn) -> String {
    let words = match (&returned.fault, &returned.result) {
        (Some(fault), _) if returned.not_sent => format!("not sent: {}", fault.message),
        (Some(fault), _) => format!("{}: {}", fault.headline(), fault.message),
        (None, _) if returned.not_sent => match returned.told.is_empty() {
            true => "not sent".to_owned(),
            false => format!("not sent: {}", returned.told),
        },
        (None, Some(result)) => held(result),
        (None, None) => "done".to_owned(),
    };
    match &returned.cut {
        Some(_) => format!("{words}, cut for the model"),
        None => words,
    }
}

/// Content of a result: its list by name and number, else its size.
pub fn held(result: &JsonText) -> String {
    let bytes = result.bytes().len();
    let list = (bytes <= LOOKED_AT).then(|| Document::index(result.clone()).ok()).flatten();
    list.and_then(|document| list_in(&document)).unwrap_or_else(|| size(bytes))
}

/// The outermost list of objects of a result.
fn list_in(document: &Document) -> Option<String> {
    let mut level = vec![(document.root(), "record".to_owned())];
    for _ in 0..LEVELS {
        let mut inner = Vec::new();
        for (node, noun) in level {
            let holds_objects =
                || document.first_child(node).is_none_or(|first| document.kind(first) == NodeKind::Object);
            if document.kind(node) == NodeKind::Array && holds_objects() {
                return Some(counted(document.count(node), &noun));
            }
            if document.kind(node) == NodeKind::Object && !is_record(document, node) {
                inner.extend(document.children(node).map(|child| (child, noun_of(document, child, &noun))));
            }
        }
        level = inner;
    }
    None
}

/// Whether an object is one thing with a name of its own: lists in it are of its parts.
fn is_record(document: &Document, node: NodeId) -> bool {
    let mut keys = document.children(node).filter_map(|child| document.key(child));
    keys.any(|key| IDS.contains(&excerpt(key, 8).text.raw()))
}

/// Name of what a member holds: its own, unless that says nothing.
fn noun_of(document: &Document, node: NodeId, outer: &str) -> String {
    let key = document.key(node).map_or_else(String::new, |key| excerpt(key, 24).text.to_string());
    if key.is_empty() || PLAIN.contains(&key.as_str()) { outer.to_owned() } else { last_word(&key) }
}

/// `issues` of `searchIssues` and of `search_issues`.
fn last_word(name: &str) -> String {
    let word = name.rsplit(['_', '-', '.']).next().unwrap_or(name);
    match word.char_indices().rev().find(|(at, letter)| *at > 0 && letter.is_uppercase()) {
        Some((at, _)) => word.get(at..).unwrap_or(word).to_lowercase(),
        None => word.to_owned(),
    }
}

fn counted(count: u32, noun: &str) -> String {
    let one = match noun.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None if noun.ends_with("ss") => noun.to_owned(),
        None => noun.strip_suffix('s').unwrap_or(noun).to_owned(),
    };
    match (count, noun.ends_with('s') && !noun.ends_with("ss")) {
        (1, _) => format!("1 {one}"),
        (count, true) => format!("{count} {noun}"),
        (count, false) => pluralize(u64::from(count), noun),
    }
}

/// A number of bytes in its largest fitting unit.
fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// Time of a call: `0.6 ms`, `412 ms`, `3.2 s`.
pub fn took(duration: Duration) -> String {
    match duration.as_millis() {
        0..10 => format!("{:.1} ms", duration.as_secs_f64() * 1e3),
        millis @ 10..1_000 => format!("{millis} ms"),
        _ => format!("{:.1} s", duration.as_secs_f32()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> JsonText {
        JsonText::parse(text.to_owned()).unwrap()
    }

    #[test]
    fn arguments_are_told_by_what_matters() {
        assert_eq!(arguments(Ok(&json(r#"{"query":"ABC-142"}"#))), "\"ABC-142\"");
        let many = json(r#"{"type":"blocks","issue":"ABC-142","first":2}"#);
        assert_eq!(arguments(Ok(&many)), "type: \"blocks\", issue: \"ABC-142\", first: 2");
        assert_eq!(arguments(Ok(&json("{}"))), "");
        assert_eq!(arguments(Err(&"{\"a\":".into())), "no JSON object: {\"a\":");
        let hostile = arguments(Ok(&json(r#"{"q":"a\u001b[2J\u202eb"}"#)));
        assert_eq!(hostile, "\"a␛[2J‹202E›b\"");
    }

    #[test]
    fn results_are_told_by_their_list() {
        let told = |text: &str| held(&json(text));
        assert_eq!(told(r#"{"data":{"issues":{"nodes":[{"id":1}]}}}"#), "1 issue");
        assert_eq!(told(r#"{"rows":[{"a":1},{"a":2},{"a":3}]}"#), "3 rows");
        assert_eq!(told(r#"{"stories":[{"a":1}]}"#), "1 story");
        assert_eq!(told(r#"{"data":{"searchIssues":{"nodes":[{"id":1}]}}}"#), "1 issue");
        assert_eq!(told(r#"{"open_tasks":[{"a":1},{"a":2}]}"#), "2 tasks");
        assert_eq!(told(r#"[{"a":1},{"a":2}]"#), "2 records");
        assert_eq!(told(r#"{"issues":[]}"#), "0 issues");
        // What was made is not its followers.
        assert_eq!(told(r#"{"data":{"gid":"7","followers":[]}}"#), "35 B");
        assert_eq!(told(r#"{"ok":true,"tags":["a"]}"#), "24 B");
    }
}
