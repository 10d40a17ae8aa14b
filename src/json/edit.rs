//! One change to a JSON text, with everything else left as it is written: order of keys, spelling
//! of numbers, members nobody knows, white space.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::Value;

use super::excerpt::{unescaped, unquoted};
use super::{Document, NodeId, NodeKind, escaped};

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PathStep {
    /// To the member of this name; of several the last, as readers take it.
    Key(String),
    /// To the item at this place, counted from 0.
    Item(usize),
}

impl Document {
    /// The value that the steps lead to.
    pub fn at(&self, path: &[PathStep]) -> Option<NodeId> {
        path.iter().try_fold(self.root(), |node, step| self.inside(node, step))
    }

    /// The steps that lead to a value.
    pub fn steps_to(&self, mut node: NodeId) -> Vec<PathStep> {
        let mut steps = Vec::new();
        while let Some(parent) = self.parent(node) {
            steps.push(match self.key(node) {
                Some(key) => PathStep::Key(unescaped(unquoted(key).unwrap_or_default()).collect()),
                None => PathStep::Item(self.children(parent).take_while(|child| *child != node).count()),
            });
            node = parent;
        }
        steps.reverse();
        steps
    }

    fn inside(&self, node: NodeId, step: &PathStep) -> Option<NodeId> {
        match (step, self.kind(node)) {
            (PathStep::Key(name), NodeKind::Object) => self
                .children(node)
                .filter(|child| unescaped(self.key(*child).and_then(unquoted).unwrap_or_default()).eq(name.chars()))
                .last(),
            (PathStep::Item(at), NodeKind::Array) => self.children(node).nth(*at),
            _ => None,
        }
    }
}

/// JSON Pointer of the place that the steps lead to.
pub fn pointer(path: &[PathStep]) -> String {
    let token = |step: &PathStep| match step {
        PathStep::Key(name) => format!("/{}", name.replace('~', "~0").replace('/', "~1")),
        PathStep::Item(at) => format!("/{at}"),
    };
    path.iter().map(token).collect()
}

/// The text with `value`, JSON itself, where the steps lead. What is missing on the way is made:
/// members at the end of their object, items at the end of their array. What is in the way, such as
/// `null` where an object must be, gives way.
pub fn set(document: &Document, path: &[PathStep], value: &str) -> String {
    let mut node = document.root();
    for (at, step) in path.iter().enumerate() {
        match document.inside(node, step) {
            Some(inside) => node = inside,
            None => {
                let rest = path.get(at + 1..).unwrap_or_default();
                return match (step, document.kind(node)) {
                    (PathStep::Key(name), NodeKind::Object) => {
                        append(document, node, &format!("{}: {}", key(name), wrapped(rest, value)))
                    }
                    (PathStep::Item(_), NodeKind::Array) => append(document, node, &wrapped(rest, value)),
                    _ => splice(document, document.range(node), &wrapped(path.get(at..).unwrap_or_default(), value)),
                };
            }
        }
    }
    let indented = indented(value, &indent_of(document, node));
    splice(document, document.range(node), &indented)
}

/// The text without the value that the steps lead to; unchanged where there is none, or for the
/// outermost value, which must be something.
pub fn remove(document: &Document, path: &[PathStep]) -> String {
    let Some(node) = document.at(path).filter(|node| *node != document.root()) else {
        return document.text().raw().to_owned();
    };
    let start = member_start(document, node);
    let end = document.range(node).end;
    let bytes = document.text().bytes();
    let range = match (document.prev_sibling(node), document.next_sibling(node)) {
        // From the end of the one before, which takes the comma along.
        (Some(before), _) => document.range(before).end..end,
        (None, Some(next)) => start..member_start(document, next),
        (None, None) => {
            let parent = document.parent(node).map_or(start..end, |parent| document.range(parent));
            parent.start + 1..parent.end.saturating_sub(1)
        }
    };
    debug_assert!(range.end <= bytes.len());
    splice(document, range, "")
}

/// The text with the member that the steps lead to under another name; unchanged where there is none.
pub fn rename(document: &Document, path: &[PathStep], name: &str) -> String {
    let member = document.at(path).and_then(|node| Some((member_start(document, node), document.key(node)?.len())));
    match member {
        Some((start, length)) => splice(document, start..start + length, &key(name)),
        None => document.text().raw().to_owned(),
    }
}

/// Offset at which a member begins with its key, or an item with its value.
fn member_start(document: &Document, node: NodeId) -> usize {
    let value = document.range(node).start;
    let Some(key) = document.key(node) else { return value };
    // The key stands before the value, with white space and a colon between.
    let before = document.text().bytes().get(..value).unwrap_or_default();
    let gap = before.iter().rev().take_while(|byte| **byte != b'"').count();
    value.saturating_sub(gap + key.len())
}

