//! Index of a document: the place of every value, as byte ranges over the text it came in.

use std::ops::Range;
use std::sync::Arc;

use memchr::memchr;
use thiserror::Error;

use super::build::{Container, NONE, NOWHERE, Node, build};
use crate::domain::JsonText;

/// One value of a [`Document`]. Numbers grow in document order. A number from another document
/// names some other value or none: accessors then answer with nothing, they do not panic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

/// Kind of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeKind {
    /// Object, `{…}`.
    Object,
    /// Array, `[…]`.
    Array,
    /// String, `"…"`.
    String,
    /// A number, of any size.
    Number,
    /// Boolean, `true` or `false`.
    Bool,
    /// Null, `null`.
    Null,
}

impl NodeKind {
    /// True for the kinds that hold values: objects and arrays.
    pub fn is_container(self) -> bool {
        matches!(self, Self::Object | Self::Array)
    }
}

/// Reason why a document cannot be indexed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum IndexFault {
    /// Offsets are 32 bits wide.
    #[error("this body has {bytes} bytes, and only bodies below 4 GiB can be shown")]
    TooLarge {
        /// Length of the body.
        bytes: usize,
    },
}

/// A JSON text and where everything in it stands. Nothing is copied out of the text and nothing is
/// decoded ahead of time, so numbers, key order and duplicate keys stay as they came. Any depth of
/// nesting is fine: nothing here recurses. Cheap to clone and to hand to another thread.
#[derive(Clone)]
pub struct Document {
    text: JsonText,
    nodes: Arc<Vec<Node>>,
    containers: Arc<Vec<Container>>,
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Document({} bytes)", self.text.bytes().len())
    }
}

impl Document {
    /// Indexes `text` in one pass: about 16 bytes a value, and 12 more for objects and arrays.
    ///
    /// # Errors
    /// [`IndexFault::TooLarge`] from 4 GiB on.
    pub fn index(text: JsonText) -> Result<Self, IndexFault> {
        Self::index_below(text, NONE as usize)
    }

    fn index_below(text: JsonText, limit: usize) -> Result<Self, IndexFault> {
        let bytes = text.bytes().len();
        if bytes >= limit {
            return Err(IndexFault::TooLarge { bytes });
        }
        let (nodes, containers) = build(text.bytes());
        Ok(Self { text, nodes: Arc::new(nodes), containers: Arc::new(containers) })
    }

    /// Text that was indexed, unchanged.
    pub fn text(&self) -> &JsonText {
        &self.text
    }

