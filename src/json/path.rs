//! Paths to a value in the notations of other programs: jq and JSON Pointer.

use std::fmt::Write as _;

use super::excerpt::{unescaped, unquoted};
use super::{Document, NodeId, NodeKind, escaped};
use crate::domain::Untrusted;

impl Document {
    /// The value's path as a jq filter: `.issues[0]["odd key"]`; `.` for the outermost value. Costs
    /// the depth, and for each array on the way the place in it, see [`Document::place`].
    pub fn jq_path(&self, node: NodeId) -> Untrusted {
        let mut path = String::new();
        for node in self.trail(node) {
            match self.key(node) {
                None => {
                    let dot = if path.is_empty() { "." } else { "" };
                    // Writing to a String cannot fail.
                    let _ = write!(path, "{dot}[{}]", self.place(node));
                }
                Some(raw) => match unquoted(raw).filter(|name| is_plain(name)) {
                    Some(name) => {
                        path.push('.');
                        path.extend(name.iter().map(|b| char::from(*b)));
                    }
                    None => {
                        let dot = if path.is_empty() { "." } else { "" };
                        // jq reads strings as JSON does, and no JSON escape begins an interpolation.
                        let key = escaped(std::str::from_utf8(raw).unwrap_or_default());
                        path.extend([dot, "[", &key, "]"]);
                    }
                },
            }
        }
        if path.is_empty() { ".".into() } else { path.into() }
    }

    /// The value's path as a JSON Pointer (RFC 6901): `/issues/0/odd key`; empty for the outermost
    /// value. Costs what [`Document::jq_path`] does.
    pub fn pointer(&self, node: NodeId) -> Untrusted {
        let mut path = String::new();
        for node in self.trail(node) {
            path.push('/');
            match self.key(node) {
                None => {
                    let _ = write!(path, "{}", self.place(node));
                }
                Some(raw) => unescaped(unquoted(raw).unwrap_or_default()).for_each(|c| match c {
                    '~' => path.push_str("~0"),
                    '/' => path.push_str("~1"),
                    c => path.push(c),
                }),
            }
        }
        path.into()
    }

    /// The value a JSON Pointer (RFC 6901) leads to; of several under one key the last. Walks over
    /// what stands before it on each level.
    pub fn at_pointer(&self, pointer: &str) -> Option<NodeId> {
        if pointer.is_empty() {
            return Some(self.root());
        }
        pointer.strip_prefix('/')?.split('/').try_fold(self.root(), |node, step| {
            let step = step.replace("~1", "/").replace("~0", "~");
            match self.kind(node) {
                NodeKind::Array => self.children(node).nth(step.parse().ok()?),
                NodeKind::Object => self
                    .children(node)
                    .filter(|child| {
                        let key = self.key(*child).and_then(unquoted).unwrap_or_default();
                        unescaped(key).eq(step.chars())
                    })
                    .last(),
                _ => None,
            }
        })
    }

    /// Number of values before this one in its container. Walks over them, or over those behind it,
    /// whichever are likely fewer: some milliseconds for the middle of a million.
    pub fn place(&self, node: NodeId) -> u32 {
        let Some(parent) = self.parent(node) else { return 0 };
        let (inside, at) = (self.range(parent), self.range(node).start);
        if at - inside.start <= inside.end - at {
            count(self.siblings_until(self.first_child(parent), node))
        } else {
            let behind = count(self.siblings_until(Some(node), self.descendants(parent).end));
            self.count(parent).saturating_sub(behind)
        }
    }

    /// The value and what it stands in, outermost first, without the root.
    fn trail(&self, node: NodeId) -> Vec<NodeId> {
        let mut trail: Vec<_> = std::iter::successors(Some(node), |n| self.parent(*n)).collect();
        trail.pop();
        trail.reverse();
        trail
    }
}

fn count(nodes: impl Iterator) -> u32 {
    nodes.fold(0, |count, _| count + 1)
}