/// A name as the key of a member, in which nothing hides.
fn key(name: &str) -> String {
    escaped(&Value::from(name).to_string()).into_owned()
}

/// `value` inside as many new containers as there are steps.
fn wrapped(steps: &[PathStep], value: &str) -> String {
    steps.iter().rev().fold(value.to_owned(), |inner, step| match step {
        PathStep::Key(name) => format!("{{{}: {inner}}}", key(name)),
        PathStep::Item(_) => format!("[{inner}]"),
    })
}

/// One more member or item at the end, on a line of its own where the others have one.
fn append(document: &Document, container: NodeId, member: &str) -> String {
    let range = document.range(container);
    let close = range.end.saturating_sub(1);
    let Some(last) = document.last_child(container) else {
        // An empty one opens up, unless everything stands on one line on purpose.
        let whole = document.text().bytes();
        let outer = indent_of(document, container);
        let lines = whole.contains(&b'\n') || container == document.root();
        let inner = match lines {
            true => format!("\n{outer}{UNIT}{}\n{outer}", indented(member, &format!("{outer}{UNIT}"))),
            false => member.to_owned(),
        };
        return splice(document, range.start + 1..close, &inner);
    };
    let end = document.range(last).end;
    let own_line = line_indent(document, member_start(document, last));
    let member = match own_line {
        Some(indent) => format!(",\n{indent}{}", indented(member, &indent)),
        None => format!(", {member}"),
    };
    splice(document, end..end, &member)
}

const UNIT: &str = "  ";

/// The white space before whatever starts at `at`, if it stands first on its line.
fn line_indent(document: &Document, at: usize) -> Option<String> {
    let before = document.text().raw().get(..at)?;
    let (_, line) = before.rsplit_once('\n')?;
    line.chars().all(char::is_whitespace).then(|| line.to_owned())
}

/// Indentation of the line that a value stands on.
fn indent_of(document: &Document, node: NodeId) -> String {
    let before = document.text().raw().get(..member_start(document, node)).unwrap_or_default();
    let line = before.rsplit_once('\n').map_or(before, |(_, line)| line);
    line.chars().take_while(|c| matches!(c, ' ' | '\t')).collect()
}

/// Further lines of `value` are set in like the line it goes to.
fn indented<'a>(value: &'a str, indent: &str) -> Cow<'a, str> {
    match indent.is_empty() || !value.contains('\n') {
        true => value.into(),
        false => value.replace('\n', &format!("\n{indent}")).into(),
    }
}