    /// True if this is the same document, not one that only reads the same. O(1).
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.nodes, &other.nodes)
    }

    /// Number of values, containers included.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// False: well-formed JSON has at least one value.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Outermost value.
    pub fn root(&self) -> NodeId {
        NodeId(0)
    }

    /// Kind of a value. O(1), like everything below that does not say otherwise.
    pub fn kind(&self, node: NodeId) -> NodeKind {
        match self.text.bytes().get(self.node(node).start as usize) {
            Some(b'{') => NodeKind::Object,
            Some(b'[') => NodeKind::Array,
            Some(b'"') => NodeKind::String,
            Some(b't' | b'f') => NodeKind::Bool,
            Some(b'n') | None => NodeKind::Null,
            Some(_) => NodeKind::Number,
        }
    }

    /// Byte range of the value's text.
    pub fn range(&self, node: NodeId) -> Range<usize> {
        let Node { start, end, .. } = self.node(node);
        start as usize..self.container(node).map_or(end, |c| c.end) as usize
    }

    /// The value's text as it came; strings with their quotes and escapes.
    pub fn raw(&self, node: NodeId) -> &[u8] {
        self.bytes(self.range(node))
    }

    /// The text of the key the value stands under, with its quotes and escapes; none outside
    /// objects. Costs the white space around the key, not its length.
    pub fn key(&self, node: NodeId) -> Option<&[u8]> {
        let parent = self.parent(node)?;
        if self.kind(parent) != NodeKind::Object {
            return None;
        }
        let start = self.node(node).start as usize;
        let before = match self.prev_sibling(node) {
            Some(prev) => self.range(prev).end,
            None => self.range(parent).start + 1,
        };
        let gap = self.bytes(before..start);
        let from = memchr(b'"', gap)?;
        let to = gap.iter().rposition(|b| !matches!(b, b' ' | b'\t' | b'\n' | b'\r' | b':'))?;
        gap.get(from..=to)
    }

    /// Number of values directly inside.
    pub fn count(&self, node: NodeId) -> u32 {
        self.container(node).map_or(0, |c| c.count)
    }

    /// Container around the value; none for the root.
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        some(self.node(node).parent)
    }

    /// The first value inside.
    pub fn first_child(&self, node: NodeId) -> Option<NodeId> {
        (self.count(node) > 0).then(|| NodeId(node.0 + 1))
    }

    /// The last value inside.
    pub fn last_child(&self, node: NodeId) -> Option<NodeId> {
        self.first_child(node).and_then(|first| some(self.node(first).prev))
    }

    /// The next value in the same container.
    pub fn next_sibling(&self, node: NodeId) -> Option<NodeId> {
        let next = NodeId(self.container(node).map_or(node.0.saturating_add(1), |c| c.next));
        let after = self.nodes.get(next.0 as usize)?;
        (after.parent != NONE && after.parent == self.node(node).parent).then_some(next)
    }

    /// The value before it in the same container.
    pub fn prev_sibling(&self, node: NodeId) -> Option<NodeId> {
        let Node { parent, prev, .. } = self.node(node);
        // A first child follows its parent directly, and points round to the last one.
        if parent.checked_add(1) == Some(node.0) { None } else { some(prev) }
    }

    /// The values directly inside, in order.
    pub fn children(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.first_child(node), |child| self.next_sibling(*child))
    }

    /// Numbers of the values inside, at any depth; nothing for scalars.
    pub fn descendants(&self, node: NodeId) -> Range<NodeId> {
        let first = node.0.saturating_add(1);
        NodeId(first)..NodeId(self.container(node).map_or(first, |c| c.next))
    }

    /// Number of containers around the value. O(depth).
    pub fn depth(&self, node: NodeId) -> u32 {
        std::iter::successors(self.parent(node), |n| self.parent(*n)).fold(0, |depth, _| depth + 1)
    }

    /// The last value that starts at or before this byte. O(log values).
    pub fn at_offset(&self, byte: usize) -> NodeId {
        let after = self.nodes.partition_point(|node| node.start as usize <= byte);
        NodeId(u32::try_from(after.saturating_sub(1)).unwrap_or(0))
    }

    /// Number of containers; they are numbered in document order.
    pub(super) fn container_count(&self) -> usize {
        self.containers.len()
    }

    /// The container's number among containers; none for scalars.
    pub(super) fn container_number(&self, node: NodeId) -> Option<usize> {
        let known = self.nodes.get(node.0 as usize)?;
        self.kind(node).is_container().then_some(known.end as usize)
    }

    /// The numbers of the containers from this value on that end no later than it. O(log containers).
    pub(super) fn containers_within(&self, node: NodeId) -> Range<usize> {
        let (Some(first), Some(own)) = (self.container_number(node), self.container(node)) else { return 0..0 };
        let inside = self.containers.get(first..).unwrap_or_default().partition_point(|c| c.next <= own.next);
        first..first + inside
    }

    /// End of each container: the number of the value after the last one inside.
    pub(super) fn container_ends(&self) -> impl Iterator<Item = u32> + '_ {
        self.containers.iter().map(|container| container.next)
    }

    /// True if the container of this number is not empty.
    pub(super) fn container_holds(&self, number: usize) -> bool {
        self.containers.get(number).is_some_and(|container| container.count > 0)
    }

    fn node(&self, node: NodeId) -> Node {
        self.nodes.get(node.0 as usize).copied().unwrap_or(NOWHERE)
    }

    fn container(&self, node: NodeId) -> Option<Container> {
        self.containers.get(self.container_number(node)?).copied()
    }

    fn bytes(&self, range: Range<usize>) -> &[u8] {
        self.text.bytes().get(range).unwrap_or_default()
    }
}