/// True if jq takes the name behind a bare dot.
fn is_plain(name: &[u8]) -> bool {
    name.first().is_some_and(|b| !b.is_ascii_digit()) && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::domain::JsonText;
    use crate::json::strategy::{DEEP, any_json, deep};

    fn document(text: &str) -> Document {
        Document::index(JsonText::parse(text.to_owned()).expect("JSON")).expect("indexed")
    }

    fn paths(text: &str) -> Vec<(String, String)> {
        let doc = document(text);
        (0..doc.len() as u32)
            .map(|n| (doc.jq_path(NodeId(n)).raw().to_owned(), doc.pointer(NodeId(n)).raw().to_owned()))
            .collect()
    }

    /// Values that a jq path of the kind made here leads to: more than one where keys are equal.
    fn follow(doc: &Document, path: &str) -> Vec<NodeId> {
        let mut nodes = vec![doc.root()];
        let mut rest = path.strip_prefix('.').expect("a dot");
        while !rest.is_empty() {
            rest = rest.strip_prefix('.').unwrap_or(rest);
            let step = if let Some(bracketed) = rest.strip_prefix('[') {
                let mut steps = serde_json::Deserializer::from_str(bracketed).into_iter::<Value>();
                let step = steps.next().expect("a step").expect("JSON");
                rest = bracketed[steps.byte_offset()..].strip_prefix(']').expect("a bracket");
                step
            } else {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                let step = Value::from(&rest[..end]);
                rest = &rest[end..];
                step
            };
            let key = |n: &NodeId| doc.key(*n).map(|key| serde_json::from_slice::<Value>(key).expect("a string"));
            nodes = match step.as_u64() {
                Some(n) => nodes.into_iter().filter_map(|node| doc.children(node).nth(n as usize)).collect(),
                None => nodes
                    .into_iter()
                    .flat_map(|node| doc.children(node))
                    .filter(|n| key(n).as_ref() == Some(&step))
                    .collect(),
            };
        }
        nodes
    }

    fn values(value: &Value) -> usize {
        1 + match value {
            Value::Array(items) => items.iter().map(values).sum(),
            Value::Object(members) => members.values().map(values).sum(),
            _ => 0,
        }
    }

    #[test]
    fn paths_as_jq_and_rfc_6901_write_them() {
        let jq = paths(r#"{"issueCreate":{"issue":{"odd key":[true],"9":0,"":1,"a/~\"b\\(c)":2}}}"#);
        let expected = [
            (".", ""),
            (".issueCreate", "/issueCreate"),
            (".issueCreate.issue", "/issueCreate/issue"),
            (r#".issueCreate.issue["odd key"]"#, "/issueCreate/issue/odd key"),
            (r#".issueCreate.issue["odd key"][0]"#, "/issueCreate/issue/odd key/0"),
            (r#".issueCreate.issue["9"]"#, "/issueCreate/issue/9"),
            (r#".issueCreate.issue[""]"#, "/issueCreate/issue/"),
            (r#".issueCreate.issue["a/~\"b\\(c)"]"#, r#"/issueCreate/issue/a~1~0"b\(c)"#),
        ];
        assert_eq!(jq, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
        assert_eq!(paths(r#"[[0]]"#)[2], (".[0][0]".into(), "/0/0".into()));
        assert_eq!(paths(r#"{"é":0}"#)[1], (r#".["é"]"#.into(), "/é".into()));
    }

    #[test]
    fn a_jq_path_carries_no_hostile_character() {
        assert_eq!(paths("{\"a\u{202e}\":0}")[1].0, r#".["a\u202e"]"#);
    }

    #[test]
    fn depth_is_no_danger() {
        let doc = document(&deep());
        assert_eq!(doc.jq_path(doc.at_offset(usize::MAX)).raw(), ".k[0]".repeat(DEEP));
    }

    proptest! {
        #[test]
        fn a_path_leads_back(text in any_json()) {
            let doc = document(&text);
            let value: Value = serde_json::from_str(&text).expect("JSON");
            let keys_differ = values(&value) == doc.len();
            for node in (0..doc.len() as u32).map(NodeId) {
                let found = follow(&doc, doc.jq_path(node).raw());
                prop_assert!(found.contains(&node));
                if keys_differ {
                    let there: Value = serde_json::from_slice(doc.raw(node)).expect("JSON");
                    prop_assert_eq!(found, [node]);
                    prop_assert_eq!(value.pointer(doc.pointer(node).raw()), Some(&there));
                }
            }
        }
    }
}