fn splice(document: &Document, range: Range<usize>, with: &str) -> String {
    let text = document.text().raw();
    let (before, after) = (text.get(..range.start).unwrap_or_default(), text.get(range.end..).unwrap_or_default());
    format!("{before}{with}{after}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::strategy::any_json;
    use super::*;
    use crate::domain::JsonText;

    fn document(text: &str) -> Document {
        Document::index(JsonText::parse(text.to_owned()).unwrap()).unwrap()
    }

    fn path(text: &str) -> Vec<PathStep> {
        let step = |step: &str| step.parse().map_or_else(|_| PathStep::Key(step.to_owned()), PathStep::Item);
        text.split('/').filter(|step| !step.is_empty()).map(step).collect()
    }

    fn set_in(text: &str, to: &str, value: &str) -> String {
        set(&document(text), &path(to), value)
    }

    fn removed(text: &str, from: &str) -> String {
        remove(&document(text), &path(from))
    }

    #[test]
    fn places_are_told_as_steps_and_as_pointers() {
        let document = document(r#"{"a/b":[1,{"c~\u0064":2}]}"#);
        let node = document.at_offset(document.text().raw().find('2').unwrap());
        let steps = document.steps_to(node);
        assert_eq!(steps, [PathStep::Key("a/b".into()), PathStep::Item(1), PathStep::Key("c~d".into())]);
        assert_eq!((document.at(&steps), pointer(&steps).as_str()), (Some(node), "/a~1b/1/c~0d"));
    }

    #[test]
    fn a_value_is_replaced_where_it_stands() {
        let text = "{ \"b\" : 1.10,\n  \"a\": [1, {\"x\":2}], \"unknown\": 123456789012345678901234567890 }";
        assert_eq!(set_in(text, "a/1/x", "\"y\""), text.replace("{\"x\":2}", "{\"x\":\"y\"}"));
        assert_eq!(set_in("1", "", "2"), "2");
        assert_eq!(set_in(r#"{"a":1,"a":2}"#, "a", "3"), r#"{"a":1,"a":3}"#);
    }

    #[test]
    fn what_is_missing_is_made_in_the_style_that_is_there() {
        assert_eq!(set_in("{}", "a", "1"), "{\n  \"a\": 1\n}");
        assert_eq!(set_in("{\"a\": 1}", "b", "2"), "{\"a\": 1, \"b\": 2}");
        assert_eq!(set_in("{\n    \"a\": 1\n}", "b", "2"), "{\n    \"a\": 1,\n    \"b\": 2\n}");
        assert_eq!(set_in("{\n  \"a\": {}\n}", "a/b", "2"), "{\n  \"a\": {\n    \"b\": 2\n  }\n}");
        assert_eq!(set_in("{\"a\":[1]}", "a/1", "2"), "{\"a\":[1, 2]}");
        assert_eq!(set_in("{\"a\":1}", "b/c/0", "2"), "{\"a\":1, \"b\": {\"c\": [2]}}");
        assert_eq!(set_in("{\"a\":null}", "a/b", "2"), "{\"a\":{\"b\": 2}}");
    }

    #[test]
    fn what_is_removed_takes_its_comma_along() {
        let text = "{\n  \"a\": 1,\n  \"b\": [1, 2, 3],\n  \"c\": 3\n}";
        assert_eq!(removed(text, "a"), "{\n  \"b\": [1, 2, 3],\n  \"c\": 3\n}");
        assert_eq!(removed(text, "c"), "{\n  \"a\": 1,\n  \"b\": [1, 2, 3]\n}");
        assert_eq!(removed(text, "b/1"), text.replace("[1, 2, 3]", "[1, 3]"));
        assert_eq!(removed(text, "b/0"), text.replace("[1, 2, 3]", "[2, 3]"));
        assert_eq!(removed("{ \"a\" : 1 }", "a"), "{}");
        assert_eq!(removed("{\"a\":1}", "nothing"), "{\"a\":1}");
        assert_eq!(removed("1", ""), "1");
    }

    #[test]
    fn a_member_keeps_its_place_and_value_under_another_name() {
        let renamed = |text: &str, path_to: &str, name: &str| rename(&document(text), &path(path_to), name);
        let text = "{ \"a\" : 1.10,\n  \"b\\u0063\":{\"d\": [] }, \"e\":0}";
        assert_eq!(renamed(text, "bc", "é\"\u{202e}"), text.replace("b\\u0063", "é\\\"\\u202e"));
        assert_eq!(renamed(text, "bc/d", "x"), text.replace("\"d\"", "\"x\""));
        assert_eq!(renamed(text, "nothing", "x"), text);
        assert_eq!(renamed("[1]", "0", "x"), "[1]");
    }

    /// Every place in a value.
    fn places(value: &Value) -> Vec<Vec<PathStep>> {
        let mut all = vec![Vec::new()];
        let mut inside = |step: PathStep, value: &Value| {
            all.extend(places(value).into_iter().map(|rest| [vec![step.clone()], rest].concat()));
        };
        match value {
            Value::Object(members) => {
                members.iter().for_each(|(name, value)| inside(PathStep::Key(name.clone()), value))
            }
            Value::Array(items) => items.iter().enumerate().for_each(|(at, value)| inside(PathStep::Item(at), value)),
            _ => {}
        }
        all
    }

    fn at<'v>(value: &'v mut Value, path: &[PathStep]) -> &'v mut Value {
        path.iter().fold(value, |value, step| match step {
            PathStep::Key(name) => &mut value[name.as_str()],
            PathStep::Item(at) => &mut value[*at],
        })
    }

    proptest! {
        #[test]
        fn only_what_is_set_changes(text in any_json(), which in any::<prop::sample::Index>()) {
            let mut value: Value = serde_json::from_str(&text).unwrap();
            let places = places(&value);
            let path = which.get(&places);
            let changed = set(&document(&text), path, "[\"new\"]");
            *at(&mut value, path) = serde_json::json!(["new"]);
            prop_assert_eq!(serde_json::from_str::<Value>(&changed).unwrap(), value, "{}", changed);
        }

        #[test]
        fn only_what_is_removed_goes(text in any_json(), which in any::<prop::sample::Index>()) {
            let mut value: Value = serde_json::from_str(&text).unwrap();
            let places = places(&value);
            let path = which.get(&places);
            let left = remove(&document(&text), path);
            let now: Value = serde_json::from_str(&left).unwrap();
            if let Some((last, parent)) = path.split_last() {
                let doubled = match at(&mut value, parent) {
                    Value::Object(members) => { let PathStep::Key(name) = last else { unreachable!() }; members.shift_remove(name); true }
                    Value::Array(items) => { let PathStep::Item(at) = last else { unreachable!() }; items.remove(*at); false }
                    _ => unreachable!(),
                };
                // Of a key that was there twice, the other one is left.
                prop_assert!(now == value || doubled, "{}", left);
            }
        }
    }
}