fn some(node: u32) -> Option<NodeId> {
    (node != NONE).then_some(NodeId(node))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value};

    use super::*;
    use crate::json::strategy::{DEEP, any_json, deep};

    fn document(text: &str) -> Document {
        Document::index(JsonText::parse(text.to_owned()).expect("JSON")).expect("indexed")
    }

    fn text(bytes: &[u8]) -> &str {
        std::str::from_utf8(bytes).expect("UTF-8")
    }

    /// Builds a value out of nothing but the index.
    fn value(doc: &Document, node: NodeId) -> Value {
        match doc.kind(node) {
            NodeKind::Object => Value::Object(doc.children(node).fold(Map::new(), |mut map, child| {
                let key = serde_json::from_slice(doc.key(child).expect("a key")).expect("a string");
                map.insert(key, value(doc, child));
                map
            })),
            NodeKind::Array => doc.children(node).map(|child| value(doc, child)).collect(),
            _ => serde_json::from_slice(doc.raw(node)).expect("a scalar"),
        }
    }

    #[test]
    fn everything_stays_as_it_came() {
        let doc = document(r#" {"b" : 1.10,"a":[123456789012345678901234567890 ,-0,1E+2], "b":null , "\"x\\":"\"}"} "#);
        let keys: Vec<_> = doc.children(doc.root()).map(|n| text(doc.key(n).expect("a key"))).collect();
        assert_eq!(keys, [r#""b""#, r#""a""#, r#""b""#, r#""\"x\\""#]);
        let raw: Vec<_> = doc.children(doc.root()).map(|n| text(doc.raw(n))).collect();
        assert_eq!(raw, ["1.10", "[123456789012345678901234567890 ,-0,1E+2]", "null", r#""\"}""#]);
        let array = doc.children(doc.root()).nth(1).expect("an array");
        let raw: Vec<_> = doc.children(array).map(|n| text(doc.raw(n))).collect();
        assert_eq!(raw, ["123456789012345678901234567890", "-0", "1E+2"]);
    }

    #[test]
    fn scalars_and_empty_containers_stand_alone() {
        for (text, kind) in
            [("\t7 ", NodeKind::Number), ("\"\"", NodeKind::String), ("{ }", NodeKind::Object), ("[]", NodeKind::Array)]
        {
            let doc = document(text);
            assert_eq!((doc.len(), doc.kind(doc.root()), doc.count(doc.root())), (1, kind, 0));
            assert_eq!(doc.raw(doc.root()), text.trim().as_bytes());
            assert_eq!((doc.first_child(doc.root()), doc.last_child(doc.root())), (None, None));
            assert_eq!((doc.next_sibling(doc.root()), doc.prev_sibling(doc.root())), (None, None));
        }
    }

    #[test]
    fn a_body_that_offsets_cannot_reach_is_refused() {
        let text = JsonText::parse("[1,2,3]").expect("JSON");
        assert_eq!(Document::index_below(text.clone(), 7).err(), Some(IndexFault::TooLarge { bytes: 7 }));
        assert!(Document::index_below(text, 8).is_ok());
    }

    #[test]
    fn a_stranger_s_node_is_nothing_and_no_panic() {
        let doc = document("[[1],2]");
        for node in [NodeId(4), NodeId(77), NodeId(u32::MAX)] {
            assert_eq!(doc.raw(node), b"");
            assert_eq!((doc.key(node), doc.count(node), doc.depth(node)), (None, 0, 0));
            assert_eq!((doc.parent(node), doc.first_child(node), doc.last_child(node)), (None, None, None));
            assert_eq!((doc.next_sibling(node), doc.prev_sibling(node)), (None, None));
        }
    }

    #[test]
    fn depth_is_no_danger() {
        let doc = document(&deep());
        assert_eq!(doc.len(), 2 * DEEP + 1);
        let innermost = doc.at_offset(doc.text().bytes().len());
        assert_eq!(doc.depth(innermost) as usize, 2 * DEEP);
        assert_eq!(doc.range(doc.root()), 0..doc.text().bytes().len());
    }

    proptest! {
        #[test]
        fn the_index_agrees_with_serde(text in any_json()) {
            let doc = document(&text);
            prop_assert_eq!(value(&doc, doc.root()), serde_json::from_str::<Value>(&text).expect("JSON"));
        }

        #[test]
        fn neighbours_agree_with_each_other(text in any_json()) {
            let doc = document(&text);
            for node in (0..doc.len() as u32).map(NodeId) {
                let children: Vec<_> = doc.children(node).collect();
                prop_assert_eq!(children.len(), doc.count(node) as usize);
                prop_assert_eq!(children.first().copied(), doc.first_child(node));
                prop_assert_eq!(children.last().copied(), doc.last_child(node));
                for (i, child) in children.iter().enumerate() {
                    prop_assert_eq!(doc.parent(*child), Some(node));
                    prop_assert_eq!(doc.prev_sibling(*child), i.checked_sub(1).map(|i| children[i]));
                    prop_assert_eq!(doc.depth(*child), doc.depth(node) + 1);
                }
                prop_assert_eq!(doc.at_offset(doc.range(node).start), node);
            }
        }
    }
}
